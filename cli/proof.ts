/**
 * Proofs with where each of their facts was seen.
 */
import { confidenceOf, type EdgeFact, type FactId, factId, type Occurrence, type Source } from '../graph/fact.ts';
import { printInstant } from '../queries/instant.ts';
import type { Grantpath, Proof } from '../queries/port.ts';
import { factsOfProof, lastBegun } from '../queries/since.ts';
import type { Io } from './command.ts';
import { printLine, printTable } from './print.ts';

/** Facts by id, read at once for all proofs of an answer. */
export type FactsById = ReadonlyMap<FactId, Occurrence<EdgeFact>>;

export async function readFacts(grantpath: Grantpath, proofs: readonly Proof[], at: number): Promise<FactsById> {
  const ids = [...new Set(proofs.flatMap(({ steps }) => steps.flatMap(({ fact }) => fact ?? [])))];
  const facts = await grantpath.edgeFacts(ids, at);
  return new Map(ids.flatMap((id, index) => (facts[index] == null ? [] : [[id, facts[index]] as const])));
}

export function proofJson(proof: Proof, facts: FactsById): Record<string, unknown> {
  const { text, steps } = proof;
  const since = lastBegunOf(proof, facts);
  return {
    text,
    since: since && { at: printInstant(since.validFrom), fact: factId(since.fact) },
    steps: steps.map(({ fact, ...step }) => {
      const source = newestSource(fact, facts);
      const confidence = fact === null ? null : confidenceOf(facts.get(fact)?.fact);
      return { ...step, fact, confidence, source: source === null ? null : { ...source, fetchedAt: printInstant(source.fetchedAt) } };
    }),
  };
}

export function printProof(io: Io, title: string, proof: Proof, facts: FactsById): void {
  const { steps } = proof;
  const rows = steps.map(({ from, edge, to, fact, rule }) => {
    const source = newestSource(fact, facts);
    const confidence = fact === null ? null : confidenceOf(facts.get(fact)?.fact);
    const because = source === null ? (rule ?? '') : `${source.endpoint}, ${printInstant(source.fetchedAt)}`;
    return [from, edge, to, confidence === null ? because : `${because}, ${confidence}`];
  });
  printTable(io, title, ['From', 'Step', 'To', 'Seen at, or rule'], rows);
  const since = lastBegunOf(proof, facts);
  const step = since && steps.find(({ fact }) => fact === factId(since.fact));
  if (since && step) printLine(io, `since ${printInstant(since.validFrom)}, by ${step.from} ${step.edge} ${step.to}`);
}

/** The fact of the proof that began last. */
function lastBegunOf(proof: Proof, facts: FactsById): Occurrence<EdgeFact> | null {
  return lastBegun(factsOfProof(proof).map((id) => facts.get(id) ?? null));
}

function newestSource(id: FactId | null, facts: FactsById): Source | null {
  const sources = id === null ? [] : (facts.get(id)?.sources ?? []);
  return sources.reduce<Source | null>(
    (newest, source) => (newest === null || source.fetchedAt > newest.fetchedAt ? source : newest),
    null,
  );
}
