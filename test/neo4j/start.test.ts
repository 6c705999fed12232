/**
 * The main job on a real Neo4j: `npm start` with its address reads the sample, answers the three questions and serves; a second
 * one goes on from what is there; a server that runs takes up what another process commits and drops no request.
 */
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { parseWorld } from '../../graph/notation.ts';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import { SAMPLE_QUESTIONS } from '../../ingest/sample/questions.ts';
import { openStoreGrantpath } from '../../queries/store-grantpath.ts';
import { Spawned, startProgram, temporaryFolder } from '../cli/spawned.ts';
import { commitWorld } from '../support/commit-world.ts';
import { runMain } from '../support/run-main.ts';
import { describeOnNeo4j, freshTenant } from './shared-server.ts';

const START = fileURLToPath(new URL('../../bin/start.js', import.meta.url));
const TIMEOUT = { timeout: 300_000 };
const ASKERS = 4;

interface Told {
  readonly verdict: string;
  readonly reason: string;
  readonly snapshot: { readonly id: string };
}

async function ask(url: string, [identity, action, resource]: readonly [string, string, string]): Promise<Told> {
  const query = `query ($identity: Ref!, $resource: Ref!) {
    check(identity: $identity, action: ${action}, resource: $resource) { verdict reason snapshot { id } } }`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { identity, resource } }),
  });
  const { data, errors } = (await response.json()) as { data: { check: Told }; errors?: unknown };
  expect([response.status, errors]).toEqual([200, undefined]);
  return data.check;
}

describeOnNeo4j('the main job on Neo4j', (server) => {
  const environment = (tenant: string): Record<string, string> => ({
    GRANTPATH_STORE: server.address,
    GRANTPATH_TENANT: tenant,
    GRANTPATH_PORT: '0',
    ...(server.user !== undefined && { NEO4J_USER: server.user }),
    ...(server.password !== undefined && { NEO4J_PASSWORD: server.password }),
  });

  function running(start: (cwd: string) => Spawned): Spawned {
    const folder = temporaryFolder();
    const started = start(folder.path);
    onTestFinished(async () => {
      started.child.kill('SIGKILL');
      await started.finished;
      folder.remove();
    });
    return started;
  }

  it('is done by npm start, and by a second one from the same store', TIMEOUT, async () => {
    const env = environment(freshTenant());
    const start = () => running((cwd) => new Spawned(process.execPath, [START], { cwd, env }));
    const snapshots: number[] = [];
    for (let round = 1; round <= 2; round++) {
      const started = start();
      const [, url = ''] = await started.printed(/GraphQL and GraphiQL: (http:\/\/\S+\/graphql)/);
      expect(started.stdout).toMatch(
        /^read workspace:acme by \d{2,} calls: \d{3,} facts, 3 gaps; Bitbucket's own list: agree \d+, differ 1,/,
      );
      for (const { text, verdict, identity, action, resource } of SAMPLE_QUESTIONS)
        expect(started.stdout).toContain(`Question: ${text}\n${verdict}  ${identity} ${action} ${resource}\n`);
      expect(started.stdout).toContain(`The sample is in ${server.address}.`);
      expect((await fetch(url.replace('/graphql', '/readyz'))).status).toBe(200);
      expect((await ask(url, ['user:evan', 'BRANCH_PUSH', 'branch:acme/api#main'])).verdict).toBe('DENY');
      started.child.kill('SIGTERM');
      expect((await started.finished).status).toBe(0);
      const { stdout } = await runMain(['store', 'status', '--json'], { env });
      const status = JSON.parse(stdout) as { snapshots: number; facts: { nodes: number }; holder: string | null; isApplying: boolean };
      expect(status).toMatchObject({ state: 'filled', kind: 'neo4j', holder: null, isApplying: false, unfinished: [] });
      snapshots.push(status.snapshots);
    }
    // The second one reads again what was there, and changes nothing of it.
    expect(snapshots).toEqual([1, 2]);
    const store = await openNeo4jStore({ ...server, tenant: env['GRANTPATH_TENANT'] ?? '', readOnly: true });
    onTestFinished(() => store.close());
    const [second, first] = await store.readSnapshots();
    const began = (await Array.fromAsync(store.scanFacts(second?.at ?? 0))).map(({ validFrom }) => validFrom);
    expect(began.length).toBeGreaterThan(700);
    expect(new Set(began)).toEqual(new Set([first?.at]));
  });

  it('takes up what another process commits while requests are in flight, and drops none', TIMEOUT, async () => {
    const tenant = freshTenant();
    const env = environment(tenant);
    const writer = await openNeo4jStore({ ...server, tenant });
    onTestFinished(() => writer.close());
    const commit = (level: string) =>
      commitWorld(writer, parseWorld(`workspace:acme CONTAINS repository:acme/api\nuser:ann HOLDS ${level} ON repository:acme/api`));
    const before = await commit('read');
    const served = running((cwd) => startProgram(['serve', '--json'], { cwd, env }));
    const [line] = await served.printed(/.+\n/);
    const { url } = JSON.parse(line) as { url: string };
    const question = ['user:ann', 'REPOSITORY_WRITE', 'repository:acme/api'] as const;
    expect(await ask(url, question)).toMatchObject({ verdict: 'DENY', snapshot: { id: before.id } });

    const seen: Told[][] = Array.from({ length: ASKERS }, () => []);
    let isOver = false;
    const asking = seen.map(async (mine) => {
      while (!isOver) mine.push(await ask(url, question));
    });
    const failure = Promise.all(asking).then(
      () => null,
      (error: unknown) => error,
    );
    const after = await commit('write');
    while (!seen.every((mine) => mine.at(-1)?.verdict === 'ALLOW') && served.child.exitCode === null)
      await Promise.race([failure, ask(url, question)]);
    isOver = true;
    expect(await failure).toBeNull();
    const swapped = { DENY: before.id, ALLOW: after.id };
    for (const mine of seen) {
      // Each asker saw the one state, then the other, and never anything between.
      for (const { verdict, snapshot } of mine) expect(snapshot.id).toBe(swapped[verdict as 'DENY' | 'ALLOW']);
      const first = mine.findIndex(({ verdict }) => verdict === 'ALLOW');
      expect(mine.slice(first).every(({ verdict }) => verdict === 'ALLOW')).toBe(true);
    }
    expect(seen.flat().some(({ verdict }) => verdict === 'DENY')).toBe(true);
    served.child.kill('SIGTERM');
    expect(await served.finished).toMatchObject({ status: 0, stderr: '' });
  });

  it('starts from the kept snapshot without reading the graph, and compiles where another one is kept', TIMEOUT, async () => {
    const tenant = freshTenant();
    const scanned: string[] = [];
    /** Opens the store, answers, and returns what was scanned for it. */
    const start = async (): Promise<string[]> => {
      scanned.length = 0;
      const store = await openNeo4jStore({ ...server, tenant });
      const watched = new Proxy(store, {
        get: (target, name) => {
          if (String(name).startsWith('scan')) scanned.push(String(name));
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      const grantpath = await openStoreGrantpath({ store: watched, pollMs: 0 });
      const { verdict } = await grantpath.check({ identity: 'user:ann', action: 'repository.read', resource: 'repository:acme/api' });
      expect(verdict).toBe('ALLOW');
      // What was compiled is kept when it is closed.
      await grantpath.close();
      return [...new Set(scanned)].sort();
    };
    const writer = await openNeo4jStore({ ...server, tenant });
    onTestFinished(() => writer.close());
    const commit = (level: string) =>
      commitWorld(writer, parseWorld(`workspace:acme CONTAINS repository:acme/api\nuser:ann HOLDS ${level} ON repository:acme/api`));
    await commit('read');
    expect(await start()).toContain('scanEdgeColumns');
    expect(await start()).toEqual([]);
    await commit('write');
    expect(await start()).toContain('scanEdgeColumns');
    expect(await start()).toEqual([]);
  });
});
