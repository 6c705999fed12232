/** Each of the upstream's limits has a budget of its own for each credential: webhooks go on where data of repositories is spent, and the other way round. */
import { describe, expect, it } from 'vitest';
import { bucketLimits, bucketOf, bucketOfPath } from '../../ingest/bitbucket-cloud/buckets.ts';
import { BUCKETS } from '../../ingest/bitbucket-cloud/endpoints/row.ts';
import { ENDPOINT_IDS, ENDPOINTS } from '../../ingest/bitbucket-cloud/endpoints.ts';
import { estimateBitbucketCloud } from '../../ingest/bitbucket-cloud/estimate.ts';
import { CredentialPool } from '../../ingest/credential-pool.ts';
import { configOf, factsOf, gapsOf, smallSamples } from './sample.ts';
import { FakeClock } from './support.ts';

const open = smallSamples();
const HOOKS = /\/hooks/;
const isGet = (call: string) => call.startsWith('GET');

describe('the table', () => {
  it('counts every endpoint in one limit, also by the path under which its pages are kept', () => {
    for (const id of ENDPOINT_IDS) expect([id, bucketOfPath(ENDPOINTS[id].path)]).toEqual([id, bucketOf(id)]);
    expect(bucketOf('repository-webhooks')).toBe('webhooks');
    // Not documented: taken for one with the data of repositories.
    expect(bucketOf('workspace-roles')).toBe('repositories');
  });

  it('gives what a user asks for, and of other limits never more than is documented', () => {
    const limits = (callsPerHour: number) => Object.fromEntries(bucketLimits(callsPerHour).map((each) => [each.bucket, each.limit]));
    expect(limits(5000)).toMatchObject({ repositories: 5000, webhooks: BUCKETS.webhooks.limit });
    expect(limits(40)).toMatchObject({ repositories: 40, webhooks: 40 });
  });
});

describe('a run', () => {
  it('whose calls for data of repositories are spent still reads webhooks, within their own limit', async () => {
    const sample = await open();
    await sample.sync();
    const webhooks = sample.server.calls.filter((call) => HOOKS.test(call)).length;
    expect(webhooks).toBe(4);
    sample.clock.at += 3_600_001;
    sample.server.calls.length = 0;
    const { report } = await sample.sync({ budget: { callsPerHour: 30, whenSpent: 'stop' } });
    expect(report).toMatchObject({ stopped: 'budget', calls: 34, budgetLeft: 0 });
    expect(report.buckets).toEqual([
      { bucket: 'repositories', limit: 30, windowMs: 3_600_000, calls: 30, left: 0 },
      { bucket: 'webhooks', limit: 30, windowMs: 3_600_000, calls: 4, left: 26 },
    ]);
  });

  it('whose calls for webhooks are spent still reads the rest, and the next run reads what is missing', async () => {
    const expected = await open().then(async (other) => {
      await other.sync();
      return await factsOf(other.store);
    });
    const sample = await open();
    // The upstream holds webhooks back for longer than a run is patient.
    sample.server.faults.push({ at: HOOKS, does: { answer: 429, headers: { 'retry-after': '3000' } } });
    const { report } = await sample.sync();
    expect(report.stopped).toBe('budget');
    const gaps = (await gapsOf(sample.store)).filter((gap) => gap.endsWith(' budget'));
    expect(gaps.length).toBe(4);
    expect(gaps.every((gap) => gap.includes(' HIDES webhooks '))).toBe(true);
    expect(sample.server.calls.filter((call) => HOOKS.test(call)).length).toBe(1);
    sample.server.faults.length = 0;
    sample.clock.at += 3_600_001;
    await sample.sync();
    expect(await factsOf(sample.store)).toEqual(expected);
  });

  it('that waits for one limit waits an hour, and comes to its end', async () => {
    const sample = await open();
    const { report } = await sample.sync({ budget: { callsPerHour: 3, whenSpent: 'wait' } });
    expect(report.stopped).toBe(null);
    const spent = (pattern: RegExp) => sample.server.calls.filter((call) => isGet(call) && pattern.test(call)).length;
    expect(report.buckets.map(({ calls }) => calls)).toEqual([spent(/^(?!.*\/hooks)/), spent(HOOKS)]);
    expect(report.waitedMs).toBeGreaterThanOrEqual((Math.ceil(spent(/^(?!.*\/hooks)/) / 3) - 1) * 3_600_000);
  });
});

describe('the estimate', () => {
  it('is as long as the slowest limit', async () => {
    const sample = await open();
    const { buckets, hours, calls } = await estimateBitbucketCloud({
      config: configOf(sample.server),
      workspaces: ['acme'],
      budget: { callsPerHour: 10, whenSpent: 'wait' },
      clock: sample.clock,
    });
    const [repositories, webhooks] = buckets;
    expect([webhooks?.bucket, webhooks?.calls]).toEqual(['webhooks', 4]);
    expect((repositories?.calls ?? 0) + (webhooks?.calls ?? 0)).toBe(calls);
    expect(hours[0]?.wholeRun).toBe(Math.ceil((repositories?.calls ?? 0) / 10));
  });
});

describe('credentials', () => {
  it('have each limit for themselves, and one that must wait in one limit goes on in the other', async () => {
    const clock = new FakeClock();
    const pool = new CredentialPool({
      credentials: [1, 2].map((position) => ({ position, kind: 'API token', authorizer: null })),
      whenSpent: 'stop',
      buckets: [
        { bucket: 'a', limit: 2, windowMs: 3_600_000 },
        { bucket: 'b', limit: 1, windowMs: 3_600_000 },
      ],
      clock,
    });
    const take = async (bucket?: string) => (await pool.take(pool.live, bucket))?.position;
    expect([await take('b'), await take('b'), await take(), await take()]).toEqual([1, 2, 1, 2]);
    await expect(take('b')).rejects.toMatchObject({ code: 'BUDGET', message: expect.stringContaining('1 calls for b of each of 2') });
    pool.live[0]?.quietFor(60_000, clock.now(), 'b');
    expect(await take('a')).toBe(1);
    expect(pool.buckets).toEqual([
      { bucket: 'a', limit: 4, windowMs: 3_600_000, calls: 3, left: 1 },
      { bucket: 'b', limit: 2, windowMs: 3_600_000, calls: 2, left: 0 },
    ]);
  });
});
