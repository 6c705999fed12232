/**
 * The SQLite store: the embedded default, one file for one tenant, `node:sqlite` in write-ahead mode.
 *
 * This file opens the store, reads facts and starts runs; `sqlite-run.ts` writes, `sqlite-scan.ts` fills columns,
 * `sqlite-schema.ts` has the tables. Absent on purpose: a connection pool. SQLite calls are synchronous and short.
 */

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CodedError } from '../errors.ts';
import {
  decodeKeyPart,
  type EdgeFact,
  type FactId,
  factId,
  type GapFact,
  type NodeFact,
  type NodeKey,
  type Occurrence,
  type Ref,
  type Source,
} from '../fact.ts';
import { EDGE_KIND_NAMES, EDGE_KINDS, type EdgeKind, isEdgeKind } from '../model/edge-kinds.ts';
import type { GapReason, Hidden } from '../model/gaps.ts';
import type { EdgeColumns, NodeColumns, Run, ScopeOutcome, SnapshotInfo, Store } from './port.ts';
import { nearestRefs } from './search-text.ts';
import { byKey, EDGE_ROWS, edgeOf, FOUND, nodeOf, type Row, searchOf, snapshotOf, VALID, type Value } from './sqlite-rows.ts';
import { startSqliteRun } from './sqlite-run.ts';
import { isFresh, scanEdges, scanNodes, staleScopes } from './sqlite-scan.ts';
import { openDatabase, storeError } from './sqlite-schema.ts';

export interface SqliteOptions {
  readonly path: string;
  readonly tenant?: string;
  readonly readOnly?: boolean;
  /** The clock, milliseconds since 1970. */
  readonly now?: () => number;
}

const NAMES_CONSIDERED = 20_000;

/** Errors: STORE_UNREADABLE, STORE_NEWER, STORE_EMPTY (read-only and not there), CONFIG (another tenant's). */
export function openSqliteStore(options: SqliteOptions): Store {
  return new SqliteStore(options);
}

class SqliteStore implements Store {
  readonly tenant: string;
  readonly #path: string;
  readonly #now: () => number;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #staleAt: { version: string; at: number; scopes: Map<number, number> } | null = null;

  constructor({ path, tenant = 'default', readOnly = false, now = Date.now }: SqliteOptions) {
    if (!readOnly && path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    this.#path = path;
    this.#now = now;
    this.#database = openDatabase(path, { readOnly });
    const owner = this.#all('SELECT name FROM tenant')[0]?.['name'] ?? null;
    if (owner === null && !readOnly) this.#database.prepare('INSERT INTO tenant (name) VALUES (?)').run(tenant);
    if (owner !== null && owner !== tenant) {
      this.#database.close();
      throw new CodedError(
        'CONFIG',
        `expected the store of tenant \`${tenant}\`, got one of tenant \`${owner}\` at \`${path}\`: set GRANTPATH_TENANT or another store`,
      );
    }
    this.tenant = tenant;
  }

  readSnapshots({ first = 100, after }: { first?: number; after?: string } = {}): SnapshotInfo[] {
    const before =
      after === undefined
        ? Number.MAX_SAFE_INTEGER
        : (this.#all('SELECT committed_at AS at FROM run WHERE id = :id', { id: after })[0]?.['at'] ?? 0);
    return this.#all(
      'SELECT id, committed_at, connector, report FROM run WHERE committed_at < :before ORDER BY committed_at DESC LIMIT :first',
      { before, first },
    ).map(snapshotOf);
  }

  readSnapshotAt(at: number = Number.MAX_SAFE_INTEGER): SnapshotInfo | null {
    const row = this.#all(
      'SELECT id, committed_at, connector, report FROM run WHERE committed_at <= :at ORDER BY committed_at DESC LIMIT 1',
      { at },
    )[0];
    return row === undefined ? null : snapshotOf(row);
  }

  readVersion(): string {
    return String(this.#all('SELECT coalesce(max(committed_at), 0) AS at FROM run')[0]?.['at']);
  }

  readNodesByRef(ref: Ref, at: number): NodeFact[] {
    const ids = this.#all('SELECT node AS id FROM node_ref WHERE ref = :ref UNION SELECT id FROM node WHERE key = :ref', { ref }).map(
      ({ id }) => id as number,
    );
    const facts = [...this.readNodesByStoreId(ids, at).values()];
    return facts.filter((node) => node.key === ref || node.ref === ref || node.aliases.includes(ref)).sort(byKey);
  }

  readNodes(keys: readonly NodeKey[], at: number): NodeFact[] {
    return [...this.readNodesByStoreId([...this.readStoreIds(keys).values()], at).values()];
  }

  readNodesByStoreId(ids: readonly number[], at: number): Map<number, NodeFact> {
    const found = new Map<number, NodeFact>();
    if (ids.length === 0) return found;
    const rows = this.#all(
      `SELECT f.node, n.key, f.kind, f.ref, f.name, f.aliases, f.props FROM json_each(:ids) j JOIN node n ON n.id = j.value JOIN node_fact f ON f.node = n.id WHERE ${VALID} ORDER BY f.valid_from, f.scope`,
      { ids: JSON.stringify(ids), at },
    );
    for (const row of rows) found.set(row['node'] as number, nodeOf(row));
    return found;
  }

  readStoreIds(keys: readonly NodeKey[]): Map<NodeKey, number> {
    const rows = this.#all('SELECT n.id, n.key FROM json_each(:keys) j JOIN node n ON n.key = j.value', { keys: JSON.stringify(keys) });
    return new Map(rows.map(({ id, key }) => [key as string, id as number]));
  }

  findNodes({ text, kinds, at, first, after }: Parameters<Store['findNodes']>[0]): NodeFact[] {
    const position = { afterRef: after?.ref ?? '', afterKey: after?.key ?? '' };
    const rows = this.#all(
      `${FOUND} AND (f.ref > :afterRef OR (f.ref = :afterRef AND n.key > :afterKey)) GROUP BY f.node ORDER BY f.ref, n.key LIMIT :first`,
      { ...searchOf(text, kinds), at, first, ...position },
    );
    return rows.map(nodeOf);
  }

  countNodes({ text, kinds, at }: Parameters<Store['countNodes']>[0]): number {
    return Number(this.#all(`SELECT count(*) AS n FROM (${FOUND} GROUP BY f.node)`, { ...searchOf(text, kinds), at })[0]?.['n'] ?? 0);
  }

  suggestRefs(ref: Ref, at: number, first: number): Ref[] {
    const candidates = this.#all(
      `SELECT DISTINCT f.ref FROM node_fact f WHERE ${VALID} AND abs(length(f.ref) - :length) <= 8 LIMIT ${NAMES_CONSIDERED}`,
      { at, length: ref.length },
    ).map((row) => row['ref'] as string);
    return nearestRefs(ref, candidates, first);
  }

  readEdges(ids: readonly FactId[], at: number): Map<FactId, Occurrence<EdgeFact>> {
    const found = new Map<FactId, Occurrence<EdgeFact>>();
    for (const id of ids) {
      const [from = '', kind = '', ...rest] = id.split(' ');
      const to = rest.at(-1) ?? '';
      if (!isEdgeKind(kind)) continue;
      const word = rest.length > 1 ? decodeKeyPart(rest[0] ?? '') : '';
      const rows = this.#all(
        `${EDGE_ROWS} AND f.src = (SELECT id FROM node WHERE key = :from) AND f.dst = (SELECT id FROM node WHERE key = :to) AND f.kind = :kind AND w.text = :word`,
        { at, from, to, kind: EDGE_KINDS[kind].id, word },
      );
      const [occurrence] = this.#edgeOccurrences(rows, at);
      if (occurrence !== undefined) found.set(id, occurrence);
    }
    return found;
  }

  readEdgesOf({ key, end, kinds, at, first, after }: Parameters<Store['readEdgesOf']>[0]): Occurrence<EdgeFact>[] {
    const column = end === 'from' ? 'src' : 'dst';
    const wanted = JSON.stringify((kinds ?? EDGE_KIND_NAMES).map((kind) => EDGE_KINDS[kind].id));
    const rows = this.#all(
      `${EDGE_ROWS} AND f.${column} = (SELECT id FROM node WHERE key = :key) AND f.kind IN (SELECT value FROM json_each(:wanted))`,
      { at, key, wanted },
    );
    const found = this.#edgeOccurrences(rows, at);
    const start = after === undefined ? 0 : found.findIndex(({ fact }) => factId(fact) > after);
    return start < 0 ? [] : found.slice(start, start + first);
  }

  readGaps(at: number): Occurrence<GapFact>[] {
    const rows = this.#all(
      `SELECT f.rowid AS row, f.reason, f.hides, a.key AS about, s.key AS subject, f.detail, f.scope, f.valid_from, f.valid_to FROM gap_fact f JOIN node a ON a.id = f.about LEFT JOIN node s ON s.id = f.subject WHERE ${VALID}`,
      { at },
    );
    return this.#merge(
      rows,
      at,
      (row): GapFact => ({
        type: 'gap',
        reason: row['reason'] as GapReason,
        hides: row['hides'] as Hidden,
        scope: row['about'] as string,
        subject: (row['subject'] as string | null) ?? '',
        detail: row['detail'] as string,
      }),
    );
  }

  *scanFacts(at: number): IterableIterator<Occurrence> {
    const nodes = this.#all(
      `SELECT f.rowid AS row, f.node, n.key, f.kind, f.ref, f.name, f.aliases, f.props, f.scope, f.valid_from, f.valid_to FROM node_fact f JOIN node n ON n.id = f.node WHERE ${VALID} ORDER BY f.valid_from DESC`,
      { at },
    );
    const all: Occurrence[] = [
      ...this.#merge(nodes, at, nodeOf),
      ...this.#edgeOccurrences(this.#all(EDGE_ROWS, { at }), at),
      ...this.readGaps(at),
    ];
    yield* all.sort((a, b) => (factId(a.fact) < factId(b.fact) ? -1 : 1));
  }

  scanNodeColumns(at: number): NodeColumns {
    return scanNodes(this.#database, at);
  }

  scanEdgeColumns(at: number): EdgeColumns {
    return scanEdges(this.#database, at);
  }

  *scanEdgesOfKinds(kinds: readonly EdgeKind[], at: number): IterableIterator<EdgeFact & { stale: boolean }> {
    const wanted = JSON.stringify(kinds.map((kind) => EDGE_KINDS[kind].id));
    const rows = this.#all(`${EDGE_ROWS} AND f.kind IN (SELECT value FROM json_each(:wanted))`, { at, wanted });
    for (const { fact, stale } of this.#edgeOccurrences(rows, at)) yield { ...fact, stale };
  }

  startRun(connector: string): Run {
    return this.#guard(() => startSqliteRun({ database: this.#database, path: this.#path, now: this.#now }, connector));
  }

  readScopes(connector: string): Map<string, { outcome: ScopeOutcome; readAt: number }> {
    const rows = this.#all(
      "SELECT s.name, r.outcome, max(r.at), (SELECT max(c.at) FROM scope_read c WHERE c.scope = s.id AND c.outcome = 'complete') AS read_at FROM scope s JOIN scope_read r ON r.scope = s.id WHERE s.connector = :connector GROUP BY s.id",
      { connector },
    );
    return new Map(
      rows.map((row) => [
        row['name'] as string,
        { outcome: row['outcome'] as ScopeOutcome, readAt: (row['read_at'] as number | null) ?? 0 },
      ]),
    );
  }

  readSources(at: number): ReturnType<Store['readSources']> {
    const stale = this.#stale(at);
    const rows = this.#all(
      `SELECT s.id, s.connector, r.endpoint, max(r.at), r.fetched_at, sum(c.n) AS facts FROM scope s JOIN scope_read r ON r.scope = s.id AND r.at <= :at
       JOIN (SELECT scope, count(*) AS n FROM (SELECT f.scope FROM node_fact f WHERE ${VALID} UNION ALL SELECT f.scope FROM edge_fact f WHERE ${VALID}) GROUP BY scope) c ON c.scope = s.id GROUP BY s.id`,
      { at },
    );
    const byEndpoint = Map.groupBy(rows, (row) => `${row['connector']} ${row['endpoint']}`);
    return [...byEndpoint.values()].map((group) => {
      const sum = (of: readonly Row[]) => of.reduce((total, row) => total + Number(row['facts'] ?? 0), 0);
      const [head] = group;
      return {
        source: { connector: String(head?.['connector']), endpoint: String(head?.['endpoint']) },
        facts: sum(group),
        stale: sum(group.filter((row) => stale.has(row['id'] as number))),
        newestAt: Math.max(...group.map((row) => Number(row['fetched_at']))),
      };
    });
  }

  readCache(name: string): Uint8Array | null {
    const row = this.#statement('SELECT bytes FROM cache WHERE name = :name').get({ name });
    return row === undefined ? null : (row['bytes'] as Uint8Array);
  }

  writeCache(name: string, bytes: Uint8Array): void {
    this.#guard(() => this.#statement('INSERT OR REPLACE INTO cache (name, bytes) VALUES (:name, :bytes)').run({ name, bytes }));
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #edgeOccurrences(rows: readonly Row[], at: number): Occurrence<EdgeFact>[] {
    return this.#merge(rows, at, edgeOf);
  }

  /** Rows of one fact in several scopes as one occurrence, ordered by fact id. */
  #merge<F extends EdgeFact | GapFact | NodeFact>(rows: readonly Row[], at: number, factOf: (row: Row) => F): Occurrence<F>[] {
    const stale = this.#stale(at);
    const merged = new Map<FactId, { fact: F; validFrom: number; validTo: number | null; stale: boolean; scopes: number[] }>();
    for (const row of rows) {
      const fact = factOf(row);
      const id = factId(fact);
      const [scope, validFrom, validTo] = [row['scope'] as number, row['valid_from'] as number, row['valid_to'] as number | null];
      const failedAt = stale.get(scope);
      const isStale =
        failedAt !== undefined &&
        fact.type !== 'gap' &&
        !isFresh({ validFrom, seenAt: (row['seen_at'] as number | null | undefined) ?? null }, failedAt, at);
      const seen = merged.get(id);
      if (seen === undefined) merged.set(id, { fact, validFrom, validTo, stale: isStale, scopes: [scope] });
      else {
        seen.validFrom = Math.min(seen.validFrom, validFrom);
        seen.validTo = seen.validTo === null || validTo === null ? null : Math.max(seen.validTo, validTo);
        seen.stale &&= isStale;
        seen.scopes.push(scope);
      }
    }
    const sources = this.#sourcesOf(new Set([...merged.values()].flatMap(({ scopes }) => scopes)), at);
    return [...merged]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { scopes, ...occurrence }]) => ({ ...occurrence, sources: scopes.flatMap((scope) => sources.get(scope) ?? []) }));
  }

  /** Who last read each scope to its end, or tried to where nobody did. */
  #sourcesOf(scopes: ReadonlySet<number>, at: number): Map<number, Source> {
    const rows = this.#all(
      `SELECT s.id, s.connector, r.endpoint, r.run, r.fetched_at, max(r.at + (r.outcome = 'complete') * 9000000000000) FROM json_each(:ids) j JOIN scope s ON s.id = j.value JOIN scope_read r ON r.scope = s.id WHERE r.at <= :at GROUP BY s.id`,
      { ids: JSON.stringify([...scopes]), at },
    );
    return new Map(
      rows.map((row) => [
        row['id'] as number,
        {
          connector: String(row['connector']),
          endpoint: String(row['endpoint']),
          run: String(row['run']),
          fetchedAt: Number(row['fetched_at']),
        },
      ]),
    );
  }

  #stale(at: number): Map<number, number> {
    const version = this.readVersion();
    if (this.#staleAt?.version !== version || this.#staleAt.at !== at)
      this.#staleAt = { version, at, scopes: staleScopes(this.#database, at) };
    return this.#staleAt.scopes;
  }

  #all(sql: string, values: Record<string, Value> = {}): Row[] {
    return this.#guard(() => this.#statement(sql).all(values) as Row[]);
  }

  #statement(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.#path);
    }
  }
}
