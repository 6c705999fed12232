/**
 * What a run shows of itself while it goes on: one line that is redrawn on a terminal, structured log lines elsewhere.
 */
import type { Log } from '../log.ts';
import { type BucketSpending, HOUR_MS } from './budget.ts';
import type { Clock } from './clock.ts';

export interface ProgressState {
  readonly workspace: string;
  /** What is being read, e.g. `repositories`. */
  readonly phase: string;
  readonly done: number;
  /** Known so far: it grows while listings are read. */
  readonly total: number;
  readonly calls: number;
  /** Calls that may be made before one of the last hour is an hour old, in the bucket of most calls. */
  readonly budgetLeft: number;
  /** Each of the upstream's limits, that of most calls first. */
  readonly buckets: readonly BucketSpending[];
  /** Calls that the budget gives in an hour, of all credentials. */
  readonly callsPerHour: number;
  /** Does the run wait for a spent budget, or end with it? */
  readonly whenSpent: 'wait' | 'stop';
}

export interface Progress {
  show(state: ProgressState): void;
  /** Clears the line, or says the last word. */
  end(): void;
}

export const NO_PROGRESS: Progress = { show: () => {}, end: () => {} };

export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Redrawing faster only costs time. */
const REDRAW_MS = 100;
/** A log is read later: a line now and then is enough. */
const LOG_MS = 5_000;

export function createProgress({ stream, log, clock }: { stream: ProgressStream; log: Log; clock: Clock }): Progress {
  return stream.isTTY === true ? new LineProgress(stream, clock) : new LogProgress(log, clock);
}

/** Older calls say little about how fast it goes now. */
const WINDOW_MS = 5 * 60_000;
/** Finer samples would only cost memory. */
const SAMPLE_MS = 1_000;

interface Pace {
  /** Of the last five minutes. */
  readonly callsPerMinute: number;
  /** Until the run ends: by the calls that are known to come, one for each thing that is left at least. null where nothing tells. */
  readonly leftMs: number | null;
  /** Calls known to come that the budget does not give any more: a run that does not wait leaves them to the next. */
  readonly beyondBudget: number;
}

/** How fast it goes, and how long it will take. */
class Pacer {
  readonly #clock: Clock;
  #samples: { readonly at: number; readonly calls: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  measure({ calls, done, total, budgetLeft, callsPerHour, whenSpent }: ProgressState): Pace {
    const callsPerMs = this.#rateOf(calls);
    const toCome = Math.max(0, total - done);
    const beyond = Math.max(0, toCome - budgetLeft);
    const made = whenSpent === 'wait' ? toCome : toCome - beyond;
    const byRate = callsPerMs === 0 ? null : made / callsPerMs;
    const byBudget = whenSpent === 'wait' ? (beyond / callsPerHour) * HOUR_MS : 0;
    return {
      callsPerMinute: callsPerMs * 60_000,
      leftMs: byRate === null && byBudget === 0 ? null : Math.max(byRate ?? 0, byBudget),
      beyondBudget: whenSpent === 'wait' ? 0 : beyond,
    };
  }

  #rateOf(calls: number): number {
    const now = this.#clock.now();
    const last = this.#samples.at(-1);
    // Another run begins to count anew.
    if (last !== undefined && calls < last.calls) this.#samples = [];
    if (last === undefined || now - last.at >= SAMPLE_MS) this.#samples.push({ at: now, calls });
    while ((this.#samples[1]?.at ?? now) <= now - WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    return first === undefined || now === first.at ? 0 : (calls - first.calls) / (now - first.at);
  }
}

class LineProgress implements Progress {
  readonly #stream: ProgressStream;
  readonly #clock: Clock;
  readonly #pacer: Pacer;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(stream: ProgressStream, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
    this.#pacer = new Pacer(clock);
  }

  show(state: ProgressState): void {
    const pace = this.#pacer.measure(state);
    const now = this.#clock.now();
    if (now - this.#drawnAt < REDRAW_MS && state.done < state.total) return;
    this.#drawnAt = now;
    const bar = drawBar(state.total === 0 ? 0 : state.done / state.total);
    const { workspace, done, total, phase, calls } = state;
    const line = `${workspace} ${bar} ${done}/${total} ${phase}, ${calls} calls, ${Math.round(pace.callsPerMinute)}/min, ${budgetText(state)}${leftText(pace)}`;
    this.#stream.write(`\r\u001b[K${line.slice(0, (this.#stream.columns ?? 120) - 1)}`);
  }

  end(): void {
    this.#stream.write('\r\u001b[K');
  }
}

class LogProgress implements Progress {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #pacer: Pacer;
  #saidAt = Number.NEGATIVE_INFINITY;
  #phase = '';

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
    this.#pacer = new Pacer(clock);
  }

  show(state: ProgressState): void {
    const pace = this.#pacer.measure(state);
    const now = this.#clock.now();
    if (state.phase === this.#phase && now - this.#saidAt < LOG_MS) return;
    this.#saidAt = now;
    this.#phase = state.phase;
    const { buckets, ...told } = state;
    this.#log.info(
      {
        ...told,
        budgets: buckets.map(({ bucket, left, limit }) => `${bucket} ${left} of ${limit}`),
        callsPerMinute: Math.round(pace.callsPerMinute),
        leftMs: pace.leftMs === null ? null : Math.round(pace.leftMs),
        beyondBudget: pace.beyondBudget,
      },
      'reading',
    );
  }

  end(): void {
    this.#phase = '';
  }
}

/** `budget 812`, with what is left of the other limits where there are any: `budget 812, webhooks 990`. */
function budgetText({ budgetLeft, buckets }: ProgressState): string {
  return [`budget ${budgetLeft}`, ...buckets.slice(1).map(({ bucket, left }) => `${bucket} ${left}`)].join(', ');
}

function leftText({ leftMs, beyondBudget }: Pace): string {
  const left = leftMs === null ? '' : `, ${duration(leftMs)} left`;
  return beyondBudget === 0 ? left : `${left}, ${beyondBudget} or more calls stay for the next run`;
}

function drawBar(share: number): string {
  const width = 20;
  const full = Math.round(Math.min(1, share) * width);
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`;
}

/** `1 h 5 min`, `3 min`, `20 s`. */
export function duration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
