/**
 * One node by reference, also where nothing but the reference says that it exists: a branch, and `anonymous:`.
 */
import { invariant } from '../graph/errors.ts';
import type { NodeFact, Ref } from '../graph/fact.ts';
import type { Moment } from './moment.ts';
import type { NamedNode } from './port.ts';
import { type ReferenceStore, resolveReference, unobservedBranch } from './reference.ts';

/** Before the first snapshot nothing answers to a reference. */
const NOTHING: ReferenceStore = { readNodesByRefs: async () => new Map(), suggestRefs: async () => [], findNodes: async () => [] };

/** `moment` is null before the first snapshot. Errors: the reference errors. */
export async function readNode(moment: Moment | null, ref: Ref): Promise<{ named: NamedNode; fact: NodeFact }> {
  const { fact, kind, key, branch } = await resolveReference(moment?.store ?? NOTHING, ref, moment?.info.at ?? 0);
  if (moment === null) return { named: { key, ref: key, kind, name: 'anonymous' }, fact: unobservedNode(kind, key) };
  if (fact !== null) {
    const [named] = await moment.names.nameFacts([fact]);
    invariant(named, 'a fact has a name');
    return { named, fact };
  }
  const unobserved =
    branch === null ? unobservedNode(kind, key) : unobservedBranch({ key, ref: (await moment.names.read([key])).ref(key) }, branch);
  const named = (await moment.names.read([unobserved.key])).named(unobserved.key);
  invariant(named !== null, 'what need not be observed has a name');
  return { named, fact: unobserved };
}

function unobservedNode(kind: NodeFact['kind'], key: NodeFact['key']): NodeFact {
  return { type: 'node', kind, key, ref: key, name: '', aliases: [], props: {} };
}
