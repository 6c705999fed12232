/** `store status`, `store migrate` and `store verify` on stores as they may be found. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../graph/store/sqlite.ts';
import { MIGRATIONS } from '../../graph/store/sqlite-schema.ts';
import { startSampleServer } from '../../ingest/sample/server.ts';
import { keptPage } from '../store/commit-facts.ts';
import { type Ran, type RunOptions, runMain } from '../support/run-main.ts';
import { cloudEnv, temporaryFolder } from './spawned.ts';

const folder = temporaryFolder();
const filled = join(folder.path, 'filled.sqlite');
const SECRET = 'correct horse battery staple';
let copies = 0;

/** A command under `store`, of the store in a file. */
const store = (path: string, command: string, { env, ...rest }: RunOptions = {}): Promise<Ran> =>
  runMain(['store', ...command.split(' ')], { env: { GRANTPATH_STORE: `sqlite:${path}`, NEO4J_PASSWORD: SECRET, ...env }, ...rest });
const json = async (path: string, command: string): Promise<Record<string, unknown>> =>
  JSON.parse((await store(path, `${command} --json`)).stdout) as Record<string, unknown>;
const fresh = () => join(folder.path, `${copies++}.sqlite`);
/** A copy of the filled store in which something was done. */
function damaged(sql: string): string {
  const path = fresh();
  copyFileSync(filled, path);
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
  return path;
}

beforeAll(async () => {
  const sample = await startSampleServer();
  const env = { ...cloudEnv(sample), GRANTPATH_STORE: `sqlite:${filled}` };
  const { status, stderr } = await runMain(['ingest', 'bitbucket-cloud', '--workspace', 'acme'], { env });
  expect([status, stderr]).toEqual([0, expect.stringContaining('run committed')]);
  await sample.close();
});
afterAll(() => folder.remove());

describe('store status', () => {
  it('of a store that is not there says so, and makes none', async () => {
    const path = fresh();
    const { status, stdout, stderr } = await store(path, 'status');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('not there yet: an ingest or an import makes it');
    expect(await json(path, 'status')).toEqual({ store: `sqlite:${path}`, tenant: 'default', state: 'absent', version: 0 });
    expect(existsSync(path)).toBe(false);
  });

  it('of a store without a snapshot counts nothing', async () => {
    const path = fresh();
    await store(path, 'migrate');
    expect(await json(path, 'status')).toMatchObject({
      state: 'empty',
      newest: null,
      snapshots: 0,
      facts: { nodes: 0, edges: 0, gaps: 0 },
    });
    expect((await store(path, 'status')).stdout).toMatch(/newest snapshot +none yet\n/);
  });

  it('tells people and tools what is in it, and no secrets, and changes nothing', async () => {
    const bytes = readFileSync(filled);
    const told = await json(filled, 'status');
    expect(told).toMatchObject({
      store: `sqlite:${filled}`,
      tenant: 'default',
      state: 'filled',
      kind: 'sqlite',
      version: MIGRATIONS.length,
      snapshots: 1,
      newest: { connector: expect.stringMatching(/^bitbucket-cloud\//) },
      unfinished: [],
      holder: null,
      isApplying: false,
    });
    const facts = told['facts'] as Record<string, number>;
    const exported = JSON.parse(
      (await runMain(['export', join(folder.path, 'facts.jsonl'), '--json'], { env: { GRANTPATH_STORE: `sqlite:${filled}` } })).stdout,
    ) as Record<string, number>;
    expect(facts).toEqual({ nodes: exported['nodes'], edges: exported['edges'], gaps: exported['gaps'] });
    const { status, stdout, stderr } = await store(filled, 'status');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`edges +${facts['edges']}\n`));
    expect(stdout).toMatch(/kept by +SQLite 3\.\d+/);
    expect(stdout).toMatch(/size +[\d.]+ KiB\n/);
    expect(stdout).toMatch(/who writes +nobody\n/);
    expect(stdout + JSON.stringify(told)).not.toContain(SECRET);
    expect(Buffer.compare(readFileSync(filled), bytes)).toBe(0);
  });

  it('names the run that goes on, and the process that holds it', async () => {
    const path = damaged('');
    const other = openSqliteStore({ path });
    const run = await other.startRun('bitbucket-cloud/{other}');
    await run.keepPage(keptPage('a', '/1'));
    const { stdout } = await store(path, 'status');
    expect(stdout).toMatch(/unfinished run +of bitbucket-cloud\/\{other\}, since 2\S+, pages kept: 1\n/);
    expect(stdout).toMatch(new RegExp(`who writes +process ${process.pid}\n`));
    await other.close();
    expect(await json(path, 'status')).toMatchObject({ holder: null, unfinished: [{ id: run.id, pages: 1 }] });
  });

  it('is of now', async () => {
    for (const command of ['status', 'migrate'])
      expect(await store(filled, `${command} --at 2026-01-31`)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('error USAGE'),
      });
  });
});

describe('store migrate', () => {
  it('makes what is not there, and then has nothing to do', async () => {
    const path = fresh();
    expect((await store(path, 'migrate')).stdout).toBe(`sqlite:${path}: made, of version ${MIGRATIONS.length}\n`);
    expect((await store(path, 'migrate')).stdout).toBe(`sqlite:${path}: nothing to do, it is of version ${MIGRATIONS.length}\n`);
    expect(await json(filled, 'migrate')).toMatchObject({ version: MIGRATIONS.length, versionBefore: MIGRATIONS.length });
  });

  it('refuses what a newer version wrote, or somebody else, and leaves it as it is', async () => {
    const newer = damaged(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    const foreign = fresh();
    const database = new DatabaseSync(foreign);
    database.exec('CREATE TABLE other (x)');
    database.close();
    for (const [path, code] of [
      [newer, 'STORE_NEWER'],
      [foreign, 'STORE_UNREADABLE'],
    ] as const) {
      const bytes = readFileSync(path);
      for (const command of ['migrate', 'status', 'verify']) {
        const { status, stderr } = await store(path, command);
        expect([status, stderr]).toEqual([4, expect.stringContaining(`error ${code}: `)]);
      }
      expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
    }
  });
});

describe('store verify', () => {
  it('of a store that is as its pages say is one line', async () => {
    const { status, stdout, stderr } = await store(filled, 'verify');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^equal: \d{3,} facts against \d+ pages of 1 runs; snapshot \S+ of \S+\n$/);
    expect(await json(filled, 'verify')).toMatchObject({ equal: true, notVerified: [], differences: [], verified: [{ runs: 1 }] });
  });

  it('names what differs, and exits with 4', async () => {
    const path = damaged(
      "UPDATE node_fact SET name = 'Eve' WHERE ref = 'user:evan'; INSERT INTO edge_closed SELECT 1, committed_at FROM run",
    );
    const { status, stdout } = await store(path, 'verify');
    expect(status).toBe(4);
    expect(stdout).toMatch(/^different: \d+ facts against /);
    expect(stdout).toContain('\nDifferences: 1 missing, 1 different\n');
    expect(stdout).toMatch(/different +user:\S+ IS User +name is `Eve` in the store, by the pages `Evan Lindqvist`\n/);
    const told = await json(path, 'verify');
    expect(told).toMatchObject({ equal: false, counts: { missing: 1, surplus: 0, different: 1, columns: 0, unreadable: 0 } });
    expect((told['differences'] as { is: string }[]).map(({ is }) => is).sort()).toEqual(['different', 'missing']);
  });

  it('lists the first twenty of many', async () => {
    const { status, stdout } = await store(damaged("UPDATE node_fact SET name = name || '!'"), 'verify');
    expect(status).toBe(4);
    expect(stdout).toMatch(/\nDifferences: \d{3} different; the first 20\n/);
    expect(stdout.split('\n').filter((line) => line.startsWith('different ')).length).toBe(20);
  });

  it('says what it cannot verify, by name and count, and then and now', async () => {
    const path = damaged('');
    const file = join(folder.path, 'tokens.facts');
    writeFileSync(file, 'token:acme#ci ACTS_AS user:evan\n');
    const env = { GRANTPATH_STORE: `sqlite:${path}` };
    const { newest } = (await json(path, 'status')) as { newest: { at: string } };
    expect((await runMain(['import', file], { env })).status).toBe(0);
    const { status, stdout } = await store(path, 'verify');
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(1)).toEqual(['not verified: 3 facts of import/tokens, no pages are kept of it', '']);
    expect((await store(path, `verify --at ${newest.at}`)).stdout).not.toContain('import/tokens');
  });

  it('of a store that holds imports alone compares nothing, and says so', async () => {
    const [path, file] = [fresh(), join(folder.path, 'alone.facts')];
    writeFileSync(file, 'user:ann MEMBER_OF group:acme/dev\n');
    await runMain(['import', file], { env: { GRANTPATH_STORE: `sqlite:${path}` } });
    const { status, stdout } = await store(path, 'verify');
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^nothing to compare: 0 facts .*\nnot verified: 3 facts of import\/alone, /),
    ]);
  });

  it('needs a snapshot, and stops when it is told to', async () => {
    const path = fresh();
    expect(await store(path, 'verify')).toMatchObject({ status: 4, stderr: expect.stringContaining('error STORE_EMPTY') });
    await store(path, 'migrate');
    expect(await store(path, 'verify')).toMatchObject({ status: 4, stderr: expect.stringContaining('error STORE_EMPTY') });
    const stopped = await store(filled, 'verify', { stop: AbortSignal.abort() });
    expect(stopped).toEqual({ status: 4, stdout: '', stderr: 'stopped; not all of it was compared\n' });
  });
});
