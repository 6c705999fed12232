/**
 * The door to dataloader: properties, names and facts that one request asks for are read together and once.
 *
 * Loaders belong to one request and one instant each. A read that does not end in time is given up.
 */
import DataLoader from 'dataloader';
import type { EdgeFact, FactId, NodeFact, NodeKey, Occurrence, Ref } from '../graph/fact.ts';
import type { Grantpath, NamedNode } from '../queries/port.ts';
import { within } from './deadline.ts';

/** Keys of one read. A store may have to bind each as a parameter. */
const BATCH_SIZE_MAX = 1000;

export interface InstantLoaders {
  readonly names: Loader<NodeKey, NamedNode | null>;
  readonly nodes: Loader<NodeKey, NodeFact | null>;
  readonly facts: Loader<FactId, Occurrence<EdgeFact> | null>;
  /** Errors: REFERENCE_UNKNOWN and REFERENCE_AMBIGUOUS for the one reference. */
  readonly references: Loader<Ref, NamedNode>;
}

export interface Loader<K, V> {
  load(key: K): Promise<V>;
}

/** The loaders of an instant. */
export type Loaders = (at: number) => InstantLoaders;

export function createLoaders(grantpath: Grantpath, signal: AbortSignal): Loaders {
  const byInstant = new Map<number, InstantLoaders>();
  return (at) => {
    const known = byInstant.get(at) ?? createInstantLoaders(grantpath, at, signal);
    byInstant.set(at, known);
    return known;
  };
}

function createInstantLoaders(grantpath: Grantpath, at: number, signal: AbortSignal): InstantLoaders {
  const batched = <K, V>(read: (keys: readonly K[]) => Promise<readonly V[]>) =>
    new DataLoader<K, V>((keys) => within(signal, () => read(keys)), { maxBatchSize: BATCH_SIZE_MAX });
  return {
    names: batched((keys) => grantpath.namedNodes(keys, at)),
    nodes: batched((keys) => grantpath.nodeFacts(keys, at)),
    facts: batched((ids) => grantpath.edgeFacts(ids, at)),
    references: new DataLoader<Ref, NamedNode>((refs) =>
      Promise.all(
        refs.map((ref) =>
          within(signal, () => grantpath.node(ref, { at })).then(
            ({ named }) => named,
            (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
          ),
        ),
      ),
    ),
  };
}
