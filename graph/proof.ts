/**
 * A proof as people and tools see it: the witness as steps, each resting on an observed fact or on a row of a table.
 *
 * The path form is identity -> (groups) -> permission -> resource -> action. Steps speak in keys; `proofText` puts names in.
 */
import type { Link, Question, Witness } from './decision.ts';
import { edgeId, type FactId, type NodeKey } from './fact.ts';
import type { RowId } from './model/row.ts';

export interface Step {
  readonly from: NodeKey;
  readonly edge: string;
  readonly to: NodeKey;
  /** The observed fact that the step is, null for a derived step. */
  readonly fact: FactId | null;
  /** The row that derives the step, null for an observed one. */
  readonly rule: RowId | null;
}

/** The observed facts of a witness in the order of its steps, each once. */
export function witnessLinks(witness: Witness): Link[] {
  return [...new Map(allLinks(witness).map((link) => [linkId(link), link])).values()];
}

/** The links of all chains; one that two chains share occurs in both. */
function allLinks({ level, scopes, exemptions }: Witness): Link[] {
  return [...level, ...scopes, ...exemptions.flatMap(({ chain }) => chain)];
}

/** The parts of an edge that make its id, without the rest of it. */
export function linkOf({ from, kind, word, to }: Link): Link {
  return { from, kind, word, to };
}

export function linkId(link: Link): FactId {
  return edgeId(link.from, link.kind, link.word, link.to);
}

/** Orders witnesses: fewer facts first, then by the ids of their facts, step by step; the same facts by how their chains run. */
export function compareWitnesses(a: Witness, b: Witness): number {
  return compareLinks(witnessLinks(a), witnessLinks(b)) || compareLinks(allLinks(a), allLinks(b));
}

function compareLinks(a: readonly Link[], b: readonly Link[]): number {
  const [left, right] = [a.map(linkId), b.map(linkId)];
  if (left.length !== right.length) return left.length - right.length;
  for (const [at, id] of left.entries()) {
    const other = right[at] as FactId;
    if (id !== other) return id < other ? -1 : 1;
  }
  return 0;
}

/** The key of the derived permission node: a level on a resource. */
export function permissionKey(level: string, resource: NodeKey): NodeKey {
  return `permission:${level}@${resource}`;
}

/** The witness as steps. `needed` is the level that the action needs on the resource that the level chain ends at. */
export function proofSteps(question: Question, witness: Witness, needed: string): Step[] {
  const steps: Step[] = [];
  const observed = (link: Link, to = link.to) => steps.push({ from: link.from, edge: link.kind, to, fact: linkId(link), rule: null });
  const derived = (from: NodeKey, edge: string, to: NodeKey, rule: RowId) => steps.push({ from, edge, to, fact: null, rule });
  let at = question.identity;
  let resource = at;
  for (const link of witness.level) {
    if (link.kind === 'HOLDS' || link.kind === 'REPORTED') {
      if (link.from !== at) derived(at, 'MEMBER_OF', link.from, 'node-kinds/Anonymous');
      at = permissionKey(link.word, link.to);
      resource = link.to;
      observed(link, at);
    } else if (link.kind === 'CONTAINS') {
      const inherited = permissionKey(needed, link.to);
      steps.push({ from: at, edge: 'IMPLIES', to: inherited, fact: linkId(link), rule: 'levels/inherit' });
      at = inherited;
      resource = link.to;
    } else {
      observed(link);
      at = link.to;
    }
  }
  const last = permissionKey(needed, resource);
  if (at !== last) derived(at, 'IMPLIES', last, 'levels/implies');
  derived(last, 'ON', resource, 'levels/on');
  for (const scope of witness.scopes) observed(scope);
  for (const { chain } of witness.exemptions) for (const link of chain) observed(link);
  return steps;
}

/** The facts of a proof in the notation, with names for keys. It can be read back as facts. */
export function proofText(witness: Witness, nameOf: (key: NodeKey) => string): string {
  return witnessLinks(witness)
    .map(({ from, kind, word, to }) => `${nameOf(from)} ${kind} ${word === '' ? '' : `${word} ON `}${nameOf(to)}`)
    .join(', ');
}
