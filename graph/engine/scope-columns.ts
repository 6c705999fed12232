/**
 * Scopes of credentials as interned sets: tokens are many, the sets of scopes that they have are few.
 */
import type { EdgeList } from './compile.ts';

export interface ScopeColumns {
  /** By node: the set, 0 for no scopes. No entries where nobody has any. */
  readonly scopeSet: Int32Array;
  /** Rows of sets; values are `slot << 1 | stale`, ascending. Row 0 is empty. */
  readonly scopeSetOff: Int32Array;
  readonly scopeSetVal: Int32Array;
  /** The node of each scope slot, ascending. */
  readonly scopeNode: Int32Array;
}

export function compileScopes(nodes: number, { from, to, stale }: EdgeList): ScopeColumns {
  const empty = new Int32Array(0);
  if (from.length === 0) return { scopeSet: empty, scopeSetOff: new Int32Array(2), scopeSetVal: empty, scopeNode: empty };
  const scopeNode = Int32Array.from(new Set(to)).sort();
  const slotOf = new Map(Array.from(scopeNode, (node, slot) => [node, slot]));
  const scopeSet = new Int32Array(nodes);
  const sets: number[][] = [[]];
  // A set and one more member are a set: the steps are few, so each is looked up once in a small map.
  const steps = new Map<number, number>();
  const setOf = new Map<string, number>([['', 0]]);
  const width = scopeNode.length * 2;
  const slots = new Int32Array(from.length);
  let lastNode = -1;
  let lastSlot = 0;
  for (let i = 0; i < from.length; i++) {
    if (to[i] !== lastNode) [lastNode, lastSlot] = [to[i]!, slotOf.get(to[i]!)!];
    slots[i] = (lastSlot << 1) | stale[i]!;
  }
  for (let i = 0; i < from.length; i++) {
    const before = scopeSet[from[i]!]!;
    const step = before * width + slots[i]!;
    let after = steps.get(step);
    if (after === undefined) {
      const members = [...new Set([...sets[before]!, slots[i]!])].sort((a, b) => a - b);
      const name = members.join();
      after = setOf.get(name);
      if (after === undefined) {
        after = sets.push(members) - 1;
        setOf.set(name, after);
      }
      steps.set(step, after);
    }
    scopeSet[from[i]!] = after;
  }
  const scopeSetOff = new Int32Array(sets.length + 1);
  for (const [set, members] of sets.entries()) scopeSetOff[set + 1] = scopeSetOff[set]! + members.length;
  return { scopeSet, scopeSetOff, scopeSetVal: Int32Array.from(sets.flat()), scopeNode };
}
