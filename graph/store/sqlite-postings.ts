/**
 * Posting lists: which statements of edges have a node as their source or target, belong to a scope, or are of a kind.
 *
 * They stand in for four indexes. An index of SQLite costs a microsecond for each row that a first load brings in the order of
 * another; a posting list costs one row for each node that a commit touches, and its content is made by counting.
 * Shape: one part for each commit that opened statements of the id; their ids ascending, each as the difference to the one before
 * in 7-bit groups, the least first, the high bit on all but the last.
 * INVARIANT: written in the transaction that writes the statements; one never leaves its lists, closed or not.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { countingOrder } from './counting-order.ts';
import { BulkInsert } from './sqlite-bulk.ts';
import type { OpenedEdges } from './sqlite-opened.ts';

export const POSTING_LISTS = { from: 0, to: 1, scope: 2, kind: 3 } as const;
export type PostingList = keyof typeof POSTING_LISTS;

/** Bytes that one id can take: 53 bits in groups of 7. */
const ID_BYTES_MAX = 8;
/** Bytes for a difference to the one before: below 2^35. */
const STEP_BYTES_MAX = 5;

/** Writes the lists of what a commit opened: groups the statements by id by counting, and writes a part for each id. */
export function writePostings(database: DatabaseSync, opened: OpenedEdges): void {
  const insert = new BulkInsert(database, 'posting', ['list', 'id', 'part', 'edges']);
  for (const list of Object.keys(POSTING_LISTS) as PostingList[]) writeList(insert, list, opened);
  insert.flush();
}

function writeList(insert: BulkInsert, list: PostingList, { [list]: ids, length, firstId }: OpenedEdges): void {
  let most = -1;
  for (let at = 0; at < length; at++) if ((ids[at] as number) > most) most = ids[at] as number;
  const { order, start: starts } = countingOrder(ids, length, most + 1);
  for (let id = 0; id <= most; id++) {
    const [start, end] = [starts[id] as number, starts[id + 1] as number];
    if (start === end) continue;
    insert.add(POSTING_LISTS[list], id, firstId + (order[start] as number), encodeIds(order, start, end, firstId));
  }
}

export class PostingReader {
  readonly #parts: StatementSync;
  readonly #size: StatementSync;

  constructor(database: DatabaseSync) {
    this.#parts = database.prepare('SELECT edges FROM posting WHERE list = ? AND id = ? ORDER BY part');
    this.#size = database.prepare('SELECT coalesce(sum(length(edges)), 0) AS size FROM posting WHERE list = ? AND id = ?');
  }

  /** Ids of the statements, ascending. */
  read(list: PostingList, id: number): number[] {
    const ids: number[] = [];
    for (const part of this.#parts.all(POSTING_LISTS[list], id)) decodeIds(part['edges'] as Uint8Array, ids);
    return ids;
  }

  /** Bytes of the list: about as many as statements, without reading them. */
  size(list: PostingList, id: number): number {
    return Number(this.#size.get(POSTING_LISTS[list], id)?.['size']);
  }
}

export function encodeIds(order: Int32Array, start: number, end: number, firstId: number): Uint8Array {
  const bytes = new Uint8Array((end - start) * STEP_BYTES_MAX + ID_BYTES_MAX);
  let length = 0;
  let before = 0;
  for (let at = start; at < end; at++) {
    const id = firstId + (order[at] as number);
    let rest = id - before;
    before = id;
    // Not by shifting: an id may have more than 32 bits.
    while (rest >= 0x80) {
      bytes[length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    bytes[length++] = rest;
  }
  return bytes.slice(0, length);
}

export function decodeIds(bytes: Uint8Array, into: number[]): void {
  let [id, rest, scale] = [0, 0, 1];
  for (const byte of bytes) {
    rest += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte >= 0x80) continue;
    id += rest;
    into.push(id);
    [rest, scale] = [0, 1];
  }
}
