/**
 * Bad input and bad days, in real processes: each gives its code, what to do, and its exit status, and nothing is lost.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../graph/errors.ts';
import { parseWorld } from '../../graph/notation.ts';
import { openStore } from '../../graph/store/open.ts';
import { type SampleServer, startSampleServer } from '../../ingest/sample/server.ts';
import { COMPILED_CACHE } from '../../queries/compiled.ts';
import { commitWorld } from '../support/commit-world.ts';
import { runMain } from '../support/run-main.ts';
import { cloudEnv, type Finished, PROGRAM, runProgram, Spawned, temporaryFolder } from './spawned.ts';

const folder = temporaryFolder();
const path = join(folder.path, 'store.sqlite');
const STORE = `sqlite:${path}`;
const CHECK = ['check', 'user:ann', 'repository.write', 'repository:acme/api'];
let sample: SampleServer;
let unreachable: Promise<Finished>;

/** In this process: for many ways to be wrong in the same way. */
const runHere = (args: readonly string[], env: Record<string, string> = {}): Promise<Finished> =>
  runMain(args, { env: { GRANTPATH_STORE: STORE, ...env } });
const run = (args: readonly string[], env: Record<string, string> = {}) =>
  runProgram(args, { cwd: folder.path, env: { GRANTPATH_STORE: STORE, ...env } });
const ingest = (env: Record<string, string>) => run(['ingest', 'bitbucket-cloud', '--workspace', 'acme'], env);

/** The last line of standard error, its code and remedy being those of the table. */
function expectError({ status, stderr }: Finished, code: ErrorCode, told: RegExp | string): void {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  expect(line).toMatch(new RegExp(`^error ${code}: `));
  expect(line).toMatch(told);
  expect(line.endsWith(`; ${ERROR_CODES[code].remedy}`)).toBe(true);
  expect(status).toBe(ERROR_CODES[code].exit);
}

beforeAll(async () => {
  sample = await startSampleServer();
  const store = await openStore(STORE);
  await commitWorld(
    store,
    parseWorld(`
      workspace:acme CONTAINS project:acme/WEB
      project:acme/WEB CONTAINS repository:acme/api
      user:{1} IS User ref=user:twin
      user:{2} IS User ref=user:twin
      user:ann HOLDS write ON repository:acme/api`),
  );
  await store.close();
  expect((await run(CHECK)).status).toBe(0);
  // It tries for a while: the others run meanwhile.
  const { clientId, clientSecret } = sample.credentials;
  unreachable = ingest({
    BITBUCKET_CLOUD_URL: 'http://127.0.0.1:1',
    BITBUCKET_CLOUD_AUTH_URL: 'http://127.0.0.1:1/token',
    BITBUCKET_CLOUD_CLIENT_ID: clientId,
    BITBUCKET_CLOUD_CLIENT_SECRET: clientSecret,
  });
});

afterAll(async () => {
  await unreachable;
  await sample.close();
  folder.remove();
});

describe('a question', () => {
  it('with an unknown reference lists the nearest names', async () => {
    expectError(
      await run(['check', 'user:anne', 'repository.write', 'repository:acme/api']),
      'REFERENCE_UNKNOWN',
      /got `user:anne`; nearest: `user:ann`/,
    );
  });

  it('with an ambiguous reference lists the candidates', async () => {
    expectError(await runHere(['what-can', 'user:twin']), 'REFERENCE_AMBIGUOUS', /candidates: `user:\{1\}`, `user:\{2\}`/);
  });

  it('with what is no reference says how one is written', async () => {
    expectError(
      await runHere(['check', 'ann', 'repository.write', 'repository:acme/api']),
      'REFERENCE_MALFORMED',
      /`kind:path`, got `ann`/,
    );
  });

  it('with an action that the kind does not have lists those that it has', async () => {
    expectError(
      await runHere(['check', 'user:ann', 'branch.push', 'repository:acme/api']),
      'ACTION_UNKNOWN',
      /a Repository takes repository\.read/,
    );
    expectError(await runHere(['who-can', 'branch.shove', 'branch:acme/api#main']), 'ACTION_UNKNOWN', /got `branch\.shove`/);
  });

  it('by what cannot ask is told so', async () => {
    expectError(
      await runHere(['check', 'project:acme/WEB', 'repository.write', 'repository:acme/api']),
      'NOT_AN_IDENTITY',
      /which is a Project/,
    );
  });

  it('of a malformed time shows how a time is written', async () => {
    for (const at of ['yesterday', '2026-13-01', '2026-02-31T00:00:00Z', ''])
      expectError(await runHere([...CHECK, '--at', at]), 'TIME_MALFORMED', /like `2026-01-31T12:00:00Z`/);
  });

  it('over a limit or with a cursor that is none is refused', async () => {
    expectError(
      await runHere(['who-can', 'repository.read', 'repository:acme/api', '--first', '1001']),
      'USAGE',
      /--first is a number from 0 to 1000, got `1001`/,
    );
    expectError(await runHere(['who-can', 'repository.read', 'repository:acme/api', '--after', 'xyz']), 'CURSOR', /got `xyz`/);
    const file = join(folder.path, 'big.graphql');
    writeFileSync(file, `{ ${Array.from({ length: 60 }, (_, index) => `a${index}: gaps { totalCount }`).join(' ')} }`);
    const { status, stderr } = await runHere(['query', file]);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^error LIMIT: /)]);
  });

  it('as JSON has its error as JSON too', async () => {
    const { stdout, status } = await run(['check', 'user:anne', 'repository.write', 'repository:acme/api', '--json']);
    expect([status, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'REFERENCE_UNKNOWN', details: { ref: 'user:anne' } } }]);
  });
});

describe('a command line', () => {
  it('of the wrong form is an error of usage', async () => {
    const wrong = [
      [],
      ['chekc'],
      ['check', 'user:ann'],
      ['check', ...CHECK],
      ['check', '--nope'],
      ['ingest'],
      ['ingest', 'gitlab'],
      ['who-can', 'repository.read', 'repository:acme/api', '--kind', 'Person'],
    ];
    expectError(await run(['chekc']), 'USAGE', /; see the help text/);
    for (const args of wrong) expectError(await runHere(args), 'USAGE', /; see the help text/);
  });
});

describe('the environment', () => {
  it('with a value that cannot be used names the variable', async () => {
    expectError(
      await runHere(['serve'], { GRANTPATH_PORT: '99999' }),
      'CONFIG',
      /GRANTPATH_PORT must be a port from 0 to 65535, got `99999`/,
    );
    expectError(await runHere(CHECK, { GRANTPATH_TENANT: 'a b' }), 'CONFIG', /GRANTPATH_TENANT/);
    expectError(await runHere(CHECK, { GRANTPATH_STORE: 'mysql:x' }), 'CONFIG', /`sqlite:PATH`/);
    expectError(await ingest({}), 'CONFIG', /BITBUCKET_CLOUD_CLIENT_ID/);
    expectError(await ingest({ BITBUCKET_CLOUD_EMAIL: 'a@b.c' }), 'CONFIG', /BITBUCKET_CLOUD_API_TOKEN must be set/);
    expectError(await ingest({ ...cloudEnv(sample), BITBUCKET_CLOUD_URL: 'http://bitbucket.example' }), 'CONFIG', /must be https/);
  });

  it('of another tenant does not open the store', async () => {
    expectError(await run(CHECK, { GRANTPATH_TENANT: 'other' }), 'CONFIG', /tenant `other`/);
  });
});

describe('the upstream', () => {
  it('that refuses the credential ends the run before anything is written', async () => {
    const before = readFileSync(path).length;
    const result = await ingest({ ...cloudEnv(sample), BITBUCKET_CLOUD_CLIENT_SECRET: 'a-wrong-secret' });
    expectError(result, 'UPSTREAM_AUTH', /for the client id and secret/);
    expect(result.stderr + result.stdout).not.toContain('a-wrong-secret');
    expectError(
      await ingest({ BITBUCKET_CLOUD_URL: sample.url, BITBUCKET_CLOUD_EMAIL: 'a@b.c', BITBUCKET_CLOUD_API_TOKEN: 'wrong-token' }),
      'UPSTREAM_AUTH',
      /refuse/,
    );
    expect(readFileSync(path).length).toBe(before);
    expect((await run(CHECK)).status).toBe(0);
  });

  it('that has no such workspace says so', async () => {
    expectError(await run(['ingest', 'bitbucket-cloud', '--workspace', 'nobody'], cloudEnv(sample)), 'UPSTREAM_MISSING', /`nobody`/);
  });

  it('that cannot be reached is an error after a while, and what the store has is still there', async () => {
    expectError(await unreachable, 'UPSTREAM_UNREACHABLE', /ECONNREFUSED/);
    expect((await run(CHECK)).status).toBe(0);
  });
});

describe('the store', () => {
  it('that is not there is not made by a question', async () => {
    const url = `sqlite:${join(folder.path, 'none', 'x.sqlite')}`;
    expectError(await run([...CHECK, '--store', url]), 'STORE_EMPTY', /x\.sqlite/);
    expect(existsSync(join(folder.path, 'none'))).toBe(false);
  });

  it('that is something else is left as it is', async () => {
    const file = join(folder.path, 'notes.txt');
    writeFileSync(file, 'these are notes, and they are longer than the header of a database would be, by some measure '.repeat(3));
    const before = readFileSync(file, 'utf8');
    expectError(await run([...CHECK, '--store', `sqlite:${file}`]), 'STORE_UNREADABLE', /notes\.txt/);
    const result = await run(['ingest', 'bitbucket-cloud', '--workspace', 'acme', '--store', `sqlite:${file}`], cloudEnv(sample));
    expectError(result, 'STORE_UNREADABLE', /notes\.txt/);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('of a newer version is not touched', async () => {
    const newer = join(folder.path, 'newer.sqlite');
    const store = await openStore(`sqlite:${newer}`);
    await store.close();
    const database = new DatabaseSync(newer);
    database.exec('PRAGMA user_version = 999');
    database.close();
    const before = readFileSync(newer);
    expectError(await run([...CHECK, '--store', `sqlite:${newer}`]), 'STORE_NEWER', /999/);
    expectError(await run(['serve', '--store', `sqlite:${newer}`]), 'STORE_NEWER', /999/);
    const absent = `${newer}.absent`;
    expectError(await run(['serve', '--read-only', '--store', `sqlite:${absent}`]), 'STORE_EMPTY', /absent/);
    expect(existsSync(absent)).toBe(false);
    expect(readFileSync(newer).equals(before)).toBe(true);
  });

  it('with a damaged compiled snapshot compiles it anew', async () => {
    const store = await openStore(STORE);
    const whole = (await store.readCache(COMPILED_CACHE))?.slice();
    expect(whole?.byteLength).toBeGreaterThan(1000);
    await store.writeCache(COMPILED_CACHE, (whole as Uint8Array).slice(0, 777));
    expect(await run(CHECK)).toMatchObject({ status: 0, stderr: '' });
    expect(Buffer.compare((await store.readCache(COMPILED_CACHE)) as Uint8Array, whole as Uint8Array)).toBe(0);
    await store.close();
  });

  it('on a full disk keeps its last complete snapshot', async () => {
    const disk = join(folder.path, 'disk');
    const full = await runOnFullDisk(disk, cloudEnv(sample));
    const [first, second, third] = full;
    expect([first?.status, second?.status, third?.status], second?.stderr).toEqual([0, 4, 1]);
    expect(second?.stderr).toMatch(
      isLimitedDisk() ? /error STORE_FULL: .*; the last complete snapshot is intact/ : /error STORE_(FULL|UNREADABLE): /,
    );
  }, 60_000);
});

describe('the port', () => {
  it('that is in use is an error with what to do', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    expectError(await run(['serve', '--port', String(port)]), 'PORT_IN_USE', new RegExp(`127\\.0\\.0\\.1:${port}`));
    expectError(await runHere(['serve', '--host', '203.0.113.1', '--port', '0']), 'CONFIG', /203\.0\.113\.1/);
    taken.close();
  });
});

/** Can a file system of a limited size be mounted by anybody here? Where not, the size of files is limited instead. */
function isLimitedDisk(): boolean {
  return spawnSync('unshare', ['-Urm', 'sh', '-c', 'mount -t tmpfs -o size=64k none /mnt']).status === 0;
}

/** An ingest, another one when the disk is full, and a question when there is room again. */
async function runOnFullDisk(disk: string, env: Record<string, string>): Promise<Finished[]> {
  const grantpath = `"${process.execPath}" "${PROGRAM}"`;
  const step = (name: string, command: string) => `${command} >"$LOGS/${name}.out" 2>"$LOGS/${name}.err"; echo $? >"$LOGS/${name}.status"`;
  const ingesting = `${grantpath} ingest bitbucket-cloud --workspace acme`;
  const asking = `${grantpath} check user:evan branch.push branch:acme/api#main`;
  const script = isLimitedDisk()
    ? [
        'mount -t tmpfs -o size=16m none "$DISK"',
        step('1', ingesting),
        'head -c 64m /dev/zero >"$DISK/filler" 2>/dev/null',
        step('2', ingesting),
        'rm "$DISK/filler"',
        step('3', asking),
      ]
    : [step('1', ingesting), `(ulimit -f 64; ${step('2', ingesting)})`, step('3', asking)];
  const logs = temporaryFolder();
  const [command = '', ...before] = isLimitedDisk() ? ['unshare', '-Urm', 'sh'] : ['sh'];
  mkdirSync(disk, { recursive: true });
  await new Spawned(command, [...before, '-c', script.join('\n')], {
    cwd: folder.path,
    env: { ...env, GRANTPATH_STORE: `sqlite:${disk}/store.sqlite`, DISK: disk, LOGS: logs.path },
  }).finished;
  const read = (name: string) => readFileSync(join(logs.path, name), 'utf8');
  const finished = ['1', '2', '3'].map((name) => ({
    status: Number(read(`${name}.status`)),
    stdout: read(`${name}.out`),
    stderr: read(`${name}.err`),
  }));
  logs.remove();
  return finished;
}
