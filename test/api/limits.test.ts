/** What is too large, too deep or too slow is refused with the limit's name; what the product promises to admit is admitted. */
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executeOperation } from '../../api/execute.ts';
import { DEFAULT_LIMITS } from '../../api/limits.ts';
import type { CheckRequest, Grantpath } from '../../queries/port.ts';
import { type Client, serve } from './http.ts';
import { answer, pageOf, proofOf, smallGrantpath } from './small-grantpath.ts';

let client: Client;
beforeAll(async () => {
  client = await serve(smallGrantpath());
});
afterAll(() => client.server.close());

const PROOF = '{ text steps { from { ref } edge to { ref } fact { id } source { connector endpoint run fetchedAt } } }';
const WHO_CAN = `{ whoCan(action: REPOSITORY_WRITE, resource: "repository:acme/api", first: 1000) { totalCount complete gaps { text } pageInfo { endCursor } edges { verdict permission actions node { ref name kind } proof ${PROOF} } } }`;
const CHECKS = `query($requests: [CheckInput!]!) { checks(requests: $requests) { verdict reason proofs(first: 1) ${PROOF} denials { kind text restrictions { ref } } conditions { text } assumptions { id } gaps { text } blindSpots { id } snapshot { id at } } }`;
const requestsOf = (length: number) =>
  Array.from({ length }, () => ({ identity: 'user:ann', action: 'REPOSITORY_READ', resource: 'repository:acme/api' }));

async function refusal(query: string, variables?: Record<string, unknown>) {
  const { data, errors } = await client.ask(query, variables);
  expect(data).toBeUndefined();
  return errors?.[0]?.extensions;
}

describe('default limits admit', () => {
  it('a page of 1000 with one proof each', async () => {
    const { errors, data } = await client.ask(WHO_CAN);
    expect(errors).toBeUndefined();
    expect(data.whoCan.edges[0].proof.steps[0].source.run).toBe('run-1');
  });

  it('1000 checks with one proof each and all sides of the answer', async () => {
    const { errors, data } = await client.ask(CHECKS, { requests: requestsOf(1000) });
    expect(errors).toBeUndefined();
    expect(data.checks).toHaveLength(1000);
  });

  it('introspection as GraphiQL asks for it', async () => {
    const query = getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true, schemaDescription: true, specifiedByUrl: true });
    const { errors, data } = await client.ask(query);
    expect(errors).toBeUndefined();
    expect(data.__schema.queryType.name).toBe('Query');
  });
});

describe('limits refuse', () => {
  it('fields nested too deep, in fragments too', async () => {
    const walk = (depth: number): string =>
      depth === 0 ? 'totalCount' : `edges { node { ... on Group { members { ${walk(depth - 1)} } } } }`;
    expect(await refusal(`{ node(ref: "group:acme/dev") { ... on Group { members { ${walk(4)} } } } }`)).toMatchObject({
      code: 'LIMIT',
      limit: 'depth',
      max: 12,
      got: 15,
    });
    expect(
      await refusal(
        '{ node(ref: "group:acme/dev") { ...a } } fragment a on Group { members { edges { node { ...b } } } } fragment b on Group { members { edges { node { ...c } } } } fragment c on Group { members { edges { node { ...d } } } } fragment d on Group { members { edges { node { ref } } } }',
      ),
    ).toMatchObject({ code: 'LIMIT', limit: 'depth' });
  });

  it('introspection in circles', async () => {
    const circle = 'fields { type { fields { type { fields { type { fields { name } } } } } } }';
    const { errors } = await client.ask(`{ __schema { types { ${circle} } } }`);
    expect(errors?.[0]?.extensions.code).toBe('USAGE');
  });

  it('too many aliases', async () => {
    const fields = Array.from({ length: 51 }, (_, index) => `a${index}: coverage { facts }`);
    expect(await refusal(`{ ${fields.join(' ')} }`)).toMatchObject({ code: 'LIMIT', limit: 'aliases', max: 50, got: 51 });
  });

  it('too many tokens, before the document is parsed', async () => {
    expect(await refusal(`{ ${'coverage { facts } '.repeat(1000)}`)).toMatchObject({ code: 'LIMIT', limit: 'tokens', max: 2000 });
  });

  it('answers that could hold too many objects', async () => {
    const nested =
      '{ find(text: "", first: 1000) { edges { node { ... on Group { members(first: 1000) { edges { node { ref } } } } } } } }';
    expect(await refusal(nested)).toMatchObject({ code: 'LIMIT', limit: 'cost', max: DEFAULT_LIMITS.cost });
    // A list that does not say `first` counts its default: 1000 times 20 proofs of some steps each.
    expect(
      await refusal(`query($requests: [CheckInput!]!) { checks(requests: $requests) { proofs ${PROOF} } }`, { requests: requestsOf(1000) }),
    ).toMatchObject({ code: 'LIMIT', limit: 'cost' });
  });

  it('fragments spread in fragments without taking exponential time', async () => {
    const fragments = Array.from(
      { length: 60 },
      (_, index) => `fragment f${index} on Query { ${index === 59 ? 'x: coverage { facts }' : `...f${index + 1} ...f${index + 1}`} }`,
    );
    const began = performance.now();
    expect(await refusal(`{ ...f0 } ${fragments.join(' ')}`)).toMatchObject({ code: 'LIMIT', limit: 'aliases' });
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it.each([
    ['first: 1001', 'first', 1001],
    ['first: -1', 'first', -1],
  ])('a page of `%s`', async (page, limit, got) => {
    expect(await refusal(`{ find(text: "", ${page}) { totalCount } }`)).toMatchObject({ code: 'LIMIT', limit, max: 1000, got });
  });

  it('a page size out of range in a variable, and in the default of one', async () => {
    expect(await refusal('query($n: Int) { find(text: "", first: $n) { totalCount } }', { n: 5000 })).toMatchObject({
      limit: 'first',
      got: 5000,
    });
    expect(await refusal('query($n: Int = 4000) { find(text: "", first: $n) { totalCount } }')).toMatchObject({
      limit: 'first',
      got: 4000,
    });
  });

  it('proofs beyond 1000', async () => {
    const { errors } = await client.ask(
      '{ check(identity: "user:ann", action: REPOSITORY_READ, resource: "repository:acme/api") { proofs(first: 1001) { text } } }',
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'LIMIT', limit: 'first' });
  });

  it('more than 1000 requests of checks', async () => {
    expect(await refusal(CHECKS, { requests: requestsOf(1001) })).toMatchObject({ code: 'LIMIT', limit: 'requests', max: 1000, got: 1001 });
  });

  it('several operations in one body', async () => {
    const response = await client.post(JSON.stringify([{ query: '{ coverage { facts } }' }, { query: '{ coverage { facts } }' }]));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'USAGE' } }] });
  });

  it('a body that is too large, with its length stated or not', async () => {
    const body = JSON.stringify({ query: '{ coverage { facts } }', variables: { padding: 'x'.repeat(DEFAULT_LIMITS.bodyBytes) } });
    const stated = await client.post(body);
    expect(stated.status).toBe(413);
    expect(await stated.json()).toMatchObject({ errors: [{ extensions: { code: 'LIMIT' } }] });
    const streamed = await fetch(`${client.server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(await streamed.json()).toMatchObject({ errors: [{ extensions: { code: 'LIMIT' } }] });
  });
});

describe('the time limit', () => {
  const QUESTION = '{ check(identity: "user:ann", action: REPOSITORY_READ, resource: "repository:acme/api") { verdict } }';
  const limits = { timeoutMs: 150 };

  it('ends waiting on work that never ends', async () => {
    const grantpath = smallGrantpath({ check: () => new Promise(() => {}) });
    const { errors } = await executeOperation({ grantpath, source: QUESTION, limits });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'TIMEOUT', timeoutMs: 150, remedy: expect.stringContaining('narrow') });
  });

  const never = () => new Promise<never>(() => {});
  const late: readonly (readonly [string, Partial<Grantpath>, string])[] = [
    ['a sentence', { check: async (request) => ({ ...answer(request), reason: never }) }, QUESTION.replace('verdict', 'reason')],
    ['denials', { check: async (request) => ({ ...answer(request), denials: never }) }, QUESTION.replace('verdict', 'denials { text }')],
    ['proofs', { check: async (request) => ({ ...answer(request), proofs: never }) }, QUESTION.replace('verdict', 'proofs { text }')],
    ['facts of a proof', { edgeFacts: never }, QUESTION.replace('verdict', 'proofs { steps { source { run } } }')],
    ['references of a proof', { node: never }, QUESTION.replace('verdict', 'proofs { steps { from { name } } }')],
    ['a count', { gaps: async (options) => ({ ...pageOf([], options), totalCount: never }) }, '{ gaps { totalCount } }'],
    ['gaps of a list', { gaps: async (options) => ({ ...pageOf([], options), gaps: never }) }, '{ gaps { gaps { text } } }'],
    ['what is known of nodes', { nodeFacts: never }, '{ find(text: "ann") { edges { node { properties } } } }'],
    ['names of nodes', { namedNodes: never }, '{ node(ref: "user:ann") { ... on User { groups { edges { node { ref } } } } } }'],
  ];
  it.each(late)('ends waiting on a store that never gives %s', async (_, overrides, source) => {
    const { errors } = await executeOperation({ grantpath: smallGrantpath(overrides), source, limits });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'TIMEOUT', timeoutMs: 150 });
  });

  it('stops engine work that never lets the event loop run', async () => {
    let slices = 0;
    const grantpath = smallGrantpath({
      check: async (request, options) => {
        for (; ; slices++) {
          options?.signal?.throwIfAborted();
          for (const end = performance.now() + 1; performance.now() < end; );
          if (slices > 5000) return answer(request);
        }
      },
    });
    const small = await serve(grantpath, { limits });
    const began = performance.now();
    const { errors } = await small.ask(QUESTION);
    expect(errors?.[0]?.extensions.code).toBe('TIMEOUT');
    expect(performance.now() - began).toBeLessThan(2000);
    expect(slices).toBeGreaterThan(10);
    await small.server.close();
  });

  it('holds for work that computes for too long and then answers', async () => {
    const check = async (request: CheckRequest) => {
      for (const end = performance.now() + 200; performance.now() < end; );
      return answer(request);
    };
    const { errors, data } = await executeOperation({ grantpath: smallGrantpath({ check }), source: QUESTION, limits });
    expect([data, errors?.[0]?.extensions]).toMatchObject([null, { code: 'TIMEOUT' }]);
  });

  it('stops between proofs of a long answer', async () => {
    let begun = 0;
    const slow = async () => {
      begun++;
      for (const end = performance.now() + 20; performance.now() < end; );
      return [proofOf('user:ann', 'repository:acme/api')];
    };
    const grantpath = smallGrantpath({ checks: async (requests) => requests.map((request) => ({ ...answer(request), proofs: slow })) });
    const source = 'query($requests: [CheckInput!]!) { checks(requests: $requests) { proofs(first: 1) { text } } }';
    const began = performance.now();
    const { errors } = await executeOperation({ grantpath, source, variables: { requests: requestsOf(500) }, limits });
    expect(errors?.[0]?.extensions.code).toBe('TIMEOUT');
    expect(performance.now() - began).toBeLessThan(2000);
    expect(begun).toBeLessThan(50);
  });

  it('stops the work of a caller that has gone', async () => {
    const { promise: stopped, resolve } = Promise.withResolvers<unknown>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const grantpath = smallGrantpath({
      find: (_, options) => {
        options?.signal?.addEventListener('abort', () => resolve(options.signal?.reason));
        begin();
        return new Promise(() => {});
      },
    });
    const small = await serve(grantpath);
    const gone = new AbortController();
    const asked = fetch(`${small.server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ find(text: "") { totalCount } }' }),
      signal: gone.signal,
    });
    await begun;
    gone.abort();
    await expect(asked).rejects.toThrow();
    expect(await stopped).toMatchObject({ code: 'TIMEOUT' });
    await small.server.close();
  });

  it('lets what is in time pass', async () => {
    const grantpath = smallGrantpath({ gaps: (options) => new Promise((resolve) => setTimeout(() => resolve(pageOf([], options)), 20)) });
    const { errors } = await executeOperation({ grantpath, source: '{ gaps { totalCount } }', limits: { timeoutMs: 5000 } });
    expect(errors).toBeUndefined();
  });
});
