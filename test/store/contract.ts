/**
 * The contract of every store: a test for each promise of `graph/store/port.ts`, in the order of its prose.
 *
 * A store runs all of it. There is no way to leave a case out.
 */
import { describe } from 'vitest';
import type { Store } from '../../graph/store/port.ts';
import { promisesOfFacts } from './contract-facts.ts';
import { promisesOfProperties } from './contract-properties.ts';
import { promisesOfReads } from './contract-reads.ts';
import { promisesOfRuns } from './contract-runs.ts';
import { promisesOfSearch } from './contract-search.ts';

/** Opens a new, empty store; the test closes it. */
export type OpenStore = (options?: { now?: () => number; tenant?: string }) => Store;

export function storeContract(name: string, open: OpenStore): void {
  describe(`contract of the ${name} store`, () => {
    promisesOfRuns(open);
    promisesOfFacts(open);
    promisesOfProperties(open);
    promisesOfReads(open);
    promisesOfSearch(open);
  });
}
