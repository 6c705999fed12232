/**
 * Chains of memberships from an identity to given ends, lazily in the order of proofs: fewer facts first, then by the facts
 * themselves. Node order is key order, so comparing indexes is comparing ids.
 *
 * A depth-first walk for each length, cut where the distance to the nearest end is more than what is left. There can be
 * exponentially many chains; how much work is done is counted.
 */
import { CodedError } from '../errors.ts';
import type { EdgeKind } from '../model/edge-kinds.ts';
import type { Csr } from './csr.ts';
import type { Graph } from './graph.ts';
import type { Chain, DenseLink, NodeIndex } from './port.ts';

/** Steps of a search for proofs before it is given up: seconds, not minutes. */
const WORK_MAX = 4_000_000;
const SIGNAL_EVERY = 1024;

/** Counts the work of one enumeration. Errors: LIMIT, TIMEOUT. */
export class Work {
  readonly #signal: AbortSignal | undefined;
  #done = 0;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  tick(): void {
    this.#done++;
    if (this.#done > WORK_MAX)
      throw new CodedError('LIMIT', `the next proof must be found within \`${WORK_MAX}\` steps, there are too many ways`, {
        max: WORK_MAX,
      });
    if (this.#done % SIGNAL_EVERY === 0 && this.#signal?.aborted) throw new CodedError('TIMEOUT', 'the search for proofs was stopped');
  }
}

export function compareLinks(a: DenseLink, b: DenseLink): number {
  return a.from - b.from || order(a.kind, b.kind) || order(a.word, b.word) || a.to - b.to;
}

/** Fewer links first, then link by link. */
export function compareChains(a: Chain, b: Chain): number {
  if (a.length !== b.length) return a.length - b.length;
  for (const [at, link] of a.entries()) {
    const way = compareLinks(link, b[at]!);
    if (way !== 0) return way;
  }
  return 0;
}

/** Ends by the node at which the chain of memberships arrives: what follows there. */
export type Tails = ReadonlyMap<NodeIndex, readonly Chain[]>;

interface Option {
  readonly link: DenseLink;
  /** The rest of a tail, null for a step to another holder. */
  readonly tail: Chain | null;
}

export class Chains {
  readonly #graph: Graph;
  readonly #tails: Tails;
  readonly #work: Work;
  readonly #identity: NodeIndex;
  readonly #options = new Map<NodeIndex, readonly Option[]>();
  /** The least number of links from a node to the end of a tail. */
  readonly #distance: ReadonlyMap<NodeIndex, number>;
  /** The least length of a chain that was cut because it was too long. */
  #nextLength = Number.POSITIVE_INFINITY;

  constructor(graph: Graph, identity: NodeIndex, tails: Tails, work: Work) {
    this.#graph = graph;
    this.#identity = identity;
    this.#tails = tails;
    this.#work = work;
    this.#distance = this.#measure();
  }

  *inOrder(): IterableIterator<Chain> {
    const { anonymous } = this.#graph;
    const roots = anonymous < 0 || anonymous === this.#identity ? [this.#identity] : [this.#identity, anonymous].sort((a, b) => a - b);
    const least = roots.map((root) => (root === this.#identity ? this.#distance.get(root) : leastLength(this.#tails.get(root))));
    let length = Math.min(...least.map((each) => each ?? Number.POSITIVE_INFINITY));
    while (length < Number.POSITIVE_INFINITY) {
      this.#nextLength = Number.POSITIVE_INFINITY;
      for (const root of roots) {
        if (root === this.#identity) yield* this.#walk(root, length, [], new Set([root]));
        else yield* this.#tailsAlone(root, length);
      }
      length = this.#nextLength;
    }
  }

  /** What is anybody's: the chain begins at its holder. */
  *#tailsAlone(root: NodeIndex, length: number): IterableIterator<Chain> {
    for (const tail of [...(this.#tails.get(root) ?? [])].sort(compareChains)) {
      if (tail.length === length) yield tail;
      else this.#note(tail.length, length);
    }
  }

  *#walk(node: NodeIndex, left: number, way: DenseLink[], visited: Set<NodeIndex>): IterableIterator<Chain> {
    for (const { link, tail } of this.#optionsOf(node)) {
      this.#work.tick();
      if (tail !== null) {
        if (tail.length === left) yield [...way, ...tail];
        else this.#note(way.length + tail.length, way.length + left);
        continue;
      }
      const distance = this.#distance.get(link.to);
      if (distance === undefined || visited.has(link.to)) continue;
      if (distance > left - 1) {
        this.#note(way.length + 1 + distance, way.length + left);
        continue;
      }
      way.push(link);
      visited.add(link.to);
      yield* this.#walk(link.to, left - 1, way, visited);
      visited.delete(link.to);
      way.pop();
    }
  }

  #note(length: number, current: number): void {
    if (length > current && length < this.#nextLength) this.#nextLength = length;
  }

  /** In the order of their first link; tails with the same first link by the rest. */
  #optionsOf(node: NodeIndex): readonly Option[] {
    const known = this.#options.get(node);
    if (known !== undefined) return known;
    const tails = (this.#tails.get(node) ?? []).map((tail): Option => ({ link: tail[0]!, tail }));
    const steps = stepsOf(this.#graph, node).map((link): Option => ({ link, tail: null }));
    const options = [...tails, ...steps].sort((a, b) => compareLinks(a.link, b.link) || compareTails(a.tail, b.tail));
    this.#options.set(node, options);
    return options;
  }

  #measure(): Map<NodeIndex, number> {
    const before = new Map<NodeIndex, NodeIndex[]>();
    const reached = new Set([this.#identity]);
    for (const node of reached) {
      for (const { to } of stepsOf(this.#graph, node)) {
        before.set(to, [...(before.get(to) ?? []), node]);
        reached.add(to);
      }
    }
    const distance = new Map<NodeIndex, number>();
    // By rising distance: what an end of length n gives is known before what is one step further.
    const rings: NodeIndex[][] = [];
    const addTo = (ring: number, node: NodeIndex) => {
      const known = rings[ring];
      if (known === undefined) rings[ring] = [node];
      else known.push(node);
    };
    for (const node of reached) {
      const least = leastLength(this.#tails.get(node));
      if (least !== undefined) addTo(least, node);
    }
    for (let ring = 0; ring < rings.length; ring++) {
      for (const node of rings[ring] ?? []) {
        if (distance.has(node)) continue;
        distance.set(node, ring);
        for (const from of before.get(node) ?? []) if (!distance.has(from)) addTo(ring + 1, from);
      }
    }
    return distance;
  }
}

/** Certain steps to the owner and to groups, each once. */
function stepsOf({ ownerUp, memberUp }: Graph, node: NodeIndex): DenseLink[] {
  const steps = (kind: EdgeKind, { off, val }: Csr) => {
    const certain = Array.from(val.subarray(off[node] ?? 0, off[node + 1] ?? 0)).filter((value) => (value & 1) === 0);
    return [...new Set(certain)].map((value): DenseLink => ({ from: node, kind, word: '', to: value >> 1 }));
  };
  return [...steps('ACTS_AS', ownerUp), ...steps('MEMBER_OF', memberUp)];
}

function leastLength(tails: readonly Chain[] | undefined): number | undefined {
  return tails === undefined || tails.length === 0 ? undefined : Math.min(...tails.map(({ length }) => length));
}

/** By link, whatever their lengths: chains of one length are compared in the end. */
function compareTails(a: Chain | null, b: Chain | null): number {
  if (a === null || b === null) return 0;
  for (let at = 0; at < a.length && at < b.length; at++) {
    const way = compareLinks(a[at]!, b[at]!);
    if (way !== 0) return way;
  }
  return a.length - b.length;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
