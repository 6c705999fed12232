/**
 * From when a proof holds: as long as all of its facts do, so since the last of them began.
 *
 * What a rule derives has no beginning of its own.
 */
import type { EdgeFact, Occurrence } from '../graph/fact.ts';
import type { Proof } from './port.ts';

/** The observed facts of a proof by id, each once, in the order of its steps. */
export function factsOfProof({ steps }: Pick<Proof, 'steps'>): string[] {
  return [...new Set(steps.flatMap(({ fact }) => fact ?? []))];
}

/** The occurrence that began last; of several the first given. null for none. */
export function lastBegun(occurrences: readonly (Occurrence<EdgeFact> | null)[]): Occurrence<EdgeFact> | null {
  return occurrences.reduce<Occurrence<EdgeFact> | null>(
    (last, each) => (each !== null && (last === null || each.validFrom > last.validFrom) ? each : last),
    null,
  );
}
