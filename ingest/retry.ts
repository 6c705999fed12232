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

/** What a `Retry-After` header asks for, seconds or a date, from `now` on. Null where there is none that can be read. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\s*\d{1,9}(\.\d+)?\s*$/.test(header)) return Math.round(Number(header) * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** Statuses that may turn out differently on another attempt. */
export function isTransientStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}
