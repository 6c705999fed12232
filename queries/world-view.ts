/**
 * Facts as a view, without a store that lasts: for questions about facts that are not committed.
 */
import { anew } from '../graph/anew.ts';
import type { Fact } from '../graph/fact.ts';
import { openStore } from '../graph/store/open.ts';
import { compileStore, viewOf } from './compiled.ts';
import type { View } from './view.ts';

const SCOPE = 'world';

/** Works with the view of the facts. One may come several times, then the last counts. What is asked about is fresh: staleness is left out. */
export async function withViewOf<T>(facts: Iterable<Fact>, work: (view: View) => Promise<T>): Promise<T> {
  // In columns, as in a file: objects of a large workspace would take some ten times the memory.
  const store = await openStore('sqlite::memory:');
  try {
    const run = await store.startRun(SCOPE);
    const snapshot = await run.commit({
      facts: anew(() => Iterator.from(facts).map((fact) => ({ fact, scope: SCOPE, endpoint: SCOPE, fetchedAt: 0 }))),
      scopes: new Map([[SCOPE, 'complete']]),
      closeUnlisted: true,
      report: {},
    });
    return await work(viewOf(store, await compileStore(store, snapshot)));
  } finally {
    await store.close();
  }
}
