/**
 * The tables of the SQLite store, and how an older file becomes a newer one.
 *
 * A row of a fact is one occurrence in one scope: the fact is open while any scope states it. Whether a row is stale is not
 * kept with it: it is stale while the last read of its scope failed and did not come to it (`seen_at`), so that re-reading an
 * unchanged scope rewrites nothing.
 * INVARIANT: a migration is never changed once it was released; `user_version` is the number of those that ran.
 */
import { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../errors.ts';

/** Tells our files from other databases: "gpth". */
export const APPLICATION_ID = 0x67707468;

export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE tenant (name TEXT NOT NULL) STRICT;
   CREATE TABLE run (
     id TEXT PRIMARY KEY, connector TEXT NOT NULL, started_at INTEGER NOT NULL,
     committed_at INTEGER UNIQUE, report TEXT, holder INTEGER, heartbeat_at INTEGER
   ) STRICT;
   CREATE INDEX run_by_connector ON run(connector, committed_at);
   CREATE TABLE page (
     run TEXT NOT NULL REFERENCES run(id) ON DELETE CASCADE, sequence INTEGER NOT NULL, scope TEXT NOT NULL, endpoint TEXT NOT NULL,
     path TEXT NOT NULL, status INTEGER NOT NULL, fetched_at INTEGER NOT NULL, next TEXT, body BLOB NOT NULL,
     PRIMARY KEY (run, scope, path)
   ) STRICT;
   CREATE TABLE scope (id INTEGER PRIMARY KEY, connector TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (connector, name)) STRICT;
   CREATE TABLE scope_read (
     scope INTEGER NOT NULL REFERENCES scope(id), at INTEGER NOT NULL, run TEXT NOT NULL, outcome TEXT NOT NULL,
     endpoint TEXT NOT NULL, fetched_at INTEGER NOT NULL, PRIMARY KEY (scope, at)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE node (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE node_fact (
     node INTEGER NOT NULL REFERENCES node(id), kind INTEGER NOT NULL, ref TEXT NOT NULL, name TEXT NOT NULL, aliases TEXT NOT NULL,
     props TEXT NOT NULL, active INTEGER NOT NULL, expires_at INTEGER, search TEXT NOT NULL,
     scope INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER
   ) STRICT;
   CREATE INDEX node_fact_by_node ON node_fact(node);
   CREATE INDEX node_fact_by_scope ON node_fact(scope) WHERE valid_to IS NULL;
   CREATE TABLE node_ref (ref TEXT NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (ref, node)) STRICT, WITHOUT ROWID;
   CREATE TABLE edge_fact (
     kind INTEGER NOT NULL, src INTEGER NOT NULL, dst INTEGER NOT NULL, word INTEGER NOT NULL, props TEXT,
     scope INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER, seen_at INTEGER
   ) STRICT;
   CREATE TABLE gap_fact (
     reason TEXT NOT NULL, hides TEXT NOT NULL, about INTEGER NOT NULL, subject INTEGER, detail TEXT NOT NULL,
     scope INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER
   ) STRICT;
   CREATE INDEX gap_fact_by_scope ON gap_fact(scope) WHERE valid_to IS NULL;
   CREATE TABLE cache (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;`,
];

/** Indexes of the biggest table: dropped before a first load into it and made again after, which sorts instead of searching. */
export const EDGE_INDEXES = `
  CREATE INDEX IF NOT EXISTS edge_fact_by_src ON edge_fact(src);
  CREATE INDEX IF NOT EXISTS edge_fact_by_dst ON edge_fact(dst);
  CREATE INDEX IF NOT EXISTS edge_fact_by_scope ON edge_fact(scope) WHERE valid_to IS NULL;`;

export const DROP_EDGE_INDEXES =
  'DROP INDEX IF EXISTS edge_fact_by_src; DROP INDEX IF EXISTS edge_fact_by_dst; DROP INDEX IF EXISTS edge_fact_by_scope;';

/** Opens the file and brings it to the newest form. Errors: STORE_UNREADABLE, STORE_NEWER, STORE_FULL. */
export function openDatabase(path: string, { readOnly }: { readOnly: boolean }): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { readOnly, timeout: 5_000 });
    if (!readOnly) database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF');
    database.exec('PRAGMA cache_size = -65536; PRAGMA mmap_size = 4294967296; PRAGMA temp_store = MEMORY');
    migrate(database, path, readOnly);
    return database;
  } catch (error) {
    database?.close();
    throw storeError(error, path);
  }
}

function migrate(database: DatabaseSync, path: string, readOnly: boolean): void {
  const number = (pragma: string) => Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] ?? 0);
  const version = number('user_version');
  const owner = number('application_id');
  const empty = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] ?? 0) === 0;
  if (owner !== APPLICATION_ID && !empty)
    throw new CodedError('STORE_UNREADABLE', `expected a store of grantpath, got another database at \`${path}\`: choose another file`);
  if (version > MIGRATIONS.length)
    throw new CodedError(
      'STORE_NEWER',
      `expected a store of version ${MIGRATIONS.length} or older, got version ${version} at \`${path}\`: use a newer grantpath`,
      { version },
    );
  if (version === MIGRATIONS.length) return;
  if (readOnly) throw new CodedError('STORE_EMPTY', `expected a store with snapshots, got none at \`${path}\`: run an ingest first`);
  database.exec('BEGIN IMMEDIATE');
  for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
  database.exec(EDGE_INDEXES);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
}

/** What SQLite's own errors mean to the caller. */
export function storeError(error: unknown, path: string): unknown {
  if (error instanceof CodedError || !(error instanceof Error)) return error;
  const { errcode = 0, code } = error as { errcode?: number; code?: string };
  const primary = errcode & 0xff;
  if (primary === 13)
    return new CodedError(
      'STORE_FULL',
      `the disk is full at \`${path}\`: free space and run again; the last complete snapshot is intact`,
      {},
      error,
    );
  if (primary === 5 || primary === 6)
    return new CodedError('STORE_BUSY', `another process is writing to \`${path}\`: wait for it`, {}, error);
  if (code === 'ERR_SQLITE_ERROR' || code === 'ERR_INVALID_STATE')
    return new CodedError('STORE_UNREADABLE', `the store at \`${path}\` cannot be used: ${error.message}`, { errcode }, error);
  return error;
}
