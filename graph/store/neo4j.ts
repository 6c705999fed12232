/**
 * The Neo4j store: the system of record on a server, many tenants in one database.
 *
 * This file opens the store and keeps its runs and its end; `neo4j-read.ts` reads, `neo4j-run.ts` and `neo4j-commit.ts` write,
 * `neo4j-schema.ts` has every name of the graph, `neo4j-driver.ts` is the door.
 */

import { CodedError } from '../errors.ts';
import type { EdgeFact, FactId, GapFact, NodeFact, NodeKey, Occurrence, Ref } from '../fact.ts';
import type { EdgeKind } from '../model/edge-kinds.ts';
import { writeCache } from './neo4j-cache.ts';
import { claimStore } from './neo4j-claim.ts';
import type { CommitLimits } from './neo4j-commit.ts';
import { Neo4jDoor, type Neo4jOptions } from './neo4j-driver.ts';
import { Lease } from './neo4j-lease.ts';
import { Neo4jReader } from './neo4j-read.ts';
import { rollBack } from './neo4j-rollback.ts';
import { readCommittedPages, startNeo4jRun } from './neo4j-run.ts';
import { readNeo4jStatus } from './neo4j-status.ts';
import type {
  EdgeColumns,
  FactChange,
  FactCounts,
  KeptPage,
  NodeColumns,
  Run,
  ScopeOutcome,
  SnapshotInfo,
  SourceCount,
  Store,
  StoreStatus,
} from './port.ts';

export interface Neo4jStoreOptions extends Neo4jOptions {
  readonly tenant?: string;
  /** The clock, milliseconds since 1970. */
  readonly now?: () => number;
  /** For tests. */
  readonly commitLimits?: Partial<CommitLimits>;
}

/** Errors: CONFIG, STORE_UNREACHABLE, STORE_AUTH, STORE_UNSUPPORTED, STORE_UNREADABLE (somebody else's graph), STORE_NEWER, STORE_EMPTY (read-only and not there). */
export async function openNeo4jStore(options: Neo4jStoreOptions): Promise<Store> {
  const { tenant = 'default', now = Date.now, commitLimits, ...connection } = options;
  const door = await Neo4jDoor.open(connection);
  try {
    const versionBefore = await claimStore(door, { tenant });
    return new Neo4jStore(door, { tenant, now, limits: commitLimits, versionBefore });
  } catch (error) {
    await door.close();
    throw error;
  }
}

interface Neo4jStoreParts {
  readonly tenant: string;
  readonly now: () => number;
  readonly limits: Partial<CommitLimits> | undefined;
  readonly versionBefore: number;
}

class Neo4jStore implements Store {
  readonly tenant: string;
  readonly #parts: Neo4jStoreParts;
  readonly #door: Neo4jDoor;
  readonly #reader: Neo4jReader;
  readonly #lease: Lease;
  /** Open runs by connector. */
  readonly #runs = new Map<string, Run>();
  /** What was called and is not answered yet. */
  readonly #underWay = new Set<Promise<unknown>>();
  /** The last of the calls that change runs. */
  #last: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(door: Neo4jDoor, parts: Neo4jStoreParts) {
    this.tenant = parts.tenant;
    this.#parts = parts;
    this.#door = door;
    this.#reader = new Neo4jReader(door, parts.tenant);
    this.#lease = new Lease(door, parts.tenant);
  }

  readSnapshots(options?: { first?: number; after?: string }): Promise<SnapshotInfo[]> {
    return this.#call(() => this.#reader.readSnapshots(options));
  }

  readSnapshotAt(at?: number): Promise<SnapshotInfo | null> {
    return this.#call(() => this.#reader.readSnapshotAt(at));
  }

  readVersion(): Promise<string> {
    return this.#call(() => this.#reader.readVersion());
  }

  readNodesByRefs(refs: readonly Ref[], at: number): Promise<Map<Ref, NodeFact[]>> {
    return this.#call(() => this.#reader.readNodesByRefs(refs, at));
  }

  readNodes(keys: readonly NodeKey[], at: number): Promise<NodeFact[]> {
    return this.#call(() => this.#reader.readNodes(keys, at));
  }

  findNodes(query: Parameters<Store['findNodes']>[0]): Promise<NodeFact[]> {
    return this.#call(() => this.#reader.findNodes(query));
  }

  countNodes(query: Parameters<Store['countNodes']>[0]): Promise<number> {
    return this.#call(() => this.#reader.countNodes(query));
  }

  suggestRefs(ref: Ref, at: number, first: number): Promise<Ref[]> {
    return this.#call(() => this.#reader.suggestRefs(ref, at, first));
  }

  readEdges(ids: readonly FactId[], at: number): Promise<Map<FactId, Occurrence<EdgeFact>>> {
    return this.#call(() => this.#reader.readEdges(ids, at));
  }

  readEdgesOf(query: Parameters<Store['readEdgesOf']>[0]): Promise<Occurrence<EdgeFact>[]> {
    return this.#call(() => this.#reader.readEdgesOf(query));
  }

  readGaps(at: number): Promise<Occurrence<GapFact>[]> {
    return this.#call(() => this.#reader.readGaps(at));
  }

  readChanges(query: Parameters<Store['readChanges']>[0]): Promise<FactChange[]> {
    return this.#call(() => this.#reader.readChanges(query));
  }

  async *scanFacts(at: number): AsyncIterableIterator<Occurrence> {
    const facts = this.#reader.scanFacts(at);
    for (;;) {
      const next = await this.#call(() => facts.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  scanNodeColumns(at: number): Promise<NodeColumns> {
    return this.#call(() => this.#reader.scanNodeColumns(at));
  }

  scanEdgeColumns(at: number): Promise<EdgeColumns> {
    return this.#call(() => this.#reader.scanEdgeColumns(at));
  }

  scanEdgesOfKinds(kinds: readonly EdgeKind[], at: number): Promise<readonly (EdgeFact & { stale: boolean })[]> {
    return this.#call(() => this.#reader.scanEdgesOfKinds(kinds, at));
  }

  startRun(connector: string): Promise<Run> {
    return this.#queue(async () => {
      // Of runs under a lease that was lost nothing is known any more: another process may have ended them.
      if (!this.#lease.isHeld) this.#runs.clear();
      return this.#runs.get(connector) ?? this.#start(connector);
    });
  }

  readScopes(connector: string): Promise<Map<string, { outcome: ScopeOutcome; readAt: number }>> {
    return this.#call(() => this.#reader.readScopes(connector));
  }

  readSources(at: number): Promise<SourceCount[]> {
    return this.#call(() => this.#reader.readSources(at));
  }

  readPages(run: string): AsyncIterableIterator<KeptPage> {
    return readCommittedPages({ door: this.#door, tenant: this.tenant, read: (work) => this.#call(work) }, run);
  }

  countFacts(at: number): Promise<FactCounts> {
    return this.#call(() => this.#reader.countFacts(at));
  }

  readStatus(): Promise<StoreStatus> {
    const { versionBefore } = this.#parts;
    return this.#call(() => readNeo4jStatus(this.#door, { tenant: this.tenant, versionBefore }));
  }

  recover(): Promise<boolean> {
    return this.#queue(async () => {
      // A run of this store has looked when it began.
      if (this.#runs.size > 0) return false;
      const { isHalfWay } = await this.#lease.take();
      try {
        if (isHalfWay) await rollBack({ door: this.#door, tenant: this.tenant, lease: this.#lease });
        return isHalfWay;
      } finally {
        await this.#releaseLease().catch(() => {});
      }
    });
  }

  readCache(name: string): Promise<Uint8Array | null> {
    return this.#call(() => this.#reader.readCache(name));
  }

  writeCache(name: string, bytes: Uint8Array): Promise<void> {
    return this.#call(() => writeCache(this.#door, { tenant: this.tenant, name }, bytes));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    this.#runs.clear();
    // Without it the lease ends by itself.
    await this.#lease.release().catch(() => {});
    await this.#door.close();
  }

  async #start(connector: string): Promise<Run> {
    const { isHalfWay } = await this.#lease.take();
    const context = { door: this.#door, tenant: this.tenant, lease: this.#lease };
    try {
      if (isHalfWay) await rollBack(context);
      const { now, limits } = this.#parts;
      const run = await startNeo4jRun(
        {
          ...context,
          now,
          limits,
          queue: (work) => this.#queue(work),
          read: (work) => this.#call(work),
          onEnd: (ended) => this.#end(ended),
        },
        connector,
      );
      this.#runs.set(connector, run);
      return run;
    } catch (error) {
      await this.#releaseLease().catch(() => {});
      throw error;
    }
  }

  async #end({ connector }: Run): Promise<void> {
    this.#runs.delete(connector);
    // What the run did is done; a lease that cannot be given back ends by itself.
    await this.#releaseLease().catch(() => {});
  }

  async #releaseLease(): Promise<void> {
    if (this.#runs.size === 0) await this.#lease.release();
  }

  /** The work, after all work before it. */
  #queue<T>(work: () => Promise<T>): Promise<T> {
    return this.#call(() => {
      const done = this.#last.then(work, work);
      this.#last = done;
      return done;
    });
  }

  /** Errors: STORE_UNREADABLE once the store was closed. */
  async #call<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing !== null)
      throw new CodedError('STORE_UNREADABLE', `expected an open store, got one that was closed at \`${this.#door.address}\``);
    const answer = work();
    this.#underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(answer);
    }
  }
}
