/**
 * Column segments: what the rows of `edge_fact` say for ever, once more in columns. A scan for the compiler reads ten million
 * edges out of them in the time in which SQLite visits a million rows.
 *
 * Shape: a segment has the rows of one commit that begin with its `first`; its bytes are the columns `from` and `to` (4 bytes a
 * row), `word` (2) and `kind` (1), one after the other, in the byte order of the machine as in a compiled snapshot.
 * INVARIANT: written in the transaction that writes the rows; together they have each row that was ever opened, in the order of
 * ids and so of instants. When a row was closed only the row says: `edge_fact_closed` finds it. They can be made from the rows again.
 */
import type { DatabaseSync } from 'node:sqlite';
import { invariant } from '../errors.ts';
import type { OpenedRows } from './sqlite-opened.ts';

const ROW_BYTES = 11;
/** More gain nothing, and a commit needs the bytes of one at a time. */
const SEGMENT_ROWS_MAX = 1 << 16;

/** `at` is the commit instant. */
export function writeSegments(database: DatabaseSync, { firstRow, length, from, to, word, kind }: OpenedRows, at: number): void {
  const insert = database.prepare('INSERT INTO edge_segment (first, valid_from, columns) VALUES (?, ?, ?)');
  for (let start = 0; start < length; start += SEGMENT_ROWS_MAX) {
    const end = Math.min(length, start + SEGMENT_ROWS_MAX);
    const bytes = new Uint8Array((end - start) * ROW_BYTES);
    let offset = 0;
    for (const column of [from, to, word, kind]) {
      const part = column.subarray(start, end);
      bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), offset);
      offset += part.byteLength;
    }
    insert.run(firstRow + start, at, bytes);
  }
}

/** All rows that were opened up to an instant, closed or not. Row `r` is at position `r - 1`. */
export interface SegmentRows {
  readonly length: number;
  readonly kind: Uint8Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly word: Uint16Array;
  /** Where each segment begins, as a position, ascending; and when its rows were opened. */
  readonly start: readonly number[];
  readonly validFrom: readonly number[];
}

/** Cost: reads 11 bytes a row. */
export function readSegments(database: DatabaseSync, at: number): SegmentRows {
  const sizes = database.prepare('SELECT coalesce(sum(length(columns)), 0) AS bytes FROM edge_segment WHERE valid_from <= ?').get(at);
  const length = Number(sizes?.['bytes']) / ROW_BYTES;
  const [kind, from] = [new Uint8Array(length), new Int32Array(length)];
  const [to, word] = [new Int32Array(length), new Uint16Array(length)];
  const [start, validFrom]: [number[], number[]] = [[], []];
  const segments = database.prepare('SELECT first, valid_from, columns FROM edge_segment WHERE valid_from <= ? ORDER BY first');
  let read = 0;
  for (const { first, valid_from: openedAt, columns } of segments.iterate(at) as Iterable<SegmentRow>) {
    invariant(first === read + 1, `column segments follow each other, after row ${read} comes one of row ${first}`);
    start.push(read);
    validFrom.push(openedAt);
    const rows = columns.length / ROW_BYTES;
    let offset = 0;
    for (const column of [from, to, word, kind]) {
      const size = column.BYTES_PER_ELEMENT;
      // As bytes: the columns of a segment need not lie where numbers of their size may.
      new Uint8Array(column.buffer, read * size, rows * size).set(columns.subarray(offset, offset + rows * size));
      offset += rows * size;
    }
    read += rows;
  }
  return { length, kind, from, to, word, start, validFrom };
}

interface SegmentRow {
  readonly first: number;
  readonly valid_from: number;
  readonly columns: Uint8Array;
}
