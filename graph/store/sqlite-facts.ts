/**
 * Reads of the SQLite store that give occurrences: edges by id and by end, gaps, everything, and sources counted.
 *
 * Rows of edges are found by posting lists. All rows of a fact are read, not only those that hold at the instant: where an
 * occurrence begins and ends depends on those before and after.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type EdgeFact, type FactId, factId, type GapFact, type NodeKey, type Occurrence, type Source } from '../fact.ts';
import { EDGE_KIND_NAMES, EDGE_KINDS, type EdgeKind, isEdgeKind } from '../model/edge-kinds.ts';
import type { Store } from './port.ts';
import { occurrencesOf, ReadingsAt } from './sqlite-occurrence.ts';
import { PostingReader } from './sqlite-postings.ts';
import {
  EDGE_ID,
  EDGE_ROWS,
  edgeOf,
  GAP_ROWS,
  gapOf,
  LISTED_EDGES,
  NODE_ROWS,
  nodeOf,
  type Row,
  VALID,
  type Value,
} from './sqlite-rows.ts';

/** Nodes whose facts are read at once by `scanFacts`. */
const SCAN_NODES = 500;

export class FactReader {
  readonly #postings: PostingReader;
  readonly #statement: (sql: string) => StatementSync;

  constructor(database: DatabaseSync, statement: (sql: string) => StatementSync) {
    this.#postings = new PostingReader(database);
    this.#statement = statement;
  }

  edges(ids: readonly FactId[], at: number): Map<FactId, Occurrence<EdgeFact>> {
    const readings = this.#readings(at);
    const found = new Map<FactId, Occurrence<EdgeFact>>();
    for (const id of new Set(ids)) {
      const [occurrence] = occurrencesOf(this.#rowsOfEdge(id), { factOf: edgeOf, at, readings });
      if (occurrence !== undefined) found.set(id, occurrence);
    }
    return found;
  }

  edgesOf({ key, end, kinds = EDGE_KIND_NAMES, at, first, after = '' }: Parameters<Store['readEdgesOf']>[0]): Occurrence<EdgeFact>[] {
    const node = this.#nodeId(key);
    if (node === null) return [];
    const rows = JSON.stringify(this.#postings.rows(end, node));
    const wanted = JSON.stringify(kinds.map((kind) => EDGE_KINDS[kind].id));
    const page = this.#all(
      `SELECT DISTINCT ${EDGE_ID} AS id ${LISTED_EDGES}
       WHERE ${VALID} AND f.kind IN (SELECT value FROM json_each(:wanted)) AND ${EDGE_ID} > :after ORDER BY 1 LIMIT :first`,
      { rows, wanted, at, after, first },
    );
    return [
      ...this.edges(
        page.map(({ id }) => id as string),
        at,
      ).values(),
    ];
  }

  /** What one scope states is its row; only where several state an edge must its occurrence be worked out. */
  *edgesOfKinds(kinds: readonly EdgeKind[], at: number): IterableIterator<EdgeFact & { stale: boolean }> {
    const rows = [...new Set(kinds)].flatMap((kind) => this.#postings.rows('kind', EDGE_KINDS[kind].id));
    if (rows.length === 0) return;
    const readings = this.#readings(at);
    const byId = new Map<FactId, EdgeFact & { stale: boolean }>();
    const several = new Set<FactId>();
    for (const row of this.#all(`${EDGE_ROWS} WHERE ${VALID}`, { rows: JSON.stringify(rows), at })) {
      const fact = edgeOf(row);
      const id = factId(fact);
      if (byId.has(id)) several.add(id);
      byId.set(id, { ...fact, stale: readings.isStale({ scope: row['scope'] as number, from: row['valid_from'] as number }) });
    }
    if (several.size > 0) {
      const theirs = this.#edgeRows(rows).filter((row) => several.has(factId(edgeOf(row))));
      for (const { fact, stale } of occurrencesOf(theirs, { factOf: edgeOf, at, readings })) byId.set(factId(fact), { ...fact, stale });
    }
    for (const [, edge] of [...byId].sort(([a], [b]) => (a < b ? -1 : 1))) yield edge;
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
    const ids = JSON.stringify(nodes.map(({ id }) => id));
    const among = 'IN (SELECT value FROM json_each(:ids))';
    const request = { at, knownAt, readings: this.#readings(at) };
    const facts: Occurrence[] = [
      ...occurrencesOf(this.#all(`${NODE_ROWS} WHERE f.node ${among}`, { ids }), { factOf: nodeOf, ...request }),
      ...occurrencesOf(this.#edgeRows(nodes.flatMap(({ id }) => this.#postings.rows('from', id as number))), {
        factOf: edgeOf,
        ...request,
      }),
      ...occurrencesOf(this.#all(`${GAP_ROWS} WHERE f.about ${among}`, { ids }), { factOf: gapOf, ...request }),
    ];
    const byId = facts.map((occurrence) => [factId(occurrence.fact), occurrence] as const).sort(([a], [b]) => (a < b ? -1 : 1));
    return { last, facts: byId.map(([, occurrence]) => occurrence) };
  }

  sources(at: number): ReturnType<Store['readSources']> {
    const readings = this.#readings(at);
    const groups = this.#all(
      `SELECT scope, valid_from, is_gap, count(*) AS n FROM (
         SELECT f.scope, f.valid_from, 0 AS is_gap FROM node_fact f WHERE ${VALID}
         UNION ALL SELECT f.scope, f.valid_from, 0 FROM edge_fact f WHERE ${VALID}
         UNION ALL SELECT f.scope, f.valid_from, 1 FROM gap_fact f WHERE ${VALID}
       ) GROUP BY scope, valid_from, is_gap`,
      { at },
    );
    const totals = new Map<string, { source: Pick<Source, 'connector' | 'endpoint'>; facts: number; stale: number; newestAt: number }>();
    for (const group of groups) {
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

  /** All rows of one edge; none for what is not the id of an edge. */
  #rowsOfEdge(id: FactId): Row[] {
    const parts = id.split(' ');
    const [from = '', kind = '', ...rest] = parts;
    const to = rest.at(-1);
    if (!isEdgeKind(kind) || to === undefined || parts.length > 4) return [];
    const [source, target] = [this.#nodeId(from), this.#nodeId(to)];
    if (source === null || target === null) return [];
    const rows =
      this.#postings.size('from', source) <= this.#postings.size('to', target)
        ? this.#postings.rows('from', source)
        : this.#postings.rows('to', target);
    return this.#all(`${EDGE_ROWS} WHERE f.src = :source AND f.dst = :target AND f.kind = :kind AND w.text = :word`, {
      rows: JSON.stringify(rows),
      source,
      target,
      kind: EDGE_KINDS[kind].id,
      word: rest.length > 1 ? (rest[0] as string) : '',
    });
  }

  #edgeRows(rows: readonly number[]): Row[] {
    return rows.length === 0 ? [] : this.#all(EDGE_ROWS, { rows: JSON.stringify(rows) });
  }

  #nodeId(key: NodeKey): number | null {
    return (this.#all('SELECT id FROM node WHERE key = :key', { key })[0]?.['id'] as number | undefined) ?? null;
  }

  #readings(at: number): ReadingsAt {
    return new ReadingsAt(this.#statement, at);
  }

  #all(sql: string, values: Record<string, Value>): Row[] {
    return this.#statement(sql).all(values) as Row[];
  }
}
