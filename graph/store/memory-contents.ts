/**
 * What a memory store holds, apart from the stores that have it open: it can be opened again, and by several at once.
 */
import { History } from './memory-history.ts';
import type { KeptPage, SnapshotInfo } from './port.ts';

/** By scope and path, in the order of keeping; the body as text, so that nobody can change it. */
export type PagesOfRun = Map<string, Omit<KeptPage, 'body'> & { readonly body: string }>;

/** A run that is neither committed nor abandoned, whoever goes on with it. */
export interface StartedRun {
  readonly id: string;
  readonly connector: string;
  readonly startedAt: number;
  readonly pages: PagesOfRun;
  /** Of the next page. */
  sequence: number;
}

export class MemoryContents {
  readonly history = new History();
  /** Oldest first. */
  readonly snapshots: SnapshotInfo[] = [];
  /** By connector. */
  readonly unfinished = new Map<string, StartedRun>();
  /** Of committed runs, by run. */
  readonly pages = new Map<string, PagesOfRun>();
  readonly cache = new Map<string, Uint8Array>();
  /** The store that has an open run: no other may have one. */
  writer: object | null = null;
}
