/**
 * One state of the Neo4j store for all statements of a read.
 *
 * Neo4j shows the writes of others while they commit, so a read looks before and after whether there were any (see the header of
 * `neo4j-schema.ts`) and is repeated where there were. What a large change has written so far lies after `knownAt` and says nothing.
 * Absent on purpose: a lock. Readers never hinder a writer, and a store that is served from a read replica has none to give.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../errors.ts';
import type { Neo4jDoor, UnitOfWork, UnitOptions } from './neo4j-driver.ts';
import { LEASE_MS } from './neo4j-schema.ts';
import { type Parameters, type Row, rowOf } from './neo4j-values.ts';

/** What `GrantpathStore` says. */
export interface StoreState {
  readonly writes: number;
  readonly commits: number;
  /** The newest commit instant, 0 before the first. */
  readonly lastAt: number;
  /** Numbers of nodes are below this. */
  readonly nodes: number;
  /** Is a change being applied in several transactions? */
  readonly isApplying: boolean;
}

const NOTHING: StoreState = { writes: 0, commits: 0, lastAt: 0, nodes: 0, isApplying: false };

/** So long a read waits for two looks between which nothing is written. A transaction with statements takes less, and reads are in pieces that fit between two. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 5;
const PAUSE_MS_MAX = 250;

const STATE = `OPTIONAL MATCH (s:GrantpathStore {tenant: $tenant})
RETURN s.writes AS writes, s.commits AS commits, s.lastAt AS lastAt, s.nextNode AS nodes, s.applying IS NOT NULL AS isApplying,
  coalesce(s.heartbeatAt, 0) < timestamp() - ${LEASE_MS} AS isForsaken`;

/** What a read has at hand. Statements that are not waited for one by one go to the server together. */
export class ReadFrame {
  readonly tenant: string;
  readonly state: StoreState;
  /** The asked instant, or that of the newest commit where it is later. */
  readonly at: number;
  /** The newest commit that may speak. */
  readonly knownAt: number;
  readonly #unit: UnitOfWork;

  constructor(unit: UnitOfWork, { tenant, at, knownAt = Infinity, state }: ReadOf & { readonly state: StoreState }) {
    this.#unit = unit;
    this.tenant = tenant;
    this.state = state;
    this.knownAt = Math.min(knownAt, state.lastAt);
    this.at = Math.min(at, this.knownAt);
  }

  /** Is what holds at the instant what labels and types say? */
  get isNow(): boolean {
    return this.at === this.state.lastAt && !this.state.isApplying;
  }

  /** The same state of the store at another instant. */
  asOf(at: number): ReadFrame {
    const { tenant, knownAt, state } = this;
    return new ReadFrame(this.#unit, { tenant, at, knownAt, state });
  }

  /** `$tenant` and `$at` are bound already. */
  async rows(cypher: string, parameters: Parameters = {}): Promise<Row[]> {
    const { records } = await this.#unit.run(cypher, { tenant: this.tenant, at: this.at, ...parameters });
    return records.map(rowOf);
  }

  /** Takes the columns of each row as it comes in. Made for many rows or large ones: nothing is kept of them. */
  each(cypher: string, take: (...columns: never[]) => void, parameters: Parameters = {}): Promise<void> {
    const result = this.#unit.run(cypher, { tenant: this.tenant, at: this.at, ...parameters });
    return new Promise((resolve, reject) => {
      result.subscribe({
        onNext: (record) => {
          const columns: unknown[] = [];
          for (let column = 0; column < record.length; column++) columns.push(record.get(column));
          // Thrown from here it would be lost in the driver.
          try {
            take(...(columns as never[]));
          } catch (error) {
            reject(error);
          }
        },
        onCompleted: () => resolve(),
        onError: reject,
      });
    });
  }
}

/** What is read of which state. */
export interface ReadOf {
  readonly tenant: string;
  readonly at: number;
  /** Later commits than this one say nothing. */
  readonly knownAt?: number;
}

/** A read of one state, repeated until nothing was written meanwhile. */
export type Read = <T>(work: (frame: ReadFrame) => Promise<T>) => Promise<T>;

/** Reads until nothing was written meanwhile: `work` may be done several times. Errors: STORE_BUSY where writing does not end. */
export async function readExactly<T>(
  door: Neo4jDoor,
  of: ReadOf,
  work: (frame: ReadFrame) => Promise<T>,
  options: UnitOptions = {},
): Promise<T> {
  const patientUntil = performance.now() + PATIENCE_MS;
  for (let pauseMs = PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)) {
    const read = await readUndisturbed(door, of, work, options);
    if (read !== null) return read.found;
    if (performance.now() > patientUntil)
      throw new CodedError(
        'STORE_BUSY',
        `expected a moment without writing in the store of tenant \`${of.tenant}\`, got none in ${PATIENCE_MS / 1000} s`,
      );
    await sleep(pauseMs);
  }
}

/** Reads once; null where something was written meanwhile. */
export function readUndisturbed<T>(
  door: Neo4jDoor,
  of: ReadOf,
  work: (frame: ReadFrame) => Promise<T>,
  options: UnitOptions = {},
): Promise<{ readonly found: T } | null> {
  return door.read(async (unit) => {
    const state = await readState(unit, of.tenant);
    if (state === null) return null;
    const done = await work(new ReadFrame(unit, { ...of, state })).then(
      (found) => ({ found }),
      (error: unknown) => ({ error }),
    );
    const after = await readState(unit, of.tenant).catch((error: unknown) => {
      throw 'error' in done ? done.error : error;
    });
    if (after?.writes !== state.writes) return null;
    // Between two states nothing need be as it must be: only in one state a failure is one.
    if ('error' in done) throw done.error;
    return done;
  }, options);
}

/** null while a transaction with statements commits. */
export async function readState(unit: UnitOfWork, tenant: string): Promise<StoreState | null> {
  const { records } = await unit.run(STATE, { tenant });
  const row: Row = records[0] === undefined ? {} : rowOf(records[0]);
  const { writes, commits, lastAt, nodes } = row;
  if (typeof writes !== 'number') return NOTHING;
  // A writer that died before its transaction committed: what it was about to write is not there and will not come.
  if (writes % 2 === 1 && row['isForsaken'] !== true) return null;
  return { writes, commits: Number(commits), lastAt: Number(lastAt), nodes: Number(nodes), isApplying: row['isApplying'] === true };
}
