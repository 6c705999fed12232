/** What a SQLite store says of itself, and how much is in it. */
import type { DatabaseSync } from 'node:sqlite';
import { countDistinctEdges } from './distinct-edges.ts';
import type { FactCounts, StoreStatus } from './port.ts';
import { type Row, snapshotOf, VALID } from './sqlite-rows.ts';
import { scanEdges } from './sqlite-scan.ts';
import { MIGRATIONS } from './sqlite-schema.ts';

export interface StatusFrame {
  readonly database: DatabaseSync;
  readonly path: string;
  readonly tenant: string;
  /** Has anybody a run? null where that cannot be found out. */
  readonly isWriting: boolean | null;
  readonly versionBefore: number;
}

/** Inside a reading. */
export function readSqliteStatus({ database, path, tenant, isWriting, versionBefore }: StatusFrame): StoreStatus {
  const rows = (sql: string) => database.prepare(sql).all() as Row[];
  const number = (sql: string) => numberOf(database, sql);
  const [last] = rows(
    'SELECT id, committed_at, connector, report FROM run WHERE committed_at IS NOT NULL ORDER BY committed_at DESC LIMIT 1',
  );
  const unfinished = rows(
    `SELECT id, connector, started_at AS startedAt, holder, (SELECT count(*) FROM page WHERE run = id) AS pages
     FROM run WHERE committed_at IS NULL ORDER BY started_at, id`,
  );
  return {
    kind: 'sqlite',
    place: path,
    keeper: `SQLite ${rows('SELECT sqlite_version() AS version')[0]?.['version']}`,
    tenant,
    version: MIGRATIONS.length,
    versionBefore,
    newest: last === undefined ? null : snapshotOf(last),
    snapshots: number('SELECT count(*) FROM run WHERE committed_at IS NOT NULL'),
    sizeBytes: number('PRAGMA page_count') * number('PRAGMA page_size'),
    unfinished: unfinished.map(({ id, connector, startedAt, pages }) => ({
      id: String(id),
      connector: String(connector),
      startedAt: Number(startedAt),
      pages: Number(pages),
    })),
    holder: holderOf(isWriting, unfinished),
    isApplying: false,
  };
}

/** Facts that hold at an instant, inside a reading. */
export function countFacts(database: DatabaseSync, at: number): FactCounts {
  return {
    nodes: numberOf(database, `SELECT count(DISTINCT node) FROM node_fact f WHERE ${VALID}`, { at }),
    edges: countDistinctEdges(scanEdges(database, at)),
    gaps: numberOf(database, `SELECT count(*) FROM (SELECT DISTINCT reason, hides, about, subject FROM gap_fact f WHERE ${VALID})`, { at }),
  };
}

function numberOf(database: DatabaseSync, sql: string, values: Record<string, number> = {}): number {
  return Number(Object.values(database.prepare(sql).get(values) ?? {})[0] ?? 0);
}

/** Whoever writes took up the runs last. */
function holderOf(isWriting: boolean | null, unfinished: readonly Row[]): string | null {
  if (isWriting === false) return null;
  const holder = unfinished.findLast((run) => run['holder'] !== null)?.['holder'] ?? null;
  if (isWriting === true) return holder === null ? 'a process' : `process ${holder}`;
  return holder === null ? null : `perhaps process ${holder}`;
}
