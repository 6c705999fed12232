/**
 * What a key of the organisation can and cannot read: each endpoint of its API once, as a run would ask it. Its calls are counted
 * by the organisation, not by Bitbucket.
 */
import type { Ref } from '../../graph/fact.ts';
import { HOUR_MS } from '../budget.ts';
import { isFailedCall } from '../http.ts';
import { bucketOf } from './buckets.ts';
import { organisationPath, workspaceParam } from './cursor-paging.ts';
import { decodeData, decodeDirectoryGroup } from './decode-organisation.ts';
import { ENDPOINTS, type OrganisationEndpointId } from './endpoints.ts';
import type { OrganisationClient } from './organisation.ts';
import type { ProbeRow } from './probe.ts';
import { organisationRefusal } from './read-audit-log.ts';

export interface OrganisationProbeOptions {
  readonly organisation: OrganisationClient;
  /** The uuid of the workspace. */
  readonly workspace: string;
  readonly ref: Ref;
  readonly now: number;
}

/** In the order of the table. Cost: four calls. Errors: UPSTREAM_UNREACHABLE. */
export async function probeOrganisation({ organisation, workspace, ref, now }: OrganisationProbeOptions): Promise<ProbeRow[]> {
  const plain = (endpoint: OrganisationEndpointId): ProbeRow => {
    const { path, hides } = ENDPOINTS[endpoint];
    return { endpoint, path, of: ref, result: 'not asked', status: null, detail: '', scopes: null, hides };
  };
  const ask = async (
    endpoint: OrganisationEndpointId,
    params: Readonly<Record<string, string>>,
  ): Promise<readonly [ProbeRow, unknown[]]> => {
    try {
      const { status, body } = await organisation.http.get(organisationPath(endpoint, organisation, params), {
        bucket: bucketOf(endpoint),
      });
      const items = status === 200 ? decodeData(body) : [];
      if (status === 200 && items !== null) return [{ ...plain(endpoint), result: 'readable', status }, items];
      const detail = items === null ? 'an answer of another form' : organisationRefusal(endpoint, status, organisation.id);
      return [{ ...plain(endpoint), result: 'refused', status, detail }, []];
    } catch (error) {
      if (!isFailedCall(error)) throw error;
      return [{ ...plain(endpoint), result: 'refused', detail: 'no usable answer' }, []];
    }
  };
  const [groups, found] = await ask('directory-groups', workspaceParam({ uuid: workspace }));
  const group = found.map(decodeDirectoryGroup).find((each) => each !== null);
  const [actions] = await ask('event-actions', {});
  const [events] = await ask('audit-events', { from: String(now - HOUR_MS), to: String(now) });
  if (group === undefined) {
    const detail = groups.result === 'readable' ? OF_ANOTHER : 'no group of the directory is known to ask it of';
    const ours = groups.result === 'readable' ? { ...groups, result: 'refused' as const, detail: OF_ANOTHER } : groups;
    return [ours, { ...plain('directory-members'), detail }, actions, events];
  }
  const [members] = await ask('directory-members', { directory: group.directoryId ?? '-', group: group.id });
  return [groups, members, actions, events];
}

const OF_ANOTHER =
  'the directory shows no group with a role on the workspace: it may belong to another organisation, check ATLASSIAN_ORG_ID';
