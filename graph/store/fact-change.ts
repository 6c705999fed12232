/**
 * How facts differ between two instants, out of what holds at each.
 */
import { contentText, type FactId, factId, type NodeKey, type Occurrence } from '../fact.ts';
import type { FactChange } from './port.ts';

/** The id of the fact after the change; of one that vanished, before it. */
export function changeId({ before, after }: FactChange): FactId {
  return factId((after ?? (before as Occurrence)).fact);
}

/** What appeared, vanished or differs in content or staleness, ordered by id. When it began, and where it was seen, is no difference. */
export function changesBetween(before: Iterable<Occurrence>, after: Iterable<Occurrence>): FactChange[] {
  const sides = new Map<NodeKey | FactId, { before: Occurrence | null; after: Occurrence | null }>();
  for (const occurrence of before) sides.set(sameness(occurrence), { before: occurrence, after: null });
  for (const occurrence of after)
    sides.set(sameness(occurrence), { before: sides.get(sameness(occurrence))?.before ?? null, after: occurrence });
  const changes = [...sides.values()].filter(isChange).map((change) => ({ id: changeId(change), change }));
  return changes.sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ change }) => change);
}

function isChange({ before, after }: FactChange): boolean {
  if (before === null || after === null) return before !== after;
  return before.stale !== after.stale || contentText(before.fact) !== contentText(after.fact);
}

/** A node is the same one though its kind, which is part of the id, may change. */
function sameness({ fact }: Occurrence): NodeKey | FactId {
  return fact.type === 'node' ? fact.key : factId(fact);
}

/** Where a fact that may have changed stands in the order of ids. Of a node nothing is known but the key, as its kind may change. */
export interface Candidate {
  readonly place: string;
}

/** A node by its key, a gap by what it is about, an edge by its id. */
export type Touched = Candidate & { readonly type: 'node' | 'edge' | 'gap'; readonly key: NodeKey | FactId };

/** Scopes whose last reading failed at one of the instants, and not the same one at both. Given when it failed, by scope. */
export function turnedScopes(before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((scope) => before.get(scope) !== after.get(scope));
}

/** What every id of a node begins with. No id of another fact lies between two that do. */
export function placeOfNode(key: NodeKey): string {
  return `${key} IS`;
}

/** Candidates in the order of ids from a position on; the first may be the node that the position is of. */
export function candidatesAfter<C extends Candidate>(candidates: readonly C[], after: FactId): C[] {
  const rest = candidates.filter(({ place }) => place > after || after.startsWith(`${place} `));
  return rest.sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
}

/** Changes of the candidates alone. With a gap all gaps about its node are read; those that are candidates too have their own turn. */
export function changesAmong(candidates: readonly Candidate[], changes: readonly FactChange[]): FactChange[] {
  const places = new Set(candidates.map(({ place }) => place));
  return changes.filter((change) => (change.after ?? change.before)?.fact.type !== 'gap' || places.has(changeId(change)));
}
