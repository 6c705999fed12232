/**
 * Columns for the compiler out of the SQLite store: nodes out of their rows, edges out of blocks, less what was closed.
 */
import type { DatabaseSync } from 'node:sqlite';
import { decodeKeyPart } from '../fact.ts';
import { GrowingKeys } from './growing-keys.ts';
import { joinStale } from './join-stale.ts';
import type { EdgeColumns, NodeColumns } from './port.ts';
import { type OpenedColumns, readColumns } from './sqlite-blocks.ts';
import { PostingReader } from './sqlite-postings.ts';
import { eachRow, readArrays, spokenNodes } from './sqlite-rows.ts';

const VALID = 'valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)';

/** When the last reading of each scope failed, by scope; scopes whose last reading did not fail are left out. */
export function unreadScopes(database: DatabaseSync, at: number): Map<number, number> {
  const rows = readArrays(
    database,
    `SELECT scope, max(at) FROM reading r WHERE outcome = 0 AND at <= ?
     AND NOT EXISTS (SELECT 1 FROM reading n WHERE n.scope = r.scope AND n.at > r.at AND n.at <= ?) GROUP BY scope`,
    at,
    at,
  );
  return new Map(rows as [number, number][]);
}

export function scanNodes(database: DatabaseSync, at: number): NodeColumns {
  const count = countOf(database, 'SELECT coalesce(max(id), -1) + 1 AS n FROM node');
  // By store id: kind (0 for a node that does not hold), and of the row that speaks its begin and scope.
  const kindOf = new Uint8Array(count);
  const since = new Float64Array(count).fill(-1);
  const scopeOf = new Int32Array(count);
  const isInactive = new Uint8Array(count);
  const expiry = new Map<number, number>();
  // Of a node that several connectors state, the row that speaks need not say all: those with something to say are read whole.
  const connectors = connectorIds(database);
  const connectorOf = new Int32Array(count).fill(-1);
  const isShared = new Uint8Array(count);
  const isMarked = new Uint8Array(count);
  const take = (node: number, kind: number, active: number, expiresAt: number | null, from: number, scope: number) => {
    if (active === 0 || expiresAt !== null) isMarked[node] = 1;
    const connector = connectors[scope] as number;
    if (connectorOf[node] === -1) connectorOf[node] = connector;
    else if (connectorOf[node] !== connector) isShared[node] = 1;
    const before = since[node] as number;
    if (from < before || (from === before && scope < (scopeOf[node] as number))) return null;
    kindOf[node] = kind;
    since[node] = from;
    scopeOf[node] = scope;
    isInactive[node] = 1 - active;
    if (expiresAt !== null) expiry.set(node, expiresAt);
    else if (before >= 0) expiry.delete(node);
    return null;
  };
  eachRow(database, { columns: 'node, kind, active, expires_at, opened_at, scope', from: `node_fact WHERE ${VALID}` }, take, at, at);
  const shared: number[] = [];
  for (let id = 0; id < count; id++) if (isShared[id] === 1 && isMarked[id] === 1) shared.push(id);
  for (const [id, { props }] of shared.length === 0 ? [] : spokenNodes((sql) => database.prepare(sql), shared, at)) {
    isInactive[id] = props['active'] === false ? 1 : 0;
    if (typeof props['expiresAt'] === 'number') expiry.set(id, props['expiresAt']);
    else expiry.delete(id);
  }
  const keys = new GrowingKeys(count);
  const storeId = new Int32Array(count);
  const kind = new Uint8Array(count);
  const inactive: number[] = [];
  const expiring: number[] = [];
  let length = 0;
  const place = (id: number, key: string) => {
    if (kindOf[id] === 0) return null;
    keys.add(key);
    if (isInactive[id] === 1) inactive.push(length);
    if (expiry.size > 0 && expiry.has(id)) expiring.push(length);
    kind[length] = kindOf[id] as number;
    storeId[length++] = id;
    return null;
  };
  // The limit keeps SQLite from dropping an order that it sees no use for.
  eachRow(database, { columns: 'id, key', from: '(SELECT id, key FROM node ORDER BY key LIMIT -1)' }, place);
  return {
    length,
    keys: keys.column(),
    storeId: storeId.slice(0, length),
    kind: kind.slice(0, length),
    inactive: Int32Array.from(inactive),
    expiring: {
      index: Int32Array.from(expiring),
      at: Float64Array.from(expiring, (index) => expiry.get(storeId[index] as number) as number),
    },
  };
}

/** A number for the connector of each scope, by the id of the scope. */
function connectorIds(database: DatabaseSync): number[] {
  const rows = readArrays(database, 'SELECT id, dense_rank() OVER (ORDER BY connector) FROM scope') as [number, number][];
  const ids: number[] = [];
  for (const [scope, connector] of rows) ids[scope] = connector;
  return ids;
}

/** Edges out of blocks, less those that were closed. An edge that several scopes state comes several times. */
export function scanEdges(database: DatabaseSync, at: number): EdgeColumns {
  const words = (readArrays(database, 'SELECT text FROM word ORDER BY id') as [string][]).map(([text]) => decodeKeyPart(text));
  const opened = readColumns(database, at);
  const stale = staleEdges(database, opened, at);
  const held = withoutClosed(database, { ...opened, stale }, at);
  joinStale(held);
  return { ...held, words };
}

type Columns = Omit<EdgeColumns, 'words'>;

/** Shape: by position, 1 for a statement of a scope whose last reading failed and did not meet it. */
function staleEdges(database: DatabaseSync, { length, start, validFrom }: OpenedColumns, at: number): Uint8Array {
  const stale = new Uint8Array(length);
  const postings = new PostingReader(database);
  for (const [scope, unreadAt] of unreadScopes(database, at)) {
    // Later blocks have what the failed reading met, or what was opened after it.
    const later = validFrom.findIndex((openedAt) => openedAt >= unreadAt);
    const end = later < 0 ? length : (start[later] as number);
    for (const id of postings.read('scope', scope)) if (id <= end) stale[id - 1] = 1;
  }
  return stale;
}

function withoutClosed(database: DatabaseSync, columns: Columns, at: number): Columns {
  const { length, kind, from, to, word, stale } = columns;
  const closed = database.prepare('SELECT count(*) AS n FROM edge_closed WHERE valid_to <= ?').get(at);
  if (closed?.['n'] === 0) return columns;
  const isClosed = new Uint8Array(length);
  const take = (edge: number) => {
    isClosed[edge - 1] = 1;
    return null;
  };
  eachRow(database, { columns: 'edge', from: 'edge_closed WHERE valid_to <= ?' }, take, at);
  let left = 0;
  for (let row = 0; row < length; row++) {
    if (isClosed[row] === 1) continue;
    kind[left] = kind[row] as number;
    from[left] = from[row] as number;
    to[left] = to[row] as number;
    word[left] = word[row] as number;
    stale[left++] = stale[row] as number;
  }
  return {
    length: left,
    kind: kind.subarray(0, left),
    from: from.subarray(0, left),
    to: to.subarray(0, left),
    word: word.subarray(0, left),
    stale: stale.subarray(0, left),
  };
}

function countOf(database: DatabaseSync, sql: string): number {
  return Number(database.prepare(sql).get()?.['n']);
}
