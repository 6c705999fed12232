/** Promises about the properties of a node that several connectors state: what is put together, what overrides, what is gone. */
import { describe, expect, it } from 'vitest';
import type { NodeFact } from '../../graph/fact.ts';
import type { Store } from '../../graph/store/port.ts';
import { commitFacts, node, occurrenceOf, openStepping, readByRef } from './commit-facts.ts';
import type { OpenStore } from './contract.ts';
import { expectReadsOfFacts } from './laws.ts';

const OTHER = { connector: 'test/two' };

export function promisesOfProperties(openStore: OpenStore): void {
  const open = (): Promise<Store> => openStepping(openStore);

  describe('properties of a node that several connectors state', () => {
    const bob = (props: NodeFact['props'], name = 'Bob') => [node('user:bob', { name, props })];
    const THREE = { connector: 'test/three' };
    /** What every read of nodes says of the newest instant. */
    const readsOf = async (store: Store, at: number) => {
      await expectReadsOfFacts(store, at);
      const columns = await store.scanNodeColumns(at);
      const props = [
        (await store.readNodes(['user:bob'], at))[0]?.props,
        (await readByRef(store, 'user:bob', at))[0]?.props,
        (await store.findNodes({ text: 'bob', at, first: 5 }))[0]?.props,
        (await occurrenceOf(store, 'user:bob IS User', at))?.fact,
      ].map((each) => (each !== undefined && 'props' in each ? each.props : each));
      expect(new Set(props.map((each) => JSON.stringify(Object.entries(each ?? {}).sort()))).size).toBe(1);
      return { props: props[0], inactive: columns.inactive.length, expiring: [...columns.expiring.at] };
    };

    it('are put together in whatever order they are read', async () => {
      const words = [
        { connector: 'test/one', facts: bob({}) },
        { connector: 'test/two', facts: bob({ active: false }) },
        { connector: 'test/three', facts: bob({ expiresAt: 5 }) },
      ];
      for (const order of [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
      ]) {
        const store = await open();
        for (const index of order) await commitFacts(store, { a: words[index]?.facts ?? [] }, { connector: words[index]?.connector ?? '' });
        expect(await readsOf(store, 30)).toEqual({ props: { active: false, expiresAt: 5 }, inactive: 1, expiring: [5] });
      }
    });

    it('stay when a connector that does not name them is read again, or calls the node differently', async () => {
      const store = await open();
      await commitFacts(store, { a: bob({}) });
      await commitFacts(store, { a: bob({ active: false }) }, OTHER);
      await commitFacts(store, { a: bob({}) });
      expect(await readsOf(store, 30)).toEqual({ props: { active: false }, inactive: 1, expiring: [] });
      await commitFacts(store, { a: bob({}, 'Robert') });
      expect(await readsOf(store, 40)).toEqual({ props: { active: false }, inactive: 1, expiring: [] });
      expect((await store.readNodes(['user:bob'], 40))[0]?.name).toBe('Robert');
      expect(await occurrenceOf(store, 'user:bob IS User', 30)).toMatchObject({ validFrom: 20, validTo: 40 });
    });

    it('are those of the statement opened last where two name one', async () => {
      const store = await open();
      await commitFacts(store, { a: bob({ active: false, expiresAt: 9 }) });
      await commitFacts(store, { a: bob({ active: true }) }, OTHER);
      expect(await readsOf(store, 20)).toEqual({ props: { active: true, expiresAt: 9 }, inactive: 0, expiring: [9] });
      await commitFacts(store, { a: bob({ active: false }) }, THREE);
      expect(await readsOf(store, 30)).toEqual({ props: { active: false, expiresAt: 9 }, inactive: 1, expiring: [9] });
    });

    it('are those of the newest scope of a connector, which speaks when that scope was opened', async () => {
      const store = await open();
      await commitFacts(store, { a: bob({ active: false }) });
      await commitFacts(store, { a: bob({ active: true }) }, OTHER);
      await commitFacts(store, { b: bob({ active: false }) });
      expect(await readsOf(store, 30)).toEqual({ props: { active: false }, inactive: 1, expiring: [] });
      await commitFacts(store, { b: '' });
      expect(await readsOf(store, 40)).toEqual({ props: { active: true }, inactive: 0, expiring: [] });
    });

    it('are gone with the word of the connector that named them', async () => {
      const store = await open();
      await commitFacts(store, { a: bob({}) });
      await commitFacts(store, { a: bob({ active: false }) }, OTHER);
      await commitFacts(store, { a: bob({}) }, OTHER);
      expect(await readsOf(store, 30)).toEqual({ props: {}, inactive: 0, expiring: [] });
      await commitFacts(store, { a: bob({ active: false }) }, OTHER);
      await commitFacts(store, { a: '' }, OTHER);
      expect(await Array.fromAsync([20, 30, 40, 50], async (at) => (await readsOf(store, at)).inactive)).toEqual([1, 0, 1, 0]);
    });

    it('of one connector are those of the scope that speaks: what it no longer says is gone', async () => {
      const store = await open();
      await commitFacts(store, { a: bob({ active: false }) });
      await commitFacts(store, { b: bob({}) });
      expect(await readsOf(store, 20)).toEqual({ props: {}, inactive: 0, expiring: [] });
    });
  });
}
