/** Promises about runs: instants, visibility, kept pages, resuming, abandoning, versions and snapshots. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Store } from '../../graph/store/port.ts';
import { commitFacts, factsOf, heldAt, keptPage, readByRef } from './commit-facts.ts';
import type { OpenStore } from './contract.ts';

export function promisesOfRuns(openStore: OpenStore): void {
  const open: OpenStore = async (options) => {
    const store = await openStore(options);
    onTestFinished(() => store.close());
    return store;
  };

  describe('a store', () => {
    it('has nothing to do with another one: neither facts nor runs', async () => {
      const [one, two] = [await open(), await open()];
      const { at } = await commitFacts(one, { a: 'user:ann MEMBER_OF group:acme/dev' });
      const run = await one.startRun('test/one');
      await run.keepPage(keptPage('a', '/1'));
      await one.writeCache('x', new Uint8Array([1]));
      const other = await two.startRun('test/one');
      expect([other.id === run.id, await Array.fromAsync(other.pages())]).toEqual([false, []]);
      expect([await heldAt(two, at, { nodes: true }), await two.readSnapshots(), await two.readCache('x')]).toEqual([[], [], null]);
      await commitFacts(two, { a: 'user:ann MEMBER_OF group:acme/ops' });
      expect(await heldAt(one, Number.MAX_SAFE_INTEGER)).toEqual(['user:ann MEMBER_OF group:acme/dev']);
      expect(await heldAt(two, Number.MAX_SAFE_INTEGER)).toEqual(['user:ann MEMBER_OF group:acme/ops']);
    });

    it('says nothing before the first run', async () => {
      const store = await open();
      expect([
        await store.readSnapshots(),
        await store.readSnapshotAt(),
        await Array.fromAsync(store.scanFacts(1)),
        await store.readGaps(1),
      ]).toEqual([[], null, [], []]);
      expect([(await store.scanNodeColumns(1)).length, (await store.scanEdgeColumns(1)).length, await store.readSources(1)]).toEqual([
        0,
        0,
        [],
      ]);
      expect([(await store.readScopes('test/one')).size, await readByRef(store, 'user:ann', 1), await store.readCache('x')]).toEqual([
        0,
        [],
        null,
      ]);
      expect([await store.countNodes({ text: '', at: 1 }), await store.suggestRefs('user:ann', 1, 5)]).toEqual([0, []]);
    });
  });

  describe('commit instants', () => {
    it('increase strictly when the clock stands still or goes back', async () => {
      const clock = { now: 1_000 };
      const store = await open({ now: () => clock.now });
      const instants = await Array.fromAsync([0, 0, -500, 2_000, -5_000], async (step) => {
        clock.now += step;
        return (await commitFacts(store, { a: '' })).at;
      });
      expect(instants).toEqual([1_000, 1_001, 1_002, 2_500, 2_501]);
    });

    it('increase over connectors too', async () => {
      const store = await open({ now: () => 7 });
      expect(
        await Array.fromAsync(
          ['test/one', 'test/two', 'test/one'],
          async (connector) => (await commitFacts(store, { a: '' }, { connector })).at,
        ),
      ).toEqual([7, 8, 9]);
    });
  });

  describe('a snapshot', () => {
    it('is what the commit gave, newest first, in pages', async () => {
      const store = await open();
      const made = await Array.fromAsync(
        [1, 2, 3, 4],
        async (number) => await commitFacts(store, { a: '' }, { report: { number, note: 'ok' }, connector: `test/${number}` }),
      );
      const newest = made.toReversed();
      expect(await store.readSnapshots()).toEqual(newest);
      expect(await store.readSnapshots({ first: 2 })).toEqual(newest.slice(0, 2));
      expect(await store.readSnapshots({ first: 2, after: newest[1]?.id ?? '' })).toEqual(newest.slice(2));
      expect(await store.readSnapshots({ after: newest[3]?.id ?? '' })).toEqual([]);
      expect(await store.readSnapshots({ after: 'nothing' })).toEqual([]);
      expect(newest[0]).toMatchObject({ connector: 'test/4', report: { number: 4, note: 'ok' } });
      expect(new Set(made.map(({ id }) => id)).size).toBe(4);
    });

    it('lists 100 if not said otherwise', async () => {
      const store = await open();
      for (let at = 0; at < 101; at++) await commitFacts(store, {});
      expect([(await store.readSnapshots()).length, (await store.readSnapshots({ first: 1_000 })).length]).toEqual([100, 101]);
    });

    it('is found by an instant: at it, after it, not before', async () => {
      const clock = { now: 100 };
      const store = await open({ now: () => clock.now });
      const first = await commitFacts(store, { a: '' });
      clock.now = 200;
      const second = await commitFacts(store, { a: '' });
      expect(await Array.fromAsync([99, 100, 199, 200, 1_000], async (at) => (await store.readSnapshotAt(at))?.id ?? null)).toEqual([
        null,
        first.id,
        first.id,
        second.id,
        second.id,
      ]);
      clock.now = 150;
      expect(await store.readSnapshotAt()).toEqual(second);
    });
  });

  describe('the version', () => {
    it('changes with each commit and with nothing else', async () => {
      const store = await open();
      const versions = [await store.readVersion()];
      const run = await store.startRun('test/one');
      await run.keepPage(keptPage('a', '/1'));
      await store.writeCache('x', new Uint8Array([1]));
      expect(await store.readVersion()).toBe(versions[0]);
      await run.commit({ facts: [], scopes: new Map(), closeUnlisted: false, report: {} });
      versions.push(await store.readVersion());
      await (await store.startRun('test/two')).abandon();
      expect(await store.readVersion()).toBe(versions[1]);
      await commitFacts(store, {});
      versions.push(await store.readVersion());
      expect(new Set(versions).size).toBe(3);
    });
  });

  describe('a run that is not committed', () => {
    it('is invisible', async () => {
      const store = await open();
      const { at } = await commitFacts(store, { a: 'user:ann MEMBER_OF group:acme/dev' });
      const before = await heldAt(store, at, { nodes: true });
      await (await store.startRun('test/one')).keepPage(keptPage('a', '/1'));
      expect([await heldAt(store, at + 1e9, { nodes: true }), (await store.readSnapshots()).length]).toEqual([before, 1]);
    });

    it('is given back to its connector with its pages, and to no other', async () => {
      const store = await open();
      const run = await store.startRun('test/one');
      await run.keepPage(keptPage('a', '/1'));
      const other = await store.startRun('test/two');
      const again = await store.startRun('test/one');
      expect([again.id, again.connector, again.startedAt]).toEqual([run.id, 'test/one', run.startedAt]);
      expect([
        (await Array.fromAsync(again.pages())).map(({ path }) => path),
        await Array.fromAsync(other.pages()),
        other.id === run.id,
      ]).toEqual([['/1'], [], false]);
    });

    it('starts when it was started, by the clock', async () => {
      const clock = { now: 5 };
      const store = await open({ now: () => clock.now });
      expect((await store.startRun('test/one')).startedAt).toBe(5);
      clock.now = 9;
      expect((await store.startRun('test/one')).startedAt).toBe(5);
    });

    it('is forgotten with its pages when it is abandoned', async () => {
      const store = await open();
      const run = await store.startRun('test/one');
      await run.keepPage(keptPage('a', '/1'));
      await run.abandon();
      const next = await store.startRun('test/one');
      expect([next.id === run.id, await Array.fromAsync(next.pages()), await store.readSnapshots()]).toEqual([false, [], []]);
    });
  });

  describe('a run that is over', () => {
    it('takes nothing more, and the next one is new', async () => {
      const store = await open();
      const commit = { facts: [], scopes: new Map(), closeUnlisted: false, report: {} };
      const run = await store.startRun('test/one');
      await run.keepPage(keptPage('a', '/1'));
      const snapshot = await run.commit(commit);
      expect(snapshot.id).toBe(run.id);
      for (const late of [() => run.commit(commit), () => run.keepPage(keptPage('a', '/2')), () => run.abandon()])
        await expect(late()).rejects.toThrow('invariant broken');
      const next = await store.startRun('test/one');
      expect([next.id === run.id, await Array.fromAsync(next.pages()), (await store.readSnapshots()).length]).toEqual([false, [], 1]);
    });
  });

  describe('kept pages', () => {
    it('come back as they were, in the order of storing', async () => {
      const store = await open();
      const run = await store.startRun('test/one');
      const bodies = [null, [], { a: [1, 'zwei', { drei: null }] }, 'text', 0, { deep: { '\u0000': 'ß\ud83d\ude00' } }];
      for (const [at, body] of bodies.entries())
        await run.keepPage(keptPage('a', `/${9 - at}`, { body, status: 200 + at, fetchedAt: at, next: at === 3 ? null : `/next?${at}` }));
      const pages = await Array.fromAsync((await store.startRun('test/one')).pages());
      expect(pages.map(({ body }) => body)).toEqual(bodies);
      expect(pages.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(pages[3]).toEqual({ sequence: 3, ...keptPage('a', '/6', { body: 'text', status: 203, fetchedAt: 3, next: null }) });
    });

    it('are replaced by one of the same scope and path, at the end', async () => {
      const run = await (await open()).startRun('test/one');
      for (const [scope, path, body] of [
        ['a', '/1', 1],
        ['b', '/1', 2],
        ['a', '/2', 3],
        ['a', '/1', 4],
      ] as const)
        await run.keepPage(keptPage(scope, path, { body }));
      const pages = await Array.fromAsync(run.pages());
      expect(pages.map(({ scope, path, body }) => [scope, path, body])).toEqual([
        ['b', '/1', 2],
        ['a', '/2', 3],
        ['a', '/1', 4],
      ]);
      expect(pages.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    });

    it('may be read while more are kept', async () => {
      const run = await (await open()).startRun('test/one');
      await run.keepPage(keptPage('a', '/0'));
      const seen: string[] = [];
      for await (const { path } of run.pages()) {
        seen.push(path);
        if (seen.length < 5) await run.keepPage(keptPage('a', `/${seen.length}`));
      }
      expect(seen).toEqual(['/0', '/1', '/2', '/3', '/4']);
    });
  });

  describe('a commit that fails', () => {
    it('leaves nothing behind, and the run as before', async () => {
      const store = await open();
      const first = await commitFacts(store, { a: 'user:ann MEMBER_OF group:acme/dev' });
      const state = async () => [
        await heldAt(store, Number.MAX_SAFE_INTEGER, { nodes: true }),
        await store.readVersion(),
        [...(await store.readScopes('test/one'))],
      ];
      const before = await state();
      const run = await store.startRun('test/one');
      await run.keepPage(keptPage('a', '/1'));
      const facts = factsOf('user:eve MEMBER_OF group:acme/dev').map((fact) => ({ fact, scope: 'a', endpoint: '/a', fetchedAt: 1 }));
      const scopes = new Map([['a', 'complete' as const]]);
      const failing = function* () {
        yield* facts;
        throw new Error('the pages cannot be read');
      };
      const tries = [
        { facts: failing(), scopes },
        { facts, scopes: new Map([['b', 'complete' as const]]) },
        { facts: facts.filter(({ fact }) => fact.type === 'edge'), scopes },
      ];
      const messages = ['the pages cannot be read', 'the scope `a` of a fact is listed by its commit', 'ends at `user:eve`'];
      for (const [at, each] of tries.entries())
        await expect(run.commit({ ...each, closeUnlisted: true, report: {} })).rejects.toThrow(messages[at] as string);
      expect(await state()).toEqual(before);
      expect((await Array.fromAsync((await store.startRun('test/one')).pages())).length).toBe(1);
      const second = await run.commit({ facts, scopes, closeUnlisted: false, report: {} });
      expect(second.at).toBeGreaterThan(first.at);
      expect(await heldAt(store, second.at)).toEqual(['user:eve MEMBER_OF group:acme/dev']);
    });
  });

  describe('the cache', () => {
    it('keeps bytes by name, replaced as a whole', async () => {
      const store: Store = await open();
      const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251);
      await store.writeCache('a', bytes);
      await store.writeCache('b', new Uint8Array(0));
      expect([
        Buffer.compare((await store.readCache('a')) ?? Buffer.of(), bytes),
        (await store.readCache('b'))?.length,
        await store.readCache('c'),
      ]).toEqual([0, 0, null]);
      await store.writeCache('a', new Uint8Array([1, 2]));
      expect([...((await store.readCache('a')) ?? [])]).toEqual([1, 2]);
    });
  });
}
