/**
 * Scopes that earlier runs read and that no longer exist: their project, repository or environment was deleted, or another endpoint
 * answers now. They are closed only where the listings that would show their container were read to their end.
 */
import type { NodeKey } from '../../graph/fact.ts';
import { NAMING, NAMING_LISTINGS } from './containers.ts';
import { ENDPOINTS, type EndpointId, instead, type Of, primaryOf } from './endpoints.ts';
import type { ScopeReading } from './facts.ts';
import { containerIn, endpointIn, scopeId } from './scopes.ts';

export interface Gone {
  /** Scopes to close one by one. */
  readonly closed: readonly string[];
  /** Everything that is not expected is gone: the run read all listings and came to every scope. */
  readonly closeUnlisted: boolean;
}

export function goneScopes(readings: readonly ScopeReading[], workspace: NodeKey, readBefore: Iterable<string>): Gone {
  const stateById = new Map(readings.map(({ scope, state }) => [scope.id, state.is]));
  const all = readings.every(({ scope, state }) =>
    NAMING_LISTINGS.has(scope.endpoint)
      ? state.is === 'complete' || state.is === 'instead'
      : state.is !== 'untouched' && state.is !== 'partial',
  );
  if (all) return { closed: [], closeUnlisted: true };
  const containers = new Set(readings.map(({ scope }) => `${ENDPOINTS[scope.endpoint].of} ${scope.container.key}`));
  // What stands in for a listing that has nothing must be read too.
  const isListed = (listing: EndpointId, above: NodeKey): boolean => {
    const is = stateById.get(scopeId(listing, above));
    const other = instead(listing);
    return is === 'complete' || (is === 'instead' && other !== null && isListed(other, above));
  };
  const isGone = (of: Of, key: NodeKey): boolean =>
    !containers.has(`${of} ${key}`) &&
    NAMING[of].length > 0 &&
    NAMING[of].every((row) => {
      const above = row.above(key, workspace);
      return primaryOf(row.listing) !== null || isListed(row.listing, above) || isGone(row.of, above);
    });
  const closed: string[] = [];
  for (const id of readBefore) {
    const [endpoint, key] = [endpointIn(id), containerIn(id)];
    if (stateById.has(id) || endpoint === null) continue;
    const primary = primaryOf(endpoint);
    const answered = primary !== null && stateById.get(scopeId(primary, key)) === 'complete';
    if (answered || isGone(ENDPOINTS[endpoint].of, key)) closed.push(id);
  }
  return { closed, closeUnlisted: false };
}
