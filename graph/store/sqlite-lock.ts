/**
 * Who may write runs: a lock that dies with its holder, so that a run of a killed process can be taken over at once and one of a
 * living process never.
 *
 * It is an open write transaction on a second, empty database beside the store: the operating system gives it up with the
 * process. A process number in a row would lie in another container, or once the number is used again.
 */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { storeError } from './sqlite-schema.ts';

/** SQLITE_BUSY. */
const BUSY = 5;

/** Longer than looking whether somebody holds the lock, which takes it, lasts. */
const LOOK_MS = 50;

export class RunLock {
  readonly #storePath: string;
  readonly #path: string | null;
  #database: DatabaseSync | null = null;

  /** A store in memory belongs to one process anyway. */
  constructor(storePath: string) {
    this.#storePath = storePath;
    this.#path = storePath === ':memory:' ? null : `${storePath}-run`;
  }

  /** False while another holds it. Errors: STORE_UNREADABLE, STORE_FULL. */
  take(): boolean {
    if (this.#path === null || this.#database !== null) return true;
    let database: DatabaseSync | null = null;
    try {
      database = new DatabaseSync(this.#path, { timeout: LOOK_MS });
      database.exec('BEGIN IMMEDIATE');
      this.#database = database;
      return true;
    } catch (error) {
      database?.close();
      if (((error as { errcode?: number }).errcode ?? 0) % 256 === BUSY) return false;
      throw storeError(error, this.#path);
    }
  }

  /** Does anybody, this one or another, hold it? null where that cannot be found out. */
  isHeld(): boolean | null {
    if (this.#database !== null) return true;
    if (this.#path === null || !existsSync(this.#path)) return false;
    const looking = new RunLock(this.#storePath);
    try {
      return !looking.take();
    } catch {
      return null;
    } finally {
      looking.release();
    }
  }

  release(): void {
    this.#database?.close();
    this.#database = null;
  }
}
