/**
 * The first chain from an identity to a grant, found without a search: the distance to every group is in the closures.
 *
 * The nearest ends are found on the way up from the resource; of several equally near ones each is told in full and the least
 * taken. Where the closures do not say (an identity with several owners, in too many groups, with too many equal ends) nothing is
 * said, and the search in order must be used.
 */
import { compareChains } from './chains.ts';
import { type Csr, lowerBound } from './csr.ts';
import type { Graph } from './graph.ts';
import type { CertainHolders } from './holders.ts';
import { lift, SCAN_FACTOR } from './levels.ts';
import type { Chain, DenseLink, NodeIndex } from './port.ts';
import { ACCEPT, NO_SLOT, wordOf } from './tables.ts';

/** Equally near ends that are told and compared; more are left to the search. */
const ENDS_MAX = 32;

interface End {
  readonly holder: NodeIndex;
  readonly distance: number;
  readonly tail: Chain;
}

/** `unsaid`: the closures do not tell. */
export type NearestChain = Chain | 'none' | 'unsaid';

export class Nearest {
  readonly #graph: Graph;
  readonly #certain: CertainHolders;
  /** By group of the marked identity: its distance. Of other nodes it means nothing. */
  readonly #distance: Uint16Array;
  #measured = -1;
  #best = 0;
  #ends: End[] = [];
  #tooMany = false;

  constructor(graph: Graph, certain: CertainHolders) {
    this.#graph = graph;
    this.#certain = certain;
    this.#distance = new Uint16Array(graph.nodeCount);
  }

  /** `wanted`: levels any of which will do. `reports`: rows of Bitbucket's own listing count where they stand in. */
  find(identity: NodeIndex, resource: NodeIndex, wanted: number, reports: boolean): NearestChain {
    this.#certain.mark(identity);
    if (!this.#certain.hasDistances) return 'unsaid';
    this.#measure();
    this.#best = Number.POSITIVE_INFINITY;
    this.#ends = [];
    this.#tooMany = false;
    this.#climb(resource, wanted, reports, []);
    if (this.#ends.length === 0) return 'none';
    if (this.#tooMany) return 'unsaid';
    let least: Chain | null = null;
    for (const end of this.#ends) {
      const way = this.#wayTo(end.holder, end.distance);
      if (way === null) return 'unsaid';
      const chain = way.length === 0 ? end.tail : [...way, ...end.tail];
      if (least === null || compareChains(chain, least) < 0) least = chain;
    }
    return least ?? 'none';
  }

  #measure(): void {
    const { epoch, list, listFrom, listTo, owner } = this.#certain;
    if (this.#measured === epoch) return;
    this.#measured = epoch;
    const { closureDepth } = this.#graph.sections;
    const first = owner < 0 ? 0 : 1;
    for (let i = listFrom; i < listTo; i++) this.#distance[list[i]!] = closureDepth[i]! + first;
  }

  #climb(at: NodeIndex, wanted: number, reports: boolean, way: Chain): void {
    const graph = this.#graph;
    const slot = graph.slotOf(at);
    if (slot === NO_SLOT || way.length + 1 > this.#best) return;
    const accepted = ACCEPT[(slot << 8) | wanted]!;
    if ((graph.meta[at]! >> 8) & accepted) this.#addAnybody(at, slot, accepted, way);
    this.#addRow(graph.grants.byResource, 'HOLDS', at, accepted, way);
    if (reports && graph.standsIn(at)) this.#addRow(graph.reports.byResource, 'REPORTED', at, accepted, way);
    const { off, val } = graph.containerUp;
    if (off.length === 0) return;
    for (let i = off[at]!, end = off[at + 1]!; i < end; i++) {
      const container = val[i]! >> 1;
      const lifted = val[i]! & 1 ? 0 : lift(graph, container, at, wanted);
      if (lifted !== 0) this.#climb(container, lifted, reports, [{ from: container, kind: 'CONTAINS', word: '', to: at }, ...way]);
    }
  }

  #addRow({ off, val }: Csr, kind: 'HOLDS' | 'REPORTED', at: NodeIndex, accepted: number, way: Chain): void {
    if (off.length === 0) return;
    const { self, owner, list, listFrom, listTo, marks, epoch, from, to } = this.#certain;
    const start = off[at]!;
    const end = off[at + 1]!;
    if (end - start <= (listTo - listFrom + 2) * SCAN_FACTOR) {
      for (let i = start; i < end; i++) {
        const grant = val[i]!;
        if (((accepted >> (grant & 7)) & 1) === 0) continue;
        const holder = grant >> 3;
        if (holder === self) this.#add(kind, holder, 0, grant & 7, at, way);
        else if (holder === owner) this.#add(kind, holder, 1, grant & 7, at, way);
        else if (holder >= from && holder < to && marks[holder] === epoch)
          this.#add(kind, holder, this.#distance[holder]!, grant & 7, at, way);
      }
      return;
    }
    this.#search(val, start, end, { kind, holder: self, distance: 0, at, accepted, way });
    if (owner >= 0) this.#search(val, start, end, { kind, holder: owner, distance: 1, at, accepted, way });
    for (let i = listFrom; i < listTo; i++) {
      const distance = this.#distance[list[i]!]!;
      if (distance + 1 + way.length <= this.#best) this.#search(val, start, end, { kind, holder: list[i]!, distance, at, accepted, way });
    }
  }

  #search(
    val: Int32Array,
    start: number,
    end: number,
    found: { kind: 'HOLDS' | 'REPORTED'; holder: NodeIndex; distance: number; at: NodeIndex; accepted: number; way: Chain },
  ): void {
    for (let i = lowerBound(val, start, end, found.holder << 3); i < end && val[i]! >> 3 === found.holder; i++) {
      const code = val[i]! & 7;
      if ((found.accepted >> code) & 1) this.#add(found.kind, found.holder, found.distance, code, found.at, found.way);
    }
  }

  /** What `anonymous:` holds on a resource. Where it asks itself, it is a holder like any other. */
  #addAnybody(at: NodeIndex, slot: number, accepted: number, way: Chain): void {
    const { anonymous, meta } = this.#graph;
    if (anonymous === this.#certain.self || this.#certain.has(anonymous)) return;
    for (let code = 0; code < 8; code++)
      if (((meta[at]! >> 8) & accepted & (1 << code)) !== 0)
        this.#addEnd(anonymous, 0, [{ from: anonymous, kind: 'HOLDS', word: wordOf(slot, code), to: at }, ...way]);
  }

  #add(kind: 'HOLDS' | 'REPORTED', holder: NodeIndex, distance: number, code: number, at: NodeIndex, way: Chain): void {
    if (distance + 1 + way.length > this.#best) return;
    const grant: DenseLink = { from: holder, kind, word: wordOf(this.#graph.slotOf(at), code), to: at };
    this.#addEnd(holder, distance, way.length === 0 ? [grant] : [grant, ...way]);
  }

  #addEnd(holder: NodeIndex, distance: number, tail: Chain): void {
    const length = distance + tail.length;
    if (length > this.#best) return;
    if (length < this.#best) {
      this.#best = length;
      this.#ends = [];
      this.#tooMany = false;
    }
    if (this.#ends.length === ENDS_MAX) this.#tooMany = true;
    else this.#ends.push({ holder, distance, tail });
  }

  /** The least of the shortest ways from the identity to one of its holders; null where the closures do not tell. */
  #wayTo(holder: NodeIndex, distance: number): DenseLink[] | null {
    const { self, owner } = this.#certain;
    if (distance === 0) return [];
    const way: DenseLink[] = [];
    let at = self;
    if (owner >= 0) {
      way.push({ from: self, kind: 'ACTS_AS', word: '', to: owner });
      at = owner;
    }
    while (way.length < distance) {
      const next = this.#stepTowards(at, holder, distance - way.length - 1);
      if (next < 0) return null;
      way.push({ from: at, kind: 'MEMBER_OF', word: '', to: next });
      at = next;
    }
    return way;
  }

  /** The least group of the node that is so far from the holder, -1 where the closures do not tell. */
  #stepTowards(node: NodeIndex, holder: NodeIndex, left: number): NodeIndex {
    if (left === 0) return holder;
    const { off, val } = this.#graph.memberUp;
    let least = -1;
    for (let i = off[node]!; i < off[node + 1]!; i++) {
      const group = val[i]! >> 1;
      if (val[i]! & 1 || (least >= 0 && group >= least)) continue;
      const distance = this.#distanceBetween(group, holder);
      if (distance < 0) return -1;
      if (distance === left) least = group;
    }
    return least;
  }

  /** 0 for no way, -1 where the closure of the group was not kept. */
  #distanceBetween(group: NodeIndex, holder: NodeIndex): number {
    const { off, val } = this.#graph.closure;
    const { closureDepth } = this.#graph.sections;
    for (let i = off[group]!; i < off[group + 1]!; i++) {
      if (val[i] === holder) return closureDepth[i]!;
      if (val[i] === -1) return -1;
    }
    return 0;
  }
}
