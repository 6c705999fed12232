/**
 * A world of facts as a view, without a store that lasts: for questions about facts that are not committed.
 */
import type { Fact, World } from '../graph/fact.ts';
import { openMemoryStore } from '../graph/store/memory.ts';
import { compileStore, viewOf } from './compiled.ts';
import type { View } from './view.ts';

const SCOPE = 'world';

/** Staleness is not carried over: what is asked about is fresh. */
export async function viewOfWorld({ nodes, edges, gaps }: World): Promise<View> {
  const store = openMemoryStore();
  const facts: readonly Fact[] = [...nodes, ...edges.map(({ stale: _, ...edge }) => edge), ...gaps];
  const run = await store.startRun(SCOPE);
  const snapshot = await run.commit({
    facts: facts.map((fact) => ({ fact, scope: SCOPE, endpoint: SCOPE, fetchedAt: 0 })),
    scopes: new Map([[SCOPE, 'complete']]),
    closeUnlisted: true,
    report: {},
  });
  return viewOf(store, await compileStore(store, snapshot));
}
