/**
 * A synthetic organisation as the keyed facts that a connector would hand over, scope by scope: the members of each group, the
 * grants on each resource, the rules of each repository, and the listings of a workspace.
 *
 * Facts are made as they are read: ten million at once would fill the memory.
 */
import { type EdgeFact, type NodeFact, refPath, type StatedFact } from '../../graph/fact.ts';
import { EDGE_KINDS, type EdgeKind } from '../../graph/model/edge-kinds.ts';
import { NODE_KIND_NAMES, NODE_KINDS, type NodeKind } from '../../graph/model/node-kinds.ts';
import type { RunCommit } from '../../graph/store/port.ts';
import type { OrgColumns } from './columns.ts';

const FETCHED_AT = 1;

/** The end of an edge whose listing states it: grants are listed by resource, members by group, the others as one. */
const LISTED_BY: Partial<Record<EdgeKind, 'from' | 'to'>> = { HOLDS: 'to', MEMBER_OF: 'to', RESTRICTS: 'to', EXEMPTS: 'from' };

/** All nodes as one commit. */
export function nodeCommit(columns: OrgColumns): RunCommit {
  return { facts: nodeFacts(columns), scopes: new Map([['nodes', 'complete']]), closeUnlisted: false, report: {} };
}

/** All edges as one commit, those of one scope together. */
export function edgeCommit(columns: OrgColumns): RunCommit & { readonly count: number } {
  const order = listingOrder(columns);
  const count = order.length;
  const scopes = new Map<string, 'complete'>();
  const listings = new Listings(columns);
  for (let i = 0; i < count; i++) if (listings.moveTo(order[i]!)) scopes.set(listings.scope, 'complete');
  return { facts: edgeFacts(columns, order), scopes, closeUnlisted: false, report: {}, count };
}

/** Everything as one commit. */
export function wholeCommit(columns: OrgColumns): RunCommit {
  const nodes = nodeCommit(columns);
  const edges = edgeCommit(columns);
  return { ...edges, facts: chained(nodes.facts, edges.facts), scopes: new Map([...nodes.scopes, ...edges.scopes]) };
}

function* chained<T>(...parts: readonly Iterable<T>[]): IterableIterator<T> {
  for (const part of parts) yield* part;
}

function* nodeFacts({ nodes, keyOf }: OrgColumns): IterableIterator<StatedFact> {
  const kinds = new Map<number, NodeKind>(NODE_KIND_NAMES.map((kind) => [NODE_KINDS[kind].id, kind]));
  for (let index = 0; index < nodes.length; index++) {
    const key = keyOf(index);
    const fact: NodeFact = {
      type: 'node',
      kind: kinds.get(nodes.kind[index]!)!,
      key,
      ref: key,
      name: refPath(key),
      aliases: [],
      props: {},
    };
    yield { fact, scope: 'nodes', endpoint: 'nodes', fetchedAt: FETCHED_AT };
  }
}

function* edgeFacts(columns: OrgColumns, order: Int32Array): IterableIterator<StatedFact> {
  const { edges, keyOf, rules } = columns;
  const propsOf = new Map(rules.map(({ from, props }) => [from, props]));
  const keys = keysAtHand(keyOf);
  const listings = new Listings(columns);
  for (let i = 0; i < order.length; i++) {
    const at = order[i]!;
    listings.moveTo(at);
    const { kind, scope } = listings;
    const [from, to] = [keys(edges.from[at]!), keys(edges.to[at]!)];
    const props = kind === 'RESTRICTS' ? (propsOf.get(from) ?? {}) : {};
    const fact: EdgeFact = { type: 'edge', kind, from, to, word: edges.words[edges.word[at]!]!, props };
    yield { fact, scope, endpoint: kind, fetchedAt: FETCHED_AT };
  }
}

/** The listing that an edge is read from: its kind, and the node that it is a listing of. */
class Listings {
  kind: EdgeKind = 'HOLDS';
  scope = '';
  readonly #columns: OrgColumns;
  readonly #kinds = new Map<number, EdgeKind>(Object.entries(EDGE_KINDS).map(([kind, { id }]) => [id, kind as EdgeKind]));
  #node = -2;

  constructor(columns: OrgColumns) {
    this.#columns = columns;
  }

  /** Is it another than that of the edge before? */
  moveTo(at: number): boolean {
    const { edges, keyOf } = this.#columns;
    const kind = this.#kinds.get(edges.kind[at]!)!;
    const by = LISTED_BY[kind];
    const node = by === undefined ? -1 : edges[by][at]!;
    if (node === this.#node && kind === this.kind) return false;
    [this.kind, this.#node] = [kind, node];
    this.scope = node < 0 ? kind : `${kind} ${keyOf(node)}`;
    return true;
  }
}

/** Positions of edges by kind, then by what lists them: as a connector comes to them. */
function listingOrder({ nodes, edges }: OrgColumns): Int32Array {
  const kinds = Object.entries(EDGE_KINDS) as [EdgeKind, { id: number }][];
  const order = new Int32Array(edges.length);
  let placed = 0;
  for (const [kind, { id }] of kinds) {
    const by = edges[LISTED_BY[kind] ?? 'from'];
    const starts = new Int32Array(nodes.length + 1);
    for (let at = 0; at < edges.length; at++) if (edges.kind[at] === id) starts[by[at]! + 1]!++;
    for (let node = 0; node < nodes.length; node++) starts[node + 1]! += starts[node]!;
    for (let at = 0; at < edges.length; at++) if (edges.kind[at] === id) order[placed + starts[by[at]!]!++] = at;
    placed += starts[nodes.length]!;
  }
  return order;
}

/** Each key is one string, however many facts name it: as it is where a page was parsed. */
function keysAtHand(keyOf: (index: number) => string): (index: number) => string {
  const known: string[] = [];
  return (index) => (known[index] ??= keyOf(index));
}
