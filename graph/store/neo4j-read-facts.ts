/**
 * Reads of the Neo4j store that give occurrences: edges by id and by end, edges of some kinds, gaps, everything, sources counted.
 *
 * All statements of a fact are read, not only those that hold at the instant: where an occurrence begins and ends depends on those
 * before and after. Every function reads in a bounded number of round trips.
 */
import { type EdgeFact, edgeIdParts, type FactId, type GapFact, type NodeKey, type Occurrence } from '../fact.ts';
import { EDGE_KIND_NAMES, type EdgeKind } from '../model/edge-kinds.ts';
import type { Read, ReadFrame } from './neo4j-frame.ts';
import { readMeetings, readReadings, readUnread } from './neo4j-readings.ts';
import {
  blocksOf,
  EACH_BLOCK,
  EDGE_COLUMNS,
  EDGE_KIND,
  EDGE_TO,
  EDGE_WORD,
  edgeOf,
  GAP_COLUMNS,
  GAP_STATEMENTS,
  gapOf,
  holds,
  inBlock,
  NODE_COLUMNS,
  NODE_STATEMENTS,
  NODES_OF_BLOCK,
  nodeOf,
  statementOf,
  typesOf,
} from './neo4j-rows.ts';
import { endsAtPermission, pastType, permissionKey, staleType } from './neo4j-schema.ts';
import type { Row } from './neo4j-values.ts';
import { byAskedId, occurrencesOf, type Statement, sourceCounts, type ToldEdge, ToldEdges } from './occurrence.ts';
import type { SourceCount, Store } from './port.ts';

/** Nodes whose facts are read at once by a scan of all facts. */
const SCAN_NODES = 500;

/** The id of an edge, as `factId` makes it. */
export const EDGE_ID = `a.key + ' ' + ${EDGE_KIND} + ' ' + CASE ${EDGE_WORD} WHEN '' THEN '' ELSE ${EDGE_WORD} + ' ' END + ${EDGE_TO}`;

export async function readEdges(frame: ReadFrame, ids: readonly FactId[]): Promise<Map<FactId, Occurrence<EdgeFact>>> {
  return byAskedId(ids, await edgeOccurrences(frame, await statementsOf(frame, ids)));
}

export async function readEdgesOf(
  frame: ReadFrame,
  { key, end, kinds = EDGE_KIND_NAMES, first, after = '' }: Parameters<Store['readEdgesOf']>[0],
): Promise<Occurrence<EdgeFact>[]> {
  if (kinds.length === 0) return [];
  const levels = kinds.filter(endsAtPermission);
  // Into a resource there are two ways: to itself, and to the permissions on it.
  const toPermission =
    levels.length === 0
      ? ''
      : `UNION ALL MATCH (t:Permission {tenant: $tenant, resource: n.number})<-[r:${levels.join('|')}]-(a) RETURN a, r, t`;
  const way =
    end === 'from'
      ? `MATCH (a:Node {tenant: $tenant, key: $key})-[r:${typesOf(kinds)}]->(t)`
      : `MATCH (n:Node {tenant: $tenant, key: $key})
         CALL (n) { MATCH (a)-[r:${typesOf(kinds, { direct: true })}]->(n) RETURN a, r, n AS t ${toPermission} }`;
  const page = await frame.rows(
    `${way} WITH a, r, t WHERE r.scope IS NOT NULL AND ${holds('r')}
     WITH DISTINCT ${EDGE_ID} AS id WHERE id > $after RETURN id ORDER BY id LIMIT $first`,
    { key, after, first: first },
  );
  const edges = await readEdges(
    frame,
    page.map(({ id }) => id as FactId),
  );
  return [...edges.values()];
}

export async function readEdgesOfKinds(frame: ReadFrame, kinds: readonly EdgeKind[]): Promise<ToldEdge[]> {
  if (kinds.length === 0) return [];
  const [rows, unreadAt] = await Promise.all([
    frame.rows(
      `MATCH (a:Node)-[r:${typesOf(kinds)}]->(t) WHERE a.tenant = $tenant AND a.number >= 0 AND r.scope IS NOT NULL AND ${holds('r')}
       RETURN ${EDGE_COLUMNS}`,
    ),
    readUnread(frame),
  ]);
  const told = new ToldEdges();
  for (const row of rows) {
    const { fact, scope, from } = statementOf(edgeOf(row), row);
    told.add(fact, from < (unreadAt.get(scope) ?? -Infinity));
  }
  if (told.several.size > 0) told.settle(await readEdges(frame, [...told.several]));
  return told.edges();
}

export async function readGaps(frame: ReadFrame): Promise<Occurrence<GapFact>[]> {
  const held = (label: string) => `MATCH (g:${label}) WHERE g.tenant = $tenant AND g.about >= 0 AND ${holds('g')} RETURN g.about AS about`;
  const rows = await frame.rows(
    `CALL () { ${held('Gap')} UNION ${held('PastGap')} } WITH DISTINCT about
     MATCH (n:Node {tenant: $tenant, number: about}) ${GAP_STATEMENTS} RETURN ${GAP_COLUMNS}`,
  );
  const statements = rows.map((row) => statementOf(gapOf(row), row));
  return occurrencesOf(statements, { ...instantOf(frame), readings: await readReadings(frame, statements) });
}

/**
 * All that holds at the instant of the next nodes after a key, ordered by fact id, and the last of these keys; null after the
 * last node. Every id begins with the key of one node, so the order of nodes is the order of facts.
 */
export async function readFactsAfter(frame: ReadFrame, key: NodeKey): Promise<{ last: NodeKey; facts: Occurrence[] } | null> {
  const keys = await frame.rows(
    `MATCH (n:Node) WHERE n.tenant = $tenant AND n.key > $key RETURN n.key AS key ORDER BY n.key LIMIT ${SCAN_NODES}`,
    { key },
  );
  const last = keys.at(-1)?.['key'];
  if (typeof last !== 'string') return null;
  const among = `MATCH (n:Node) WHERE n.tenant = $tenant AND n.key > $key AND n.key <= $last`;
  const [nodes, edges, gaps] = await Promise.all([
    frame.rows(`${among} ${NODE_STATEMENTS} RETURN ${NODE_COLUMNS}`, { key, last }),
    frame.rows(`${among} WITH n AS a MATCH (a)-[r:${typesOf(EDGE_KIND_NAMES)}]->(t) WHERE r.scope IS NOT NULL RETURN ${EDGE_COLUMNS}`, {
      key,
      last,
    }),
    frame.rows(`${among} ${GAP_STATEMENTS} RETURN ${GAP_COLUMNS}`, { key, last }),
  ]);
  const statements: Statement[] = [
    ...nodes.map((row) => statementOf(nodeOf(row), row)),
    ...edges.map((row) => statementOf(edgeOf(row), row)),
    ...gaps.map((row) => statementOf(gapOf(row), row)),
  ];
  return { last, facts: occurrencesOf(statements, { ...instantOf(frame), readings: await readReadings(frame, statements) }) };
}

const COUNT_FACTS = '.scope AS scope, each.validFrom AS from, count(*) AS facts RETURN scope, from, facts';
const SOURCES_OF_BLOCK = `${EACH_BLOCK} {
  MATCH (each:NodeFact) WHERE each.tenant = $tenant AND ${inBlock('each.node')} AND ${holds('each')} WITH each${COUNT_FACTS}
  UNION ALL ${NODES_OF_BLOCK} MATCH (n)-[each:${typesOf(EDGE_KIND_NAMES)}]->()
  WHERE each.scope IS NOT NULL AND ${holds('each')} WITH each${COUNT_FACTS}
} RETURN scope, from, facts`;
const gapSources = (label: string) =>
  `MATCH (each:${label}) WHERE each.tenant = $tenant AND each.about >= 0 AND ${holds('each')} WITH each${COUNT_FACTS}`;
const SOURCES_OF_GAPS = `${gapSources('Gap')} UNION ALL ${gapSources('PastGap')}`;

export async function readSources(read: Read, nodes: number): Promise<SourceCount[]> {
  const counts = new Map<string, { scope: number; from: number; isGap: boolean; count: number }>();
  const add = (rows: readonly Row[], isGap: boolean) => {
    for (const row of rows) {
      const [scope, from, count] = [row['scope'] as number, row['from'] as number, row['facts'] as number];
      const known = counts.get(`${scope} ${from} ${isGap}`);
      if (known === undefined) counts.set(`${scope} ${from} ${isGap}`, { scope, from, isGap, count });
      else known.count += count;
    }
  };
  for (const low of blocksOf(nodes)) add(await read((frame) => frame.rows(SOURCES_OF_BLOCK, { lows: [low] })), false);
  add(await read((frame) => frame.rows(SOURCES_OF_GAPS)), true);
  const groups = [...counts.values()];
  const readings = await read((frame) =>
    readMeetings(
      frame,
      groups.map(({ scope, from, isGap }) => [scope, from, isGap]),
    ),
  );
  return sourceCounts(groups, readings);
}

/** All statements of edges by id; of no edge for what is not the id of one. */
export async function statementsOf(frame: ReadFrame, ids: readonly FactId[]): Promise<Statement<EdgeFact>[]> {
  // Where a fresh edge of the kind ends at a permission, that one has this key.
  const asked = [...new Set(ids)].flatMap((id) => {
    const parts = edgeIdParts(id);
    return parts === null ? [] : [{ ...parts, permission: permissionKey(parts.word, parts.to) }];
  });
  const byKind = Map.groupBy(asked, ({ kind }) => kind);
  const rows = await Promise.all([...byKind].map(([kind, edges]) => frame.rows(statementsOfKind(kind), { edges })));
  return rows.flat().map((row) => statementOf(edgeOf(row), row));
}

function statementsOfKind(kind: EdgeKind): string {
  const stale = [staleType(kind), pastType(kind)];
  const direct = (types: readonly string[]) =>
    // Without WITH the planner would look at everything that leaves the node, for each edge.
    `MATCH (t:Node {tenant: $tenant, key: edge.to}) WITH a, edge, t MATCH (a)-[r:${types.join('|')}]->(t)
     WHERE r.scope IS NOT NULL AND coalesce(r.word, '') = edge.word RETURN r, t`;
  const ways = endsAtPermission(kind)
    ? `${direct(stale)} UNION ALL MATCH (t:Permission {tenant: $tenant, key: edge.permission}) WITH a, t MATCH (a)-[r:${kind}]->(t) RETURN r, t`
    : direct([kind, ...stale]);
  return `UNWIND $edges AS edge MATCH (a:Node {tenant: $tenant, key: edge.from}) CALL (a, edge) { ${ways} } RETURN ${EDGE_COLUMNS}`;
}

async function edgeOccurrences(frame: ReadFrame, statements: readonly Statement<EdgeFact>[]): Promise<Occurrence<EdgeFact>[]> {
  return occurrencesOf(statements, { ...instantOf(frame), readings: await readReadings(frame, statements) });
}

function instantOf({ at, knownAt }: ReadFrame): { at: number; knownAt: number } {
  return { at, knownAt };
}
