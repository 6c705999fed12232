/**
 * When a scope was last read, so that the ones that wait for longest come first.
 *
 * What hangs on a listing is read right after it and has no turn of its own: where something of it was left, the listing counts as
 * never read. Otherwise a budget that ends at the same place in every run would leave it out for ever.
 */
import type { NodeKey } from '../../graph/fact.ts';
import { NAMING } from './containers.ts';
import { ENDPOINTS } from './endpoints.ts';
import { containerIn, endpointIn, type Scope, scopeId } from './scopes.ts';

/** Milliseconds since 1970 by scope; 0 for never. `earlier`: as of the last committed run. */
export function readAtOf(earlier: ReadonlyMap<string, { readonly readAt: number }>, workspace: NodeKey): (scope: string) => number {
  const left = new Set<string>();
  for (const [id, { readAt }] of earlier) {
    const endpoint = endpointIn(id);
    if (readAt > 0 || endpoint === null) continue;
    for (const row of NAMING[ENDPOINTS[endpoint].of]) left.add(scopeId(row.listing, row.above(containerIn(id), workspace)));
  }
  return (scope) => (left.has(scope) ? 0 : (earlier.get(scope)?.readAt ?? 0));
}

/** What was never read comes first. Of the rest whole containers, by what was not read for longest of them: a run that ends early has then read some to their end. */
export function oldestFirst(scopes: readonly Scope[], readAt: (scope: string) => number): Scope[] {
  const ages = scopes.map((scope) => ({ scope, at: readAt(scope.id) }));
  const oldest = new Map<NodeKey, number>();
  for (const { scope, at } of ages) if (at > 0) oldest.set(scope.container.key, Math.min(at, oldest.get(scope.container.key) ?? at));
  const order = ({ scope, at }: { scope: Scope; at: number }) => (at === 0 ? 0 : (oldest.get(scope.container.key) ?? at));
  const group = ({ scope, at }: { scope: Scope; at: number }) => (at === 0 ? '' : scope.container.key);
  return ages.sort((a, b) => order(a) - order(b) || (group(a) < group(b) ? -1 : group(a) > group(b) ? 1 : 0)).map(({ scope }) => scope);
}
