/**
 * What tests on a real Neo4j begin with: the server of this run, and tenants of their own in it. Test files share the server and
 * run side by side, so a test keeps to its tenants.
 */
import { auth, type Driver, driver } from 'neo4j-driver';
import { afterAll, describe, it } from 'vitest';
import type { ServerAddress } from './server.ts';
import { type FoundServer, SHARED_SERVER } from './setup.ts';

const found = await ask();
/** Why there is no server; null where there is one. */
export const NO_NEO4J = 'reason' in found ? found.reason : null;
if ('reason' in found && found.isRequired) throw new Error(`the tests need a Neo4j server: ${found.reason}`);
if (NO_NEO4J !== null) console.log(`skipped: everything on Neo4j, because ${NO_NEO4J}`);

/** The server of this run. Its fields are empty where there is none; nothing runs then. */
export const NEO4J: ServerAddress & { readonly agent: string } = 'reason' in found ? { address: '', agent: '' } : found;

/** A suite of tests on the server; skipped, with the reason in its name, where there is none. */
export function describeOnNeo4j(title: string, suite: (server: typeof NEO4J) => void): void {
  if (NO_NEO4J === null) describe(title, () => suite(NEO4J));
  else describe.skip(`${title} (skipped: ${NO_NEO4J})`, () => it('needs a real Neo4j', () => {}));
}

/** A tenant that nobody else has. What it holds is removed when the test file is over. */
export function freshTenant(): string {
  const tenant = `test-${process.pid}-${Date.now().toString(36)}-${given++}`;
  tenants.push(tenant);
  return tenant;
}

/** Does the work with a tenant of its own and removes what that left. */
export async function withTenant<T>(work: (tenant: string) => Promise<T>): Promise<T> {
  const tenant = freshTenant();
  try {
    return await work(tenant);
  } finally {
    await removeTenants([tenant]);
    tenants.splice(tenants.indexOf(tenant), 1);
  }
}

const tenants: string[] = [];
/** Names given by this process: of those that are in use there may be fewer. */
let given = 0;
/** Nodes that one transaction deletes. */
const DELETED_MAX = 5_000;

afterAll(() => removeTenants(tenants.splice(0)));

async function removeTenants(names: readonly string[]): Promise<void> {
  if (NO_NEO4J !== null || names.length === 0) return;
  const one = openDriver();
  const session = one.session(options);
  try {
    const cypher = `MATCH (n) WHERE n.tenant IN $names CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF ${DELETED_MAX} ROWS`;
    await session.run(cypher, { names });
  } finally {
    await session.close();
    await one.close();
  }
}

const options = process.env['NEO4J_DATABASE'] ? { database: process.env['NEO4J_DATABASE'] } : {};

/** A driver without our door, for what tests look at and clean up themselves. */
export function openDriver(server: ServerAddress = NEO4J): Driver {
  return driver(server.address, server.user === undefined ? undefined : auth.basic(server.user, server.password ?? ''), {
    disableLosslessIntegers: true,
  });
}

async function ask(): Promise<FoundServer> {
  const desk = process.env[SHARED_SERVER];
  if (desk === undefined) throw new Error('the server of a test run is found by vitest alone, by its global set-up');
  return (await fetch(desk)).json() as Promise<FoundServer>;
}
