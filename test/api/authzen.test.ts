/** AuthZEN beyond its scenario: what the context says, names that nobody knows, time, batches, searches. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Grantpath } from '../../queries/port.ts';
import { serveAccess, serveWorld } from './access-client.ts';
import type { Json } from './scenario.ts';
import { answer, smallGrantpath } from './small-grantpath.ts';

const WORLD = `
  workspace:acme CONTAINS project:acme/WEB
  project:acme/WEB CONTAINS repository:acme/api
  project:acme/WEB CONTAINS repository:acme/web
  repository:acme/api CONTAINS branch:acme/api#main
  user:ann MEMBER_OF group:acme/dev
  group:acme/dev HOLDS write ON repository:acme/api
  user:bob HOLDS read ON repository:acme/api
  user:557058:cy IS User ref=user:cy alias=user:twin
  user:557058:di IS User ref=user:di alias=user:twin
  user:557058:cy HOLDS read ON repository:acme/api
  user:557058:di HOLDS read ON repository:acme/api
  restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
  repository:acme/web HIDES group-grants BECAUSE denied
  token:ann#ci IS ApiToken expiresAt=2030-01-01T00:00:00Z
  token:ann#ci ACTS_AS user:ann
  token:ann#ci HAS_SCOPE scope:read:repository:bitbucket
`;

const EVALUATION = '/access/v1/evaluation';
const EVALUATIONS = '/access/v1/evaluations';

let client: Awaited<ReturnType<typeof serveWorld>>;
beforeAll(async () => {
  client = await serveWorld(WORLD);
});
afterAll(() => client.close());

const user = (id: string) => ({ type: 'user', id });
const repository = (id: string) => ({ type: 'repository', id });
const question = (subject: Json, name: string, resource: Json): Json => ({ subject, action: { name }, resource });
const READ = question(user('ann'), 'repository.read', repository('acme/api'));
const ask = async (request: Json) => (await client.post(EVALUATION, request)).body;

describe('a decision', () => {
  it('is true for ALLOW, with the proof and the snapshot', async () => {
    const answer = await client.grantpath.check({ identity: 'user:ann', action: 'repository.write', resource: 'repository:acme/api' });
    const { decision, context } = await ask(question(user('ann'), 'repository.write', repository('acme/api')));
    expect(decision).toBe(true);
    expect(context).toMatchObject({ verdict: 'ALLOW', identity: 'user:ann', action: 'repository.write', resource: 'repository:acme/api' });
    expect(context.proof).toEqual((await answer.proofs(1))[0]);
    expect(context.proof.text).toContain('user:ann MEMBER_OF group:acme/dev');
    expect(context.reason).toBe(await answer.reason());
    expect(context.snapshot).toEqual({ id: answer.snapshot.id, at: new Date(answer.snapshot.at).toISOString() });
    expect([context.denials, context.gaps]).toEqual([undefined, undefined]);
  });

  it('is false for DENY, with every reason and without a proof', async () => {
    const { decision, context } = await ask(question(user('bob'), 'branch.push', { type: 'branch', id: 'acme/api#main' }));
    expect([decision, context.verdict, context.proof, context.gaps]).toEqual([false, 'DENY', undefined, undefined]);
    expect(context.denials.map(({ kind }: Json) => kind)).toEqual(['level', 'rule']);
    expect(context.denials[1].restrictions).toEqual(['restriction:acme/api#1']);
  });

  it('is false for UNKNOWN, which is told apart from a no, with its gaps', async () => {
    const { decision, context } = await ask(question(user('ann'), 'repository.read', repository('acme/web')));
    expect([decision, context.verdict]).toEqual([false, 'UNKNOWN']);
    expect(context.gaps).toMatchObject([{ reason: 'denied', hides: 'group-grants', scope: 'repository:acme/web' }]);
    expect(context.reason).toMatch(/^not known: /);
  });
});

describe('entities', () => {
  it('are references in two parts, or whole', async () => {
    for (const subject of [user('ann'), user('user:ann')])
      for (const resource of [repository('acme/api'), repository('repository:acme/api')])
        expect((await ask(question(subject, 'repository.write', resource))).decision).toBe(true);
    const { context } = await ask(question(user('group:acme/dev'), 'repository.read', repository('acme/api')));
    expect(context.error.code).toBe('REFERENCE_MALFORMED');
    const anybody = await ask(question({ type: 'anonymous', id: '' }, 'repository.read', repository('acme/api')));
    expect(anybody.context).toMatchObject({ verdict: 'DENY', identity: 'anonymous:' });
    // An account id has a colon of its own.
    expect((await ask(question(user('557058:cy'), 'repository.read', repository('acme/api')))).decision).toBe(true);
  });

  it('say the branch, the force and the credential in properties', async () => {
    const onBranch = (branch: string, action: Json, subject: Json = user('ann')) =>
      ask({ subject, action, resource: { ...repository('acme/api'), properties: { branch } } });
    const main = await onBranch('main', { name: 'branch.push' });
    expect(main).toMatchObject({ decision: false, context: { verdict: 'DENY', resource: 'branch:acme/api#main' } });
    expect(await onBranch('x', { name: 'branch.push' })).toMatchObject({ decision: true, context: { resource: 'branch:acme/api#x' } });
    const forced = await onBranch('x', { name: 'branch.push', properties: { force: true } });
    expect(forced).toMatchObject({ decision: true, context: { action: 'branch.force_push' } });
    const read = await onBranch('main', { name: 'repository.read' });
    expect(read).toMatchObject({ decision: true, context: { resource: 'repository:acme/api' } });
    const byToken = await onBranch('x', { name: 'branch.push' }, { ...user('ann'), properties: { credential: 'token:ann#ci' } });
    expect(byToken).toMatchObject({
      decision: false,
      context: { verdict: 'DENY', identity: 'token:ann#ci', denials: [{ kind: 'scope' }] },
    });
  });

  it.each([
    ['subject.properties.credential', { ...READ, subject: { ...user('ann'), properties: { credential: 7 } } }],
    ['resource.properties.branch', { ...READ, resource: { ...repository('acme/api'), properties: { branch: null } } }],
    ['action.properties.force', { ...READ, action: { name: 'branch.push', properties: { force: 'yes' } } }],
    ['subject.properties', { ...READ, subject: { ...user('ann'), properties: [] } }],
    ['context', { ...READ, context: 'now' }],
    ['context.at', { ...READ, context: { at: 7 } }],
  ])('of another shape make a bad request: %s', async (name, request) => {
    const { status, text, headers } = await client.post(EVALUATION, request);
    expect([status, headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8']);
    expect(text).toMatch(new RegExp(`^error USAGE: \`${name}\` is `));
  });

  it.each([
    ['REFERENCE_UNKNOWN', 404, question(user('anne'), 'repository.read', repository('acme/api')), { nearest: 'user:ann' }],
    [
      'REFERENCE_UNKNOWN',
      404,
      question(user('ann'), 'branch.push', { type: 'branch', id: 'acme/ape#main' }),
      { nearest: 'branch:acme/api#main' },
    ],
    ['REFERENCE_AMBIGUOUS', 400, question(user('twin'), 'repository.read', repository('acme/api')), { nearest: undefined }],
    [
      'REFERENCE_MALFORMED',
      400,
      question({ type: 'spaceship', id: 'ann' }, 'repository.read', repository('acme/api')),
      { nearest: undefined },
    ],
    ['ACTION_UNKNOWN', 400, question(user('ann'), 'fly', repository('acme/api')), { nearest: undefined }],
    ['ACTION_UNKNOWN', 400, question(user('ann'), 'branch.push', repository('acme/api')), { nearest: undefined }],
    ['NOT_AN_IDENTITY', 400, question(repository('acme/api'), 'repository.read', repository('acme/api')), { nearest: undefined }],
  ])('that nobody knows are no bad request but an error without a verdict: %s %s', async (code, status, request, { nearest }) => {
    const answer = await client.post(EVALUATION, request);
    expect([answer.status, answer.body.decision]).toEqual([200, false]);
    const { error, reason, verdict } = answer.body.context;
    expect(error).toMatchObject({ code, status, message: reason, remedy: expect.any(String) });
    expect(verdict).toBeUndefined();
    expect(error.nearest?.[0]).toBe(nearest);
    if (code === 'REFERENCE_AMBIGUOUS') expect([...error.candidates].sort()).toEqual(['user:557058:cy', 'user:557058:di']);
  });
});

describe('time', () => {
  it('is `context.at`, an instant; other times of a context say nothing', async () => {
    const read = question({ type: 'token', id: 'ann#ci' }, 'repository.read', repository('acme/api'));
    expect((await ask({ ...read, context: { at: '2029-12-31T23:59:59Z' } })).decision).toBe(true);
    const after = await ask({ ...read, context: { at: '2030-01-02' } });
    expect(after).toMatchObject({ decision: false, context: { verdict: 'DENY', denials: [{ kind: 'expired' }] } });
    expect((await ask({ ...read, context: { time: '2031-01-01T00:00:00Z' } })).decision).toBe(true);
  });

  it('makes a bad request where it is none', async () => {
    const { status, text } = await client.post(EVALUATION, { ...READ, context: { at: '2030-02-31' } });
    expect([status, text]).toEqual([400, expect.stringMatching(/^error TIME_MALFORMED: /)]);
  });
});

describe('evaluations', () => {
  const entries = ['repository.admin', 'repository.read', 'fly', 'repository.write'].map((name) => ({ action: { name } }));
  const batch = { subject: user('ann'), resource: repository('acme/api'), evaluations: entries };
  const decisions = async (request: Json): Promise<boolean[]> =>
    (await client.post(EVALUATIONS, request)).body.evaluations.map(({ decision }: Json) => decision);
  const semantic = (evaluations_semantic: string) => ({ options: { evaluations_semantic, other: 1 } });

  it('are all executed, or cut after the first denial, error or permission', async () => {
    expect(await decisions(batch)).toEqual([false, true, false, true]);
    expect(await decisions({ ...batch, ...semantic('execute_all') })).toEqual([false, true, false, true]);
    expect(await decisions({ ...batch, ...semantic('deny_on_first_deny') })).toEqual([false]);
    expect(await decisions({ ...batch, ...semantic('permit_on_first_permit') })).toEqual([false, true]);
    expect(await decisions({ ...batch, ...semantic('deny_on_first_deny'), evaluations: entries.slice(1) })).toEqual([true, false]);
    expect(await decisions({ ...batch, ...semantic('deny_on_first_deny'), evaluations: [entries[1], {}, entries[1]] })).toEqual([
      true,
      false,
    ]);
  });

  it('read nothing of what is cut off', async () => {
    const read: string[] = [];
    const reason = async (action: string) => {
      read.push(action);
      return '';
    };
    const checks: Grantpath['checks'] = async (requests) =>
      requests.map((request) => ({ ...answer(request), reason: () => reason(request.action) }));
    const server = await serveAccess(smallGrantpath({ checks }));
    const names = ['branch.push', 'repository.read', 'repository.write'];
    const evaluations = names.map((name) => question(user('ann'), name, repository('acme/api')));
    const { body } = await server.post(EVALUATIONS, { evaluations, ...semantic('permit_on_first_permit') });
    await server.close();
    expect(body.evaluations.map(({ decision }: Json) => decision)).toEqual([false, true]);
    expect(read).toEqual(['branch.push', 'repository.read']);
  });

  it('say the same as one at a time, whatever is wrong with others', async () => {
    const requests = [
      READ,
      { ...READ, subject: user('anne') },
      { ...READ, subject: user('twin') },
      { ...READ, resource: repository('acme/web') },
      { ...READ, context: { at: '2029-01-01' } },
      { ...READ, subject: { type: 'token', id: 'ann#ci' }, context: { at: '2031-01-01' } },
      question(user('bob'), 'branch.push', { type: 'branch', id: 'acme/api#main' }),
    ];
    const { body } = await client.post(EVALUATIONS, { evaluations: requests });
    expect(body.evaluations).toEqual(await Promise.all(requests.map(ask)));
  });

  it('inherit whole entities and replace whole ones', async () => {
    const { body } = await client.post(EVALUATIONS, {
      ...question(user('ann'), 'branch.push', { ...repository('acme/api'), properties: { branch: 'main' } }),
      context: { at: '2031-01-01' },
      evaluations: [
        {},
        { resource: { type: 'branch', id: 'acme/api#x' } },
        { resource: repository('acme/api') },
        { subject: { type: 'user' } },
      ],
    });
    const told = body.evaluations.map(({ decision, context }: Json) => [decision, context.resource ?? context.error.code]);
    expect(told).toEqual([
      [false, 'branch:acme/api#main'],
      [true, 'branch:acme/api#x'],
      [false, 'ACTION_UNKNOWN'],
      [false, 'USAGE'],
    ]);
  });

  it('answer an entry that is wrong, and refuse a request that is', async () => {
    const { body } = await client.post(EVALUATIONS, { ...READ, evaluations: [7, null, { context: { at: 'soon' } }, {}] });
    expect(body.evaluations.map(({ decision, context }: Json) => context.error?.code ?? decision)).toEqual([
      'USAGE',
      'USAGE',
      'TIME_MALFORMED',
      true,
    ]);
    for (const request of [
      { ...batch, evaluations: {} },
      { ...batch, evaluations: 'all' },
      { ...batch, subject: 'ann' },
      { ...batch, context: { at: 'soon' } },
      { ...batch, options: [] },
      { ...batch, ...semantic('some') },
      { ...batch, ...semantic('toString') },
      { evaluations: [] },
    ])
      expect((await client.post(EVALUATIONS, request)).status, JSON.stringify(request)).toBe(400);
  });

  it('are at most 1000', async () => {
    const many = (count: number) => ({ ...READ, evaluations: Array.from({ length: count }, () => ({})) });
    const { body } = await client.post(EVALUATIONS, many(1000));
    expect(body.evaluations.filter(({ decision }: Json) => decision)).toHaveLength(1000);
    const { status, text } = await client.post(EVALUATIONS, many(1001));
    expect([status, text]).toEqual([400, expect.stringMatching(/^error LIMIT: .*1000.*1001/)]);
  });
});

describe('searches', () => {
  it('give only what an evaluation allows, and say how far the list is known', async () => {
    const { body } = await client.post('/access/v1/search/subject', { ...READ, subject: { type: 'user' } });
    // In the order of keys.
    expect(body.results).toEqual(['cy', 'di', 'ann', 'bob'].map(user));
    expect(body.context).toMatchObject({ complete: true, snapshot: { id: expect.any(String) } });
    for (const subject of body.results) expect((await ask({ ...READ, subject })).decision).toBe(true);
    const open = await client.post('/access/v1/search/subject', { ...READ, subject: { type: 'user' }, resource: repository('acme/web') });
    expect(open.body).toMatchObject({ results: [], context: { complete: false, gaps: [{ reason: 'denied' }] } });
    const actions = await client.post('/access/v1/search/action', { subject: user('ann'), resource: repository('acme/web') });
    expect(actions.body).toMatchObject({ results: [], context: { complete: false, gaps: [{ reason: 'denied' }] } });
  });

  it('find the actions of a repository, and of a branch of it', async () => {
    const names = async (resource: Json) =>
      (await client.post('/access/v1/search/action', { subject: user('ann'), resource })).body.results.map(({ name }: Json) => name);
    const of = await names(repository('acme/api'));
    expect(of).toContain('repository.write');
    expect(of.filter((name: string) => name.startsWith('branch.') || name === 'repository.admin')).toEqual([]);
    expect(await names({ ...repository('acme/api'), properties: { branch: 'x' } })).toEqual(expect.arrayContaining([...of, 'branch.push']));
    const main = await names({ type: 'branch', id: 'acme/api#main' });
    expect([main.includes('branch.push'), main.includes('branch.merge')]).toEqual([false, true]);
  });

  it('say that an action is not asked of a type, instead of nothing', async () => {
    const { status, body } = await client.post('/access/v1/search/resource', question(user('ann'), 'branch.push', { type: 'repository' }));
    expect([status, body.results, body.context.error.code]).toEqual([200, [], 'ACTION_UNKNOWN']);
  });

  it('refuse a token of another question, and a page of another shape', async () => {
    const search = { ...READ, subject: { type: 'user' } };
    const page = async (page: unknown, more: Json = {}) => await client.post('/access/v1/search/subject', { ...search, ...more, page });
    const { body } = await page({ limit: 2 });
    expect(body.page).toMatchObject({ count: 2, total: 4 });
    const other = await page({ token: body.page.next_token }, { action: { name: 'repository.write' } });
    expect([other.status, other.text]).toEqual([400, expect.stringMatching(/^error CURSOR: /)]);
    for (const wrong of [{ limit: -1 }, { limit: 1.5 }, { limit: '2' }, { token: 7 }, { properties: [] }, []])
      expect((await page(wrong)).status, JSON.stringify(wrong)).toBe(400);
    const none = await page({ limit: 0 });
    expect(none.body).toMatchObject({ results: [], page: { count: 0, total: 4 } });
    expect((await page({ token: none.body.page.next_token, limit: 5000 })).body.results).toHaveLength(4);
  });
});
