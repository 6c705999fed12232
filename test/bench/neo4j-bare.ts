/**
 * What the Neo4j store is measured against: the driver in plain loops, on one session, without a store.
 *
 * Shape: nodes are reached by the database's own ids, rows are lists by position and are grouped by the node that relationships
 * start from; everything is in parameters. No other form of loading or reading was faster.
 */
import { auth, type Driver, driver, int, type Session } from 'neo4j-driver';
import { EDGE_KIND_NAMES, EDGE_KINDS, type EdgeKind } from '../../graph/model/edge-kinds.ts';
import { endsAtPermission, flatProps, pairOf } from '../../graph/store/neo4j-schema.ts';
import type { ServerAddress } from '../neo4j/server.ts';
import type { OrgColumns } from './columns.ts';

const ROWS_AT_ONCE = 10_000;
/** Node numbers of one list. */
const BLOCK = 10_000;
const ROUND_TRIPS = 200;
/** Ids of a node are below this, so that two of them are one number. */
const ID_MAX = 2 ** 26;

/** Opens a session of the driver without the door of the store, and closes both. */
export async function withSession<T>(server: ServerAddress, work: (session: Session) => Promise<T>): Promise<T> {
  const one = openBareDriver(server);
  const session = one.session({ fetchSize: ROWS_AT_ONCE });
  try {
    return await work(session);
  } finally {
    await session.close();
    await one.close();
  }
}

export function openBareDriver({ address, user, password }: ServerAddress): Driver {
  return driver(address, user === undefined ? undefined : auth.basic(user, password ?? ''), {
    disableLosslessIntegers: true,
    telemetryDisabled: true,
    notificationFilter: { minimumSeverityLevel: 'OFF' },
  });
}

/** Where relationships end that the store does not let end at a node itself: by resource and level. */
interface BareEnds {
  readonly nodes: readonly number[];
  readonly permissions: ReadonlyMap<string, number>;
}

/**
 * Relationships a second: those that a first load makes of the edges, with the same properties, between nodes that were there
 * before. Nothing else is written, nothing is looked up, and who reads meanwhile sees half of it.
 */
export async function loadBare(session: Session, columns: OrgColumns, tenant: string): Promise<number> {
  const ends = await makeNodes(session, columns, tenant);
  const start = performance.now();
  let count = 0;
  for (const kind of EDGE_KIND_NAMES) count += await loadKind(session, columns, ends, kind);
  return (count / (performance.now() - start)) * 1e3;
}

async function makeNodes(session: Session, { nodes, edges }: OrgColumns, tenant: string): Promise<BareEnds> {
  const make = async (count: number): Promise<number[]> => {
    const ids: number[] = [];
    while (ids.length < count) {
      const cypher = 'UNWIND range(1, $count) AS n CREATE (b:BareNode {tenant: $tenant}) RETURN collect(id(b)) AS ids';
      const most = int(Math.min(ROWS_AT_ONCE, count - ids.length));
      ids.push(...((await session.run(cypher, { tenant, count: most })).records[0]!.get('ids') as number[]));
    }
    return ids;
  };
  const names = new Set<string>();
  for (let at = 0; at < edges.length; at++) if (edges.kind[at] === EDGE_KINDS.HOLDS.id) names.add(`${edges.to[at]} ${edges.word[at]}`);
  const [ids, permissionIds] = [await make(nodes.length), await make(names.size)];
  return { nodes: ids, permissions: new Map([...names].map((name, at) => [name, permissionIds[at]!])) };
}

async function loadKind(session: Session, { edges, keyOf, rules }: OrgColumns, { nodes, permissions }: BareEnds, kind: EdgeKind) {
  const { id, word } = EDGE_KINDS[kind];
  const propsOf = new Map(rules.map(({ from, props }) => [from, props]));
  const [isHeld, hasProps] = [endsAtPermission(kind), kind === 'RESTRICTS'];
  const more = isHeld ? 'pair' : word !== null ? 'word' : null;
  const stride = 2 + Number(more !== null) + Number(hasProps) * 2;
  const cypher = `UNWIND $rows AS row MATCH (a) WHERE id(a) = row[0]
    UNWIND range(0, size(row[1]) - 1, ${stride}) AS i MATCH (b) WHERE id(b) = row[1][i]
    CREATE (a)-[r:BARE_${kind} {scope: row[1][i + 1], validFrom: $at${more === null ? '' : `, ${more}: row[1][i + 2]`}}]->(b)
    ${hasProps ? 'SET r.props = row[1][i + 3], r += row[1][i + 4]' : ''}`;
  const order = [...edges.kind.keys()].filter((at) => edges.kind[at] === id).sort((a, b) => edges.from[a]! - edges.from[b]!);
  for (let start = 0; start < order.length; start += ROWS_AT_ONCE) {
    const rows: [unknown, unknown[]][] = [];
    let last = -1;
    for (const at of order.slice(start, start + ROWS_AT_ONCE)) {
      const [from, to] = [edges.from[at]!, edges.to[at]!];
      if (from !== last) rows.push([int(nodes[from]!), []]);
      last = from;
      const list = rows.at(-1)![1];
      list.push(int(isHeld ? permissions.get(`${to} ${edges.word[at]}`)! : nodes[to]!), int(to));
      if (more === 'word') list.push(edges.words[edges.word[at]!]);
      if (more === 'pair') list.push(int(pairOf(from, to)));
      const props = propsOf.get(keyOf(from)) ?? {};
      if (hasProps) list.push(JSON.stringify(props), flatProps(props, 'edge'));
    }
    await session.run(cypher, { rows, at: int(Date.now()) });
  }
  return order.length;
}

const NODES = `UNWIND range(0, $next - 1, ${BLOCK}) AS low CALL (low) {
  MATCH (n:Node) WHERE n.tenant = $tenant AND n.number >= low AND n.number < low + ${BLOCK}
  RETURN collect(id(n)) AS ids, collect(n.key) AS keys, collect(head([label IN labels(n) WHERE label <> 'Node'])) AS kinds
} RETURN ids, keys, kinds`;
const PERMISSIONS = `UNWIND range(0, $next - 1, ${BLOCK}) AS low CALL (low) {
  MATCH (p:Permission) WHERE p.tenant = $tenant AND p.resource >= low AND p.resource < low + ${BLOCK}
  RETURN collect(id(p)) AS ids, collect(p.resource) AS resources, collect(p.level) AS levels
} RETURN ids, resources, levels`;

const OF_BLOCK = `MATCH (n:Node) WHERE n.tenant = $tenant AND n.number >= low AND n.number < low + ${BLOCK}`;
const TYPES = EDGE_KIND_NAMES.join('|');
const KIND_CODES = 32;
const kindCode = `CASE type(r) ${EDGE_KIND_NAMES.map((kind) => `WHEN '${kind}' THEN ${EDGE_KINDS[kind].id}`).join(' ')} END`;

/** Shapes in which all relationships come through Bolt fast, each a list of statements: which is the fastest depends on the server. */
const EDGE_SHAPES: readonly (readonly string[])[] = [
  // A row for each source, with a list.
  [
    `UNWIND range(0, $next - 1, ${BLOCK}) AS low CALL (low) {
       ${OF_BLOCK} AND EXISTS { (n)-[:${TYPES}]->() }
       RETURN id(n) AS from, [(n)-[r:${TYPES}]->(t) | id(t) * ${KIND_CODES} + ${kindCode}] AS edges
     } RETURN from, edges`,
  ],
  // Packed pairs in long lists, kind by kind.
  EDGE_KIND_NAMES.map(
    (kind) => `UNWIND range(0, $next - 1, ${BLOCK}) AS low CALL (low) {
      ${OF_BLOCK} MATCH (n)-[:${kind}]->(t) RETURN collect(id(n) * ${ID_MAX} + id(t)) AS edges
    } RETURN edges`,
  ),
];

/** Milliseconds that reading all that the engine needs takes at least: from connecting to the last value, of which nothing is made. */
export async function readBulk(server: ServerAddress, tenant: string): Promise<number> {
  const times: number[] = [];
  for (const edges of EDGE_SHAPES) {
    const start = performance.now();
    await withSession(server, async (session) => {
      const [store] = (await session.run('MATCH (s:GrantpathStore {tenant: $tenant}) RETURN s.nextNode AS next', { tenant })).records;
      for (const cypher of [NODES, PERMISSIONS, ...edges])
        await readAll(session, cypher, { tenant, next: int(Number(store?.get('next'))) });
    });
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}

function readAll(session: Session, cypher: string, parameters: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const result = session.run(cypher, parameters);
    result.subscribe({ onNext: () => {}, onCompleted: () => resolve(), onError: reject });
  });
}

/** Milliseconds of an empty round trip: the middle one of many. */
export async function roundTripMs(session: Session): Promise<number> {
  const times: number[] = [];
  for (let trip = 0; trip < ROUND_TRIPS; trip++) {
    const start = performance.now();
    await session.run('RETURN true');
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[ROUND_TRIPS / 2]!;
}
