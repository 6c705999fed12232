/**
 * A run in the SQLite store: kept pages one by one, then one transaction that makes its facts visible.
 *
 * INVARIANT: a call does its work before it gives its promise, so calls that overlap take effect in the order of the calls.
 */
import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { invariant } from '../errors.ts';
import { packBody, unpackBody } from './page-body.ts';
import type { KeptPage, Run, RunCommit, SnapshotInfo } from './port.ts';
import { CommitWriter } from './sqlite-commit.ts';
import { storeError } from './sqlite-schema.ts';

export interface RunContext {
  readonly database: DatabaseSync;
  readonly path: string;
  readonly now: () => number;
  /** Told when the run is over. */
  readonly onEnd: (run: Run) => void;
}

interface RunRow {
  readonly id: string;
  readonly connector: string;
  readonly startedAt: number;
}

interface PageRow {
  sequence: number;
  scope: string;
  endpoint: string;
  path: string;
  status: number;
  fetched_at: number;
  next: string | null;
  body: Uint8Array;
}

/** Starts a run, or takes up an unfinished one of the connector. The caller holds the lock of the store. */
export function startSqliteRun(context: RunContext, connector: string): Run {
  const { database } = context;
  return transaction(database, () => {
    const open = database.prepare('SELECT id, started_at FROM run WHERE connector = ? AND committed_at IS NULL').get(connector);
    const row = {
      id: String(open?.['id'] ?? randomUUID()),
      connector,
      startedAt: Number(open?.['started_at'] ?? context.now()),
    };
    database
      .prepare(
        'INSERT INTO run (id, connector, started_at, holder) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET holder = excluded.holder',
      )
      .run(row.id, connector, row.startedAt, process.pid);
    return new SqliteRun(context, row);
  });
}

class SqliteRun implements Run {
  readonly id: string;
  readonly connector: string;
  readonly startedAt: number;
  readonly #context: RunContext;
  readonly #insertPage: StatementSync;
  #sequence: number;
  #open = true;

  constructor(context: RunContext, { id, connector, startedAt }: RunRow) {
    this.#context = context;
    [this.id, this.connector, this.startedAt] = [id, connector, startedAt];
    const { database } = context;
    this.#sequence = Number(database.prepare('SELECT coalesce(max(sequence), -1) + 1 AS next FROM page WHERE run = ?').get(id)?.['next']);
    this.#insertPage = database.prepare(
      'INSERT OR REPLACE INTO page (run, sequence, scope, endpoint, path, status, fetched_at, next, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
  }

  async keepPage({ scope, endpoint, path, status, fetchedAt, next, body }: Omit<KeptPage, 'sequence'>): Promise<void> {
    invariant(this.#open, 'a run that is over keeps no pages');
    const bytes = packBody(body);
    this.#guard(() => this.#insertUnsynced(this.id, this.#sequence, scope, endpoint, path, status, fetchedAt, next, bytes));
    this.#sequence++;
  }

  /** Without waiting for the disk, which would cost more than all the rest of a page. The commit waits for it, and with it for all pages. */
  #insertUnsynced(...values: (string | number | null | Uint8Array)[]): void {
    const { database } = this.#context;
    database.exec('PRAGMA synchronous = NORMAL');
    try {
      this.#insertPage.run(...values);
    } finally {
      database.exec('PRAGMA synchronous = FULL');
    }
  }

  pages(): AsyncIterableIterator<KeptPage> {
    return readPages(this.#context, this.id);
  }

  async commit(commit: RunCommit): Promise<SnapshotInfo> {
    invariant(this.#open, 'a run is committed once');
    const { database, now } = this.#context;
    const snapshot = this.#guard(() =>
      transaction(database, () => {
        const last = Number(database.prepare('SELECT coalesce(max(committed_at), 0) AS at FROM run').get()?.['at']);
        const at = Math.max(now(), last + 1);
        new CommitWriter({ database, connector: this.connector, at }).write(commit);
        const report = JSON.stringify(commit.report);
        const { changes } = database
          .prepare('UPDATE run SET committed_at = ?, report = ?, holder = NULL WHERE id = ? AND committed_at IS NULL')
          .run(at, report, this.id);
        invariant(changes === 1, 'a run that is being committed is in the store');
        return { id: this.id, at, connector: this.connector, report: JSON.parse(report) as SnapshotInfo['report'] };
      }),
    );
    this.#end();
    return snapshot;
  }

  async abandon(): Promise<void> {
    invariant(this.#open, 'a run that is over cannot be abandoned');
    const { database } = this.#context;
    this.#guard(() =>
      transaction(database, () => {
        database.prepare('DELETE FROM page WHERE run = ?').run(this.id);
        database.prepare('DELETE FROM run WHERE id = ?').run(this.id);
      }),
    );
    this.#end();
  }

  #end(): void {
    this.#open = false;
    this.#context.onEnd(this);
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.#context.path);
    }
  }
}

/** Page by page: what is kept meanwhile follows. Errors: STORE_UNREADABLE, for a body that is damaged too. */
export async function* readPages({ database, path }: Pick<RunContext, 'database' | 'path'>, run: string): AsyncIterableIterator<KeptPage> {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw storeError(error, path);
    }
  };
  const read = guard(() =>
    database.prepare(
      'SELECT sequence, scope, endpoint, path, status, fetched_at, next, body FROM page WHERE run = ? AND sequence > ? ORDER BY sequence LIMIT 1',
    ),
  );
  for (let before = -1; ; ) {
    const row = guard(() => read.get(run, before)) as PageRow | undefined;
    if (row === undefined) return;
    const { fetched_at: fetchedAt, ...page } = row;
    before = page.sequence;
    yield { ...page, fetchedAt, body: unpackBody(row.body, row, path) };
  }
}

/** All of the work or none of it. */
function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite may have rolled back itself, e.g. on a full disk.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
