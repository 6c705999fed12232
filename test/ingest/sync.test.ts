import { afterEach, describe, expect, it } from 'vitest';
import type { Fact, World } from '../../graph/fact.ts';
import { type SyncOptions, syncBitbucketCloud } from '../../ingest/sync.ts';
import { SILENT_LOG } from '../../log.ts';
import { type Answers, acmeAnswers, acmeConfig, PROJECT_PATH, REPO_PATH, refuse, serveAcme } from './acme.ts';
import { worldOf } from './compare.ts';
import { ids, repository } from './pages.ts';
import { codeOf, FakeClock, type Handler, json, type Upstream } from './support.ts';
import { TestStore } from './test-store.ts';

const opened: Upstream[] = [];

afterEach(async () => {
  for (const upstream of opened.splice(0)) await upstream.close();
});

interface Setting {
  readonly upstream: Upstream;
  readonly answers: Answers;
  readonly store: TestStore;
  readonly clock: FakeClock;
  sync(options?: Partial<SyncOptions>): ReturnType<typeof syncBitbucketCloud>;
}

async function setting(answers = acmeAnswers()): Promise<Setting> {
  const upstream = await serveAcme(answers);
  opened.push(upstream);
  const clock = new FakeClock();
  clock.at = Date.now();
  const store = new TestStore(() => clock.at);
  const sync = (options: Partial<SyncOptions> = {}) =>
    syncBitbucketCloud({ store: store.store, config: acmeConfig(upstream), workspaces: ['acme'], clock, ...options });
  return { upstream, answers, store, clock, sync };
}

const factIds = (store: TestStore, index = -1) => ids(store.commits.at(index)?.facts ?? [], /./);
const gapIds = (store: TestStore) => ids(store.commits.at(-1)?.facts ?? [], / HIDES /);

describe('a sync', () => {
  it('reads a workspace to its end over many pages and reports it', async () => {
    const { store, sync } = await setting();
    const [result] = await sync();
    expect(result).toMatchObject({ report: { workspace: 'acme', gapCount: 0, retries: 0, stopped: null, agree: 0 } });
    expect(store.commits[0]?.connector).toBe('bitbucket-cloud/{acme}');
    expect(gapIds(store)).toEqual([]);
    expect(factIds(store)).toContain('user:{zoe} HOLDS read repository:{api}');
    expect(factIds(store)).toContain('user:{eve} HOLDS member workspace:{acme}');
    expect(store.commits[0]?.commit.closeUnlisted).toBe(true);
  });

  it('finds the workspaces of the credential when none is named', async () => {
    const { sync, upstream } = await setting();
    const results = await sync({ workspaces: [] });
    expect(results.map(({ workspace }) => workspace)).toEqual(['acme']);
    expect(upstream.calls[0]).toBe('GET /2.0/user/workspaces?pagelen=100');
  });

  it('gives the same facts twice, whatever the order of pages and however often items come', async () => {
    const { store, sync, answers } = await setting();
    await sync();
    for (const [path, answer] of answers) if (Array.isArray(answer)) answers.set(path, [...answer].reverse().concat(answer));
    await sync();
    expect(factIds(store, 1)).toEqual(factIds(store, 0));
    expect(factIds(store, 0).length).toBeGreaterThan(20);
  });

  it('hands the world to the comparison and its findings to the report', async () => {
    const { sync } = await setting();
    const finding = {
      user: 'user:{bob}',
      resource: 'repository:{api}',
      reported: 'write',
      computed: 'admin',
      detail: 'differs',
      computedBecause: 'a grant',
    };
    const [result] = await sync({
      compare: async (facts) => ({
        agree: worldOf(facts).edges.filter(({ kind }) => kind === 'REPORTED').length,
        differ: 1,
        notComparable: 2,
        findings: [finding],
      }),
    });
    const reportedBecause = { endpoint: '/2.0/workspaces/{workspace}/permissions/repositories', fetchedAt: expect.any(Number) };
    expect(result).toMatchObject({
      report: { agree: 1, differ: 1, notComparable: 2, disagreements: [{ ...finding, reportedBecause }] },
    });
  });

  it('survives 429, 500, HTML and cut bodies', async () => {
    const answers = acmeAnswers();
    const members = answers.get('/2.0/workspaces/acme/members');
    const faults: Handler[] = [
      (_, response) => json(response, {}, 429, { 'retry-after': '2' }),
      (_, response) => json(response, {}, 500),
      (_, response) => response.end('<html>'),
      (request, response) => {
        response.writeHead(200, { 'content-length': '500' });
        response.write('{"values"');
        setTimeout(() => request.socket.destroy(), 5);
      },
    ];
    answers.set('/2.0/workspaces/acme/members', ((...args) => {
      const fault = faults.shift();
      if (fault === undefined) json(args[1], { values: members });
      else fault(...args);
    }) satisfies Handler);
    const { sync, store } = await setting(answers);
    const [result] = await sync();
    expect(result).toMatchObject({ report: { retries: 4, gapCount: 0 } });
    expect(factIds(store)).toContain('user:{eve} IS User');
  });
});

describe('what an upstream refuses', () => {
  it.each<[string, number, string]>([
    [`${REPO_PATH}/permissions-config/groups`, 403, 'repository:{api} HIDES group-grants denied'],
    [`${PROJECT_PATH}/permissions-config/users`, 402, 'project:{web} HIDES user-grants plan'],
    [`${REPO_PATH}/branch-restrictions`, 500, 'repository:{api} HIDES rules failed'],
    ['/1.0/groups/acme', 410, 'workspace:{acme} HIDES groups missing'],
    [`${REPO_PATH}/effective-branching-model`, 404, 'repository:{api} HIDES branching-model missing'],
  ])('%s with %i is one gap', async (path, status, gap) => {
    const { sync, store, answers } = await setting();
    answers.set(path, refuse(status));
    await sync();
    expect(gapIds(store)).toEqual([gap]);
  });

  it('a link to another origin is a gap and is not followed', async () => {
    const { sync, store, answers, upstream } = await setting();
    const foreign = await serveAcme(acmeAnswers());
    opened.push(foreign);
    answers.set('/2.0/repositories/acme', { values: [repository()], next: `${foreign.url}/2.0/repositories/acme?page=2` });
    await sync();
    expect(gapIds(store)).toEqual(['workspace:{acme} HIDES repositories undecodable']);
    expect(foreign.calls).toEqual([]);
    expect(upstream.calls.some((call) => call.includes('branch-restrictions'))).toBe(true);
  });

  it('a page that links to itself is a gap', async () => {
    const { sync, store, answers, upstream } = await setting();
    answers.set('/2.0/workspaces/acme/members', { values: [], next: `${upstream.url}/2.0/workspaces/acme/members?pagelen=100` });
    await sync();
    expect(gapIds(store)).toEqual(['workspace:{acme} HIDES identities undecodable']);
  });

  it('a refused credential or a missing workspace writes nothing', async () => {
    const { sync, store, answers } = await setting();
    answers.set('/2.0/workspaces/acme', refuse(401));
    expect(await codeOf(sync())).toBe('UPSTREAM_AUTH');
    answers.set('/2.0/workspaces/acme', refuse(403));
    expect(await codeOf(sync())).toBe('UPSTREAM_DENIED');
    answers.set('/2.0/workspaces/acme', { slug: 'acme' });
    expect(await codeOf(sync())).toBe('UPSTREAM_SHAPE');
    expect(await codeOf(sync({ workspaces: ['nobody'] }))).toBe('UPSTREAM_MISSING');
    expect([store.commits.length, store.open.size]).toEqual([0, 0]);
  });

  it('a credential that dies in the middle ends the run, which stays to be resumed; one endpoint that refuses it is a gap', async () => {
    const { sync, store, answers } = await setting();
    answers.set('/1.0/groups/acme', refuse(401));
    await sync();
    expect(gapIds(store)).toEqual(['workspace:{acme} HIDES groups denied']);
    let alive = 1;
    answers.set('/2.0/workspaces/acme', ((_, response) =>
      json(response, { uuid: '{acme}', slug: 'acme' }, alive-- > 0 ? 200 : 401)) satisfies Handler);
    expect(await codeOf(sync())).toBe('UPSTREAM_AUTH');
    expect([store.commits.length, store.open.size]).toEqual([1, 1]);
  });

  it('one missing workspace does not stop the others', async () => {
    const { sync } = await setting();
    const results = await sync({ workspaces: ['nobody', 'acme'] });
    expect(results.map((result) => ('error' in result ? result.error.code : 'committed'))).toEqual(['UPSTREAM_MISSING', 'committed']);
  });
});

describe('a run that stops', () => {
  it('by its budget commits with gaps, and the next one goes on with what was never read', async () => {
    const { sync, store, clock, upstream } = await setting();
    const [first] = await sync({ budget: { callsPerHour: 12, whenSpent: 'stop' }, limits: { concurrency: 1 } });
    expect(first).toMatchObject({
      report: { stopped: 'budget', budgetLeft: 0, buckets: [{ calls: 12 }, { bucket: 'webhooks', calls: 1 }] },
    });
    const unread = gapIds(store);
    expect(unread.length).toBeGreaterThan(0);
    for (const gap of unread) expect(gap).toMatch(/budget$/);
    clock.at += 3_700_000;
    upstream.calls.length = 0;
    const [second] = await sync({ budget: { callsPerHour: 16, whenSpent: 'stop' }, limits: { concurrency: 1 } });
    expect(second).toMatchObject({ report: { stopped: 'budget' } });
    expect(gapIds(store).length).toBeLessThan(unread.length);
    clock.at += 3_700_000;
    let seen: World | null = null;
    const compare = async (facts: Iterable<Fact>) => {
      seen = worldOf(facts);
      return { agree: 0, differ: 0, notComparable: 0, findings: [] };
    };
    await sync({ budget: { callsPerHour: 12, whenSpent: 'stop' }, limits: { concurrency: 1 }, compare });
    const known = store.commits.at(-1)?.facts ?? [];
    const world = seen as World | null;
    // Held over: no gap in the store, but one for the comparison, which does not see the facts that stay.
    expect(ids(known, /repository:\{api\} HIDES user-grants/)).toEqual([]);
    expect(world?.gaps.some(({ hides, reason }) => hides === 'user-grants' && reason === 'budget')).toBe(true);
  });

  it('by an error keeps its pages; the next one reads only what was not read to its end', async () => {
    const { sync, store, answers, upstream, clock } = await setting();
    const listing = answers.get(`${REPO_PATH}/permissions-config/users`) as unknown[];
    let broken = true;
    answers.set(`${REPO_PATH}/permissions-config/users`, ((request, response) => {
      const second = new URL(request.url ?? '', upstream.url).searchParams.get('page') === '2';
      if (!second)
        return json(response, { values: listing.slice(0, 2), next: `${upstream.url}${REPO_PATH}/permissions-config/users?page=2` });
      if (broken) return json(response, {}, 429, { 'retry-after': '90' });
      json(response, { values: listing.slice(2) });
    }) satisfies Handler);
    // The store fails in the middle, as a full disk would.
    const start = store.startRun.bind(store);
    store.startRun = async (connector) => {
      const run = await start(connector);
      const commit = run.commit;
      return {
        ...run,
        commit: async (what) => {
          if (broken) throw new Error('disk');
          return commit(what);
        },
      };
    };
    await expect(sync()).rejects.toThrow('disk');
    expect(store.commits.length).toBe(0);
    broken = false;
    upstream.calls.length = 0;
    const [result] = await sync();
    expect(gapIds(store)).toEqual([]);
    expect(factIds(store)).toContain('user:{zoe} HOLDS read repository:{api}');
    expect(upstream.calls.map((call) => decodeURIComponent(call))).toEqual([
      'GET /2.0/workspaces/acme',
      `GET ${REPO_PATH}/permissions-config/users?pagelen=100`,
      `GET ${REPO_PATH}/permissions-config/users?page=2`,
    ]);
    expect(result).toMatchObject({ report: { resumedPages: 44 } });
    expect(clock.slept.filter((durationMs) => durationMs === 90_000).length).toBeGreaterThan(0);
  });

  it('long ago is read anew', async () => {
    const { sync, store, upstream, clock } = await setting();
    const stale = await store.startRun('bitbucket-cloud/{acme}');
    await stale.keepPage({
      scope: 'workspace-members workspace:{acme}',
      endpoint: 'x',
      path: '/2.0/workspaces/acme/members?pagelen=100',
      status: 200,
      fetchedAt: 0,
      next: null,
      body: { values: [] },
    });
    clock.at += 7 * 3_600_000;
    await sync();
    expect(factIds(store)).toContain('user:{eve} IS User');
    expect(upstream.calls).toContain('GET /2.0/workspaces/acme/members?pagelen=100');
  });

  it('because the upstream is gone ends with an error and stays open', async () => {
    const { sync, store, answers, upstream } = await setting();
    answers.set('/2.0/workspaces/acme', ((_, response) => {
      json(response, { uuid: '{acme}', slug: 'acme' });
      void upstream.close();
    }) satisfies Handler);
    expect(await codeOf(sync())).toBe('UPSTREAM_UNREACHABLE');
    expect([store.commits.length, [...store.open.keys()]]).toEqual([0, ['bitbucket-cloud/{acme}']]);
  });
});

describe('the list of workspaces', () => {
  /** Pages of the list by number, sent as they are; the link to the next one is theirs. */
  async function listed(...pages: object[]) {
    const answers = acmeAnswers();
    answers.set('/2.0/user/workspaces', ((request, response) => {
      json(response, pages[Number(new URL(request.url ?? '', 'http://x').searchParams.get('page') ?? 1) - 1] ?? {});
    }) satisfies Handler);
    const errors: unknown[] = [];
    const log = { ...SILENT_LOG, error: (_: object, message: string) => errors.push(message) };
    const { sync, store } = await setting(answers);
    return { sync: () => sync({ workspaces: [], log }), store, errors };
  }
  const acme = { workspace: { slug: 'acme', uuid: '{acme}' } };
  const second = '/2.0/user/workspaces?page=2';

  it.each<[string, object[], string]>([
    ['a link to another origin', [{ values: [acme], next: 'https://elsewhere.example/2.0/user/workspaces?page=2' }], 'UPSTREAM_ORIGIN'],
    ['a link that is no text', [{ values: [acme], next: 5 }], 'UPSTREAM_SHAPE'],
    ['an item of another form', [{ values: [{ workspace: { uuid: '{x}' } }, acme] }], 'UPSTREAM_SHAPE'],
    ['a later page of another shape', [{ values: [acme], next: second }, { items: [] }], 'UPSTREAM_SHAPE'],
    [
      'a link that was followed before',
      [
        { values: [acme], next: second },
        { values: [], next: second },
      ],
      'UPSTREAM_SHAPE',
    ],
  ])('with %s is read as far as it is known, and says so as a result and in the log', async (_, pages, code) => {
    const { sync, store, errors } = await listed(...pages);
    const results = await sync();
    expect(results).toMatchObject([{ workspace: 'acme' }, { workspace: 'the list of workspaces', error: { code } }]);
    expect(store.commits.length).toBe(1);
    expect(errors).toEqual([expect.stringContaining('the list of workspaces: ')]);
  });

  it('that shows no workspace because of its form fails as what it is', async () => {
    expect(await codeOf((await listed({ items: [acme] })).sync())).toBe('UPSTREAM_SHAPE');
    expect(await codeOf((await listed({ values: [], next: 'https://elsewhere.example/' })).sync())).toBe('UPSTREAM_ORIGIN');
    expect(await codeOf((await listed({ values: [] })).sync())).toBe('UPSTREAM_MISSING');
  });

  it('that is read to its end is no result', async () => {
    const { sync, errors } = await listed({ values: [acme], next: null });
    expect([(await sync()).map(({ workspace }) => workspace), errors]).toEqual([['acme'], []]);
  });
});

describe('a link that is no text', () => {
  it('is a gap: more may follow, and nothing of the scope is closed', async () => {
    const { sync, store, answers } = await setting();
    await sync();
    const path = '/2.0/workspaces/acme/members';
    answers.set(path, ((_, response) => json(response, { values: [], next: 5 })) satisfies Handler);
    await sync();
    expect(gapIds(store)).toEqual(['workspace:{acme} HIDES identities undecodable']);
    expect(store.commits.at(-1)?.commit.scopes.get('workspace-members workspace:{acme}')).toBe('unread');
  });
});
