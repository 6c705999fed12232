/**
 * The door to Neo4j: connections, units of work, limits. Every statement of the store goes through here.
 *
 * A unit of work is one transaction. It is done again, from its start, where the server says that a repetition may succeed, or
 * where the connection was lost before the commit was sent. A lost answer to a commit is not repeated: what was asked may be done.
 * Numbers are plain both ways: whole ones are integers of the server, up to 2^53. What one unit wrote the next one reads, on
 * whichever member of a cluster (bookmarks).
 *
 * INVARIANT: input is a parameter, never text of a statement. A store that is opened to read has sessions to read only.
 * INVARIANT: no password in an error.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { auth, bookmarkManager, type Driver, driver, type Result, type Session, type SessionMode } from 'neo4j-driver';
import { CodedError, isCodedError } from '../errors.ts';
import { type Neo4jAddress, parseAddress } from './neo4j-address.ts';
import { isLostConnection, isWorthRepeating, type Reached, storeErrorOf } from './neo4j-errors.ts';
import { type Parameters, type Row, rowOf, toServer } from './neo4j-values.ts';

export interface Neo4jOptions extends Neo4jAddress {
  readonly readOnly?: boolean;
  readonly limits?: Partial<Neo4jLimits>;
}

/** Times are milliseconds. */
export interface Neo4jLimits {
  /** Connections that are open at once; who needs one more waits. */
  readonly connectionsMax: number;
  /** From the first packet to a connection that speaks Bolt. */
  readonly connectMs: number;
  /** Waiting for a connection, new or given back. */
  readonly acquireMs: number;
  /** A transaction that takes longer is ended by the server. */
  readonly transactionMs: number;
  /** From the first failure of a unit to the last repetition that is begun. Below the time that a request has: who asks is told that the store is away. */
  readonly repeatMs: number;
  /** Records that the server sends ahead of who reads them. */
  readonly fetchSize: number;
}

const LIMITS: Neo4jLimits = {
  connectionsMax: 32,
  connectMs: 5_000,
  acquireMs: 30_000,
  transactionMs: 120_000,
  repeatMs: 6_000,
  fetchSize: 1_000,
};

/** A connection that was idle for longer is asked whether it still is one. */
const IDLE_MS = 5_000;
/** A connection older than this is replaced: behind a load balancer members come and go. */
const LIFETIME_MS = 60 * 60 * 1000;
/** The first repetition follows at once: mostly a pooled connection did not survive a restart of the server. */
const PAUSE_MS = 50;
const PAUSE_MS_MAX = 2_000;

/** What a unit of work does it with. Statements that are not waited for one by one go to the server together. */
export interface UnitOfWork {
  /** The result is a promise of all records, and an iterator that takes them as they come. */
  run(cypher: string, parameters?: Parameters): Result;
  rows(cypher: string, parameters?: Parameters): Promise<Row[]>;
}

export interface UnitOptions {
  /** Instead of the limit of the store. */
  readonly transactionMs?: number;
  readonly fetchSize?: number;
}

export interface WriteOptions extends UnitOptions {
  /** Does the work lead to the same when it is done twice? Then it is repeated even if its first commit may have succeeded. */
  readonly isRepeatable?: boolean;
}

/** The oldest server that is supported, and how servers call themselves: `Neo4j/5.26.16`, `Neo4j/2026.04.0`, `Neo4j/5.27-aura`. */
const VERSION_MIN = [5, 26] as const;
const AGENT = /^Neo4j\/(\d+)\.(\d+)/;

export class Neo4jDoor {
  /** The address as people see it, without secrets. */
  readonly address: string;
  readonly isReadOnly: boolean;
  readonly #driver: Driver;
  readonly #reached: Reached;
  readonly #limits: Neo4jLimits;
  readonly #bookmarks = bookmarkManager();
  /** Ends what waits for the server. */
  readonly #waiting = new Set<(reason: CodedError) => void>();
  #agent = '';
  #isClosed = false;

  private constructor({ address, user, password, database, readOnly = false, limits }: Neo4jOptions) {
    this.#limits = { ...LIMITS, ...limits };
    this.address = parseAddress(address);
    this.isReadOnly = readOnly;
    const { connectionsMax, connectMs, acquireMs, fetchSize } = this.#limits;
    this.#reached = { address: this.address, database: database || null, user: user || null, connectionsMax };
    this.#driver = driver(this.address, user ? auth.basic(user, password ?? '') : undefined, {
      disableLosslessIntegers: true,
      maxConnectionPoolSize: connectionsMax,
      connectionTimeout: connectMs,
      connectionAcquisitionTimeout: acquireMs,
      connectionLivenessCheckTimeout: IDLE_MS,
      maxConnectionLifetime: LIFETIME_MS,
      fetchSize,
      // Repetitions are ours: the driver's own repeat a commit whose answer was lost.
      maxTransactionRetryTime: 0,
      disableAutoCommitRetries: true,
      userAgent: `grantpath/${readVersion()}`,
      telemetryDisabled: true,
      notificationFilter: { minimumSeverityLevel: 'OFF' },
    });
  }

  /**
   * Opens it and asks the server who it is. Nothing is repeated here: who starts a program with a wrong address learns it at once.
   * Errors: CONFIG (address, database), STORE_UNREACHABLE, STORE_AUTH, STORE_UNSUPPORTED.
   */
  static async open(options: Neo4jOptions): Promise<Neo4jDoor> {
    if (options.database === 'system')
      throw new CodedError('CONFIG', 'expected NEO4J_DATABASE to be a database for data, got `system`', { option: 'NEO4J_DATABASE' });
    const door = new Neo4jDoor(options);
    try {
      door.#agent = await door.#readAgent();
      requireSupported(door.#agent, door.address);
      return door;
    } catch (error) {
      await door.close();
      throw error;
    }
  }

  /** What the server calls itself. */
  get agent(): string {
    return this.#agent;
  }

  /** One transaction that reads. It is done again from its start where that may help, so it must not keep what a failed try gave it. */
  read<T>(work: (unit: UnitOfWork) => Promise<T>, options: UnitOptions = {}): Promise<T> {
    return this.#repeating(() => this.#attempt('READ', work, options));
  }

  /**
   * One transaction that writes: all of it or nothing, and there to be read when this returns. It may be done again from its start.
   * Errors: STORE_UNREACHABLE with `isWritten: null` where the answer to the commit was lost: the server may have done it.
   */
  async write<T>(work: (unit: UnitOfWork) => Promise<T>, options: WriteOptions = {}): Promise<T> {
    this.#requireWritable();
    return this.#repeating(() => this.#attempt('WRITE', work, options), options.isRepeatable);
  }

  /** One statement that reads: half the round trips of a transaction. */
  readRows(cypher: string, parameters: Parameters = {}, options: UnitOptions = {}): Promise<Row[]> {
    return this.#repeating(() => this.#single('READ', cypher, parameters, options));
  }

  /** One statement that must be alone: a constraint, an index, CALL IN TRANSACTIONS. It is not repeated. */
  async writeRows(cypher: string, parameters: Parameters = {}, options: UnitOptions = {}): Promise<Row[]> {
    this.#requireWritable();
    return this.#telling(() => this.#single('WRITE', cypher, parameters, options));
  }

  /** Rows of one statement as they come; `fetchSize` of them wait for the reader at most. A connection that is lost meanwhile is an error. */
  async *stream(cypher: string, parameters: Parameters = {}, options: UnitOptions = {}): AsyncIterableIterator<Row> {
    const session = this.#session('READ', options);
    try {
      const records = session.run(cypher, toServer(parameters), this.#configOf(options))[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await this.#whileOpen(records.next());
        if (done === true) return;
        yield rowOf(value);
      }
    } catch (error) {
      throw this.#told(error);
    } finally {
      await this.#giveBack(session);
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const end of this.#waiting) end(this.#closed());
    await this.#driver.close();
  }

  async #readAgent(): Promise<string> {
    return this.#telling(async () => {
      const session = this.#session('READ', {});
      try {
        const { summary } = await session.run('RETURN 1', {}, this.#configOf({}));
        return summary.server.agent ?? '';
      } finally {
        await this.#giveBack(session);
      }
    });
  }

  async #attempt<T>(mode: SessionMode, work: (unit: UnitOfWork) => Promise<T>, options: UnitOptions): Promise<T> {
    const session = this.#session(mode, options);
    try {
      // Not waited for: its beginning goes to the server together with its first statement.
      const transaction = session.beginTransaction(this.#configOf(options));
      let beginning: unknown;
      transaction.catch((error: unknown) => {
        beginning = error;
      });
      let isCommitting = false;
      try {
        const run: UnitOfWork['run'] = (cypher, parameters = {}) => transaction.run(cypher, toServer(parameters));
        const done = await work({ run, rows: async (...statement) => (await run(...statement)).records.map(rowOf) });
        isCommitting = mode === 'WRITE';
        await transaction.commit();
        return done;
      } catch (error) {
        if (transaction.isOpen()) await transaction.rollback().catch(() => {});
        // What failed after it says only that there is no transaction.
        if (beginning !== undefined) throw beginning;
        throw isCommitting && isLostConnection(error) ? new LostCommit(error) : error;
      }
    } finally {
      await this.#giveBack(session);
    }
  }

  async #single(mode: SessionMode, cypher: string, parameters: Parameters, options: UnitOptions): Promise<Row[]> {
    const session = this.#session(mode, options);
    try {
      const { records } = await session.run(cypher, toServer(parameters), this.#configOf(options));
      return records.map(rowOf);
    } finally {
      await this.#giveBack(session);
    }
  }

  async #repeating<T>(attempt: () => Promise<T>, isRepeatable = false): Promise<T> {
    let pauseMs = 0;
    for (let startedAt = 0; ; ) {
      try {
        return await this.#whileOpen(attempt());
      } catch (error) {
        startedAt ||= performance.now();
        const reason = isRepeatable && error instanceof LostCommit ? error.cause : error;
        if (this.#isClosed || !isWorthRepeating(reason) || performance.now() - startedAt > this.#limits.repeatMs) throw this.#told(error);
      }
      // Two that lock each other out must not come back together.
      await sleep(pauseMs * (0.5 + Math.random()));
      pauseMs = Math.min(Math.max(pauseMs * 2, PAUSE_MS), PAUSE_MS_MAX);
    }
  }

  async #telling<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#whileOpen(work());
    } catch (error) {
      throw this.#told(error);
    }
  }

  /** A driver that is closed leaves who waits for it waiting. */
  #whileOpen<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) reject(this.#closed());
      this.#waiting.add(reject);
      const done = () => this.#waiting.delete(reject);
      work.then(resolve, reject).finally(done);
    });
  }

  /** Its connection goes back to the pool; what it still reads is cancelled. */
  async #giveBack(session: Session): Promise<void> {
    if (!this.#isClosed) await session.close().catch(() => {});
  }

  #told(error: unknown): unknown {
    if (this.#isClosed) return isCodedError(error) ? error : this.#closed(error);
    if (!(error instanceof LostCommit)) return storeErrorOf(error, this.#reached);
    const message = `the connection to \`${this.address}\` was lost while it committed: whether it did is not known`;
    return new CodedError('STORE_UNREACHABLE', message, { address: this.address, isWritten: null }, error.cause);
  }

  #session(mode: SessionMode, { fetchSize }: UnitOptions): Session {
    if (this.#isClosed) throw this.#closed();
    return this.#driver.session({
      defaultAccessMode: mode,
      bookmarkManager: this.#bookmarks,
      ...(this.#reached.database !== null && { database: this.#reached.database }),
      ...(fetchSize !== undefined && { fetchSize }),
    });
  }

  #configOf({ transactionMs = this.#limits.transactionMs }: UnitOptions): { timeout: number } {
    return { timeout: transactionMs };
  }

  #requireWritable(): void {
    if (this.isReadOnly)
      throw new CodedError('STORE_UNREADABLE', `expected a store opened for writing, got one to read at \`${this.address}\``);
  }

  #closed(cause?: unknown): CodedError {
    return new CodedError('STORE_UNREADABLE', `expected an open store, got one that was closed at \`${this.address}\``, {}, cause);
  }
}

/** A commit without an answer. */
class LostCommit extends Error {
  constructor(cause: unknown) {
    super('the answer to a commit was lost', { cause });
  }
}

/** Errors: STORE_UNSUPPORTED naming what the server calls itself. */
export function requireSupported(agent: string, address: string): void {
  const [, major = '', minor = ''] = AGENT.exec(agent) ?? [];
  const [majorMin, minorMin] = VERSION_MIN;
  if (Number(major) > majorMin || (Number(major) === majorMin && Number(minor) >= minorMin)) return;
  const message = `expected Neo4j ${VERSION_MIN.join('.')} or newer at \`${address}\`, got \`${agent.slice(0, 80)}\``;
  throw new CodedError('STORE_UNSUPPORTED', message, { address, agent: agent.slice(0, 80) });
}

function readVersion(): string {
  const manifest = new URL(import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
