/**
 * The SQLite store: the embedded default, one file for one tenant, `node:sqlite` in write-ahead mode.
 *
 * This file opens the store, reads snapshots and nodes, and starts runs; `sqlite-facts.ts` reads occurrences, `sqlite-scan.ts`
 * fills columns, `sqlite-run.ts` and `sqlite-commit.ts` write, `sqlite-schema.ts` has the tables.
 * INVARIANT: a call does its work before it gives its promise. A read of several statements is one transaction, so it sees one
 * state; nothing of another call comes between, and calls that overlap take effect in the order of the calls.
 * Absent on purpose: a connection pool and a queue. SQLite calls are synchronous and short.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { CodedError } from '../errors.ts';
import { type EdgeFact, type FactId, type GapFact, type NodeFact, type NodeKey, type Occurrence, type Ref, refWord } from '../fact.ts';
import type { EdgeKind } from '../model/edge-kinds.ts';
import type {
  EdgeColumns,
  FactChange,
  FactCounts,
  KeptPage,
  NodeColumns,
  Run,
  ScopeOutcome,
  SnapshotInfo,
  SourceCount,
  Store,
  StoreStatus,
} from './port.ts';
import { OUTCOMES, scopesLeft } from './scope-outcomes.ts';
import { byAnsweredRef, nearestRefs, OTHER_WORDS_MAX, OWN_WORD_MAX } from './search-text.ts';
import { ChangeReader } from './sqlite-changes.ts';
import { FactReader } from './sqlite-facts.ts';
import { RunLock } from './sqlite-lock.ts';
import { FOUND, type Row, searchOf, snapshotOf, spokenNodes, VALID, type Value } from './sqlite-rows.ts';
import { readPages, startSqliteRun } from './sqlite-run.ts';
import { scanEdges, scanNodes } from './sqlite-scan.ts';
import { openDatabase, storeError } from './sqlite-schema.ts';
import { countFacts, readSqliteStatus } from './sqlite-status.ts';

export interface SqliteOptions {
  readonly path: string;
  readonly tenant?: string;
  readonly readOnly?: boolean;
  /** The clock, milliseconds since 1970. */
  readonly now?: () => number;
}

/** Nodes whose key is, or any of whose rows has, a reference. */
const ANSWERING =
  'SELECT id FROM node WHERE key = :ref UNION SELECT node FROM node_fact WHERE ref = :ref UNION SELECT node FROM node_alias WHERE alias = :ref';

/** Bytes of a cache in one row: SQLite bounds a row. */
const CACHE_PART_BYTES = 64 * 1024 * 1024;

/** Opens at once: the file is on this machine. Errors: STORE_UNREADABLE, STORE_NEWER, STORE_FULL, STORE_BUSY, STORE_EMPTY (read-only and not there), CONFIG (another tenant's). */
export function openSqliteStore(options: SqliteOptions): Store {
  return new SqliteStore(options);
}

class SqliteStore implements Store {
  readonly tenant: string;
  readonly #path: string;
  readonly #readOnly: boolean;
  readonly #now: () => number;
  readonly #database: DatabaseSync;
  readonly #facts: FactReader;
  readonly #changes: ChangeReader;
  readonly #lock: RunLock;
  #versionBefore = 0;
  /** Open runs by connector. */
  readonly #runs = new Map<string, Run>();
  readonly #statements = new Map<string, StatementSync>();

  constructor({ path, tenant = 'default', readOnly = false, now = Date.now }: SqliteOptions) {
    this.#path = path;
    this.#readOnly = readOnly;
    this.#now = now;
    this.tenant = tenant;
    this.#lock = new RunLock(path);
    this.#guard(() => {
      if (!readOnly && path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
    });
    const onVersion = (version: number) => {
      this.#versionBefore = version;
    };
    this.#database = openDatabase(path, { readOnly, onVersion });
    try {
      this.#facts = new FactReader(this.#database, (sql) => this.#statement(sql));
      this.#changes = new ChangeReader({
        database: this.#database,
        statement: (sql) => this.#statement(sql),
        facts: this.#facts,
      });
      this.#claim();
    } catch (error) {
      this.#database.close();
      throw storeError(error, path);
    }
  }

  async readSnapshots({ first = 100, after }: { first?: number; after?: string } = {}): Promise<SnapshotInfo[]> {
    return this.#all(
      `SELECT id, committed_at, connector, report FROM run
       WHERE committed_at < CASE WHEN :after IS NULL THEN 9e15 ELSE (SELECT committed_at FROM run WHERE id = :after) END
       ORDER BY committed_at DESC LIMIT :first`,
      { after: after ?? null, first },
    ).map(snapshotOf);
  }

  async readSnapshotAt(at: number = Number.MAX_SAFE_INTEGER): Promise<SnapshotInfo | null> {
    const [row] = this.#all(
      'SELECT id, committed_at, connector, report FROM run WHERE committed_at <= :at ORDER BY committed_at DESC LIMIT 1',
      { at },
    );
    return row === undefined ? null : snapshotOf(row);
  }

  async readVersion(): Promise<string> {
    return String(this.#newestAt());
  }

  async readNodesByRefs(refs: readonly Ref[], at: number): Promise<Map<Ref, NodeFact[]>> {
    return this.#reading(() => this.#answering(refs, at));
  }

  async readNodes(keys: readonly NodeKey[], at: number): Promise<NodeFact[]> {
    return this.#reading(() => {
      const rows = this.#all('SELECT n.id FROM json_each(:keys) j CROSS JOIN node n ON n.key = j.value', { keys: JSON.stringify(keys) });
      return [...this.#nodes(idsOf(rows), at).values()].sort(byKey);
    });
  }

  async findNodes({ text, kinds, at, first, after }: Parameters<Store['findNodes']>[0]): Promise<NodeFact[]> {
    const position = { afterRef: after?.ref ?? '', afterKey: after?.key ?? '' };
    return this.#reading(() => {
      const rows = this.#all(
        `${FOUND} AND f.ref >= :afterRef AND (f.ref > :afterRef OR n.key > :afterKey) ORDER BY f.ref, n.key LIMIT :first`,
        { ...searchOf(text, kinds), at, first, ...position },
      );
      const ids = rows.map((row) => row['node'] as number);
      const nodes = this.#nodes(ids, at);
      return ids.flatMap((id) => nodes.get(id) ?? []);
    });
  }

  async countNodes({ text, kinds, at }: Parameters<Store['countNodes']>[0]): Promise<number> {
    return Number(this.#all(`SELECT count(*) AS n FROM (${FOUND})`, { ...searchOf(text, kinds), at })[0]?.['n']);
  }

  async suggestRefs(ref: Ref, at: number, first: number): Promise<Ref[]> {
    return this.#reading(() => {
      const [low, high] = [`${refWord(ref)}:`, `${refWord(ref)};`];
      const own = this.#all(
        `SELECT DISTINCT f.ref FROM node_fact f WHERE f.ref >= :low AND f.ref < :high AND ${VALID} LIMIT ${OWN_WORD_MAX}`,
        { low, high, at },
      );
      const others = this.#all(
        `SELECT DISTINCT f.ref FROM node_fact f WHERE NOT (f.ref >= :low AND f.ref < :high) AND ${VALID} LIMIT ${OTHER_WORDS_MAX}`,
        { low, high, at },
      );
      const near = nearestRefs(
        ref,
        [...own, ...others].map((row) => row['ref'] as string),
        first * 2,
      );
      // A node that another scope calls differently does not answer to this reference.
      const answering = this.#answering(near, at);
      return near.filter((candidate) => answering.has(candidate)).slice(0, first);
    });
  }

  async readEdges(ids: readonly FactId[], at: number): Promise<Map<FactId, Occurrence<EdgeFact>>> {
    return this.#reading(() => this.#facts.edges(ids, at));
  }

  async readEdgesOf(query: Parameters<Store['readEdgesOf']>[0]): Promise<Occurrence<EdgeFact>[]> {
    return this.#reading(() => this.#facts.edgesOf(query));
  }

  async readGaps(at: number): Promise<Occurrence<GapFact>[]> {
    return this.#reading(() => this.#facts.gaps(at));
  }

  async readChanges(query: Parameters<Store['readChanges']>[0]): Promise<FactChange[]> {
    return this.#reading(() => this.#changes.changes(query));
  }

  async *scanFacts(at: number): AsyncIterableIterator<Occurrence> {
    // Commits meanwhile say nothing: between two chunks no transaction is held open.
    const knownAt = this.#newestAt();
    for (let last = ''; ; ) {
      const chunk = this.#reading(() => this.#facts.factsAfter(last, { at: Math.min(at, knownAt), knownAt }));
      if (chunk === null) return;
      yield* chunk.facts;
      last = chunk.last;
    }
  }

  async scanNodeColumns(at: number): Promise<NodeColumns> {
    return this.#reading(() => scanNodes(this.#database, at));
  }

  async scanEdgeColumns(at: number): Promise<EdgeColumns> {
    return this.#reading(() => scanEdges(this.#database, at));
  }

  async scanEdgesOfKinds(kinds: readonly EdgeKind[], at: number): Promise<readonly (EdgeFact & { stale: boolean })[]> {
    return this.#reading(() => this.#facts.edgesOfKinds(kinds, at));
  }

  async startRun(connector: string): Promise<Run> {
    const open = this.#runs.get(connector);
    if (open !== undefined) return open;
    if (this.#readOnly)
      throw new CodedError('STORE_UNREADABLE', `expected a store opened for writing, got one to read at \`${this.#path}\``);
    if (!this.#lock.take()) throw this.#busy();
    try {
      const onEnd = () => {
        this.#runs.delete(connector);
        this.#releaseLock();
      };
      const run = this.#guard(() => startSqliteRun({ database: this.#database, path: this.#path, now: this.#now, onEnd }, connector));
      this.#runs.set(connector, run);
      return run;
    } catch (error) {
      this.#releaseLock();
      throw error;
    }
  }

  async readScopes(connector: string): Promise<Map<string, { outcome: ScopeOutcome; readAt: number }>> {
    const last = (columns: string, where: string) =>
      `(SELECT ${columns} FROM reading WHERE scope = s.id AND ${where} ORDER BY at DESC LIMIT 1)`;
    const rows = this.#all(
      `SELECT s.name, ${last('outcome', 'true')} AS outcome, ${last('at', `outcome = ${OUTCOMES.complete}`)} AS read_at,
       ${last('at', `outcome = ${OUTCOMES.gone}`)} AS gone_at FROM scope s WHERE s.connector = :connector AND s.name <> ''`,
      { connector },
    );
    return scopesLeft(
      rows.map(({ name, outcome, read_at, gone_at }) => ({
        name: name as string,
        outcome: outcome as number | null,
        readAt: Number(read_at ?? 0),
        goneAt: Number(gone_at ?? 0),
      })),
    );
  }

  async readSources(at: number): Promise<SourceCount[]> {
    return this.#reading(() => this.#facts.sources(at));
  }

  async *readPages(run: string): AsyncIterableIterator<KeptPage> {
    const committed = this.#all('SELECT 1 FROM run WHERE id = :run AND committed_at IS NOT NULL', { run });
    if (committed.length > 0) yield* readPages({ database: this.#database, path: this.#path }, run);
  }

  async countFacts(at: number): Promise<FactCounts> {
    return this.#reading(() => countFacts(this.#database, at));
  }

  /** SQLite itself takes back a transaction that was not committed. */
  async recover(): Promise<boolean> {
    return false;
  }

  async readStatus(): Promise<StoreStatus> {
    return this.#reading(() =>
      readSqliteStatus({
        database: this.#database,
        path: this.#path,
        tenant: this.tenant,
        isWriting: this.#runs.size > 0 || this.#lock.isHeld(),
        versionBefore: this.#versionBefore,
      }),
    );
  }

  async readCache(name: string): Promise<Uint8Array | null> {
    return this.#reading(() => {
      const parts = this.#statement('SELECT bytes FROM cache WHERE name = :name ORDER BY part').all({ name });
      const [only] = parts;
      if (only === undefined) return null;
      return parts.length === 1 ? (only['bytes'] as Uint8Array) : Buffer.concat(parts.map((part) => part['bytes'] as Uint8Array));
    });
  }

  async writeCache(name: string, bytes: Uint8Array): Promise<void> {
    this.#guard(() => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        this.#statement('DELETE FROM cache WHERE name = :name').run({ name });
        const insert = this.#statement('INSERT INTO cache (name, part, bytes) VALUES (:name, :part, :bytes)');
        for (let at = 0; at === 0 || at < bytes.length; at += CACHE_PART_BYTES)
          insert.run({ name, part: at / CACHE_PART_BYTES, bytes: bytes.subarray(at, at + CACHE_PART_BYTES) });
        this.#database.exec('COMMIT');
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    this.#runs.clear();
    this.#lock.release();
    if (this.#database.isOpen) this.#database.close();
  }

  /** Nodes by the reference that they answer to, inside a reading. One statement for each: as JSON a text would end at a zero character. */
  #answering(refs: readonly Ref[], at: number): Map<Ref, NodeFact[]> {
    const asked = new Set(refs);
    const ids = new Set([...asked].flatMap((ref) => idsOf(this.#all(ANSWERING, { ref }))));
    // A row of before may name what the node does not answer to any more.
    return byAnsweredRef(asked, this.#nodes([...ids], at).values());
  }

  /** Node facts by store id, inside a reading. */
  #nodes(ids: readonly number[], at: number): Map<number, NodeFact> {
    return spokenNodes((sql) => this.#statement(sql), ids, at);
  }

  /** A new store is the tenant's. Errors: CONFIG for one of another tenant. */
  #claim(): void {
    const owner = () => this.#all('SELECT name FROM tenant')[0]?.['name'] ?? null;
    if (owner() === null && !this.#readOnly)
      this.#statement('INSERT INTO tenant (name) SELECT :tenant WHERE NOT EXISTS (SELECT 1 FROM tenant)').run({ tenant: this.tenant });
    const name = owner();
    if (name !== null && name !== this.tenant)
      throw new CodedError(
        'CONFIG',
        `expected the store of tenant \`${this.tenant}\`, got one of tenant \`${name}\` at \`${this.#path}\`: set GRANTPATH_TENANT or another store`,
      );
  }

  #busy(): CodedError {
    const [run] = this.#all('SELECT holder FROM run WHERE committed_at IS NULL AND holder IS NOT NULL ORDER BY started_at DESC LIMIT 1');
    const holder = Number(run?.['holder'] ?? 0);
    return new CodedError('STORE_BUSY', `process ${holder} is ingesting into \`${this.#path}\``, { holder });
  }

  #releaseLock(): void {
    if (this.#runs.size === 0) this.#lock.release();
  }

  #newestAt(): number {
    return Number(this.#all('SELECT coalesce(max(committed_at), 0) AS at FROM run')[0]?.['at']);
  }

  /** One state of the store for several statements. */
  #reading<T>(work: () => T): T {
    return this.#guard(() => {
      if (this.#database.isTransaction) return work();
      this.#database.exec('BEGIN');
      try {
        return work();
      } finally {
        // After some errors SQLite has ended it itself.
        if (this.#database.isTransaction) this.#database.exec('COMMIT');
      }
    });
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

function idsOf(rows: readonly Row[]): number[] {
  return rows.map(({ id }) => id as number);
}

function byKey(a: NodeFact, b: NodeFact): number {
  return a.key < b.key ? -1 : 1;
}
