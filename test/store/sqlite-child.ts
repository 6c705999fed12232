/**
 * Another process that uses a store: `node sqlite-child.ts MODE PATH`. What it has done it says on standard output, a line each.
 *
 * loop: keeps pages and commits for ever. hold: starts a run, keeps a page, and waits. slow: waits inside a commit until a line comes
 * in. open: opens the store for writing and ends.
 */
import { readSync, writeSync } from 'node:fs';
import type { StatedFact } from '../../graph/fact.ts';
import { parseWorld } from '../../graph/notation.ts';
import type { RunCommit } from '../../graph/store/port.ts';
import { openSqliteStore } from '../../graph/store/sqlite.ts';

export const CHILD_CONNECTOR = 'test/child';
/** Edges of each run of the loop: enough for a commit of many pages. */
export const EDGES_PER_RUN = 400;

/** A line for each thing done, as soon as it was acknowledged. */
const say = (...words: (string | number)[]) => writeSync(1, `${words.join(' ')}\n`);

/** The edges of one run name its number, so that a mixture would show. */
export function factsOfRun(number: number): StatedFact[] {
  const lines = Array.from({ length: EDGES_PER_RUN }, (_, i) => `user:${i} HOLDS run-${number} ON repository:acme/api`);
  const { nodes, edges } = parseWorld(lines.join('\n'));
  return [...nodes, ...edges].map((fact) => ({ fact, scope: 'a', endpoint: '/a', fetchedAt: number }));
}

export function commitOfRun(number: number, facts: Iterable<StatedFact> = factsOfRun(number)): RunCommit {
  return { facts, scopes: new Map([['a', 'complete']]), closeUnlisted: true, report: { number } };
}

function page(number: number) {
  return { scope: 'a', endpoint: '/a', path: `/${number}`, status: 200, fetchedAt: number, next: null, body: { number } };
}

function wait(): void {
  readSync(0, Buffer.alloc(1));
}

if (import.meta.main) {
  const [mode, path = ''] = process.argv.slice(2);
  const store = openSqliteStore({ path });
  const first = Number((await store.readSnapshotAt())?.report['number'] ?? 0) + 1;
  if (mode === 'loop') {
    for (let number = first; ; number++) {
      const run = await store.startRun(CHILD_CONNECTOR);
      for (let i = 0; i < 3; i++) {
        await run.keepPage(page(i));
        say('page', run.id, i);
      }
      const snapshot = await run.commit(commitOfRun(number));
      say('committed', snapshot.id, number);
    }
  }
  if (mode === 'hold') {
    const run = await store.startRun(CHILD_CONNECTOR);
    await run.keepPage(page(1));
    say('held', run.id);
    wait();
  }
  if (mode === 'slow') {
    const facts = function* () {
      const all = factsOfRun(first);
      yield* all.slice(0, EDGES_PER_RUN);
      say('inside');
      wait();
      yield* all.slice(EDGES_PER_RUN);
    };
    const run = await store.startRun(CHILD_CONNECTOR);
    const { id } = await run.commit(commitOfRun(first, facts()));
    say('committed', id);
    wait();
  }
  if (mode === 'open') say('opened');
  await store.close();
}
