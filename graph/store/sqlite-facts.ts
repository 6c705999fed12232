/**
 * Reads of the SQLite store that give occurrences: edges by id and by end, gaps, everything, and sources counted.
 *
 * All statements of a fact are read, not only those that hold at the instant: where an
 * occurrence begins and ends depends on those before and after.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type EdgeFact, type FactId, factId, type GapFact, type NodeKey, type Occurrence, type Source } from '../fact.ts';
import { EDGE_KIND_NAMES, EDGE_KINDS, type EdgeKind } from '../model/edge-kinds.ts';
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
    return this.#byId(ids, this.#occurrences(stored, at));
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

  /** What one scope states is its statement; only where several state an edge must its occurrence be worked out. */
  edgesOfKinds(kinds: readonly EdgeKind[], at: number): (EdgeFact & { stale: boolean })[] {
    const listed = this.#edges.listed(
      'kind',
      [...new Set(kinds)].map((kind) => EDGE_KINDS[kind].id),
    );
    const held = listed.filter((edge) => isHeld(edge, at));
    const readings = this.#readings(at);
    const byId = new Map<FactId, EdgeFact & { stale: boolean }>();
    const several = new Set<FactId>();
    for (const row of this.#edges.named(held)) {
      const fact = edgeOf(row);
      const id = factId(fact);
      if (byId.has(id)) several.add(id);
      byId.set(id, { ...fact, stale: readings.isStale({ scope: row['scope'] as number, from: row['valid_from'] as number }) });
    }
    for (const [id, { fact, stale }] of this.edges([...several], at)) byId.set(id, { ...fact, stale });
    return [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge);
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
    const readings = this.#readings(at);
    const edges = countHeld(this.#database, at).map(({ scope, validFrom, edges: n }) => ({ scope, valid_from: validFrom, is_gap: 0, n }));
    const others = this.#all(
      `SELECT scope, valid_from, is_gap, count(*) AS n FROM (
         SELECT f.scope, f.valid_from, 0 AS is_gap FROM node_fact f WHERE ${VALID}
         UNION ALL SELECT f.scope, f.valid_from, 1 FROM gap_fact f WHERE ${VALID}
       ) GROUP BY scope, valid_from, is_gap`,
      { at },
    );
    const totals = new Map<string, { source: Pick<Source, 'connector' | 'endpoint'>; facts: number; stale: number; newestAt: number }>();
    for (const group of [...others, ...edges] as Row[]) {
      const isGap = group['is_gap'] === 1;
      const statement = { scope: group['scope'] as number, from: group['valid_from'] as number, isGap };
      const { connector, endpoint, fetchedAt } = readings.source(statement);
      const name = `${connector} ${endpoint}`;
      const total = totals.get(name) ?? { source: { connector, endpoint }, facts: 0, stale: 0, newestAt: fetchedAt };
      const counted = isGap ? 0 : (group['n'] as number);
      total.facts += counted;
      total.stale += readings.isStale(statement) ? counted : 0;
      total.newestAt = Math.max(total.newestAt, fetchedAt);
      totals.set(name, total);
    }
    return [...totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
  }

  #occurrences(stored: readonly StoredEdge[], at: number): Occurrence<EdgeFact>[] {
    return occurrencesOf(this.#edges.named(stored), { factOf: edgeOf, at, readings: this.#readings(at) });
  }

  /** In the order asked. */
  #byId(ids: readonly FactId[], occurrences: readonly Occurrence<EdgeFact>[]): Map<FactId, Occurrence<EdgeFact>> {
    const found = new Map(occurrences.map((occurrence) => [factId(occurrence.fact), occurrence]));
    return new Map(ids.flatMap((id) => (found.has(id) ? [[id, found.get(id) as Occurrence<EdgeFact>]] : [])));
  }

  #readings(at: number): ReadingsAt {
    return new ReadingsAt(this.#statement, at);
  }

  #all(sql: string, values: Record<string, Value>): Row[] {
    return this.#statement(sql).all(values) as Row[];
  }
}
