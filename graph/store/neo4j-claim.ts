/**
 * Opening a database as a store of a tenant: is it ours, is it of this version, and what must be made in it.
 *
 * INVARIANT: nothing is written into a database that holds somebody else's graph, or that a newer version wrote.
 */
import { CodedError } from '../errors.ts';
import type { Neo4jDoor, UnitOfWork } from './neo4j-driver.ts';
import { MIGRATIONS } from './neo4j-schema.ts';
import { rowOf } from './neo4j-values.ts';

const NAME = 'grantpath';
/** An index of a large graph takes its time. */
const MIGRATION_MS = 600_000;

export interface ClaimOptions {
  readonly tenant: string;
  /** For tests. */
  readonly migrations?: typeof MIGRATIONS;
}

/** Returns the version that the store had, 0 for none. Errors: STORE_UNREADABLE (another graph), STORE_NEWER, STORE_EMPTY (read-only and not there, or of an older form: `details.version`). */
export async function claimStore(door: Neo4jDoor, { tenant, migrations = MIGRATIONS }: ClaimOptions): Promise<number> {
  const newest = migrations.length;
  const { database, store, isEmpty } = await door.read((unit) => look(unit, tenant));
  if (database === null && !isEmpty)
    throw new CodedError(
      'STORE_UNREADABLE',
      `expected an empty database or one of grantpath, got one with another graph at \`${door.address}\`: choose another database (NEO4J_DATABASE)`,
    );
  const version = Math.max(database ?? 0, store ?? 0);
  if (version > newest)
    throw new CodedError('STORE_NEWER', `expected a store of version ${newest} or older, got version ${version} at \`${door.address}\``, {
      version,
    });
  const before = Math.min(database ?? 0, store ?? 0);
  if (before === newest) return before;
  if (door.isReadOnly) {
    const got = before === 0 ? 'none' : `one of the older version ${before}`;
    throw new CodedError(
      'STORE_EMPTY',
      `expected a store of tenant \`${tenant}\` that an ingest of this version made, got ${got} at \`${door.address}\``,
      { version: before },
    );
  }
  if (database !== newest) await migrate(door, migrations);
  await door.write((unit) => unit.run(CLAIM, { tenant, version: newest }), { isRepeatable: true });
  return before;
}

/** What concerns the schema must not share a transaction with data: the version is written when everything else is there. */
async function migrate(door: Neo4jDoor, migrations: typeof MIGRATIONS): Promise<void> {
  const options = { isRepeatable: true, transactionMs: MIGRATION_MS };
  await door.write(async (unit) => {
    for (const statement of migrations.flat()) await unit.run(statement);
  }, options);
  await door.writeRows('CALL db.awaitIndexes($seconds)', { seconds: MIGRATION_MS / 1000 }, { transactionMs: MIGRATION_MS });
  const version = { name: NAME, version: migrations.length };
  await door.write((unit) => unit.run('MERGE (d:GrantpathDatabase {name: $name}) SET d.schemaVersion = $version', version), options);
}

async function look(unit: UnitOfWork, tenant: string): Promise<{ database: number | null; store: number | null; isEmpty: boolean }> {
  const { records } = await unit.run(LOOK, { tenant, name: NAME });
  return rowOf(records[0] as (typeof records)[number]) as { database: number | null; store: number | null; isEmpty: boolean };
}

const LOOK = `OPTIONAL MATCH (d:GrantpathDatabase {name: $name})
OPTIONAL MATCH (s:GrantpathStore {tenant: $tenant})
RETURN d.schemaVersion AS database, s.schemaVersion AS store, NOT EXISTS { MATCH (n) } AS isEmpty`;

const CLAIM = `MERGE (s:GrantpathStore {tenant: $tenant})
ON CREATE SET s.commits = 0, s.lastAt = 0, s.nextNode = 0, s.nextScope = 0, s.writes = 0
SET s.schemaVersion = $version`;
