/**
 * Why an UNKNOWN is not known: the gaps and stale facts that lie on some possible way from what was asked to what it lacks.
 *
 * Ways are asked for many identities together: an uncertain edge is on a way of one of them exactly if it leads from what they
 * may reach to what may reach an end. So one walk forward and one back answer for a whole list.
 */
import type { GapFact } from '../fact.ts';
import { staleGap } from '../gap.ts';
import type { EdgeKind } from '../model/edge-kinds.ts';
import { restrictionRow } from '../model/restrictions.ts';
import type { Csr } from './csr.ts';
import type { Graph } from './graph.ts';
import { type Adding, mayAdd } from './hidden.ts';
import { gapsOverMembers, PossibleHolders } from './holders.ts';
import { addedBy, lift } from './levels.ts';
import type { NodeIndex } from './port.ts';
import type { BoundRule, Rules } from './rules.ts';
import { ACCEPT, NO_SLOT, wordOf } from './tables.ts';

export class Causes {
  readonly #graph: Graph;
  readonly #rules: Rules;
  /** All that the identities may be. */
  readonly #forward: PossibleHolders;
  /** By node: the number of the walk that put it among what may reach an end. */
  readonly #backward: Int32Array;
  #walk = 0;
  #ends: NodeIndex[] = [];
  #gaps: GapFact[] = [];
  /** What a gap means among what may be reached: many nodes ask it of one gap. */
  readonly #meantBy = new Map<Adding, readonly NodeIndex[]>();

  constructor(graph: Graph, rules: Rules) {
    this.#graph = graph;
    this.#rules = rules;
    this.#forward = new PossibleHolders(graph);
    this.#backward = new Int32Array(graph.nodeCount);
  }

  /** Begins a question about these identities. */
  begin(identities: ArrayLike<NodeIndex>): void {
    this.#forward.mark(identities);
    this.#meantBy.clear();
    this.#ends = [];
    this.#gaps = [];
  }

  /** The level is not certainly there: the ends are grants that would give one of the wanted levels on the resource. */
  addLevel(resource: NodeIndex, wanted: number, reports: boolean): void {
    this.#climb(resource, wanted, reports, []);
  }

  /** A rule may stop them: the ends are the exempt lists that would let them pass. */
  addRule(restriction: string, target: { repository: NodeIndex; branch: string; bound: readonly BoundRule[] }): void {
    const kinds: readonly string[] = [restriction, ...restrictionRow(restriction).exemptAlsoBy];
    this.#gaps.push(...this.#graph.gapsHiding('rules', target.repository));
    for (const rule of target.bound) {
      if (!kinds.includes(rule.kind)) continue;
      this.#gaps.push(...this.#rules.gapsOf(rule, target.repository, target.branch));
      this.#addExempt(rule.node);
    }
  }

  /** Gaps that the asked parts add up to, in no order, with repetitions. */
  gaps(): GapFact[] {
    this.#walkBack();
    const { list, count } = this.#forward;
    for (let i = 0; i < count; i++) if (this.#backward[list[i]!] === this.#walk) this.#addUncertainInto(list[i]!);
    for (let i = 0; i < count; i++) this.#addHiddenOwners(list[i]!);
    return this.#gaps;
  }

  #climb(at: NodeIndex, wanted: number, reports: boolean, uncertain: readonly GapFact[]): void {
    const graph = this.#graph;
    const slot = graph.slotOf(at);
    if (slot === NO_SLOT) return;
    const accepted = ACCEPT[(slot << 8) | wanted]!;
    this.#addGrants(graph.grants.byResource, at, accepted, null, uncertain);
    this.#addGrants(graph.staleGrants.byResource, at, accepted, 'HOLDS', uncertain);
    if (reports && graph.standsIn(at)) {
      this.#addGrants(graph.reports.byResource, at, accepted, null, uncertain);
      this.#addGrants(graph.staleReports.byResource, at, accepted, 'REPORTED', uncertain);
    }
    for (const gap of graph.hidden.grants.get(at) ?? []) {
      if ((addedBy(gap.anyLevel, slot) & wanted) === 0) continue;
      const meant = this.#meant(gap);
      for (const holder of meant) this.#ends.push(holder);
      if (meant.length > 0) this.#gaps.push(gap.fact, ...uncertain);
    }
    const { off, val } = graph.containerUp;
    for (let i = off[at] ?? 0; i < (off[at + 1] ?? 0); i++) {
      const container = val[i]! >> 1;
      const lifted = lift(graph, container, at, wanted);
      const stale = val[i]! & 1 ? [staleGap(graph.edge(container, 'CONTAINS', at)), ...uncertain] : uncertain;
      if (lifted !== 0) this.#climb(container, lifted, reports, stale);
    }
  }

  /** `stale`: the kind of the edges, where they are stale. */
  #addGrants({ off, val }: Csr, resource: NodeIndex, accepted: number, stale: EdgeKind | null, uncertain: readonly GapFact[]): void {
    const slot = this.#graph.slotOf(resource);
    for (let i = off[resource] ?? 0; i < (off[resource + 1] ?? 0); i++) {
      const [holder, code] = [val[i]! >> 3, val[i]! & 7];
      if (((accepted >> code) & 1) === 0 || !this.#forward.has(holder)) continue;
      this.#ends.push(holder);
      this.#gaps.push(...uncertain);
      if (stale !== null) this.#gaps.push(staleGap(this.#graph.edge(holder, stale, resource, wordOf(slot, code))));
    }
  }

  #addExempt(rule: NodeIndex): void {
    const { off, val } = this.#graph.exempt;
    const [start, end] = [off[rule] ?? 0, off[rule + 1] ?? 0];
    const listed = (node: NodeIndex, stale: 0 | 1) => {
      for (let i = start; i < end; i++) if (val[i] === ((node << 1) | stale)) return true;
      return false;
    };
    for (let i = start; i < end; i++) {
      const holder = val[i]! >> 1;
      if (!this.#forward.has(holder)) continue;
      this.#ends.push(holder);
      if (!listed(holder, 0)) this.#gaps.push(staleGap(this.#graph.edge(rule, 'EXEMPTS', holder)));
    }
    for (const gap of this.#graph.hidden.exempts.get(rule) ?? []) {
      const meant = this.#meant(gap);
      for (const holder of meant) this.#ends.push(holder);
      if (meant.some((holder) => !listed(holder, 0))) this.#gaps.push(gap.fact);
    }
  }

  /** What may be reached and may be the other end of an added edge. */
  #meant(gap: Adding): readonly NodeIndex[] {
    let meant = this.#meantBy.get(gap);
    if (meant === undefined) {
      const { list, count } = this.#forward;
      meant = Array.from(list.subarray(0, count)).filter((node) => mayAdd(gap, node, this.#graph.kindId(node)));
      this.#meantBy.set(gap, meant);
    }
    return meant;
  }

  /** Marks all in the forward set that may reach an end. What is anybody's is reached without a way. */
  #walkBack(): void {
    const graph = this.#graph;
    this.#walk++;
    const queue: NodeIndex[] = [];
    const spent = new Set<Adding>();
    const add = (node: NodeIndex) => {
      if (this.#backward[node] === this.#walk || !this.#forward.has(node)) return;
      this.#backward[node] = this.#walk;
      queue.push(node);
    };
    for (const end of this.#ends) if (end !== graph.anonymous) add(end);
    for (const node of queue) {
      for (const { off, val } of [graph.memberDown, graph.ownerDown])
        for (let i = off[node] ?? 0; i < (off[node + 1] ?? 0); i++) add(val[i]! >> 1);
      for (const gap of gapsOverMembers(graph, node)) {
        if (spent.has(gap)) continue;
        spent.add(gap);
        for (const from of this.#meant(gap)) add(from);
      }
      for (const [from, gaps] of graph.hidden.owners) if (gaps.some((gap) => mayAdd(gap, node, graph.kindId(node)))) add(from);
    }
  }

  /** Stale edges into the node, and gaps that may add one, where no certain edge is. */
  #addUncertainInto(to: NodeIndex): void {
    const graph = this.#graph;
    for (const [{ off, val }, up, kind] of [
      [graph.memberDown, graph.memberUp, 'MEMBER_OF'],
      [graph.ownerDown, graph.ownerUp, 'ACTS_AS'],
    ] as const) {
      for (let i = off[to] ?? 0; i < (off[to + 1] ?? 0); i++) {
        const from = val[i]! >> 1;
        if (val[i]! & 1 && this.#forward.has(from) && !joins(up, from, to)) this.#gaps.push(staleGap(graph.edge(from, kind, to)));
      }
    }
    for (const gap of gapsOverMembers(graph, to))
      if (this.#meant(gap).some((from) => !joins(graph.memberUp, from, to))) this.#gaps.push(gap.fact);
  }

  #addHiddenOwners(from: NodeIndex): void {
    const { hidden, ownerUp } = this.#graph;
    for (const gap of hidden.owners.get(from) ?? []) {
      const open = this.#meant(gap).some((to) => this.#backward[to] === this.#walk && !joins(ownerUp, from, to));
      if (open) this.#gaps.push(gap.fact);
    }
  }
}

/** Is there such an edge for certain? */
export function joins({ off, val }: Csr, from: NodeIndex, to: NodeIndex): boolean {
  for (let i = off[from] ?? 0; i < (off[from + 1] ?? 0); i++) if (val[i] === to << 1) return true;
  return false;
}
