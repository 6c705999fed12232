/**
 * The certification scenario of AuthZEN 1.0, walked through whole: each request of its text with the answer that the text
 * expects, and by hand what it says in prose. Skipped, and said so, where the reference data is not beside this checkout.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasSharedData } from '../support/shared-data.ts';
import { type AccessAnswer, type AccessClient, accessSchemas, serveWorld } from './access-client.ts';
import { type Json, MIRROR, readScenario, type Step, toOurs, toTheirs } from './scenario.ts';

const there = hasSharedData('authzen');
const { steps, certified } = there ? readScenario() : { steps: [], certified: [] };
const title = there ? 'the certification scenario' : 'the certification scenario (skipped: no reference data)';

let client: AccessClient;
let schemas: ReturnType<typeof accessSchemas>;
beforeAll(async () => {
  client = await serveWorld(MIRROR, { publicUrl: 'https://pdp.example.com' });
  if (there) schemas = accessSchemas();
});
afterAll(() => client.close());

const SEARCHES: Readonly<Record<string, string>> = { Subject: 'subject', Resource: 'resource', Action: 'action' };
const SEARCH_SECTIONS: Readonly<Record<string, string>> = {
  'c-4-2': 'subject',
  'c-4-3': 'resource',
  'c-4-4': 'action',
  'c-4-5': 'subject',
};

function pathOf({ section, label }: Pick<Step, 'section' | 'label'>): string {
  if (section.startsWith('c-2-')) return '/access/v1/evaluation';
  if (section.startsWith('c-3-')) return '/access/v1/evaluations';
  const [, named = ''] = /(Subject|Resource|Action) Search/.exec(label) ?? [];
  return `/access/v1/search/${SEARCHES[named] ?? SEARCH_SECTIONS[section.split('-').slice(0, 3).join('-')]}`;
}

/** As the text means it: `<boolean>` is any, results may be more. */
function pattern(expected: unknown): unknown {
  if (expected === '<boolean>') return expect.any(Boolean);
  if (expected === '<context>') return expect.any(Object);
  if (Array.isArray(expected)) return expected.map(pattern);
  if (typeof expected !== 'object' || expected === null) return expected;
  return Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [
      name,
      name === 'results' && (value as unknown[]).length > 0 ? expect.arrayContaining(value as unknown[]) : pattern(value),
    ]),
  );
}

function requireForm({ status, headers, body }: AccessAnswer): void {
  if (status !== 200) return;
  expect(headers.get('content-type')).toBe('application/json');
  const decisions: object[] = 'results' in body ? [] : (body.evaluations ?? [body]);
  for (const decision of decisions) expect(schemas.response(decision), JSON.stringify(schemas.response.errors)).toBe(true);
}

async function take(step: Pick<Step, 'section' | 'label' | 'request'>): Promise<AccessAnswer> {
  const answer = await client.post(pathOf(step), toOurs(step.request));
  requireForm(answer);
  const { body } = answer;
  return body?.results === undefined
    ? answer
    : { ...answer, body: { ...body, results: body.results.map((result: Json) => toTheirs(result)) } };
}

const ask = (request: Json, path = '/access/v1/evaluation', headers: Record<string, string> = {}) =>
  client.post(path, toOurs(request), headers);
const READ: Json = { subject: { type: 'user', id: 'alice' }, action: { name: 'read' }, resource: { type: 'record', id: 'record-1' } };

/** The token of the text's example is one that a test takes from an answer. */
const walked = steps.filter(({ section }) => section !== 'c-4-5-2');
/** Told in prose: tested by hand below. */
const BY_HAND = ['c-2-3', 'c-2-4-3', 'c-2-4-4', 'c-2-4-5', 'c-2-5', 'c-2-6', 'c-3-3', 'c-4-5', 'c-5', 'c-6'];

describe.skipIf(!there)(title, () => {
  it('is walked through whole', () => {
    const sections = [...new Set(walked.map(({ section }) => section)), ...BY_HAND];
    const isCovered = (id: string) => sections.some((section) => section === id || section.startsWith(`${id}-`));
    expect(certified.filter((id) => !isCovered(id))).toEqual([]);
    expect([walked.length, certified.length]).toEqual([49, 42]);
  });

  it.each(walked)('$section $title: $label', async (step) => {
    const answer = await take(step);
    expect(answer.status, answer.text).toBe(step.status);
    if (step.expected === null) return;
    expect(answer.body).toMatchObject(pattern(step.expected) as object);
  });

  it('c-1-4: properties decide, each against the other value', async () => {
    const write = (subject: Json, status: string, id = 'record-2') =>
      ask({ subject, action: { name: 'write' }, resource: { type: 'record', id, properties: { status } } });
    const alice = { type: 'user', id: 'alice' };
    expect((await write(alice, 'archived')).body.decision).toBe(false);
    expect((await write(alice, 'active')).body.decision).toBe(true);
    const bob = (credential: string) => ({ type: 'user', id: 'bob', properties: { credential } });
    expect((await write(bob('token:bob#admin'), 'archived')).body.decision).toBe(true);
    expect((await write(bob('token:bob#reader'), 'archived')).body.decision).toBe(false);
  });

  it('c-2-3: every answer has a boolean and an object', async () => {
    const { body } = await ask(READ);
    expect(body).toMatchObject({ decision: expect.any(Boolean), context: expect.any(Object) });
  });

  it.each([
    ['c-2-4-3: another content type', JSON.stringify(toOurs(READ)), { 'content-type': 'text/plain' }],
    ['c-2-4-3: no content type', JSON.stringify(toOurs(READ)), { 'content-type': '' }],
    ['c-2-4-4: no JSON', '{"subject": ', {}],
    ['c-2-4-4: no object', '[]', {}],
    ['c-2-4-5: nothing', '', {}],
  ])('%s', async (_, body, headers) => {
    for (const path of ['/access/v1/evaluation', '/access/v1/evaluations', '/access/v1/search/subject']) {
      const { status, text } = await client.post(path, body, headers as Record<string, string>);
      expect([status, text.startsWith('error USAGE: ')]).toEqual([400, true]);
    }
  });

  it('c-2-5: the request id comes back, also of a bad request, and need not be there', async () => {
    const id = { 'x-request-id': 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716' };
    for (const path of ['/access/v1/evaluation', '/access/v1/evaluations'])
      expect((await ask(READ, path, id)).headers.get('x-request-id')).toBe(id['x-request-id']);
    const bad = await ask({}, '/access/v1/evaluation', id);
    expect([bad.status, bad.headers.get('x-request-id')]).toEqual([400, id['x-request-id']]);
    expect((await ask(READ)).status).toBe(200);
  });

  it('c-2-6: the same question has the same answer each time', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(READ)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('c-3-3: as many answers as entries, in their order, and no decision above them', async () => {
    const { action, ...rest } = READ;
    const names = ['read', 'fly', 'write', 'read'];
    const { body } = await ask({ ...rest, evaluations: names.map((name) => ({ action: { name } })) }, '/access/v1/evaluations');
    expect(action).toEqual({ name: 'read' });
    expect(Object.keys(body)).toEqual(['evaluations']);
    expect(body.evaluations.map(({ decision }: Json) => decision)).toEqual([true, false, true, true]);
  });

  it('c-4-5: pages by token, whose limit need not be said again', async () => {
    const step = { section: 'c-4-5-2', label: 'Request', request: { ...READ, subject: { type: 'user' }, page: { limit: 1 } } };
    const first = await take(step);
    expect(first.body.results).toEqual([{ type: 'user', id: 'alice' }]);
    expect(first.body.page).toMatchObject({ count: 1, total: 2, next_token: expect.stringMatching(/./) });
    const second = await take({ ...step, request: { ...step.request, page: { token: first.body.page.next_token } } });
    expect(second.body).toMatchObject({ results: [{ type: 'user', id: 'bob' }], page: { next_token: '', count: 1 } });
  });

  it('c-5: JSON in any case and with a charset is JSON, and so is the answer', async () => {
    const { status, headers } = await ask(READ, '/access/v1/evaluation', { 'content-type': 'Application/JSON; charset=utf-8' });
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
  });

  it('c-6: the metadata names the base and every endpoint', async () => {
    const { status, headers, body } = await client.get('/.well-known/authzen-configuration');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
    const base = 'https://pdp.example.com';
    expect(body).toEqual({
      policy_decision_point: base,
      access_evaluation_endpoint: `${base}/access/v1/evaluation`,
      access_evaluations_endpoint: `${base}/access/v1/evaluations`,
      search_subject_endpoint: `${base}/access/v1/search/subject`,
      search_resource_endpoint: `${base}/access/v1/search/resource`,
      search_action_endpoint: `${base}/access/v1/search/action`,
    });
  });
});
