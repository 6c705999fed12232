/** A store that takes its time, as one on another machine does: pages are kept before they count, and before the commit. */
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { CodedError } from '../../graph/errors.ts';
import { syncBitbucketCloud } from '../../ingest/sync.ts';
import { acmeAnswers, acmeConfig, serveAcme } from './acme.ts';
import { ids } from './pages.ts';
import { codeOf, FakeClock, type Upstream } from './support.ts';
import { TestStore } from './test-store.ts';

const CONCURRENCY = 4;
/** Turns of the event loop that keeping a page takes, in the order of the pages: later ones are often faster. */
const TURNS = [40, 3, 25, 1, 60, 8, 0];

const opened: Upstream[] = [];

afterEach(async () => {
  for (const upstream of opened.splice(0)) await upstream.close();
});

interface Watched {
  readonly store: TestStore;
  /** Scopes of the pages that are being kept. */
  readonly pending: Set<string>;
  mostPending: number;
  kept: number;
  /** Pages that were being kept at each commit. */
  readonly pendingAtCommit: number[];
}

/** Keeps pages slowly. `failAt` is the number of the page that finds the disk full. */
function slowStore(failAt = Number.POSITIVE_INFINITY): Watched {
  const store = new TestStore();
  const watched: Watched = { store, pending: new Set(), mostPending: 0, kept: 0, pendingAtCommit: [] };
  const start = store.startRun.bind(store);
  let given = 0;
  store.startRun = async (connector) => {
    const run = await start(connector);
    return {
      ...run,
      keepPage: async (page) => {
        const number = given++;
        // Nobody goes on with a listing before its page is kept.
        expect(watched.pending.has(page.scope)).toBe(false);
        watched.pending.add(page.scope);
        watched.mostPending = Math.max(watched.mostPending, watched.pending.size);
        for (let left = TURNS[number % TURNS.length] ?? 0; left > 0; left--) await turn();
        watched.pending.delete(page.scope);
        if (number === failAt) throw new CodedError('STORE_FULL', 'the disk is full');
        await run.keepPage(page);
        watched.kept++;
      },
      commit: async (commit) => {
        watched.pendingAtCommit.push(watched.pending.size);
        return run.commit(commit);
      },
    };
  };
  return watched;
}

async function syncInto(store: TestStore) {
  const upstream = await serveAcme(acmeAnswers());
  opened.push(upstream);
  const clock = new FakeClock();
  clock.at = Date.now();
  return syncBitbucketCloud({
    store: store.store,
    config: acmeConfig(upstream),
    workspaces: ['acme'],
    clock,
    limits: { concurrency: CONCURRENCY },
  });
}

it('a slow store gets every page before the commit, several at once, and gives what a fast one gives', async () => {
  const [slow, fast] = [slowStore(), new TestStore()];
  await syncInto(slow.store);
  await syncInto(fast);
  expect([slow.pendingAtCommit, slow.mostPending]).toEqual([[0], CONCURRENCY]);
  const facts = (store: TestStore) => ids(store.commits[0]?.facts ?? [], /./);
  expect(facts(slow.store)).toEqual(facts(fast));
  expect(facts(slow.store).length).toBeGreaterThan(20);
});

it('a store that fails while pages are being kept ends the run: what has begun is kept, nothing is committed', async () => {
  for (const failAt of [0, 5, 9]) {
    const watched = slowStore(failAt);
    expect(await codeOf(syncInto(watched.store))).toBe('STORE_FULL');
    expect([watched.pending.size, watched.pendingAtCommit]).toEqual([0, []]);
    const [open] = watched.store.open.values();
    expect(open?.pages.size).toBe(watched.kept);
    expect(watched.kept).toBeGreaterThanOrEqual(failAt);
  }
});
