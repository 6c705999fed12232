/**
 * `serve` in a real process: ready, kept current by another process without dropping a request, and ended in order.
 */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseWorld } from '../../graph/notation.ts';
import { openStore } from '../../graph/store/open.ts';
import { type SampleServer, startSampleServer } from '../../ingest/sample/server.ts';
import { commitWorld } from '../support/commit-world.ts';
import { cloudEnv, runProgram, type Spawned, startProgram, temporaryFolder } from './spawned.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Here {
  readonly folder: string;
  readonly store: string;
  readonly served: Spawned;
  readonly url: string;
}

async function serveIn(prepare: (store: string) => Promise<void> = async () => {}): Promise<Here> {
  const folder = temporaryFolder();
  ends.push(() => folder.remove());
  const store = `sqlite:${join(folder.path, 'store.sqlite')}`;
  await prepare(store);
  const served = startProgram(['serve', '--port', '0', '--json'], { cwd: folder.path, env: { GRANTPATH_STORE: store } });
  ends.push(async () => {
    served.child.kill('SIGKILL');
    await served.finished;
  });
  const [line] = await served.printed(/.+\n/);
  const { url, port } = JSON.parse(line) as { url: string; port: number };
  expect(url).toBe(`http://127.0.0.1:${port}/graphql`);
  return { folder: folder.path, store, served, url };
}

async function commit(store: string, level: string): Promise<void> {
  const opened = await openStore(store);
  await commitWorld(opened, parseWorld(`workspace:acme CONTAINS repository:acme/api\nuser:ann HOLDS ${level} ON repository:acme/api`));
  await opened.close();
}

async function ask(url: string): Promise<{ verdict: string; snapshot: { id: string } }> {
  const query =
    '{ check(identity: "user:ann", action: REPOSITORY_WRITE, resource: "repository:acme/api") { verdict reason snapshot { id } } }';
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  const { data, errors } = (await response.json()) as { data: { check: { verdict: string; snapshot: { id: string } } }; errors?: unknown };
  expect([response.status, errors]).toEqual([200, undefined]);
  return data.check;
}

const statusOf = async (url: string) => (await fetch(url)).status;

describe('serve', () => {
  it('takes up what another process commits while requests go on, and drops none', async () => {
    const { store, url } = await serveIn((at) => commit(at, 'read'));
    const first = await ask(url);
    expect(first.verdict).toBe('DENY');
    let asked = 0;
    let stop = false;
    const asking = Array.from({ length: 4 }, async () => {
      while (!stop) {
        await ask(url);
        asked++;
      }
    });
    await commit(store, 'write');
    let latest = first;
    while (latest.verdict === 'DENY') latest = await ask(url);
    expect(latest).toMatchObject({ verdict: 'ALLOW' });
    expect(latest.snapshot.id).not.toBe(first.snapshot.id);
    stop = true;
    await Promise.all(asking);
    expect(asked).toBeGreaterThan(4);
  });

  it('on an empty store is alive but not ready, until an ingest of another process commits', async () => {
    const { folder, store, url } = await serveIn();
    const probe = (path: string) => statusOf(url.replace('/graphql', path));
    expect([await probe('/healthz'), await probe('/readyz')]).toEqual([200, 503]);
    const sample: SampleServer = await startSampleServer();
    ends.push(() => sample.close());
    const env = { ...cloudEnv(sample), GRANTPATH_STORE: store };
    expect((await runProgram(['ingest', 'bitbucket-cloud', '--workspace', 'acme'], { cwd: folder, env })).status).toBe(0);
    while ((await probe('/readyz')) !== 200);
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends in order at %s: what has begun is answered', async (signal) => {
    const { served, url } = await serveIn((at) => commit(at, 'write'));
    const answers = Promise.all(Array.from({ length: 20 }, () => ask(url)));
    await ask(url);
    served.child.kill(signal);
    expect((await answers).map(({ verdict }) => verdict)).toEqual(Array.from({ length: 20 }, () => 'ALLOW'));
    expect(await served.finished).toMatchObject({ status: 0, stderr: '' });
    await expect(fetch(url)).rejects.toThrow();
  });
});
