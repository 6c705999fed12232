/**
 * A schedule inside of a server: an ingest at once, and then again at an interval after the last one began.
 *
 * Turns follow each other, so there are never two at a time here; the store's lease sees to other processes. Whatever a turn comes
 * to is said in the log and ends nothing: the last complete snapshot is served meanwhile.
 */
import { isCodedError } from '../graph/errors.ts';
import type { Clock } from '../ingest/clock.ts';
import type { Log, LogFields } from '../log.ts';
import { logError } from './log-of.ts';

/** What a turn came to for one workspace. */
export type TurnResult =
  | { readonly workspace: string; readonly committed: { readonly snapshot: string } & LogFields }
  | { readonly workspace: string; readonly error: { readonly code: string; readonly message: string } };

export interface ScheduleOptions {
  readonly everyMs: number;
  /** Reads what is configured. A stop signal ends it in good order: it rejects, and what was read is kept. */
  readonly ingest: (stop: AbortSignal) => Promise<readonly TurnResult[]>;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly log: Log;
}

type Outcome = 'committed' | 'committed in part' | 'failed' | 'busy';

/** Ends when it is told to stop, after the turn that goes on then. Never rejects. */
export async function runSchedule({ everyMs, ingest, clock, stop, log }: ScheduleOptions): Promise<void> {
  while (!stop.aborted) {
    const begunAt = clock.now();
    log.info({ everyMinutes: everyMs / 60_000 }, 'scheduled ingest begins');
    const last = await takeTurn(ingest, stop, log);
    if (last === null) {
      log.info({}, 'scheduled ingest stopped: what was read is kept, and the next one goes on from there');
      return;
    }
    const waitMs = Math.max(0, begunAt + everyMs - clock.now());
    log.info({ last, next: new Date(clock.now() + waitMs).toISOString() }, 'next scheduled ingest');
    await clock.sleep(waitMs, stop).catch(() => {});
  }
}

/** null where it was stopped. */
async function takeTurn(ingest: ScheduleOptions['ingest'], stop: AbortSignal, log: Log): Promise<Outcome | null> {
  try {
    const results = await ingest(stop);
    for (const result of results) {
      if ('error' in result) log.error({ workspace: result.workspace, code: result.error.code }, result.error.message);
      else log.info({ workspace: result.workspace, ...result.committed }, 'scheduled ingest committed');
    }
    return results.some((result) => 'error' in result) ? 'committed in part' : 'committed';
  } catch (error) {
    if (stop.aborted) return null;
    if (isCodedError(error, 'STORE_BUSY')) {
      log.warn({ code: error.code }, `${error.message}: tried again at the next turn`);
      return 'busy';
    }
    logError(log, error);
    return 'failed';
  }
}
