/** The harness itself: what it starts answers, keeps what it was told over kill -9, and never stays behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findJavas, NEO4J_VERSIONS } from './java.ts';
import { describeOnPrivateNeo4j, privateServer } from './private-server.ts';
import { chooseVersion } from './server.ts';
import { describeOnNeo4j, freshTenant, openDriver, withTenant } from './shared-server.ts';

const RUN = fileURLToPath(new URL('run.ts', import.meta.url));
const START_MS = 300_000;

/** `npm run neo4j` with a folder of its own for homes. */
function foreground(): { process: ChildProcess; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'grantpath-run-'));
  const child = spawn(process.execPath, [RUN], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: folder } });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return { process: child, folder };
}

async function portOf(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('expected a pipe');
  for await (const line of createInterface(child.stdout)) {
    const port = /^NEO4J_URI=bolt:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('the server did not start');
}

async function isListening(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isDone())) await sleep(50);
}

describe('the choice of a server', () => {
  it('tells which Java kit is missing', async () => {
    const javas = await findJavas();
    for (const [version, [min, max]] of Object.entries(NEO4J_VERSIONS)) {
      const fits = javas.some(({ release }) => release >= min && release <= max);
      if (fits) expect((await chooseVersion(version)).version).toBe(version);
      else await expect(chooseVersion(version)).rejects.toThrow(`Neo4j ${version} needs a Java kit from ${min} to ${max}`);
    }
    await expect(chooseVersion('3.5.0')).rejects.toThrow('expected a version of Neo4j out of 2026.04.0, 5.26.16, got `3.5.0`');
  });

  it('finds no Java in an empty environment but in the usual folders', async () => {
    const everywhere = (await findJavas()).map(({ command }) => command);
    expect((await findJavas({})).map(({ command }) => command).filter((command) => !everywhere.includes(command))).toEqual([]);
  });
});

describeOnNeo4j('the shared server', (server) => {
  it('calls itself Neo4j', () => {
    expect(server.agent).toMatch(/^Neo4j\/(5\.(2[6-9]|[3-9]\d)|20\d\d)\./);
  });

  it('gives each test a tenant of its own and removes what that left', async () => {
    const driver = openDriver();
    onTestFinished(() => driver.close());
    const count = async (tenant: string) => {
      const { records } = await driver.executeQuery('MATCH (n {tenant: $tenant}) RETURN count(n) AS n', { tenant });
      return records[0]?.get('n');
    };
    const kept = freshTenant();
    const gone = await withTenant(async (tenant) => {
      for (const name of [tenant, kept])
        await driver.executeQuery('CREATE (a:TestThing {tenant: $name})-[:TEST_EDGE]->(b:TestThing {tenant: $name})', { name });
      expect(await count(tenant)).toBe(2);
      return tenant;
    });
    expect([await count(gone), await count(kept)]).toEqual([0, 2]);
  });
});

describeOnPrivateNeo4j('a server of its own', () => {
  it(
    'keeps what it was told over kill -9, and leaves nothing when it is closed',
    async () => {
      const server = await privateServer();
      const driver = openDriver(server);
      onTestFinished(() => driver.close());
      await driver.executeQuery('CREATE (:TestThing)');
      const { port } = server;
      await server.kill();
      expect(await isListening(port)).toBe(false);
      await server.restart();
      expect(server.port).toBe(port);
      const { records } = await driver.executeQuery('MATCH (n:TestThing) RETURN count(n) AS n');
      expect(records[0]?.get('n')).toBe(1);
      await server.close();
      expect([await isListening(port), existsSync(server.home)]).toEqual([false, false]);
    },
    START_MS,
  );

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'ends with the process that started it, which ends by %s',
    async (signal) => {
      const { process: child, folder } = foreground();
      const port = await portOf(child);
      expect([await isListening(port), readdirSync(folder).length]).toEqual([true, 1]);
      child.kill(signal);
      await once(child, 'exit');
      // Longer than the limit of the test is a failure.
      await until(async () => !(await isListening(port)) && readdirSync(folder).length === 0);
    },
    START_MS,
  );

  it(
    'ends with a process that is killed while it starts',
    async () => {
      const { process: child, folder } = foreground();
      await until(() => readdirSync(folder).some((home) => existsSync(join(folder, home, 'data'))));
      child.kill('SIGKILL');
      await until(() => readdirSync(folder).length === 0);
    },
    START_MS,
  );
});
