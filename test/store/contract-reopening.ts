/** Promises about a store that is opened again: what lasts, who goes on with a run, and what a second opener sees and may do. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Store } from '../../graph/store/port.ts';
import { commitFacts, failureOf, heldAt, keptPage } from './commit-facts.ts';
import type { OpenOptions, StoreUnderTest } from './contract.ts';

const ANN = 'user:ann MEMBER_OF group:acme/dev';
const BOB = 'user:bob MEMBER_OF group:acme/dev';

export function promisesOfReopening(stores: StoreUnderTest): void {
  const closing = (store: Store): Store => {
    onTestFinished(() => store.close());
    return store;
  };
  const open = async (options?: OpenOptions) => closing(await stores.open(options));
  const reopen = async (store: Store, options?: OpenOptions) => closing(await stores.reopen(store, options));

  describe('a store that was closed', () => {
    it('has all that was committed when it is opened again', async () => {
      const store = await open({ now: () => 10 });
      await commitFacts(store, { a: ANN, b: BOB });
      const { at } = await commitFacts(store, { a: ANN, b: '' }, { unread: ['b'], report: { number: 2 } });
      const state = async (of: Store) => [
        of.tenant,
        await of.readSnapshots(),
        await of.readVersion(),
        await Array.fromAsync(of.scanFacts(10)),
        await Array.fromAsync(of.scanFacts(at)),
        await of.readScopes('test/one'),
        await of.readSources(at),
      ];
      const before = await state(store);
      await store.close();
      expect(await state(await reopen(store))).toEqual(before);
    });

    it('gives its unfinished run back with its pages, and goes on where it was', async () => {
      const store = await open({ now: () => 5 });
      const run = await store.startRun('test/one');
      for (const path of ['/1', '/2', '/1']) await run.keepPage(keptPage('a', path));
      const pages = await Array.fromAsync(run.pages());
      await store.close();
      const again = await reopen(store, { now: () => 9 });
      const resumed = await again.startRun('test/one');
      expect([resumed.id, resumed.connector, resumed.startedAt]).toEqual([run.id, 'test/one', 5]);
      expect(await Array.fromAsync(resumed.pages())).toEqual(pages);
      await resumed.keepPage(keptPage('a', '/3'));
      expect((await Array.fromAsync(resumed.pages())).map(({ path, sequence }) => [path, sequence])).toEqual([
        ['/2', 1],
        ['/1', 2],
        ['/3', 3],
      ]);
      expect((await resumed.commit({ facts: [], scopes: new Map(), closeUnlisted: false, report: {} })).id).toBe(run.id);
    });

    it('does not give back a run that was committed or abandoned', async () => {
      const store = await open();
      const { id } = await commitFacts(store, {});
      const abandoned = await store.startRun('test/one');
      await abandoned.abandon();
      await store.close();
      const next = await (await reopen(store)).startRun('test/one');
      expect([id, abandoned.id]).not.toContain(next.id);
    });

    it('goes on with later instants though the clock went back', async () => {
      const store = await open({ now: () => 1_000 });
      await commitFacts(store, { a: ANN });
      await store.close();
      const again = await reopen(store, { now: () => 10 });
      expect((await commitFacts(again, { a: BOB })).at).toBe(1_001);
      expect([await heldAt(again, 1_000), await heldAt(again, 1_001)]).toEqual([[ANN], [BOB]]);
    });
  });

  describe('a store that is open twice', () => {
    it('shows to one what the other commits, and nothing before that', async () => {
      const one = await open();
      const { at } = await commitFacts(one, { a: ANN });
      const two = await reopen(one);
      expect(two.tenant).toBe(one.tenant);
      const version = await two.readVersion();
      const run = await one.startRun('test/one');
      await run.keepPage(keptPage('a', '/1'));
      expect([await two.readVersion(), await heldAt(two, Number.MAX_SAFE_INTEGER)]).toEqual([version, [ANN]]);
      const scan = two.scanFacts(Number.MAX_SAFE_INTEGER);
      expect((await scan.next()).done).toBe(false);
      const snapshot = await commitFacts(one, { a: BOB });
      // The rest of a scan that began before the commit speaks of the state before it: two nodes and an edge.
      expect((await Array.fromAsync(scan)).length).toBe(2);
      expect(await two.readVersion()).not.toBe(version);
      expect(await two.readSnapshotAt()).toEqual(snapshot);
      expect([await heldAt(two, at), await heldAt(two, snapshot.at)]).toEqual([[ANN], [BOB]]);
    });

    it('lets one of them have runs at a time', async () => {
      const one = await open();
      const two = await reopen(one);
      const run = await one.startRun('test/one');
      for (const connector of ['test/one', 'test/two']) expect((await failureOf(() => two.startRun(connector))).code).toBe('STORE_BUSY');
      const second = await one.startRun('test/two');
      await run.abandon();
      expect((await failureOf(() => two.startRun('test/one'))).code).toBe('STORE_BUSY');
      await second.abandon();
      const other = await two.startRun('test/two');
      expect((await failureOf(() => one.startRun('test/one'))).code).toBe('STORE_BUSY');
      await other.commit({ facts: [], scopes: new Map(), closeUnlisted: false, report: {} });
      expect((await one.startRun('test/one')).id).not.toBe(run.id);
    });

    it('gives a run up when it is closed', async () => {
      const one = await open();
      const two = await reopen(one);
      const { id } = await one.startRun('test/one');
      await one.close();
      expect((await two.startRun('test/one')).id).toBe(id);
    });
  });
}
