/** Promises about runs: instants, visibility, kept pages, resuming, abandoning, versions and snapshots. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { KeptPage, Store } from '../../graph/store/port.ts';
import { commitFacts, factsOf, heldAt } from './commit-facts.ts';
import type { OpenStore } from './contract.ts';

export function promisesOfRuns(openStore: OpenStore): void {
  const open: OpenStore = (options) => {
    const store = openStore(options);
    onTestFinished(() => store.close());
    return store;
  };

  describe('a store', () => {
    it('belongs to one tenant', () => {
      expect(open().tenant).toBe('default');
      expect(open({ tenant: 'acme' }).tenant).toBe('acme');
    });

    it('says nothing before the first run', () => {
      const store = open();
      expect([store.readSnapshots(), store.readSnapshotAt(), [...store.scanFacts(1)], store.readGaps(1)]).toEqual([[], null, [], []]);
      expect([store.scanNodeColumns(1).length, store.scanEdgeColumns(1).length, store.readSources(1)]).toEqual([0, 0, []]);
      expect([store.readScopes('test/one').size, store.readNodesByRef('user:ann', 1), store.readCache('x')]).toEqual([0, [], null]);
      expect([store.countNodes({ text: '', at: 1 }), store.suggestRefs('user:ann', 1, 5)]).toEqual([0, []]);
    });
  });

  describe('commit instants', () => {
    it('increase strictly when the clock stands still or goes back', () => {
      const clock = { now: 1_000 };
      const store = open({ now: () => clock.now });
      const instants = [0, 0, -500, 2_000, -5_000].map((step) => {
        clock.now += step;
        return commitFacts(store, { a: '' }).at;
      });
      expect(instants).toEqual([1_000, 1_001, 1_002, 2_500, 2_501]);
    });

    it('increase over connectors too', () => {
      const store = open({ now: () => 7 });
      expect(['test/one', 'test/two', 'test/one'].map((connector) => commitFacts(store, { a: '' }, { connector }).at)).toEqual([7, 8, 9]);
    });
  });

  describe('a snapshot', () => {
    it('is what the commit gave, newest first, in pages', () => {
      const store = open();
      const made = [1, 2, 3, 4].map((number) =>
        commitFacts(store, { a: '' }, { report: { number, note: 'ok' }, connector: `test/${number}` }),
      );
      const newest = made.toReversed();
      expect(store.readSnapshots()).toEqual(newest);
      expect(store.readSnapshots({ first: 2 })).toEqual(newest.slice(0, 2));
      expect(store.readSnapshots({ first: 2, after: newest[1]?.id ?? '' })).toEqual(newest.slice(2));
      expect(store.readSnapshots({ after: newest[3]?.id ?? '' })).toEqual([]);
      expect(store.readSnapshots({ after: 'nothing' })).toEqual([]);
      expect(newest[0]).toMatchObject({ connector: 'test/4', report: { number: 4, note: 'ok' } });
      expect(new Set(made.map(({ id }) => id)).size).toBe(4);
    });

    it('lists 100 if not said otherwise', () => {
      const store = open();
      for (let at = 0; at < 101; at++) commitFacts(store, {});
      expect([store.readSnapshots().length, store.readSnapshots({ first: 1_000 }).length]).toEqual([100, 101]);
    });

    it('is found by an instant: at it, after it, not before', () => {
      const clock = { now: 100 };
      const store = open({ now: () => clock.now });
      const first = commitFacts(store, { a: '' });
      clock.now = 200;
      const second = commitFacts(store, { a: '' });
      expect([99, 100, 199, 200, 1_000].map((at) => store.readSnapshotAt(at)?.id ?? null)).toEqual([
        null,
        first.id,
        first.id,
        second.id,
        second.id,
      ]);
      clock.now = 150;
      expect(store.readSnapshotAt()).toEqual(second);
    });
  });

  describe('the version', () => {
    it('changes with each commit and with nothing else', () => {
      const store = open();
      const versions = [store.readVersion()];
      const run = store.startRun('test/one');
      run.keepPage(page('a', '/1'));
      store.writeCache('x', new Uint8Array([1]));
      expect(store.readVersion()).toBe(versions[0]);
      run.commit({ facts: [], scopes: new Map(), closeUnlisted: false, report: {} });
      versions.push(store.readVersion());
      store.startRun('test/two').abandon();
      expect(store.readVersion()).toBe(versions[1]);
      commitFacts(store, {});
      versions.push(store.readVersion());
      expect(new Set(versions).size).toBe(3);
    });
  });

  describe('a run that is not committed', () => {
    it('is invisible', () => {
      const store = open();
      const { at } = commitFacts(store, { a: 'user:ann MEMBER_OF group:acme/dev' });
      const before = heldAt(store, at, { nodes: true });
      store.startRun('test/one').keepPage(page('a', '/1'));
      expect([heldAt(store, at + 1e9, { nodes: true }), store.readSnapshots().length]).toEqual([before, 1]);
    });

    it('is given back to its connector with its pages, and to no other', () => {
      const store = open();
      const run = store.startRun('test/one');
      run.keepPage(page('a', '/1'));
      const other = store.startRun('test/two');
      const again = store.startRun('test/one');
      expect([again.id, again.connector, again.startedAt]).toEqual([run.id, 'test/one', run.startedAt]);
      expect([[...again.pages()].map(({ path }) => path), [...other.pages()], other.id === run.id]).toEqual([['/1'], [], false]);
    });

    it('starts when it was started, by the clock', () => {
      const clock = { now: 5 };
      const store = open({ now: () => clock.now });
      expect(store.startRun('test/one').startedAt).toBe(5);
      clock.now = 9;
      expect(store.startRun('test/one').startedAt).toBe(5);
    });

    it('is forgotten with its pages when it is abandoned', () => {
      const store = open();
      const run = store.startRun('test/one');
      run.keepPage(page('a', '/1'));
      run.abandon();
      const next = store.startRun('test/one');
      expect([next.id === run.id, [...next.pages()], store.readSnapshots()]).toEqual([false, [], []]);
    });
  });

  describe('a run that is over', () => {
    it('takes nothing more, and the next one is new', () => {
      const store = open();
      const commit = { facts: [], scopes: new Map(), closeUnlisted: false, report: {} };
      const run = store.startRun('test/one');
      run.keepPage(page('a', '/1'));
      const snapshot = run.commit(commit);
      expect(snapshot.id).toBe(run.id);
      for (const late of [() => run.commit(commit), () => run.keepPage(page('a', '/2')), () => run.abandon()])
        expect(late).toThrow('invariant broken');
      const next = store.startRun('test/one');
      expect([next.id === run.id, [...next.pages()], store.readSnapshots().length]).toEqual([false, [], 1]);
    });
  });

  describe('kept pages', () => {
    it('come back as they were, in the order of storing', () => {
      const store = open();
      const run = store.startRun('test/one');
      const bodies = [null, [], { a: [1, 'zwei', { drei: null }] }, 'text', 0, { deep: { '\u0000': 'ß\ud83d\ude00' } }];
      for (const [at, body] of bodies.entries())
        run.keepPage(page('a', `/${9 - at}`, { body, status: 200 + at, fetchedAt: at, next: at === 3 ? null : `/next?${at}` }));
      const pages = [...store.startRun('test/one').pages()];
      expect(pages.map(({ body }) => body)).toEqual(bodies);
      expect(pages.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(pages[3]).toEqual({ sequence: 3, ...page('a', '/6', { body: 'text', status: 203, fetchedAt: 3, next: null }) });
    });

    it('are replaced by one of the same scope and path, at the end', () => {
      const run = open().startRun('test/one');
      for (const [scope, path, body] of [
        ['a', '/1', 1],
        ['b', '/1', 2],
        ['a', '/2', 3],
        ['a', '/1', 4],
      ] as const)
        run.keepPage(page(scope, path, { body }));
      const pages = [...run.pages()];
      expect(pages.map(({ scope, path, body }) => [scope, path, body])).toEqual([
        ['b', '/1', 2],
        ['a', '/2', 3],
        ['a', '/1', 4],
      ]);
      expect(pages.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    });

    it('may be read while more are kept', () => {
      const run = open().startRun('test/one');
      run.keepPage(page('a', '/0'));
      const seen: string[] = [];
      for (const { path } of run.pages()) {
        seen.push(path);
        if (seen.length < 5) run.keepPage(page('a', `/${seen.length}`));
      }
      expect(seen).toEqual(['/0', '/1', '/2', '/3', '/4']);
    });
  });

  describe('a commit that fails', () => {
    it('leaves nothing behind, and the run as before', () => {
      const store = open();
      const first = commitFacts(store, { a: 'user:ann MEMBER_OF group:acme/dev' });
      const state = () => [heldAt(store, Number.MAX_SAFE_INTEGER, { nodes: true }), store.readVersion(), [...store.readScopes('test/one')]];
      const before = state();
      const run = store.startRun('test/one');
      run.keepPage(page('a', '/1'));
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
        expect(() => run.commit({ ...each, closeUnlisted: true, report: {} })).toThrow(messages[at] as string);
      expect(state()).toEqual(before);
      expect([...store.startRun('test/one').pages()].length).toBe(1);
      const second = run.commit({ facts, scopes, closeUnlisted: false, report: {} });
      expect(second.at).toBeGreaterThan(first.at);
      expect(heldAt(store, second.at)).toEqual(['user:eve MEMBER_OF group:acme/dev']);
    });
  });

  describe('the cache', () => {
    it('keeps bytes by name, replaced as a whole', () => {
      const store: Store = open();
      const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 251);
      store.writeCache('a', bytes);
      store.writeCache('b', new Uint8Array(0));
      expect([Buffer.compare(store.readCache('a') ?? Buffer.of(), bytes), store.readCache('b')?.length, store.readCache('c')]).toEqual([
        0,
        0,
        null,
      ]);
      store.writeCache('a', new Uint8Array([1, 2]));
      expect([...(store.readCache('a') ?? [])]).toEqual([1, 2]);
    });
  });
}

function page(scope: string, path: string, rest: Partial<KeptPage> = {}): Omit<KeptPage, 'sequence'> {
  return { scope, path, endpoint: `/${scope}/{id}`, status: 200, fetchedAt: 1, next: null, body: {}, ...rest };
}
