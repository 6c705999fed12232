/**
 * Long lists look now and then whether they are still wanted.
 */
import { CodedError } from '../errors.ts';

/** Errors: TIMEOUT. */
export function stopIf(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CodedError('TIMEOUT', 'a list was stopped before its end');
}
