/** Every error has a code, says what to do, and shows nothing of the inside. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CodedError, ERROR_CODES } from '../../graph/errors.ts';
import { type Client, serve } from './http.ts';
import { smallGrantpath } from './small-grantpath.ts';

const logged: { fields: Record<string, unknown>; message: string }[] = [];
const log = {
  info: () => {},
  error: (fields: object, message: string) => void logged.push({ fields: fields as Record<string, unknown>, message }),
};
const SECRET = 'hunter2 at /var/lib/inside.sqlite';

let client: Client;
beforeAll(async () => {
  const grantpath = smallGrantpath({
    coverage: async () => {
      throw new TypeError(SECRET);
    },
    snapshots: async () => {
      throw new CodedError('STORE_BUSY', 'another process holds the store', { holder: 7 }, new Error(SECRET));
    },
    gaps: async (options) => ({ ...(await smallGrantpath().gaps(options)), totalCount: async () => 'many' as unknown as number }),
  });
  client = await serve(grantpath, { log });
});
afterAll(() => client.server.close());

const CHECK = (identity: string, more = '') =>
  `{ check(identity: ${identity}, action: REPOSITORY_READ, resource: "repository:acme/api"${more}) { verdict } }`;

describe('errors', () => {
  it.each([
    ['an unknown reference', CHECK('"token:x"'), 'REFERENCE_UNKNOWN', { nearest: ['user:ann'] }],
    ['a reference that is no text', CHECK('7'), 'REFERENCE_MALFORMED', {}],
    ['a time without form', CHECK('"user:ann"', ', at: "yesterday"'), 'TIME_MALFORMED', {}],
    ['a day that does not exist', CHECK('"user:ann"', ', at: "2026-02-31T00:00:00Z"'), 'TIME_MALFORMED', {}],
    ['a time that is a number', CHECK('"user:ann"', ', at: 1700000000000'), 'TIME_MALFORMED', {}],
    ['an unknown action', '{ whoCan(action: BRANCH_PAINT, resource: "repository:acme/api") { totalCount } }', 'USAGE', {}],
    ['an unknown field', '{ nothing }', 'USAGE', {}],
    ['broken syntax', '{ coverage {', 'USAGE', {}],
    ['an unknown character', '{ coverage { ` } }', 'USAGE', {}],
    ['a foreign cursor', '{ find(text: "", after: "zzz") { totalCount } }', 'CURSOR', {}],
    ['a mutation', 'mutation { drop }', 'USAGE', {}],
    ['two operations and no name', 'query A { coverage { facts } } query B { coverage { facts } }', 'USAGE', {}],
    ['a failure of the store', '{ snapshots { totalCount } }', 'STORE_BUSY', { holder: 7 }],
  ] as const)('%s', async (_, query, code, details) => {
    const { errors } = await client.ask(query);
    expect(errors?.[0]?.extensions).toMatchObject({ code, remedy: ERROR_CODES[code].remedy, ...details });
    expect(JSON.stringify(errors)).not.toContain('hunter2');
  });

  it('of variables name the variable and keep their code', async () => {
    const query =
      'query($at: DateTime) { check(identity: "user:ann", action: REPOSITORY_READ, resource: "repository:acme/api", at: $at) { verdict } }';
    const { errors } = await client.ask(query, { at: 'soon' });
    expect(errors?.[0]).toMatchObject({ message: expect.stringContaining('$at'), extensions: { code: 'TIME_MALFORMED' } });
    const missing = await client.ask('query($ref: Ref!) { node(ref: $ref) { ref } }');
    expect(missing.errors?.[0]).toMatchObject({ message: expect.stringContaining('$ref'), extensions: { code: 'USAGE' } });
  });

  it('that are defects are logged under an id and show nothing else', async () => {
    const { errors, data } = await client.ask('{ coverage { facts } }');
    expect(data).toBeNull();
    expect(JSON.stringify(errors)).not.toContain('hunter2');
    const errorId = errors?.[0]?.extensions['errorId'];
    expect(errors?.[0]?.extensions.code).toBe('INTERNAL');
    const entry = logged.find(({ fields }) => fields['errorId'] === errorId);
    expect(entry?.fields['err']).toMatchObject({ message: SECRET });
  });

  it('of a wrong value inside are defects, not the fault of the caller', async () => {
    const { errors } = await client.ask('{ gaps { totalCount } }');
    expect(errors?.[0]).toMatchObject({ path: ['gaps', 'totalCount'], extensions: { code: 'INTERNAL' } });
  });

  it('have a status of their own for callers that ask for the strict media type', async () => {
    const strict = { accept: 'application/graphql-response+json' };
    const ask = async (query: string, headers = {}) => (await client.post(JSON.stringify({ query }), headers)).status;
    expect(await ask('{ nothing }', strict)).toBe(400);
    expect(await ask('{ nothing }', { accept: 'application/json' })).toBe(200);
    expect(await ask('{ snapshots { totalCount } }', strict)).toBe(200);
  });
});

describe('requests that are no questions', () => {
  it.each([
    ['a body that is no JSON', '{', 'application/json', 400],
    ['a body that is no object', '7', 'application/json', 400],
    ['a body without a query', '{}', 'application/json', 400],
    ['a query that is no text', '{"query": 7}', 'application/json', 400],
    ['variables that are no object', '{"query": "{ coverage { facts } }", "variables": 7}', 'application/json', 400],
    ['a form, which other pages could send', 'query={coverage{facts}}', 'application/x-www-form-urlencoded', 415],
    ['plain text', '{"query":"{coverage{facts}}"}', 'text/plain', 415],
  ])('%s', async (_, body, type, status) => {
    const response = await client.post(body, { 'content-type': type });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'USAGE', remedy: expect.any(String) } }] });
  });

  it('other methods', async () => {
    const response = await fetch(`${client.server.url}/graphql`, { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'USAGE' } }] });
  });
});
