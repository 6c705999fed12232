/** Promises about calls that overlap: what takes effect in the order of the calls, what a read sees beside a commit, what closing waits for. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Occurrence } from '../../graph/fact.ts';
import type { RunCommit, Store } from '../../graph/store/port.ts';
import { commitFacts, factsOf, failureOf, heldAt, keptPage } from './commit-facts.ts';
import type { OpenStore } from './contract.ts';

const EDGES = Array.from({ length: 50 }, (_, i) => `user:${i} MEMBER_OF group:acme/dev`);
const NOTHING: RunCommit = { facts: [], scopes: new Map(), closeUnlisted: false, report: {} };

export function promisesOfOverlap(openStore: OpenStore): void {
  const open: OpenStore = async (options) => {
    const store = await openStore(options);
    onTestFinished(() => store.close());
    return store;
  };
  const started = async () => (await open()).startRun('test/one');

  describe('pages that are kept at once', () => {
    it('are in the order of the calls, each with a number of its own', async () => {
      const run = await started();
      const bodies = Array.from({ length: 40 }, (_, i) => i);
      await Promise.all(bodies.map((body) => run.keepPage(keptPage(`scope ${body % 4}`, `/${body}`, { body }))));
      const pages = await Array.fromAsync(run.pages());
      expect(pages.map(({ sequence, body }) => [sequence, body])).toEqual(bodies.map((body) => [body, body]));
    });

    it('of the same scope and path leave the last one', async () => {
      const run = await started();
      const calls = Array.from({ length: 10 }, (_, i) => [keptPage('a', '/same', { body: i }), keptPage('a', `/${i}`, { body: i })]).flat();
      await Promise.all(calls.map((page) => run.keepPage(page)));
      const pages = await Array.fromAsync(run.pages());
      expect(pages.filter(({ path }) => path === '/same')).toMatchObject([{ body: 9, sequence: 18 }]);
      expect(pages.map(({ sequence }) => sequence)).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 18, 19]);
    });
  });

  describe('a commit', () => {
    it('comes after the pages that were given before it, and takes none that come later', async () => {
      const store = await open();
      const run = await store.startRun('test/one');
      const calls = [run.keepPage(keptPage('a', '/1')), run.commit(NOTHING), run.keepPage(keptPage('a', '/2')), run.commit(NOTHING)];
      const results = await Promise.allSettled(calls);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
      for (const result of results.slice(2)) expect(String((result as PromiseRejectedResult).reason)).toContain('invariant broken');
      expect((await store.readSnapshots()).map(({ id }) => id)).toEqual([run.id]);
      expect(await Array.fromAsync((await store.startRun('test/one')).pages())).toEqual([]);
    });

    it('that fails hinders no call that was made meanwhile', async () => {
      const run = await started();
      const failing = { ...NOTHING, facts: [{ fact: factsOf('user:ann IS User')[0], scope: 'not listed' }] } as unknown as RunCommit;
      const calls = [run.keepPage(keptPage('a', '/1')), run.commit(failing), run.keepPage(keptPage('a', '/2')), run.commit(NOTHING)];
      const results = await Promise.allSettled(calls);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    });

    it('beside one of another connector has an instant of its own', async () => {
      const store = await open({ now: () => 7 });
      const runs = await Promise.all(['test/one', 'test/two', 'test/three'].map((connector) => store.startRun(connector)));
      const snapshots = await Promise.all(runs.map((run) => run.commit(NOTHING)));
      expect(snapshots.map(({ id, at }) => [id, at])).toEqual(runs.map(({ id }, index) => [id, 7 + index]));
      expect(await store.readSnapshots()).toEqual(snapshots.toReversed());
    });

    it('is seen whole or not at all by reads beside it', async () => {
      const store = await open();
      const at = Number.MAX_SAFE_INTEGER;
      const reads = () => [
        store.scanEdgeColumns(at).then(({ length }) => length),
        store.readEdgesOf({ key: 'group:acme/dev', end: 'to', at, first: 1_000 }).then(({ length }) => length),
        store.readEdges(EDGES, at).then(({ size }) => size),
        heldAt(store, at).then(({ length }) => length),
        store.countNodes({ text: '', at }).then((count) => Math.max(0, count - 1)),
      ];
      const before = reads();
      const committed = commitFacts(store, { a: EDGES.join('\n') });
      const beside = reads();
      await committed;
      const after = reads();
      for (const count of await Promise.all([...before, ...beside])) expect([0, EDGES.length]).toContain(count);
      expect(await Promise.all(after)).toEqual(after.map(() => EDGES.length));
    });

    it('changes nothing of a scan that began before it', async () => {
      const store = await open();
      await commitFacts(store, { a: EDGES.join('\n') });
      const expected = await Array.fromAsync(store.scanFacts(Number.MAX_SAFE_INTEGER));
      const scan = store.scanFacts(Number.MAX_SAFE_INTEGER);
      const first = await scan.next();
      await commitFacts(store, { a: 'user:zoe MEMBER_OF group:acme/dev' });
      expect([first.value as Occurrence, ...(await Array.fromAsync(scan))]).toEqual(expected);
    });
  });

  describe('runs that are started at once', () => {
    it('are one for each connector', async () => {
      const store = await open();
      const connectors = ['test/one', 'test/two', 'test/one', 'test/two', 'test/one'];
      const runs = await Promise.all(connectors.map((connector) => store.startRun(connector)));
      expect(runs.map(({ connector }) => connector)).toEqual(connectors);
      expect(new Set(runs.map(({ id }) => id)).size).toBe(2);
      await Promise.all(runs.map((run, i) => run.keepPage(keptPage('a', `/${i}`))));
      const pages = await Promise.all(runs.slice(0, 2).map((run) => Array.fromAsync(run.pages(), ({ path }) => path)));
      expect(pages).toEqual([
        ['/0', '/2', '/4'],
        ['/1', '/3'],
      ]);
    });

    it('are new where the one before is being given up', async () => {
      const store = await open();
      const run = await store.startRun('test/one');
      const [, , next] = await Promise.all([run.keepPage(keptPage('a', '/1')), run.abandon(), store.startRun('test/one')]);
      expect([next.id === run.id, await Array.fromAsync(next.pages())]).toEqual([false, []]);
    });
  });

  describe('closing', () => {
    const filled = async (): Promise<{ store: Store; at: number }> => {
      const store = await open();
      return { store, at: (await commitFacts(store, { a: EDGES.join('\n') })).at };
    };

    it('lets what was called before be answered, and nothing after', async () => {
      const { store, at } = await filled();
      const run = await store.startRun('test/one');
      const before = [
        store.readSnapshots().then(({ length }) => length),
        store.scanNodeColumns(at).then(({ length }) => length),
        store.readNodesByRefs(['user:1'], at).then(({ size }) => size),
        run.keepPage(keptPage('a', '/1')).then(() => 'kept'),
      ];
      const closed = store.close();
      const late = [() => store.readSnapshots(), () => store.scanEdgeColumns(at), () => store.startRun('test/two')].map((call) => call());
      const lateOfRun = [() => run.keepPage(keptPage('a', '/2')), () => run.commit(NOTHING), () => run.abandon()].map((call) => call());
      const failures = Promise.all([...late, ...lateOfRun].map((call) => failureOf(() => call)));
      expect(await Promise.all(before)).toEqual([1, EDGES.length + 1, 1, 'kept']);
      await closed;
      expect((await failures).map(({ code }) => code)).toEqual(Array(6).fill('STORE_UNREADABLE'));
    });

    it('ends no scan as if it were whole', async () => {
      const { store, at } = await filled();
      const scan = store.scanFacts(at);
      const pages = (await store.startRun('test/one')).pages();
      await (await store.startRun('test/one')).keepPage(keptPage('a', '/1'));
      await Promise.all([scan.next(), pages.next()]);
      await store.close();
      for (const rest of [scan, pages]) expect((await failureOf(() => Array.fromAsync<unknown>(rest))).code).toBe('STORE_UNREADABLE');
    });

    it('may be done twice', async () => {
      const { store } = await filled();
      await Promise.all([store.close(), store.close()]);
      await store.close();
    });
  });
}
