/**
 * The calls that earlier runs made in the last hour, told by the pages that they kept: the upstream counts on from one run to the
 * next, so the budget must too. A schedule of short intervals, or a second run by hand, would overdraw it otherwise.
 *
 * Whose credential made them is not kept: all runs of the connector count. Calls that kept no page (retries, tokens) do not.
 */
import type { Store } from '../graph/store/port.ts';
import { snapshotsSince } from './snapshots-since.ts';

const HOUR_MS = 3_600_000;

/** `elsewhere`: endpoints whose calls another upstream counts. Instants, milliseconds since 1970, in no order. `connectors` is how their names begin. Cost: reads the pages of the runs of the last hour. */
export async function recentCalls(
  store: Pick<Store, 'readSnapshots' | 'readPages'>,
  connectors: string,
  { now, elsewhere }: { readonly now: number; readonly elsewhere: (endpoint: string) => boolean },
): Promise<number[]> {
  // A page that a later run took over from an earlier one was fetched once.
  const calls = new Map<string, number>();
  for await (const { id, connector } of snapshotsSince(store, now - HOUR_MS)) {
    if (!connector.startsWith(connectors)) continue;
    for await (const { scope, endpoint, path, fetchedAt } of store.readPages(id))
      if (!elsewhere(endpoint) && fetchedAt > now - HOUR_MS && fetchedAt <= now) calls.set(`${scope}\n${path}\n${fetchedAt}`, fetchedAt);
  }
  return [...calls.values()];
}
