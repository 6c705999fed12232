/**
 * Before and after a test run: the one Neo4j server that its test files share. It is the one that NEO4J_URI names, or one that is
 * started when the first test asks for it and ends with the run. Test files run in processes that come and go; this one stays.
 *
 * Shape: answers `GET /` on a loopback port with a `FoundServer` as JSON.
 */
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { auth, driver } from 'neo4j-driver';
import { Neo4jServer, type ServerAddress } from './server.ts';

/** Names the port; the processes of tests inherit it. */
export const SHARED_SERVER = 'GRANTPATH_TEST_NEO4J_AT';

/** `agent` is what the server calls itself. Without a server: why, and whether the tests fail for it. */
export type FoundServer = (ServerAddress & { readonly agent: string }) | { readonly reason: string; readonly isRequired: boolean };

export default async function setup(): Promise<() => Promise<void>> {
  const env = process.env;
  let started: Promise<Neo4jServer> | null = null;
  let found: Promise<FoundServer> | null = null;

  const find = async (): Promise<FoundServer> => {
    const wanted = env['GRANTPATH_TEST_NEO4J'] ?? '';
    const isRequired = wanted === 'required';
    if (!env['NEO4J_URI'] && wanted !== '1' && !isRequired)
      return { reason: 'neither NEO4J_URI nor GRANTPATH_TEST_NEO4J=1 is set', isRequired };
    try {
      started = env['NEO4J_URI'] ? null : Neo4jServer.start({ version: env['GRANTPATH_TEST_NEO4J_VERSION'] || undefined });
      const address = started === null ? addressIn(env) : await started.then(({ address }) => ({ address }));
      const agent = await agentOf(address);
      await prepare(address);
      if (env['GRANTPATH_TEST_NEO4J_REPORT']) appendFileSync(env['GRANTPATH_TEST_NEO4J_REPORT'], `${agent}\n`);
      return { ...address, agent };
    } catch (error) {
      return { reason: (error as Error).message, isRequired };
    }
  };

  const desk = createServer(async (_, response) => {
    found ??= find();
    response.end(JSON.stringify(await found));
  });
  desk.listen(0, '127.0.0.1');
  await once(desk, 'listening');
  desk.unref();
  env[SHARED_SERVER] = `http://127.0.0.1:${(desk.address() as AddressInfo).port}/`;
  return async () => {
    desk.close();
    await started?.then((server) => server.close()).catch(() => {});
  };
}

function addressIn(env: NodeJS.ProcessEnv): ServerAddress {
  const { NEO4J_URI: address = '', NEO4J_USER: user, NEO4J_PASSWORD: password } = env;
  return { address, ...(user && { user, password: password ?? '' }) };
}

/** Makes the constraints, which takes a cold server half a minute that no test should wait for, before a test writes anything else. */
async function prepare(address: ServerAddress): Promise<void> {
  const { openNeo4jStore } = await import('../../graph/store/neo4j.ts');
  const store = await openNeo4jStore({ ...address, tenant: 'test-setup' });
  await store.close();
}

async function agentOf({ address, user, password }: ServerAddress): Promise<string> {
  const one = driver(address, user === undefined ? undefined : auth.basic(user, password ?? ''));
  try {
    return (await one.getServerInfo()).agent ?? 'unknown';
  } finally {
    await one.close();
  }
}
