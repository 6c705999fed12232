/** Promises of the single reads: order, absence, paging, columns, scopes, sources, many facts. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { type EdgeFact, type Fact, factId } from '../../graph/fact.ts';
import type { Store } from '../../graph/store/port.ts';
import { commitFacts, node, readByRef } from './commit-facts.ts';
import type { OpenStore } from './contract.ts';
import { expectReadsOfFacts, keysOf } from './laws.ts';

const WORLD = `
  user:ann MEMBER_OF group:acme/dev
  group:acme/dev HOLDS write ON repository:acme/api
  user:ann HOLDS admin ON repository:acme/api
  user:ann HOLDS read ON repository:acme/api
  user:bob HOLDS read ON repository:acme/api
  restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
  restriction:acme/api#1 EXEMPTS user:ann
`;

export function promisesOfReads(openStore: OpenStore): void {
  const open = async (text: string | readonly Fact[] = WORLD): Promise<{ store: Store; at: number }> => {
    const store = await openStore();
    onTestFinished(() => store.close());
    return { store, at: (await commitFacts(store, { a: text })).at };
  };

  describe('nodes', () => {
    it('are read by key in the order of keys, unknown and repeated ones left out', async () => {
      const { store, at } = await open();
      const keys = ['user:bob', 'nothing:x', 'group:acme/dev', 'user:bob'];
      expect((await store.readNodes(keys, at)).map(({ key }) => key)).toEqual(['group:acme/dev', 'user:bob']);
      expect(await store.readNodes(keys, at - 1)).toEqual([]);
    });

    it('answer to key, reference and alias exactly, all of them in the order of keys', async () => {
      const shared = { ref: 'user:one', aliases: ['user:two', 'user:id-2'] };
      const { store, at } = await open([
        node('user:{2}', shared),
        node('user:{1}', { ref: 'user:two' }),
        node('user:one', { ref: 'user:x' }),
      ]);
      const refs = ['user:one', 'user:two', 'user:id-2', 'user:{1}', 'user:ONE', 'user:on', ''];
      expect(await Array.fromAsync(refs, async (ref) => (await readByRef(store, ref, at)).map(({ key }) => key))).toEqual([
        ['user:one', 'user:{2}'],
        ['user:{1}', 'user:{2}'],
        ['user:{2}'],
        ['user:{1}'],
        [],
        [],
        [],
      ]);
    });

    it('are read by many references at once: what nothing answers to, then, is left out', async () => {
      const { store, at } = await open([node('user:{1}', { ref: 'user:one', aliases: ['user:a'] }), node('user:{2}', { ref: 'user:one' })]);
      const later = (await commitFacts(store, { a: [node('user:{1}', { ref: 'user:new' })] })).at;
      const refs = ['user:one', 'user:a', 'user:new', 'user:one', 'user:{2}', 'user:zoe'];
      const found = async (instant: number) =>
        [...(await store.readNodesByRefs(refs, instant))].map(([ref, nodes]) => [ref, ...nodes.map(({ key }) => key)].join(' ')).sort();
      expect(await found(at)).toEqual(['user:a user:{1}', 'user:one user:{1} user:{2}', 'user:{2} user:{2}']);
      expect([await found(later), await found(at - 1)]).toEqual([['user:new user:{1}'], []]);
      expect((await store.readNodesByRefs([], at)).size).toBe(0);
    });

    it('are in columns in the order of keys by code unit', async () => {
      const keys = ['user:b', 'user:B', 'user:a', 'user:{a}', 'user:a1', 'user:a%20', 'group:z/z', 'user:~', 'user:!'];
      const { store, at } = await open(keys.map((key) => node(key, key === 'user:~' ? { props: { active: false } } : {})));
      const more = (await commitFacts(store, { b: [node('user:A', { props: { expiresAt: 5 } })] })).at;
      for (const instant of [at, more]) {
        const found = keysOf((await store.scanNodeColumns(instant)).keys);
        expect(found).toEqual([...keys, ...(instant === more ? ['user:A'] : [])].sort());
        await expectReadsOfFacts(store, instant);
      }
    });
  });

  describe('edges', () => {
    it('are read by id with their sources; what is no edge of the instant is left out', async () => {
      const { store, at } = await open();
      const id = 'group:acme/dev HOLDS write repository:acme/api';
      const odd = [
        'user:ann HOLDS write repository:acme/api',
        'user:ann IS User',
        '',
        'user:ann',
        'a HOLDS b c d',
        `${id} `,
        'x NOTHING y',
      ];
      const found = await store.readEdges([...odd, id, id], at);
      expect([...found.keys()]).toEqual([id]);
      expect(found.get(id)).toMatchObject({ fact: { from: 'group:acme/dev', word: 'write' }, stale: false, sources: [{ endpoint: '/a' }] });
      expect((await store.readEdges([id], at - 1)).size).toBe(0);
    });

    it('are read by either end, of some kinds, in the order of ids', async () => {
      const { store, at } = await open();
      const ids = async (query: Partial<Parameters<Store['readEdgesOf']>[0]>) =>
        (await store.readEdgesOf({ key: 'user:ann', end: 'from', at, first: 100, ...query })).map(({ fact }) => factId(fact));
      expect(await ids({})).toEqual([
        'user:ann HOLDS admin repository:acme/api',
        'user:ann HOLDS read repository:acme/api',
        'user:ann MEMBER_OF group:acme/dev',
      ]);
      expect(await ids({ kinds: ['MEMBER_OF'] })).toEqual(['user:ann MEMBER_OF group:acme/dev']);
      expect(await ids({ end: 'to' })).toEqual(['restriction:acme/api#1 EXEMPTS user:ann']);
      expect([await ids({ kinds: [] }), await ids({ key: 'nothing:x' }), await ids({ at: at - 1 })]).toEqual([[], [], []]);
    });

    it('are paged by the id before', async () => {
      const levels = ['read', 'write', 'admin', 'a b', 'Z', 'zz', '~', '%'];
      const holders = ['user:a', 'user:a1', 'user:B', 'group:x/y'];
      const ends = [...holders, 'repository:acme/api'].map((key) => node(key));
      const edges = holders.flatMap((from) =>
        levels.map((word): EdgeFact => ({ type: 'edge', kind: 'HOLDS', from, to: 'repository:acme/api', word, props: {} })),
      );
      const { store, at } = await open([...ends, ...edges]);
      const paged: string[] = [];
      for (let page = 0; page < 20; page++) {
        const after = paged.at(-1);
        const query = { key: 'repository:acme/api', end: 'to', at, first: 3, ...(after === undefined ? {} : { after }) } as const;
        const ids = (await store.readEdgesOf(query)).map(({ fact }) => factId(fact));
        expect(ids.length).toBeLessThanOrEqual(3);
        paged.push(...ids);
      }
      expect(paged).toEqual(edges.map(factId).sort());
      const beyond = await store.readEdgesOf({ key: 'user:a', end: 'from', at, first: 9, after: '~' });
      expect(beyond).toEqual([]);
    });

    it('of some kinds are scanned with their properties, in the order of ids', async () => {
      const { store, at } = await open();
      const rules = [...(await store.scanEdgesOfKinds(['EXEMPTS', 'RESTRICTS'], at))];
      expect(rules.map((edge) => [factId(edge), edge.props, edge.stale])).toEqual([
        ['restriction:acme/api#1 EXEMPTS user:ann', {}, false],
        ['restriction:acme/api#1 RESTRICTS push repository:acme/api', { glob: 'main' }, false],
      ]);
      expect([...(await store.scanEdgesOfKinds([], at))]).toEqual([]);
    });
  });

  describe('scopes of a connector', () => {
    it('say how the last try went and when it was last read to its end', async () => {
      const store = await openStore({ now: () => 10 });
      onTestFinished(() => store.close());
      await commitFacts(store, { a: '', b: '', c: '' }, { unread: ['c'] });
      await commitFacts(store, { a: '', b: '' }, { unread: ['b'] });
      await commitFacts(store, { a: '' }, { connector: 'test/two' });
      expect([...(await store.readScopes('test/one'))].sort()).toEqual([
        ['a', { outcome: 'complete', readAt: 11 }],
        ['b', { outcome: 'unread', readAt: 10 }],
        ['c', { outcome: 'unread', readAt: 0 }],
      ]);
      expect((await store.readScopes('test/three')).size).toBe(0);
    });
  });

  describe('sources', () => {
    it('are counted by connector and endpoint, as of the instant', async () => {
      const { store, at } = await open('user:ann MEMBER_OF group:acme/dev');
      await commitFacts(store, { b: 'group:acme/dev HIDES group-members BECAUSE denied' }, { fetchedAt: 7, unread: ['b'] });
      await commitFacts(store, { a: 'user:ann IS User' }, { connector: 'test/two', fetchedAt: 9 });
      const last = (await commitFacts(store, { a: 'user:ann IS User' }, { unread: ['a'], fetchedAt: 8 })).at;
      const one = { connector: 'test/one', endpoint: '/a' };
      expect(await store.readSources(at)).toEqual([{ source: one, facts: 3, stale: 0, newestAt: 1 }]);
      expect(await store.readSources(last)).toEqual([
        { source: one, facts: 3, stale: 2, newestAt: 8 },
        // The gap says which group it is about: that node is a fact of the endpoint.
        { source: { connector: 'test/one', endpoint: '/b' }, facts: 1, stale: 0, newestAt: 7 },
        { source: { connector: 'test/two', endpoint: '/a' }, facts: 1, stale: 0, newestAt: 9 },
      ]);
    });

    it('of gaps alone are there with none counted', async () => {
      const { store } = await open('group:acme/dev IS Group');
      const gap: Fact = { type: 'gap', reason: 'denied', hides: 'group-members', scope: 'group:acme/dev', subject: '', detail: '' };
      const { at } = await commitFacts(store, { b: [gap] }, { unread: ['b'] });
      expect((await store.readSources(at)).map(({ source, facts }) => [source.endpoint, facts])).toEqual([
        ['/a', 1],
        ['/b', 0],
      ]);
    });
  });

  describe('many facts', () => {
    it('are all there, in every way of reading, after a change too', { timeout: 120_000 }, async () => {
      const [users, groups, each] = [600, 40, 10];
      const people = Array.from({ length: users }, (_, i) => node(`user:${i}`, { props: i % 7 === 0 ? { active: false } : {} }));
      const teams = Array.from({ length: groups }, (_, i) => node(`group:acme/${i}`, { kind: 'Group' }));
      const members = (salt: number) =>
        people.flatMap(({ key }, i) =>
          Array.from({ length: each }, (_, j): EdgeFact => {
            const to = `group:acme/${(i * 31 + j * (salt + 3)) % groups}`;
            return { type: 'edge', kind: 'MEMBER_OF', from: key, to, word: '', props: {} };
          }),
        );
      const { store, at } = await open([...people, ...teams, ...members(0)]);
      const later = (await commitFacts(store, { a: [...people, ...teams, ...members(1)] })).at;
      const count = (salt: number) => new Set(members(salt).map(factId)).size;
      expect([(await store.scanEdgeColumns(at)).length, (await store.scanEdgeColumns(later)).length]).toEqual([count(0), count(1)]);
      expect([(await store.scanNodeColumns(at)).length, await store.countNodes({ text: '', at: later })]).toEqual([
        users + groups,
        users + groups,
      ]);
      const ids = (await Array.fromAsync(store.scanFacts(later))).map(({ fact }) => factId(fact));
      expect(ids).toEqual(
        [...people, ...teams, ...members(1)]
          .map(factId)
          .filter((id, i, all) => all.indexOf(id) === i)
          .sort(),
      );
      const team = (await store.readEdgesOf({ key: 'group:acme/3', end: 'to', at, first: 10_000 })).map(({ fact }) => factId(fact));
      expect(team).toEqual(
        [
          ...new Set(
            members(0)
              .filter(({ to }) => to === 'group:acme/3')
              .map(factId),
          ),
        ].sort(),
      );
    });
  });
}
