/**
 * When a scope was last read, so that the ones that wait for longest come first.
 *
 * What hangs on a listing is read right after it and has no turn of its own: where something of it was left, the listing counts as
 * never read. Otherwise a budget that ends at the same place in every run would leave it out for ever.
 */
import type { NodeKey } from '../../graph/fact.ts';
import { NAMING } from './containers.ts';
import { ENDPOINTS, type EndpointId } from './endpoints.ts';

/** Milliseconds since 1970 by scope; 0 for never. `earlier`: as of the last committed run. */
export function readAtOf(earlier: ReadonlyMap<string, { readonly readAt: number }>, workspace: NodeKey): (scope: string) => number {
  const left = new Set<string>();
  for (const [id, { readAt }] of earlier) {
    const [endpoint = '', key = ''] = [id.slice(0, id.indexOf(' ')), id.slice(id.indexOf(' ') + 1)];
    if (readAt > 0 || !Object.hasOwn(ENDPOINTS, endpoint)) continue;
    for (const row of NAMING[ENDPOINTS[endpoint as EndpointId].of]) left.add(`${row.listing} ${row.above(key, workspace)}`);
  }
  return (scope) => (left.has(scope) ? 0 : (earlier.get(scope)?.readAt ?? 0));
}
