/** Promises about what a store says of itself, and about the pages of its committed runs. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Run, RunCommit, Store } from '../../graph/store/port.ts';
import { commitFacts, factsOf, failureOf, keptPage } from './commit-facts.ts';
import type { OpenOptions, StoreUnderTest } from './contract.ts';

const NOTHING: RunCommit = { facts: [], scopes: new Map(), closeUnlisted: false, report: {} };

export function promisesOfStatus({ open: openStore, reopen: reopenStore }: StoreUnderTest): void {
  const closed = (store: Store): Store => {
    onTestFinished(() => store.close());
    return store;
  };
  const open = async (options?: OpenOptions) => closed(await openStore(options));
  const reopen = async (store: Store, options?: OpenOptions) => closed(await reopenStore(store, options));
  const pathsOf = (store: Store, run: Run) => Array.fromAsync(store.readPages(run.id), ({ path }) => path);

  describe('pages of a committed run', () => {
    it('are read by its id as they were kept, and by whoever opens the store later', async () => {
      const store = await open();
      const run = await store.startRun('test/one');
      const pages = Array.from({ length: 70 }, (_, at) => keptPage(`scope ${at % 3}`, `/${at}`, { body: { at }, fetchedAt: at }));
      for (const page of pages) await run.keepPage(page);
      await run.keepPage({ ...(pages[1] as (typeof pages)[number]), body: 'again' });
      const kept = await Array.fromAsync(run.pages());
      await run.commit(NOTHING);
      const other = await store.startRun('test/one');
      await other.keepPage(keptPage('a', '/other'));
      await other.commit(NOTHING);
      expect(await Array.fromAsync(store.readPages(run.id))).toEqual(kept);
      expect([kept.length, kept.at(-1)?.body]).toEqual([70, 'again']);
      await store.close();
      const again = await reopen(store);
      expect(await Array.fromAsync(again.readPages(run.id))).toEqual(kept);
      expect(await pathsOf(again, other)).toEqual(['/other']);
    });

    it('are none before it is committed, none where it was abandoned, none of one that is not known', async () => {
      const store = await open();
      const [run, given] = [await store.startRun('test/one'), await store.startRun('test/two')];
      for (const each of [run, given]) await each.keepPage(keptPage('a', '/1'));
      expect([await pathsOf(store, run), await Array.fromAsync(store.readPages('nothing'))]).toEqual([[], []]);
      await given.abandon();
      await run.commit(NOTHING);
      expect([await pathsOf(store, run), await pathsOf(store, given)]).toEqual([['/1'], []]);
    });

    it('cannot be read of a store that is closed, nor to an end that is none', async () => {
      const store = await open();
      const run = await store.startRun('test/one');
      for (const path of ['/1', '/2']) await run.keepPage(keptPage('a', path));
      await run.commit(NOTHING);
      const [begun, late] = [store.readPages(run.id), store.readPages(run.id)];
      await begun.next();
      await store.close();
      for (const rest of [begun, late]) expect((await failureOf(() => Array.fromAsync(rest))).code).toBe('STORE_UNREADABLE');
    });
  });

  describe('the status', () => {
    it('of a store without a run has nothing in it', async () => {
      const store = await open();
      expect(await store.readStatus()).toMatchObject({
        tenant: store.tenant,
        newest: null,
        snapshots: 0,
        unfinished: [],
        holder: null,
        isApplying: false,
      });
      expect(await store.countFacts(1)).toEqual({ nodes: 0, edges: 0, gaps: 0 });
    });

    it('has the newest snapshot and how many there are', async () => {
      const store = await open();
      await commitFacts(store, { a: '' });
      const newest = await commitFacts(store, { a: '' }, { connector: 'test/two', report: { n: 1 } });
      expect(await store.readStatus()).toMatchObject({ newest, snapshots: 2 });
    });

    it('finds nothing to take back where nothing was left half-way, with a run under way or without', async () => {
      const store = await open();
      const newest = await commitFacts(store, { a: '' });
      expect(await store.recover()).toBe(false);
      const run = await store.startRun('test/two');
      expect(await store.recover()).toBe(false);
      await run.keepPage(keptPage('a', '/1'));
      expect(await pathsOf(store, run)).toEqual([]);
      await run.commit(NOTHING);
      expect((await store.readStatus()).snapshots).toBe(2);
      expect((await store.readSnapshotAt(newest.at))?.id).toBe(newest.id);
    });

    it('names its version, what keeps it, and the one before it was opened', async () => {
      const store = await open();
      const status = await store.readStatus();
      expect(status.version).toBeGreaterThan(0);
      expect(status.keeper).not.toBe('');
      const { version, versionBefore, place, kind } = await (await reopen(store)).readStatus();
      expect([version, versionBefore, place, kind]).toEqual([status.version, status.version, status.place, status.kind]);
    });

    it('lists the runs that are not over, with what they kept, and says who may write, to others too', async () => {
      const clock = { now: 5 };
      const store = await open({ now: () => clock.now });
      const other = await reopen(store);
      const second = await store.startRun('test/two');
      clock.now = 9;
      const first = await store.startRun('test/one');
      await first.keepPage(keptPage('a', '/1'));
      for (const each of [store, other]) {
        const { unfinished, holder, snapshots } = await each.readStatus();
        expect(unfinished).toEqual([
          { id: second.id, connector: 'test/two', startedAt: 5, pages: 0 },
          { id: first.id, connector: 'test/one', startedAt: 9, pages: 1 },
        ]);
        expect(holder).toContain(`process ${process.pid}`);
        expect(snapshots).toBe(0);
      }
      // Looking takes nothing away from the run.
      await first.commit({ ...NOTHING, facts: factsOf('').map((fact) => ({ fact, scope: 'a', endpoint: '', fetchedAt: 1 })) });
      await second.abandon();
      for (const each of [store, other])
        expect(await each.readStatus()).toMatchObject({ unfinished: [], holder: null, snapshots: 1, newest: { id: first.id } });
    });

    it('of a store whose holder is gone has the run, and nobody who holds it', async () => {
      const store = await open();
      const run = await store.startRun('test/one');
      await run.keepPage(keptPage('a', '/1'));
      await store.close();
      const { unfinished, holder } = await (await reopen(store)).readStatus();
      expect([unfinished.map(({ id, pages }) => [id, pages]), holder]).toEqual([[[run.id, 1]], null]);
    });
  });

  describe('facts', () => {
    it('are counted as a scan gives them, each once, now and then', async () => {
      const store = await open();
      const team = 'user:ann MEMBER_OF group:acme/dev';
      const gap = 'repository:acme/api HIDES group-grants BECAUSE denied';
      const read = 'user:eve HOLDS read ON repository:acme/api';
      const instants = [
        await commitFacts(store, { a: `${team}\nuser:bob MEMBER_OF group:acme/dev\n${gap}`, b: team, c: read }),
        await commitFacts(store, { a: `${team}\n${gap}`, b: `${team}\n${gap}`, c: '' }, { unread: ['c'] }),
        await commitFacts(store, { d: `${team}\nuser:ann HOLDS read ON repository:acme/api` }, { connector: 'test/two' }),
      ].map(({ at }) => at);
      const counts = await Array.fromAsync(instants, (at) => store.countFacts(at));
      expect(counts).toEqual([
        { nodes: 5, edges: 3, gaps: 1 },
        { nodes: 4, edges: 2, gaps: 1 },
        { nodes: 4, edges: 3, gaps: 1 },
      ]);
      const scanned = await Array.fromAsync(instants, async (at) => {
        const facts = Map.groupBy(await Array.fromAsync(store.scanFacts(at)), ({ fact }) => fact.type);
        return { nodes: facts.get('node')?.length, edges: facts.get('edge')?.length, gaps: facts.get('gap')?.length };
      });
      expect(counts).toEqual(scanned);
    });
  });
}
