/** What `ingest` says of several credentials and of readings that it keeps, as tables and as JSON. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SyncReport } from '../../ingest/report.ts';
import { type SampleServer, startSampleServer } from '../../ingest/sample/server.ts';
import { smallWorkspace } from '../ingest/sample.ts';
import { runMain } from '../support/run-main.ts';
import { cloudEnv, temporaryFolder } from './spawned.ts';

const folder = temporaryFolder();
let sample: SampleServer;
let env: Record<string, string>;

beforeAll(async () => {
  sample = await startSampleServer({ workspace: smallWorkspace() });
  const { email, apiToken } = sample.credentials;
  env = {
    ...cloudEnv(sample),
    GRANTPATH_STORE: `sqlite:${join(folder.path, 'store.sqlite')}`,
    BITBUCKET_CLOUD_EMAIL_2: email,
    BITBUCKET_CLOUD_API_TOKEN_2: apiToken,
  };
});
afterAll(async () => {
  await sample.close();
  folder.remove();
});

const ingest = (...options: string[]) => runMain(['ingest', 'bitbucket-cloud', '--workspace', 'acme', ...options], { env });

describe('ingest', () => {
  it('says what each credential spent, by position and kind, without what is secret', async () => {
    const { status, stdout, stderr } = await ingest();
    expect([status, stderr.includes('"level":"error"')]).toEqual([0, false]);
    expect(stdout).toMatch(/Credentials[\s\S]*\b1\b.*OAuth consumer[\s\S]*\b2\b.*API token/);
    for (const secret of [sample.credentials.apiToken, sample.credentials.clientSecret, sample.credentials.email])
      expect(`${stdout}${stderr}`).not.toContain(secret);
  });

  it('keeps what is young enough with --max-age, and counts it', async () => {
    const read = JSON.parse((await ingest('--json')).stdout) as { runs: { report: SyncReport }[] };
    const kept = JSON.parse((await ingest('--max-age', '24h', '--json')).stdout) as typeof read;
    const [before, after] = [read.runs[0]?.report, kept.runs[0]?.report];
    expect(after?.calls).toBeLessThan((before?.calls ?? 0) / 2);
    expect([after?.facts, after?.gapCount, after?.agree]).toEqual([before?.facts, before?.gapCount, before?.agree]);
    const { stdout } = await ingest('--max-age', '1d');
    expect(stdout).toMatch(/readings.*\d+ made, \d+ kept that were at most 24 h 0 min old/);
    expect(stdout).toMatch(/Endpoint +Read +Kept +Oldest +Cannot be read/);
    expect(stdout).toMatch(/branch-restrictions +0 +3 +20\S+Z +0 +0 +\d+\n/);
  });

  it.each([['-1h'], ['5s'], ['31d'], ['h'], ['']])('refuses --max-age %j', async (age) => {
    const { status, stderr } = await ingest(`--max-age=${age}`);
    expect([status, stderr]).toEqual([2, expect.stringContaining('--max-age is a time from 0 to 30d')]);
  });

  it('refuses credentials that see different workspaces, and writes nothing', async () => {
    sample.faults.push({ at: /^\/2\.0\/workspaces\/acme$/, after: 1, times: 1, does: { answer: 404 } });
    const { status, stderr } = await ingest();
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/error CONFIG: all credentials must see the same workspace.*credential 2 \(API token\) gets status 404/),
    ]);
  });
});
