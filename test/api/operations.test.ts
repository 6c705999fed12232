/** The questions over real HTTP, against a table of a few facts: what the API adds to the port and nothing of the engine. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executeOperation } from '../../api/execute.ts';
import { type Client, serve } from './http.ts';
import { smallGrantpath } from './small-grantpath.ts';

const grantpath = smallGrantpath();
let client: Client;
beforeAll(async () => {
  client = await serve(grantpath);
});
afterAll(() => client.server.close());

const CHECK =
  'query($identity: Ref!, $action: Action!, $resource: Ref!) { check(identity: $identity, action: $action, resource: $resource)';

describe('check', () => {
  it('tells a proof step by step, each with its fact and where it was seen last', async () => {
    const { data } = await client.ask(
      `${CHECK} { verdict proofs(first: 1) { text steps { from { ref } edge to { ref kind name } fact { id kind word } source { connector endpoint run fetchedAt } rule } } } }`,
      { identity: 'user:ann', action: 'REPOSITORY_WRITE', resource: 'repository:acme/api' },
    );
    expect(data.check.verdict).toBe('ALLOW');
    const [member, holds, on] = data.check.proofs[0].steps;
    expect(member).toMatchObject({
      from: { ref: 'user:ann' },
      edge: 'MEMBER_OF',
      to: { ref: 'group:acme/dev', kind: 'GROUP' },
      fact: { id: 'user:ann MEMBER_OF group:acme/dev', kind: 'MEMBER_OF', word: null },
      source: { connector: 'bitbucket-cloud/acme', endpoint: '/new', run: 'run-1', fetchedAt: '2025-12-31T23:59:59.000Z' },
      rule: null,
    });
    expect(holds).toMatchObject({
      fact: { word: 'write' },
      to: { ref: 'permission:write@repository:acme/api', kind: 'PERMISSION', name: 'write@repository:acme/api' },
    });
    expect(on).toMatchObject({ edge: 'ON', fact: null, source: null, rule: 'levels/on' });
  });

  it('gives all sides of an answer', async () => {
    const { data } = await client.ask(
      `${CHECK} { verdict reason denials { kind held restrictions { ref kind } } conditions { restriction value certain rules { ref } } assumptions { id doc source } blindSpots { id } gaps { id } proofs { text } snapshot { id at } } }`,
      { identity: 'user:ann', action: 'BRANCH_PUSH', resource: 'branch:acme/api#main' },
    );
    expect(data.check).toEqual({
      verdict: 'DENY',
      reason: 'user:ann and branch.push: DENY',
      denials: [{ kind: 'RULE', held: null, restrictions: [{ ref: 'restriction:acme/api#1', kind: 'BRANCH_RESTRICTION' }] }],
      conditions: [{ restriction: 'require_approvals_to_merge', value: 2, certain: true, rules: [{ ref: 'restriction:acme/api#1' }] }],
      assumptions: [{ id: 'actions/variable.read', doc: 'list the variable', source: 'absence' }],
      blindSpots: [{ id: 'blind-spots/ip-allowlist' }],
      gaps: [],
      proofs: [],
      snapshot: { id: 'run-1', at: '2026-01-01T00:00:00.000Z' },
    });
  });

  it('shows the gaps of an UNKNOWN', async () => {
    const { data } = await client.ask(`${CHECK} { verdict gaps { reason hides scope { ref } subject { ref } } } }`, {
      identity: 'user:ann',
      action: 'REPOSITORY_READ',
      resource: 'repository:acme/web',
    });
    expect(data.check).toEqual({
      verdict: 'UNKNOWN',
      gaps: [{ reason: 'DENIED', hides: 'GROUP_GRANTS', scope: { ref: 'repository:acme/web' }, subject: null }],
    });
  });

  it('pages proofs by first and offset', async () => {
    const ask = (page: string) =>
      client.ask(`{ check(identity: "user:ann", action: REPOSITORY_READ, resource: "repository:acme/api") { proofs${page} { text } } }`);
    expect((await ask('')).data.check.proofs).toHaveLength(2);
    expect((await ask('(first: 1, offset: 1)')).data.check.proofs[0].text).toContain('admin');
  });

  it('passes the asked instant on, and reads what hangs below at that instant', async () => {
    const seen: unknown[] = [];
    const spy = smallGrantpath({
      check: async (_, options) => {
        seen.push(options?.at);
        return smallGrantpath().check({ identity: 'user:ann', action: 'repository.read', resource: 'repository:acme/api' });
      },
      edgeFacts: async (ids, at) => {
        seen.push(at);
        return ids.map(() => null);
      },
    });
    const source = `{ check(identity: "user:ann", action: REPOSITORY_READ, resource: "repository:acme/api", at: "2026-03-01T00:00:00+01:00")
      { proofs(first: 1) { steps { source { run } } } } }`;
    const { errors } = await executeOperation({ grantpath: spy, source });
    expect(errors).toBeUndefined();
    expect(seen).toEqual([Date.parse('2026-02-28T23:00:00Z'), Date.parse('2026-02-28T23:00:00Z')]);
  });
});

describe('checks', () => {
  it('answers in order', async () => {
    const requests = ['REPOSITORY_READ', 'BRANCH_PUSH'].map((action) => ({
      identity: 'user:ann',
      action,
      resource: 'repository:acme/api',
    }));
    const { data } = await client.ask('query($requests: [CheckInput!]!) { checks(requests: $requests) { verdict } }', { requests });
    expect(data.checks).toEqual([{ verdict: 'ALLOW' }, { verdict: 'DENY' }]);
  });

  it('names the index of every bad entry', async () => {
    const requests = ['user:ann', 'nobody', 'user:bob', 'x:y'].map((identity) => ({
      identity,
      action: 'REPOSITORY_READ',
      resource: 'repository:acme/api',
    }));
    const { errors } = await client.ask('query($requests: [CheckInput!]!) { checks(requests: $requests) { verdict } }', { requests });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'REFERENCE_UNKNOWN', indexes: [1, 3] });
  });

  it('reads sources of all answers in one batch', async () => {
    const before = grantpath.counts.facts;
    const requests = Array.from({ length: 50 }, (_, index) => ({
      identity: index % 2 === 0 ? 'user:ann' : 'user:bob',
      action: 'REPOSITORY_READ',
      resource: 'repository:acme/api',
    }));
    await client.ask('query($requests: [CheckInput!]!) { checks(requests: $requests) { proofs(first: 1) { steps { source { run } } } } }', {
      requests,
    });
    expect(grantpath.counts.facts - before).toBe(1);
  });
});

describe('lists', () => {
  it('says who can, with a proof each, and why the list may be incomplete', async () => {
    const { data } = await client.ask(
      '{ whoCan(action: REPOSITORY_WRITE, resource: "repository:acme/api", include: [UNKNOWN]) { totalCount complete gaps { reason } edges { verdict permission actions proof { text } node { ref kind name } } } }',
    );
    expect(data.whoCan).toMatchObject({ totalCount: 3, complete: false, gaps: [{ reason: 'DENIED' }] });
    expect(data.whoCan.edges[0]).toMatchObject({
      verdict: 'ALLOW',
      permission: 'write',
      actions: ['REPOSITORY_WRITE'],
      proof: { text: expect.stringContaining('user:ann MEMBER_OF') },
      node: { ref: 'user:ann', kind: 'USER', name: 'Ann Lee' },
    });
    expect(data.whoCan.edges[2]).toMatchObject({ verdict: 'UNKNOWN', proof: null });
  });

  it('refuses to list those who can not', async () => {
    const { errors } = await client.ask(
      '{ whoCan(action: REPOSITORY_WRITE, resource: "repository:acme/api", include: [DENY]) { totalCount } }',
    );
    expect(errors?.[0]?.extensions.code).toBe('USAGE');
  });

  it('says what can be acted on', async () => {
    const { data } = await client.ask('{ whatCan(identity: "user:ann") { totalCount edges { permission actions node { ref } } } }');
    expect(data.whatCan).toMatchObject({ totalCount: 2, edges: [{ permission: 'write', node: { ref: 'repository:acme/api' } }, {}] });
  });

  it('shows ways to a resource without counting them', async () => {
    const { data } = await client.ask(
      '{ paths(from: "user:ann", to: "repository:acme/api") { totalCount edges { node { action text steps { edge } } } } }',
    );
    expect(data.paths.totalCount).toBeNull();
    expect(data.paths.edges[0].node).toMatchObject({
      action: 'REPOSITORY_WRITE',
      steps: [{ edge: 'MEMBER_OF' }, { edge: 'HOLDS' }, { edge: 'ON' }],
    });
  });

  it('pages by cursors, each entry once and in order', async () => {
    const whole = (await client.ask('{ find(text: "") { edges { node { ref } } } }')).data.find.edges;
    const paged: unknown[] = [];
    let after: string | null = null;
    do {
      const { data } = await client.ask(
        'query($after: String) { find(text: "", first: 3, after: $after) { totalCount edges { cursor node { ref } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }',
        { after },
      );
      const { edges, pageInfo, totalCount } = data.find;
      expect(totalCount).toBe(whole.length);
      expect(pageInfo).toMatchObject({ startCursor: edges[0].cursor, endCursor: edges.at(-1).cursor, hasPreviousPage: after !== null });
      paged.push(...edges.map(({ node }: { node: unknown }) => ({ node })));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(paged).toEqual(whole);
  });

  it('tells what is known and what is not', async () => {
    const { data } = await client.ask(
      '{ coverage { endpoint facts gaps newestAt } gaps { edges { node { hides text } } } snapshots { edges { node { id at connector report } } } }',
    );
    expect(data.coverage[1]).toEqual({ endpoint: '/groups', facts: 0, gaps: 1, newestAt: null });
    expect(data.gaps.edges[0].node.hides).toBe('GROUP_GRANTS');
    expect(data.snapshots.edges[0].node).toEqual({
      id: 'run-1',
      at: '2026-01-01T00:00:00.000Z',
      connector: 'bitbucket-cloud/acme',
      report: { calls: 3 },
    });
  });
});

describe('nodes', () => {
  it('are of the type of their kind and have their properties', async () => {
    const { data } = await client.ask(
      '{ user: node(ref: "user:557058:ann") { __typename ref kind aliases properties ... on User { active } } token: node(ref: "token:acme#ci") { ... on ApiToken { active expiresAt scopes { edges { node { ref } } } owners { edges { node { ref } } } } } }',
    );
    expect(data.user).toEqual({
      __typename: 'User',
      ref: 'user:ann',
      kind: 'USER',
      aliases: ['user:557058:ann'],
      properties: { active: true, mood: 'sunny' },
      active: true,
    });
    expect(data.token).toEqual({
      active: null,
      expiresAt: '2026-06-01T00:00:00.000Z',
      scopes: { edges: [{ node: { ref: 'scope:repository' } }] },
      owners: { edges: [{ node: { ref: 'user:ann' } }] },
    });
  });

  it('can be walked along edges in both ways', async () => {
    const { data } = await client.ask(
      '{ node(ref: "project:acme/WEB") { ... on Project { workspace { ref groups { totalCount edges { node { members { edges { node { ref } } } } } } } repositories(first: 1) { totalCount edges { node { ref project { ref } grants { edges { level node { ref } fact { id validFrom stale from { ref } } } } restrictions { edges { restriction glob value node { exempt { edges { node { ref } } } } } } } } } } } }',
    );
    expect(data.node.workspace).toEqual({
      ref: 'workspace:acme',
      groups: { totalCount: 1, edges: [{ node: { members: { edges: [{ node: { ref: 'user:ann' } }, { node: { ref: 'user:bob' } }] } } }] },
    });
    const [{ node: repository }] = data.node.repositories.edges;
    expect(data.node.repositories.totalCount).toBe(2);
    expect(repository.project).toEqual({ ref: 'project:acme/WEB' });
    expect(repository.grants.edges[0]).toEqual({
      level: 'write',
      node: { ref: 'group:acme/dev' },
      fact: {
        id: 'group:acme/dev HOLDS write repository:acme/api',
        validFrom: '2026-01-01T00:00:00.000Z',
        stale: false,
        from: { ref: 'group:acme/dev' },
      },
    });
    expect(repository.restrictions.edges[0]).toEqual({
      restriction: 'push',
      glob: 'main',
      value: 2,
      node: { exempt: { edges: [{ node: { ref: 'user:ann' } }] } },
    });
  });

  it('are read in batches', async () => {
    const before = { ...grantpath.counts };
    await client.ask('{ find(text: "") { edges { node { properties aliases } } } }');
    expect(grantpath.counts.nodes - before.nodes).toBe(1);
  });
});

describe('executeOperation', () => {
  it('answers as the server does', async () => {
    const source = 'query One { node(ref: "user:ann") { ref } } query Two($ref: Ref!) { node(ref: $ref) { ref } }';
    expect(await executeOperation({ grantpath, source, operationName: 'Two', variables: { ref: 'user:bob' } })).toEqual({
      data: { node: { ref: 'user:bob' } },
    });
    const failed = await executeOperation({ grantpath, source });
    expect(failed.errors?.[0]?.extensions).toMatchObject({ code: 'USAGE' });
  });
});

describe('history', () => {
  it('tells changes in words and as nodes, by kind, with what differs', async () => {
    const { data } = await client.ask(
      `{ changes(from: "2025-12-01T00:00:00Z", to: "2026-01-01T00:00:00Z") { totalCount complete gaps { reason } edges { node {
        id turn kind text from { ref kind } to { ref } edge word at differences { name before after } } } } }`,
    );
    expect(data.changes).toMatchObject({ totalCount: null, complete: false, gaps: [{ reason: 'DENIED' }] });
    expect(data.changes.edges.map(({ node }: { node: unknown }) => node)).toEqual([
      {
        id: 'group:acme/dev HOLDS write repository:acme/api',
        turn: 'APPEARED',
        kind: 'GRANTS',
        text: 'group:acme/dev HOLDS write ON repository:acme/api',
        from: { ref: 'group:acme/dev', kind: 'GROUP' },
        to: { ref: 'repository:acme/api' },
        edge: 'HOLDS',
        word: 'write',
        at: '2025-12-01T00:00:00.000Z',
        differences: [],
      },
      {
        id: 'user:ann IS User',
        turn: 'CHANGED',
        kind: 'IDENTITIES',
        text: 'user:ann IS User: active true -> false',
        from: { ref: 'user:ann', kind: 'USER' },
        to: null,
        edge: null,
        word: null,
        at: null,
        differences: [{ name: 'active', before: true, after: false }],
      },
      expect.objectContaining({ turn: 'VANISHED', kind: 'GAPS', edge: null, to: null }),
    ]);
    const asked = await client.ask(
      '{ changes(from: "2025-12-01T00:00:00Z", kinds: [GRANTS, KEYS], first: 1) { edges { node { kind } } } }',
    );
    expect(asked.data.changes.edges).toEqual([{ node: { kind: 'GRANTS' } }]);
    expect((await client.ask('{ changes(from: "yesterday") { complete } }')).errors?.[0]?.extensions).toMatchObject({
      code: 'TIME_MALFORMED',
    });
  });

  it('lists what effective access differs, and how far the comparison got', async () => {
    const { data } = await client.ask(
      `{ accessChanges(from: "2025-12-01T00:00:00Z") { touched compared totalCount edges { node {
        identity { ref kind } resource { ref } before after gained lost } } } }`,
    );
    expect(data.accessChanges).toEqual({
      touched: 3,
      compared: 2,
      totalCount: 1,
      edges: [
        {
          node: {
            identity: { ref: 'user:ann', kind: 'USER' },
            resource: { ref: 'repository:acme/api' },
            before: 'read',
            after: 'write',
            gained: ['REPOSITORY_WRITE'],
            lost: [],
          },
        },
      ],
    });
  });

  it('says since when proofs and paths hold, all facts in one read', async () => {
    const before = grantpath.counts.facts;
    const since = 'since { at fact { id kind validFrom } }';
    const { data } = await client.ask(
      `{ check(identity: "user:ann", action: REPOSITORY_READ, resource: "repository:acme/api") { proofs { ${since} } } }`,
    );
    expect(data.check.proofs[0].since).toEqual({
      at: '2026-01-01T00:00:00.000Z',
      fact: { id: 'user:ann MEMBER_OF group:acme/dev', kind: 'MEMBER_OF', validFrom: '2026-01-01T00:00:00.000Z' },
    });
    expect(grantpath.counts.facts - before).toBe(1);
    const paths = await client.ask(`{ paths(from: "user:ann", to: "repository:acme/api") { edges { node { ${since} } } } }`);
    expect(paths.data.paths.edges[0].node.since.fact.id).toBe('user:ann MEMBER_OF group:acme/dev');
  });
});
