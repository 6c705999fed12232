/** Several credentials over real HTTP: calls are spread by budget, one in trouble does not stop the others, and all must see one workspace. */
import { afterEach, describe, expect, it } from 'vitest';
import { readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import { type SyncOptions, syncBitbucketCloud } from '../../ingest/sync.ts';
import { SILENT_LOG } from '../../log.ts';
import { acmeAnswers, REPO_PATH, serveAcme } from './acme.ts';
import { ids } from './pages.ts';
import { environmentOf, openSample, smallWorkspace } from './sample.ts';
import { codeOf, FakeClock, type Handler, json } from './support.ts';
import { TestStore } from './test-store.ts';

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const SECRETS = ['hush-one', 'hush-two', 'hush-three'];

/** An API token each; the second and later with their number. */
function environment(count: number): Record<string, string> {
  return Object.fromEntries(
    SECRETS.slice(0, count).flatMap((secret, index) => {
      const suffix = index === 0 ? '' : `_${index + 1}`;
      return [
        [`BITBUCKET_CLOUD_EMAIL${suffix}`, `reader${index + 1}@acme.example`],
        [`BITBUCKET_CLOUD_API_TOKEN${suffix}`, secret],
      ];
    }),
  );
}

type Gate = (who: number, path: string, ...args: Parameters<Handler>) => boolean;

/** Acme behind a gate that knows which credential asks, counted from 1. */
async function setting(count: number, gate: Gate = () => false) {
  const asked: { who: number; path: string }[] = [];
  const upstream = await serveAcme(acmeAnswers(), (request, response, body) => {
    const token = Buffer.from(request.headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString();
    const who = SECRETS.findIndex((secret) => token.endsWith(`:${secret}`)) + 1;
    const path = decodeURIComponent((request.url ?? '').replace(/\?.*/, ''));
    asked.push({ who, path });
    return gate(who, path, request, response, body);
  });
  opened.push(upstream);
  const clock = new FakeClock();
  clock.at = Date.now();
  const store = new TestStore(() => clock.at);
  const told: string[] = [];
  const log = {
    ...SILENT_LOG,
    warn: (_: object, message: string) => told.push(message),
    error: (_: object, message: string) => told.push(message),
  };
  const config = readCloudConfig({ BITBUCKET_CLOUD_URL: upstream.url, ...environment(count) });
  const sync = (options: Partial<SyncOptions> = {}) =>
    syncBitbucketCloud({ store: store.store, config, workspaces: ['acme'], clock, log, limits: { concurrency: 1 }, ...options });
  const callsOf = (who: number, path = /./) => asked.filter((call) => call.who === who && path.test(call.path)).length;
  return { sync, store, clock, told, asked, callsOf };
}

const gapIds = (store: TestStore) => ids(store.commits.at(-1)?.facts ?? [], / HIDES /);
const refused: Gate = (who, _, __, response) => {
  if (who === 2) json(response, { type: 'error' }, 401);
  return who === 2;
};

describe('several credentials', () => {
  it('share the calls, and the report says what each spent, by position and kind', async () => {
    const { sync, store, callsOf } = await setting(3);
    const [result] = await sync();
    expect(gapIds(store)).toEqual([]);
    const spent = [callsOf(1), callsOf(2), callsOf(3)];
    expect(Math.max(...spent) - Math.min(...spent)).toBeLessThanOrEqual(1);
    // The call of each that showed that all see one workspace came before the run.
    expect(result).toMatchObject({
      report: {
        calls: spent.reduce((a, b) => a + b) - 3,
        credentials: spent.map((calls, index) => ({ position: index + 1, kind: 'API token', calls: calls - 1, setAside: false })),
      },
    });
    expect(JSON.stringify(result)).not.toMatch(/hush|reader\d/);
  });

  it('have a budget each: a run that one cannot finish is finished by two', async () => {
    const budget = { callsPerHour: 25, whenSpent: 'stop' } as const;
    const [alone] = await (await setting(1)).sync({ budget });
    expect(alone).toMatchObject({ report: { stopped: 'budget', budgetLeft: 0 } });
    const { sync, callsOf } = await setting(2);
    expect(await sync({ budget })).toMatchObject([{ report: { stopped: null, gapCount: 0 } }]);
    expect(Math.max(callsOf(1, /(?<!\/hooks)$/), callsOf(2, /(?<!\/hooks)$/))).toBeLessThanOrEqual(25);
  });

  it('say so when all budgets are spent', async () => {
    const { sync, told } = await setting(2);
    expect(await sync({ budget: { callsPerHour: 6, whenSpent: 'stop' } })).toMatchObject([
      { report: { stopped: 'budget', budgetLeft: 0 } },
    ]);
    expect(told).toEqual(['the hourly budget of 6 calls of each of 2 credentials is used up']);
  });

  it('asked to wait by Retry-After wait alone, in the limit that it is asked for', async () => {
    let throttled = 0;
    const { sync, clock, asked } = await setting(2, (who, _, __, response) => {
      if (who !== 2 || throttled++ !== 3) return false;
      json(response, {}, 429, { 'retry-after': '3000' });
      return true;
    });
    expect(await sync()).toMatchObject([{ report: { stopped: null, gapCount: 0, retries: 1 } }]);
    expect(clock.slept).toEqual([]);
    // Webhooks have a limit of their own.
    const others = asked.filter(({ path }) => !path.endsWith('/hooks'));
    const last = others.findLastIndex(({ who }) => who === 2);
    expect(others.slice(last + 1).length).toBeGreaterThan(5);
    expect(others.slice(last + 1).every(({ who }) => who === 1)).toBe(true);
  });

  it('wait together where the upstream itself is in trouble', async () => {
    let failed = false;
    const { sync, clock } = await setting(2, (_, path, __, response) => {
      if (failed || !path.endsWith('/members')) return false;
      failed = true;
      json(response, {}, 503, { 'retry-after': '40' });
      return true;
    });
    await sync();
    expect(clock.slept).toEqual([40_000]);
  });

  it('that are refused from the start are set aside with a warning, and the others go on', async () => {
    const { sync, store, told, callsOf } = await setting(3, refused);
    const [result] = await sync();
    expect(gapIds(store)).toEqual([]);
    expect(told).toEqual(['credential 2 (API token) is set aside, the others go on: the upstream refuses it (401)']);
    expect(callsOf(2)).toBe(1);
    expect(result).toMatchObject({ report: { credentials: [{ setAside: false }, { position: 2, setAside: true }, { setAside: false }] } });
    expect((await setting(3, refused).then((again) => again.sync({ workspaces: [] }))).length).toBe(1);
  });

  it('that expire in the middle are set aside, and what they were asked is asked of the others', async () => {
    let alive = 4;
    const { sync, store, told, callsOf } = await setting(2, (...args) => args[0] === 2 && alive-- <= 0 && refused(...args));
    await sync({ limits: { concurrency: 4 } });
    expect(gapIds(store)).toEqual([]);
    expect(told.length).toBe(1);
    expect(callsOf(2)).toBeLessThan(callsOf(1));
  });

  it('that all expire end the run, which stays to be resumed', async () => {
    let alive = 8;
    const { sync, store } = await setting(2, (_, __, ___, response) => {
      if (alive-- > 0) return false;
      json(response, { type: 'error' }, 401);
      return true;
    });
    expect(await codeOf(sync())).toBe('UPSTREAM_AUTH');
    expect([store.commits.length, store.open.size]).toEqual([0, 1]);
  });

  it.each([401, 403])('are asked one after the other for what one is refused (%i), which sets none aside', async (status) => {
    const { sync, store, told } = await setting(2, (who, path, _, response) => {
      if (who !== 2 || path !== `${REPO_PATH}/permissions-config/groups`) return false;
      json(response, { type: 'error' }, status);
      return true;
    });
    await sync({ budget: { callsPerHour: 200, whenSpent: 'stop' } });
    expect([gapIds(store), told]).toEqual([[], []]);
  });

  it.each<[string, object, number]>([
    ['one of which does not see the workspace', { type: 'error' }, 404],
    ['one of which may not see it', { type: 'error' }, 403],
    ['that see different workspaces under one name', { uuid: '{other}', slug: 'acme' }, 200],
    ['that see it under different names', { uuid: '{acme}', slug: 'acme-old' }, 200],
  ])('%s are an error before anything is written', async (_, body, status) => {
    const { sync, store } = await setting(3, (who, path, __, response) => {
      if (who !== 3 || path !== '/2.0/workspaces/acme') return false;
      json(response, body, status);
      return true;
    });
    await expect(sync()).rejects.toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(/credential 1 \(API token\).*credential 3 \(API token\)/),
    });
    expect(await codeOf(sync({ workspaces: [] }))).toBe('CONFIG');
    expect([store.commits.length, store.open.size]).toEqual([0, 0]);
  });
});

describe('a consumer that gets no token any more', () => {
  it('is set aside, and the API token goes on', async () => {
    const sample = await openSample({
      workspace: smallWorkspace(),
      inMemory: true,
      faults: [{ at: /access_token/, does: { answer: 401 } }],
    });
    opened.push(sample);
    const { email, apiToken } = sample.server.credentials;
    const config = readCloudConfig({
      ...environmentOf(sample.server),
      BITBUCKET_CLOUD_EMAIL_2: email,
      BITBUCKET_CLOUD_API_TOKEN_2: apiToken,
    });
    for (const workspaces of [['acme'], []]) {
      const [result] = await syncBitbucketCloud({ store: sample.store, config, workspaces, clock: sample.clock });
      expect(result).toMatchObject({
        report: {
          gapCount: 1,
          credentials: [
            { kind: 'OAuth consumer', setAside: true },
            { kind: 'API token', setAside: false },
          ],
        },
      });
    }
  });
});

describe('an access token', () => {
  it.each([
    ['repo_access_token', 1, 200],
    ['project_access_token', 1, 403],
    ['workspace_access_token', 2, 401],
  ] as const)('told by %s is refused at once, and the kinds that can read permissions are named', async (type, who, status) => {
    const { sync, store, asked } = await setting(who, (from, _, __, response) => {
      if (from === who) json(response, { uuid: '{acme}', slug: 'acme' }, status, { 'x-credential-type': type });
      return from === who;
    });
    const words = new RegExp(`${type.split('_')[0]?.replace('repo', 'repository')} access token.*API token.*OAuth consumer`);
    await expect(sync()).rejects.toMatchObject({ code: 'CONFIG', message: expect.stringMatching(words) });
    expect([asked.length, store.open.size]).toEqual([who, 0]);
    await expect(sync({ workspaces: [] })).rejects.toMatchObject({ code: 'CONFIG' });
  });

  it('is none where the upstream names a kind that can', async () => {
    const { sync } = await setting(1, (_, path, __, response) => {
      if (path === '/2.0/workspaces/acme') json(response, { uuid: '{acme}', slug: 'acme' }, 200, { 'x-credential-type': 'oauth2' });
      return path === '/2.0/workspaces/acme';
    });
    expect(await sync()).toMatchObject([{ report: { gapCount: 0 } }]);
  });
});

describe('the environment', () => {
  const oauth = { BITBUCKET_CLOUD_CLIENT_ID: 'id', BITBUCKET_CLOUD_CLIENT_SECRET: 'hush' };

  it('numbers further credentials, of either kind, with or without a first', () => {
    const { credentials } = readCloudConfig({ ...oauth, ...environment(3), BITBUCKET_CLOUD_EMAIL: '', BITBUCKET_CLOUD_API_TOKEN: ' ' });
    expect(credentials.map(({ position, kind }) => [position, kind])).toEqual([
      [1, 'client-credentials'],
      [2, 'api-token'],
      [3, 'api-token'],
    ]);
    expect(readCloudConfig({ BITBUCKET_CLOUD_EMAIL_7: 'a@b.c', BITBUCKET_CLOUD_API_TOKEN_7: 'hush' }).credentials).toMatchObject([
      { position: 7 },
    ]);
  });

  it.each<[Record<string, string>, RegExp]>([
    [
      { ...oauth, BITBUCKET_CLOUD_CLIENT_ID_2: 'id2' },
      /BITBUCKET_CLOUD_CLIENT_SECRET_2 must be set, because BITBUCKET_CLOUD_CLIENT_ID_2 is/,
    ],
    [{ ...oauth, BITBUCKET_CLOUD_API_TOKEN_3: 'hush' }, /BITBUCKET_CLOUD_EMAIL_3 must be set/],
    [{ ...oauth, BITBUCKET_CLOUD_API_TOKEN_1: 'hush' }, /BITBUCKET_CLOUD_API_TOKEN must end in nothing or in _2 to _20/],
    [{ ...oauth, BITBUCKET_CLOUD_API_TOKEN_B: 'hush' }, /got `BITBUCKET_CLOUD_API_TOKEN_B`/],
    [{ ...oauth, BITBUCKET_CLOUD_API_TOKEN_21: 'hush' }, /_20/],
    [
      { ...oauth, BITBUCKET_CLOUD_CLIENT_ID_2: 'id', BITBUCKET_CLOUD_CLIENT_SECRET_2: 'hush' },
      /credential 2 must be of another consumer than credential 1/,
    ],
    [
      { ...environment(1), BITBUCKET_CLOUD_EMAIL_2: 'Reader1@acme.example', BITBUCKET_CLOUD_API_TOKEN_2: 'hush' },
      /another account than credential 1/,
    ],
    [{ ...oauth, ...environment(2), ...{ BITBUCKET_CLOUD_CLIENT_ID_2: 'id' } }, /got two.*BITBUCKET_CLOUD_CLIENT_ID_\d/],
  ])('that cannot be used is told by its variable, without what is in it: %#', (env, message) => {
    expect(() => readCloudConfig(env)).toThrow(expect.objectContaining({ code: 'CONFIG', message: expect.stringMatching(message) }));
    expect(() => readCloudConfig(env)).not.toThrow(/hush/);
  });
});
