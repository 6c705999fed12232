/**
 * The tables of the SQLite store, and how an older file becomes a newer one.
 *
 * Facts are kept as statements: one scope, one interval. The fact is open while any scope states it. Whether a statement is stale
 * is not kept with it: it is while the last reading of its scope failed and the statement was opened before. A reading that failed
 * but met it closes it and opens it again, so that what the store says of the past never changes; `opened_at` is when the
 * statement began nevertheless.
 * A statement of a node or a gap is a row. Those of edges, which are many, stand in blocks of columns (`sqlite-blocks.ts`), and
 * posting lists (`sqlite-postings.ts`) do the work of indexes at a fraction of the price.
 * INVARIANT: a migration is never changed once it was released; `user_version` is the number of those that ran.
 */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../errors.ts';

/** Tells our files from other databases: "gpth". */
export const APPLICATION_ID = 0x67707468;

export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE tenant (name TEXT NOT NULL) STRICT;
   CREATE TABLE run (
     id TEXT PRIMARY KEY, connector TEXT NOT NULL, started_at INTEGER NOT NULL, holder INTEGER, committed_at INTEGER UNIQUE, report TEXT
   ) STRICT;
   CREATE INDEX run_open ON run(connector) WHERE committed_at IS NULL;
   CREATE TABLE page (
     run TEXT NOT NULL, sequence INTEGER NOT NULL, scope TEXT NOT NULL, endpoint TEXT NOT NULL, path TEXT NOT NULL,
     status INTEGER NOT NULL, fetched_at INTEGER NOT NULL, next TEXT, body BLOB NOT NULL,
     PRIMARY KEY (run, sequence), UNIQUE (run, scope, path)
   ) STRICT;
   CREATE TABLE scope (id INTEGER PRIMARY KEY, connector TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (connector, name)) STRICT;
   CREATE TABLE endpoint (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE reading (
     scope INTEGER NOT NULL, at INTEGER NOT NULL, outcome INTEGER NOT NULL, endpoint INTEGER NOT NULL, fetched_at INTEGER NOT NULL,
     PRIMARY KEY (scope, at)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX reading_unread ON reading(scope, at) WHERE outcome = 0;
   CREATE TABLE node (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE node_fact (
     node INTEGER NOT NULL, kind INTEGER NOT NULL, active INTEGER NOT NULL, expires_at REAL,
     scope INTEGER NOT NULL, opened_at INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER,
     ref TEXT NOT NULL, name TEXT NOT NULL, aliases TEXT NOT NULL, props TEXT NOT NULL, search TEXT NOT NULL
   ) STRICT;
   CREATE INDEX node_fact_by_node ON node_fact(node);
   CREATE INDEX node_fact_by_ref ON node_fact(ref);
   CREATE INDEX node_fact_by_scope ON node_fact(scope, node) WHERE valid_to IS NULL;
   CREATE INDEX node_fact_by_end ON node_fact(valid_to) WHERE valid_to IS NOT NULL;
   CREATE TABLE node_alias (alias TEXT NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (alias, node)) STRICT, WITHOUT ROWID;
   CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE edge_block (first INTEGER PRIMARY KEY, valid_from INTEGER NOT NULL, columns BLOB NOT NULL) STRICT;
   CREATE TABLE edge_closed (edge INTEGER PRIMARY KEY, valid_to INTEGER NOT NULL) STRICT;
   CREATE INDEX edge_closed_by_end ON edge_closed(valid_to);
   CREATE TABLE edge_props (edge INTEGER PRIMARY KEY, props TEXT NOT NULL) STRICT;
   CREATE TABLE posting (
     list INTEGER NOT NULL, id INTEGER NOT NULL, part INTEGER NOT NULL, edges BLOB NOT NULL, PRIMARY KEY (list, id, part)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE gap_fact (
     reason TEXT NOT NULL, hides TEXT NOT NULL, about INTEGER NOT NULL, subject INTEGER, detail TEXT NOT NULL,
     scope INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER
   ) STRICT;
   CREATE INDEX gap_fact_by_scope ON gap_fact(scope) WHERE valid_to IS NULL;
   CREATE INDEX gap_fact_by_about ON gap_fact(about);
   CREATE INDEX gap_fact_by_end ON gap_fact(valid_to) WHERE valid_to IS NOT NULL;
   CREATE TABLE cache (name TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (name, part)) STRICT;`,
];

/** How long a statement waits for another process that writes. */
const BUSY_MS = 5_000;

export interface DatabaseOptions {
  readonly readOnly: boolean;
  /** For tests. */
  readonly migrations?: readonly string[];
  /** Told the version that the file had, 0 for none, and before anything is changed. */
  readonly onVersion?: (version: number) => void;
}

/**
 * Opens the file and brings it to the newest form.
 * Errors: STORE_UNREADABLE, STORE_NEWER, STORE_EMPTY (read-only and not there, or of an older form: `details.version`), STORE_FULL, STORE_BUSY.
 */
export function openDatabase(path: string, { readOnly, migrations = MIGRATIONS, onVersion = () => {} }: DatabaseOptions) {
  if (readOnly && !existsSync(path)) throw emptyStore(path, 0);
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { readOnly, timeout: BUSY_MS });
    // Before anything is set: write-ahead mode is written into the file, and it may be somebody else's.
    versionOf(database, path, migrations);
    // Both kinds of fullfsync matter on macOS alone, where a plain fsync does not reach the disk.
    if (!readOnly)
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON');
    // The log is cut back after a checkpoint, or it would stay as large as the largest commit.
    database.exec('PRAGMA cache_size = -32768; PRAGMA journal_size_limit = 67108864');
    migrate(database, { path, readOnly, migrations, onVersion });
    return database;
  } catch (error) {
    database?.close();
    throw storeError(error, path);
  }
}

type Migration = Required<DatabaseOptions> & { readonly path: string };

/** Runs the migrations that the file lacks, all or none of them. */
function migrate(database: DatabaseSync, { path, readOnly, migrations, onVersion }: Migration): void {
  const version = versionOf(database, path, migrations);
  onVersion(version);
  if (version === migrations.length) return;
  if (readOnly) throw emptyStore(path, version);
  database.exec('BEGIN IMMEDIATE');
  try {
    // Asked again: another process may have been faster.
    for (const migration of migrations.slice(versionOf(database, path, migrations))) database.exec(migration);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function emptyStore(path: string, version: number): CodedError {
  const got = version === 0 ? 'none' : `one of the older version ${version}`;
  return new CodedError('STORE_EMPTY', `expected a store that an ingest of this version made, got ${got} at \`${path}\``, { version });
}

function versionOf(database: DatabaseSync, path: string, { length }: readonly string[]): number {
  const number = (pragma: string) => Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0] ?? 0);
  const empty = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] ?? 0) === 0;
  if (number('application_id') !== APPLICATION_ID && !empty)
    throw new CodedError('STORE_UNREADABLE', `expected a store of grantpath, got another database at \`${path}\`: choose another file`);
  const version = number('user_version');
  if (version > length)
    throw new CodedError('STORE_NEWER', `expected a store of version ${length} or older, got version ${version} at \`${path}\``, {
      version,
    });
  return version;
}

/** SQLITE_IOERR_SHMSIZE: the index of the log could not be enlarged, for want of space. */
const SHM_SIZE = 4874;

/** What errors of SQLite and of the file system mean to the caller. Others are given back as they are. */
export function storeError(error: unknown, path: string): unknown {
  if (error instanceof CodedError || !(error instanceof Error)) return error;
  const { errcode = 0, code } = error as { errcode?: number; code?: string };
  const primary = errcode & 0xff;
  if (primary === 13 || errcode === SHM_SIZE || code === 'ENOSPC' || code === 'EDQUOT')
    return new CodedError('STORE_FULL', `the disk is full at \`${path}\``, {}, error);
  if (primary === 5 || primary === 6) return new CodedError('STORE_BUSY', `another process is writing to \`${path}\``, {}, error);
  // With a system call it is from making the folder.
  if (code === 'ERR_SQLITE_ERROR' || code === 'ERR_INVALID_STATE' || 'syscall' in error)
    return new CodedError('STORE_UNREADABLE', `the store at \`${path}\` cannot be used: ${error.message}`, { errcode }, error);
  return error;
}
