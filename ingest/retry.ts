/**
 * When to try again: capped exponential backoff with jitter, and the server's own wish (`Retry-After`).
 */

export interface RetryPolicy {
  /** Attempts of one call in all, the first included. */
  readonly attemptsMax: number;
  readonly firstDelayMs: number;
  readonly delayMaxMs: number;
}

/** Six attempts wait about half a minute in all: longer than a deployment of the upstream hiccups, shorter than a person waits. */
export const RETRY_POLICY: RetryPolicy = { attemptsMax: 6, firstDelayMs: 500, delayMaxMs: 30_000 };

/** The wait before attempt `attempt + 1`. Half of it is fixed and half is random, so that parallel calls spread. `random` is in 0..1. */
export function backoffMs(attempt: number, policy: RetryPolicy, random: number): number {
  const full = Math.min(policy.delayMaxMs, policy.firstDelayMs * 2 ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

/**
 * What a `Retry-After` header asks for, seconds or a date. Null where there is none that can be read. A date is of the server's
 * clock, so it counts from the server's own time, its `Date` header; from `now` only where that says nothing.
 */
export function retryAfterMs(
  { retryAfter, date }: { retryAfter: string | undefined; date?: string | undefined },
  now: number,
): number | null {
  if (retryAfter === undefined) return null;
  if (/^\s*\d{1,9}(\.\d+)?\s*$/.test(retryAfter)) return Math.round(Number(retryAfter) * 1000);
  const [until, sentAt] = [Date.parse(retryAfter), Date.parse(date ?? '')];
  return Number.isNaN(until) ? null : Math.max(0, until - (Number.isNaN(sentAt) ? now : sentAt));
}

/** Statuses that may turn out differently on another attempt. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}
