/**
 * The reading half of the Neo4j store: snapshots, scopes, and the way to the other reads.
 *
 * `neo4j-read-facts.ts` reads occurrences, `neo4j-read-changes.ts` what differs between two instants, `neo4j-search.ts` finds nodes,
 * `neo4j-scan-nodes.ts` and `neo4j-scan-edges.ts` fill columns, `neo4j-cache.ts` keeps compiled snapshots, `neo4j-frame.ts` says what
 * one state is.
 * INVARIANT: nothing here writes. Every method makes a bounded number of round trips; what looks at everything makes it for each
 * chunk of nodes.
 */
import type { EdgeFact, FactId, GapFact, NodeFact, NodeKey, Occurrence, Ref } from '../fact.ts';
import type { EdgeKind } from '../model/edge-kinds.ts';
import { countDistinctEdges } from './distinct-edges.ts';
import { readCache } from './neo4j-cache.ts';
import type { Neo4jDoor } from './neo4j-driver.ts';
import { type Read, type ReadFrame, readExactly, readUndisturbed } from './neo4j-frame.ts';
import { readChanges } from './neo4j-read-changes.ts';
import { readEdges, readEdgesOf, readEdgesOfKinds, readFactsAfter, readGaps, readSources } from './neo4j-read-facts.ts';
import { NEWEST_SNAPSHOT, newestReading, SNAPSHOT_COLUMNS, SNAPSHOTS, snapshotOf, spokenNodes } from './neo4j-rows.ts';
import { scanEdgesNow, scanEdgesThen } from './neo4j-scan-edges.ts';
import { scanNodesNow, scanNodesThen } from './neo4j-scan-nodes.ts';
import { countNodes, findNodes, readAnswering, suggestRefs } from './neo4j-search.ts';
import { countNodesAndGaps } from './neo4j-status.ts';
import type { EdgeColumns, FactChange, FactCounts, NodeColumns, ScopeOutcome, SnapshotInfo, SourceCount, Store } from './port.ts';
import { OUTCOMES, type ReadScope, scopesLeft } from './scope-outcomes.ts';

/** A scan has time, and few large rows: lists, which the reader takes no slower than the server makes them. */
const SCAN = { transactionMs: 600_000, fetchSize: 100_000 };

export class Neo4jReader {
  readonly #door: Neo4jDoor;
  readonly #tenant: string;

  constructor(door: Neo4jDoor, tenant: string) {
    this.#door = door;
    this.#tenant = tenant;
  }

  readSnapshots({ first = 100, after }: { first?: number; after?: string } = {}): Promise<SnapshotInfo[]> {
    const cypher =
      after === undefined
        ? SNAPSHOTS
        : `MATCH (known:GrantpathRun {tenant: $tenant, id: $after}) ${SNAPSHOTS} AND run.committedAt < known.committedAt`;
    return this.#reading(Infinity, async (frame) =>
      (
        await frame.rows(`${cypher} RETURN ${SNAPSHOT_COLUMNS} ORDER BY run.tenant DESC, run.committedAt DESC LIMIT $first`, {
          first,
          after: after ?? null,
        })
      ).map(snapshotOf),
    );
  }

  readSnapshotAt(at = Infinity): Promise<SnapshotInfo | null> {
    return this.#reading(at, async (frame) => {
      const [row] = await frame.rows(NEWEST_SNAPSHOT);
      return row === undefined ? null : snapshotOf(row);
    });
  }

  async readVersion(): Promise<string> {
    const [row] = await this.#door.readRows('MATCH (s:GrantpathStore {tenant: $tenant}) RETURN s.commits AS commits', {
      tenant: this.#tenant,
    });
    return String(row?.['commits'] ?? 0);
  }

  readNodesByRefs(refs: readonly Ref[], at: number): Promise<Map<Ref, NodeFact[]>> {
    return this.#reading(at, (frame) => readAnswering(frame, refs));
  }

  readNodes(keys: readonly NodeKey[], at: number): Promise<NodeFact[]> {
    return this.#reading(at, async (frame) => {
      const nodes = await spokenNodes(frame, 'UNWIND $keys AS key MATCH (n:Node {tenant: $tenant, key: key})', {
        keys: [...new Set(keys)],
      });
      return [...nodes.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
    });
  }

  findNodes({ at, ...page }: Parameters<Store['findNodes']>[0]): Promise<NodeFact[]> {
    return this.#reading(at, (frame) => findNodes(frame, page));
  }

  countNodes({ at, ...search }: Parameters<Store['countNodes']>[0]): Promise<number> {
    return this.#reading(at, (frame) => countNodes(frame, search));
  }

  suggestRefs(ref: Ref, at: number, first: number): Promise<Ref[]> {
    return this.#reading(at, (frame) => suggestRefs(frame, ref, first));
  }

  readEdges(ids: readonly FactId[], at: number): Promise<Map<FactId, Occurrence<EdgeFact>>> {
    return this.#reading(at, (frame) => readEdges(frame, ids));
  }

  readEdgesOf(query: Parameters<Store['readEdgesOf']>[0]): Promise<Occurrence<EdgeFact>[]> {
    return this.#reading(query.at, (frame) => readEdgesOf(frame, query));
  }

  readGaps(at: number): Promise<Occurrence<GapFact>[]> {
    return this.#reading(at, (frame) => readGaps(frame));
  }

  readChanges({ to, ...query }: Parameters<Store['readChanges']>[0]): Promise<FactChange[]> {
    return this.#inPieces(to, (read) => readChanges(read, query));
  }

  async *scanFacts(at: number): AsyncIterableIterator<Occurrence> {
    // Commits meanwhile say nothing: between two chunks nothing is held open.
    const knownAt = (await this.readSnapshotAt())?.at ?? 0;
    for (let last = ''; ; ) {
      const chunk = await readExactly(this.#door, { tenant: this.#tenant, at, knownAt }, (frame) => readFactsAfter(frame, last));
      if (chunk === null) return;
      yield* chunk.facts;
      last = chunk.last;
    }
  }

  scanNodeColumns(at: number): Promise<NodeColumns> {
    return this.#scanning(at, scanNodesNow, scanNodesThen);
  }

  scanEdgeColumns(at: number): Promise<EdgeColumns> {
    return this.#scanning(at, scanEdgesNow, scanEdgesThen);
  }

  scanEdgesOfKinds(kinds: readonly EdgeKind[], at: number): Promise<readonly (EdgeFact & { stale: boolean })[]> {
    return this.#reading(at, (frame) => readEdgesOfKinds(frame, kinds));
  }

  readScopes(connector: string): Promise<Map<string, { outcome: ScopeOutcome; readAt: number }>> {
    const last = (name: string, where: string) => `CALL (c) {
      OPTIONAL MATCH (r:GrantpathReading {tenant: $tenant, scope: c.number}) WHERE r.at <= $at ${where}
      RETURN r AS ${name} ORDER BY ${newestReading('r')} LIMIT 1
    }`;
    return this.#reading(Infinity, async (frame) => {
      const rows = await frame.rows(
        `MATCH (c:GrantpathScope) WHERE c.tenant = $tenant AND c.connector = $connector AND c.name > ''
         ${last('last', '')} ${last('complete', `AND r.outcome = ${OUTCOMES.complete}`)} ${last('gone', `AND r.outcome = ${OUTCOMES.gone}`)}
         RETURN c.name AS name, last.outcome AS outcome, coalesce(complete.at, 0) AS readAt, coalesce(gone.at, 0) AS goneAt
         ORDER BY c.number`,
        { connector },
      );
      return scopesLeft(rows as unknown as ReadScope[]);
    });
  }

  readSources(at: number): Promise<SourceCount[]> {
    return this.#inPieces(at, readSources);
  }

  async countFacts(at: number): Promise<FactCounts> {
    const instant = await this.#reading(at, async (frame) => frame.at);
    const others = await this.#reading(instant, countNodesAndGaps);
    return { ...others, edges: countDistinctEdges(await this.scanEdgeColumns(instant)) };
  }

  readCache(name: string): Promise<Uint8Array | null> {
    return readCache(this.#door, { tenant: this.#tenant, name });
  }

  #reading<T>(at: number, work: (frame: ReadFrame) => Promise<T>): Promise<T> {
    return readExactly(this.#door, { tenant: this.#tenant, at }, work);
  }

  /** As a whole where nobody writes meanwhile, else in pieces. */
  async #scanning<T>(
    at: number,
    now: (frame: ReadFrame) => Promise<T | null>,
    then: (read: Read, nodes: number) => Promise<T>,
  ): Promise<T> {
    const whole = await readUndisturbed(this.#door, { tenant: this.#tenant, at }, now, SCAN);
    return whole?.found ?? this.#inPieces(at, then);
  }

  /** Every piece is of the same instant, and knows of no later commit than was known at first. */
  async #inPieces<T>(at: number, work: (read: Read, nodes: number) => Promise<T>): Promise<T> {
    const { knownAt, nodes } = await this.#reading(at, async (frame) => ({ knownAt: frame.knownAt, nodes: frame.state.nodes }));
    return work((piece) => readExactly(this.#door, { tenant: this.#tenant, at, knownAt }, piece, SCAN), nodes);
  }
}
