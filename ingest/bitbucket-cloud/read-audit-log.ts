/**
 * Reads the audit log of the organisation since a time, from the first event to the last. What cannot be read to its end proves
 * nothing: then readings go by age, and the report says why.
 */
import { CodedError, isCodedError } from '../../graph/errors.ts';
import { type HttpAnswer, isFailedCall } from '../http.ts';
import { readPages } from '../paging.ts';
import { keepShape } from '../shape.ts';
import { type ActionName, type AuditEvent, AuditTrail, CLOCK_SKEW_MS } from './audit-trail.ts';
import { bucketOf } from './buckets.ts';
import { nextPath, organisationPath, workspaceParam } from './cursor-paging.ts';
import { decodeAuditEvent, decodeData, decodeEventAction } from './decode-organisation.ts';
import { ENDPOINTS, type OrganisationEndpointId } from './endpoints.ts';
import type { OrganisationClient } from './organisation.ts';

/** What became of the log: a trail, or why there is none. */
export type AuditReading =
  | { readonly trail: AuditTrail; readonly trouble: null }
  | { readonly trail: null; readonly trouble: string | null };

export interface AuditLogOptions {
  readonly organisation: OrganisationClient;
  /** The uuid of the workspace, with its braces. */
  readonly workspace: string;
  /** When the oldest reading was made that may be kept, milliseconds since 1970; null where there is none. */
  readonly since: number | null;
  readonly now: number;
}

/** The log goes back so far. */
export const RETENTION_MS = 180 * 24 * 3_600_000;

/** What is just being forgotten is not relied on. */
const RETENTION_MARGIN_MS = 24 * 3_600_000;

/** Half an hour at the limit: a log that is longer costs more than it saves. */
export const EVENT_PAGES_MAX = 300;

/** Errors: UPSTREAM_AUTH where the key is refused altogether; UPSTREAM_UNREACHABLE. */
export async function readAuditLog({ organisation, workspace, since, now }: AuditLogOptions): Promise<AuditReading> {
  const none = (trouble: string | null): AuditReading => ({ trail: null, trouble });
  const ask = async (endpoint: OrganisationEndpointId, path: string): Promise<readonly [unknown[], HttpAnswer]> => {
    const answer = await organisation.http.get(path, { bucket: bucketOf(endpoint) });
    if (answer.status === 401)
      throw new CodedError('UPSTREAM_AUTH', `the organisation API refuses the key (401): ${REFUSED_KEY}`, { status: 401 });
    if (answer.status !== 200) throw new Refused(organisationRefusal(endpoint, answer.status, organisation.id));
    const items = decodeData(keepShape(answer.body, ENDPOINTS[endpoint].keeps));
    if (items === null) throw new Refused(`${endpoint} of the organisation answers in a form that cannot be read`);
    return [items, answer];
  };
  try {
    const params = { ...workspaceParam({ uuid: workspace }), from: '', to: String(now) };
    const path = (endpoint: OrganisationEndpointId, more = {}) => organisationPath(endpoint, organisation, { ...params, ...more });
    const [groups] = await ask('directory-groups', path('directory-groups'));
    if (groups.length === 0)
      return none(
        `organisation \`${organisation.id}\` shows no group with a role on the workspace: it may belong to another one, so its log proves nothing; check ATLASSIAN_ORG_ID and its key`,
      );
    if (since === null) return none(null);
    const actions = await readActions(() => ask('event-actions', path('event-actions')));
    // From before the oldest reading: the clock of the log may be behind.
    const from = Math.max(since - 2 * CLOCK_SKEW_MS, now - RETENTION_MS + RETENTION_MARGIN_MS);
    const events: AuditEvent[] = [];
    let pages = 0;
    const fetchPage = async (at: string) => {
      if (++pages > EVENT_PAGES_MAX) throw new Refused(`the audit log has more than ${EVENT_PAGES_MAX} pages since the oldest reading`);
      const [items, answer] = await ask('audit-events', at);
      events.push(...items.map(eventOf));
      // The last page may have a cursor too, for what comes later.
      return { next: items.length === 0 ? null : nextPath(answer.body, at, organisation.http) };
    };
    for await (const _ of readPages(path('audit-events', { from: String(from) }), fetchPage));
    return { trail: new AuditTrail({ workspace, from, readAt: now, events, actions }), trouble: null };
  } catch (error) {
    if (error instanceof Refused) return none(error.message);
    if (isFailedCall(error) || isCodedError(error, 'BUDGET')) return none(`the organisation API cannot be read: ${error.message}`);
    throw error;
  }
}

/** An answer without which the log proves nothing. */
class Refused extends Error {}

async function readActions(ask: () => Promise<readonly [unknown[], HttpAnswer]>): Promise<ReadonlyMap<string, ActionName>> {
  const [items] = await ask();
  return new Map(
    items.flatMap((item) => {
      const action = decodeEventAction(item);
      if (action === null) return [];
      const { displayName, groupDisplayName, groupDisplayNames } = action.attributes;
      return [[action.id, { name: displayName, groups: [...(groupDisplayName ? [groupDisplayName] : []), ...(groupDisplayNames ?? [])] }]];
    }),
  );
}

function eventOf(item: unknown): AuditEvent {
  const event = decodeAuditEvent(item);
  if (event === null) throw new Refused('the audit log has an event of another form');
  const { time, action, context, container } = event.attributes;
  const names = [...(context ?? []), ...(container ?? [])].flatMap(({ id, type }) => [id, ...(type ? [type] : [])]);
  return { at: Date.parse(time), action, names };
}

/** Why the organisation API refuses, with what to do. */
export function organisationRefusal(endpoint: OrganisationEndpointId, status: number, id: string): string {
  const what = `${endpoint} of the organisation: status ${status}`;
  if (status === 401) return `${what}: ${REFUSED_KEY}`;
  if (status === 403)
    return `${what}: the key may not read it; it must be made by an administrator of the organisation, without scopes, and the log needs Atlassian Guard`;
  if (status === 404) return `${what}: the key knows no organisation \`${id}\`; check ATLASSIAN_ORG_ID`;
  return what;
}

const REFUSED_KEY =
  'make a new one in Atlassian Administration and set ATLASSIAN_ORG_API_KEY, or unset it and ATLASSIAN_ORG_ID to go without';
