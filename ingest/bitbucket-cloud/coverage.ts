/**
 * What a run read of each endpoint: told from the readings of its pages, for the report.
 */
import { invariant } from '../../graph/errors.ts';
import type { EndpointCoverage } from '../report.ts';
import { ALL_ENDPOINT_IDS, ENDPOINTS } from './endpoints.ts';
import type { FactSheet } from './facts.ts';

/** `since`: when the run was started. What was fetched before is of an earlier one. Endpoints of which nothing was expected are left out. */
export function coverageOf({ readings }: Pick<FactSheet, 'readings'>, since: number): EndpointCoverage[] {
  const coverage = ALL_ENDPOINT_IDS.map((endpoint) => {
    const own = readings.filter(({ scope }) => scope.endpoint === endpoint);
    const count = (...states: string[]) => own.filter(({ state }) => states.includes(state.is)).length;
    const times = own.flatMap(({ oldestAt }) => (oldestAt === null ? [] : [oldestAt]));
    return {
      endpoint,
      path: ENDPOINTS[endpoint].path,
      complete: count('complete', 'instead'),
      kept: times.filter((at) => at < since).length,
      oldestAt: times.length === 0 ? null : times.reduce((oldest, at) => Math.min(oldest, at)),
      unread: count('unread'),
      left: count('untouched', 'partial'),
      items: own.reduce((sum, { items }) => sum + items, 0),
    };
  });
  invariant(
    coverage.reduce((sum, row) => sum + row.complete + row.unread + row.left, 0) === readings.length,
    'every scope is of one endpoint and state',
  );
  return coverage.filter(({ complete, unread, left }) => complete + unread + left > 0);
}
