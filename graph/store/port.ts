/**
 * The store port: what every store promises. The contract suite in `test/store/contract.ts` has a test for each promise.
 *
 * A store belongs to one tenant. It keeps occurrences of facts, runs, and kept pages. Readers see complete snapshots only:
 * the facts of a run appear all at once at its commit instant, or never.
 *
 * - **Commit instants** are strictly increasing per store, also when the clock goes backwards.
 * - **A run** opens what appeared and closes what vanished, and never rewrites the past. It closes only facts of its own
 *   connector, in scopes that it read to the end (`complete`). In a scope that it tried and could not read (`unread`) facts
 *   stay and become stale. In a scope that it did not come to (neither) facts stay as they are, except that a scope that the
 *   connector no longer knows of (`gone`) is closed.
 * - A fact is open while one connector holds it. A fact whose properties changed is closed and opened with the same id.
 * - A run that is not committed is invisible; its kept pages stay, so that it can be resumed.
 * - What was acknowledged survives kill -9 and loss of power.
 */
import type { EdgeFact, FactId, GapFact, NodeFact, NodeKey, Occurrence, Ref, Source, StatedFact } from '../fact.ts';
import type { NodeKind } from '../model/node-kinds.ts';

export interface SnapshotInfo {
  /** The run that made it; snapshots and committed runs are one to one. */
  readonly id: string;
  /** Commit instant, milliseconds since 1970. */
  readonly at: number;
  readonly connector: string;
  readonly report: RunReport;
}

/** What a run says of itself, for people: numbers and short texts. Stored as JSON. */
export type RunReport = Readonly<Record<string, unknown>>;

/** A page of an upstream, reduced to the allow-listed fields, as it was stored before it was understood. */
export interface KeptPage {
  /** Order of storing within the run, from 0. */
  readonly sequence: number;
  /** The unit that the page belongs to, as in `StatedFact.scope`. */
  readonly scope: string;
  readonly endpoint: string;
  /** Path and query relative to the configured origin. */
  readonly path: string;
  readonly status: number;
  readonly fetchedAt: number;
  /** The link to follow next, relative to the configured origin; null on the last page. */
  readonly next: string | null;
  /** The allow-listed body, JSON. */
  readonly body: unknown;
}

/** How a commit treats a scope. */
export type ScopeOutcome = 'complete' | 'unread';

export interface RunCommit {
  readonly facts: Iterable<StatedFact>;
  /** By scope. A fact's scope must be listed. */
  readonly scopes: ReadonlyMap<string, ScopeOutcome>;
  /** Scopes of earlier runs of the connector that are not listed are closed when true (their containers are gone), kept as they are when false (the run stopped early). */
  readonly closeUnlisted: boolean;
  readonly report: RunReport;
}

export interface Run {
  readonly id: string;
  readonly connector: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Stores a page durably. Pages of one scope and path replace an earlier one of this run. */
  keepPage(page: Omit<KeptPage, 'sequence'>): void;
  /** Pages in the order of storing; of an interrupted run too. */
  pages(): IterableIterator<KeptPage>;
  /** Makes the facts visible at once and returns the snapshot. The run is over then. */
  commit(commit: RunCommit): SnapshotInfo;
  /** Forgets the run and its pages. */
  abandon(): void;
}

/** Edges of an instant in columns, for the compiler: parallel arrays, node ids are store ids. */
export interface EdgeColumns {
  readonly length: number;
  readonly kind: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Index into `words`. */
  readonly word: Uint16Array;
  /** 1 where the fact is stale in every source. */
  readonly stale: Uint8Array;
  readonly words: readonly string[];
}

/** Nodes of an instant in columns, in the order of their keys (by code unit): the dense index of a node is its position. */
export interface NodeColumns {
  readonly length: number;
  /** Store id by dense index; store ids never change. */
  readonly storeId: Int32Array;
  /** Kind id by dense index. */
  readonly kind: Uint8Array;
  /** Nodes with `active: false`, ascending dense indexes. */
  readonly inactive: Int32Array;
  /** Nodes with `expiresAt`: dense index and instant, ascending by index. */
  readonly expiring: { readonly index: Int32Array; readonly at: Float64Array };
}

export interface Store {
  readonly tenant: string;
  /** Committed snapshots, newest first. */
  readSnapshots(options?: { first?: number; after?: string }): SnapshotInfo[];
  /** The newest snapshot at or before the instant (now if left out), or null. */
  readSnapshotAt(at?: number): SnapshotInfo | null;
  /** Changes when another process commits. Cheap enough to be polled. */
  readVersion(): string;

  /** Node facts valid at the instant that answer to a reference: its key, ref or an alias, exactly. Ordered by key. */
  readNodesByRef(ref: Ref, at: number): NodeFact[];
  /** Node facts valid at the instant by key; unknown keys are left out. */
  readNodes(keys: readonly NodeKey[], at: number): NodeFact[];
  /** Node facts by store id; unknown ids are left out. */
  readNodesByStoreId(ids: readonly number[], at: number): Map<number, NodeFact>;
  /** Store ids of keys, whatever the instant; unknown keys are left out. */
  readStoreIds(keys: readonly NodeKey[]): Map<NodeKey, number>;
  /** Nodes whose ref, name or an alias contains the text, without regard to case (Unicode). Empty text finds all. Ordered by ref then key, after the given position. */
  findNodes(query: {
    text: string;
    kinds?: readonly NodeKind[];
    at: number;
    first: number;
    after?: { ref: Ref; key: NodeKey };
  }): NodeFact[];
  countNodes(query: { text: string; kinds?: readonly NodeKind[]; at: number }): number;
  /** References nearest to one that nothing answers to, best first. */
  suggestRefs(ref: Ref, at: number, first: number): Ref[];

  /** Edges by fact id with their sources; unknown ids are left out. */
  readEdges(ids: readonly FactId[], at: number): Map<FactId, Occurrence<EdgeFact>>;
  /** Edges from or to a node, ordered by fact id, after the given id. */
  readEdgesOf(query: {
    key: NodeKey;
    end: 'from' | 'to';
    kinds?: readonly EdgeFact['kind'][];
    at: number;
    first: number;
    after?: FactId;
  }): Occurrence<EdgeFact>[];
  /** Open gaps at the instant, ordered by fact id. */
  readGaps(at: number): Occurrence<GapFact>[];

  /** Everything that holds at the instant, as occurrences, ordered by fact id. For exports, tests and small worlds. */
  scanFacts(at: number): IterableIterator<Occurrence>;
  /** Columns for the compiler. */
  scanNodeColumns(at: number): NodeColumns;
  scanEdgeColumns(at: number): EdgeColumns;
  /** Edges of the given kinds with their properties, ordered by fact id: the few whose properties change answers (rules). */
  scanEdgesOfKinds(kinds: readonly EdgeFact['kind'][], at: number): IterableIterator<EdgeFact & { stale: boolean }>;

  /** Starts a run. An unfinished run of the same connector is given back to be resumed. Errors: STORE_BUSY while a living process holds one. */
  startRun(connector: string): Run;
  /** The last complete run's scopes and when each was last read to the end, by scope. */
  readScopes(connector: string): Map<string, { outcome: ScopeOutcome; readAt: number }>;
  /** The source of every open fact of a connector grouped by endpoint: for coverage. */
  readSources(at: number): { source: Pick<Source, 'connector' | 'endpoint'>; facts: number; stale: number; newestAt: number }[];

  /** A cache beside the facts, for compiled snapshots: replaced as a whole, may vanish at any time. */
  readCache(name: string): Uint8Array | null;
  writeCache(name: string, bytes: Uint8Array): void;

  close(): void;
}
