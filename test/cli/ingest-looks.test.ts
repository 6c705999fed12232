/**
 * `--estimate`, `--dry-run` and `--probe`: what is printed for people and for tools, exit statuses, nothing written, no secret.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HIDDEN } from '../../graph/model/gaps.ts';
import type { Estimate } from '../../ingest/bitbucket-cloud/estimate.ts';
import { type SampleServer, startSampleServer } from '../../ingest/sample/server.ts';
import { type Ran, runMain } from '../support/run-main.ts';
import { cloudEnv, temporaryFolder } from './spawned.ts';

const folder = temporaryFolder();
const path = join(folder.path, 'store.sqlite');
let sample: SampleServer;

beforeAll(async () => {
  sample = await startSampleServer();
});
beforeEach(() => {
  sample.faults.length = 0;
});
afterAll(async () => {
  await sample.close();
  folder.remove();
});

const run = (args: readonly string[], env: Record<string, string> = cloudEnv(sample)): Promise<Ran> =>
  runMain(['ingest', 'bitbucket-cloud', '--workspace', 'acme', ...args], { env: { ...env, GRANTPATH_STORE: `sqlite:${path}` } });

describe('--estimate', () => {
  it('prints calls by what they are asked of, hours, and one sentence', async () => {
    const { status, stdout, stderr } = await run(['--estimate', '--calls-per-hour', '10']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/\nAsked of +How many +Endpoints +Calls\n/);
    expect(stdout).toMatch(/\nworkspace +1 +\d+ +\d+\n/);
    expect(stdout).toMatch(/\nproject +5 +\d+ +\d+\n/);
    expect(stdout).toMatch(/\nrepository +20 +\d+ +\d+\n/);
    expect(stdout).toMatch(/\nCredentials +Whole run +First useful answers\n1 +\d+ h +(within 1|\d+) h\n2 +\d+ h/);
    expect(stdout).toMatch(
      /\n(about|at least) \d+ calls, \d+ h at 10\/h with one credential; first useful answers after (at least )?\d+ calls, (within 1|\d+) h: the endpoints of workspace:acme itself, with Bitbucket's effective listing\n/,
    );
    expect(stdout).toContain('with --wait one run goes on to its end');
    expect(stdout).not.toContain('in this order');
  });

  it('writes thousands as people do', async () => {
    const many = (body: unknown) => ({ ...(body as object), size: 4321, next: `${sample.url}/2.0/repositories/acme?page=2` });
    sample.faults.push({ at: /^\/2\.0\/repositories\/acme\?/, does: { rewrite: many } });
    const { stdout } = await run(['--estimate']);
    expect(stdout).toMatch(/\nrepository +4,321 +\d+ +\d\d,\d{3}\n/);
    expect(stdout).toMatch(/\n(about|at least) \d\d,\d{3} calls, \d+ h at 1,000\/h/);
  });

  it('prints the same as data', async () => {
    const { status, stdout } = await run(['--estimate', '--json']);
    expect(status).toBe(0);
    const told = JSON.parse(stdout) as Estimate;
    expect(told).toMatchObject({ callsPerHour: 1000, credentials: 1, finding: 0, trouble: null, workspaces: [{ ref: 'workspace:acme' }] });
    expect(told.calls).toBe(told.workspaces[0]?.calls);
    expect(told.workspaces[0]).not.toHaveProperty('order');
  });
});

describe('--dry-run', () => {
  it('lists what would be read in which order, beside the estimate', async () => {
    const { status, stdout } = await run(['--dry-run']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\n1 +workspace +workspace +1\n/);
    expect(stdout).toMatch(/\n\d+ +branch-restrictions +each repository +20\n/);
    expect(stdout).toContain('first useful answers after');
    const { order } = (
      JSON.parse((await run(['--dry-run', '--json'])).stdout) as { workspaces: [{ order: { of: string; calls: number }[] }] }
    ).workspaces[0];
    expect(order[0]).toMatchObject({ endpoint: 'workspace', of: 'workspace', calls: 1 });
    expect(order.findIndex(({ of }) => of === 'project')).toBeLessThan(order.findIndex(({ of }) => of === 'repository'));
  });
});

describe('--probe', () => {
  it('fits a terminal: one line or a few for each endpoint', async () => {
    sample.faults.push({ at: /permissions-config|branch-restrictions/, does: { answer: 403 } });
    for (const look of ['--probe', '--dry-run']) {
      const args = ['ingest', 'bitbucket-cloud', '--workspace', 'acme', look];
      const { stdout } = await runMain(args, { env: { ...cloudEnv(sample), GRANTPATH_STORE: `sqlite:${path}` }, columns: 100 });
      expect(stdout).toMatch(/\n.*Endpoint +(Can be read|Asked of) +/);
    }
  });

  it('prints a table and ends with 0 where everything can be read', async () => {
    const { status, stdout, stderr } = await run(['--probe']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^workspace:acme: \d+ endpoints can be read, 0 cannot, \d+ not asked; \d+ calls\n/);
    expect(stdout).toContain('credential: OAuth consumer; scopes granted: account pipeline project:admin repository:admin runner webhook');
    expect(stdout).toMatch(/\nasked of: workspace:acme project:acme\/\w+ repository:acme\/\S+ user:\w+\n/);
    expect(stdout).toMatch(/\nbranch-restrictions +yes\n/);
    expect(stdout).toMatch(/\nbranching-model +not asked: only where what it stands in for has nothing\n/);
  });

  it('names what is refused, which scopes are missing and what that costs, and ends with 4', async () => {
    const detail = { required: ['project:admin'], granted: ['account'] };
    sample.faults.push(
      {
        at: /\/projects\/[^/]+\/permissions-config\/groups/,
        does: { answer: 403, body: { type: 'error', error: { message: 'no', detail } } },
      },
      { at: /\/branch-restrictions/, does: { answer: 403 } },
    );
    const { status, stdout } = await run(['--probe']);
    expect(status).toBe(4);
    expect(stdout).toMatch(/\nproject-group-grants +no: status 403 +project:admin +grants of groups on the resource/);
    expect(stdout).toMatch(/\nbranch-restrictions +no: status 403 +none: its account has not the role/);
    expect(stdout).toContain(HIDDEN.rules.doc);
    const { probes } = JSON.parse((await run(['--probe', '--json'])).stdout) as { probes: [{ complete: boolean; rows: object[] }] };
    expect(probes[0].complete).toBe(false);
    expect(probes[0].rows).toContainEqual(
      expect.objectContaining({ endpoint: 'branch-restrictions', result: 'refused', status: 403, costs: [HIDDEN.rules.doc] }),
    );
  });

  it('says that an access token cannot read permissions, and what can', async () => {
    const headers = { 'x-credential-type': 'repo_access_token' };
    sample.faults.push({ at: /permissions-config/, does: { answer: 403, headers } });
    const { status, stdout } = await run(['--probe']);
    expect(status).toBe(4);
    expect(stdout).toContain('credential: access token of a repository');
    expect(stdout).toMatch(/an access token can neither read nor change permissions.*API token of a person.*OAuth consumer/);
    const { probes } = JSON.parse((await run(['--probe', '--json'])).stdout) as { probes: [{ credential: object }] };
    expect(probes[0].credential).toMatchObject({ type: 'repo_access_token', readsPermissions: false });
  });

  it('says what an API token needs where nothing tells what it has', async () => {
    const { BITBUCKET_CLOUD_URL = '', BITBUCKET_CLOUD_AUTH_URL = '' } = cloudEnv(sample);
    const { email, apiToken } = sample.credentials;
    sample.faults.push({ at: /\/branch-restrictions/, does: { answer: 403 } });
    const env = { BITBUCKET_CLOUD_URL, BITBUCKET_CLOUD_AUTH_URL, BITBUCKET_CLOUD_EMAIL: email, BITBUCKET_CLOUD_API_TOKEN: apiToken };
    const { stdout } = await run(['--probe'], env);
    expect(stdout).toContain('credential: API token; which scopes it has is not told');
    expect(stdout).toContain('needs admin:repository:bitbucket, and the role for it; what it has is not told');
  });

  it('ends with 4 when the budget does not reach', async () => {
    const { status, stdout } = await run(['--probe', '--calls-per-hour', '3']);
    expect(status).toBe(4);
    expect(stdout).toContain('not everything was asked: the hourly budget of 3 calls is used up');
  });
});

describe('each of them', () => {
  it.each([['--estimate'], ['--dry-run'], ['--probe']])('%s writes nothing and shows no secret', async (look) => {
    const canary = 'canary-7f3a9c';
    const headers = { 'x-credential-type': canary.toUpperCase(), 'x-oauth-scopes': `account Bearer:${canary}9` };
    const detail = { required: [`${canary}9`], granted: [] };
    const next = (body: unknown) => ({ ...(body as object), next: `${sample.url}/2.0/repositories/acme?token=${canary}`, size: 300 });
    const hidden = (body: unknown) => ({ ...(body as object), secret: canary, links: { href: canary } });
    sample.faults.push(
      { at: /\/branch-restrictions|\/members/, does: { answer: 403, headers, body: { error: { message: canary, detail } } } },
      { at: /^\/2\.0\/repositories\/acme\?/, does: { rewrite: next } },
      { at: /^\/2\.0\//, does: { rewrite: hidden } },
    );
    for (const args of [[look], [look, '--json']]) {
      const { stdout, stderr } = await run(args);
      expect(stdout.length).toBeGreaterThan(0);
      for (const secret of [canary, sample.credentials.clientSecret, 'Bearer', 'Basic '])
        expect(`${stdout}${stderr}`.toLowerCase()).not.toContain(secret.toLowerCase());
    }
    expect(existsSync(path)).toBe(false);
  });

  it.each([['--estimate'], ['--dry-run'], ['--probe']])('%s of no such workspace is an error of the upstream', async (look) => {
    const env = { ...cloudEnv(sample), GRANTPATH_STORE: `sqlite:${path}` };
    const { status, stderr } = await runMain(['ingest', 'bitbucket-cloud', '--workspace', 'nobody', look], { env });
    expect(status).toBe(4);
    expect(stderr).toMatch(/^error UPSTREAM_MISSING: workspace `nobody` is not there.*: status 404; /);
  });

  it('is asked for alone', async () => {
    const { status, stderr } = await run(['--probe', '--dry-run']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error USAGE: one of --probe, --estimate and --dry-run can be asked for, got --probe and --dry-run; /);
  });

  it('stops when it is told to', async () => {
    const stopping = new AbortController();
    stopping.abort();
    const { status } = await runMain(['ingest', 'bitbucket-cloud', '--estimate'], { env: cloudEnv(sample), stop: stopping.signal });
    expect(status).toBe(4);
  });
});
