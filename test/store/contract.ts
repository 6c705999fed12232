/**
 * The contract of every store: a test for each promise of `graph/store/port.ts`, in the order of its prose.
 *
 * A store runs all of it. There is no way to leave a case out.
 */
import { describe } from 'vitest';
import type { Store } from '../../graph/store/port.ts';
import { promisesOfChanges } from './contract-changes.ts';
import { promisesOfFacts } from './contract-facts.ts';
import { promisesOfOverlap } from './contract-overlap.ts';
import { promisesOfProperties } from './contract-properties.ts';
import { promisesOfReads } from './contract-reads.ts';
import { promisesOfReopening } from './contract-reopening.ts';
import { promisesOfRuns } from './contract-runs.ts';
import { promisesOfSearch } from './contract-search.ts';
import { promisesOfStatus } from './contract-status.ts';

export interface OpenOptions {
  readonly now?: () => number;
}

/** Opens a store that holds nothing yet: of a tenant that nobody else has, where a server holds many. Whoever opens it closes it. */
export type OpenStore = (options?: OpenOptions) => Promise<Store>;

/** Opens what a store of `OpenStore` holds once more: a second time while that one is open, or again after it was closed. */
export type ReopenStore = (store: Store, options?: OpenOptions) => Promise<Store>;

export interface StoreUnderTest {
  readonly open: OpenStore;
  readonly reopen: ReopenStore;
}

export function storeContract(name: string, { open, reopen }: StoreUnderTest): void {
  describe(`contract of the ${name} store`, () => {
    promisesOfRuns(open);
    promisesOfFacts(open);
    promisesOfProperties(open);
    promisesOfReads(open);
    promisesOfChanges(open);
    promisesOfSearch(open);
    promisesOfOverlap(open);
    promisesOfReopening({ open, reopen });
    promisesOfStatus({ open, reopen });
  });
}
