/** Credentials that no endpoint lists, by the traces that show them: what is stated, what stays open, and for whom. */
import { describe, expect, it } from 'vitest';
import type { NodeFact, StatedFact } from '../../graph/fact.ts';
import { decide } from '../../graph/spec/decide.ts';
import { Known } from '../../graph/spec/known.ts';
import { plainName } from '../../ingest/bare.ts';
import { rebuildFacts } from '../../ingest/bitbucket-cloud/facts.ts';
import { ACME, API, account, ids, WEB, workspacePages } from './pages.ts';

const node = (facts: readonly StatedFact[], key: string) =>
  facts.map(({ fact }) => fact).find((fact): fact is NodeFact => fact.type === 'node' && fact.key === key);
const pseudo = (name: string, kind?: string) => account(name, { type: 'app_user', ...(kind === undefined ? {} : { kind }) });
const worldOf = (facts: readonly StatedFact[]) =>
  new Known({
    nodes: facts.flatMap(({ fact }) => (fact.type === 'node' ? [fact] : [])),
    edges: facts.flatMap(({ fact }) => (fact.type === 'edge' ? [fact] : [])),
    gaps: facts.flatMap(({ fact }) => (fact.type === 'gap' ? [fact] : [])),
  });
const verdictOf = (facts: readonly StatedFact[], identity: string, action: 'repository.read' | 'repository.write', key = API) =>
  decide(worldOf(facts), { identity, action, target: { kind: 'Repository', key, branch: null } }, 0).verdict;

describe('an access token among those who hold permissions', () => {
  const { facts, scopes } = rebuildFacts(
    workspacePages({
      'repository-user-grants': [
        { permission: 'read', user: pseudo('deploy', 'repository_access_token') },
        { permission: 'write', user: account('ann') },
      ],
    }),
  );

  it('is a credential that lies there, with its level and with gaps for what is not shown', () => {
    expect(node(facts, 'token:{deploy}')).toMatchObject({
      kind: 'AccessToken',
      ref: 'token:acme/api#DEPLOY',
      props: { confidence: 'inferred' },
    });
    expect(node(facts, 'user:{deploy}')).toBeUndefined();
    expect(ids(facts, /token:\{deploy\}/)).toEqual([
      `${API} CONTAINS token:{deploy}`,
      `${API} HIDES credential-level unlisted token:{deploy}`,
      'token:{deploy} HIDES scopes unlisted',
      `token:{deploy} HOLDS read ${API}`,
      'token:{deploy} IS AccessToken',
    ]);
    expect(new Set(scopes.values())).toEqual(new Set(['complete']));
  });

  it('is unknown and never refused where it lies; people are as they were', () => {
    expect(verdictOf(facts, 'token:{deploy}', 'repository.read')).toBe('UNKNOWN');
    expect(verdictOf(facts, 'token:{deploy}', 'repository.write')).toBe('UNKNOWN');
    expect(verdictOf(facts, 'user:{ann}', 'repository.write')).toBe('ALLOW');
  });
});

describe('where a token lies', () => {
  const seen = (kind: string) =>
    ids(
      rebuildFacts(workspacePages({ 'repository-user-grants': [{ permission: 'read', user: pseudo('t', kind) }] })).facts,
      /CONTAINS token|credential-level/,
    );

  it.each([
    ['repository_access_token', API],
    ['project_access_token', WEB],
    ['workspace_access_token', ACME],
  ])('%s: %s', (kind, container) => {
    expect(seen(kind)).toEqual([`${container} CONTAINS token:{t}`, `${container} HIDES credential-level unlisted token:{t}`]);
  });

  it('is open where the trace does not show it: nothing contains it, and it may hold something anywhere', () => {
    const { facts } = rebuildFacts(workspacePages({ 'workspace-members': [{ user: pseudo('t', 'repository_access_token') }] }));
    expect(ids(facts, /CONTAINS token|credential-level/)).toEqual([`${ACME} HIDES credential-level unlisted token:{t}`]);
    expect(verdictOf(facts, 'token:{t}', 'repository.write')).toBe('UNKNOWN');
  });
});

describe('the account of an app', () => {
  const { facts } = rebuildFacts(
    workspacePages({
      'repository-user-grants': [
        { permission: 'read', user: pseudo('chat', 'something_new') },
        { permission: 'read', user: account('ann') },
      ],
    }),
  );

  it('is a pseudo-user that may hold more, and an integration of the workspace', () => {
    expect(node(facts, 'integration:{chat}')).toMatchObject({ ref: 'integration:acme#CHAT', props: { confidence: 'inferred' } });
    expect(ids(facts, /\{chat\}/)).toEqual([
      'integration:{chat} IS Integration',
      'user:{chat} HOLDS read repository:{api}',
      'user:{chat} IS ServiceUser',
      `${ACME} CONTAINS integration:{chat}`,
      `${ACME} HIDES credential-level unlisted user:{chat}`,
    ]);
  });

  it('reads for certain, and whether it writes is unknown; of people it is known', () => {
    expect([verdictOf(facts, 'user:{chat}', 'repository.read'), verdictOf(facts, 'user:{chat}', 'repository.write')]).toEqual([
      'ALLOW',
      'UNKNOWN',
    ]);
    expect(verdictOf(facts, 'user:{ann}', 'repository.write')).toBe('DENY');
  });
});

describe('who added a deploy key', () => {
  const withAdder = (owner: object) => rebuildFacts(workspacePages({ 'repository-deploy-keys': [{ id: 1, label: 'k', owner }] })).facts;

  it('as the workspace is a consumer of it', () => {
    const facts = withAdder({ type: 'team', uuid: '{acme}', display_name: 'Acme' });
    expect(ids(facts, /consumer:|credential-level|IS ServiceUser/)).toEqual([
      'consumer:{acme} ACTS_AS user:{acme}',
      'consumer:{acme} HIDES scopes unlisted',
      'consumer:{acme} IS OAuthConsumer',
      'user:{acme} IS ServiceUser',
      `${ACME} CONTAINS consumer:{acme}`,
      `${ACME} HIDES credential-level unlisted user:{acme}`,
    ]);
    expect(verdictOf(facts, 'consumer:{acme}', 'repository.write')).toBe('UNKNOWN');
  });

  it('as a person, or in another form, is no trace and no trouble', () => {
    for (const owner of [account('ann'), { nonsense: true }])
      expect(ids(withAdder(owner), /consumer:|unlisted|user:|undecodable/)).toEqual([]);
  });
});

describe('the source of a webhook', () => {
  it('is an integration where the webhook lies, if it reads like a name', () => {
    const { facts } = rebuildFacts(
      workspacePages({
        'workspace-webhooks': [{ uuid: '{h1}', source: 'Chat App' }],
        'repository-webhooks': [
          { uuid: '{h2}', source: null },
          { uuid: '{h3}', source: 'x7fJ3kQ9zLmW2pRt' },
        ],
      }),
    );
    expect(ids(facts, /integration/)).toEqual([
      'integration:{acme}#Chat%20App IS Integration',
      `${ACME} CONTAINS integration:{acme}#Chat%20App`,
    ]);
    expect(node(facts, 'integration:{acme}#Chat%20App')).toMatchObject({ ref: 'integration:acme#Chat App', name: 'Chat App' });
  });

  it.each([
    ['Jira Cloud', 'Jira Cloud'],
    [' com.example.chat ', 'com.example.chat'],
    ['a'.repeat(200), undefined],
    ['9f86d081884c7d659a2feaa0c55ad015', undefined],
    ['', undefined],
  ])('%j is kept as %j', (text, name) => {
    expect(plainName(text)).toBe(name);
  });
});
