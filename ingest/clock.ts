/**
 * Time as a value that is handed in, so that tests of waits take no time.
 */
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(durationMs: number): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  sleep: async (durationMs) => {
    await delay(durationMs);
  },
};
