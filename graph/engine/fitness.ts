/**
 * What an identity itself must meet: active, not expired, scopes that allow the action.
 *
 * Scopes are asked by `scopeAsk`: an action, and a kind of resource where it matters.
 */
import { isScopeWord, scopeWays } from '../model/credentials.ts';
import { lowerBound } from './csr.ts';
import { type Graph, SEVERAL } from './graph.ts';
import { ownerHidden } from './holders.ts';
import type { NodeIndex } from './port.ts';
import {
  ACTION_COUNT,
  ASK_COUNT,
  BY_GIT,
  EXPIRING,
  FAMILY,
  GIT_ONLY,
  INACTIVE,
  KIND_BITS,
  SCOPE_FAMILIES,
  scopeAskAt,
  UNSURE,
} from './tables.ts';

/** Bits of an answer by the sets of scopes. */
const CERTAINLY = 1;
const POSSIBLY = 2;

export class Fitness {
  readonly #graph: Graph;
  /** By scope slot: 1 for a word without a row, which may allow anything. */
  readonly #strange: Uint8Array;
  /** By `family * asks + ask`, worked out when asked: the ways whose scopes somebody has, as scope slots. */
  readonly #ways = new Map<number, readonly (readonly number[])[]>();
  /** By `(set * 4 + family) * asks + ask`: filled when asked, -1 until then. */
  readonly #answers: Int8Array;

  readonly #setsInScope = new Map<number, Uint8Array>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#strange = Uint8Array.from(graph.scopeNames, (name) => (isScopeWord(name) ? 0 : 1));
    this.#answers = new Int8Array((graph.sections.scopeSetOff.length - 1) * 4 * ASK_COUNT).fill(-1);
  }

  /** May it act at all? `certainly` false asks the optimistic completion. */
  isFit(identity: NodeIndex, at: number, certainly: boolean): boolean {
    if (!this.isFitItself(identity, at, certainly)) return false;
    const { ownerOf, ownerUp } = this.#graph;
    const owned = ownerOf[identity]!;
    if (owned >= 0) {
      if ((certainly || (owned & 1) === 0) && !this.isFitItself(owned >> 1, at, certainly)) return false;
    } else if (owned === SEVERAL) {
      for (let i = ownerUp.off[identity]!; i < ownerUp.off[identity + 1]!; i++) {
        const stale = ownerUp.val[i]! & 1;
        if ((certainly || stale === 0) && !this.isFitItself(ownerUp.val[i]! >> 1, at, certainly)) return false;
      }
    }
    return !(certainly && ownerHidden(this.#graph, identity));
  }

  /** Whatever its owner may do. */
  isFitItself(node: NodeIndex, at: number, certainly: boolean): boolean {
    const about = this.#graph.meta[node]!;
    if ((about & (INACTIVE | EXPIRING | UNSURE)) === 0) return true;
    return (about & INACTIVE) === 0 && !(certainly && about & UNSURE) && !(this.expiresAt(node) <= at);
  }

  /** Is it hidden whether it is active? */
  isUnsure(node: NodeIndex): boolean {
    return (this.#graph.meta[node]! & UNSURE) !== 0;
  }

  isInactive(node: NodeIndex): boolean {
    return (this.#graph.meta[node]! & INACTIVE) !== 0;
  }

  /** NaN for a node that does not expire. */
  expiresAt(node: NodeIndex): number {
    const { expiringNode, expiringAt } = this.#graph.sections;
    const at = lowerBound(expiringNode, 0, expiringNode.length, node);
    return expiringNode[at] === node ? expiringAt[at]! : Number.NaN;
  }

  /** Does no cap by scopes stop the action, for certain? */
  isInScope(identity: NodeIndex, ask: number, kind = this.#graph.meta[identity]! & KIND_BITS): boolean {
    if (GIT_ONLY[kind]) return BY_GIT[ask % ACTION_COUNT] === 1;
    const family = FAMILY[kind]!;
    return family === 0 || (this.#answer(identity, family, ask) & CERTAINLY) !== 0;
  }

  /** By `set of scopes << 8 | kind id`: 1 where the set lets a credential of the kind do what is asked for certain. Kept by what is asked. */
  setsInScope(ask: number): Uint8Array {
    let table = this.#setsInScope.get(ask);
    if (table === undefined) {
      const sets = this.#graph.sections.scopeSetOff.length - 1;
      table = Uint8Array.from({ length: sets << 8 }, (_, at) => {
        const kind = at & 0xff;
        if (kind > KIND_BITS) return 0;
        if (GIT_ONLY[kind]) return BY_GIT[ask % ACTION_COUNT]!;
        return FAMILY[kind] === 0 || this.#answerOf(at >> 8, FAMILY[kind]!, ask) & CERTAINLY ? 1 : 0;
      });
      this.#setsInScope.set(ask, table);
    }
    return table;
  }

  mayBeInScope(identity: NodeIndex, ask: number): boolean {
    const kind = this.#graph.meta[identity]! & KIND_BITS;
    if (GIT_ONLY[kind]) return BY_GIT[ask % ACTION_COUNT] === 1;
    const family = FAMILY[kind]!;
    if (family === 0 || (this.#answer(identity, family, ask) & POSSIBLY) !== 0) return true;
    return this.#graph.hidden.some && this.ways(identity, ask).length > 0 && this.#graph.gapsHiding('scopes', identity).length > 0;
  }

  /** Is the identity capped by scopes at all? */
  hasScopes(identity: NodeIndex): boolean {
    return FAMILY[this.#graph.meta[identity]! & KIND_BITS] !== 0;
  }

  /** Can anything but a level stop it, by what kind of credential it is? */
  isCapped(identity: NodeIndex): boolean {
    return this.hasScopes(identity) || GIT_ONLY[this.#graph.meta[identity]! & KIND_BITS] === 1;
  }

  /** The sets of scopes each of which would do; empty where none is needed or none would do. */
  ways(identity: NodeIndex, ask: number): readonly (readonly string[])[] {
    return waysOf(FAMILY[this.#graph.meta[identity]! & KIND_BITS]!, ask);
  }

  /** Those of them that the credential certainly has, as scope slots. */
  waysHeld(identity: NodeIndex, ask: number): readonly (readonly number[])[] {
    const held = new Set(this.scopesOf(identity).flatMap(({ slot, stale }) => (stale ? [] : [slot])));
    return this.#slotWays(FAMILY[this.#graph.meta[identity]! & KIND_BITS]!, ask).filter((way) => way.every((slot) => held.has(slot)));
  }

  /** Is it a word that no row of scopes has? */
  isStrange(slot: number): boolean {
    return this.#strange[slot] === 1;
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

  #answer(identity: NodeIndex, family: number, ask: number): number {
    return this.#answerOf(this.#graph.sections.scopeSet[identity] ?? 0, family, ask);
  }

  #answerOf(set: number, family: number, ask: number): number {
    const at = (set * 4 + family) * ASK_COUNT + ask;
    const known = this.#answers[at]!;
    if (known >= 0) return known;
    const { scopeSetOff, scopeSetVal } = this.#graph.sections;
    const held = scopeSetVal.subarray(scopeSetOff[set]!, scopeSetOff[set + 1]!);
    const certain = (slot: number) => held.includes(slot << 1);
    const possible = (slot: number) => certain(slot) || held.includes((slot << 1) | 1);
    const ways = this.#slotWays(family, ask);
    const maybe = ways.some((way) => way.every(possible)) || held.some((value) => this.#strange[value >> 1] === 1);
    const answer = (ways.some((way) => way.every(certain)) ? CERTAINLY : 0) | (maybe ? POSSIBLY : 0);
    this.#answers[at] = answer;
    return answer;
  }

  #slotWays(family: number, ask: number): readonly (readonly number[])[] {
    const at = family * ASK_COUNT + ask;
    let ways = this.#ways.get(at);
    if (ways === undefined) {
      ways = waysOf(family, ask)
        .map((way) => way.map((scope) => this.#graph.scopeNames.indexOf(scope)))
        .filter((way) => !way.includes(-1));
      this.#ways.set(at, ways);
    }
    return ways;
  }
}

function waysOf(family: number, ask: number): readonly (readonly string[])[] {
  const { action, on } = scopeAskAt(ask);
  return family === 0 ? [] : scopeWays(SCOPE_FAMILIES[family - 1]!, action, on);
}
