/** A store against a rebuild from its raw pages: equal after whatever runs there were, and each damage is named. */
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { EdgeFact, Fact, NodeFact } from '../../graph/fact.ts';
import { openMemoryStore } from '../../graph/store/memory.ts';
import type { Store } from '../../graph/store/port.ts';
import { openSqliteStore } from '../../graph/store/sqlite.ts';
import type { FreshStore } from '../../ingest/replay.ts';
import { DIFFERENCES_MAX, type Verification, verifyStore } from '../../ingest/verify.ts';
import { commitFacts, failureOf, node } from '../store/commit-facts.ts';
import { openSample, type Sample, smallWorkspace } from './sample.ts';

function fresh(): FreshStore {
  const clock = { now: 0 };
  return {
    store: openMemoryStore({ now: () => clock.now }),
    setClock: (at) => {
      clock.now = at;
    },
  };
}

const verify = (store: Store, at: number | null = null): Promise<Verification> =>
  verifyStore(store, { at, fresh: fresh(), onProgress: async () => {} });
const NO_DIFFERENCE = { missing: 0, surplus: 0, different: 0, columns: 0, unreadable: 0 };

async function sampleOf(setting: Parameters<typeof openSample>[0] = {}): Promise<Sample> {
  const sample = await openSample(setting);
  onTestFinished(() => sample.close());
  return sample;
}

/** How many facts the newest snapshot has. */
async function sizeOf(store: Store): Promise<number> {
  const { nodes, edges, gaps } = await store.countFacts((await store.readSnapshotAt())?.at ?? 0);
  return nodes + edges + gaps;
}

describe('a store is what its pages say', () => {
  it('after one run', async () => {
    const sample = await sampleOf();
    const { snapshot } = await sample.sync();
    const verification = await verify(sample.store);
    expect([verification.differences, verification.counts]).toEqual([[], NO_DIFFERENCE]);
    expect(verification).toMatchObject({ snapshot, left: [], verified: [{ connector: snapshot.connector, runs: 1 }] });
    expect([verification.compared, verification.verified[0]?.pages]).toEqual([
      await sizeOf(sample.store),
      (await Array.fromAsync(sample.store.readPages(snapshot.id))).length,
    ]);
    expect(verification.compared).toBeGreaterThan(100);
  });

  it('after a run that kept readings of an earlier one', async () => {
    const sample = await sampleOf({ workspace: smallWorkspace() });
    await sample.sync();
    sample.clock.at += 3_600_000;
    const { report } = await sample.sync({ maxAgeMs: 86_400_000 });
    expect(report.coverage.reduce((sum, { kept }) => sum + kept, 0)).toBeGreaterThan(10);
    expect((await verify(sample.store)).differences).toEqual([]);
  });

  it('after runs that found changes, refusals and a spent budget, then and now', async () => {
    const workspace = smallWorkspace();
    const sample = await sampleOf({ workspace });
    const instants: number[] = [];
    const sync = async (options: Parameters<Sample['sync']>[0] = {}) => {
      sample.clock.at += 3_600_000;
      instants.push((await sample.sync(options)).snapshot.at);
    };
    await sync({ budget: { callsPerHour: 12, whenSpent: 'stop' } });
    await sync();
    workspace.groups = workspace.groups.filter(({ slug }) => slug !== 'release-managers');
    workspace.repositories = workspace.repositories.filter(({ slug }) => slug !== 'docs');
    await sync();
    sample.server.faults.push({ at: /members/, does: { answer: 403 } });
    await sync();
    await sync({ budget: { callsPerHour: 9, whenSpent: 'stop' } });
    expect((await Array.fromAsync(sample.store.scanFacts(instants.at(-1) ?? 0))).some(({ stale }) => stale)).toBe(true);
    for (const at of [...instants, null]) expect((await verify(sample.store, at)).differences).toEqual([]);
    expect((await verify(sample.store, instants[0])).verified).toMatchObject([{ runs: 1 }]);
    expect((await verify(sample.store)).verified).toMatchObject([{ runs: 5 }]);
  });
});

describe('what keeps no pages', () => {
  it('is named with its facts, and what others state of the same is still compared', async () => {
    const sample = await sampleOf({ workspace: smallWorkspace() });
    const { store } = sample;
    const sync = async () => {
      sample.clock.at += 3_600_000;
      await sample.sync();
    };
    const import_ = async (facts: readonly Fact[]) => {
      sample.clock.at += 60_000;
      await commitFacts(store, { file: facts }, { connector: 'import/tokens' });
    };
    await sync();
    const evan = (await store.readNodesByRefs(['user:evan'], Number.MAX_SAFE_INTEGER)).get('user:evan')?.[0] as NodeFact;
    const [member] = await store.readEdgesOf({ key: evan.key, end: 'from', kinds: ['MEMBER_OF'], at: sample.clock.at, first: 1 });
    const token = node('token:acme#ci', { kind: 'ApiToken' });
    const acts: EdgeFact = { type: 'edge', kind: 'ACTS_AS', from: token.key, to: evan.key, word: '', props: {} };
    // More of the user than the pages say, and an edge that they say too.
    await import_([{ ...evan, props: { active: false, note: 'left' } }, token, acts, member?.fact as EdgeFact]);
    await sync();
    const both = await verify(store);
    expect(both).toMatchObject({ differences: [], counts: NO_DIFFERENCE, verified: [{ runs: 2 }] });
    expect(both.left).toEqual([{ connector: 'import/tokens', reason: 'no pages are kept of it', facts: 4 }]);
    expect(both.compared).toBe((await sizeOf(store)) - 2);
    // The intervals that the import began or cut stay, though it says nothing of them any more.
    await import_([token, acts]);
    await sync();
    expect(await verify(store)).toMatchObject({ differences: [], left: [{ facts: 2 }], verified: [{ runs: 3 }] });
  });

  it('alone leaves nothing to compare', async () => {
    const store = openMemoryStore();
    await commitFacts(store, { a: 'user:ann MEMBER_OF group:acme/dev' });
    expect(await verify(store)).toMatchObject({ compared: 0, verified: [], left: [{ connector: 'test/one', facts: 3 }], differences: [] });
  });

  it('is a connector of Bitbucket of which one run has no pages', async () => {
    const sample = await sampleOf({ workspace: smallWorkspace() });
    const { snapshot } = await sample.sync();
    sample.clock.at += 60_000;
    await commitFacts(sample.store, { a: 'user:ann MEMBER_OF group:acme/dev' }, { connector: snapshot.connector });
    const { verified, left } = await verify(sample.store);
    expect([verified, left]).toEqual([
      [],
      [{ connector: snapshot.connector, reason: 'no pages are kept of it', facts: await sizeOf(sample.store) }],
    ]);
  });

  it('is all there is before the first run', async () => {
    expect((await failureOf(() => verify(openMemoryStore()))).code).toBe('STORE_EMPTY');
  });
});

describe('a damaged file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grantpath-verify-'));
  const whole = join(folder, 'whole.sqlite');
  beforeAll(async () => {
    const sample = await openSample();
    await sample.sync();
    await sample.store.close();
    copyFileSync(sample.path, whole);
    await sample.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What verifying says of a copy in which one thing was done. */
  async function verifyAfter(damage: (database: DatabaseSync) => void): Promise<Verification> {
    const path = join(folder, `${randomUUID()}.sqlite`);
    copyFileSync(whole, path);
    const database = new DatabaseSync(path);
    damage(database);
    database.close();
    const store = openSqliteStore({ path, readOnly: true });
    onTestFinished(() => store.close());
    return verify(store);
  }

  it('that nothing was done to is none', async () => {
    expect(await verifyAfter(() => {})).toMatchObject({ differences: [], counts: NO_DIFFERENCE });
  });

  it.each([
    ['the first', 'ASC', 'edge 1 stands in a block'],
    ['the last', 'DESC', 'stands in a block'],
  ])('without %s block of edges cannot be read, and says which edge', async (_, order, told) => {
    const { differences, counts } = await verifyAfter((database) =>
      database.exec(`DELETE FROM edge_block WHERE first = (SELECT first FROM edge_block ORDER BY first ${order} LIMIT 1)`),
    );
    expect(counts.unreadable).toBeGreaterThan(0);
    expect(differences.map(({ detail }) => detail).join('\n')).toContain(told);
  });

  it('with an edge closed lacks it', async () => {
    const { differences, counts } = await verifyAfter((database) =>
      database.exec('INSERT INTO edge_closed SELECT 1, committed_at FROM run'),
    );
    expect(counts).toEqual({ ...NO_DIFFERENCE, missing: 1 });
    expect(differences).toEqual([
      { is: 'missing', id: expect.stringMatching(/^\S+ [A-Z_]+ .*\S+$/), detail: expect.stringContaining('the pages state it: /') },
    ]);
  });

  it('with a property of a node changed tells both, for people and for the engine', async () => {
    const named = await verifyAfter((database) => database.exec("UPDATE node_fact SET name = 'Eve' WHERE ref = 'user:evan'"));
    expect(named.differences).toEqual([
      {
        is: 'different',
        id: expect.stringMatching(/^user:\S+ IS User$/),
        detail: 'name is `Eve` in the store, by the pages `Evan Lindqvist`',
      },
    ]);
    const active = await verifyAfter((database) => database.exec("UPDATE node_fact SET active = 0 WHERE ref = 'user:evan'"));
    expect(active.differences).toEqual([
      { is: 'columns', id: named.differences[0]?.id, detail: 'the fact is active, for the engine it is inactive' },
    ]);
  });

  it('with a gap too much, a fact nobody states, or a beginning moved says so', async () => {
    const gap = await verifyAfter((database) =>
      database.exec("INSERT INTO gap_fact SELECT 'denied', 'rules', about, NULL, 'made up', scope, valid_from, NULL FROM gap_fact LIMIT 1"),
    );
    expect(gap.differences).toMatchObject([{ is: 'surplus', id: expect.stringContaining(' HIDES rules denied') }]);
    const moved = await verifyAfter((database) =>
      database.exec("UPDATE node_fact SET valid_from = valid_from - 1000 WHERE ref = 'user:evan'"),
    );
    expect(moved.differences[0]?.detail).toMatch(/^holds in the store since \S+, by the pages since \S+/);
  });

  it('with a page of a run cut short names the run', async () => {
    const { differences, verified, left } = await verifyAfter((database) =>
      database.exec("UPDATE page SET body = x'00' WHERE sequence = 3"),
    );
    expect(differences).toMatchObject([
      { is: 'unreadable', id: expect.stringMatching(/^run \S+$/), detail: expect.stringContaining('is damaged') },
    ]);
    expect([verified, left]).toMatchObject([[], [{ reason: 'the pages of a run give no facts' }]]);
  });

  it('without the pages of a listing lacks the gap that this would be, and names sources that are not there', async () => {
    const { differences, counts } = await verifyAfter((database) =>
      database.exec("DELETE FROM page WHERE endpoint = '/2.0/workspaces/{workspace}/members'"),
    );
    // The endpoint is a gap by the pages; what it stated is gone, or was seen elsewhere too.
    expect(counts).toMatchObject({ missing: 1, columns: 0, unreadable: 0 });
    expect(counts.different).toBeGreaterThan(0);
    expect(differences.some(({ detail }) => detail.includes('/2.0/workspaces/{workspace}/members'))).toBe(true);
  });

  it('lists the first differences and counts all', async () => {
    const { differences, counts } = await verifyAfter((database) => database.exec("UPDATE node_fact SET name = name || '!'"));
    expect(differences.length).toBe(DIFFERENCES_MAX);
    expect(counts.different).toBeGreaterThan(DIFFERENCES_MAX);
  });
});
