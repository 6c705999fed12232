/** What became of scopes in runs, as stores that last keep it. */
import type { ScopeOutcome } from './port.ts';

/** `implied` is for nodes that the store states itself. */
export const OUTCOMES = { unread: 0, complete: 1, gone: 2, implied: 3 } as const;

/** A scope by its readings: the outcome of the last one, and when one read it to its end and one found it gone, 0 for never. */
export interface ReadScope {
  readonly name: string;
  readonly outcome: number | null;
  readonly readAt: number;
  readonly goneAt: number;
}

/** Those that the connector knows of. What was read before a scope was gone counts no more. */
export function scopesLeft(scopes: readonly ReadScope[]): Map<string, { outcome: ScopeOutcome; readAt: number }> {
  const known = scopes.filter(({ outcome }) => outcome === OUTCOMES.unread || outcome === OUTCOMES.complete);
  return new Map(
    known.map(({ name, outcome, readAt, goneAt }) => [
      name,
      { outcome: outcome === OUTCOMES.complete ? 'complete' : 'unread', readAt: readAt > goneAt ? readAt : 0 },
    ]),
  );
}
