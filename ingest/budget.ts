/**
 * The budget of calls of one credential in one bucket: so many within any hour, or any other span in which the upstream counts.
 *
 * INVARIANT: never more than `limit` calls within any span of `windowMs` of the clock, seeded calls included.
 */
import { CodedError, invariant } from '../graph/errors.ts';
import type { Clock } from './clock.ts';

export const HOUR_MS = 3_600_000;

/** A limit of its own that the upstream counts some calls in. */
export interface BucketLimit {
  readonly bucket: string;
  /** Calls of each credential, within any span of the length of the window. */
  readonly limit: number;
  readonly windowMs: number;
}

/** What was spent of a bucket, of all credentials that are not set aside together. */
export interface BucketSpending extends BucketLimit {
  readonly calls: number;
  readonly left: number;
}

export interface BudgetOptions {
  readonly callsPerHour: number;
  /** wait: sleep until a call is free again. stop: fail with BUDGET, so that the run commits what it has. */
  readonly whenSpent: 'wait' | 'stop';
}

/** 1,000 an hour is what the vendor documents for repository data. */
export const DEFAULT_BUDGET: BudgetOptions = { callsPerHour: 1000, whenSpent: 'stop' };

/** `1000 an hour`, `60 in 60 s`. */
export function limitText({ limit, windowMs }: Pick<BucketLimit, 'limit' | 'windowMs'>): string {
  return `${limit} ${windowMs === HOUR_MS ? 'an hour' : `in ${windowMs / 1000} s`}`;
}

export class Budget {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #windowMs: number;
  /** Instants of the calls of the window that ends now, ascending from `#start` on. */
  #calls: number[] = [];
  #start = 0;

  /** Errors: CONFIG. */
  constructor({ limit, windowMs = HOUR_MS }: { readonly limit: number; readonly windowMs?: number }, clock: Clock) {
    if (!(limit >= 1)) {
      throw new CodedError('CONFIG', `the hourly budget must be a positive number of calls, got \`${limit}\``);
    }
    this.#limit = limit;
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
    return Math.max(0, this.#limit - (this.#calls.length - this.#start));
  }

  /** When the next call may be made, milliseconds since 1970; in the past where one may be made now. */
  get freeAt(): number {
    return this.left > 0 ? 0 : (this.#calls[this.#calls.length - this.#limit] ?? 0) + this.#windowMs;
  }

  /** Takes one call out. Only where one is left. */
  spend(): void {
    invariant(this.left > 0, 'a call is made only where the budget has one left');
    this.#calls.push(this.#clock.now());
  }

  #forget(): void {
    const now = this.#clock.now();
    // A clock that was put back: a call that lies ahead of it would count for longer than the window.
    for (let index = this.#calls.length - 1; index >= this.#start && (this.#calls[index] ?? 0) > now; index--) this.#calls[index] = now;
    const since = now - this.#windowMs;
    while (this.#start < this.#calls.length && (this.#calls[this.#start] ?? 0) <= since) this.#start++;
    if (this.#start > 4096) {
      this.#calls = this.#calls.slice(this.#start);
      this.#start = 0;
    }
  }
}
