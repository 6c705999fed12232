/** What only looks, with a key of the organisation: the probe of its endpoints, the calls that the estimate says it spares; and that the key shows nowhere. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import { ALL_ENDPOINT_IDS, ENDPOINT_IDS, isOrganisationEndpoint } from '../../ingest/bitbucket-cloud/endpoints.ts';
import { estimateBitbucketCloud } from '../../ingest/bitbucket-cloud/estimate.ts';
import { type ProbeRow, probeBitbucketCloud } from '../../ingest/bitbucket-cloud/probe.ts';
import type { FaultAction } from '../../ingest/sample/faults.ts';
import { createLog } from '../../log.ts';
import { type Organised, type OrganisedSetting, organisedSamples } from './organisation.ts';

const openAny = organisedSamples();
/** As the settings stand now. */
const settingsOf = ({ env, sample }: Organised) => ({ config: readCloudConfig(env), workspaces: ['acme'], clock: sample.clock });

async function probeOf(organised: Organised): Promise<ProbeRow[]> {
  const [probe] = await probeBitbucketCloud(settingsOf(organised));
  return (probe?.rows ?? []).filter(({ endpoint }) => isOrganisationEndpoint(endpoint));
}

const told = (rows: readonly ProbeRow[]) => rows.map(({ endpoint, result }) => `${endpoint} ${result}`);

describe('a probe with a key of the organisation', () => {
  it('asks each of its endpoints once', async () => {
    const organised = await openAny();
    const rows = await probeOf(organised);
    expect(rows.map(({ endpoint }) => endpoint)).toEqual(ALL_ENDPOINT_IDS.filter(isOrganisationEndpoint));
    expect(rows.map(({ result }) => result)).toEqual(rows.map(() => 'readable'));
    expect(organised.organisation.calls).toHaveLength(4);
    expect(organised.organisation.calls.filter((call) => !call.startsWith('GET /admin/'))).toEqual([]);
  });

  it('has no rows of them without a key', async () => {
    const { sample, env } = await openAny();
    const { ATLASSIAN_ORG_ID: _, ATLASSIAN_ORG_API_KEY: __, ...rest } = env;
    const [probe] = await probeBitbucketCloud({ config: readCloudConfig(rest), workspaces: ['acme'], clock: sample.clock });
    expect(probe?.rows.map(({ endpoint }) => endpoint)).toEqual(ENDPOINT_IDS);
  });

  it.each<[string, OrganisedSetting, FaultAction | null, RegExp]>([
    ['the key is refused', {}, { answer: 401 }, /status 401: make a new one/],
    ['the key has too few rights', {}, { answer: 403 }, /status 403: the key may not read it/],
    ['there is no such organisation', {}, { answer: 404 }, /status 404: the key knows no organisation/],
    ['it keeps failing', {}, { answer: 500 }, /no usable answer/],
    ['it answers otherwise', {}, { rewrite: () => ({}) }, /an answer of another form/],
  ])('says what to do where %s', async (_, setting, does, detail) => {
    const organised = await openAny(setting);
    if (does !== null) organised.organisation.faults.push({ at: /./, does });
    const rows = await probeOf(organised);
    expect(told(rows)).toEqual([
      'directory-groups refused',
      'directory-members not asked',
      'event-actions refused',
      'audit-events refused',
    ]);
    for (const { result, detail: found } of rows) if (result === 'refused') expect(found).toMatch(detail);
  });

  it('tells a workspace that belongs to another organisation', async () => {
    const organised = await openAny({ owns: false });
    const rows = await probeOf(organised);
    expect(told(rows)[0]).toBe('directory-groups refused');
    expect(rows[0]?.detail).toMatch(/may belong to another organisation, check ATLASSIAN_ORG_ID/);
  });
});

describe('an estimate', () => {
  it('says what the audit log spares: what the next run does not call', async () => {
    const organised = await openAny();
    const {
      workspaces: [workspace],
    } = await estimateBitbucketCloud(settingsOf(organised));
    expect(workspace?.notes.join('\n')).toMatch(/^the audit log of the organisation spares later runs up to \d+ of these calls/m);
    await organised.sync();
    organised.sample.clock.at += 86_400_000;
    const { report } = await organised.sync();
    // One listing of the sample is refused, and asked again.
    expect(report.incremental.callsSaved).toBe((workspace?.auditedCalls ?? 0) - 1);
  });

  it('says what a key would spare where none is given', async () => {
    const { sample, env } = await openAny();
    const { ATLASSIAN_ORG_ID: _, ATLASSIAN_ORG_API_KEY: __, ...rest } = env;
    const {
      workspaces: [workspace],
    } = await estimateBitbucketCloud({ config: readCloudConfig(rest), workspaces: ['acme'], clock: sample.clock });
    expect(workspace?.notes.join('\n')).toMatch(/^with a key of it \(ATLASSIAN_ORG_ID, ATLASSIAN_ORG_API_KEY\) the audit log/m);
  });
});

describe('the key and what the log says of people', () => {
  it('show in no page, fact, report, log line or error, even where the upstream sends them back', async () => {
    const organised = await openAny();
    const { sample, organisation } = organised;
    const pieces: string[] = [];
    const log = createLog({ level: 'debug', destination: { write: (piece: string) => pieces.push(piece) } });
    const echo = { code: organisation.key, message: organisation.key, data: [{ id: organisation.key }] };
    sample.server.faults.push({ at: /1\.0\/groups/, does: { answer: 410 } });
    await organised.sync({ log });
    organisation.events.push({ at: sample.clock.at, action: 'atlassian_accounts_deactivated_account' });
    sample.clock.at += 86_400_000;
    await organised.sync({ log });
    organisation.faults.push({ at: /users|events-stream/, does: { answer: 403, body: echo } });
    sample.clock.at += 86_400_000;
    const { report, snapshot } = await organised.sync({ log });
    organisation.faults.push({ at: /./, does: { answer: 401, body: echo } });
    const failure = await organised.sync({ log }).catch((error: unknown) => error);
    const said = [
      pieces.join('\n'),
      JSON.stringify(report),
      inspect(failure, { depth: 20, showHidden: true }),
      JSON.stringify(await Array.fromAsync(sample.store.readPages(snapshot.id))),
      JSON.stringify(await Array.fromAsync(sample.store.scanFacts(snapshot.at))),
      JSON.stringify(await sample.store.readSnapshots()),
    ];
    expect(said.every((text) => text.length > 100)).toBe(true);
    // People's addresses, where they were, and what they called their tokens.
    for (const text of said) expect(text).not.toMatch(new RegExp(`${organisation.key}|people\\.example|203\\.0\\.113|laptop`));
  });
});
