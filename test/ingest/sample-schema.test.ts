/**
 * The sample server against the vendor's OpenAPI document: every answer to every call of the connector, refusals too.
 *
 * Not covered, because the document has no such thing: `/1.0/groups`, which is held against the recordings instead.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasSharedData } from '../support/shared-data.ts';
import { ResponseSchemas } from './openapi-schema.ts';
import { RECORDED, RECORDINGS } from './replay.ts';
import { openSample, type Sample } from './sample.ts';

interface Answer {
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

const present = hasSharedData('openapi');

/** Every answer of the sample server that a sync asks for, and some that it does not ask for. */
async function answersOf(sample: Sample): Promise<Answer[]> {
  await sample.sync();
  const { url, calls, credentials } = sample.server;
  const authorization = `Basic ${Buffer.from(`${credentials.email}:${credentials.apiToken}`).toString('base64')}`;
  const asked = [...new Set(calls.filter((call) => call.startsWith('GET ')).map((call) => call.slice(4)))];
  const more = [
    '/2.0/user/workspaces',
    '/2.0/workspaces/nobody',
    '/2.0/repositories/acme/api/branching-model',
    '/2.0/repositories/acme/none',
  ];
  const answers: Answer[] = [];
  for (const path of [...asked, ...more]) {
    const response = await fetch(`${url}${encodeURI(path)}`, { headers: { authorization } });
    // A file has no schema.
    if (response.headers.get('content-type')?.startsWith('application/json') !== true) continue;
    answers.push({ path: path.replace(/\?.*/, ''), status: response.status, body: await response.json() });
  }
  const refused = await fetch(`${url}/2.0/workspaces/acme/members`);
  answers.push({ path: '/2.0/workspaces/acme/members', status: refused.status, body: await refused.json() });
  return answers;
}

interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly body: unknown;
}

const recorded: readonly Recorded[] = RECORDED
  ? readdirSync(RECORDINGS)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(new URL(name, RECORDINGS), 'utf8')) as Recorded)
  : [];

/** Names of fields without their place in lists and objects of recorded answers that are null there. */
function recordedNulls(schemas: ResponseSchemas): Set<string> {
  return new Set(
    recorded.flatMap(({ status, body }) => schemas.judge('', status, body).nulls.flatMap((place) => place.split('/').at(-1) ?? [])),
  );
}

describe.skipIf(!present)('the sample server and the OpenAPI document (skipped when ../shared/data/openapi is absent)', () => {
  it('agree on every answer, over one page and over many', async () => {
    const schemas = new ResponseSchemas();
    for (const pageLengthMax of [100, 3]) {
      const sample = await openSample({ pageLengthMax });
      try {
        const judged = (await answersOf(sample)).map((answer) => ({
          ...answer,
          ...schemas.judge(answer.path.replace(/^\/2\.0/, ''), answer.status, answer.body),
        }));
        // Of the OpenID configuration the document says that it is there, and not what it is.
        const told = judged.filter(({ path }) => !path.includes('/identity/oidc/'));
        expect(told.flatMap(({ path, status, errors }) => errors.map((error) => `${status} ${path}: ${error}`))).toEqual([]);
        expect(judged.filter(({ operation }) => operation === null).map(({ path }) => path)).toEqual(['/1.0/groups/acme']);
        const operations = new Set(judged.map(({ operation, status }) => `${operation} ${status}`));
        // Forty endpoints with their answers, 404 of an SSH key pair, 401, 403, and 404 of a workspace and of a repository.
        expect(operations.size).toBe(46);
      } finally {
        await sample.close();
      }
    }
  });

  it('is a judge that would notice: a wrong level, type, link or field', () => {
    const schemas = new ResponseSchemas();
    const path = '/repositories/acme/api/permissions-config/users';
    const user = { type: 'user', uuid: '{a}', display_name: 'A' };
    const grant = { type: 'repository_user_permission', permission: 'read', user };
    const errors = (values: unknown[]) => schemas.judge(path, 200, { values, pagelen: 10, page: 1 }).errors;
    expect(errors([grant])).toEqual([]);
    expect(errors([{ ...grant, permission: 'owner' }]).join()).toContain('/values/0/permission');
    expect(errors([{ ...grant, user: { ...user, uuid: 7 } }]).join()).toContain('/uuid');
    expect(errors([{ ...grant, links: { self: { href: 'no address' } } }]).join()).toContain('format');
    expect(errors([{ permission: 'read' }]).join()).toContain('type');
    expect(errors([{ ...grant, user: { ...user, type: 'branchrestriction' } }]).join()).toContain('branch_match_kind');
    expect(schemas.judge(path, 200, { values: [], more: true }).errors.join()).toContain('additional');
    expect(schemas.judge(path, 418, {}).errors).toEqual(['no schema for status 418']);
  });

  it.skipIf(!RECORDED)('has null only in fields in which recorded answers have null', async () => {
    const schemas = new ResponseSchemas();
    const sample = await openSample();
    try {
      const nulls = (await answersOf(sample)).flatMap(({ path, status, body }) => schemas.judge(path, status, body).nulls);
      const allowed = recordedNulls(schemas);
      const fields = new Set(nulls.map((place) => place.split('/').at(-1) ?? ''));
      expect([...fields].filter((field) => !allowed.has(field))).toEqual([]);
      expect([...fields]).toContain('value');
    } finally {
      await sample.close();
    }
  });
});

describe.skipIf(!RECORDED)('the groups of 1.0, which the document lacks (skipped when ../shared/data/recordings is absent)', () => {
  it('have the fields of recorded ones, and of the same sorts', async () => {
    const sample = await openSample();
    try {
      const groups = (await answersOf(sample)).find(({ path }) => path.startsWith('/1.0/groups'))?.body as Record<string, unknown>[];
      const real = recorded.filter(({ url }) => url.includes('/1.0/groups/')).flatMap(({ body }) => body as Record<string, unknown>[]);
      const people = (of: readonly Record<string, unknown>[]) => of.flatMap(({ members }) => members as Record<string, unknown>[]);
      expect(real.length).toBeGreaterThan(1);
      expect(Array.isArray(groups)).toBe(true);
      expect(sortsOf(groups)).toEqual(sortsOf(real));
      expect(sortsOf(people(groups))).toEqual(sortsOf(people(real)));
    } finally {
      await sample.close();
    }
  });
});

/** The sort of each field over all items. */
function sortsOf(items: readonly Record<string, unknown>[]): Record<string, string> {
  const sort = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);
  const entries = items.flatMap((item) => Object.entries(item).map(([field, value]) => [field, sort(value)] as const));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
