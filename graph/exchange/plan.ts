/**
 * What an import is going to state, checked to the last line before the store is touched.
 */
import type { StatedFact } from '../fact.ts';
import type { FactCounts } from './format.ts';

export interface ImportPlan {
  /** The name that the file gives the import; null where it gives none. */
  readonly name: string | null;
  /** The instant that the facts are of; null where the file does not say. */
  readonly at: number | null;
  readonly counts: Readonly<FactCounts>;
  /** Of these facts, how many are stale. */
  readonly stale: number;
  /** Scopes of the facts that are not stale, and of those that are; a scope has one sort alone. */
  readonly fresh: ReadonlySet<string>;
  readonly unread: ReadonlySet<string>;
  /** New nodes that no line declares, as the file names them: mistyped references are among them. */
  readonly undeclared: readonly string[];
  /** Read once. Errors: IMPORT when the file is not what it was. */
  facts(): Iterable<StatedFact>;
}

/** Told of while a file is read: the share of it from 0 to 1. Awaited: whoever listens may stop the reading by an error. */
export type Listener = (share: number) => Promise<void>;

/** Lines between two tellings. */
export const LISTEN_LINES = 10_000;
