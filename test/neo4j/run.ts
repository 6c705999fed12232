/**
 * `npm run neo4j [-- --version 5.26.16] [--port 7687]`: starts a Neo4j server for tests in the foreground, prints its address and
 * ends it with ctrl-C; what it held is gone then. Authentication is on if NEO4J_PASSWORD is set. `--list` prints the versions
 * that this machine can run, the newest first.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { NEO4J_VERSIONS } from './java.ts';
import { chooseVersion, Neo4jServer } from './server.ts';

const { values } = parseArgs({ options: { version: { type: 'string' }, port: { type: 'string' }, list: { type: 'boolean' } } });
if (values.list) {
  for (const version of Object.keys(NEO4J_VERSIONS))
    await chooseVersion(version).then(
      () => console.log(version),
      (error: Error) => console.error(error.message),
    );
  process.exit();
}
const version = values.version ?? process.env['GRANTPATH_TEST_NEO4J_VERSION'];
const password = process.env['NEO4J_PASSWORD'];
const server = await Neo4jServer.start({ version, password, ...(values.port !== undefined && { port: Number(values.port) }) });
console.log(`Neo4j ${server.version}\nNEO4J_URI=${server.address}`);
// Keeps the process alive: a server does not.
const pulse = setInterval(() => {}, 60_000);
await Promise.race([...['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)), server.ended()]);
clearInterval(pulse);
await server.close();
