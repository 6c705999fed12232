/**
 * What one commit changes in the Neo4j store, before any of it is written: nodes, scopes and edges by their numbers.
 */
import { invariant } from '../errors.ts';
import type { NodeFact, NodeKey } from '../fact.ts';
import { EDGE_KIND_NAMES, EDGE_KINDS, type EdgeKind } from '../model/edge-kinds.ts';
import type { NodeContent } from './contents.ts';
import { EdgeList } from './edge-list.ts';
import type { Digests, EdgeText } from './neo4j-gather.ts';

/** Edges that something is derived from, and at which end. Of who holds or is a member of what nothing is derived. */
const DERIVED_FROM: Partial<Record<EdgeKind, 'to' | 'both'>> = {
  HOLDS: 'to',
  REPORTED: 'to',
  CONTAINS: 'both',
  RESTRICTS: 'both',
  CLASSIFIES: 'both',
};
/** By id of the kind. */
const ENDS_BY_KIND: ('to' | 'both' | undefined)[] = [];
for (const kind of EDGE_KIND_NAMES) ENDS_BY_KIND[EDGE_KINDS[kind].id] = DERIVED_FROM[kind];

export interface NewNode {
  readonly number: number;
  readonly key: NodeKey;
}

export interface OpenedNode {
  readonly node: number;
  readonly content: NodeContent;
  readonly scope: number;
  /** When the scope began to state it. */
  readonly openedAt: number;
}

export interface OpenedGap {
  readonly reason: string;
  readonly hides: string;
  readonly about: number;
  readonly subject: number | null;
  readonly detail: string;
  readonly scope: number;
}

export interface NewReading {
  readonly scope: number;
  readonly outcome: number;
  readonly endpoint: string;
  readonly fetchedAt: number;
}

/** What a scope states from this commit on. */
export interface NewSlot {
  readonly scope: number;
  readonly slot: 0 | 1;
  readonly outcome: number;
  readonly digests: Digests;
  /** null where they are those of the other slot. */
  readonly edges: Uint8Array | null;
}

export class Changes {
  /** The commit instant. */
  readonly at: number;
  readonly connector: string;
  readonly newScopes: { readonly number: number; readonly name: string }[] = [];
  /** In the order of their numbers, which is that of their keys. */
  readonly newNodes: NewNode[] = [];
  /** What holds of a node from now on, null for nothing: of all nodes of which a statement was opened or closed. */
  readonly contents = new Map<number, NodeFact | null>();
  readonly openedNodes: OpenedNode[] = [];
  /** The server's ids of the statements. */
  readonly closedNodes: number[] = [];
  /** Ends are numbers of nodes, scopes those of the store, texts positions in `texts`. */
  readonly openedEdges = new EdgeList();
  readonly closedEdges = new EdgeList();
  readonly closedStaleEdges = new EdgeList();
  readonly staleEdges = new EdgeList();
  readonly freshEdges = new EdgeList();
  readonly texts: EdgeText[] = [];
  readonly openedGaps: OpenedGap[] = [];
  readonly closedGaps: { readonly id: number; readonly about: number }[] = [];
  readonly readings: NewReading[] = [];
  readonly slots: NewSlot[] = [];
  /** Keys of the ends of changed edges and of new nodes, by number. */
  readonly keys = new Map<number, NodeKey>();
  /** The server's ids of nodes by number. */
  readonly ids = new Map<number, number>();
  /** The server's ids of permissions, by number of the resource and level. */
  readonly permissionIds = new Map<string, number>();
  readonly #textIds = new Map<string, number>();

  constructor({ at, connector }: { at: number; connector: string }) {
    this.at = at;
    this.connector = connector;
  }

  textId({ word, props }: EdgeText): number {
    const name = `${word} ${props}`;
    let id = this.#textIds.get(name);
    if (id === undefined) {
      id = this.texts.push({ word, props }) - 1;
      this.#textIds.set(name, id);
    }
    return id;
  }

  idOf(node: number): number {
    const id = this.ids.get(node);
    invariant(id !== undefined, `a node that is written to was found or made, got ${node}`);
    return id;
  }

  keyOf(node: number): NodeKey {
    const key = this.keys.get(node);
    invariant(key !== undefined, `the key of a node that is written to is known, got ${node}`);
    return key;
  }

  permissionIdOf(resource: number, level: string): number {
    const id = this.permissionIds.get(`${resource} ${level}`);
    invariant(id !== undefined, `a permission that is written to was found or made, got \`${level}\` on ${resource}`);
    return id;
  }

  get edgeLists(): readonly EdgeList[] {
    return [this.openedEdges, this.closedEdges, this.closedStaleEdges, this.staleEdges, this.freshEdges];
  }

  /** Statements of facts that are opened, closed, or become stale or fresh. */
  get size(): number {
    const edges = this.edgeLists.reduce((sum, { length }) => sum + length, 0);
    return edges + this.openedNodes.length + this.closedNodes.length + this.openedGaps.length + this.closedGaps.length;
  }

  /** Nodes of which something changed that edges are derived from. */
  touched(): Set<number> {
    const touched = new Set(this.contents.keys());
    for (const { kind, from, to, length } of this.edgeLists)
      for (let at = 0; at < length; at++) {
        const ends = ENDS_BY_KIND[kind[at] as number];
        if (ends === undefined) continue;
        touched.add(to[at] as number);
        if (ends === 'both') touched.add(from[at] as number);
      }
    for (const { about } of [...this.openedGaps, ...this.closedGaps]) touched.add(about);
    return touched;
  }
}
