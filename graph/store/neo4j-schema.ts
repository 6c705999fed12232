/**
 * The graph in Neo4j: every name, the constraints and indexes, and how a database becomes ours.
 *
 * Bookkeeping. Everything carries `tenant`. Instants are commit instants, integers in milliseconds.
 * - `GrantpathDatabase` {name: 'grantpath', schemaVersion}: one for the whole database.
 * - `GrantpathStore`, one for a tenant: schemaVersion, commits (readVersion), lastAt (newest commit instant, 0 before the first),
 *   nextNode, nextScope, writes (see below), holder, holderProcess, heartbeatAt (by the clock of the server), and while a change is
 *   being applied: applying (its instant), applyingNode and applyingScope (the counters before it).
 * - `GrantpathRun` {id, connector, startedAt, committedAt absent while open, report JSON}.
 * - `GrantpathPage` {run, sequence, place (digest of scope and path), scope, endpoint, path, status, fetchedAt, next, body: deflated}.
 * - `GrantpathScope` {number, connector, name} and two slots, `at0 outcome0 digests0 edges0` and the same with 1: what the scope
 *   states since that commit. The slot that counts is the newest whose instant is not after lastAt; a commit writes the other one.
 *   The scope of nodes that the store itself states has the name ''. Only the writer reads slots.
 * - `GrantpathReading` {scope (number), at, outcome (`OUTCOMES`), endpoint, fetchedAt}: one try of one scope in one commit.
 * - `GrantpathAlias` {alias, node (number)}: never taken away. `GrantpathCache` {name, part, bytes (of all parts), stamp (of one writing),
 *   text: packed, as base64}. The driver takes bytes one by one and finds each in all the chunks that a long array came in: an array above
 *   60 KB costs seconds, so what is long is a text, or many short arrays.
 *
 * The graph of now, for analysts.
 * - `Node` {key, number} is every node that was ever stated. While it holds it has the label of its kind too, and ref, name, aliases
 *   and its properties under their own names (`flatProps`).
 * - Statements of edges are relationships, one for each scope and interval: `K` (open), `STALE_K` (open, and the last reading of its
 *   scope failed and did not meet it), `WAS_K` (closed): {scope (number), validFrom, validTo of WAS_K, word where the kind has one,
 *   props (canonical JSON) and the properties flat where there are any}.
 * - A fresh open statement of a kind whose word is a level (HOLDS, REPORTED) ends at a `Permission` {key, level, resource (number)}
 *   and has no word; STALE_ and WAS_ of them end at the resource and have it. Words and levels are written as in ids of facts. All of
 *   them have `pair` (`pairOf` holder and resource), by which it is found whether one holds something of the other: there may be
 *   thousands of relationships at either end. It is that of nodes of a tenant, and other tenants have the same numbers.
 *   The commit makes the Permission node of each level that it opens, whatever the level; `refreshDerived` makes all others and ON of
 *   every Permission of a touched resource, and takes away only what no relationship from a holder ends at.
 * - `Gap` (open) and `PastGap` (closed) {reason, hides, about, subject (numbers), detail, scope, validFrom, validTo}, -[:ABOUT]-> and
 *   -[:SUBJECT]-> the nodes.
 * - What is derived (ON, IMPLIES, BINDS, MEMBER_OF of `anonymous:`) has {derived: true, rule, reason}, neither scope nor validFrom.
 *
 * Statements of nodes: `NodeFact` {node (number), kind (name), ref, name, aliases (sorted), props (canonical JSON), search
 * (`searchText`), scope (number), openScope (the same, absent once closed), openedAt, validFrom, validTo absent while open}. A reading
 * that failed but met an open statement, of a node or an edge, closes it and opens it again.
 *
 * Reading exactly. Neo4j shows the writes of another transaction while it commits, one after the other. So `writes` is made odd
 * before a transaction with statements commits, and even by that transaction. A read looks at `writes` before and after: it is of
 * one state if both are equal and even (or odd and heartbeatAt older than LEASE_MS: the writer is dead and so is its transaction).
 * Otherwise it is repeated. Reads go by intervals up to lastAt and are exact between the transactions of a large change too.
 *
 * INVARIANT: a migration is never changed once it was released. Numbers of nodes and scopes never change.
 * INVARIANT: Cypher here is understood by 5.26 and by 2026.04. Input is a parameter, never text of a statement.
 */
import type { NodeKey, Props, Scalar } from '../fact.ts';
import { EDGE_KIND_NAMES, EDGE_KINDS, type EdgeKind } from '../model/edge-kinds.ts';
import { NODE_KIND_NAMES } from '../model/node-kinds.ts';

/** A lease that was not renewed for so long belongs to nobody. */
export const LEASE_MS = 15_000;

/** Names that the store uses itself: a property of a fact that is called so gets `_` at its end. */
const NODE_RESERVED: ReadonlySet<string> = new Set(['tenant', 'key', 'number', 'ref', 'name', 'aliases']);
const EDGE_RESERVED: ReadonlySet<string> = new Set(['scope', 'validFrom', 'validTo', 'word', 'pair', 'props', 'derived', 'rule', 'reason']);

/** Numbers of nodes are below this, so that two of them are one whole number that JavaScript knows exactly. */
export const NODES_MAX = 2 ** 26;

/** `K`, `STALE_K`, `WAS_K`. */
export const OPEN_TYPES = EDGE_KIND_NAMES;
export const STALE_TYPES = EDGE_KIND_NAMES.map(staleType);
export const PAST_TYPES = EDGE_KIND_NAMES.map(pastType);

export function staleType(kind: EdgeKind): `STALE_${EdgeKind}` {
  return `STALE_${kind}`;
}

export function pastType(kind: EdgeKind): `WAS_${EdgeKind}` {
  return `WAS_${kind}`;
}

/** Does a fresh open edge of this kind end at the node of a permission? */
export function endsAtPermission(kind: EdgeKind): boolean {
  return EDGE_KINDS[kind].word === 'level';
}

/** The key of a permission on a resource. The level is written as in ids of facts. */
export function permissionKey(level: string, resource: NodeKey): NodeKey {
  return `permission:${level}@${resource}`;
}

/** The number that stands for a holder and a resource. */
export function pairOf(holder: number, resource: number): number {
  return holder * NODES_MAX + resource;
}

/** Properties of a node or an edge as the graph has them beside its own. What has no value is left out. */
export function flatProps(props: Props, of: 'node' | 'edge'): Record<string, Scalar> {
  const reserved = of === 'node' ? NODE_RESERVED : EDGE_RESERVED;
  const flat: Record<string, Scalar> = {};
  for (const [name, value] of Object.entries(props)) {
    // The server takes no name that is empty or has a zero character.
    if (value === null || name === '' || name.includes('\0')) continue;
    flat[(reserved.has(name) ? `${name}_` : name).toWellFormed()] = typeof value === 'string' ? value.toWellFormed() : value;
  }
  return flat;
}

const unique = (label: string, ...properties: string[]) =>
  `CREATE CONSTRAINT ${nameOf(label, properties)} IF NOT EXISTS FOR (n:${label}) REQUIRE (${properties.map((name) => `n.${name}`).join(', ')}) IS UNIQUE`;
const index = (label: string, ...properties: string[]) =>
  `CREATE INDEX ${nameOf(label, properties)} IF NOT EXISTS FOR (n:${label}) ON (${properties.map((name) => `n.${name}`).join(', ')})`;
const edgeIndex = (type: string, property: string) =>
  `CREATE INDEX ${nameOf(type, [property])} IF NOT EXISTS FOR ()-[r:${type}]-() ON (r.${property})`;
const textIndex = (label: string, property: string) =>
  `CREATE TEXT INDEX ${nameOf(label, [property])}_text IF NOT EXISTS FOR (n:${label}) ON (n.${property})`;

function nameOf(label: string, properties: readonly string[]): string {
  return ['grantpath', label, ...properties].join('_').toLowerCase();
}

/** Each a list of statements that change nothing where they ran before. */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    unique('GrantpathDatabase', 'name'),
    unique('GrantpathStore', 'tenant'),
    unique('GrantpathRun', 'tenant', 'id'),
    index('GrantpathRun', 'tenant', 'committedAt'),
    unique('GrantpathPage', 'tenant', 'run', 'sequence'),
    index('GrantpathPage', 'tenant', 'run', 'place'),
    unique('GrantpathScope', 'tenant', 'number'),
    unique('GrantpathScope', 'tenant', 'connector', 'name'),
    unique('GrantpathReading', 'tenant', 'scope', 'at'),
    unique('GrantpathAlias', 'tenant', 'alias', 'node'),
    unique('GrantpathCache', 'tenant', 'name', 'part'),
    unique('Node', 'tenant', 'key'),
    unique('Node', 'tenant', 'number'),
    ...NODE_KIND_NAMES.flatMap((kind) => [unique(kind, 'tenant', 'key'), index(kind, 'tenant', 'ref')]),
    index('Permission', 'tenant', 'resource'),
    index('NodeFact', 'tenant', 'node'),
    index('NodeFact', 'tenant', 'ref'),
    index('NodeFact', 'tenant', 'openScope'),
    textIndex('NodeFact', 'search'),
    index('Gap', 'tenant', 'scope'),
    index('Gap', 'tenant', 'about'),
    index('PastGap', 'tenant', 'about'),
    ...EDGE_KIND_NAMES.filter(endsAtPermission).map((kind) => edgeIndex(kind, 'pair')),
  ],
];

/** Labels of the graph itself: a database that has other nodes only is somebody else's. */
export const OUR_LABELS = ['GrantpathDatabase', 'GrantpathStore'] as const;
