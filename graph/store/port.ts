/**
 * The store port: what every store promises. The contract suite in `test/store/contract.ts` has a test for each promise.
 *
 * A store belongs to one tenant. It keeps occurrences of facts, runs, and kept pages. Readers see complete snapshots only:
 * the facts of a run appear all at once at its commit instant, or never.
 *
 * - **Commit instants** are strictly increasing per store, also when the clock goes backwards.
 * - **A run** opens what appeared and closes what vanished, and never rewrites the past. It closes only facts of its own
 *   connector, in scopes that it read to the end (`complete`). In a scope that it tried and could not read (`unread`) facts
 *   stay and become stale, except those that it met there nevertheless. In a scope that it did not come to (neither) facts stay
 *   as they are, except that a scope that the connector no longer knows of (`gone`) is closed.
 * - **Gaps** are never stale: those of a scope that was tried are replaced as a whole, complete or not.
 * - **A fact is open** while one scope of one connector holds it, without a break when one takes over from another. A fact whose
 *   properties changed is closed and opened with the same id. Where several scopes state it with different properties, the
 *   statement opened last speaks; among those of one instant, that of the scope that the store came to know last. Of several
 *   statements of one id in one scope of one commit the last counts.
 * - **Properties of a node** that several connectors state are put together: each connector speaks as above, what it does not
 *   say overrides nothing that another says, and where two say different things, the one whose statement was opened last counts.
 *   So the order in which silent connectors are read, or read again, changes nothing.
 * - **The source** of a fact is, for each scope that states it, the last reading that met it there: its run, its endpoint, and
 *   when the last page of that reading was fetched.
 * - **Nodes that no connector states** (`anonymous:`, `scope:NAME`) the store states with the first fact that names them, and keeps.
 *   Any other end without a node fact, in the commit or open before, is a defect of the connector: nothing is written.
 * - A run that is not committed is invisible; its kept pages stay, so that it can be resumed. Those of a committed one stay too: the
 *   facts can be made of them again.
 * - What was acknowledged survives kill -9 and loss of power; the newest pages of an unfinished run survive kill -9 alone, in the
 *   embedded store: what is lost is read again.
 *
 * Everything is answered by a promise: a store may be on another machine. What one call reads is one state of the store. Calls
 * may overlap; those that start or go on with a run take effect in the order of the calls.
 *
 * Intervals are half-open: a fact holds at its `validFrom`, no more at its `validTo`. A read at an instant gives the same facts
 * for ever once a later run is committed. Text comes back as it was given, except that half characters (lone surrogates) are
 * replaced, and aliases are in order. Texts are ordered by code point.
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
  /** In any order; read once, inside the commit: it must not read from the store. */
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
  /** Stores a page, so that it survives the end of the process. A page of the same scope and path replaces the earlier one of this run, at the end of the order. */
  keepPage(page: Omit<KeptPage, 'sequence'>): Promise<void>;
  /** Pages in the order of storing; of an interrupted run too. What is kept meanwhile follows. */
  pages(): AsyncIterableIterator<KeptPage>;
  /** Makes the facts visible at once and returns the snapshot. The run is over then. Whatever fails, nothing was written and the run is as before. Errors: STORE_FULL, STORE_BUSY. */
  commit(commit: RunCommit): Promise<SnapshotInfo>;
  /** Forgets the run and its pages. */
  abandon(): Promise<void>;
}

/**
 * Keys one after the other: that of position `i` is `bytes[start[i]..start[i + 1]]`. Keys are ASCII, so a byte is a character, and
 * their order as bytes is their order by code unit. Shape: `start` has one entry more than there are keys.
 */
export interface KeyColumn {
  readonly start: Int32Array;
  readonly bytes: Uint8Array;
}

/** Edges of an instant in columns, for the compiler: parallel arrays, each edge once or more and always with the same `stale`, in any order; node ids are store ids. */
export interface EdgeColumns {
  readonly length: number;
  readonly kind: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Index into `words`. */
  readonly word: Uint16Array;
  /** 1 where the fact is stale in every scope that states it. */
  readonly stale: Uint8Array;
  readonly words: readonly string[];
}

/** Nodes of an instant in columns, in the order of their keys (by code unit): the dense index of a node is its position. */
export interface NodeColumns {
  readonly length: number;
  /** By dense index, ascending. */
  readonly keys: KeyColumn;
  /** Store id by dense index: what `EdgeColumns` calls a node. Of meaning in one pair of scans only. */
  readonly storeId: Int32Array;
  /** Kind id by dense index. */
  readonly kind: Uint8Array;
  /** Nodes with `active: false`, ascending dense indexes. */
  readonly inactive: Int32Array;
  /** Nodes with `expiresAt`: dense index and instant, ascending by index. */
  readonly expiring: { readonly index: Int32Array; readonly at: Float64Array };
}

/** What was read of one endpoint by one connector. */
export interface SourceCount {
  readonly source: Pick<Source, 'connector' | 'endpoint'>;
  readonly facts: number;
  readonly stale: number;
  readonly newestAt: number;
}

export interface FactCounts {
  readonly nodes: number;
  readonly edges: number;
  readonly gaps: number;
}

/** A fact that differs between two instants: in what it says, or in being stale. One side at least is there, each as of its instant. */
export interface FactChange {
  /** null where it did not hold: it appeared. */
  readonly before: Occurrence | null;
  /** null where it does not hold: it vanished. */
  readonly after: Occurrence | null;
}

/** A run that is neither committed nor abandoned. */
export interface UnfinishedRun {
  readonly id: string;
  readonly connector: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Kept so far. */
  readonly pages: number;
}

/** What a store says of itself, for people. Nothing secret. */
export interface StoreStatus {
  readonly kind: 'sqlite' | 'neo4j' | 'memory';
  /** The path of the file, the address of the server, '' for memory. */
  readonly place: string;
  /** What keeps it and in which version, as it calls itself: `SQLite 3.50.4`, `Neo4j/2026.04.0`. */
  readonly keeper: string;
  readonly tenant: string;
  /** The version of its form; whoever opens a store for writing brings it to the newest one, which is this. */
  readonly version: number;
  /** The version before it was opened, 0 where there was none. */
  readonly versionBefore: number;
  readonly newest: SnapshotInfo | null;
  readonly snapshots: number;
  /** null where it is not known. */
  readonly sizeBytes: number | null;
  /** In the order of starting. */
  readonly unfinished: readonly UnfinishedRun[];
  /** The process that may write runs now, e.g. `process 4711`; null where there is none. */
  readonly holder: string | null;
  /** Is a change being written in several steps, or was one left half-way? Reads do not see it; the next run takes it back. */
  readonly isApplying: boolean;
}

export interface Store {
  readonly tenant: string;
  /** Committed snapshots, newest first, 100 if not said otherwise; after the one of an id. Nothing after an unknown id. */
  readSnapshots(options?: { first?: number; after?: string }): Promise<SnapshotInfo[]>;
  /** The newest snapshot at or before the instant (the newest of all if left out), or null. */
  readSnapshotAt(at?: number): Promise<SnapshotInfo | null>;
  /** Changes when a run is committed, by another process too, and with nothing else. Cheap enough to be polled. */
  readVersion(): Promise<string>;

  /** Node facts valid at the instant by the reference that they answer to: its key, ref or an alias, exactly. Those of one reference are ordered by key; what nothing answers to is left out. */
  readNodesByRefs(refs: readonly Ref[], at: number): Promise<Map<Ref, NodeFact[]>>;
  /** Node facts valid at the instant by key, in the order of keys; unknown keys are left out. */
  readNodes(keys: readonly NodeKey[], at: number): Promise<NodeFact[]>;
  /** Nodes whose ref, name or an alias contains the text, without regard to case (Unicode). Empty text finds all. Ordered by ref then key, after the given position. */
  findNodes(query: {
    text: string;
    kinds?: readonly NodeKind[];
    at: number;
    first: number;
    after?: { ref: Ref; key: NodeKey };
  }): Promise<NodeFact[]>;
  countNodes(query: { text: string; kinds?: readonly NodeKind[]; at: number }): Promise<number>;
  /** References nearest to one that nothing answers to, best first. Looks at 100,000 of its own word and 20,000 others at most. */
  suggestRefs(ref: Ref, at: number, first: number): Promise<Ref[]>;

  /** Edges by fact id with their sources; ids of which no edge holds at the instant are left out. */
  readEdges(ids: readonly FactId[], at: number): Promise<Map<FactId, Occurrence<EdgeFact>>>;
  /** Edges from or to a node, ordered by fact id, after the given id. */
  readEdgesOf(query: {
    key: NodeKey;
    end: 'from' | 'to';
    kinds?: readonly EdgeFact['kind'][];
    at: number;
    first: number;
    after?: FactId;
  }): Promise<Occurrence<EdgeFact>[]>;
  /** Open gaps at the instant, ordered by fact id. */
  readGaps(at: number): Promise<Occurrence<GapFact>[]>;

  /**
   * What differs between two instants, the second not before the first: ordered by fact id (`changeId`), after the given id. A fact
   * that ended and began again alike is no change; a node whose kind changed is one and the same. Cost: grows with what was opened
   * and closed in between, where the store can find that.
   */
  readChanges(query: { from: number; to: number; first: number; after?: FactId }): Promise<FactChange[]>;

  /** Everything that holds at the instant, as occurrences, ordered by fact id. For exports, tests and small worlds. */
  scanFacts(at: number): AsyncIterableIterator<Occurrence>;
  /** Columns for the compiler. */
  scanNodeColumns(at: number): Promise<NodeColumns>;
  scanEdgeColumns(at: number): Promise<EdgeColumns>;
  /** Edges of the given kinds with their properties, ordered by fact id: the few whose properties change answers (rules). */
  scanEdgesOfKinds(kinds: readonly EdgeFact['kind'][], at: number): Promise<readonly (EdgeFact & { stale: boolean })[]>;

  /** Starts a run. An unfinished run of the same connector is given back to be resumed. Errors: STORE_BUSY while a living process holds a run of the store, whichever the connector; a dead holder's run is taken over. */
  startRun(connector: string): Promise<Run>;
  /** The scopes that the connector knows of as of its last committed run: how the last try of each went, and the instant of the last run that read it to its end, 0 for never. Closed scopes are not among them. */
  readScopes(connector: string): Promise<Map<string, { outcome: ScopeOutcome; readAt: number }>>;
  /** The sources of the facts of an instant by connector and endpoint, in this order: for coverage. Nodes and edges are counted, once for each scope that states them; an endpoint that only states gaps has 0. */
  readSources(at: number): Promise<SourceCount[]>;

  /** Kept pages of a committed run in the order of storing: what its facts were made of. None of a run that is unknown or not committed. */
  readPages(run: string): AsyncIterableIterator<KeptPage>;
  /** Facts that hold at the instant; what several scopes state counts once. Cost: reads every edge. */
  countFacts(at: number): Promise<FactCounts>;
  readStatus(): Promise<StoreStatus>;

  /**
   * Takes back what a writer that died left half-way, as the next run would; false where there was nothing.
   * Errors: STORE_BUSY while somebody writes, STORE_UNREADABLE for a store that is opened to read.
   */
  recover(): Promise<boolean>;

  /** A cache beside the facts, for compiled snapshots: replaced as a whole, may vanish at any time. null for what is not there. */
  readCache(name: string): Promise<Uint8Array | null>;
  writeCache(name: string, bytes: Uint8Array): Promise<void>;

  /** Answers first what was called before. What is called afterwards, and the rest of a scan, fails with STORE_UNREADABLE. An unfinished run stays, and is another's to take up. */
  close(): Promise<void>;
}
