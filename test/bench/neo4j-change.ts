/**
 * A run of the synthetic organisation in which some facts changed: grants that have another level than before.
 */
import type { StatedFact } from '../../graph/fact.ts';
import type { RunCommit } from '../../graph/store/port.ts';
import type { OrgColumns } from './columns.ts';
import { edgeCommit } from './facts.ts';

/** A grant of another level is two: one is closed and one is opened. */
export const CHANGED_FACTS = 1_000;

/** Facts of scopes, before and after the change. */
export type ChangedScopes = ReadonlyMap<string, { readonly before: readonly StatedFact[]; readonly after: readonly StatedFact[] }>;

/** One grant of each of some resources, spread over all that have any. */
export function changedScopes(columns: OrgColumns): ChangedScopes {
  const wanted = CHANGED_FACTS / 2;
  const changed = new Map<string, { before: StatedFact[]; after: StatedFact[] }>();
  const { facts, scopes } = edgeCommit(columns);
  const granting = [...scopes.keys()].filter((scope) => scope.startsWith('HOLDS '));
  // More than are needed: where a holder has every level nothing can change.
  const step = Math.max(1, Math.floor(granting.length / (wanted * 2)));
  const looked = new Set(granting.filter((_, at) => at % step === 0));
  const ofScope = new Map<string, StatedFact[]>();
  for (const stated of facts) {
    if (!looked.has(stated.scope)) continue;
    const before = ofScope.get(stated.scope);
    if (before === undefined) ofScope.set(stated.scope, [stated]);
    else before.push(stated);
  }
  for (const [scope, before] of ofScope) {
    const after = changed.size < wanted ? withOtherLevel(before) : null;
    if (after !== null) changed.set(scope, { before, after });
  }
  if (changed.size < wanted) throw new Error(`an organisation for this bench has ${wanted} resources with grants, got ${changed.size}`);
  return changed;
}

/** null where no grant of the scope can have another level without being one that is there. */
function withOtherLevel(before: readonly StatedFact[]): StatedFact[] | null {
  const names = before.map(({ fact }) => (fact.type === 'edge' ? `${fact.from} ${fact.word}` : ''));
  for (const [at, stated] of before.entries()) {
    const { fact } = stated;
    if (fact.type !== 'edge' || names.indexOf(names[at]!) !== names.lastIndexOf(names[at]!)) continue;
    const word = ['read', 'write', 'admin'].find((level) => !names.includes(`${fact.from} ${level}`));
    if (word !== undefined) return before.with(at, { ...stated, fact: { ...fact, word } });
  }
  return null;
}

/** The commit with or without the change; of everything, or of the changed scopes alone. */
export function withChanges(
  commit: RunCommit,
  changed: ChangedScopes,
  { isChanged, isWhole }: { readonly isChanged: boolean; readonly isWhole: boolean },
): RunCommit {
  function* changedFacts(): Iterable<StatedFact> {
    for (const { before, after } of changed.values()) yield* isChanged ? after : before;
  }
  function* allFacts(): Iterable<StatedFact> {
    yield* changedFacts();
    for (const stated of commit.facts) if (!changed.has(stated.scope)) yield stated;
  }
  if (isWhole) return { ...commit, facts: allFacts(), closeUnlisted: true };
  return { ...commit, facts: changedFacts(), scopes: new Map([...changed.keys()].map((scope) => [scope, 'complete'])) };
}
