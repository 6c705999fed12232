/** Runs with a key of the organisation: what the audit log proves is kept whatever its age, what it touches is read again. */
import { describe, expect, it } from 'vitest';
import { AUDITED } from '../../ingest/bitbucket-cloud/audit-actions.ts';
import { readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import type { EndpointId } from '../../ingest/bitbucket-cloud/endpoints.ts';
import type { SyncReport } from '../../ingest/report.ts';
import { type Organised, organisedSamples } from './organisation.ts';
import { factsOf, idsOf, keyOf } from './sample.ts';

const open = organisedSamples();

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ADDED_MEMBER = 'bitbucket_cloud_repository_actions_added_repository_member';
const row = (report: SyncReport, endpoint: EndpointId) => report.coverage.find((one) => one.endpoint === endpoint);
const callsOf = ({ sample }: Organised, pattern: RegExp) => sample.server.calls.filter((call) => pattern.test(call)).length;
const clear = ({ sample }: Organised) => {
  sample.server.calls.length = 0;
};
const grantYara = ({ sample }: Organised) => {
  sample.server.workspace.repositories.find(({ slug }) => slug === 'api')?.grants.push({ user: 'yara', level: 'admin' });
};
const isGranted = async ({ sample }: Organised) =>
  (await idsOf(sample.store, new RegExp(`^${await keyOf(sample.store, 'user:yara')} HOLDS admin repository:`))).length > 0;

describe('a run with the audit log', () => {
  it('keeps what nothing touched, however old: the same facts, fewer calls, and says by what right', async () => {
    const organised = await open();
    const first = await organised.sync();
    expect(first.report.organisation).toMatchObject({ coveredFrom: null, notes: [] });
    const before = await factsOf(organised.sample.store);
    organised.sample.clock.at += 90 * DAY;
    clear(organised);
    const { report } = await organised.sync();
    expect(await factsOf(organised.sample.store)).toEqual(before);
    expect(row(report, 'branch-restrictions')).toMatchObject({ complete: 3, kept: 3 });
    expect(row(report, 'project-group-grants')).toMatchObject({ complete: 3, kept: 3 });
    // The log tells nothing of variables.
    expect(row(report, 'repository-variables')).toMatchObject({ complete: 3, kept: 0 });
    expect(row(report, 'repositories')).toMatchObject({ complete: 1, kept: 0 });
    const { incremental } = report;
    expect(incremental.proved).toBeGreaterThan(15);
    expect([incremental.young, incremental.callsSaved]).toEqual([0, first.report.calls - report.calls]);
    expect(incremental.share).toBeCloseTo(report.calls / first.report.calls);
    expect(report.organisation?.provenUntil).toBe(organised.sample.clock.at - HOUR);
    for (const { endpoint, kept } of report.coverage) if (kept > 0) expect(AUDITED).toHaveProperty(endpoint);
  });

  it('reads again what an event touches, and that alone', async () => {
    const organised = await open();
    await organised.sync();
    organised.sample.clock.at += 10 * DAY;
    grantYara(organised);
    organised.organisation.events.push({ at: organised.sample.clock.at - DAY, action: ADDED_MEMBER, repository: 'api' });
    clear(organised);
    const { report } = await organised.sync();
    expect(await isGranted(organised)).toBe(true);
    expect(row(report, 'repository-user-grants')).toMatchObject({ complete: 3, kept: 2 });
    expect(row(report, 'branch-restrictions')).toMatchObject({ kept: 3 });
    expect(callsOf(organised, /repositories\/acme\/.*permissions-config\/users/)).toBe(1);
  });

  it('reads a touched reading again even where it is young', async () => {
    const organised = await open();
    await organised.sync();
    organised.sample.clock.at += HOUR;
    grantYara(organised);
    organised.organisation.events.push({ at: organised.sample.clock.at - 60_000, action: ADDED_MEMBER, repository: 'api' });
    const { report } = await organised.sync({ maxAgeMs: DAY });
    expect(await isGranted(organised)).toBe(true);
    expect(row(report, 'repository-variables')).toMatchObject({ complete: 3, kept: 3 });
    expect(report.incremental.young).toBeGreaterThan(0);
  });

  it('sees an event that came late, and one that the clock of the log puts just before the reading', async () => {
    const organised = await open();
    await organised.sync();
    const readAt = organised.sample.clock.at;
    organised.sample.clock.at += DAY;
    await organised.sync();
    grantYara(organised);
    // It happened before the second run, which could not see it, and by the log before the first one.
    organised.organisation.events.push({ at: readAt - 60_000, action: ADDED_MEMBER, repository: 'api' });
    organised.sample.clock.at += DAY;
    await organised.sync();
    expect(await isGranted(organised)).toBe(true);
  });

  it('touches every repository where the event names none that is known', async () => {
    const organised = await open();
    await organised.sync();
    organised.sample.clock.at += DAY;
    organised.organisation.events.push({ at: organised.sample.clock.at - HOUR, action: ADDED_MEMBER });
    const { report } = await organised.sync();
    expect(row(report, 'repository-user-grants')).toMatchObject({ complete: 3, kept: 0 });
    expect(row(report, 'repository-group-grants')?.kept).toBeGreaterThan(0);
  });

  it('proves nothing that was read before an action of Bitbucket without a row, and names it', async () => {
    const organised = await open();
    await organised.sync();
    organised.sample.clock.at += DAY;
    const action = 'bitbucket_cloud_repository_actions_exported_repository_statistics';
    organised.organisation.events.push({ at: organised.sample.clock.at - HOUR, action, repository: 'docs' });
    const { report } = await organised.sync();
    expect(report.incremental).toMatchObject({ proved: 0, share: 1 });
    expect(report.organisation?.notes.join()).toMatch(/`Exported repository statistics`, which no row describes/);
    // What was read after it is proved by the next run.
    organised.sample.clock.at += DAY;
    expect((await organised.sync()).report.incremental.proved).toBeGreaterThan(15);
  });

  it('is not misled by other products, nor by other workspaces of the organisation', async () => {
    const organised = await open();
    await organised.sync();
    organised.sample.clock.at += DAY;
    const at = organised.sample.clock.at - HOUR;
    organised.organisation.events.push(
      { at, action: 'jira_updated_project' },
      { at, action: 'jira_created_issue_type' },
      { at, action: ADDED_MEMBER, elsewhere: '{11111111-2222-4333-8444-555555555555}' },
    );
    const { report } = await organised.sync();
    expect(row(report, 'repository-user-grants')).toMatchObject({ kept: 3 });
    expect(report.organisation).toMatchObject({ events: 0, notes: [] });
  });

  it('proves nothing beyond the 180 days that the log goes back', async () => {
    const organised = await open();
    await organised.sync();
    organised.sample.clock.at += 181 * DAY;
    const { report } = await organised.sync();
    expect(report.incremental).toMatchObject({ proved: 0, share: 1 });
    expect(report.organisation?.notes).toEqual([]);
  });

  it('reads a long log page by page, ten calls a minute, without a call that is refused for it', async () => {
    const organised = await open({ pageLengthMax: 7 });
    await organised.sync();
    organised.sample.clock.at += DAY;
    for (let count = 0; count < 200; count++)
      organised.organisation.events.push({ at: organised.sample.clock.at - HOUR - count, action: 'jira_created_issue_type' });
    organised.organisation.events.push({ at: organised.sample.clock.at - HOUR, action: ADDED_MEMBER, repository: 'ledger' });
    const { report } = await organised.sync();
    expect(organised.organisation.calls.filter((call) => call.includes('events-stream')).length).toBeGreaterThan(28);
    expect(organised.organisation.throttled()).toBe(0);
    expect(report.organisation?.events).toBe(1);
    expect(row(report, 'repository-user-grants')).toMatchObject({ kept: 2 });
  });
});

describe('a log that cannot be read to its end proves nothing, and the report says what to do', () => {
  const readings = async (organised: Organised) => {
    organised.sample.clock.at += DAY;
    const { report } = await organised.sync();
    expect(report.incremental).toMatchObject({ proved: 0, young: 0, share: 1 });
    expect(report.stopped).toBeNull();
    return report.organisation?.notes.join() ?? '';
  };

  it('where the key may not read it', async () => {
    const organised = await open();
    await organised.sync();
    organised.organisation.faults.push({ at: /events-stream/, does: { answer: 403 } });
    expect(await readings(organised)).toMatch(/status 403: the key may not read it.*administrator of the organisation.*Guard/);
  });

  it('where a page in the middle fails', async () => {
    const organised = await open({ pageLengthMax: 1 });
    await organised.sync();
    for (const action of ['jira_updated_project', ADDED_MEMBER])
      organised.organisation.events.push({ at: organised.sample.clock.at + HOUR, action, repository: 'api' });
    organised.organisation.faults.push({ at: /events-stream.*cursor/, does: { answer: 500 } });
    expect(await readings(organised)).toMatch(/cannot be read/);
  });

  it('where an event has another form', async () => {
    const organised = await open();
    await organised.sync();
    organised.organisation.faults.push({
      at: /events-stream/,
      does: { rewrite: () => ({ data: [{ id: 'x', attributes: { action: 'y' } }] }) },
    });
    expect(await readings(organised)).toMatch(/an event of another form/);
  });

  it('where the workspace belongs to another organisation', async () => {
    const organised = await open({ owns: false });
    await organised.sync();
    expect(await readings(organised)).toMatch(/no group with a role on the workspace.*check ATLASSIAN_ORG_ID/);
  });

  it('where the key knows no such organisation', async () => {
    const organised = await open();
    await organised.sync();
    organised.env['ATLASSIAN_ORG_ID'] = 'another-one';
    expect(await readings(organised)).toMatch(/status 404: the key knows no organisation `another-one`/);
  });
});

describe('a key', () => {
  it('that is refused ends the sync before anything is written, and the message does not hold it', async () => {
    const organised = await open();
    await organised.sync();
    const before = await organised.sample.store.readSnapshotAt();
    organised.env['ATLASSIAN_ORG_API_KEY'] = 'wrong-c4n4ry';
    const failure = await organised.sync().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'UPSTREAM_AUTH' });
    expect(String(failure)).toMatch(/ATLASSIAN_ORG_API_KEY/);
    expect(String(failure)).not.toContain('c4n4ry');
    expect(await organised.sample.store.readSnapshotAt()).toEqual(before);
  });

  it.each([
    [{ ATLASSIAN_ORG_API_KEY: '' }, /ATLASSIAN_ORG_API_KEY must be set, because ATLASSIAN_ORG_ID is/],
    [{ ATLASSIAN_ORG_ID: '' }, /ATLASSIAN_ORG_ID must be set, because ATLASSIAN_ORG_API_KEY is/],
    [{ ATLASSIAN_ORG_API_KEY: 'two c4n4ry' }, /ATLASSIAN_ORG_API_KEY must be an API key/],
    [{ ATLASSIAN_ORG_ID: '../c4n4ry' }, /ATLASSIAN_ORG_ID must be the id/],
    [{ ATLASSIAN_ORG_URL: 'http://api.example' }, /ATLASSIAN_ORG_URL must be https/],
    [{ ATLASSIAN_ORG_URL: 'https://user:c4n4ry@api.example' }, /ATLASSIAN_ORG_URL must not hold a user/],
  ])('that is set like %o is an error that names the variable and repeats nothing', async (wrong, message) => {
    const { env } = await open();
    expect(() => readCloudConfig({ ...env, ...wrong })).toThrow(message);
    expect(() => readCloudConfig({ ...env, ...wrong })).not.toThrow(/c4n4ry/);
  });
});
