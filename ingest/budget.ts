/**
 * The hourly budget of calls: a rolling hour, as the upstream counts.
 *
 * INVARIANT: never more than `callsPerHour` calls within any hour of the clock, seeded calls included.
 */
import { CodedError } from '../graph/errors.ts';
import type { Clock } from './clock.ts';

const HOUR_MS = 3_600_000;

export interface BudgetOptions {
  readonly callsPerHour: number;
  /** wait: sleep until a call is free again. stop: fail with BUDGET, so that the run commits what it has. */
  readonly whenSpent: 'wait' | 'stop';
}

/** 1,000 an hour is what the vendor documents for repository data. */
export const DEFAULT_BUDGET: BudgetOptions = { callsPerHour: 1000, whenSpent: 'stop' };

export class Budget {
  readonly options: BudgetOptions;
  readonly #clock: Clock;
  /** Instants of the calls of the last hour, ascending from `#start` on. */
  #calls: number[] = [];
  #start = 0;
  #waitedMs = 0;

  constructor(options: BudgetOptions, clock: Clock) {
    if (!(options.callsPerHour >= 1)) {
      throw new CodedError('CONFIG', `the hourly budget must be a positive number of calls, got \`${options.callsPerHour}\``);
    }
    this.options = options;
    this.#clock = clock;
  }

  /** Counts calls that an interrupted run made before. */
  seed(instants: Iterable<number>): void {
    this.#calls = [...this.#calls.slice(this.#start), ...instants].sort((a, b) => a - b);
    this.#start = 0;
  }

  get left(): number {
    this.#forget();
    return Math.max(0, this.options.callsPerHour - (this.#calls.length - this.#start));
  }

  get waitedMs(): number {
    return this.#waitedMs;
  }

  /** Takes one call out of the budget. Errors: BUDGET. */
  async take(): Promise<void> {
    while (this.left === 0) {
      if (this.options.whenSpent === 'stop') {
        throw new CodedError('BUDGET', `the hourly budget of ${this.options.callsPerHour} calls is used up`, {
          callsPerHour: this.options.callsPerHour,
        });
      }
      const waitMs = Math.max(1, (this.#calls[this.#start] ?? 0) + HOUR_MS - this.#clock.now());
      this.#waitedMs += waitMs;
      await this.#clock.sleep(waitMs);
    }
    this.#calls.push(this.#clock.now());
  }

  #forget(): void {
    const since = this.#clock.now() - HOUR_MS;
    while (this.#start < this.#calls.length && (this.#calls[this.#start] ?? 0) <= since) this.#start++;
    if (this.#start > 4096) {
      this.#calls = this.#calls.slice(this.#start);
      this.#start = 0;
    }
  }
}
