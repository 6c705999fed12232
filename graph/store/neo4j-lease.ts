/**
 * Who may write runs of a tenant: a lease that is renewed while its holder lives, and taken over when it does not.
 *
 * Its age is told by the clock of the server alone. A holder that was late, because it stood still or the network did, finds out:
 * every transaction of a run looks at the lease before it commits, behind the same lock as who takes it over.
 * Absent on purpose: trust in process numbers across machines. Only where a holder shares our process space is it asked whether it lives.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { CodedError } from '../errors.ts';
import type { Neo4jDoor, UnitOfWork } from './neo4j-driver.ts';
import { LEASE_MS } from './neo4j-schema.ts';
import { type Row, rowOf } from './neo4j-values.ts';

const RENEW_MS = 2_000;

/** The lock on the store is taken by writing; what is read after that is what the last holder wrote. */
const LOCKED = 'MATCH (s:GrantpathStore {tenant: $tenant}) SET s.locks = coalesce(s.locks, 0) + 1 WITH s';
/** Near the end of a commit: what was about to be written is written then. Of a lease that is another's nothing is changed. */
const FENCE = `${LOCKED} WHERE s.holder = $holder SET s.heartbeatAt = timestamp(), s.writes = s.writes + s.writes % 2`;

export interface StatementOptions {
  readonly transactionMs?: number;
  /** What must come after readers were told: it writes to the store's own node. */
  readonly last?: (unit: UnitOfWork) => Promise<void>;
}

export class Lease {
  readonly #door: Neo4jDoor;
  readonly #tenant: string;
  readonly #holder = randomUUID();
  #timer: NodeJS.Timeout | null = null;
  #isHeld = false;
  /** Were readers told of a transaction that did not end yet? */
  #isAnnounced = false;
  #renewing: Promise<void> = Promise.resolve();

  constructor(door: Neo4jDoor, tenant: string) {
    this.#door = door;
    this.#tenant = tenant;
  }

  /** False once it was found to be lost. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Returns whether a change of a holder before was left half-way. Errors: STORE_BUSY while another one holds it. */
  async take(): Promise<{ readonly isHalfWay: boolean }> {
    const taken = await this.#door.write(
      async (unit) => {
        const before = await this.#one(
          unit,
          `${LOCKED} RETURN s.holder AS holder, s.holderProcess AS process, s.applying AS applying,
             timestamp() - coalesce(s.heartbeatAt, 0) AS ageMs`,
        );
        const holder = (before?.['holder'] as string | null | undefined) ?? null;
        if (holder !== null && holder !== this.#holder && Number(before?.['ageMs']) < LEASE_MS && isAlive(before?.['process']))
          throw this.#busy(before?.['process']);
        await this.#one(
          unit,
          `MATCH (s:GrantpathStore {tenant: $tenant})
           SET s.holder = $holder, s.holderProcess = $process, s.heartbeatAt = timestamp(), s.writes = s.writes + s.writes % 2`,
          { process: processText() },
        );
        return { isHalfWay: before?.['applying'] != null };
      },
      { isRepeatable: true },
    );
    this.#isHeld = true;
    this.#timer ??= setInterval(() => {
      this.#renewing = this.#renew();
    }, RENEW_MS).unref();
    return taken;
  }

  async release(): Promise<void> {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#isHeld = false;
    await this.#door.write(
      (unit) =>
        this.#one(
          unit,
          `${LOCKED} WHERE s.holder = $holder SET s.writes = s.writes + s.writes % 2 REMOVE s.holder, s.holderProcess, s.heartbeatAt`,
        ),
      { isRepeatable: true },
    );
  }

  /** A transaction of a run that readers of statements do not see. Errors: STORE_BUSY if the lease was lost. */
  write<T>(
    work: (unit: UnitOfWork) => Promise<T>,
    options: { readonly isRepeatable?: boolean; readonly transactionMs?: number } = {},
  ): Promise<T> {
    return this.#door.write(async (unit) => {
      const done = await work(unit);
      await this.#fence(unit);
      return done;
    }, options);
  }

  /** A transaction of a run that changes statements: readers are told before it commits that it will. Errors: STORE_BUSY if the lease was lost. */
  async writeStatements(work: (unit: UnitOfWork) => Promise<void>, { last, ...options }: StatementOptions = {}): Promise<void> {
    try {
      await this.#door.write(async (unit) => {
        await work(unit);
        this.#isAnnounced = true;
        // One that was sent before must not say afterwards that nothing is announced.
        await this.#renewing;
        await this.#announce();
        // Whose lease is another's must not find what that one wrote. The lock is held until the end, so nothing can come between.
        await this.#fence(unit);
        await last?.(unit);
      }, options);
    } catch (error) {
      // Nothing will be written: readers need not wait. If this fails, the next renewal says it.
      if (this.#isAnnounced)
        await this.#door.write((unit) => this.#one(unit, `${FENCE} RETURN true`), { isRepeatable: true }).catch(() => {});
      throw error;
    } finally {
      this.#isAnnounced = false;
    }
  }

  async #announce(): Promise<void> {
    await this.#door.write((unit) => this.#one(unit, `${LOCKED} WHERE s.holder = $holder SET s.writes = s.writes + 1 - s.writes % 2`), {
      isRepeatable: true,
    });
  }

  async #fence(unit: UnitOfWork): Promise<void> {
    if ((await this.#one(unit, `${FENCE} RETURN true AS holds`)) === null) throw this.#lost();
  }

  async #renew(): Promise<void> {
    const settled = this.#isAnnounced ? '' : ', s.writes = s.writes + s.writes % 2';
    const cypher = `${LOCKED} WHERE s.holder = $holder SET s.heartbeatAt = timestamp()${settled}`;
    // One that fails is followed by the next; a run that writes without the lease is stopped by the fence.
    await this.#door.write((unit) => this.#one(unit, cypher), { isRepeatable: true }).catch(() => {});
  }

  async #one(unit: UnitOfWork, cypher: string, parameters: Row = {}): Promise<Row | null> {
    const { records } = await unit.run(cypher, { tenant: this.#tenant, holder: this.#holder, ...parameters });
    return records[0] === undefined ? null : rowOf(records[0]);
  }

  #busy(process: unknown): CodedError {
    const { pid, host } = processOf(process);
    return new CodedError('STORE_BUSY', `process ${pid} on \`${host}\` is ingesting into \`${this.#door.address}\``, { holder: pid });
  }

  #lost(): CodedError {
    this.#isHeld = false;
    return new CodedError(
      'STORE_BUSY',
      `another process took over the store at \`${this.#door.address}\`: this one did not renew its lease in time`,
    );
  }
}

/** What people call the process that holds the lease, out of a row with `holder`, `process` and `ageMs`; null where nobody does. */
export function holderOf({ holder, process, ageMs }: Row): string | null {
  if (typeof holder !== 'string' || Number(ageMs) >= LEASE_MS || !isAlive(process)) return null;
  const { pid, host } = processOf(process);
  return `process ${pid} on ${host}`;
}

interface HolderProcess {
  readonly pid: number;
  readonly host: string;
  /** Where process numbers mean the same: the boot of a machine and the namespace in it. null where that is not known. */
  readonly space: string | null;
}

function processText(): string {
  return JSON.stringify({ pid: process.pid, host: hostname(), space: processSpace() } satisfies HolderProcess);
}

function processOf(text: unknown): HolderProcess {
  return typeof text === 'string' ? (JSON.parse(text) as HolderProcess) : { pid: 0, host: '', space: null };
}

/** Of a process that cannot be asked, yes. */
function isAlive(text: unknown): boolean {
  const { pid, space } = processOf(text);
  if (space === null || space !== processSpace()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function processSpace(): string | null {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}
