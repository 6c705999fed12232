/**
 * Decisions, proofs, gaps and facts. What tells reads names, so it waits, no longer than the request may take; nodes that a proof
 * or gap names, and facts with their sources, are read through loaders.
 */
import { isCodedError } from '../../graph/errors.ts';
import {
  confidenceOf,
  decodeKeyPart,
  type EdgeFact,
  type FactId,
  factId,
  type NodeKey,
  type Occurrence,
  type Ref,
  refPath,
  refWord,
  type Source,
} from '../../graph/fact.ts';
import type { EdgeKind } from '../../graph/model/edge-kinds.ts';
import { kindsOfRefWord, NODE_KINDS, type NodeKind } from '../../graph/model/node-kinds.ts';
import type { NamedNode, Proof } from '../../queries/port.ts';
import { factsOfProof, lastBegun } from '../../queries/since.ts';
import { type Context, type FactParent, type NodeRefParent, type ShownEdgeKind, type SinceParent, timeOf } from '../context.ts';
import { within } from '../deadline.ts';
import type {
  ConditionResolvers,
  DecisionResolvers,
  DenialResolvers,
  FactResolvers,
  GapResolvers,
  NodeRefResolvers,
  PathResolvers,
  ProofResolvers,
  SinceResolvers,
  StepResolvers,
} from '../generated.ts';

export const DECISION: DecisionResolvers = {
  verdict: ({ answer }) => answer.verdict,
  reason: ({ answer }, _, { signal }) => within(signal, () => answer.reason()),
  async proofs({ answer, at }, { first, offset }, { signal }) {
    const proofs = await within(signal, () => answer.proofs(first ?? 20, offset ?? 0));
    return proofs.map((proof) => ({ proof, at }));
  },
  async denials({ answer, at }, _, { signal }) {
    const denials = await within(signal, () => answer.denials());
    return denials.map((denial) => ({ denial, at }));
  },
  async conditions({ answer, at }, _, { signal }) {
    const conditions = await within(signal, () => answer.conditions());
    return conditions.map((condition) => ({ condition, at }));
  },
  assumptions: ({ answer }) => [...answer.assumptions],
  async gaps({ answer, at }, _, { signal }) {
    const gaps = await within(signal, () => answer.gaps());
    return gaps.map((gap) => ({ gap, at }));
  },
  blindSpots: ({ answer }) => [...answer.blindSpots],
  snapshot: ({ answer }) => answer.snapshot,
};

export const PROOF: ProofResolvers = {
  text: ({ proof }) => proof.text,
  steps: ({ proof, at }) => proof.steps.map((step) => ({ step, at })),
  since: ({ proof, at }, _, context) => readSince(proof, at, context),
};

export const SINCE: SinceResolvers = { at: ({ at }) => at, fact: ({ fact }) => fact };

export const PATH: PathResolvers = {
  action: ({ path }) => path.action,
  text: ({ path }) => path.text,
  steps: ({ path, at }) => path.steps.map((step) => ({ step, at })),
  since: ({ path, at }, _, context) => readSince(path, at, context),
};

export const STEP: StepResolvers = {
  from: ({ step, at }) => ({ ref: step.from, at }),
  edge: ({ step }) => step.edge as ShownEdgeKind,
  to: ({ step, at }) => ({ ref: step.to, at }),
  fact: ({ step, at }) => (step.fact === null ? null : { id: step.fact, at }),
  source: ({ step, at }, _, context) => (step.fact === null ? null : readOccurrence({ id: step.fact, at }, context, newestSource)),
  rule: ({ step }) => step.rule,
};

export const DENIAL: DenialResolvers = {
  kind: ({ denial }) => denial.kind,
  text: ({ denial }) => denial.text,
  held: ({ denial }) => denial.held,
  needed: ({ denial }) => denial.needed,
  proof: ({ denial, at }) => (denial.proof === null ? null : { proof: denial.proof, at }),
  restrictions: ({ denial, at }) => denial.restrictions.map((ref) => ({ ref, at })),
};

export const CONDITION: ConditionResolvers = {
  text: ({ condition }) => condition.text,
  restriction: ({ condition }) => condition.restriction,
  value: ({ condition }) => condition.value,
  rules: ({ condition, at }) => condition.rules.map((ref) => ({ ref, at })),
  certain: ({ condition }) => condition.certain,
};

export const GAP: GapResolvers = {
  id: ({ gap }) => gap.id,
  reason: ({ gap }) => gap.reason,
  hides: ({ gap }) => gap.hides,
  scope: ({ gap, ...time }) => ({ ref: gap.scope, ...timeOf(time) }),
  subject: ({ gap, ...time }) => (gap.subject === null ? null : { ref: gap.subject, ...timeOf(time) }),
  detail: ({ gap }) => gap.detail,
  text: ({ gap }) => gap.text,
};

export const NODE_REF: NodeRefResolvers = {
  ref: (parent, _, context) => parent.ref ?? readNamed(parent, context).then((named) => named?.ref ?? parent.key),
  kind(parent, _, context) {
    const kinds = kindsOfRefWord(refWord(parent.ref ?? parent.key));
    return kinds.length === 1 ? (kinds[0] as NodeKind) : readNamed(parent, context).then((named) => named?.kind ?? (kinds[0] as NodeKind));
  },
  name: (parent, _, context) =>
    parent.ref !== undefined && isPermission(parent.ref)
      ? refPath(parent.ref)
      : readNamed(parent, context).then((named) => named?.name ?? refPath(parent.ref ?? parent.key)),
  node: (parent, _, context) => readNamed(parent, context).then((named) => named && { ...named, ...timeOf(parent) }),
};

export const FACT: FactResolvers = {
  id: ({ id }) => id,
  kind: ({ id }) => partsOf(id).kind,
  from: ({ id, at }) => ({ key: partsOf(id).from, at }),
  to: ({ id, at }) => ({ key: partsOf(id).to, at }),
  word: ({ id }) => partsOf(id).word,
  validFrom: (fact, _, context) => readOccurrence(fact, context, (occurrence) => occurrence?.validFrom ?? null),
  validTo: (fact, _, context) => readOccurrence(fact, context, (occurrence) => occurrence?.validTo ?? null),
  confidence: (fact, _, context) => readOccurrence(fact, context, (occurrence) => confidenceOf(occurrence?.fact)),
  stale: (fact, _, context) => readOccurrence(fact, context, (occurrence) => occurrence?.stale ?? null),
  source: (fact, _, context) => readOccurrence(fact, context, newestSource),
  sources: (fact, _, context) => readOccurrence(fact, context, (occurrence) => [...(occurrence?.sources ?? [])]),
};

/** By the loader, so that the facts of many proofs are read together. */
async function readSince(proof: Proof, at: number, { loaders }: Context): Promise<SinceParent | null> {
  const last = lastBegun(await Promise.all(factsOfProof(proof).map((id) => loaders(at).facts.load(id))));
  return last && { at: last.validFrom, fact: { id: factId(last.fact), at, occurrence: last } };
}

/** Waits only where the fact was not read with its connection. */
function readOccurrence<T>(
  { id, at, occurrence }: FactParent,
  { loaders }: Context,
  pick: (occurrence: Occurrence<EdgeFact> | null) => T,
): T | Promise<T> {
  return occurrence === undefined ? loaders(at).facts.load(id).then(pick) : pick(occurrence);
}

function newestSource(occurrence: Occurrence<EdgeFact> | null): Source | null {
  const sources = occurrence?.sources ?? [];
  return sources.reduce<Source | null>(
    (newest, source) => (newest === null || source.fetchedAt > newest.fetchedAt ? source : newest),
    null,
  );
}

/** The id of a fact is its content: keys hold no blanks. */
function partsOf(id: FactId): { from: NodeKey; kind: EdgeKind; word: string | null; to: NodeKey } {
  const [from = '', kind = '', ...rest] = id.split(' ');
  const to = rest.at(-1) ?? '';
  return { from, kind: kind as EdgeKind, word: decodedWord(rest.length > 1 ? (rest[0] ?? '') : ''), to };
}

/** The qualifier that an id of an edge has, as people write it; null for none. */
export function decodedWord(word: string): string | null {
  return word === '' ? null : decodeKeyPart(word);
}

/** The node that a reference or key names; null for a permission, and for a branch that is only a name. */
async function readNamed({ ref, key, at }: NodeRefParent, { loaders }: Context): Promise<NamedNode | null> {
  if (ref === undefined) return loaders(at).names.load(key);
  if (isPermission(ref)) return null;
  try {
    return await loaders(at).references.load(ref);
  } catch (error) {
    if (isCodedError(error, 'REFERENCE_UNKNOWN')) return null;
    throw error;
  }
}

function isPermission(ref: Ref): boolean {
  return refWord(ref) === NODE_KINDS.Permission.ref;
}
