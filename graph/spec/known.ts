/**
 * A world with the questions that the definitional engine asks of it, under one of two completions.
 *
 * pessimistic: what is stale is gone, what is hidden is absent. optimistic: what is stale holds, what is hidden may be added.
 * Everything is a linear scan: this engine is the truth, not fast.
 */
import { type GapFact, type NodeFact, type NodeKey, refPath, type World } from '../fact.ts';
import { EDGE_KINDS, type EdgeKind, type EdgeKindRow } from '../model/edge-kinds.ts';
import { hiddenRow } from '../model/gaps.ts';
import { isLeveled } from '../model/lattice.ts';
import type { LeveledKind } from '../model/levels.ts';
import type { NodeKind } from '../model/node-kinds.ts';
import type { Flavor } from '../model/row.ts';

export type Completion = 'pessimistic' | 'optimistic';

export type KnownEdge = World['edges'][number];

export const ANONYMOUS: NodeKey = 'anonymous:';

export class Known {
  readonly nodes: ReadonlyMap<NodeKey, NodeFact>;
  readonly gaps: readonly GapFact[];
  readonly #edges: ReadonlyMap<EdgeKind, Readonly<Record<Completion, readonly KnownEdge[]>>>;

  constructor(world: World) {
    const anonymous: NodeFact = { type: 'node', kind: 'Anonymous', key: ANONYMOUS, ref: ANONYMOUS, name: '', aliases: [], props: {} };
    this.nodes = new Map([anonymous, ...world.nodes].map((node) => [node.key, node]));
    this.gaps = world.gaps;
    const byKind = Map.groupBy(world.edges, ({ kind }) => kind);
    this.#edges = new Map([...byKind].map(([kind, edges]) => [kind, { optimistic: edges, pessimistic: edges.filter(({ stale }) => stale !== true) }]));
  }

  kindOf(key: NodeKey): NodeKind | undefined {
    return this.nodes.get(key)?.kind;
  }

  /** The names of the scopes of a credential, in order. */
  scopesOf(key: NodeKey, completion: Completion): string[] {
    const names = this.edges('HAS_SCOPE', completion).flatMap(({ from, to }) => (from === key ? [refPath(to)] : []));
    return names.sort();
  }

  /** Observed edges of a kind that hold under the completion. */
  edges(kind: EdgeKind, completion: Completion): readonly KnownEdge[] {
    return this.#edges.get(kind)?.[completion] ?? [];
  }

  /** The gaps that may add an edge of this kind between these two. */
  gapsAdding(kind: EdgeKind, from: NodeKey, to: NodeKey): readonly GapFact[] {
    return this.gaps.filter((gap) => {
      const { adds } = hiddenRow(gap.hides);
      if (adds === null || adds.edge !== kind) return false;
      const [end, other] = adds.scopeIs === 'from' ? [from, to] : [to, from];
      const inScope = adds.scopeIs === 'container of to' ? this.edges('CONTAINS', 'optimistic').some((edge) => edge.from === gap.scope && edge.to === to) : gap.scope === end;
      const [otherKind, toKind] = [this.kindOf(other), this.kindOf(to)];
      const row: EdgeKindRow = EDGE_KINDS[kind];
      if (otherKind === undefined || toKind === undefined || !adds.other.includes(otherKind) || !row.to.includes(toKind)) return false;
      return inScope && (gap.subject === '' || gap.subject === other);
    });
  }

  /** Is there such an edge under the completion, whatever its word? */
  joins(kind: EdgeKind, from: NodeKey, to: NodeKey, completion: Completion): boolean {
    const isSeen = this.edges(kind, completion).some((edge) => edge.from === from && edge.to === to);
    return isSeen || (completion === 'optimistic' && this.gapsAdding(kind, from, to).length > 0);
  }

  /** What it lies in directly: its containers, or the repository that a rule is of. */
  above(key: NodeKey): NodeKey[] {
    const containers = this.edges('CONTAINS', 'optimistic').flatMap(({ from, to }) => (to === key ? [from] : []));
    return [...containers, ...this.edges('RESTRICTS', 'optimistic').flatMap(({ from, to }) => (from === key ? [to] : []))];
  }

  /** The resource and all that contains it. */
  ancestors(key: NodeKey): NodeKey[] {
    const found = new Set([key]);
    for (const at of found) for (const container of this.above(at)) found.add(container);
    return [...found];
  }

  /** The nearest resources with levels, by key: the resource itself, or the first leveled containers on every way up. */
  leveled(key: NodeKey): NodeKey[] {
    const found = new Set([key]);
    for (const at of found) if (this.leveledAs(at) === null) for (const container of this.above(at)) found.add(container);
    return [...found].filter((at) => this.leveledAs(at) !== null).sort();
  }

  /** The flavor and kind by which the levels of a resource are read; null for what has no levels. */
  leveledAs(key: NodeKey): { flavor: Flavor; kind: LeveledKind } | null {
    const kind = this.kindOf(key);
    return kind !== undefined && isLeveled(kind) ? { flavor: this.flavorOf(key), kind } : null;
  }

  flavorOf(key: NodeKey): Flavor {
    return this.ancestors(key).some((at) => this.kindOf(at) === 'Instance') ? 'dc' : 'cloud';
  }

  /** The gaps that hide whether it is active. */
  unsure(key: NodeKey): readonly GapFact[] {
    return this.gaps.filter((gap) => gap.hides === 'activity' && gap.scope === key);
  }

  /** The gaps that hide this of the node, or everything of what it lies in. */
  gapsHiding(hides: GapFact['hides'], scope: NodeKey): readonly GapFact[] {
    const around = this.ancestors(scope);
    return this.gaps.filter((gap) => (hiddenRow(gap.hides).takes === 'everything' ? around.includes(gap.scope) : gap.hides === hides && gap.scope === scope));
  }
}
