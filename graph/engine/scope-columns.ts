/**
 * Scopes of credentials as interned sets: tokens are many, the sets of scopes that they have are few.
 */
import { EDGE_KINDS } from '../model/edge-kinds.ts';
import type { EdgeRuns } from './edge-runs.ts';

/** Sets of which the steps to the next are kept in an array. */
const COMMON_SETS = 512;

export interface ScopeColumns {
  /** By node: the set, 0 for no scopes. No entries where nobody has any. */
  readonly scopeSet: Int32Array;
  /** Rows of sets; values are `slot << 1 | stale`, ascending. Row 0 is empty. */
  readonly scopeSetOff: Int32Array;
  readonly scopeSetVal: Int32Array;
  /** The node of each scope slot, ascending. */
  readonly scopeNode: Int32Array;
}

export function compileScopes(nodes: number, runs: EdgeRuns): ScopeColumns {
  const { start, key, count } = runs;
  const { from, to } = runs.edges;
  const empty = new Int32Array(0);
  const { scopeNode, slotOf } = numberScopes(nodes, runs);
  if (scopeNode.length === 0) return { scopeSet: empty, scopeSetOff: new Int32Array(2), scopeSetVal: empty, scopeNode };
  const sets = new ScopeSets(scopeNode.length * 2);
  const scopeSet = new Int32Array(nodes);
  for (let run = 0; run < count; run++) {
    if (key[run]! >> 1 !== EDGE_KINDS.HAS_SCOPE.id) continue;
    const stale = key[run]! & 1;
    for (let i = start[run]!, end = start[run + 1]!; i < end; i++)
      scopeSet[from[i]!] = sets.joined(scopeSet[from[i]!]!, (slotOf[to[i]!]! << 1) | stale);
  }
  const scopeSetOff = new Int32Array(sets.members.length + 1);
  for (const [set, members] of sets.members.entries()) scopeSetOff[set + 1] = scopeSetOff[set]! + members.length;
  return { scopeSet, scopeSetOff, scopeSetVal: Int32Array.from(sets.members.flat()), scopeNode };
}

/** Every node that is a scope of somebody, and the slot of each by node. */
function numberScopes(nodes: number, { edges, start, key, count }: EdgeRuns): { scopeNode: Int32Array; slotOf: Int32Array } {
  const { to } = edges;
  const slotOf = new Int32Array(nodes).fill(-1);
  const found: number[] = [];
  for (let run = 0; run < count; run++) {
    if (key[run]! >> 1 !== EDGE_KINDS.HAS_SCOPE.id) continue;
    for (let i = start[run]!, end = start[run + 1]!; i < end; i++) {
      if (slotOf[to[i]!] !== -1) continue;
      slotOf[to[i]!] = 0;
      found.push(to[i]!);
    }
  }
  const scopeNode = Int32Array.from(found).sort();
  for (let slot = 0; slot < scopeNode.length; slot++) slotOf[scopeNode[slot]!] = slot;
  return { scopeNode, slotOf };
}

/** The sets met so far. A set and one more member are a set: each such step is worked out once. */
class ScopeSets {
  readonly members: number[][] = [[]];
  readonly #width: number;
  readonly #setOf = new Map<string, number>([['', 0]]);
  /** `set * width + member` -> the set with it, 0 for not worked out: of the first sets, which most credentials have. */
  readonly #steps: Int32Array;
  readonly #rareSteps = new Map<number, number>();

  constructor(width: number) {
    this.#width = width;
    this.#steps = new Int32Array(width * COMMON_SETS);
  }

  joined(set: number, member: number): number {
    const step = set * this.#width + member;
    const known = step < this.#steps.length ? this.#steps[step]! : (this.#rareSteps.get(step) ?? 0);
    return known === 0 ? this.#work(step, set, member) : known;
  }

  #work(step: number, set: number, member: number): number {
    const members = [...new Set([...this.members[set]!, member])].sort((a, b) => a - b);
    const name = members.join();
    let found = this.#setOf.get(name);
    if (found === undefined) {
      found = this.members.push(members) - 1;
      this.#setOf.set(name, found);
    }
    if (step < this.#steps.length) this.#steps[step] = found;
    else this.#rareSteps.set(step, found);
    return found;
  }
}
