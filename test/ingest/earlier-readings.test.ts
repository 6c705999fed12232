/** Runs that do not read everything: what is young enough is kept with its facts and its time, what is not is read again. */
import { describe, expect, it } from 'vitest';
import { AGES_BY_CONTAINER, AGES_BY_ENDPOINT, allowedAgeMs } from '../../ingest/bitbucket-cloud/ages.ts';
import { ENDPOINT_IDS, type EndpointId } from '../../ingest/bitbucket-cloud/endpoints.ts';
import type { SyncReport } from '../../ingest/report.ts';
import type { SyncOptions } from '../../ingest/sync.ts';
import { worldOf } from './compare.ts';
import { factsOf, gapsOf, idsOf, keyOf, type Sample, smallSamples } from './sample.ts';

const open = smallSamples();

const HOUR = 3_600_000;
const GRANTS = /permissions-config/;
const RULES = /branch-restrictions/;
/** The calls that match, since they were cleared last. */
const callsOf = ({ server }: Sample, pattern: RegExp) => server.calls.filter((call) => pattern.test(call)).length;
const row = (report: SyncReport, endpoint: EndpointId) => report.coverage.find((one) => one.endpoint === endpoint);
const compare = async () => ({ agree: 1, differ: 0, notComparable: 0, findings: [] });

describe('a run with an allowed age', () => {
  it('of 0, the default, reads everything', async () => {
    const sample = await open();
    const { report: first } = await sample.sync();
    sample.clock.at += 60_000;
    const { report } = await sample.sync();
    expect(report.calls).toBe(first.calls);
    expect(report).toMatchObject({ maxAgeMs: 0 });
    expect(report.coverage.map(({ kept }) => kept)).toEqual(report.coverage.map(() => 0));
  });

  it('keeps what is young enough: the same facts and gaps, with the time at which they were read, for fewer calls', async () => {
    const sample = await open();
    const readFrom = sample.clock.at;
    const first = await sample.sync();
    const before = await factsOf(sample.store);
    sample.clock.at += HOUR;
    sample.server.calls.length = 0;
    let held = 0;
    const { report, snapshot } = await sample.sync({
      maxAgeMs: 24 * HOUR,
      compare: async (facts) => {
        const world = worldOf(facts);
        held = world.gaps.filter(({ reason }) => reason === 'budget').length;
        return { ...(await compare()), agree: world.edges.filter(({ kind }) => kind === 'REPORTED').length };
      },
    });
    expect(await factsOf(sample.store)).toEqual(before);
    expect(await gapsOf(sample.store)).toEqual(['repository:acme/ledger HIDES group-grants denied']);
    // What was refused is asked again; nothing else of a repository or project is.
    expect(sample.server.calls.filter((call) => GRANTS.test(call) || RULES.test(call))).toHaveLength(1);
    expect(report.calls).toBeLessThan(first.report.calls / 2);
    // The comparison sees what is kept as if it had been read.
    expect([held, report.agree > 0]).toEqual([0, true]);
    expect(row(report, 'branch-restrictions')).toMatchObject({ complete: 3, kept: 3, left: 0, oldestAt: readFrom });
    expect(row(report, 'repository-group-grants')).toMatchObject({ complete: 2, kept: 2, unread: 1 });
    expect(row(report, 'effective-permissions')).toMatchObject({ complete: 1, kept: 1 });
    expect(row(report, 'repositories')).toMatchObject({ complete: 1, kept: 0, oldestAt: sample.clock.at });
    const [id = ''] = await idsOf(sample.store, /^user:\S+ HOLDS \w+ repository:/);
    const fact = (await sample.store.readEdges([id], snapshot.at)).get(id);
    expect(fact?.sources.some(({ fetchedAt }) => fetchedAt === readFrom)).toBe(true);
  });

  it('does not see a grant that changed until its reading is too old, and says how old it is', async () => {
    const sample = await open();
    await sample.sync();
    const api = sample.server.workspace.repositories.find(({ slug }) => slug === 'api');
    api?.grants.push({ user: 'yara', level: 'admin' });
    const grant = async () =>
      (await idsOf(sample.store, new RegExp(`^${await keyOf(sample.store, 'user:yara')} HOLDS admin repository:`))).length;
    sample.clock.at += 20 * HOUR;
    await sample.sync({ maxAgeMs: 24 * HOUR });
    expect(await grant()).toBe(0);
    // The run in between kept the reading and did not make it younger.
    sample.clock.at += 5 * HOUR;
    await sample.sync({ maxAgeMs: 24 * HOUR });
    expect(await grant()).toBe(1);
  });

  it('reads a project after a quarter of it, and what is of the workspace always', async () => {
    const sample = await open();
    await sample.sync();
    sample.clock.at += 7 * HOUR;
    const { report } = await sample.sync({ maxAgeMs: 24 * HOUR });
    expect(row(report, 'project-user-grants')).toMatchObject({ complete: 3, kept: 0 });
    expect(row(report, 'repository-user-grants')).toMatchObject({ complete: 3, kept: 3 });
    expect(row(report, 'groups')).toMatchObject({ complete: 1, kept: 0 });
  });

  it('reads what is new, and closes what is gone', async () => {
    const sample = await open();
    await sample.sync();
    const { workspace } = sample.server;
    const [gone] = workspace.repositories.splice(
      workspace.repositories.findIndex(({ slug }) => slug === 'docs'),
      1,
    );
    if (gone !== undefined) workspace.repositories.push({ ...gone, slug: 'docs-again' });
    sample.clock.at += HOUR;
    const { report } = await sample.sync({ maxAgeMs: 24 * HOUR });
    expect(row(report, 'branch-restrictions')).toMatchObject({ complete: 3, kept: 2 });
    expect(await idsOf(sample.store, /^repository:\S+ IS /)).toHaveLength(3);
    // It spoke of the repository that is gone.
    expect(row(report, 'effective-permissions')).toMatchObject({ complete: 1, kept: 0 });
    const anew = await open({ workspace });
    await anew.sync();
    expect(await factsOf(sample.store)).toEqual(await factsOf(anew.store));
  });

  it('does not take an older success in the place of a newer refusal', async () => {
    const sample = await open();
    await sample.sync();
    sample.clock.at += 60_000;
    sample.server.faults.push({ at: RULES, does: { answer: 403 } });
    await sample.sync();
    const refused = await gapsOf(sample.store);
    expect(refused.filter((gap) => gap.includes('rules denied'))).toHaveLength(3);
    sample.clock.at += 60_000;
    sample.server.calls.length = 0;
    await sample.sync({ maxAgeMs: 24 * HOUR });
    expect(await gapsOf(sample.store)).toEqual(refused);
    expect(callsOf(sample, RULES)).toBe(3);
    sample.server.faults.length = 0;
    await sample.sync({ maxAgeMs: 24 * HOUR });
    expect((await gapsOf(sample.store)).filter((gap) => gap.includes('rules'))).toEqual([]);
  });

  it('finds a reading further back, where the last run was stopped by its budget', async () => {
    const sample = await open();
    const { report: first } = await sample.sync();
    sample.clock.at += 2 * HOUR;
    const short = { callsPerHour: first.calls - 8, whenSpent: 'stop' } as const;
    expect((await sample.sync({ budget: short, limits: { concurrency: 1 } })).report.stopped).toBe('budget');
    sample.clock.at += 2 * HOUR;
    sample.server.calls.length = 0;
    const { report } = await sample.sync({ maxAgeMs: 12 * HOUR });
    expect(report).toMatchObject({ stopped: null });
    expect(row(report, 'branch-restrictions')).toMatchObject({ complete: 3, kept: 3 });
    expect(callsOf(sample, RULES)).toBe(0);
  });

  it('keeps first: what is held over because of the budget is what is too old, and stays a gap for the comparison', async () => {
    const sample = await open();
    await sample.sync();
    sample.clock.at += 7 * HOUR;
    const budget = { callsPerHour: 12, whenSpent: 'stop' } as const;
    let hidden: string[] = [];
    const { report } = await sample.sync({
      maxAgeMs: 24 * HOUR,
      budget,
      limits: { concurrency: 1 },
      compare: async (facts) => {
        const world = worldOf(facts);
        hidden = world.gaps.filter(({ reason }) => reason === 'budget').map(({ scope }) => scope.split(':')[0] ?? '');
        return compare();
      },
    });
    expect(report.stopped).toBe('budget');
    expect(row(report, 'branch-restrictions')).toMatchObject({ complete: 3, kept: 3, left: 0 });
    expect(row(report, 'project-user-grants')?.left).toBeGreaterThan(0);
    expect(new Set(hidden)).toEqual(new Set(['project']));
  });

  it('that was interrupted and is gone on with as one that reads everything keeps nothing of it that is older than its start', async () => {
    const sample = await open();
    await sample.sync();
    sample.clock.at += HOUR;
    sample.server.faults.push(
      { at: /repositories\/acme\/.*permissions-config/, does: { answer: 401 } },
      { at: /workspaces\/acme$/, after: 1, does: { answer: 401 } },
    );
    // Everything that was kept is in the unfinished run when its credential dies at the refused repository.
    await expect(sample.sync({ maxAgeMs: 24 * HOUR })).rejects.toMatchObject({ code: 'UPSTREAM_AUTH' });
    sample.server.faults.length = 0;
    sample.server.calls.length = 0;
    const { report } = await sample.sync();
    expect(report.resumedPages).toBeGreaterThan(0);
    expect(callsOf(sample, RULES)).toBe(3);
    expect(row(report, 'branch-restrictions')).toMatchObject({ complete: 3, kept: 0 });
  });
});

describe('the budget', () => {
  it('counts on from one run to the next in each limit, and what was kept only once', async () => {
    const sample = await open();
    const budget = { callsPerHour: 200, whenSpent: 'stop' } as const;
    const left = async (options: Partial<SyncOptions> = {}) => {
      const { report } = await sample.sync({ budget, ...options });
      sample.clock.at += 60_000;
      return report.buckets.map((each) => ({ calls: each.calls, left: each.left }));
    };
    const [first, second, third] = [await left(), await left({ maxAgeMs: 24 * HOUR }), await left({ maxAgeMs: 24 * HOUR })];
    for (const bucket of [0, 1]) {
      const [a, b, c] = [first, second, third].map((each) => each[bucket] ?? { calls: 0, left: 0 });
      expect(a?.left).toBe(200 - (a?.calls ?? 0));
      expect(b?.left).toBe((a?.left ?? 0) - (b?.calls ?? 0));
      expect(c?.left).toBe((b?.left ?? 0) - (c?.calls ?? 0));
    }
    expect(first[1]?.calls).toBeGreaterThan(0);
    sample.clock.at += HOUR;
    const [later] = await left();
    expect(later?.left).toBe(200 - (later?.calls ?? 0));
  });
});

describe('the ages', () => {
  it('are a share of what a run allows, and of a stand-in that of what it stands in for', () => {
    for (const { share } of [...Object.values(AGES_BY_CONTAINER), ...Object.values(AGES_BY_ENDPOINT)]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
    expect(allowedAgeMs('branching-model', HOUR)).toBe(allowedAgeMs('effective-branching-model', HOUR));
    expect(ENDPOINT_IDS.map((id) => allowedAgeMs(id, 0))).toEqual(ENDPOINT_IDS.map(() => 0));
    // What says which projects and repositories there are is never taken from before.
    for (const id of ['workspace', 'projects', 'repositories', 'groups', 'workspace-roles'] as const)
      expect(allowedAgeMs(id, HOUR)).toBe(0);
  });
});
