/**
 * What holds of a fact that several statements tell differently.
 *
 * The statement that speaks is the one opened last. Of a node the properties are put together over connectors: each connector
 * has one word, and a property that one of them does not name is not thereby denied.
 */
import type { Fact, NodeFact } from '../fact.ts';

export interface Spoken<F extends Fact> {
  readonly fact: F;
  readonly connector: string;
}

/** `statements` hold at one instant, at least one, in the order of opening, those of one instant in the order in which their scopes became known. */
export function spokenFact<F extends Fact>(statements: readonly Spoken<F>[]): F {
  const speaker = statements.at(-1) as Spoken<F>;
  if (speaker.fact.type !== 'node' || statements.every(({ connector }) => connector === speaker.connector)) return speaker.fact;
  const word = new Map<string, NodeFact>();
  for (const { fact, connector } of statements) {
    // At the end of the order again: a map keeps the first place of a key.
    word.delete(connector);
    word.set(connector, fact as NodeFact);
  }
  return { ...speaker.fact, props: Object.assign({}, ...[...word.values()].map(({ props }) => props)) };
}
