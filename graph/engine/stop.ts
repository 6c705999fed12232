/**
 * Long lists look now and then whether they are still wanted.
 */
import { CodedError } from '../errors.ts';

/** One in so many positions looks: a power of two. */
const LOOK_EVERY = 4096;

/** Called with every position of a long loop. Errors: TIMEOUT. */
export function stopIf(signal: AbortSignal | undefined, position: number): void {
  if ((position & (LOOK_EVERY - 1)) === 0 && signal?.aborted) throw new CodedError('TIMEOUT', 'a list was stopped before its end');
}
