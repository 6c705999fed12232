/**
 * Everything as which an identity may hold a grant: itself, its owner, their groups, and anybody.
 *
 * A set is stamped into an array with the number of the question, so that asking and emptying it cost nothing. Users and
 * credentials that are no part of the set are recognised by two comparisons: only the range of groups is looked up.
 */
import { type Graph, NONE as NO_OWNER, SEVERAL } from './graph.ts';
import { type Adding, mayAdd } from './hidden.ts';
import type { NodeIndex } from './port.ts';
import { ACTS_AS_OWNER, KIND_BITS } from './tables.ts';

const NONE = new Int32Array(0);

/** What holds for certain. */
export class CertainHolders {
  readonly #graph: Graph;
  /** By node: the number of the question that put it into the set. */
  readonly marks: Int32Array;
  epoch = 0;
  self: NodeIndex = -1;
  /** The one owner, -1 for none. */
  owner: NodeIndex = -1;
  /** Nodes in this range are members if marked; outside it only `self` and `owner` are. */
  from = 0;
  to = 0;
  /** Members beside `self` and `owner`: `list[listFrom .. listTo)`. */
  list: Int32Array = NONE;
  listFrom = 0;
  listTo = 0;
  /** Are the members those of a row of the closures, `list` its values and their distances at the same positions? */
  hasDistances = true;
  readonly #found: number[] = [];

  constructor(graph: Graph) {
    this.#graph = graph;
    this.marks = new Int32Array(graph.nodeCount);
  }

  /** Makes this the set of the identity. */
  mark(identity: NodeIndex): void {
    const { ownerOf, closure, groupFrom, groupTo } = this.#graph;
    if (this.self === identity) return;
    this.epoch++;
    this.self = identity;
    this.owner = -1;
    this.from = groupFrom;
    this.to = groupTo;
    this.listFrom = this.listTo = 0;
    this.hasDistances = true;
    let of = identity;
    const owned = ownerOf[identity]!;
    if (owned === SEVERAL) return this.#walk(identity);
    if (owned >= 0 && (owned & 1) === 0) {
      of = owned >> 1;
      this.owner = of;
      if (ownerOf[of] !== NO_OWNER || (closure.off.length > 0 && closure.off[identity] !== closure.off[identity + 1]))
        return this.#walk(identity);
    }
    if (closure.off.length === 0) return;
    const { off, val } = closure;
    const start = off[of]!;
    const end = off[of + 1]!;
    if (end > start && val[start] === -1) return this.#walk(identity);
    const { marks, epoch } = this;
    for (let i = start; i < end; i++) marks[val[i]!] = epoch;
    this.list = val;
    this.listFrom = start;
    this.listTo = end;
  }

  has(node: NodeIndex): boolean {
    return node === this.self || node === this.owner || (node >= this.from && node < this.to && this.marks[node] === this.epoch);
  }

  /** Calls with every member: `self` first, `anonymous:` last. */
  forEach(visit: (node: NodeIndex) => void): void {
    visit(this.self);
    if (this.owner >= 0) visit(this.owner);
    for (let i = this.listFrom; i < this.listTo; i++) visit(this.list[i]!);
    const { anonymous } = this.#graph;
    if (anonymous >= 0 && anonymous !== this.self) visit(anonymous);
  }

  /** Several owners, or too many groups to have been kept. */
  #walk(identity: NodeIndex): void {
    const { ownerUp, memberUp, nodeCount } = this.#graph;
    const found = this.#found;
    found.length = 0;
    this.hasDistances = false;
    this.owner = -1;
    this.from = 0;
    this.to = nodeCount;
    this.marks[identity] = this.epoch;
    const follow = ({ off, val }: { off: Int32Array; val: Int32Array }, node: NodeIndex) => {
      for (let i = off[node] ?? 0; i < (off[node + 1] ?? 0); i++) {
        const next = val[i]! >> 1;
        if (val[i]! & 1 || this.marks[next] === this.epoch) continue;
        this.marks[next] = this.epoch;
        found.push(next);
      }
    };
    follow(ownerUp, identity);
    follow(memberUp, identity);
    for (const node of found) {
      follow(ownerUp, node);
      follow(memberUp, node);
    }
    this.list = Int32Array.from(found);
    this.listFrom = 0;
    this.listTo = found.length;
  }
}

/** What may hold: stale facts hold, gaps add all that they may. */
export class PossibleHolders {
  readonly #graph: Graph;
  readonly #marks: Int32Array;
  #epoch = 0;
  /** Members: `list[0 .. count)`. */
  readonly list: Int32Array;
  count = 0;
  /** By kind id: 1 where the set has a member of it. */
  readonly kinds = new Uint8Array(128);
  /** By kind id: 1 where the gaps that may mean anybody of the kind have been followed. */
  readonly #met = new Uint8Array(128);
  readonly #groupsIn = new Map<NodeIndex, readonly NodeIndex[]>();
  #people: NodeIndex[] | null = null;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#marks = new Int32Array(graph.nodeCount);
    this.list = new Int32Array(graph.nodeCount);
  }

  /** Makes this the set of all the identities together. */
  mark(identities: ArrayLike<NodeIndex>): void {
    const { anonymous } = this.#graph;
    this.#epoch++;
    this.count = 0;
    this.kinds.fill(0);
    this.#met.fill(0);
    for (let i = 0; i < identities.length; i++) this.#add(identities[i]!);
    for (let at = 0; at < this.count; at++) this.#follow(this.list[at]!);
    if (anonymous >= 0) this.#add(anonymous);
  }

  has(node: NodeIndex): boolean {
    return this.#marks[node] === this.#epoch;
  }

  /** Is there a member that the gap may mean? */
  hasFor(gap: Adding): boolean {
    if (gap.subject >= 0) return this.has(gap.subject) && gap.other[this.#graph.kindId(gap.subject)] === 1;
    if (gap.subject < -1) return false;
    for (let kind = 0; kind < 128; kind++) if (this.kinds[kind]! & gap.other[kind]!) return true;
    return false;
  }

  #add(node: NodeIndex): void {
    if (this.#marks[node] === this.#epoch) return;
    this.#marks[node] = this.#epoch;
    this.list[this.count++] = node;
    this.kinds[this.#graph.kindId(node)] = 1;
  }

  #follow(node: NodeIndex): void {
    const { ownerUp, memberUp, hidden } = this.#graph;
    for (let i = ownerUp.off[node] ?? 0; i < (ownerUp.off[node + 1] ?? 0); i++) this.#add(ownerUp.val[i]! >> 1);
    for (let i = memberUp.off[node] ?? 0; i < (memberUp.off[node + 1] ?? 0); i++) this.#add(memberUp.val[i]! >> 1);
    if (!hidden.some) return;
    const kind = this.#graph.kindId(node);
    // What may mean anybody of a kind is followed once for the kind, what names somebody for each.
    if (this.#met[kind] === 0 || hidden.namesMembers) this.#followHidden(node, kind);
    for (const gap of hidden.owners.get(node) ?? []) {
      this.#people ??= peopleOf(this.#graph, gap);
      for (const person of this.#people) if (gap.subject === -1 || gap.subject === person) this.#add(person);
    }
  }

  #followHidden(node: NodeIndex, kind: number): void {
    const { hidden } = this.#graph;
    const isFirst = this.#met[kind] === 0;
    this.#met[kind] = 1;
    const adds = (gap: Adding) => (isFirst || gap.subject === node) && mayAdd(gap, node, kind);
    for (const [group, gaps] of hidden.members) if (gaps.some(adds)) this.#add(group);
    for (const [container, gaps] of hidden.groups) if (gaps.some(adds)) for (const group of this.#groupsOf(container)) this.#add(group);
  }

  #groupsOf(container: NodeIndex): readonly NodeIndex[] {
    let groups = this.#groupsIn.get(container);
    if (groups === undefined) {
      groups = groupsIn(this.#graph, container);
      this.#groupsIn.set(container, groups);
    }
    return groups;
  }
}

/** Gaps that may add members to the node: over its own, and over those of all groups of a container. */
export function gapsOverMembers(graph: Graph, node: NodeIndex): readonly Adding[] {
  const { hidden, containerUp } = graph;
  const own = hidden.members.get(node) ?? [];
  if (hidden.groups.size === 0 || !isGroup(graph, node)) return own;
  const gaps = [...own];
  for (let i = containerUp.off[node] ?? 0; i < (containerUp.off[node + 1] ?? 0); i++)
    gaps.push(...(hidden.groups.get(containerUp.val[i]! >> 1) ?? []));
  return gaps;
}

/** The groups that lie directly in a container, stale containment too. */
function groupsIn(graph: Graph, container: NodeIndex): NodeIndex[] {
  const { off, val } = graph.containerDown;
  const groups: NodeIndex[] = [];
  for (let i = off[container] ?? 0; i < (off[container + 1] ?? 0); i++) {
    const node = val[i]! >> 1;
    if (isGroup(graph, node)) groups.push(node);
  }
  return groups;
}

function isGroup(graph: Graph, node: NodeIndex): boolean {
  const kind = graph.kindOf(node);
  return kind === 'Group' || kind === 'Everyone';
}

/** Everybody whom the gap may mean. */
export function peopleOf(graph: Graph, { other }: Adding): NodeIndex[] {
  const people: NodeIndex[] = [];
  for (let node = 0; node < graph.nodeCount; node++) if (other[graph.meta[node]! & KIND_BITS]) people.push(node);
  return people;
}

/** Does the credential act as an owner that is hidden? */
export function ownerHidden(graph: Graph, identity: NodeIndex): boolean {
  return graph.hidden.some && ACTS_AS_OWNER[graph.kindId(identity)] === 1 && graph.gapsHiding('owner', identity).length > 0;
}
