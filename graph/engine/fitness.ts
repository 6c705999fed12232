/**
 * What an identity itself must meet: active, not expired, scopes that allow the action.
 */
import { scopesAllowing } from '../model/credentials.ts';
import { type Graph, SEVERAL } from './graph.ts';
import { ownerHidden } from './holders.ts';
import type { NodeIndex } from './port.ts';
import { ACTION_COUNT, actionAt, BY_GIT, EXPIRING, FAMILY, GIT_ONLY, INACTIVE, KIND_BITS, SCOPE_FAMILIES } from './tables.ts';

/** Bits of an answer by the sets of scopes. */
const CERTAINLY = 1;
const POSSIBLY = 2;

export class Fitness {
  readonly #graph: Graph;
  /** By scope slot, then `family * actions + action`: 1 where the scope allows it. */
  readonly #allows: readonly Uint8Array[];
  /** By `(set * 4 + family) * actions + action`: filled when asked, -1 until then. */
  readonly #answers: Int8Array;

  readonly #setsInScope = new Map<number, Uint8Array>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#allows = graph.scopeNames.map((name) => {
      const allows = new Uint8Array(4 * ACTION_COUNT);
      for (const [at, family] of SCOPE_FAMILIES.entries())
        for (let action = 0; action < ACTION_COUNT; action++)
          if (scopesAllowing(family, actionAt(action)).includes(name)) allows[(at + 1) * ACTION_COUNT + action] = 1;
      return allows;
    });
    this.#answers = new Int8Array((graph.sections.scopeSetOff.length - 1) * 4 * ACTION_COUNT).fill(-1);
  }

  /** May it act at all? `certainly` false asks the optimistic completion. */
  isFit(identity: NodeIndex, at: number, certainly: boolean): boolean {
    if (!this.isFitItself(identity, at)) return false;
    const { ownerOf, ownerUp } = this.#graph;
    const owned = ownerOf[identity]!;
    if (owned >= 0) {
      if ((certainly || (owned & 1) === 0) && !this.isFitItself(owned >> 1, at)) return false;
    } else if (owned === SEVERAL) {
      for (let i = ownerUp.off[identity]!; i < ownerUp.off[identity + 1]!; i++) {
        const stale = ownerUp.val[i]! & 1;
        if ((certainly || stale === 0) && !this.isFitItself(ownerUp.val[i]! >> 1, at)) return false;
      }
    }
    return !(certainly && ownerHidden(this.#graph, identity));
  }

  /** Whatever its owner may do. */
  isFitItself(node: NodeIndex, at: number): boolean {
    const about = this.#graph.meta[node]!;
    if ((about & (INACTIVE | EXPIRING)) === 0) return true;
    return (about & INACTIVE) === 0 && !(this.expiresAt(node) <= at);
  }

  isInactive(node: NodeIndex): boolean {
    return (this.#graph.meta[node]! & INACTIVE) !== 0;
  }

  /** NaN for a node that does not expire. */
  expiresAt(node: NodeIndex): number {
    const { expiringNode, expiringAt } = this.#graph.sections;
    let low = 0;
    let high = expiringNode.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (expiringNode[middle]! < node) low = middle + 1;
      else high = middle;
    }
    return expiringNode[low] === node ? expiringAt[low]! : Number.NaN;
  }

  /** Does no cap by scopes stop the action, for certain? */
  isInScope(identity: NodeIndex, action: number, kind = this.#graph.meta[identity]! & KIND_BITS): boolean {
    if (GIT_ONLY[kind]) return BY_GIT[action] === 1;
    const family = FAMILY[kind]!;
    return family === 0 || (this.#answer(identity, family, action) & CERTAINLY) !== 0;
  }

  /** By `set of scopes << 8 | kind id`: 1 where the set lets a credential of the kind do the action for certain. Kept by action. */
  setsInScope(action: number): Uint8Array {
    let table = this.#setsInScope.get(action);
    if (table === undefined) {
      const sets = this.#graph.sections.scopeSetOff.length - 1;
      table = Uint8Array.from({ length: sets << 8 }, (_, at) => {
        const kind = at & 0xff;
        if (kind > KIND_BITS) return 0;
        if (GIT_ONLY[kind]) return BY_GIT[action]!;
        return FAMILY[kind] === 0 || this.#answerOf(at >> 8, FAMILY[kind]!, action) & CERTAINLY ? 1 : 0;
      });
      this.#setsInScope.set(action, table);
    }
    return table;
  }

  mayBeInScope(identity: NodeIndex, action: number): boolean {
    const kind = this.#graph.meta[identity]! & KIND_BITS;
    if (GIT_ONLY[kind]) return BY_GIT[action] === 1;
    const family = FAMILY[kind]!;
    if (family === 0 || (this.#answer(identity, family, action) & POSSIBLY) !== 0) return true;
    return (
      this.#graph.hidden.some && this.neededScopes(identity, action).length > 0 && this.#graph.gapsHiding('scopes', identity).length > 0
    );
  }

  /** Is the identity capped by scopes at all? */
  hasScopes(identity: NodeIndex): boolean {
    return FAMILY[this.#graph.meta[identity]! & KIND_BITS] !== 0;
  }

  /** Can anything but a level stop it, by what kind of credential it is? */
  isCapped(identity: NodeIndex): boolean {
    return this.hasScopes(identity) || GIT_ONLY[this.#graph.meta[identity]! & KIND_BITS] === 1;
  }

  /** The scopes any of which would do; empty where none is needed or none would do. */
  neededScopes(identity: NodeIndex, action: number): readonly string[] {
    const family = FAMILY[this.#graph.meta[identity]! & KIND_BITS]!;
    return family === 0 ? [] : scopesAllowing(SCOPE_FAMILIES[family - 1]!, actionAt(action));
  }

  /** The scopes of a credential by position, with whether each is stale. */
  scopesOf(identity: NodeIndex): { slot: number; stale: boolean }[] {
    const { scopeSet, scopeSetOff, scopeSetVal } = this.#graph.sections;
    const set = scopeSet[identity] ?? 0;
    return Array.from(scopeSetVal.subarray(scopeSetOff[set]!, scopeSetOff[set + 1]!), (value) => ({
      slot: value >> 1,
      stale: (value & 1) === 1,
    }));
  }

  /** Names of the scopes that it certainly has, in order. */
  heldScopes(identity: NodeIndex): string[] {
    const certain = this.scopesOf(identity).filter(({ stale }) => !stale);
    return certain.map(({ slot }) => this.#graph.scopeNames[slot]!).sort();
  }

  #answer(identity: NodeIndex, family: number, action: number): number {
    return this.#answerOf(this.#graph.sections.scopeSet[identity] ?? 0, family, action);
  }

  #answerOf(set: number, family: number, action: number): number {
    const { scopeSetOff, scopeSetVal } = this.#graph.sections;
    const at = (set * 4 + family) * ACTION_COUNT + action;
    const known = this.#answers[at]!;
    if (known >= 0) return known;
    let answer = 0;
    for (let i = scopeSetOff[set]!; i < scopeSetOff[set + 1]!; i++) {
      if (this.#allows[scopeSetVal[i]! >> 1]![family * ACTION_COUNT + action])
        answer |= scopeSetVal[i]! & 1 ? POSSIBLY : CERTAINLY | POSSIBLY;
    }
    this.#answers[at] = answer;
    return answer;
  }
}
