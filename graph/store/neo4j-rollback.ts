/**
 * Taking back a change that was not completed: what began with it is deleted, what ended with it is open again.
 *
 * Done in transactions of bounded size, by ranges of numbers; what stops half-way is completed by doing it again. What is taken back
 * begins or ends after any instant that readers know of, so they notice nothing. Whether an open edge is stale does not depend on
 * the change: the slot of its scope that counts says when its last reading failed. Aliases of nodes that were there before stay:
 * who reads by one looks whether the node answers to it.
 */
import { EDGE_KIND_NAMES, type EdgeKind } from '../model/edge-kinds.ts';
import { nodeSteps } from './neo4j-apply.ts';
import { rowsWithin, StoreReader, spokenNode } from './neo4j-before.ts';
import { Changes } from './neo4j-changes.ts';
import { rebuildDerived } from './neo4j-derived.ts';
import type { Neo4jDoor, UnitOfWork } from './neo4j-driver.ts';
import type { Lease } from './neo4j-lease.ts';
import { endsAtPermission, OPEN_TYPES, pastType, permissionKey, STALE_TYPES, staleType } from './neo4j-schema.ts';
import { runSteps } from './neo4j-steps.ts';
import { rowOf } from './neo4j-values.ts';
import { OUTCOMES } from './scope-outcomes.ts';

/** Nodes whose edges one transaction looks at. */
const NODES_AT_ONCE = 5_000;
const ROWS_AT_ONCE = 20_000;

interface Rollback {
  readonly door: Neo4jDoor;
  readonly tenant: string;
  readonly lease: Lease;
}

/** The change that is taken back: its instant, and the counters before it. */
interface HalfWay {
  readonly at: number;
  readonly node: number;
  readonly scope: number;
}

/** The caller holds the lease. Does nothing where there is nothing to take back. */
export async function rollBack(context: Rollback): Promise<void> {
  const { tenant, lease, door } = context;
  const [row] = await door.readRows(
    `MATCH (s:GrantpathStore {tenant: $tenant}) WHERE s.applying IS NOT NULL
     OPTIONAL MATCH (n:Node {tenant: $tenant}) WITH s, max(n.number) AS last
     RETURN s.applying AS at, s.applyingNode AS node, s.applyingScope AS scope, coalesce(last, -1) AS last`,
    { tenant },
  );
  if (row === undefined) return;
  const change: HalfWay = { at: row['at'] as number, node: row['node'] as number, scope: row['scope'] as number };
  await undoScopes(context, change);
  const unread = await unreadScopes(context);
  for (let low = 0; low <= (row['last'] as number); low += NODES_AT_ONCE)
    await lease.writeStatements((unit) => undoNodes(unit, tenant, change, { low, high: low + NODES_AT_ONCE, unread }));
  await repeat(
    context,
    'MATCH (l:GrantpathAlias) WHERE l.tenant = $tenant AND l.node >= $node WITH l LIMIT $most DELETE l RETURN count(*) AS done',
    change,
  );
  await rebuildDerived((work) => lease.write(work), tenant);
  await lease.write((unit) =>
    unit.run('MATCH (s:GrantpathStore {tenant: $tenant}) REMOVE s.applying, s.applyingNode, s.applyingScope', { tenant }),
  );
}

/** Readings and slots of the change, and scopes that it made. */
async function undoScopes(context: Rollback, change: HalfWay): Promise<void> {
  const limited = (match: string, then: string) => repeat(context, `${match} WITH c LIMIT $most ${then} RETURN count(*) AS done`, change);
  await limited('MATCH (c:GrantpathReading) WHERE c.tenant = $tenant AND c.scope >= 0 AND c.at = $at', 'DELETE c');
  await limited('MATCH (c:GrantpathScope) WHERE c.tenant = $tenant AND c.number >= $scope', 'DELETE c');
  for (const slot of [0, 1])
    await limited(
      `MATCH (c:GrantpathScope) WHERE c.tenant = $tenant AND c.number >= 0 AND c.at${slot} = $at`,
      `REMOVE c.at${slot}, c.outcome${slot}, c.digests${slot}, c.edges${slot}`,
    );
}

/** When the last reading of each scope failed, by the number of the scope; scopes whose last reading did not fail are left out. */
async function unreadScopes({ door, tenant }: Rollback): Promise<Record<string, number>> {
  const rows = await door.readRows(
    `MATCH (c:GrantpathScope {tenant: $tenant})
     WITH c, coalesce(c.at0, -1) >= coalesce(c.at1, -1) AS isFirst
     WHERE CASE WHEN isFirst THEN c.outcome0 ELSE c.outcome1 END = ${OUTCOMES.unread}
     RETURN toString(c.number) AS scope, CASE WHEN isFirst THEN c.at0 ELSE c.at1 END AS at`,
    { tenant },
  );
  return Object.fromEntries(rows.map(({ scope, at }) => [scope, at]));
}

interface Range {
  readonly low: number;
  readonly high: number;
  readonly unread: Record<string, number>;
}

async function undoNodes(unit: UnitOfWork, tenant: string, { at, node }: HalfWay, range: Range): Promise<void> {
  const parameters = { tenant, at, node, ...range };
  await unit.run(`${SOURCES} MATCH (a)-[r:${[...OPEN_TYPES, ...STALE_TYPES].join('|')}]->() WHERE r.validFrom = $at DELETE r`, parameters);
  for (const kind of EDGE_KIND_NAMES) for (const cypher of reopening(kind)) await unit.run(cypher, parameters);
  await undoContents(unit, tenant, at, range);
  for (const cypher of UNDO_BESIDE) await unit.run(cypher, parameters);
}

/** Statements of nodes, and what holds of the nodes then. */
async function undoContents(unit: UnitOfWork, tenant: string, at: number, { low, high }: Range): Promise<void> {
  const { records } = await unit.run(UNDO_FACTS, { tenant, at, low, high });
  const touched = [...new Set(records.map((record) => rowOf(record)['node'] as number))];
  if (touched.length === 0) return;
  const open = await new StoreReader(tenant, rowsWithin(unit)).speakingNodes(touched);
  const changes = new Changes({ at, connector: '' });
  for (const number of touched) changes.contents.set(number, spokenNode(open.get(number) ?? []));
  await runSteps(unit, nodeSteps({ tenant, changes }));
}

const SOURCES = 'MATCH (a:Node) WHERE a.tenant = $tenant AND a.number >= $low AND a.number < $high';
const IS_STALE = 'coalesce($unread[toString(r.scope)], -1) > r.validFrom';
/** Open before the change, whatever it made of it. */
const WAS_OPEN = 'r.scope IS NOT NULL AND (r.validTo IS NULL OR r.validTo = $at)';

/** Edges of a kind that the change closed, or made stale or fresh, as they were. */
function reopening(kind: EdgeKind): string[] {
  const [past, stale] = [pastType(kind), staleType(kind)];
  const turn = (types: string, condition: string, made: string) =>
    `${SOURCES} MATCH (a)-[r:${types}]->(b) WHERE ${WAS_OPEN} AND ${condition} ${made} SET n = properties(r) SET n.validTo = null`;
  const there = (type: string) => `CREATE (a)-[n:${type}]->(b)`;
  if (!endsAtPermission(kind))
    return [
      `${turn(`${past}|${stale}`, `NOT ${IS_STALE}`, there(kind))} DELETE r`,
      `${turn(`${past}|${kind}`, IS_STALE, there(stale))} DELETE r`,
    ];
  const key = `'${permissionKey("' + r.word + '", "' + b.key")}`;
  const onPermission = `MERGE (p:Permission {tenant: $tenant, key: ${key}})
    ON CREATE SET p.level = r.word, p.resource = b.number, p.derived = true CREATE (a)-[n:${kind}]->(p)`;
  return [
    `${turn(`${past}|${stale}`, `NOT ${IS_STALE}`, onPermission)}, n.word = null DELETE r`,
    `${turn(past, IS_STALE, there(stale))} DELETE r`,
    `${turn(kind, IS_STALE, `MATCH (c:Node {tenant: $tenant, number: b.resource}) CREATE (a)-[n:${stale}]->(c)`)}, n.word = b.level DELETE r`,
  ];
}

const FACTS = 'MATCH (f:NodeFact) WHERE f.tenant = $tenant AND f.node >= $low AND f.node < $high';
const UNDO_FACTS = `CALL () {
    ${FACTS} AND f.validTo = $at SET f.openScope = f.scope REMOVE f.validTo RETURN f.node AS node
    UNION ALL ${FACTS} AND f.validFrom = $at WITH f, f.node AS node DELETE f RETURN node
  } RETURN DISTINCT node`;

/** Gaps, and nodes and permissions that did not exist before. */
const UNDO_BESIDE = [
  'MATCH (g:Gap) WHERE g.tenant = $tenant AND g.about >= $low AND g.about < $high AND g.validFrom = $at DETACH DELETE g',
  `MATCH (g:PastGap) WHERE g.tenant = $tenant AND g.about >= $low AND g.about < $high AND g.validTo = $at
   REMOVE g:PastGap, g.validTo SET g:Gap`,
  `MATCH (p:Permission) WHERE p.tenant = $tenant AND p.resource >= $low AND p.resource < $high AND p.resource >= $node DETACH DELETE p`,
  `${SOURCES} AND a.number >= $node DETACH DELETE a`,
];

/** Runs a statement on so many rows at once until there are no more. */
async function repeat({ tenant, lease }: Rollback, cypher: string, change: HalfWay): Promise<void> {
  for (let done = ROWS_AT_ONCE; done === ROWS_AT_ONCE; )
    await lease.write(async (unit) => {
      const { records } = await unit.run(cypher, { tenant, ...change, most: ROWS_AT_ONCE });
      done = Number(records[0]?.get('done'));
    });
}
