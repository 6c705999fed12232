/**
 * Columns for the compiler out of the SQLite store: big scans in chunks of arrays, which is the fastest way out of it.
 *
 * A fact that several scopes state is one edge of the columns, stale only if all of its rows are.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { EdgeColumns, NodeColumns } from './port.ts';

/** Rows that one call brings over; more costs memory, fewer costs calls. */
const CHUNK_ROWS = 20_000;

type Row = (number | null)[];

/** When each scope was last tried and not read to its end, by scope id; absent for a scope that was. */
export function staleScopes(database: DatabaseSync, at: number): Map<number, number> {
  const rows = arrays(database, `SELECT scope, max(at), outcome FROM scope_read WHERE at <= ? GROUP BY scope`, at);
  return new Map(
    rows.flatMap(([scope, readAt, outcome]) => ((outcome as unknown) === 'unread' ? [[scope as number, readAt as number] as const] : [])),
  );
}

/** Was the row opened, or met, no earlier than the read of its scope that failed? */
export function isFresh(row: { validFrom: number; seenAt: number | null }, unreadAt: number, at: number): boolean {
  return row.validFrom >= unreadAt || (row.seenAt !== null && row.seenAt >= unreadAt && row.seenAt <= at);
}

export function scanNodes(database: DatabaseSync, at: number): NodeColumns {
  const most = Number(database.prepare('SELECT coalesce(max(id), 0) AS id FROM node').get()?.['id'] ?? 0);
  const kindOf = new Uint8Array(most + 1);
  const sinceOf = new Float64Array(most + 1).fill(-1);
  const inactive = new Set<number>();
  const expiring = new Map<number, number>();
  const facts = database.prepare(
    'SELECT rowid, node, kind, active, expires_at, valid_from FROM node_fact WHERE rowid > ? AND rowid <= ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)',
  );
  for (const [, node, kind, active, expiresAt, since] of chunks(database, facts, 'node_fact', at)) {
    const id = node as number;
    // Of several rows of one node the newest speaks.
    if ((since as number) < (sinceOf[id] ?? 0)) continue;
    sinceOf[id] = since as number;
    kindOf[id] = kind as number;
    if (active === 0) inactive.add(id);
    else inactive.delete(id);
    if (expiresAt === null || expiresAt === undefined) expiring.delete(id);
    else expiring.set(id, expiresAt);
  }
  const storeId = new Int32Array(most);
  let length = 0;
  for (const [id] of arrays(database, 'SELECT id FROM node ORDER BY key'))
    if ((sinceOf[id as number] ?? -1) >= 0) storeId[length++] = id as number;
  const ids = storeId.slice(0, length);
  const indexed = [...ids.entries()];
  const dated = indexed.filter(([, id]) => expiring.has(id));
  return {
    length,
    storeId: ids,
    kind: Uint8Array.from(ids, (id) => kindOf[id] as number),
    inactive: Int32Array.from(indexed.filter(([, id]) => inactive.has(id)).map(([index]) => index)),
    expiring: {
      index: Int32Array.from(dated.map(([index]) => index)),
      at: Float64Array.from(dated.map(([, id]) => expiring.get(id) ?? 0)),
    },
  };
}

export function scanEdges(database: DatabaseSync, at: number): EdgeColumns {
  const stale = staleScopes(database, at);
  const most = Number(database.prepare('SELECT coalesce(max(id), 0) AS id FROM scope').get()?.['id'] ?? 0);
  const unreadAt = new Float64Array(most + 1).fill(-1);
  for (const [scope, readAt] of stale) unreadAt[scope] = readAt;
  const total = Number(database.prepare('SELECT coalesce(max(rowid), 0) AS n FROM edge_fact').get()?.['n'] ?? 0);
  const columns = new EdgeCollector(total);
  const rows = database.prepare(
    'SELECT kind, src, dst, word, scope, valid_from, seen_at FROM edge_fact WHERE rowid > ? AND rowid <= ? AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)',
  );
  for (const [kind, from, to, word, scope, validFrom, seenAt] of chunks(database, rows, 'edge_fact', at)) {
    const failedAt = unreadAt[scope as number] ?? -1;
    const isStale = failedAt >= 0 && !isFresh({ validFrom: validFrom as number, seenAt: seenAt as number | null }, failedAt, at);
    columns.add(kind as number, from as number, to as number, word as number, isStale);
  }
  const words = [''];
  for (const row of database.prepare('SELECT id, text FROM word').all()) words[row['id'] as number] = row['text'] as string;
  return columns.finish(words);
}

/** Edges in columns, each content once. */
class EdgeCollector {
  #length = 0;
  readonly #kind: Uint8Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #word: Uint16Array;
  readonly #stale: Uint8Array;
  /** Open addressing: position + 1 of an edge, 0 for free. */
  readonly #slots: Int32Array;
  readonly #mask: number;

  constructor(most: number) {
    this.#kind = new Uint8Array(most);
    this.#from = new Int32Array(most);
    this.#to = new Int32Array(most);
    this.#word = new Uint16Array(most);
    this.#stale = new Uint8Array(most);
    let size = 16;
    while (size < most * 2) size *= 2;
    this.#slots = new Int32Array(size);
    this.#mask = size - 1;
  }

  add(kind: number, from: number, to: number, word: number, stale: boolean): void {
    let slot = (Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b) ^ Math.imul(word * 16 + kind, 0xc2b2ae35)) & this.#mask;
    for (;;) {
      const at = (this.#slots[slot] as number) - 1;
      if (at < 0) break;
      if (this.#from[at] === from && this.#to[at] === to && this.#word[at] === word && this.#kind[at] === kind) {
        if (!stale) this.#stale[at] = 0;
        return;
      }
      slot = (slot + 1) & this.#mask;
    }
    const at = this.#length++;
    this.#slots[slot] = at + 1;
    this.#kind[at] = kind;
    this.#from[at] = from;
    this.#to[at] = to;
    this.#word[at] = word;
    this.#stale[at] = stale ? 1 : 0;
  }

  finish(words: readonly string[]): EdgeColumns {
    const n = this.#length;
    return {
      length: n,
      kind: this.#kind.subarray(0, n),
      from: this.#from.subarray(0, n),
      to: this.#to.subarray(0, n),
      word: this.#word.subarray(0, n),
      stale: this.#stale.subarray(0, n),
      words,
    };
  }
}

function* chunks(database: DatabaseSync, statement: ReturnType<DatabaseSync['prepare']>, table: string, at: number): IterableIterator<Row> {
  statement.setReturnArrays(true);
  const last = Number(database.prepare(`SELECT coalesce(max(rowid), 0) AS n FROM ${table}`).get()?.['n'] ?? 0);
  for (let from = 0; from < last; from += CHUNK_ROWS) {
    const rows = statement.all(from, from + CHUNK_ROWS, at, at) as unknown as Row[];
    for (const row of rows) yield row;
  }
}

function arrays(database: DatabaseSync, sql: string, ...values: number[]): Row[] {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement.all(...values) as unknown as Row[];
}
