/**
 * The gaps of a snapshot by what they may add and hide, so that the optimistic walk finds those of a node at once.
 *
 * Shape: every map is by dense index. A gap whose scope is no node is in none of them: it can touch no answer but a list's.
 */
import type { GapFact } from '../fact.ts';
import { EDGE_KINDS, type EdgeKindRow } from '../model/edge-kinds.ts';
import { type Hidden as HiddenName, hiddenRow } from '../model/gaps.ts';
import { NODE_KINDS, type NodeKind } from '../model/node-kinds.ts';
import type { NodeIndex } from './port.ts';
import type { SnapshotFacts } from './snapshot.ts';

/** A gap that may add edges at its scope. */
export interface Adding {
  readonly fact: GapFact;
  readonly scope: NodeIndex;
  /** The only other end, -1 for any of the kinds, -2 for one that is no node. */
  readonly subject: NodeIndex;
  /** By kind id: 1 where the other end may be of it. */
  readonly other: Uint8Array;
  readonly anyLevel: boolean;
}

export class Hidden {
  /** HOLDS into a resource. */
  readonly grants = new Map<NodeIndex, Adding[]>();
  /** MEMBER_OF into a group. */
  readonly members = new Map<NodeIndex, Adding[]>();
  /** MEMBER_OF into every group that lies directly in a container. */
  readonly groups = new Map<NodeIndex, Adding[]>();
  /** Does any gap over members name whom it means? */
  readonly namesMembers: boolean;
  /** ACTS_AS out of a credential. */
  readonly owners = new Map<NodeIndex, Adding[]>();
  /** EXEMPTS out of a rule. */
  readonly exempts = new Map<NodeIndex, Adding[]>();
  /** Scopes of the gaps in which Bitbucket's own listing stands in. */
  readonly standIn = new Set<NodeIndex>();
  readonly shortensWhoCan: { readonly fact: GapFact; readonly scope: NodeIndex }[] = [];
  readonly shortensWhatCan: GapFact[] = [];
  readonly everything = new Map<NodeIndex, GapFact[]>();
  /** Does any gap touch verdicts? */
  readonly some: boolean;
  readonly #named = new Map<HiddenName, Map<NodeIndex, GapFact[]>>();

  constructor(gaps: SnapshotFacts['gaps'], kindOf: (node: NodeIndex) => NodeKind) {
    let some = false;
    for (const { fact, scope, subject } of gaps) {
      const row = hiddenRow(fact.hides);
      if (row.shortens.includes('whatCan')) this.shortensWhatCan.push(fact);
      if (scope < 0) continue;
      if (row.shortens.includes('whoCan')) this.shortensWhoCan.push({ fact, scope });
      if (row.reportsStandIn) this.standIn.add(scope);
      if (row.takes === 'everything') append(this.everything, scope, fact);
      const named = this.#named.get(fact.hides) ?? new Map<NodeIndex, GapFact[]>();
      this.#named.set(fact.hides, named);
      append(named, scope, fact);
      some ||= row.adds !== null || row.takes !== 'nothing';
      const { adds } = row;
      if (adds === null || (adds.scopeIs === 'to' && !edgeRow(adds.edge).to.includes(kindOf(scope)))) continue;
      const other = new Uint8Array(128);
      for (const kind of adds.other) other[NODE_KINDS[kind].id] = 1;
      const adding = { fact, scope, subject: fact.subject === '' ? -1 : subject < 0 ? -2 : subject, other, anyLevel: adds.level === 'any' };
      if (adds.edge === 'HOLDS') append(this.grants, scope, adding);
      else if (adds.edge === 'MEMBER_OF') append(adds.scopeIs === 'to' ? this.members : this.groups, scope, adding);
      else if (adds.edge === 'ACTS_AS') append(this.owners, scope, adding);
      else if (adds.edge === 'EXEMPTS') append(this.exempts, scope, adding);
    }
    this.some = some;
    this.namesMembers = [...this.members.values(), ...this.groups.values()].some((gaps) => gaps.some(({ subject }) => subject !== -1));
  }

  /** The gaps that hide this of the node itself; those that hide everything around it are not among them. */
  of(hides: HiddenName, scope: NodeIndex): readonly GapFact[] {
    return this.#named.get(hides)?.get(scope) ?? NONE;
  }
}

/** May the gap add an edge whose other end is this node? */
export function mayAdd({ subject, other }: Adding, node: NodeIndex, kindId: number): boolean {
  return other[kindId] === 1 && (subject === -1 || subject === node);
}

const NONE: readonly never[] = [];

function edgeRow(kind: keyof typeof EDGE_KINDS): EdgeKindRow {
  return EDGE_KINDS[kind];
}

function append<V>(map: Map<NodeIndex, V[]>, key: NodeIndex, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
