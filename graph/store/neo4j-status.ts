/** What a Neo4j store says of itself, and how much is in it. */
import type { Neo4jDoor } from './neo4j-driver.ts';
import { type ReadFrame, readExactly } from './neo4j-frame.ts';
import { holderOf } from './neo4j-lease.ts';
import { holds, NEWEST_SNAPSHOT, SNAPSHOTS, snapshotOf } from './neo4j-rows.ts';
import { MIGRATIONS } from './neo4j-schema.ts';
import type { FactCounts, StoreStatus } from './port.ts';

export interface StatusOptions {
  readonly tenant: string;
  readonly versionBefore: number;
}

export function readNeo4jStatus(door: Neo4jDoor, { tenant, versionBefore }: StatusOptions): Promise<StoreStatus> {
  return readExactly(door, { tenant, at: Infinity }, async (frame) => {
    const told = Promise.all([
      frame.rows(STORE),
      frame.rows(NEWEST_SNAPSHOT),
      frame.rows(`${SNAPSHOTS} RETURN count(*) AS count`),
      frame.rows(UNFINISHED),
    ]);
    const [[store], [last], [snapshots], unfinished] = await told;
    return {
      kind: 'neo4j',
      place: door.address,
      keeper: door.agent,
      tenant,
      version: MIGRATIONS.length,
      versionBefore,
      newest: last === undefined ? null : snapshotOf(last),
      snapshots: Number(snapshots?.['count']),
      sizeBytes: null,
      unfinished: unfinished.map(({ id, connector, startedAt, pages }) => ({
        id: String(id),
        connector: String(connector),
        startedAt: Number(startedAt),
        pages: Number(pages),
      })),
      holder: store === undefined ? null : holderOf(store),
      isApplying: frame.state.isApplying,
    };
  });
}

/** Facts that hold at the instant of the frame. */
export async function countNodesAndGaps(frame: ReadFrame): Promise<Omit<FactCounts, 'edges'>> {
  const [[nodes], [gaps]] = await Promise.all([frame.rows(NODES), frame.rows(GAPS)]);
  return { nodes: Number(nodes?.['count']), gaps: Number(gaps?.['count']) };
}

const STORE = `MATCH (s:GrantpathStore {tenant: $tenant})
RETURN s.holder AS holder, s.holderProcess AS process, timestamp() - coalesce(s.heartbeatAt, 0) AS ageMs`;

const NODES = `MATCH (f:NodeFact) WHERE f.tenant = $tenant AND f.node >= 0 AND ${holds('f')} RETURN count(DISTINCT f.node) AS count`;

const GAPS = `MATCH (g:Gap|PastGap) WHERE g.tenant = $tenant AND ${holds('g')}
RETURN count(DISTINCT [g.reason, g.hides, g.about, g.subject]) AS count`;

const UNFINISHED = `MATCH (run:GrantpathRun) WHERE run.tenant = $tenant AND run.committedAt IS NULL
RETURN run.id AS id, run.connector AS connector, run.startedAt AS startedAt,
  COUNT { MATCH (:GrantpathPage {tenant: $tenant, run: run.id}) } AS pages ORDER BY run.startedAt, run.id`;
