/** A world as one complete run of a store; stale facts come from a first run whose scope the second could not read. */
import type { Fact, StatedFact, World } from '../../graph/fact.ts';
import type { SnapshotInfo, Store } from '../../graph/store/port.ts';

export async function commitWorld(
  store: Store,
  world: World,
  { connector = 'test/world' }: { connector?: string } = {},
): Promise<SnapshotInfo> {
  const stale = world.edges.filter((edge) => edge.stale === true).map(({ stale: _, ...edge }) => edge);
  const fresh: Fact[] = [
    ...world.nodes,
    ...world.edges.filter((edge) => edge.stale !== true).map(({ stale: _, ...edge }) => edge),
    ...world.gaps,
  ];
  const state = (scope: string, facts: readonly Fact[]): StatedFact[] =>
    facts.map((fact) => ({ fact, scope, endpoint: `/${scope}`, fetchedAt: 1 }));
  if (stale.length > 0) {
    const facts = [...state('world', world.nodes), ...state('unread', stale)];
    const first = await store.startRun(connector);
    await first.commit({
      facts,
      scopes: new Map([
        ['world', 'complete'],
        ['unread', 'complete'],
      ]),
      closeUnlisted: true,
      report: {},
    });
  }
  const scopes = new Map([['world', 'complete' as const], ...(stale.length > 0 ? [['unread', 'unread' as const] as const] : [])]);
  const run = await store.startRun(connector);
  return run.commit({ facts: state('world', fresh), scopes, closeUnlisted: true, report: {} });
}
