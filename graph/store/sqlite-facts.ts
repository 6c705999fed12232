/**
 * Reads of the SQLite store that give occurrences: edges by id and by end, gaps, everything, and sources counted.
 *
 * All statements of a fact are read, not only those that hold at the instant: where an occurrence begins and ends depends on those
 * before and after.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type EdgeFact, type FactId, factId, type GapFact, type NodeKey, type Occurrence } from '../fact.ts';
import { EDGE_KIND_NAMES, EDGE_KINDS, type EdgeKind } from '../model/edge-kinds.ts';
import { byAskedId, sourceCounts, type ToldEdge, ToldEdges } from './occurrence.ts';
import type { SourceCount, Store } from './port.ts';
import { countHeld, type StoredEdge } from './sqlite-blocks.ts';
import { EdgeReader, isHeld } from './sqlite-edge-reader.ts';
import { occurrencesOf, ReadingsAt } from './sqlite-occurrence.ts';
import { edgeOf, GAP_ROWS, gapOf, NODE_ROWS, nodeOf, type Row, VALID, type Value } from './sqlite-rows.ts';

/** Nodes whose facts are read at once by `scanFacts`. */
const SCAN_NODES = 500;

export class FactReader {
  readonly #database: DatabaseSync;
  readonly #edges: EdgeReader;
  readonly #statement: (sql: string) => StatementSync;

  constructor(database: DatabaseSync, statement: (sql: string) => StatementSync) {
    this.#database = database;
    this.#edges = new EdgeReader(database, statement);
    this.#statement = statement;
  }

  edges(ids: readonly FactId[], at: number): Map<FactId, Occurrence<EdgeFact>> {
    const stored = [...new Set(ids)].flatMap((id) => this.#edges.ofEdge(id));
    return byAskedId(ids, this.#occurrences(stored, at));
  }

  edgesOf({ key, end, kinds = EDGE_KIND_NAMES, at, first, after = '' }: Parameters<Store['readEdgesOf']>[0]): Occurrence<EdgeFact>[] {
    const node = this.#edges.nodeId(key);
    if (node === null) return [];
    const wanted = new Set<number>(kinds.map((kind) => EDGE_KINDS[kind].id));
    const stored = this.#edges.listed(end, [node]).filter(({ kind }) => wanted.has(kind));
    const ids = this.#edges.named(stored).map((row) => factId(edgeOf(row)));
    const held = new Set(ids.filter((id, position) => id > after && isHeld(stored[position] as StoredEdge, at)));
    const page = new Set([...held].sort().slice(0, first));
    return this.#occurrences(
      stored.filter((_, position) => page.has(ids[position] as FactId)),
      at,
    );
  }

  edgesOfKinds(kinds: readonly EdgeKind[], at: number): ToldEdge[] {
    const listed = this.#edges.listed(
      'kind',
      [...new Set(kinds)].map((kind) => EDGE_KINDS[kind].id),
    );
    const held = listed.filter((edge) => isHeld(edge, at));
    const readings = this.#readings(at);
    const told = new ToldEdges();
    for (const row of this.#edges.named(held))
      told.add(edgeOf(row), readings.isStale({ scope: row['scope'] as number, from: row['valid_from'] as number }));
    told.settle(this.edges([...told.several], at));
    return told.edges();
  }

  gaps(at: number): Occurrence<GapFact>[] {
    const rows = this.#all(`${GAP_ROWS} WHERE f.about IN (SELECT f.about FROM gap_fact f WHERE ${VALID})`, { at });
    return occurrencesOf(rows, { factOf: gapOf, at, readings: this.#readings(at) });
  }

  /**
   * All that holds at the instant of the next nodes after a key, ordered by fact id, and the last of these keys; null after the
   * last node. Every id begins with the key of one node, so the order of nodes is the order of facts.
   */
  factsAfter(key: NodeKey, { at, knownAt }: { at: number; knownAt: number }): { last: NodeKey; facts: Occurrence[] } | null {
    const nodes = this.#all('SELECT id, key FROM node WHERE key > :key ORDER BY key LIMIT :most', { key, most: SCAN_NODES });
    const last = nodes.at(-1)?.['key'];
    if (typeof last !== 'string') return null;
    const nodeIds = nodes.map(({ id }) => id as number);
    const ids = JSON.stringify(nodeIds);
    const among = 'IN (SELECT value FROM json_each(:ids))';
    const request = { at, knownAt, readings: this.#readings(at) };
    const facts: Occurrence[] = [
      ...occurrencesOf(this.#all(`${NODE_ROWS} WHERE f.node ${among}`, { ids }), { factOf: nodeOf, ...request }),
      ...occurrencesOf(this.#edges.named(this.#edges.listed('from', nodeIds)), { factOf: edgeOf, ...request }),
      ...occurrencesOf(this.#all(`${GAP_ROWS} WHERE f.about ${among}`, { ids }), { factOf: gapOf, ...request }),
    ];
    const byId = facts.map((occurrence) => [factId(occurrence.fact), occurrence] as const).sort(([a], [b]) => (a < b ? -1 : 1));
    return { last, facts: byId.map(([, occurrence]) => occurrence) };
  }

  sources(at: number): SourceCount[] {
    const edges = countHeld(this.#database, at).map(({ scope, validFrom, edges: count }) => ({
      scope,
      from: validFrom,
      isGap: false,
      count,
    }));
    const others = this.#all(
      `SELECT scope, valid_from, is_gap, count(*) AS n FROM (
         SELECT f.scope, f.valid_from, 0 AS is_gap FROM node_fact f WHERE ${VALID}
         UNION ALL SELECT f.scope, f.valid_from, 1 FROM gap_fact f WHERE ${VALID}
       ) GROUP BY scope, valid_from, is_gap`,
      { at },
    ).map((row) => ({
      scope: row['scope'] as number,
      from: row['valid_from'] as number,
      isGap: row['is_gap'] === 1,
      count: row['n'] as number,
    }));
    return sourceCounts([...others, ...edges], this.#readings(at));
  }

  #occurrences(stored: readonly StoredEdge[], at: number): Occurrence<EdgeFact>[] {
    return occurrencesOf(this.#edges.named(stored), { factOf: edgeOf, at, readings: this.#readings(at) });
  }

  #readings(at: number): ReadingsAt {
    return new ReadingsAt(this.#statement, at);
  }

  #all(sql: string, values: Record<string, Value>): Row[] {
    return this.#statement(sql).all(values) as Row[];
  }
}
