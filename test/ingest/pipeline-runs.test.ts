/** What pipelines do, as facts: sums over runs and deployments, SSH keys, hosts, the OpenID identity; one page, and only where they are on. */
import { afterEach, describe, expect, it } from 'vitest';
import type { EdgeFact, NodeFact, StatedFact } from '../../graph/fact.ts';
import { fingerprintOf } from '../../ingest/bare.ts';
import { rebuildFacts } from '../../ingest/bitbucket-cloud/facts.ts';
import { ACME, API, account, ids, PIPE, page, refused, repository, without, workspacePages } from './pages.ts';
import { openSample, type Sample, smallWorkspace } from './sample.ts';

const node = (facts: readonly StatedFact[], key: string) =>
  facts.map(({ fact }) => fact).find((fact): fact is NodeFact => fact.type === 'node' && fact.key === key);
const edges = (facts: readonly StatedFact[], kind: EdgeFact['kind']) =>
  facts.flatMap(({ fact }) => (fact.type === 'edge' && fact.kind === kind ? [[fact.from, fact.to, fact.props] as const] : []));
const run = (creator: object | null, trigger: string, created_on: string) => ({
  type: 'pipeline',
  creator,
  trigger: { type: `pipeline_trigger_${trigger}` },
  created_on,
  variables: [{ key: 'K', value: 'hush' }],
});
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBiYpfBCEQe3Ok1Ymiqv0gcYYG8+vkAcWYMEc6jg7jFC someone@laptop';

describe('runs', () => {
  const runs = [
    run(account('ann'), 'push', '2026-05-01T10:00:00.123Z'),
    run(account('ann'), 'manual', '2026-05-04T23:59:59.999Z'),
    run(account('ann'), 'push', '2026-05-02T10:00:00Z'),
    run(account('bot', { type: 'app_user', kind: 'repository_access_token' }), 'manual', '2026-05-03T10:00:00Z'),
    run(null, 'schedule', '2026-05-03T10:00:00Z'),
    run(account('bob'), '<script>', 'yesterday'),
  ];
  const of = (items: unknown[]) => rebuildFacts(workspacePages({ 'pipeline-runs': items }));

  it('come to one fact for each who started them: the day of the last, and how they came about', () => {
    expect(edges(of(runs).facts, 'RAN')).toEqual([
      ['user:{ann}', PIPE, { lastRunAt: Date.UTC(2026, 4, 4), triggers: 'manual push' }],
      ['token:{bot}', PIPE, { lastRunAt: Date.UTC(2026, 4, 3), triggers: 'manual' }],
    ]);
    expect(JSON.stringify(of(runs).facts)).not.toContain('hush');
  });

  it('say the same whatever their number and order on one day', () => {
    const texts = (items: unknown[]) =>
      of(items)
        .facts.map(({ fact }) => JSON.stringify(fact))
        .sort();
    const more = [...runs, run(account('ann'), 'push', '2026-05-04T01:00:00Z')];
    expect(texts(more.toReversed())).toEqual(texts(runs));
  });

  it('show the token that started one: it lies there, and what it may do is not known', () => {
    expect(ids(of(runs).facts, /token:/)).toEqual([
      `${API} CONTAINS token:{bot}`,
      `${API} HIDES credential-level unlisted token:{bot}`,
      'token:{bot} HIDES scopes unlisted',
      'token:{bot} IS AccessToken',
      `token:{bot} RAN ${PIPE}`,
    ]);
  });

  it('of another form leave the listing unread, and blur nothing', () => {
    const { facts } = of([...runs, { creator: account('ann') }]);
    expect(ids(facts, / HIDES pipeline-runs/)).toEqual([`${PIPE} HIDES pipeline-runs undecodable`]);
  });
});

describe('deployments', () => {
  const deployment = (environment: string, started_on: string | undefined, more: object = {}) => ({
    environment: { uuid: environment },
    state: { name: 'COMPLETED', status: { name: 'SUCCESSFUL' }, ...(started_on === undefined ? {} : { started_on }) },
    release: { commit: { hash: 'abc123' }, created_on: '2026-01-01T00:00:00Z' },
    ...more,
  });
  const of = (items: unknown[]) =>
    edges(
      rebuildFacts([...workspacePages({ environments: [{ uuid: '{prod}', name: 'Production' }], deployments: items })]).facts,
      'DEPLOYED',
    );

  it('come to the last one of each environment, whatever their order', () => {
    const items = [
      deployment('{prod}', '2026-05-01T00:00:00Z'),
      deployment('{prod}', '2026-05-03T00:00:00Z', { release: { commit: { hash: 'def456' } } }),
      deployment('{prod}', undefined),
    ];
    const last = [[PIPE, 'environment:{api}#{prod}', { deployedAt: Date.UTC(2026, 4, 3), state: 'SUCCESSFUL', commit: 'def456' }]];
    expect(of(items)).toEqual(last);
    expect(of(items.toReversed())).toEqual(last);
  });

  it('to an environment that is no more, or to none, are left out', () => {
    expect(of([deployment('{gone}', '2026-05-01T00:00:00Z'), { state: { name: 'PENDING' } }])).toEqual([]);
  });
});

describe('keys, hosts and identities', () => {
  const { facts } = rebuildFacts(
    workspacePages({
      'pipeline-ssh-key': { public_key: KEY, private_key: 'hush' },
      'pipeline-known-hosts': [
        { uuid: '{h1}', hostname: 'git.example', public_key: { key: 'hush', sha256_fingerprint: 'SHA256:abc', md5_fingerprint: 'aa:bb' } },
        { uuid: '{h2}', hostname: 'old.example', public_key: { md5_fingerprint: 'cc:dd' } },
      ],
      'oidc-configuration': { issuer: 'https://api.example/oidc', claims_supported: ['sub', 'aud'] },
      'oidc-keys': { keys: [{ kid: 'b', n: 'hush' }, { kid: 'a' }] },
    }),
  );

  it.each<[string, object]>([
    ['pipelinekey:{api}', { kind: 'PipelineKey', ref: 'pipelinekey:acme/api', props: { fingerprint: fingerprintOf(KEY) } }],
    ['knownhost:{api}#{h1}', { ref: 'knownhost:acme/api#git.example', props: { fingerprint: 'SHA256:abc' } }],
    ['knownhost:{api}#{h2}', { props: { fingerprint: 'cc:dd' } }],
    ['oidcissuer:{acme}', { ref: 'oidcissuer:acme', props: { issuer: 'https://api.example/oidc', claims: 'aud sub' } }],
    ['oidckeys:{acme}', { props: { keyIds: 'a b' } }],
    [
      'oidc:{api}',
      { ref: 'oidc:acme/api', props: { audience: 'ari:cloud:bitbucket::workspace/acme', subject: '{api}:*', confidence: 'inferred' } },
    ],
  ])('%s', (key, shown) => {
    expect(node(facts, key)).toMatchObject(shown);
    expect(JSON.stringify(facts)).not.toMatch(/hush|u:p@|someone@laptop|AAAAC3/);
  });

  it('lie in the pipelines and in the workspace', () => {
    expect(ids(facts, / CONTAINS (pipelinekey|knownhost|oidc)/)).toEqual(
      [
        `${PIPE} CONTAINS knownhost:{api}#{h1}`,
        `${PIPE} CONTAINS knownhost:{api}#{h2}`,
        `${PIPE} CONTAINS oidc:{api}`,
        `${PIPE} CONTAINS pipelinekey:{api}`,
        `${ACME} CONTAINS oidcissuer:{acme}`,
        `${ACME} CONTAINS oidckeys:{acme}`,
      ].sort(),
    );
  });

  it('a repository without a key pair has none, which is no gap', () => {
    const none = rebuildFacts([...without(workspacePages(), 'pipeline-ssh-key'), refused('pipeline-ssh-key', PIPE, 404)]);
    expect(ids(none.facts, /pipelinekey|pipeline-keys/)).toEqual([]);
  });
});

describe('Pipelines that are off', () => {
  it('are asked nothing more and show no identity; what was read while they were on is closed', () => {
    const before = new Set([`pipeline-runs ${PIPE}`]);
    const off = without(workspacePages(), 'pipelines-config', 'pipeline-runs', 'deployments', 'pipeline-ssh-key', 'pipeline-known-hosts');
    const { facts, readings, closeUnlisted } = rebuildFacts([...off, page('pipelines-config', API, { enabled: false })], before);
    expect(readings.filter(({ scope }) => scope.container.key === PIPE)).toEqual([]);
    expect([ids(facts, /oidc:/), closeUnlisted]).toEqual([[], true]);
  });

  it('stay as they were where nobody may say whether they are on', () => {
    const before = new Set([`pipeline-runs ${PIPE}`]);
    const rest = without(workspacePages(), 'pipelines-config', 'pipeline-runs', 'deployments', 'pipeline-ssh-key', 'pipeline-known-hosts');
    const { scopes, closeUnlisted } = rebuildFacts([...rest, refused('pipelines-config', API, 403)], before);
    expect([scopes.get(`pipeline-runs ${PIPE}`), closeUnlisted]).toEqual([undefined, false]);
    const gone = rebuildFacts([...without(rest, 'repositories'), page('repositories', ACME, { values: [] })], before);
    expect([gone.scopes.get(`pipeline-runs ${PIPE}`), gone.closeUnlisted, repository().uuid]).toEqual([undefined, true, '{api}']);
  });
});

describe('a listing of which only the newest are wanted', () => {
  let sample: Sample;
  afterEach(() => sample.close());

  it('is one call, sorted, and read to its end by it', async () => {
    sample = await openSample({ workspace: smallWorkspace(), inMemory: true, pageLengthMax: 2 });
    const { report } = await sample.sync();
    const asked = sample.server.calls.filter((call) => /\/(pipelines|deployments)(\?|$)/.test(call));
    expect(asked.filter((call) => call.includes('/pipelines?')).length).toBe(2);
    expect(asked.every((call) => /\?pagelen=100&sort=-(created_on|state\.started_on)$/.test(call))).toBe(true);
    expect(report.coverage.find(({ endpoint }) => endpoint === 'pipeline-runs')).toMatchObject({
      complete: 2,
      unread: 0,
      left: 0,
      items: 3,
    });
  });
});
