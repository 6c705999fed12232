/**
 * One node by reference, also where nothing but the reference says that it exists: a branch, and `anonymous:`.
 */
import { invariant } from '../graph/errors.ts';
import type { NodeFact, Ref } from '../graph/fact.ts';
import type { Moment } from './moment.ts';
import type { NamedNode } from './port.ts';
import { type ReferenceStore, resolveReference, unobservedBranch } from './reference.ts';

/** Before the first snapshot nothing answers to a reference. */
const NOTHING: ReferenceStore = { readNodesByRef: () => [], suggestRefs: () => [], findNodes: () => [] };

/** `moment` is null before the first snapshot. Errors: the reference errors. */
export function readNode(moment: Moment | null, ref: Ref): { named: NamedNode; fact: NodeFact } {
  const { fact, kind, key, branch } = resolveReference(moment?.store ?? NOTHING, ref, moment?.info.at ?? 0);
  if (moment !== null && fact !== null) return { named: moment.names.name(fact), fact };
  const unobserved: NodeFact =
    moment !== null && branch !== null
      ? unobservedBranch({ key, ref: moment.names.ref(key) }, branch)
      : { type: 'node', kind, key, ref: key, name: '', aliases: [], props: {} };
  const named = moment?.names.read([unobserved.key])[0] ?? { key, ref: key, kind, name: 'anonymous' };
  invariant(named.key === unobserved.key, 'a node is named by its own key');
  return { named, fact: unobserved };
}
