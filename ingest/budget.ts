/**
 * The budget of calls of one credential: a rolling hour, as the upstream counts, or another span where it counts otherwise.
 *
 * INVARIANT: never more than `callsPerHour` calls within any hour of the clock (any `windowMs` where that is given), seeded calls
 * included.
 */
import { CodedError, invariant } from '../graph/errors.ts';
import type { Clock } from './clock.ts';

const HOUR_MS = 3_600_000;

export interface BudgetOptions {
  readonly callsPerHour: number;
  /** wait: sleep until a call is free again. stop: fail with BUDGET, so that the run commits what it has. */
  readonly whenSpent: 'wait' | 'stop';
  /** The span in which `callsPerHour` calls may be made, where the upstream does not count by the hour. */
  readonly windowMs?: number;
}

/** 1,000 an hour is what the vendor documents for repository data. */
export const DEFAULT_BUDGET: BudgetOptions = { callsPerHour: 1000, whenSpent: 'stop' };

export class Budget {
  readonly #callsPerHour: number;
  readonly #clock: Clock;
  readonly #windowMs: number;
  /** Instants of the calls of the last hour or window, ascending from `#start` on. */
  #calls: number[] = [];
  #start = 0;

  /** Errors: CONFIG. */
  constructor(callsPerHour: number, clock: Clock, windowMs = HOUR_MS) {
    if (!(callsPerHour >= 1)) {
      throw new CodedError('CONFIG', `the hourly budget must be a positive number of calls, got \`${callsPerHour}\``);
    }
    this.#callsPerHour = callsPerHour;
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  /** Counts calls that an interrupted run made before. */
  seed(instants: Iterable<number>): void {
    this.#calls = [...this.#calls.slice(this.#start), ...instants].sort((a, b) => a - b);
    this.#start = 0;
  }

  get left(): number {
    this.#forget();
    return Math.max(0, this.#callsPerHour - (this.#calls.length - this.#start));
  }

  /** When the next call may be made, milliseconds since 1970; in the past where one may be made now. */
  get freeAt(): number {
    return this.left > 0 ? 0 : (this.#calls[this.#calls.length - this.#callsPerHour] ?? 0) + this.#windowMs;
  }

  /** Takes one call out. Only where one is left. */
  spend(): void {
    invariant(this.left > 0, 'a call is made only where the budget has one left');
    this.#calls.push(this.#clock.now());
  }

  #forget(): void {
    const since = this.#clock.now() - this.#windowMs;
    while (this.#start < this.#calls.length && (this.#calls[this.#start] ?? 0) <= since) this.#start++;
    if (this.#start > 4096) {
      this.#calls = this.#calls.slice(this.#start);
      this.#start = 0;
    }
  }
}
