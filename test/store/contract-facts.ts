/** Promises about facts: what a run opens, closes, leaves, and makes stale; intervals; sources; what speaks. */
import { describe, expect, it } from 'vitest';
import type { EdgeFact, Fact } from '../../graph/fact.ts';
import type { Store } from '../../graph/store/port.ts';
import { commitFacts, factsOf, heldAt, node, occurrenceOf, openStepping, readByRef } from './commit-facts.ts';
import type { OpenStore } from './contract.ts';
import { expectReadsOfFacts } from './laws.ts';

const ANN = 'user:ann MEMBER_OF group:acme/dev';
const BOB = 'user:bob MEMBER_OF group:acme/dev';
const OTHER = { connector: 'test/two' };

export function promisesOfFacts(openStore: OpenStore): void {
  const open = (): Promise<Store> => openStepping(openStore);

  describe('a run', () => {
    it('opens what appeared and closes what vanished, and the past stays', async () => {
      const store = await open();
      await commitFacts(store, { a: ANN });
      await commitFacts(store, { a: `${ANN}\n${BOB}` });
      const early = [await heldAt(store, 10), await heldAt(store, 20)];
      await commitFacts(store, { a: BOB });
      await commitFacts(store, { a: '' });
      expect([await heldAt(store, 10), await heldAt(store, 20)]).toEqual(early);
      expect(await Array.fromAsync([9, 10, 20, 30, 40], (at) => heldAt(store, at))).toEqual([[], [ANN], [ANN, BOB], [BOB], []]);
      for (const at of [9, 10, 20, 30, 40]) await expectReadsOfFacts(store, at);
    });

    it('closes facts of its own connector alone', async () => {
      const store = await open();
      await commitFacts(store, { a: ANN });
      await commitFacts(store, { a: BOB }, OTHER);
      await commitFacts(store, { a: '' }, { ...OTHER, closeUnlisted: true });
      expect(await heldAt(store, 30)).toEqual([ANN]);
    });

    it('leaves facts of a scope that it did not come to as they are', async () => {
      const store = await open();
      await commitFacts(store, { a: ANN, b: BOB });
      await commitFacts(store, { b: '' });
      expect(await heldAt(store, 20)).toEqual([ANN]);
      expect(await occurrenceOf(store, ANN, 20)).toMatchObject({ validFrom: 10, validTo: null, stale: false });
    });

    it('closes a scope that the connector no longer knows of, only when it says so', async () => {
      const store = await open();
      await commitFacts(store, { a: `${ANN}\ngroup:acme/dev HIDES group-members BECAUSE denied`, b: BOB });
      await commitFacts(store, { b: BOB }, { closeUnlisted: false });
      expect((await heldAt(store, 20)).length).toBe(3);
      await commitFacts(store, { b: BOB }, { closeUnlisted: true });
      expect([await heldAt(store, 30, { nodes: true }), [...(await store.readScopes('test/one')).keys()]]).toEqual([
        ['group:acme/dev IS Group', BOB, 'user:bob IS User'].sort(),
        ['b'],
      ]);
      await commitFacts(store, { a: ANN }, { unread: ['a'] });
      expect([await heldAt(store, 40), (await store.readScopes('test/one')).get('a')]).toEqual([
        [ANN, BOB],
        { outcome: 'unread', readAt: 0 },
      ]);
    });

    it('takes facts in any order of scopes, and the last of several statements', async () => {
      const store = await open();
      const state = (scope: string, name: string) => ({ fact: node('user:ann', { name }), scope, endpoint: '/x', fetchedAt: 1 });
      const facts = [state('a', 'first'), state('b', 'b'), state('a', 'last')];
      const scopes = new Map([
        ['b', 'complete' as const],
        ['a', 'complete' as const],
      ]);
      await (await store.startRun('test/one')).commit({ facts, scopes, closeUnlisted: false, report: {} });
      expect((await store.readNodes(['user:ann'], 10))[0]?.name).toBe('last');
    });

    it('may state nothing at all', async () => {
      const store = await open();
      await commitFacts(store, {});
      expect([await heldAt(store, 10, { nodes: true }), (await store.readSnapshots()).length]).toEqual([[], 1]);
    });
  });

  describe('a scope that was tried and not read to its end', () => {
    it('keeps its facts, stale, except those that were met', async () => {
      const store = await open();
      await commitFacts(store, { a: `${ANN}\n${BOB}` });
      await commitFacts(store, { a: ANN }, { unread: ['a'] });
      expect(await heldAt(store, 20)).toEqual([ANN, `${BOB} (stale)`]);
      expect(await heldAt(store, 10)).toEqual([ANN, BOB]);
      for (const id of [ANN, BOB]) expect(await occurrenceOf(store, id, 20)).toMatchObject({ validFrom: 10, validTo: null });
      await expectReadsOfFacts(store, 20);
    });

    it('opens what is new, and what is told otherwise', async () => {
      const store = await open();
      const rule = (glob: string) => `restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=${glob}`;
      await commitFacts(store, { a: rule('main') });
      await commitFacts(store, { a: `${rule('dev')}\n${ANN}` }, { unread: ['a'] });
      expect(await heldAt(store, 20)).toEqual(['restriction:acme/api#1 RESTRICTS push repository:acme/api', ANN]);
      expect([...(await store.scanEdgesOfKinds(['RESTRICTS'], 20))]).toMatchObject([{ props: { glob: 'dev' }, stale: false }]);
      expect([...(await store.scanEdgesOfKinds(['RESTRICTS'], 10))]).toMatchObject([{ props: { glob: 'main' }, stale: false }]);
    });

    it('does not change what was said of staleness before', async () => {
      const store = await open();
      await commitFacts(store, { a: `${ANN}\n${BOB}` });
      await commitFacts(store, { a: ANN }, { unread: ['a'] });
      await commitFacts(store, { a: BOB }, { unread: ['a'] });
      await commitFacts(store, { a: '' }, { unread: ['a'] });
      await commitFacts(store, { a: `${ANN}\n${BOB}` });
      expect(await Array.fromAsync([10, 20, 30, 40, 50], (at) => heldAt(store, at))).toEqual([
        [ANN, BOB],
        [ANN, `${BOB} (stale)`],
        [`${ANN} (stale)`, BOB],
        [`${ANN} (stale)`, `${BOB} (stale)`],
        [ANN, BOB],
      ]);
      for (const at of [10, 20, 30, 40, 50]) await expectReadsOfFacts(store, at);
      expect(await occurrenceOf(store, ANN, 30)).toMatchObject({ validFrom: 10, validTo: null });
    });

    it('is stale no more when it is read to its end', async () => {
      const store = await open();
      await commitFacts(store, { a: ANN });
      await commitFacts(store, { a: '' }, { unread: ['a'] });
      await commitFacts(store, { a: ANN });
      expect(await Array.fromAsync([20, 30], (at) => heldAt(store, at))).toEqual([[`${ANN} (stale)`], [ANN]]);
    });

    it('makes nodes stale too, and leaves a fact fresh that another scope holds', async () => {
      const store = await open();
      await commitFacts(store, { a: ANN, b: ANN });
      await commitFacts(store, { a: '' }, { unread: ['a'] });
      expect((await heldAt(store, 20, { nodes: true })).filter((id) => id.includes('stale'))).toEqual([]);
      await commitFacts(store, { b: '' }, { unread: ['b'] });
      expect(await heldAt(store, 30, { nodes: true })).toEqual([
        'group:acme/dev IS Group (stale)',
        'user:ann IS User (stale)',
        `${ANN} (stale)`,
      ]);
      await expectReadsOfFacts(store, 20);
      await expectReadsOfFacts(store, 30);
    });
  });

  describe('gaps', () => {
    const denied = 'repository:acme/api HIDES group-grants BECAUSE denied';
    const budget = 'repository:acme/api HIDES group-grants BECAUSE budget "not read"';

    it('are replaced as a whole when the scope is tried, and never stale', async () => {
      const store = await open();
      await commitFacts(store, { a: denied }, { unread: ['a'] });
      await commitFacts(store, { a: denied }, { unread: ['a'] });
      await commitFacts(store, { a: budget }, { unread: ['a'] });
      await commitFacts(store, { b: '' });
      await commitFacts(store, { a: '' });
      const gaps = await Array.fromAsync([10, 20, 30, 40, 50], async (at) =>
        (await store.readGaps(at)).map(({ fact, stale }) => [fact.reason, fact.detail, stale]),
      );
      expect(gaps).toEqual([
        [['denied', '', false]],
        [['denied', '', false]],
        [['budget', 'not read', false]],
        [['budget', 'not read', false]],
        [],
      ]);
      expect((await store.readGaps(20))[0]).toMatchObject({ validFrom: 10, validTo: 30 });
      expect((await store.readGaps(20))[0]?.sources).toMatchObject([{ run: (await store.readSnapshotAt(20))?.id }]);
    });

    it('are ordered by id and keep all that they say', async () => {
      const store = await open();
      const text = 'user:zoe IS User\nrepository:acme/api HIDES grant-level BECAUSE unknown-value FOR user:zoe "level `x`"';
      await commitFacts(store, { a: `repository:acme/b HIDES group-grants BECAUSE denied\n${text}\n${denied}` });
      expect((await store.readGaps(10)).map(({ fact }) => [fact.scope, fact.hides, fact.reason, fact.subject, fact.detail])).toEqual([
        ['repository:acme/api', 'grant-level', 'unknown-value', 'user:zoe', 'level `x`'],
        ['repository:acme/api', 'group-grants', 'denied', '', ''],
        ['repository:acme/b', 'group-grants', 'denied', '', ''],
      ]);
    });
  });

  describe('a fact', () => {
    it('is open while one connector holds it, without a break', async () => {
      const store = await open();
      await commitFacts(store, { a: ANN });
      await commitFacts(store, { a: ANN }, OTHER);
      await commitFacts(store, { a: '' });
      expect(await Array.fromAsync([10, 20, 30], async (at) => (await occurrenceOf(store, ANN, at))?.validFrom)).toEqual([10, 10, 10]);
      await commitFacts(store, { a: '' }, OTHER);
      expect([await heldAt(store, 30), await heldAt(store, 40)]).toEqual([[ANN], []]);
      for (const at of [10, 20, 30]) expect(await occurrenceOf(store, ANN, at)).toMatchObject({ validFrom: 10, validTo: 40 });
    });

    it('is open without a break when one scope takes over from another', async () => {
      const store = await open();
      await commitFacts(store, { a: ANN });
      await commitFacts(store, { a: '', b: ANN });
      expect(await occurrenceOf(store, ANN, 20)).toMatchObject({ validFrom: 10, validTo: null });
      expect((await store.readEdges([ANN], 10)).get(ANN)).toMatchObject({ validFrom: 10, validTo: null });
    });

    it('holds at its begin and no more at its end', async () => {
      const store = await open();
      await commitFacts(store, { a: ANN });
      await commitFacts(store, { a: '' });
      await commitFacts(store, { a: ANN });
      expect(await Array.fromAsync([9.5, 10, 19.5, 20, 29.5, 30, 1e15], async (at) => (await heldAt(store, at)).length)).toEqual([
        0, 1, 1, 0, 0, 1, 1,
      ]);
      expect(await occurrenceOf(store, ANN, 15)).toMatchObject({ validFrom: 10, validTo: 20 });
      expect(await occurrenceOf(store, ANN, 35)).toMatchObject({ validFrom: 30, validTo: null });
    });

    it('of changed properties is closed and opened with the same id', async () => {
      const store = await open();
      const rule = (glob: string): Fact[] => factsOf(`restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=${glob}`);
      const id = 'restriction:acme/api#1 RESTRICTS push repository:acme/api';
      for (const glob of ['main', 'dev', 'dev']) await commitFacts(store, { a: rule(glob) });
      const read = async (at: number) => (await store.readEdges([id], at)).get(id);
      expect(await read(10)).toMatchObject({ fact: { props: { glob: 'main' } }, validFrom: 10, validTo: 20 });
      expect(await read(30)).toMatchObject({ fact: { props: { glob: 'dev' } }, validFrom: 20, validTo: null });
    });

    it('of a node that became another kind or was renamed is closed and opened', async () => {
      const store = await open();
      await commitFacts(store, { a: [node('user:ann', { ref: 'user:a' })] });
      await commitFacts(store, { a: [node('user:ann', { ref: 'user:b' })] });
      await commitFacts(store, { a: [node('user:ann', { ref: 'user:b', kind: 'ServiceUser' })] });
      expect(await Array.fromAsync([10, 20, 30], (at) => heldAt(store, at, { nodes: true }))).toEqual([
        ['user:ann IS User'],
        ['user:ann IS User'],
        ['user:ann IS ServiceUser'],
      ]);
      expect(
        await Array.fromAsync(
          [10, 20],
          async (at) => await Array.fromAsync(['user:a', 'user:b'], async (ref) => (await readByRef(store, ref, at)).length),
        ),
      ).toEqual([
        [1, 0],
        [0, 1],
      ]);
      for (const at of [10, 20, 30]) await expectReadsOfFacts(store, at);
    });

    it('stated with several contents says what was opened last', async () => {
      const store = await open();
      const named = (name: string) => [node('user:ann', { name })];
      await commitFacts(store, { a: named('a'), b: named('b') });
      await commitFacts(store, { a: named('a') }, { unread: ['a'] });
      await commitFacts(store, { a: named('A') });
      await commitFacts(store, { a: '' });
      expect(await Array.fromAsync([10, 20, 30, 40], async (at) => (await store.readNodes(['user:ann'], at))[0]?.name)).toEqual([
        'b',
        'b',
        'A',
        'b',
      ]);
      expect(await Array.fromAsync([10, 30, 40], (at) => occurrenceOf(store, 'user:ann IS User', at))).toMatchObject([
        { validFrom: 10, validTo: 30 },
        { validFrom: 30, validTo: 40 },
        { validFrom: 40, validTo: null },
      ]);
      for (const at of [10, 20, 30, 40]) await expectReadsOfFacts(store, at);
    });

    it('keeps every value that it was given', async () => {
      const store = await open();
      const props = { text: 'ß "quoted"\u0000\n', number: -1.5, big: 2 ** 52, yes: true, no: false, none: null };
      const odd = node('user:ann', { name: 'A\u0000Ñ 😀', aliases: ['user:z', 'user:b'], props, ref: "user:an'n" });
      const edge: EdgeFact = { type: 'edge', kind: 'HOLDS', from: 'user:ann', to: 'user:ann', word: 'a b%20ü', props };
      await commitFacts(store, { a: [odd, edge] });
      const facts = (await Array.fromAsync(store.scanFacts(10))).map(({ fact }) => fact);
      expect(facts).toEqual([edge, { ...odd, aliases: ['user:b', 'user:z'] }]);
      expect(await readByRef(store, "user:an'n", 10)).toEqual([facts[1]]);
      await expectReadsOfFacts(store, 10);
    });

    it('replaces half characters, and is the same in the next run', async () => {
      const store = await open();
      const half = [node('user:ann', { name: 'A\ud800', props: { x: '\udc00' } })];
      await commitFacts(store, { a: half });
      await commitFacts(store, { a: half });
      expect(await occurrenceOf(store, 'user:ann IS User', 20)).toMatchObject({
        fact: { name: 'A\ufffd', props: { x: '\ufffd' } },
        validFrom: 10,
      });
    });
  });

  describe('a node that no connector states', () => {
    it('is stated by the store with the first fact that names it, and stays', async () => {
      const store = await open();
      await commitFacts(store, {
        a: factsOf('anonymous: HOLDS read ON repository:acme/api').filter((fact) => fact.type !== 'node' || fact.kind !== 'Anonymous'),
      });
      await commitFacts(store, { a: '' });
      expect(await readByRef(store, 'anonymous:', 20)).toEqual([node('anonymous:', { kind: 'Anonymous' })]);
      expect(await occurrenceOf(store, 'anonymous: IS Anonymous', 20)).toMatchObject({
        validFrom: 10,
        stale: false,
        sources: [{ connector: 'test/one', endpoint: 'implied', run: (await store.readSnapshotAt(10))?.id }],
      });
      expect([...(await store.readScopes('test/one')).keys()]).toEqual(['a']);
      await commitFacts(store, {}, { closeUnlisted: true });
      expect(await heldAt(store, 30, { nodes: true })).toEqual(['anonymous: IS Anonymous']);
    });

    it('may be an end that another run stated', async () => {
      const store = await open();
      await commitFacts(store, { a: 'user:ann IS User\ngroup:acme/dev IS Group' });
      await commitFacts(store, { a: factsOf(ANN).filter(({ type }) => type === 'edge') }, OTHER);
      expect(await heldAt(store, 20)).toEqual([ANN]);
    });
  });

  describe('the source of a fact', () => {
    it('is the last reading that met it, for each scope that states it', async () => {
      const store = await open();
      const runs = [
        await commitFacts(store, { a: ANN }, { fetchedAt: 1 }),
        await commitFacts(store, { b: ANN }, { fetchedAt: 2, ...OTHER }),
        await commitFacts(store, { a: ANN }, { fetchedAt: 3 }),
        await commitFacts(store, { a: '' }, { fetchedAt: 4, unread: ['a'] }),
        await commitFacts(store, { a: ANN }, { fetchedAt: 5, unread: ['a'] }),
      ].map(({ id }) => id);
      const one = (run: number, fetchedAt: number) => ({ connector: 'test/one', endpoint: '/a', run: runs[run], fetchedAt });
      const two = { connector: 'test/two', endpoint: '/b', run: runs[1], fetchedAt: 2 };
      expect(await Array.fromAsync([10, 20, 30, 40, 50], async (at) => (await occurrenceOf(store, ANN, at))?.sources)).toEqual([
        [one(0, 1)],
        [one(0, 1), two],
        [one(2, 3), two],
        [one(2, 3), two],
        [one(4, 5), two],
      ]);
    });

    it('was fetched when the last page of its scope was', async () => {
      const store = await open();
      const facts = factsOf(ANN).map((fact, at) => ({ fact, scope: 'a', endpoint: `/${at}`, fetchedAt: [5, 9, 7][at] ?? 0 }));
      await (await store.startRun('test/one')).commit({ facts, scopes: new Map([['a', 'complete']]), closeUnlisted: false, report: {} });
      expect((await occurrenceOf(store, ANN, 10))?.sources).toMatchObject([{ endpoint: '/1', fetchedAt: 9 }]);
    });
  });
}
