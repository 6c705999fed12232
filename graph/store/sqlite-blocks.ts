/**
 * Edges in blocks of columns: ten million of them are written and scanned in the time in which SQLite takes in or visits a
 * million rows.
 *
 * Shape: a block has the statements of one commit that begin with the id `first`, at most `BLOCK_EDGES_MAX`; its bytes are the
 * columns `from` and `to` (4 bytes an edge), `word` (2), `kind` (1) and `scope` (4), one after the other, in the byte order of the
 * machine as in a compiled snapshot. A full block fills one page of the file.
 * INVARIANT: together they have each statement that was ever opened, in the order of ids and so of instants; a block never
 * changes. When a statement was closed, and the properties of the few that have some, stand in tables of their own.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { invariant } from '../errors.ts';
import type { OpenedEdges } from './sqlite-opened.ts';

const EDGE_BYTES = 15;
export const BLOCK_EDGES_MAX = 264;
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
/** A list of ids is looked for as one range where the range has at most so many times as many. */
const RANGE_WASTE_MAX = 4;

/** One statement of an edge. Ends, scope and word are ids of the store. */
export interface StoredEdge {
  readonly id: number;
  readonly kind: number;
  readonly from: number;
  readonly to: number;
  readonly word: number;
  readonly scope: number;
  readonly validFrom: number;
  /** null while it is open. */
  readonly validTo: number | null;
  /** Canonical text; null for none. */
  readonly props: string | null;
}

type BlockRow = [first: number, validFrom: number, columns: Uint8Array];

/** `at` is the commit instant. */
export function writeBlocks(database: DatabaseSync, { firstId, length, from, to, word, kind, scope }: OpenedEdges, at: number): void {
  const insert = database.prepare('INSERT INTO edge_block (first, valid_from, columns) VALUES (?, ?, ?)');
  const columns = [from, to, word, kind, scope].map(({ buffer, BYTES_PER_ELEMENT }) => ({
    bytes: new Uint8Array(buffer),
    size: BYTES_PER_ELEMENT,
  }));
  const block = new Uint8Array(BLOCK_EDGES_MAX * EDGE_BYTES);
  for (let start = 0; start < length; start += BLOCK_EDGES_MAX) {
    const edges = Math.min(length - start, BLOCK_EDGES_MAX);
    let offset = 0;
    for (const { bytes, size } of columns) {
      block.set(bytes.subarray(start * size, (start + edges) * size), offset);
      offset += edges * size;
    }
    insert.run(firstId + start, at, block.subarray(0, offset));
  }
}

/** All statements that were opened up to an instant, closed or not. The one of id `i` is at position `i - 1`. */
export interface OpenedColumns {
  readonly length: number;
  readonly kind: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly word: Uint16Array;
  /** Where each block begins, as a position, ascending; and when its statements were opened. */
  readonly start: readonly number[];
  readonly validFrom: readonly number[];
}

/** Cost: reads 15 bytes a statement. */
export function readColumns(database: DatabaseSync, at: number): OpenedColumns {
  const length = edgesUpTo(database, at);
  const [kind, from] = [new Uint8Array(length), new Int32Array(length)];
  const [to, word] = [new Int32Array(length), new Uint16Array(length)];
  const columns = [from, to, word, kind].map(({ buffer, BYTES_PER_ELEMENT }) => ({
    bytes: new Uint8Array(buffer),
    size: BYTES_PER_ELEMENT,
  }));
  const [start, validFrom]: [number[], number[]] = [[], []];
  let read = 0;
  for (const [first, openedAt, block] of blocksUpTo(database, at)) {
    invariant(first === read + 1, `blocks of edges follow each other, after edge ${read} comes one of edge ${first}`);
    start.push(read);
    validFrom.push(openedAt);
    const edges = block.length / EDGE_BYTES;
    let offset = 0;
    // As bytes: the columns of a block need not lie where numbers of their size may.
    for (const { bytes, size } of columns) {
      bytes.set(block.subarray(offset, offset + edges * size), read * size);
      offset += edges * size;
    }
    read += edges;
  }
  return { length, kind, from, to, word, start, validFrom };
}

/** How many statements of each scope and instant of opening hold at an instant. Cost: reads 15 bytes a statement. */
export function countHeld(database: DatabaseSync, at: number): { scope: number; validFrom: number; edges: number }[] {
  const closed = database.prepare('SELECT edge FROM edge_closed WHERE valid_to <= ? ORDER BY edge');
  closed.setReturnArrays(true);
  const gone = Int32Array.from(closed.all(at) as unknown as [number][], ([edge]) => edge);
  const counts = new Map<string, { scope: number; validFrom: number; edges: number }>();
  let skipped = 0;
  for (const [first, validFrom, block] of blocksUpTo(database, at)) {
    const edges = block.length / EDGE_BYTES;
    const scopes = viewOf(block);
    let last = { scope: -1, validFrom, edges: 0 };
    for (let position = 0; position < edges; position++) {
      if (gone[skipped] === first + position) {
        skipped++;
        continue;
      }
      const scope = scopes.getInt32(11 * edges + 4 * position, IS_LITTLE_ENDIAN);
      if (last.scope !== scope) {
        const name = `${scope} ${validFrom}`;
        last = counts.get(name) ?? { scope, validFrom, edges: 0 };
        counts.set(name, last);
      }
      last.edges++;
    }
  }
  return [...counts.values()];
}

/** Statements by id. */
export class BlockReader {
  readonly #block: StatementSync;
  readonly #closed: { among: StatementSync; between: StatementSync };
  readonly #props: { among: StatementSync; between: StatementSync };

  constructor(statement: (sql: string) => StatementSync) {
    const prepare = (sql: string) => {
      const prepared = statement(sql);
      prepared.setReturnArrays(true);
      return prepared;
    };
    this.#block = prepare('SELECT first, valid_from, columns FROM edge_block WHERE first <= ? ORDER BY first DESC LIMIT 1');
    const beside = (column: string, table: string) => ({
      among: prepare(`SELECT edge, ${column} FROM json_each(?) j CROSS JOIN ${table} ON edge = j.value`),
      between: prepare(`SELECT edge, ${column} FROM ${table} WHERE edge BETWEEN ? AND ?`),
    });
    this.#closed = beside('valid_to', 'edge_closed');
    this.#props = beside('props', 'edge_props');
  }

  /** In the order of ids. `ids` are ascending, and each was opened. */
  read(ids: readonly number[]): StoredEdge[] {
    const closed = this.#beside<number>(this.#closed, ids);
    const props = this.#beside<string>(this.#props, ids);
    const found: StoredEdge[] = [];
    for (let next = 0; next < ids.length; ) {
      const row = this.#block.get(ids[next] as number) as unknown as BlockRow | undefined;
      invariant(row !== undefined, `edge ${ids[next]} stands in a block`);
      const [first, validFrom, block] = row;
      const edges = block.length / EDGE_BYTES;
      const view = viewOf(block);
      invariant((ids[next] as number) < first + edges, `edge ${ids[next]} stands in a block`);
      for (; next < ids.length && (ids[next] as number) < first + edges; next++) {
        const id = ids[next] as number;
        const position = id - first;
        found.push({
          id,
          from: view.getInt32(4 * position, IS_LITTLE_ENDIAN),
          to: view.getInt32(4 * (edges + position), IS_LITTLE_ENDIAN),
          word: view.getUint16(8 * edges + 2 * position, IS_LITTLE_ENDIAN),
          kind: view.getUint8(10 * edges + position),
          scope: view.getInt32(11 * edges + 4 * position, IS_LITTLE_ENDIAN),
          validFrom,
          validTo: closed.get(id) ?? null,
          props: props.get(id) ?? null,
        });
      }
    }
    return found;
  }

  /** What a table beside the blocks says of the ids, and perhaps of some between. */
  #beside<T>({ among, between }: { among: StatementSync; between: StatementSync }, ids: readonly number[]): Map<number, T> {
    const [first = 0, last = 0] = [ids[0], ids.at(-1)];
    const isRange = last - first < ids.length * RANGE_WASTE_MAX;
    const rows = isRange ? between.all(first, last) : among.all(JSON.stringify(ids));
    return new Map(rows as unknown as [number, T][]);
  }
}

/** The id of the last statement that was opened up to an instant, 0 for none. Cost: visits the blocks after it. */
export function edgesUpTo(database: DatabaseSync, at: number): number {
  const last = database.prepare(
    'SELECT first + length(columns) / ? - 1 AS edges FROM edge_block WHERE valid_from <= ? ORDER BY first DESC LIMIT 1',
  );
  return Number(last.get(EDGE_BYTES, at)?.['edges'] ?? 0);
}

/** The id of the last statement that was ever opened, 0 for none. */
export function lastEdge(database: DatabaseSync): number {
  return edgesUpTo(database, Number.MAX_SAFE_INTEGER);
}

function blocksUpTo(database: DatabaseSync, at: number): Iterable<BlockRow> {
  const blocks = database.prepare('SELECT first, valid_from, columns FROM edge_block WHERE valid_from <= ? ORDER BY first');
  blocks.setReturnArrays(true);
  return blocks.iterate(at) as unknown as Iterable<BlockRow>;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
