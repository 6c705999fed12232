/**
 * Rows of the Neo4j store and the values they stand for: the Cypher that several reads share, and facts out of rows.
 *
 * Statements of edges lie on three families of relationships, and fresh ones of levels end at the node of a permission; here they
 * become one kind of row again. What is derived has no `scope` and is no statement.
 */
import { decodeKeyPart, type EdgeFact, type Fact, type GapFact, type NodeFact, type NodeKey, type Props } from '../fact.ts';
import type { EdgeKind } from '../model/edge-kinds.ts';
import type { GapReason, Hidden } from '../model/gaps.ts';
import type { NodeKind } from '../model/node-kinds.ts';
import type { ReadFrame } from './neo4j-frame.ts';
import { endsAtPermission, pastType, permissionKey, staleType } from './neo4j-schema.ts';
import type { Row } from './neo4j-values.ts';
import type { Statement } from './occurrence.ts';
import type { RunReport, SnapshotInfo } from './port.ts';
import { spokenFact } from './spoken.ts';

/** Does the statement of this variable hold at `$at`? */
export const holds = (statement: string) =>
  `${statement}.validFrom <= $at AND (${statement}.validTo IS NULL OR ${statement}.validTo > $at)`;

/** Newest first. An index of several properties gives an order only to who names them all. */
export const newestReading = (reading: string) => `${reading}.tenant DESC, ${reading}.scope DESC, ${reading}.at DESC`;

/** Runs that were committed up to `$at`, as snapshots. */
export const SNAPSHOTS = 'MATCH (run:GrantpathRun) WHERE run.tenant = $tenant AND run.committedAt <= $at';
export const SNAPSHOT_COLUMNS = 'run.id AS id, run.committedAt AS at, run.connector AS connector, run.report AS report';
export const NEWEST_SNAPSHOT = `${SNAPSHOTS} RETURN ${SNAPSHOT_COLUMNS} ORDER BY run.tenant DESC, run.committedAt DESC LIMIT 1`;

/** Numbers of one block: its lists are some hundred kilobytes, which the driver takes at once. */
const BLOCK = 10_000;

/** The first number of each block of so many nodes. */
export function blocksOf(nodes: number): number[] {
  return Array.from({ length: Math.ceil(nodes / BLOCK) }, (_, block) => block * BLOCK);
}

/** Rows of lists, one for each of the blocks `$lows`. */
export const EACH_BLOCK = 'UNWIND $lows AS low CALL (low)';
export const inBlock = (number: string) => `${number} >= low AND ${number} < low + ${BLOCK}`;
export const NODES_OF_BLOCK = `MATCH (n:Node) WHERE n.tenant = $tenant AND ${inBlock('n.number')}`;

/** Statements of the nodes `n`, whatever the instant. */
export const NODE_STATEMENTS = `MATCH (f:NodeFact {tenant: $tenant, node: n.number})
MATCH (c:GrantpathScope {tenant: $tenant, number: f.scope})`;
export const NODE_COLUMNS = `n.key AS key, f.node AS node, f.kind AS kind, f.ref AS ref, f.name AS name, f.aliases AS aliases,
  f.props AS props, f.scope AS scope, f.validFrom AS validFrom, f.validTo AS validTo, c.connector AS connector`;

/** Gaps about the node `n`, whatever the instant. */
export const GAP_STATEMENTS = `CALL (n) {
  MATCH (g:Gap {tenant: $tenant, about: n.number}) RETURN g
  UNION ALL MATCH (g:PastGap {tenant: $tenant, about: n.number}) RETURN g
}
OPTIONAL MATCH (m:Node {tenant: $tenant, number: g.subject})`;
export const GAP_COLUMNS = `g.reason AS reason, g.hides AS hides, n.key AS about, m.key AS subject, g.detail AS detail, g.scope AS scope,
  g.validFrom AS validFrom, g.validTo AS validTo`;

/** Of an edge `r` from the node `a` to `t`, a node or the permission on one: everything but its properties. */
const PERMISSION_PREFIX = permissionKey('', '').length;
export const EDGE_KIND = `CASE WHEN type(r) STARTS WITH 'STALE_' THEN substring(type(r), 6) WHEN type(r) STARTS WITH 'WAS_' THEN substring(type(r), 4) ELSE type(r) END`;
export const EDGE_WORD = `CASE WHEN t:Permission THEN t.level ELSE coalesce(r.word, '') END`;
export const EDGE_TO = `CASE WHEN t:Permission THEN substring(t.key, ${PERMISSION_PREFIX} + size(t.level)) ELSE t.key END`;
export const EDGE_END = 'CASE WHEN t:Permission THEN t.resource ELSE t.number END';
export const EDGE_COLUMNS = `${EDGE_KIND} AS kind, a.key AS from, ${EDGE_TO} AS to, ${EDGE_WORD} AS word, r.props AS props, r.scope AS scope,
  r.validFrom AS validFrom, r.validTo AS validTo`;

/** Relationship types of all statements of some kinds, as a pattern has them; of levels those that end at the resource alone. */
export function typesOf(kinds: readonly EdgeKind[], { direct = false } = {}): string {
  const open = direct ? kinds.filter((kind) => !endsAtPermission(kind)) : kinds;
  return [...open, ...kinds.map(staleType), ...kinds.map(pastType)].join('|');
}

export function statementOf<F extends Fact>(fact: F, row: Row): Statement<F> {
  return {
    fact,
    scope: row['scope'] as number,
    connector: (row['connector'] as string | undefined) ?? '',
    from: row['validFrom'] as number,
    to: (row['validTo'] as number | null) ?? Infinity,
  };
}

export function nodeOf(row: Row): NodeFact {
  return {
    type: 'node',
    kind: row['kind'] as NodeKind,
    key: row['key'] as NodeKey,
    ref: row['ref'] as string,
    name: row['name'] as string,
    aliases: row['aliases'] as string[],
    props: JSON.parse(row['props'] as string) as Props,
  };
}

export function edgeOf(row: Row): EdgeFact {
  return {
    type: 'edge',
    kind: row['kind'] as EdgeKind,
    from: row['from'] as NodeKey,
    to: row['to'] as NodeKey,
    word: decodeKeyPart(row['word'] as string),
    props: propsOf(row),
  };
}

export function gapOf(row: Row): GapFact {
  return {
    type: 'gap',
    reason: row['reason'] as GapReason,
    hides: row['hides'] as Hidden,
    scope: row['about'] as NodeKey,
    subject: (row['subject'] as NodeKey | null) ?? '',
    detail: row['detail'] as string,
  };
}

/** Out of `id`, `at`, `connector` and `report`. */
export function snapshotOf(row: Row): SnapshotInfo {
  return {
    id: row['id'] as string,
    at: row['at'] as number,
    connector: row['connector'] as string,
    report: JSON.parse((row['report'] as string | null) ?? '{}') as RunReport,
  };
}

export function propsOf(row: Row): Props {
  return typeof row['props'] === 'string' ? (JSON.parse(row['props']) as Props) : {};
}

/** What holds at the instant of the nodes `n` that the Cypher finds, each once: by number. */
export async function spokenNodes(frame: ReadFrame, findNodes: string, parameters: Row): Promise<Map<number, NodeFact>> {
  const rows = await frame.rows(
    `${findNodes} ${NODE_STATEMENTS} WHERE ${holds('f')} RETURN ${NODE_COLUMNS} ORDER BY f.openedAt, f.scope`,
    parameters,
  );
  const byNumber = Map.groupBy(rows, ({ node }) => node as number);
  const spoken = (held: readonly Row[]) => spokenFact(held.map((row) => ({ fact: nodeOf(row), connector: row['connector'] as string })));
  return new Map([...byNumber].map(([number, held]) => [number, spoken(held)]));
}
