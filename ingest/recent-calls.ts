/**
 * The calls that earlier runs made in the last hour, told by the pages that they kept: the upstream counts on from one run to the
 * next, so the budget must too. A schedule of short intervals, or a second run by hand, would overdraw it otherwise.
 *
 * Whose credential made them is not kept: all runs of the connector count. Calls that kept no page (retries, tokens) do not.
 */
import type { Store } from '../graph/store/port.ts';
import { HOUR_MS } from './budget.ts';
import type { EarlierCall } from './credential-pool.ts';
import { snapshotsSince } from './snapshots-since.ts';

export interface RecentCallsOptions {
  /** How the names of the connectors begin. */
  readonly connectors: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** In which bucket calls of an endpoint, told by its path, are counted. */
  readonly bucketOf: (endpoint: string) => string;
}

/** In no order. Cost: reads the pages of the runs of the last hour. */
export async function recentCalls(
  store: Pick<Store, 'readSnapshots' | 'readPages'>,
  { connectors, now, bucketOf }: RecentCallsOptions,
): Promise<EarlierCall[]> {
  // A page that a later run took over from an earlier one was fetched once.
  const calls = new Map<string, EarlierCall>();
  for await (const { id, connector } of snapshotsSince(store, now - HOUR_MS)) {
    if (!connector.startsWith(connectors)) continue;
    for await (const { scope, endpoint, path, fetchedAt: at } of store.readPages(id))
      if (at > now - HOUR_MS && at <= now) calls.set(`${scope}\n${path}\n${at}`, { at, bucket: bucketOf(endpoint) });
  }
  return [...calls.values()];
}
