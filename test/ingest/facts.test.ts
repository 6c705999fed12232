import { describe, expect, it } from 'vitest';
import { contentText, type EdgeFact, factId, type NodeFact, type StatedFact } from '../../graph/fact.ts';
import { EDGE_KINDS } from '../../graph/model/edge-kinds.ts';
import { hiddenRow } from '../../graph/model/gaps.ts';
import { rebuildFacts } from '../../ingest/bitbucket-cloud/facts.ts';
import { NO_ANSWER, UNFOLLOWED } from '../../ingest/bitbucket-cloud/scopes.ts';
import { ACME, API, account, group, ids, page, refused, repository, WEB, without, workspacePages } from './pages.ts';

const HIDES = / HIDES /;
const DEVELOPERS = 'group:{acme}/developers';

/** The node with a key. */
const node = (facts: readonly StatedFact[], key: string) =>
  facts.map(({ fact }) => fact).find((fact): fact is NodeFact => fact.type === 'node' && fact.key === key);
const edge = (facts: readonly StatedFact[], id: string) =>
  facts.map(({ fact }) => fact).find((fact): fact is EdgeFact => factId(fact) === id);
const gaps = (facts: readonly StatedFact[]) => ids(facts, HIDES);

/** A workspace in which something of everything is known. */
const full = () =>
  workspacePages({
    'workspace-members': [{ user: account('ann') }, { user: account('bob') }],
    'workspace-roles': [
      { permission: 'owner', user: account('ann') },
      { permission: 'collaborator', user: account('bob') },
    ],
    groups: [{ slug: 'developers', name: 'Developers', members: [{ ...account('bob'), is_active: false }] }],
    'project-user-grants': [{ permission: 'create-repo', user: account('ann') }],
    'project-group-grants': [{ permission: 'read', group: group('developers') }],
    'repository-user-grants': [{ permission: 'write', user: account('zoe') }],
    'repository-group-grants': [{ permission: 'admin', group: group('developers', { account_privilege: 'collaborator' }) }],
    'branch-restrictions': [
      {
        id: 17,
        kind: 'push',
        branch_match_kind: 'glob',
        pattern: 'main',
        value: null,
        users: [account('ann')],
        groups: [group('developers')],
      },
      {
        id: 18,
        kind: 'require_approvals_to_merge',
        branch_match_kind: 'branching_model',
        branch_type: 'release',
        pattern: '',
        value: 2,
        users: [],
        groups: [],
      },
    ],
    'effective-branching-model': {
      development: { name: 'main', use_mainbranch: true },
      production: { name: 'prod' },
      branch_types: [{ kind: 'release', prefix: 'release/' }],
    },
    'effective-permissions': [
      { permission: 'write', user: account('zoe'), repository: { uuid: '{api}', full_name: 'acme/api', name: 'API' } },
    ],
  });

describe('facts of Bitbucket Cloud', () => {
  const { facts, scopes, closeUnlisted } = rebuildFacts(full());

  it('say what every page says, and nothing else', () => {
    expect(ids(facts, / (HOLDS|MEMBER_OF|CONTAINS|RESTRICTS|EXEMPTS|CLASSIFIES|REPORTED) /)).toEqual(
      [
        `${DEVELOPERS} HOLDS admin ${API}`,
        `${DEVELOPERS} HOLDS create-project ${ACME}`,
        `${DEVELOPERS} HOLDS read ${WEB}`,
        `${WEB} CONTAINS ${API}`,
        `${API} CLASSIFIES development branch:{api}#main`,
        `${API} CLASSIFIES production branch:{api}#prod`,
        `${API} CLASSIFIES release pattern:{api}#release/*`,
        `${API} CONTAINS branch:{api}#main`,
        `${API} CONTAINS branch:{api}#prod`,
        `${API} CONTAINS pipeline:{api}`,
        `${API} CONTAINS settings:{api}#inheritance`,
        `${API} CONTAINS settings:{api}#merging`,
        `${WEB} CONTAINS settings:{web}#branching-model`,
        `${WEB} CONTAINS settings:{web}#branching-model-settings`,
        'pipeline:{api} CONTAINS oidc:{api}',
        'pipeline:{api} CONTAINS pipelinekey:{api}',
        `${ACME} CONTAINS oidcissuer:{acme}`,
        `${ACME} CONTAINS oidckeys:{acme}`,
        `restriction:{api}#17 EXEMPTS ${DEVELOPERS}`,
        'restriction:{api}#17 EXEMPTS user:{ann}',
        `restriction:{api}#17 RESTRICTS push ${API}`,
        `restriction:{api}#18 RESTRICTS require_approvals_to_merge ${API}`,
        `user:{ann} HOLDS admin ${ACME}`,
        `user:{ann} HOLDS create-repo ${WEB}`,
        `user:{ann} HOLDS member ${ACME}`,
        `user:{bob} HOLDS create-project ${ACME}`,
        `user:{bob} HOLDS member ${ACME}`,
        `user:{bob} MEMBER_OF ${DEVELOPERS}`,
        `user:{zoe} HOLDS write ${API}`,
        `user:{zoe} REPORTED write ${API}`,
        `${ACME} CONTAINS ${DEVELOPERS}`,
        `${ACME} CONTAINS ${WEB}`,
      ].sort(),
    );
    expect(gaps(facts)).toEqual([]);
    expect(new Set(scopes.values())).toEqual(new Set(['complete']));
    expect(closeUnlisted).toBe(true);
  });

  it('name nodes by stable keys, short references and aliases', () => {
    expect(node(facts, 'user:{zoe}')).toEqual({
      type: 'node',
      kind: 'User',
      key: 'user:{zoe}',
      ref: 'user:zoe',
      name: 'ZOE',
      aliases: ['user:id-zoe'],
      props: {},
    });
    const refs = [ACME, WEB, API, DEVELOPERS, 'branch:{api}#main', 'restriction:{api}#17'].map((key) => node(facts, key)?.ref);
    expect(refs).toEqual([
      'workspace:acme',
      'project:acme/WEB',
      'repository:acme/api',
      'group:acme/developers',
      'branch:acme/api#main',
      'restriction:acme/api#17',
    ]);
    expect(node(facts, 'user:{bob}')?.props).toEqual({ active: false });
  });

  it('keep how a rule matches and what it counts', () => {
    expect(edge(facts, `restriction:{api}#17 RESTRICTS push ${API}`)?.props).toEqual({ glob: 'main' });
    expect(edge(facts, `restriction:{api}#18 RESTRICTS require_approvals_to_merge ${API}`)?.props).toEqual({
      branchType: 'release',
      value: 2,
    });
  });

  it('have both ends of every edge as nodes of a kind that the edge may have', () => {
    const kindByKey = new Map(facts.flatMap(({ fact }) => (fact.type === 'node' ? [[fact.key, fact.kind] as const] : [])));
    for (const { fact } of facts) {
      if (fact.type !== 'edge') continue;
      expect(EDGE_KINDS[fact.kind].from).toContain(kindByKey.get(fact.from));
      expect(EDGE_KINDS[fact.kind].to).toContain(kindByKey.get(fact.to));
    }
  });

  it('do not depend on the order of pages, on repeated items, or on how often they are told', () => {
    const text = (stated: readonly StatedFact[]) => stated.map(({ fact, scope }) => `${scope} ${contentText(fact)}`).sort();
    const pages = full();
    const doubled = [...pages].reverse().map((kept) => {
      const body = kept.body as { values?: unknown[] };
      return !Array.isArray(body?.values) ? kept : { ...kept, body: { values: [...body.values, ...body.values].reverse() } };
    });
    expect(text(rebuildFacts(doubled).facts)).toEqual(text(facts));
  });

  it('give a user that pages name differently one content: the listing of members knows best', () => {
    const pages = workspacePages({
      'workspace-members': [{ user: account('ann', { display_name: 'Ann B.', account_id: undefined }) }],
      'repository-user-grants': [{ permission: 'read', user: account('ann', { display_name: 'Aaa', nickname: 'old-ann' }) }],
    });
    const seen = rebuildFacts(pages).facts.filter(({ fact }) => fact.type === 'node' && fact.key === 'user:{ann}');
    expect(new Set(seen.map(({ fact }) => contentText(fact))).size).toBe(1);
    expect(seen.map(({ scope }) => scope).sort()).toEqual([`repository-user-grants ${API}`, `workspace-members ${ACME}`]);
    expect(seen[0]?.fact).toMatchObject({ name: 'Ann B.', ref: 'user:ann', aliases: ['user:id-ann'] });
  });

  it('give a public repository to anybody, and a repository that does not say so a gap', () => {
    const shown = rebuildFacts(workspacePages({ repositories: [repository({ is_private: false })] })).facts;
    expect(ids(shown, /^anonymous: HOLDS/)).toEqual([`anonymous: HOLDS read ${API}`]);
    const silent = rebuildFacts(workspacePages({ repositories: [repository({ is_private: undefined })] })).facts;
    expect(gaps(silent)).toEqual([`${API} HIDES visibility unknown-value`]);
  });

  it('take pseudo-users for service users', () => {
    const { facts: stated } = rebuildFacts(
      workspacePages({ 'repository-user-grants': [{ permission: 'read', user: account('bot', { type: 'app_user' }) }] }),
    );
    expect(node(stated, 'user:{bot}')?.kind).toBe('ServiceUser');
  });
});

describe('unknown values', () => {
  it('in a level are a gap for the holder, and `none` is no grant', () => {
    const { facts } = rebuildFacts(
      workspacePages({
        'repository-user-grants': [
          { permission: 'triage', user: account('ann') },
          { permission: 'none', user: account('bob') },
        ],
        'repository-group-grants': [{ permission: 'read', group: group('developers', { account_privilege: 'super' }) }],
        groups: [{ slug: 'developers', name: 'D', members: [] }],
      }),
    );
    expect(gaps(facts)).toEqual([
      `${API} HIDES grant-level unknown-value user:{ann}`,
      `${ACME} HIDES grant-level unknown-value ${DEVELOPERS}`,
    ]);
    expect(ids(facts, /^user:.* HOLDS/)).toEqual([]);
  });

  it('in a rule keep the rule and mark it', () => {
    const rule = (id: number, extra: object) => ({
      id,
      kind: 'push',
      branch_match_kind: 'glob',
      pattern: 'main',
      users: [],
      groups: [],
      ...extra,
    });
    const { facts } = rebuildFacts(
      workspacePages({
        'branch-restrictions': [
          rule(1, { kind: 'no_fridays' }),
          rule(2, { pattern: 'release*|!release/1.3.0' }),
          rule(3, { branch_match_kind: 'branching_model', branch_type: 'experiment', pattern: '' }),
          rule(4, { branch_match_kind: 'regex' }),
          rule(5, { users: undefined }),
          rule(6, { kind: 'force', users: [account('ann')] }),
        ],
      }),
    );
    expect(edge(facts, `restriction:{api}#1 RESTRICTS unknown ${API}`)?.props).toEqual({ upstreamKind: 'no_fridays' });
    expect(edge(facts, `restriction:{api}#2 RESTRICTS push ${API}`)?.props).toEqual({ glob: 'release*|!release/1.3.0' });
    expect(ids(facts, /EXEMPTS/)).toEqual([]);
    expect(gaps(facts)).toEqual([
      'restriction:{api}#1 HIDES rule-match unknown-value',
      'restriction:{api}#2 HIDES rule-match unknown-pattern',
      'restriction:{api}#3 HIDES rule-match unknown-value',
      'restriction:{api}#4 HIDES rule-match unknown-value',
      'restriction:{api}#5 HIDES exempt unknown-value',
      'restriction:{api}#6 HIDES exempt unknown-value',
    ]);
  });

  it('in the branching model and the listing hide these', () => {
    const { facts } = rebuildFacts(
      workspacePages({
        'effective-branching-model': { branch_types: [{ kind: 'experiment', prefix: 'x/' }] },
        'effective-permissions': [{ permission: 'triage', user: account('ann'), repository: { uuid: '{api}', full_name: 'acme/api' } }],
      }),
    );
    expect(gaps(facts)).toEqual([`${API} HIDES branching-model unknown-value`, `${API} HIDES listing unknown-value`]);
  });

  it('a group that no listing shows hides its members', () => {
    const { facts } = rebuildFacts(workspacePages({ 'repository-group-grants': [{ permission: 'read', group: group('ghosts') }] }));
    expect(gaps(facts)).toEqual(['group:{acme}/ghosts HIDES group-members missing']);
  });
});

describe('what cannot be read', () => {
  it.each<[number, string]>([
    [403, 'denied'],
    [401, 'denied'],
    [402, 'plan'],
    [404, 'missing'],
    [410, 'missing'],
    [400, 'failed'],
  ])('status %i is a gap: %s', (status, reason) => {
    const pages = [...without(full(), 'repository-group-grants'), refused('repository-group-grants', API, status)];
    const { facts, scopes } = rebuildFacts(pages);
    expect(gaps(facts)).toEqual([`${API} HIDES group-grants ${reason}`]);
    expect([...scopes].filter(([, outcome]) => outcome === 'unread')).toEqual([[`repository-group-grants ${API}`, 'unread']]);
  });

  it('hides what the row of the endpoint says, in scopes that the gap table allows', () => {
    const pages = without(full(), 'workspace-roles', 'groups', 'branch-restrictions');
    const { facts } = rebuildFacts([
      ...pages,
      refused('workspace-roles', ACME, 403),
      refused('groups', ACME, 404),
      refused('branch-restrictions', API, 403),
    ]);
    expect(gaps(facts)).toEqual([
      `${API} HIDES rules denied`,
      `${ACME} HIDES group-grants denied`,
      `${ACME} HIDES groups missing`,
      `${ACME} HIDES user-grants denied`,
    ]);
    for (const { fact } of facts) if (fact.type === 'gap') expect(hiddenRow(fact.hides).scope).toContain(node(facts, fact.scope)?.kind);
  });

  it('a branching model that is not there is asked of another endpoint', () => {
    const pages = [...without(full(), 'effective-branching-model'), refused('effective-branching-model', API, 404)];
    expect(gaps(rebuildFacts(pages).facts)).toEqual([`${API} HIDES branching-model budget`]);
    const model = page('branching-model', API, { development: { name: 'trunk' } });
    const answered = rebuildFacts([...pages, model, refused('branch', 'branch:{api}#trunk', 404)]);
    expect(gaps(answered.facts)).toEqual([]);
    expect(ids(answered.facts, /CLASSIFIES/)).toEqual([`${API} CLASSIFIES development branch:{api}#trunk`]);
  });

  it('an item of another form makes its scope unread, and the others on the page count', () => {
    const { facts, scopes } = rebuildFacts(
      workspacePages({ 'repository-user-grants': [{ permission: 'read', user: account('ann') }, { permission: 'read' }, 7] }),
    );
    expect(gaps(facts)).toEqual([`${API} HIDES user-grants undecodable`]);
    expect(ids(facts, /^user:.* HOLDS/)).toEqual([`user:{ann} HOLDS read ${API}`]);
    expect(scopes.get(`repository-user-grants ${API}`)).toBe('unread');
  });

  it('a page after which the link leads elsewhere, or nowhere, is no end', () => {
    const first = page('workspace-members', ACME, { values: [{ user: account('ann') }] }, { next: UNFOLLOWED });
    const pages = without(full(), 'workspace-members');
    expect(gaps(rebuildFacts([...pages, first]).facts)).toEqual([`${ACME} HIDES identities undecodable`]);
    const failed = page('workspace-members', ACME, null, {
      path: '#2',
      status: NO_ANSWER,
      body: { reason: 'failed', detail: 'status 500' },
    });
    expect(gaps(rebuildFacts([...pages, { ...first, next: '#2' }, failed]).facts)).toEqual([`${ACME} HIDES identities failed`]);
  });

  it('a page that an earlier attempt at the listing left behind does not end it', () => {
    const old = page('workspace-members', ACME, { values: [{ user: account('ann') }] }, { path: '#2' });
    const first = page('workspace-members', ACME, { values: [{ user: account('bob') }] }, { next: '#2' });
    const keys = page('user-ssh-keys', 'user:{bob}', { values: [] });
    const { facts, scopes } = rebuildFacts([...without(workspacePages(), 'workspace-members'), old, first, keys]);
    expect(gaps(facts)).toEqual([`${ACME} HIDES identities budget`]);
    expect(ids(facts, /IS User/)).toEqual(['user:{bob} IS User']);
    expect(scopes.get(`workspace-members ${ACME}`)).toBe('unread');
  });

  it('an object that says nothing of a branching model is no empty one', () => {
    const facts = rebuildFacts(workspacePages({ 'effective-branching-model': { type: 'error', error: { message: 'sorry' } } })).facts;
    expect(gaps(facts)).toEqual([`${API} HIDES branching-model undecodable`]);
  });

  it('a repository that only the listing of Bitbucket shows may have any grant and rule', () => {
    const other = { uuid: '{other}', full_name: 'acme/other', name: 'Other' };
    const given = { 'effective-permissions': [{ permission: 'write', user: account('ann'), repository: other }] };
    const { facts } = rebuildFacts(workspacePages(given));
    expect(gaps(facts)).toEqual(
      ['group-grants', 'rules', 'user-grants', 'visibility'].map((hides) => `repository:{other} HIDES ${hides} missing`),
    );
    expect(ids(facts, /repository:\{other\}$/)).toEqual([
      `user:{ann} REPORTED write repository:{other}`,
      `${ACME} CONTAINS repository:{other}`,
    ]);
  });
});

describe('a budget that ends a run', () => {
  it('is a gap for what no run has read, and leaves what an earlier run has read as it is', () => {
    const pages = without(full(), 'repository-user-grants', 'branch-restrictions');
    const first = rebuildFacts(pages);
    expect(gaps(first.facts)).toEqual([`${API} HIDES rules budget`, `${API} HIDES user-grants budget`]);
    expect(first.scopes.get(`branch-restrictions ${API}`)).toBe('unread');
    const second = rebuildFacts(pages, new Map([[`branch-restrictions ${API}`, {}]]));
    expect(gaps(second.facts)).toEqual([`${API} HIDES user-grants budget`]);
    expect(second.scopes.has(`branch-restrictions ${API}`)).toBe(false);
    expect(second.closeUnlisted).toBe(false);
  });

  it('in the middle of a listing says nothing of what only its pages show', () => {
    const pages = without(full(), 'repositories', 'projects', 'repository-user-grants', 'effective-permissions').filter(({ scope }) =>
      scope.endsWith(ACME),
    );
    const half = page('repositories', ACME, { values: [repository()] }, { next: '/2' });
    const { facts, scopes } = rebuildFacts([...pages, half], new Set([`repositories ${ACME}`]));
    expect(ids(facts, /\{api\}/)).toEqual([]);
    expect([...scopes.keys()].filter((scope) => scope.endsWith(API))).toEqual([]);
  });

  it('still closes what is gone for certain, and only that', () => {
    const pages = without(full(), 'branch-restrictions');
    const earlier = [
      `branch-restrictions ${API}`,
      'branch-restrictions repository:{old}',
      'project-user-grants project:{old}',
      `branching-model ${API}`,
    ];
    const sheet = rebuildFacts(pages, new Set(earlier));
    expect(earlier.map((scope) => sheet.scopes.get(scope))).toEqual([undefined, 'complete', 'complete', 'complete']);
    const blind = rebuildFacts([...without(pages, 'repositories'), refused('repositories', ACME, 403)], new Set(earlier));
    expect(blind.scopes.has('branch-restrictions repository:{old}')).toBe(false);
    expect(blind.closeUnlisted).toBe(false);
  });
});
