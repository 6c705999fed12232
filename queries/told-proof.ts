/**
 * Witnesses as answers show them: steps and text in references.
 */
import type { Question, Witness } from '../graph/decision.ts';
import type { NodeKey } from '../graph/fact.ts';
import { proofSteps, proofText, witnessLinks } from '../graph/proof.ts';
import type { ReadNames } from './names.ts';
import type { Proof, ProofStep } from './port.ts';

/** The keys that telling the witness, or its grant, speaks of. */
export function keysOfWitness(witness: Witness): NodeKey[] {
  return witnessLinks(witness).flatMap(({ from, to }) => [from, to]);
}

/** The resource that the level chain ends at. */
export function provenResource(witness: Witness, fallback: NodeKey): NodeKey {
  return witness.level.findLast(({ kind }) => kind === 'HOLDS' || kind === 'REPORTED' || kind === 'CONTAINS')?.to ?? fallback;
}

/** `needed`: the level that the proof establishes on the resource that its level chain ends at. */
export function tellProof(question: Question, witness: Witness, needed: string, names: ReadNames): Proof {
  const steps = proofSteps(question, witness, needed);
  const told = steps.map(({ from, edge, to, fact, rule }): ProofStep => ({ from: names.ref(from), edge, to: names.ref(to), fact, rule }));
  return { text: proofText(witness, (key) => names.ref(key)), steps: told };
}

/** The grant in words: `user:evan holds write on project:acme/WEB through group:acme/developers`. */
export function tellGrant(identity: NodeKey, witness: Witness, needed: string, names: ReadNames): string {
  const grant = witness.level.find(({ kind }) => kind === 'HOLDS' || kind === 'REPORTED');
  if (grant === undefined) return `${names.ref(identity)} holds nothing`;
  const owner = witness.level.find(({ kind }) => kind === 'ACTS_AS')?.to ?? null;
  const actor = owner === null ? names.ref(identity) : `${names.ref(identity)} acts as ${names.ref(owner)}, who`;
  const holder = grant.from === (owner ?? identity) ? '' : ` through ${names.ref(grant.from)}`;
  const resource = provenResource(witness, grant.to);
  const inherited = resource === grant.to ? '' : `, which gives ${needed} on ${names.ref(resource)}`;
  const holds = grant.kind === 'REPORTED' ? 'is reported by Bitbucket to hold' : 'holds';
  return `${actor} ${holds} ${grant.word} on ${names.ref(grant.to)}${holder}${inherited}`;
}
