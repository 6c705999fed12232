/**
 * Servers that a test has for itself, to kill, fill or lock. They are of the version that the run is about, and are started here
 * even where NEO4J_URI names the one that tests share.
 */
import { describe, onTestFinished } from 'vitest';
import { chooseVersion, Neo4jServer, type ServerOptions } from './server.ts';
import { NO_NEO4J } from './shared-server.ts';

/** Less than the shared one has: several may run at once. */
const HEAP_MB = 512;

const version = process.env['GRANTPATH_TEST_NEO4J_VERSION'] || undefined;
const reason = NO_NEO4J ?? (await chooseVersion(version).then(() => null, String));
if (reason !== null && NO_NEO4J === null) console.log(`skipped: everything on a Neo4j server of its own, because ${reason}`);

/** A suite of tests that start servers; skipped, with the reason in its name, where none can be. */
export function describeOnPrivateNeo4j(title: string, suite: () => void): void {
  describe.skipIf(reason !== null)(reason === null ? title : `${title} (skipped: ${reason})`, suite);
}

/** Starts one; whoever does ends it. Errors: as `Neo4jServer.start`. */
export function startPrivateServer(options: ServerOptions = {}): Promise<Neo4jServer> {
  return Neo4jServer.start({ version, heapMb: HEAP_MB, ...options });
}

/** Starts one, and ends it with the test. Errors: as `Neo4jServer.start`. */
export async function privateServer(options: ServerOptions = {}): Promise<Neo4jServer> {
  const server = await startPrivateServer(options);
  onTestFinished(() => server.close());
  return server;
}
