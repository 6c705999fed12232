/**
 * What differs between two instants in the SQLite store.
 *
 * Only statements that were opened or closed in between are looked at, and those of scopes whose failing made facts stale, or whose
 * reading made them fresh again; of the facts that they speak of everything is read. Where these are very many, as over a first load,
 * nodes are walked in the order of keys instead, from the position of the page on: nothing is listed that no page needs.
 * INVARIANT: rows and blocks are written in the order of commits, so what was opened after an instant is at the end.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type FactId, factId, type NodeKey, type Occurrence } from '../fact.ts';
import { candidatesAfter, changeId, changesAmong, changesBetween, placeOfNode, type Touched, turnedScopes } from './fact-change.ts';
import type { FactChange, Store } from './port.ts';
import { edgesUpTo } from './sqlite-blocks.ts';
import { EdgeReader } from './sqlite-edge-reader.ts';
import type { FactReader } from './sqlite-facts.ts';
import { occurrencesOf, ReadingsAt } from './sqlite-occurrence.ts';
import { PostingReader } from './sqlite-postings.ts';
import { edgeOf, GAP_ROWS, gapOf, NODE_ROWS, nodeOf, type Row, readArrays } from './sqlite-rows.ts';
import { unreadScopes } from './sqlite-scan.ts';

/** Facts that are read whole at once. */
const CHUNK = 500;
/** With more statements than these nodes are walked. */
const LISTED_MAX = 100_000;

interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Statements that were touched: edges by id, ascending, and scopes that turned stale or fresh. */
interface TouchedStatements {
  readonly edges: readonly number[];
  readonly scopes: readonly number[];
}

interface ReaderParts {
  readonly database: DatabaseSync;
  readonly statement: (sql: string) => StatementSync;
  readonly facts: FactReader;
  /** For tests. */
  readonly listedMax?: number;
}

export class ChangeReader {
  readonly #database: DatabaseSync;
  readonly #statement: (sql: string) => StatementSync;
  readonly #facts: FactReader;
  readonly #edges: EdgeReader;
  readonly #listedMax: number;

  constructor({ database, statement, facts, listedMax = LISTED_MAX }: ReaderParts) {
    this.#database = database;
    this.#statement = statement;
    this.#facts = facts;
    this.#edges = new EdgeReader(database, statement);
    this.#listedMax = listedMax;
  }

  changes({ from, to, first, after = '' }: Parameters<Store['readChanges']>[0]): FactChange[] {
    const interval = { from, to };
    const touched = this.#statements(interval);
    const pieces = touched === null ? this.#walked(interval, after) : this.#listed(interval, touched, after);
    const found: FactChange[] = [];
    for (const changes of pieces) {
      found.push(...changes.filter((change) => changeId(change) > after));
      if (found.length >= first) break;
    }
    return found.slice(0, first);
  }

  /** null where they are too many to be listed. */
  #statements({ from, to }: Interval): TouchedStatements | null {
    const count = (sql: string, ...values: number[]) => Number(this.#database.prepare(sql).get(...values)?.['n']);
    const [first, last] = [edgesUpTo(this.#database, from) + 1, edgesUpTo(this.#database, to)];
    const closed = count('SELECT count(*) AS n FROM edge_closed WHERE valid_to > ? AND valid_to <= ?', from, to);
    const nodes = count(`SELECT count(*) AS n FROM node_fact f WHERE ${TOUCHED('node_fact')}`, ...touchedValues({ from, to }));
    if (last - first + closed + nodes > this.#listedMax) return null;
    const ids = new Set<number>();
    for (let id = first; id <= last; id++) ids.add(id);
    const rows = readArrays(this.#database, 'SELECT edge FROM edge_closed WHERE valid_to > ? AND valid_to <= ?', from, to);
    for (const [edge] of rows as [number][]) ids.add(edge);
    const scopes = turnedScopes(unreadScopes(this.#database, from), unreadScopes(this.#database, to));
    const postings = new PostingReader(this.#database);
    for (const scope of scopes) {
      for (const id of postings.read('scope', scope)) ids.add(id);
      if (ids.size > this.#listedMax) return null;
    }
    return { edges: [...ids].sort((a, b) => a - b), scopes };
  }

  *#listed(interval: Interval, { edges, scopes }: TouchedStatements, after: FactId): Generator<FactChange[]> {
    const places = new Set(this.#edges.read(edges).map((row) => factId(edgeOf(row))));
    const touchedEdges = [...places].map((place): Touched => ({ type: 'edge', key: place, place }));
    const candidates = candidatesAfter([...this.#nodes(interval, scopes), ...touchedEdges, ...this.#gaps(interval)], after);
    for (let start = 0; start < candidates.length; start += CHUNK) yield this.#changesOf(candidates.slice(start, start + CHUNK), interval);
  }

  *#walked({ from, to }: Interval, after: FactId): Generator<FactChange[]> {
    const [start = ''] = after.split(' ', 1);
    const before = this.#statement('SELECT max(key) AS key FROM node WHERE key < ?').get(start)?.['key'];
    for (let last = typeof before === 'string' ? before : ''; ; ) {
      const [earlier, later] = [from, to].map((at) => this.#facts.factsAfter(last, { at, knownAt: Infinity }));
      if (earlier == null || later == null) return;
      yield changesBetween(earlier.facts, later.facts);
      last = later.last;
    }
  }

  #nodes(interval: Interval, scopes: readonly number[]): Touched[] {
    const rows = readArrays(
      this.#database,
      `SELECT DISTINCT n.key FROM node_fact f JOIN node n ON n.id = f.node WHERE ${TOUCHED('node_fact')}
       ${scopes.length === 0 ? '' : `UNION SELECT n.key FROM node_fact f JOIN node n ON n.id = f.node WHERE f.scope IN (${scopes.join()})`}`,
      ...touchedValues(interval),
    ) as [NodeKey][];
    return rows.map(([key]) => ({ type: 'node', key, place: placeOfNode(key) }));
  }

  #gaps(interval: Interval): Touched[] {
    const rows = this.#statement(`${GAP_ROWS} WHERE ${TOUCHED('gap_fact')}`).all(...touchedValues(interval)) as Row[];
    const byPlace = new Map(rows.map((row) => [factId(gapOf(row)), row['about'] as NodeKey]));
    return [...byPlace].map(([place, key]) => ({ type: 'gap', key, place }));
  }

  #changesOf(touched: readonly Touched[], { from, to }: Interval): FactChange[] {
    const keysOf = (type: Touched['type']) => touched.flatMap((each) => (each.type === type ? [each.key] : []));
    const among = 'IN (SELECT n.id FROM json_each(:keys) j CROSS JOIN node n ON n.key = j.value)';
    const rowsAmong = (rows: string, column: string, keys: readonly NodeKey[]) =>
      keys.length === 0 ? [] : (this.#statement(`${rows} WHERE ${column} ${among}`).all({ keys: JSON.stringify(keys) }) as Row[]);
    const nodes = rowsAmong(NODE_ROWS, 'f.node', keysOf('node'));
    const gaps = rowsAmong(GAP_ROWS, 'f.about', [...new Set(keysOf('gap'))]);
    const edges = this.#edges.named(keysOf('edge').flatMap((id) => this.#edges.ofEdge(id)));
    const holding = (at: number): Occurrence[] => {
      const request = { at, readings: new ReadingsAt(this.#statement, at) };
      return [
        ...occurrencesOf(nodes, { factOf: nodeOf, ...request }),
        ...occurrencesOf(edges, { factOf: edgeOf, ...request }),
        ...occurrencesOf(gaps, { factOf: gapOf, ...request }),
      ];
    };
    return changesAmong(touched, changesBetween(holding(from), holding(to)));
  }
}

/** Rows `f` that were opened or closed in the interval. */
const TOUCHED = (table: 'node_fact' | 'gap_fact') =>
  `f.rowid > coalesce((SELECT rowid FROM ${table} WHERE valid_from <= ? ORDER BY rowid DESC LIMIT 1), 0) AND f.valid_from <= ?
   OR f.valid_to > ? AND f.valid_to <= ?`;

function touchedValues({ from, to }: Interval): number[] {
  return [from, to, from, to];
}
