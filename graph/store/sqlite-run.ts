/**
 * A run in the SQLite store: kept pages one by one, each durable, then one transaction that makes its facts visible.
 */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { CodedError, invariant } from '../errors.ts';
import type { KeptPage, Run, RunCommit, SnapshotInfo } from './port.ts';
import { CommitWriter } from './sqlite-commit.ts';
import { storeError } from './sqlite-schema.ts';

export interface RunContext {
  readonly database: DatabaseSync;
  readonly path: string;
  readonly now: () => number;
}

interface RunRow {
  readonly id: string;
  readonly connector: string;
  readonly startedAt: number;
}

/** A run whose holder did not beat for so long is taken to be dead. */
const HEARTBEAT_LIMIT_MS = 120_000;

/** Starts a run, or takes up an unfinished one of the connector. Errors: STORE_BUSY while a living process holds one. */
export function startSqliteRun(context: RunContext, connector: string): Run {
  const { database, path } = context;
  const now = context.now();
  database.exec('BEGIN IMMEDIATE');
  try {
    const open = database
      .prepare('SELECT id, connector, started_at, holder, heartbeat_at FROM run WHERE committed_at IS NULL')
      .all() as Record<string, string | number | null>[];
    const isHeld = ({ holder, heartbeat_at }: Record<string, string | number | null>) =>
      holder !== null && holder !== process.pid && isAlive(Number(holder)) && now - Number(heartbeat_at) < HEARTBEAT_LIMIT_MS;
    const held = open.find(isHeld);
    if (held !== undefined)
      throw new CodedError('STORE_BUSY', `process ${held['holder']} is ingesting into \`${path}\`: wait for it to end`, {
        holder: Number(held['holder']),
      });
    const resumed = open.find((row) => row['connector'] === connector);
    const row = {
      id: resumed === undefined ? randomUUID() : String(resumed['id']),
      connector,
      startedAt: resumed === undefined ? now : Number(resumed['started_at']),
    };
    if (resumed === undefined)
      database
        .prepare('INSERT INTO run (id, connector, started_at, holder, heartbeat_at) VALUES (?, ?, ?, ?, ?)')
        .run(row.id, connector, now, process.pid, now);
    else database.prepare('UPDATE run SET holder = ?, heartbeat_at = ? WHERE id = ?').run(process.pid, now, row.id);
    database.exec('COMMIT');
    return new SqliteRun(context, row);
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export class SqliteRun implements Run {
  readonly id: string;
  readonly connector: string;
  readonly startedAt: number;
  readonly #context: RunContext;
  readonly #insertPage: StatementSync;
  readonly #beat: StatementSync;
  #sequence: number;
  #open = true;

  constructor(context: RunContext, row: RunRow) {
    this.#context = context;
    ({ id: this.id, connector: this.connector, startedAt: this.startedAt } = row);
    const { database } = context;
    this.#sequence = Number(
      database.prepare('SELECT coalesce(max(sequence), -1) + 1 AS next FROM page WHERE run = ?').get(this.id)?.['next'] ?? 0,
    );
    this.#insertPage = database.prepare(
      'INSERT OR REPLACE INTO page (run, sequence, scope, endpoint, path, status, fetched_at, next, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#beat = database.prepare('UPDATE run SET heartbeat_at = ? WHERE id = ?');
  }

  keepPage(page: Omit<KeptPage, 'sequence'>): void {
    invariant(this.#open, 'a run that is over keeps no pages');
    const body = deflateRawSync(JSON.stringify(page.body), { level: 6 });
    this.#guard(() => {
      this.#insertPage.run(this.id, this.#sequence++, page.scope, page.endpoint, page.path, page.status, page.fetchedAt, page.next, body);
      this.#beat.run(this.#context.now(), this.id);
    });
  }

  *pages(): IterableIterator<KeptPage> {
    const read = this.#context.database.prepare(
      'SELECT sequence, scope, endpoint, path, status, fetched_at, next, body FROM page WHERE run = ? AND sequence > ? ORDER BY sequence LIMIT 1',
    );
    for (let at = -1; ; ) {
      const row = read.get(this.id, at) as
        | {
            sequence: number;
            scope: string;
            endpoint: string;
            path: string;
            status: number;
            fetched_at: number;
            next: string | null;
            body: Uint8Array;
          }
        | undefined;
      if (row === undefined) return;
      at = row.sequence;
      yield {
        sequence: row.sequence,
        scope: row.scope,
        endpoint: row.endpoint,
        path: row.path,
        status: row.status,
        fetchedAt: row.fetched_at,
        next: row.next,
        body: JSON.parse(inflateRawSync(row.body).toString('utf8')) as unknown,
      };
    }
  }

  commit(commit: RunCommit): SnapshotInfo {
    invariant(this.#open, 'a run is committed once');
    const { database } = this.#context;
    return this.#guard(() => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const at = Math.max(this.#context.now(), this.#lastInstant() + 1);
        new CommitWriter(database, this.id, this.connector, at).write(commit);
        database
          .prepare('UPDATE run SET committed_at = ?, report = ?, holder = NULL WHERE id = ?')
          .run(at, JSON.stringify(commit.report), this.id);
        database.exec('COMMIT');
        this.#open = false;
        return { id: this.id, at, connector: this.connector, report: commit.report };
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  abandon(): void {
    this.#open = false;
    this.#guard(() => {
      this.#context.database.prepare('DELETE FROM page WHERE run = ?').run(this.id);
      this.#context.database.prepare('DELETE FROM run WHERE id = ? AND committed_at IS NULL').run(this.id);
    });
  }

  #lastInstant(): number {
    return Number(this.#context.database.prepare('SELECT coalesce(max(committed_at), 0) AS at FROM run').get()?.['at'] ?? 0);
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.#context.path);
    }
  }
}
