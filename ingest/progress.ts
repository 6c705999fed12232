/**
 * What a run shows of itself while it goes on: one line that is redrawn on a terminal, structured log lines elsewhere.
 */
import type { Log } from '../log.ts';
import type { Clock } from './clock.ts';

export interface ProgressState {
  readonly workspace: string;
  /** What is being read, e.g. `repositories`. */
  readonly phase: string;
  readonly done: number;
  /** Known so far: it grows while listings are read. */
  readonly total: number;
  readonly calls: number;
  readonly budgetLeft: number;
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

/** Speed and time left, from the first state on. */
class Pace {
  readonly #clock: Clock;
  #startedAt: number | null = null;
  #callsBefore = 0;
  #doneBefore = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  measure({ calls, done, total }: ProgressState): { callsPerSecond: number; leftMs: number | null } {
    const now = this.#clock.now();
    if (this.#startedAt === null) {
      this.#startedAt = now;
      this.#callsBefore = calls;
      this.#doneBefore = done;
    }
    const elapsedMs = now - this.#startedAt;
    const doneSince = done - this.#doneBefore;
    return {
      callsPerSecond: elapsedMs === 0 ? 0 : ((calls - this.#callsBefore) * 1000) / elapsedMs,
      leftMs: doneSince === 0 ? null : (elapsedMs / doneSince) * Math.max(0, total - done),
    };
  }
}

class LineProgress implements Progress {
  readonly #stream: ProgressStream;
  readonly #clock: Clock;
  readonly #pace: Pace;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(stream: ProgressStream, clock: Clock) {
    this.#stream = stream;
    this.#clock = clock;
    this.#pace = new Pace(clock);
  }

  show(state: ProgressState): void {
    const pace = this.#pace.measure(state);
    const now = this.#clock.now();
    if (now - this.#drawnAt < REDRAW_MS && state.done < state.total) return;
    this.#drawnAt = now;
    const bar = drawBar(state.total === 0 ? 0 : state.done / state.total);
    const left = pace.leftMs === null ? '' : `, ${duration(pace.leftMs)} left`;
    const line = `${state.workspace} ${bar} ${state.done}/${state.total} ${state.phase}, ${state.calls} calls, ${pace.callsPerSecond.toFixed(1)}/s, budget ${state.budgetLeft}${left}`;
    this.#stream.write(`\r\u001b[K${line.slice(0, (this.#stream.columns ?? 120) - 1)}`);
  }

  end(): void {
    this.#stream.write('\r\u001b[K');
  }
}

class LogProgress implements Progress {
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #pace: Pace;
  #saidAt = Number.NEGATIVE_INFINITY;
  #phase = '';

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
    this.#pace = new Pace(clock);
  }

  show(state: ProgressState): void {
    const pace = this.#pace.measure(state);
    const now = this.#clock.now();
    if (state.phase === this.#phase && now - this.#saidAt < LOG_MS) return;
    this.#saidAt = now;
    this.#phase = state.phase;
    this.#log.info(
      {
        ...state,
        callsPerSecond: Math.round(pace.callsPerSecond * 10) / 10,
        leftMs: pace.leftMs === null ? null : Math.round(pace.leftMs),
      },
      'reading',
    );
  }

  end(): void {
    this.#phase = '';
  }
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
