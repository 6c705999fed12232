/**
 * Branch restrictions: which rules of a repository bind a branch, and which kinds of restriction stop a set of holders.
 *
 * A kind of restriction is its position in the table; a set of kinds is one number, bit `position` of each. A rule binds a branch
 * for certain, or may bind it (a stale rule, an undecided pattern, an unread branching model, an upstream kind without a row), or
 * does not.
 */
import type { EdgeFact, GapFact } from '../fact.ts';
import { kindGap, patternGap, staleGap } from '../gap.ts';
import { ACTION_NAMES } from '../model/actions.ts';
import {
  isRestrictionKind,
  MATCHERS,
  RESTRICTION_NAMES,
  type RestrictionKind,
  type RestrictionRow,
  restrictionRow,
  restrictionsOf,
} from '../model/restrictions.ts';
import type { Graph } from './graph.ts';
import type { CertainHolders, PossibleHolders } from './holders.ts';
import type { NodeIndex } from './port.ts';
import { CLASS_PATTERN, CLASS_STALE } from './rule-columns.ts';
import { KIND_OF_ID } from './tables.ts';

const FREE = 0;
const MAY_BIND = 1;
const BINDS = 2;

/** A rule that binds, or may bind, a branch. */
export interface BoundRule {
  /** In the columns of rules. */
  readonly position: number;
  readonly node: NodeIndex;
  readonly kind: RestrictionKind;
  readonly certain: boolean;
}

export class Rules {
  readonly #graph: Graph;
  /** By position of a rule: the position of its kind in the table. */
  readonly #kindOf: Uint8Array;
  /** By position of a rule: 1 where its pattern cannot be read for certain. */
  readonly #undecided: Uint8Array;
  /** Can a rule be uncertain though no gap and no stale edge of another kind is there? */
  readonly uncertain: boolean;

  constructor(graph: Graph) {
    const { ruleWord, ruleGlob, ruleStale, classFlags } = graph.sections;
    this.#graph = graph;
    this.#kindOf = Uint8Array.from(ruleWord, (text) => positionOf(graph.texts[text]!));
    this.#undecided = Uint8Array.from(ruleGlob, (text) => (text >= 0 && MATCHERS.glob.undecided.test(graph.texts[text]!) ? 1 : 0));
    this.uncertain =
      this.#undecided.includes(1) ||
      ruleStale.includes(1) ||
      this.#kindOf.includes(UNKNOWN_POSITION) ||
      classFlags.some((flags) => (flags & CLASS_STALE) !== 0);
  }

  /** The kinds that stop the holders when what is not certain turns out worst; 0 for none. */
  stopsAtWorst(action: number, repository: NodeIndex, branch: string, holders: CertainHolders): number {
    const decisive = DECISIVE[action]!;
    if (decisive === 0) return 0;
    const hidden = this.areHidden(repository) ? decisive & FORBIDDING : 0;
    const { ruleOff, ruleNode } = this.#graph.sections;
    const start = ruleOff[repository] ?? 0;
    const end = ruleOff[repository + 1] ?? 0;
    if (start === end) return hidden;
    const looked = LOOKED[action]!;
    let [certain, exempt, doubtful] = [0, 0, 0];
    for (let position = start; position < end; position++) {
      const bit = 1 << this.#kindOf[position]!;
      if ((bit & looked) === 0) continue;
      const binds = this.#binds(position, repository, branch);
      if (binds === FREE) continue;
      const isExempt = this.#exempts(ruleNode[position]!, holders);
      if (binds === BINDS) {
        certain |= bit;
        if (isExempt) exempt |= bit;
      } else if (!isExempt) doubtful |= bit;
    }
    return withoutExempt((certain | doubtful | hidden) & decisive, exempt);
  }

  /** The kinds that stop the holders even when what is not certain turns out best; 0 for none. */
  stopsAtBest(action: number, repository: NodeIndex, branch: string, holders: PossibleHolders): number {
    const decisive = DECISIVE[action]!;
    const { ruleOff, ruleNode } = this.#graph.sections;
    const start = ruleOff[repository] ?? 0;
    const end = ruleOff[repository + 1] ?? 0;
    if (decisive === 0 || start === end) return 0;
    const looked = LOOKED[action]!;
    let [certain, exempt] = [0, 0];
    for (let position = start; position < end; position++) {
      const bit = 1 << this.#kindOf[position]!;
      if ((bit & looked) === 0) continue;
      const binds = this.#binds(position, repository, branch);
      if (binds === BINDS) certain |= bit;
      if (binds !== FREE && this.mayExempt(ruleNode[position]!, holders)) exempt |= bit;
    }
    let stopped = withoutExempt(certain & decisive, exempt);
    if (stopped !== 0 && this.areHidden(repository)) {
      for (let kind = 0; kind < RESTRICTION_NAMES.length; kind++)
        if ((stopped >> kind) & 1 && (FORBIDDING >> kind) & 1 && mayBeListed(kind, holders)) stopped &= ~(1 << kind);
    }
    return stopped;
  }

  /** Is there a gap over the rules of the repository? */
  areHidden(repository: NodeIndex): boolean {
    return this.#graph.hidden.some && this.#graph.gapsHiding('rules', repository).length > 0;
  }

  /** Could a rule decide the action on some branch of the repository? */
  matter(action: number, repository: NodeIndex): boolean {
    const { ruleOff } = this.#graph.sections;
    return DECISIVE[action] !== 0 && ((ruleOff[repository] ?? 0) < (ruleOff[repository + 1] ?? 0) || this.areHidden(repository));
  }

  /** Every rule that binds, or may bind, the branch, in the order of its key, then its kind. */
  bound(repository: NodeIndex, branch: string): BoundRule[] {
    const { ruleOff, ruleNode } = this.#graph.sections;
    const bound: BoundRule[] = [];
    for (let position = ruleOff[repository] ?? 0; position < (ruleOff[repository + 1] ?? 0); position++) {
      const binds = this.#binds(position, repository, branch);
      const kind = RESTRICTION_NAMES[this.#kindOf[position]!]!;
      if (binds !== FREE) bound.push({ position, node: ruleNode[position]!, kind, certain: binds === BINDS });
    }
    return bound;
  }

  /** The number that a rule carries, null for none. */
  valueOf(position: number): number | null {
    const value = this.#graph.sections.ruleValue[position]!;
    return Number.isNaN(value) ? null : value;
  }

  /** Why it is not certain that the rule binds the branch. */
  gapsOf({ position, node, kind }: BoundRule, repository: NodeIndex, branch: string): GapFact[] {
    const { ruleStale, ruleGlob } = this.#graph.sections;
    const matching = this.#graph.gapsHiding('rule-match', node);
    const gaps = [...matching];
    if (matching.length === 0 && this.#undecided[position]) gaps.push(patternGap(this.#fact(position, node, repository)));
    else if (matching.length === 0 && ruleGlob[position] === -1) gaps.push(...this.#gapsOfType(position, repository, branch));
    if (kind === 'unknown' && gaps.length === 0) gaps.push(kindGap(this.#fact(position, node, repository)));
    if (ruleStale[position]) gaps.push(staleGap(this.#fact(position, node, repository)));
    return gaps;
  }

  /** Where the branching model does not say for certain that the branch is of the rule's type. */
  #gapsOfType(position: number, repository: NodeIndex, branch: string): GapFact[] {
    const { classOff, classNode, classWord, classFlags } = this.#graph.sections;
    if (this.#typeBinds(position, repository, branch) === BINDS) return [];
    const gaps = [...this.#graph.gapsHiding('branching-model', repository)];
    for (let i = classOff[repository] ?? 0; i < (classOff[repository + 1] ?? 0); i++) {
      if (!this.#classifies(i, position, branch) || (classFlags[i]! & CLASS_STALE) === 0) continue;
      gaps.push(staleGap(this.#graph.edge(repository, 'CLASSIFIES', classNode[i]!, this.#graph.texts[classWord[i]!]!)));
    }
    return gaps;
  }

  /** A rule as the edge to what it restricts, the first by id where there are several; null for what is none. */
  ruleOf(node: NodeIndex): EdgeFact | null {
    const { containerUp, sections, texts } = this.#graph;
    const { ruleOff, ruleNode, ruleWord } = sections;
    let first: { position: number; repository: NodeIndex; word: string } | null = null;
    for (let i = containerUp.off[node] ?? 0; i < (containerUp.off[node + 1] ?? 0); i++) {
      const repository = containerUp.val[i]! >> 1;
      for (let position = ruleOff[repository] ?? 0; position < (ruleOff[repository + 1] ?? 0); position++) {
        const word = texts[ruleWord[position]!]!;
        if (ruleNode[position] === node && (first === null || word < first.word)) first = { position, repository, word };
      }
    }
    return first === null ? null : this.#fact(first.position, node, first.repository);
  }

  #fact(position: number, node: NodeIndex, repository: NodeIndex): EdgeFact {
    const { ruleWord, ruleGlob, ruleType } = this.#graph.sections;
    const [glob, type] = [ruleGlob[position]!, ruleType[position]!];
    const props = {
      ...(glob < 0 ? {} : { glob: this.#graph.texts[glob]! }),
      ...(type < 0 ? {} : { branchType: this.#graph.texts[type]! }),
    };
    return this.#graph.edge(node, 'RESTRICTS', repository, this.#graph.texts[ruleWord[position]!]!, props);
  }

  #binds(position: number, repository: NodeIndex, branch: string): typeof FREE | typeof MAY_BIND | typeof BINDS {
    const { hidden, sections, texts } = this.#graph;
    const { ruleNode, ruleGlob, ruleStale } = sections;
    if (hidden.some && this.#graph.gapsHiding('rule-match', ruleNode[position]!).length > 0) return MAY_BIND;
    const glob = ruleGlob[position]!;
    let binds: typeof FREE | typeof MAY_BIND | typeof BINDS;
    if (glob < 0) binds = this.#typeBinds(position, repository, branch);
    else if (this.#undecided[position]) binds = MAY_BIND;
    else binds = globMatches(texts[glob]!, branch) ? BINDS : FREE;
    return binds === BINDS && (ruleStale[position] || this.#kindOf[position] === UNKNOWN_POSITION) ? MAY_BIND : binds;
  }

  #typeBinds(position: number, repository: NodeIndex, branch: string): typeof FREE | typeof MAY_BIND | typeof BINDS {
    const { classOff, classFlags } = this.#graph.sections;
    let binds: typeof FREE | typeof MAY_BIND = FREE;
    for (let i = classOff[repository] ?? 0; i < (classOff[repository + 1] ?? 0); i++) {
      if (!this.#classifies(i, position, branch)) continue;
      if ((classFlags[i]! & CLASS_STALE) === 0) return BINDS;
      binds = MAY_BIND;
    }
    return binds === FREE && this.#graph.gapsHiding('branching-model', repository).length > 0 ? MAY_BIND : binds;
  }

  /** Does entry `at` of the branching model give the branch the type of the rule? */
  #classifies(at: number, position: number, branch: string): boolean {
    const { classWord, className, classFlags, ruleType } = this.#graph.sections;
    if (classWord[at] !== ruleType[position]) return false;
    const name = this.#graph.texts[className[at]!]!;
    return classFlags[at]! & CLASS_PATTERN ? globMatches(name, branch) : name === branch;
  }

  #exempts(rule: NodeIndex, holders: CertainHolders): boolean {
    const { off, val } = this.#graph.exempt;
    for (let i = off[rule] ?? 0; i < (off[rule + 1] ?? 0); i++) if ((val[i]! & 1) === 0 && holders.has(val[i]! >> 1)) return true;
    return false;
  }

  mayExempt(rule: NodeIndex, holders: PossibleHolders): boolean {
    const { off, val } = this.#graph.exempt;
    for (let i = off[rule] ?? 0; i < (off[rule + 1] ?? 0); i++) if (holders.has(val[i]! >> 1)) return true;
    return (this.#graph.hidden.exempts.get(rule) ?? []).some((gap) => holders.hasFor(gap));
  }
}

/** Does the whole name match? `*` stands for any characters, `/` included. Cost: O(glob * name), without recursion. */
export function globMatches(glob: string, name: string): boolean {
  let [at, of, star, retry] = [0, 0, -1, 0];
  while (of < name.length) {
    if (at < glob.length && glob[at] === '*') {
      star = at++;
      retry = of;
    } else if (at < glob.length && glob[at] === name[of]) {
      at++;
      of++;
    } else if (star >= 0) {
      at = star + 1;
      of = ++retry;
    } else return false;
  }
  while (glob[at] === '*') at++;
  return at === glob.length;
}

/** The kinds of a set, in table order. */
export function kindsOfBits(bits: number): RestrictionKind[] {
  return RESTRICTION_NAMES.filter((_, position) => (bits >> position) & 1);
}

/** The rows by position, widened to the general type. */
const ROWS: readonly RestrictionRow[] = RESTRICTION_NAMES.map(restrictionRow);

const UNKNOWN_POSITION = RESTRICTION_NAMES.indexOf('unknown');

function positionOf(word: string): number {
  return isRestrictionKind(word) ? RESTRICTION_NAMES.indexOf(word) : UNKNOWN_POSITION;
}

function bitsOf(kinds: readonly string[]): number {
  return kinds.reduce((bits, kind) => bits | (1 << positionOf(kind)), 0);
}

/** By kind: the kinds that lend it their exempt lists. */
const LENDING = Int32Array.from(ROWS, ({ exemptAlsoBy }) => bitsOf(exemptAlsoBy));

/** The kinds whose rules forbid something: a hidden rule may be of any of them. */
const FORBIDDING = bitsOf(RESTRICTION_NAMES.filter((_, position) => ROWS[position]!.effect === 'forbids'));

/** By action: the kinds that can decide it. */
export const DECISIVE = Int32Array.from(ACTION_NAMES, (action) => bitsOf(restrictionsOf(action)));

/** By action: the kinds that can decide it, and those that lend them exempt lists. */
const LOOKED = Int32Array.from(DECISIVE, (decisive) =>
  LENDING.reduce((bits, lent, kind) => ((decisive >> kind) & 1 ? bits | lent : bits), decisive),
);

/** By kind: the ids of the node kinds that its exempt list may name. */
const LISTABLE: readonly Uint8Array[] = ROWS.map(({ exemptKinds }) =>
  Uint8Array.from(KIND_OF_ID, (kind) => (kind !== undefined && exemptKinds.includes(kind) ? 1 : 0)),
);

function withoutExempt(stopped: number, exempt: number): number {
  if (exempt === 0) return stopped;
  let left = stopped;
  for (let kind = 0; kind < ROWS.length; kind++) if ((left >> kind) & 1 && exempt & ((1 << kind) | LENDING[kind]!)) left &= ~(1 << kind);
  return left;
}

/** Could a rule of the kind list one of the holders? */
function mayBeListed(kind: number, { kinds }: PossibleHolders): boolean {
  const listable = LISTABLE[kind]!;
  for (let id = 0; id < 128; id++) if (listable[id]! & kinds[id]!) return true;
  return false;
}
