/**
 * Scopes that earlier runs read and that no longer exist: their project or repository was deleted, or another endpoint
 * answers now. They are closed only where the listing that would show their container was read to its end.
 */

import { ENDPOINTS, type EndpointId, instead } from './endpoints.ts';
import type { ScopeReading } from './facts.ts';

export interface Gone {
  /** Scopes to close one by one. */
  readonly closed: readonly string[];
  /** Everything that is not expected is gone: the run read all listings and came to every scope. */
  readonly closeUnlisted: boolean;
}

export function goneScopes(readings: readonly ScopeReading[], readBefore: Iterable<string>): Gone {
  const stateById = new Map(readings.map(({ scope, state }) => [scope.id, state.is]));
  const isComplete = (endpoint: EndpointId) => readings.some(({ scope, state }) => scope.endpoint === endpoint && state.is === 'complete');
  const listed = {
    credential: false,
    workspace: false,
    repository: isComplete('repositories'),
    project: isComplete('repositories') && isComplete('projects'),
  };
  if (listed.project && readings.every(({ state }) => state.is !== 'untouched' && state.is !== 'partial'))
    return { closed: [], closeUnlisted: true };
  const containers = new Set(readings.map(({ scope }) => scope.container.key));
  const closed: string[] = [];
  for (const id of readBefore) {
    const [endpoint = '', key = ''] = [id.slice(0, id.indexOf(' ')), id.slice(id.indexOf(' ') + 1)];
    if (stateById.has(id) || !isEndpoint(endpoint)) continue;
    const primary = (Object.keys(ENDPOINTS) as EndpointId[]).find((other) => instead(other) === endpoint);
    const answered = primary !== undefined && stateById.get(`${primary} ${key}`) === 'complete';
    if (answered || (!containers.has(key) && listed[ENDPOINTS[endpoint].of])) closed.push(id);
  }
  return { closed, closeUnlisted: false };
}

function isEndpoint(name: string): name is EndpointId {
  return Object.hasOwn(ENDPOINTS, name);
}
