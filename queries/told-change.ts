/**
 * Changes of facts in words: what they are changes of, what differs, when.
 */
import type { Fact, NodeKey, Occurrence, Ref, Scalar } from '../graph/fact.ts';
import { type ChangeKind, changeKindOfEdge, changeKindOfNode } from '../graph/model/change-kinds.ts';
import { isInstantName } from '../graph/model/node-props.ts';
import { printEdge, printNode } from '../graph/notation.ts';
import { changeId } from '../graph/store/fact-change.ts';
import type { FactChange } from '../graph/store/port.ts';
import { gapPhrase, keysOfGap } from './gap-text.ts';
import { printInstant } from './instant.ts';
import type { ReadNames } from './names.ts';
import type { Change, Difference, Turn } from './port.ts';

/** The side that a change is told of: after it, or before it vanished. */
export function toldSide({ before, after }: FactChange): Occurrence {
  return after ?? (before as Occurrence);
}

export function turnOf({ before, after }: FactChange): Turn {
  return before === null ? 'appeared' : after === null ? 'vanished' : 'changed';
}

export function changeKindOf(change: FactChange): ChangeKind {
  const { fact } = toldSide(change);
  if (fact.type === 'gap') return 'gaps';
  return fact.type === 'edge' ? changeKindOfEdge(fact.kind) : changeKindOfNode(fact.kind, turnOf(change) === 'changed');
}

/** The keys that telling the fact speaks of. */
export function keysOfFact(fact: Fact): NodeKey[] {
  if (fact.type === 'gap') return keysOfGap(fact);
  return fact.type === 'edge' ? [fact.from, fact.to] : [fact.key];
}

/** `names` are those of the told side, which holds at the snapshot of `heldAt`. */
export function tellChange(change: FactChange, { names, heldAt }: { readonly names: ReadNames; readonly heldAt: number }): Change {
  const { before, after } = change;
  const side = toldSide(change);
  const turn = turnOf(change);
  const differences = before === null || after === null ? [] : differencesOf(before, after);
  const [from = '', to = null] = keysOfFact(side.fact).map((key) => names.ref(key));
  const isOnlyStale = differences.length === 1 && differences[0]?.name === 'stale';
  return {
    id: changeId(change),
    turn,
    kind: changeKindOf(change),
    text:
      turn === 'changed'
        ? `${tellFact(bare(side.fact), names)}: ${differences.map(tellDifference).join(', ')}`
        : tellFact(side.fact, names),
    from,
    to,
    differences,
    at: isOnlyStale ? null : turn === 'vanished' ? side.validTo : side.validFrom,
    heldAt,
    before,
    after,
  };
}

/** A fact in the notation, in references; a gap in a sentence. */
export function tellFact(fact: Fact, names: ReadNames): string {
  const refOf = (key: NodeKey): Ref => names.ref(key);
  if (fact.type === 'gap') return gapPhrase(fact, refOf);
  if (fact.type === 'edge') return printEdge({ ...fact, from: refOf(fact.from), to: refOf(fact.to) });
  const ref = refOf(fact.key);
  return printNode({ ...fact, key: ref, ref, aliases: [] });
}

/** The fact without what may differ. */
function bare(fact: Fact): Fact {
  if (fact.type === 'gap') return fact;
  return fact.type === 'edge' ? { ...fact, props: {} } : { ...fact, props: {}, name: '' };
}

type Value = Scalar | readonly string[];

function differencesOf(before: Occurrence, after: Occurrence): Difference[] {
  const [left, right] = [contentOf(before), contentOf(after)];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((name) => {
    const difference = { name, before: left[name] ?? null, after: right[name] ?? null };
    return JSON.stringify(difference.before) === JSON.stringify(difference.after) ? [] : [difference];
  });
}

/** All that one occurrence may say otherwise than another of the same fact, by name. */
function contentOf({ fact, stale }: Occurrence): Record<string, Value> {
  if (fact.type === 'gap') return { detail: fact.detail };
  if (fact.type === 'edge') return { ...fact.props, stale };
  const { kind, ref, name, aliases, props } = fact;
  return { kind, ref, name, aliases: [...aliases].sort(), ...props, stale };
}

function tellDifference({ name, before, after }: Difference): string {
  return name === 'stale'
    ? after === true
      ? 'could not be read again'
      : 'was read again'
    : `${name} ${shownValue(name, before)} -> ${shownValue(name, after)}`;
}

function shownValue(name: string, value: Value): string {
  if (value === null || value === '') return 'nothing';
  if (isInstantName(name) && typeof value === 'number') return printInstant(value);
  return Array.isArray(value) ? `[${value.join(' ')}]` : String(value);
}
