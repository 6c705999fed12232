/** An upstream that misbehaves, read by the real connector into the real store: right facts or a gap, and an end to every retry. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { NodeKey } from '../../graph/fact.ts';
import type { Action } from '../../graph/model/actions.ts';
import { decide } from '../../graph/spec/decide.ts';
import { Known } from '../../graph/spec/known.ts';
import { readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import type { Fault } from '../../ingest/sample/faults.ts';
import { syncBitbucketCloud } from '../../ingest/sync.ts';
import { targetOf } from '../support/spec-surface.ts';
import { configOf, environmentOf, factsOf, gapsOf, idsOf, keyOf, type Sample, smallSamples, worldIn } from './sample.ts';
import { codeOf, serve, type Upstream } from './support.ts';

const open = smallSamples();

/** The facts of a run without faults, over the same workspace. */
async function undisturbed(): Promise<Map<string, string>> {
  const sample = await open();
  await sample.sync();
  return await factsOf(sample.store);
}

const GAP = 'repository:acme/ledger HIDES group-grants denied';
const MEMBERS = /^\/2\.0\/workspaces\/acme\/members/;
const LISTING = /^\/2\.0\/repositories\/acme\?/;
/** Everything but the token endpoint. */
const ALL = /^\/[12]\.0\//;

const isGet = (call: string) => call.startsWith('GET');
const allow = async (sample: Sample, identity: NodeKey, action: Action, resource: NodeKey) => {
  const known = new Known(await worldIn(sample.store));
  return decide(known, { identity, action, target: targetOf(known, resource) }, Date.now()).verdict;
};

describe('what passes is survived without a trace', () => {
  it.each<[string, Fault, object]>([
    [
      '429 with Retry-After',
      { at: MEMBERS, times: 1, does: { answer: 429, headers: { 'retry-after': '30' } } },
      { retries: 1, waitedMs: 30_000 },
    ],
    ['429 without', { at: MEMBERS, times: 2, does: { answer: 429 } }, { retries: 2 }],
    ['500', { at: MEMBERS, times: 3, does: { answer: 500 } }, { retries: 3 }],
    ['HTML that says 200', { at: MEMBERS, times: 2, does: { answer: 200, body: '<html>one moment</html>' } }, { retries: 2 }],
    ['HTML that says 502', { at: MEMBERS, times: 2, does: { answer: 502, body: '<html>bad gateway</html>' } }, { retries: 2 }],
    ['an empty body', { at: MEMBERS, times: 1, does: { answer: 200, body: '' } }, { retries: 1 }],
    ['a cut body', { at: MEMBERS, times: 2, does: { cut: 'body' } }, { retries: 2 }],
    ['a cut connection', { at: MEMBERS, times: 2, does: { cut: 'connection' } }, { retries: 2 }],
    ['every third call failing', { at: ALL, after: 2, times: 9, does: { answer: 503 } }, { retries: 9 }],
    ['an answer that comes too late', { at: MEMBERS, times: 1, does: { delayMs: 1400 } }, { retries: 1 }],
    ['pages that come twice', { at: ALL, does: { pages: 'repeated' } }, { retries: 0 }],
    ['pages in another order', { at: ALL, does: { pages: 'reordered' } }, { retries: 0 }],
  ])('%s', async (_, fault, report) => {
    const expected = await undisturbed();
    const sample = await open({ faults: [fault], pageLengthMax: 3 });
    const result = await sample.sync({ limits: { totalTimeoutMs: 1000 } });
    expect(await factsOf(sample.store)).toEqual(expected);
    expect(await gapsOf(sample.store)).toEqual([GAP]);
    expect(result.report).toMatchObject({ stopped: null, gapCount: 1, ...report });
  });

  it('Retry-After holds back every call, not only the one that was refused', async () => {
    const sample = await open({ faults: [{ at: MEMBERS, times: 1, does: { answer: 429, headers: { 'retry-after': '45' } } }] });
    await sample.sync({ limits: { concurrency: 4 } });
    expect(sample.clock.slept).toContain(45_000);
    expect(sample.clock.slept.every((durationMs) => durationMs <= 45_000)).toBe(true);
  });
});

describe('tokens that expire', () => {
  it('are renewed when the upstream refuses them', async () => {
    const expected = await undisturbed();
    const sample = await open({ tokens: { callsMax: 10 } });
    await sample.sync();
    expect(await factsOf(sample.store)).toEqual(expected);
    expect(sample.server.tokensGiven()).toBeGreaterThan(2);
  });

  it('are renewed before their time is over', async () => {
    const sample = await open({ tokens: { expiresInSeconds: 100 } });
    // Each answer takes ten seconds of the clock; a token is good for half of its hundred.
    sample.server.faults.push({
      at: ALL,
      does: {
        rewrite: (body) => {
          sample.clock.at += 10_000;
          return body;
        },
      },
    });
    const { report } = await sample.sync({ limits: { concurrency: 1 } });
    expect(await gapsOf(sample.store)).toEqual([GAP]);
    const lasting = 50 / 10;
    expect(sample.server.tokensGiven()).toBe(Math.ceil(report.calls / lasting));
    // No call was refused: every token was left before it died.
    expect(report.calls).toBe(sample.server.calls.filter(isGet).length);
    expect(new Set(sample.server.calls.filter(isGet)).size).toBe(report.calls);
  });

  it('and cannot be renewed end the run, which is resumed later', async () => {
    const expected = await undisturbed();
    const sample = await open({ tokens: { callsMax: 12 } });
    const refusal: Fault = { at: /access_token/, after: 1, does: { answer: 401, body: { error: 'invalid_client' } } };
    sample.server.faults.push(refusal);
    expect(await codeOf(sample.sync({ limits: { concurrency: 1 } }))).toBe('UPSTREAM_AUTH');
    expect(await sample.store.readSnapshots()).toEqual([]);
    sample.server.faults.length = 0;
    const { report } = await sample.sync();
    expect(report.resumedPages).toBeGreaterThan(5);
    expect(await factsOf(sample.store)).toEqual(expected);
  });

  it.each(['client-credentials', 'api-token'] as const)(
    'or never were good end the run before anything is written: %s',
    async (credential) => {
      const sample = await open({ credential });
      const other = await open({ credential });
      const config = { ...configOf(sample.server, credential), credentials: configOf(other.server, credential).credentials };
      expect(await codeOf(syncBitbucketCloud({ store: sample.store, config, workspaces: ['acme'], clock: sample.clock }))).toBe(
        'UPSTREAM_AUTH',
      );
      expect(await sample.store.readSnapshots()).toEqual([]);
      expect(sample.server.calls.length).toBe(1);
    },
  );
});

describe('limits', () => {
  it('an hourly budget that is used up commits with gaps for what is unread, and the next runs complete', async () => {
    const expected = await undisturbed();
    const sample = await open();
    const budget = { callsPerHour: 90, whenSpent: 'stop' } as const;
    const first = await sample.sync({ budget });
    // Webhooks have a limit of their own.
    expect(first.report).toMatchObject({ stopped: 'budget', budgetLeft: 0 });
    const unread = (await gapsOf(sample.store)).filter((gap) => gap !== GAP);
    expect(unread.length).toBeGreaterThan(0);
    expect(unread.filter((gap) => !gap.endsWith(' budget'))).toEqual([]);
    expect([...(await factsOf(sample.store)).keys()].filter((id) => !id.includes(' HIDES ') && !expected.has(id))).toEqual([]);
    // Each run goes on with what was not read for longest, and reads it to its end.
    for (let run = 0; run < 4; run++) {
      sample.clock.at += 3_600_001;
      await sample.sync({ budget });
    }
    expect(await factsOf(sample.store)).toEqual(expected);
    expect(sample.server.calls.filter((call) => isGet(call) && !call.includes('/hooks')).length).toBeLessThanOrEqual(5 * 90);
  });

  it('an hourly budget that may be waited for costs an hour of the clock and no knowledge', async () => {
    const expected = await undisturbed();
    const sample = await open();
    const { report } = await sample.sync({ budget: { callsPerHour: 80, whenSpent: 'wait' } });
    expect(report).toMatchObject({ stopped: null, waitedMs: 3_600_000 });
    expect(await factsOf(sample.store)).toEqual(expected);
  });

  it('an upstream that asks to wait an hour ends the run like a budget', async () => {
    const sample = await open({ faults: [{ at: LISTING, does: { answer: 429, headers: { 'retry-after': '3600' } } }] });
    const { report } = await sample.sync();
    expect(report.stopped).toBe('budget');
    expect(await gapsOf(sample.store)).toContain('workspace:acme HIDES repositories budget');
  });

  it('an upstream that answers 429 without end, and says nothing of when, ends the run like a budget', async () => {
    const sample = await open({ faults: [{ at: ALL, after: 3, does: { answer: 429 } }] });
    const { report } = await sample.sync();
    expect(report.stopped).toBe('budget');
    expect(report.calls).toBeLessThan(50);
    expect((await gapsOf(sample.store)).every((gap) => /(budget|failed)$/.test(gap))).toBe(true);
  });

  it('a wait beyond reason is cut to an hour', async () => {
    const sample = await open({ faults: [{ at: MEMBERS, times: 1, does: { answer: 429, headers: { 'retry-after': '999999999' } } }] });
    await sample.sync({ budget: { callsPerHour: 1000, whenSpent: 'wait' } });
    expect(Math.max(...sample.clock.slept)).toBe(3_600_000);
    expect(await gapsOf(sample.store)).toEqual([GAP]);
  });

  it('a listing without an end ends with the budget', async () => {
    let page = 0;
    const sample = await open();
    const endless = (body: unknown) => ({ ...(body as object), next: `${sample.server.url}/2.0/workspaces/acme/members?page=${++page}` });
    sample.server.faults.push({ at: MEMBERS, does: { rewrite: endless } });
    const { report } = await sample.sync({ budget: { callsPerHour: 60, whenSpent: 'stop' } });
    expect(report).toMatchObject({ stopped: 'budget', buckets: [{ calls: 60, left: 0 }, { bucket: 'webhooks' }] });
    expect(await gapsOf(sample.store)).toContain('workspace:acme HIDES identities budget');
  });

  it('an upstream that is gone for good ends the run and leaves the store as it was', async () => {
    const sample = await open();
    const { snapshot } = await sample.sync();
    const before = await factsOf(sample.store);
    await sample.server.close();
    expect(await codeOf(sample.sync())).toBe('UPSTREAM_UNREACHABLE');
    expect(await sample.store.readSnapshotAt()).toEqual(snapshot);
    expect(await factsOf(sample.store)).toEqual(before);
  });
});

describe('values that nobody knows', () => {
  /** Changes every item of a page. */
  const items = (change: (item: Record<string, unknown>) => object) => (body: unknown) => {
    const page = body as { values: Record<string, unknown>[] };
    return { ...page, values: page.values.map((item) => ({ ...item, ...change(item) })) };
  };

  it('a level without a row is a gap for its holder alone', async () => {
    const sample = await open();
    const at = /repositories\/acme\/[^/]+\/permissions-config\/users/;
    sample.server.faults.push({
      at,
      does: { rewrite: items(({ permission }) => (permission === 'admin' ? { permission: 'superuser' } : {})) },
    });
    await sample.sync();
    const [api, ledger, docs] = (await Array.fromAsync(['api', 'ledger', 'docs'], (slug) =>
      keyOf(sample.store, `repository:acme/${slug}`),
    )) as [string, string, string];
    const [evan, priya, nadia] = (await Array.fromAsync(['evan', 'priya', 'nadia'], (name) => keyOf(sample.store, `user:${name}`))) as [
      string,
      string,
      string,
    ];
    expect(await idsOf(sample.store, /unknown-value/)).toEqual(
      [`${api} HIDES grant-level unknown-value ${evan}`, `${ledger} HIDES grant-level unknown-value ${priya}`].sort(),
    );
    expect(await idsOf(sample.store, /^user:.* HOLDS admin repository/)).toEqual([]);
    expect(await allow(sample, evan, 'permission.grant', api)).toBe('UNKNOWN');
    expect(await allow(sample, nadia, 'permission.grant', api)).toBe('DENY');
    // The upstream's own listing stands in where it is asked about what it lists.
    expect(await allow(sample, evan, 'repository.admin', api)).toBe('ALLOW');
    expect(await allow(sample, nadia, 'repository.write', docs)).toBe('ALLOW');
  });

  it('a restriction of an unknown kind may forbid anything where it matches, and nothing elsewhere', async () => {
    const sample = await open();
    const change = ({ kind }: Record<string, unknown>) => (kind === 'push' ? { kind: 'require_full_moon', users: [], groups: [] } : {});
    sample.server.faults.push({ at: /branch-restrictions/, does: { rewrite: items(change) } });
    await sample.sync();
    const api = await keyOf(sample.store, 'repository:acme/api');
    const docs = await keyOf(sample.store, 'repository:acme/docs');
    const marcus = await keyOf(sample.store, 'user:marcus');
    const branch = (of: string) => `branch:${of.slice('repository:'.length)}#main`;
    expect((await idsOf(sample.store, / RESTRICTS unknown /)).length).toBe(2);
    expect((await gapsOf(sample.store)).filter((gap) => gap.includes('rule-match')).length).toBe(2);
    expect(await allow(sample, marcus, 'branch.push', branch(api))).toBe('UNKNOWN');
    expect(await allow(sample, await keyOf(sample.store, 'user:nadia'), 'branch.push', branch(docs))).toBe('ALLOW');
  });

  it('a role of the workspace without a row is a gap for that member', async () => {
    const sample = await open();
    const at = /^\/2\.0\/workspaces\/acme\/permissions\?/;
    sample.server.faults.push({
      at,
      does: { rewrite: items(({ permission }) => (permission === 'owner' ? { permission: 'emperor' } : {})) },
    });
    await sample.sync();
    expect(await gapsOf(sample.store)).toEqual(
      [GAP, 'workspace:acme HIDES grant-level unknown-value', 'workspace:acme HIDES grant-level unknown-value'].sort(),
    );
    expect(await idsOf(sample.store, /^user:.* HOLDS admin workspace:/)).toEqual([]);
  });
});

describe('links and credentials', () => {
  async function foreign(): Promise<Upstream> {
    const upstream = await serve((_, response) => response.end('{"values": []}'));
    onTestFinished(() => upstream.close());
    return upstream;
  }

  it('a next page on another origin is refused, and nothing is sent there', async () => {
    const expected = await undisturbed();
    const other = await foreign();
    const sample = await open();
    sample.server.faults.push({
      at: MEMBERS,
      does: { rewrite: (body) => ({ ...(body as object), next: `${other.url}/2.0/workspaces/acme/members?page=2` }) },
    });
    await sample.sync();
    expect(other.calls).toEqual([]);
    expect(await gapsOf(sample.store)).toEqual([GAP, 'workspace:acme HIDES identities undecodable'].sort());
    expect([...(await factsOf(sample.store)).keys()].filter((id) => !id.includes(' HIDES ') && !expected.has(id))).toEqual([]);
  });

  it('a redirect to another origin is refused, and nothing is sent there', async () => {
    const other = await foreign();
    const sample = await open();
    sample.server.faults.push({ at: MEMBERS, does: { answer: 302, headers: { location: `${other.url}/members` } } });
    await sample.sync();
    expect(other.calls).toEqual([]);
    expect(await gapsOf(sample.store)).toEqual([GAP, 'workspace:acme HIDES identities undecodable'].sort());
  });

  it.each(['BITBUCKET_CLOUD_URL', 'BITBUCKET_CLOUD_AUTH_URL'])('%s over plain HTTP is loopback or refused', async (name) => {
    const { server } = await open();
    for (const host of ['bitbucket.example', '10.0.0.1', '127.0.0.1.evil.example', 'localhost.evil.example', '[2001:db8::1]']) {
      const env = { ...environmentOf(server), [name]: `http://${host}/path` };
      expect(() => readCloudConfig(env), host).toThrow(expect.objectContaining({ code: 'CONFIG', message: expect.stringContaining(name) }));
    }
    for (const address of ['http://127.0.0.1:81', 'http://localhost:81', 'http://[::1]:81', 'https://bitbucket.example'])
      expect(() => readCloudConfig({ ...environmentOf(server), [name]: address }), address).not.toThrow();
  });
});
