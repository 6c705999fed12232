/** What lies in workspaces, projects, repositories and environments: nodes, references, properties, what is not known of it. */
import { describe, expect, it } from 'vitest';
import { factId, type NodeFact, type StatedFact } from '../../graph/fact.ts';
import { EDGE_KINDS } from '../../graph/model/edge-kinds.ts';
import { blursVerdicts } from '../../graph/model/gaps.ts';
import { NODE_PROPS } from '../../graph/model/node-props.ts';
import { bareAddress, fingerprintOf } from '../../ingest/bare.ts';
import { ENDPOINT_IDS, ENDPOINTS } from '../../ingest/bitbucket-cloud/endpoints.ts';
import { rebuildFacts } from '../../ingest/bitbucket-cloud/facts.ts';
import { ACME, API, ids, PROD, page, refused, repository, WEB, without, workspacePages } from './pages.ts';

const node = (facts: readonly StatedFact[], key: string) =>
  facts.map(({ fact }) => fact).find((fact): fact is NodeFact => fact.type === 'node' && fact.key === key);
const gaps = (facts: readonly StatedFact[]) => ids(facts, / HIDES /);

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBiYpfBCEQe3Ok1Ymiqv0gcYYG8+vkAcWYMEc6jg7jFC someone@laptop';
const variable = (uuid: string, key: string, secured: boolean) => ({ type: 'pipeline_variable', uuid, key, secured, value: 'hush' });
const production = {
  uuid: '{prod}',
  name: 'Production',
  environment_type: { name: 'Production', rank: 2 },
  restrictions: { admin_only: true },
  environment_lock_enabled: true,
  lock: { name: 'OPEN' },
  deployment_gate_enabled: false,
};

const full = () =>
  workspacePages({
    'workspace-variables': [variable('{v1}', 'NPM_TOKEN', true)],
    'workspace-runners': [{ uuid: '{r1}', name: 'big', labels: ['self.hosted', 'linux'], state: { status: 'ONLINE', cordoned: false } }],
    'workspace-webhooks': [{ uuid: '{h1}', url: 'https://u:p@ci.example:8443/hook/v2?k=1#f', active: true, events: ['repo:push'] }],
    'project-deploy-keys': [{ id: 7, label: 'mirror', key: KEY, added_on: '2026-01-02T03:04:05Z', last_used: null }],
    'pipelines-config': { enabled: true },
    environments: [production, { uuid: '{test}', name: 'Test' }],
    'repository-variables': [variable('{v2}', 'REGION', false)],
    'environment-variables': [variable('{v3}', 'DEPLOY_KEY', true)],
    'repository-runners': [{ uuid: '{r2}' }],
    'pipeline-schedules': [
      {
        uuid: '{s1}',
        enabled: true,
        cron_pattern: '0 0 12 * * ? *',
        target: { ref_type: 'branch', ref_name: 'main', selector: { type: 'custom', pattern: 'nightly' } },
      },
    ],
    'repository-deploy-keys': [{ id: 8, label: 'ci', key: KEY }],
    'repository-webhooks': [
      {
        uuid: '{h2}',
        url: 'no address',
        active: false,
        events: ['repo:push', 'repo:fork'],
        secret_set: true,
        skip_cert_verification: true,
      },
    ],
  });

describe('what lies in containers', () => {
  const pages = [...full(), page('environment-variables', 'environment:{api}#{test}', { values: [] })];
  const { facts, scopes } = rebuildFacts(pages);

  it('is contained, and a deploy key holds read where it lies', () => {
    expect(ids(facts, / CONTAINS (variable|runner|webhook|deploykey|pipeline|environment|schedule):| HOLDS /)).toEqual(
      [
        `${ACME} CONTAINS variable:{acme}#{v1}`,
        `${ACME} CONTAINS runner:{acme}#{r1}`,
        `${ACME} CONTAINS webhook:{acme}#{h1}`,
        `${WEB} CONTAINS deploykey:{web}#7`,
        `deploykey:{web}#7 HOLDS read ${WEB}`,
        `${API} CONTAINS pipeline:{api}`,
        `${API} CONTAINS ${PROD}`,
        `${API} CONTAINS environment:{api}#{test}`,
        `${API} CONTAINS variable:{api}#{v2}`,
        `${PROD} CONTAINS variable:{api}#{prod}/{v3}`,
        `${API} CONTAINS runner:{api}#{r2}`,
        `${API} CONTAINS schedule:{api}#{s1}`,
        `${API} CONTAINS deploykey:{api}#8`,
        `deploykey:{api}#8 HOLDS read ${API}`,
        `${API} CONTAINS webhook:{api}#{h2}`,
      ].sort(),
    );
    expect(gaps(facts)).toEqual([]);
    expect(new Set(scopes.values())).toEqual(new Set(['complete']));
  });

  it.each([
    ['variable:{acme}#{v1}', 'variable:acme#NPM_TOKEN', 'NPM_TOKEN'],
    ['variable:{api}#{v2}', 'variable:acme/api#REGION', 'REGION'],
    ['variable:{api}#{prod}/{v3}', 'variable:acme/api#Production/DEPLOY_KEY', 'DEPLOY_KEY'],
    [PROD, 'environment:acme/api#Production', 'Production'],
    ['runner:{acme}#{r1}', 'runner:acme#big', 'big'],
    ['runner:{api}#{r2}', 'runner:{api}#{r2}', ''],
    ['deploykey:{web}#7', 'deploykey:acme/projects/WEB#mirror', 'mirror'],
    ['deploykey:{api}#8', 'deploykey:acme/api#ci', 'ci'],
    ['webhook:{acme}#{h1}', 'webhook:acme#{h1}', ''],
    ['webhook:{api}#{h2}', 'webhook:acme/api#{h2}', ''],
    ['pipeline:{api}', 'pipeline:acme/api', ''],
    ['schedule:{api}#{s1}', 'schedule:acme/api#{s1}', ''],
  ])('has a key that stays and a name: %s', (key, ref, name) => {
    expect(node(facts, key)).toMatchObject({ ref, name });
  });

  it.each<[string, object]>([
    ['variable:{acme}#{v1}', { secured: true }],
    ['variable:{api}#{v2}', { secured: false }],
    [PROD, { environmentType: 'Production', adminOnly: true, lock: 'OPEN', lockEnabled: true, gateEnabled: false }],
    ['environment:{api}#{test}', {}],
    ['runner:{acme}#{r1}', { labels: 'linux self.hosted', state: 'ONLINE', cordoned: false }],
    ['runner:{api}#{r2}', {}],
    ['pipeline:{api}', { enabled: true }],
    ['schedule:{api}#{s1}', { enabled: true, cron: '0 0 12 * * ? *', branch: 'main', pipeline: 'nightly' }],
    ['webhook:{acme}#{h1}', { address: 'https://ci.example:8443/hook/v2', enabled: true, events: 'repo:push' }],
    ['webhook:{api}#{h2}', { enabled: false, events: 'repo:fork repo:push', secretSet: true, skipsCertificates: true }],
    ['deploykey:{web}#7', { fingerprint: fingerprintOf(KEY), addedAt: Date.parse('2026-01-02T03:04:05Z') }],
    ['deploykey:{api}#8', { fingerprint: fingerprintOf(KEY) }],
  ])('shows what the page shows, and nothing of a value: %s', (key, props) => {
    expect(node(facts, key)?.props).toEqual(props);
    expect(JSON.stringify(facts)).not.toMatch(/hush|AAAAC3|someone@laptop|u:p@|k=1/);
  });

  it('is of kinds and properties that the tables allow', () => {
    const kindByKey = new Map(facts.flatMap(({ fact }) => (fact.type === 'node' ? [[fact.key, fact.kind] as const] : [])));
    for (const { fact } of facts) {
      if (fact.type === 'edge') expect(EDGE_KINDS[fact.kind].to, factId(fact)).toContain(kindByKey.get(fact.to));
      if (fact.type === 'node')
        for (const name of Object.keys(fact.props)) expect(NODE_PROPS[name as keyof typeof NODE_PROPS].of).toContain(fact.kind);
    }
  });

  it('does not depend on the order of pages', () => {
    const text = (stated: readonly StatedFact[]) => stated.map(({ fact, scope }) => `${scope} ${JSON.stringify(fact)}`).sort();
    expect(text(rebuildFacts([...pages].reverse()).facts)).toEqual(text(facts));
  });
});

describe('what is not known of it', () => {
  it('Pipelines that were never on are off, and a refusal is a gap', () => {
    const rest = without(workspacePages(), 'pipelines-config');
    const never = rebuildFacts([...rest, refused('pipelines-config', API, 404)]);
    expect([gaps(never.facts), node(never.facts, 'pipeline:{api}')?.props]).toEqual([[], { enabled: false }]);
    expect(never.scopes.get(`pipelines-config ${API}`)).toBe('complete');
    for (const status of [403, 410]) {
      const { facts } = rebuildFacts([...rest, refused('pipelines-config', API, status)]);
      expect([gaps(facts), node(facts, 'pipeline:{api}')]).toEqual([
        [`${API} HIDES pipelines ${status === 403 ? 'denied' : 'missing'}`],
        undefined,
      ]);
    }
  });

  it('an environment whose variables were not read is a gap of that environment', () => {
    const { facts, scopes } = rebuildFacts(full());
    expect(gaps(facts)).toEqual(['environment:{api}#{test} HIDES variables budget']);
    expect(scopes.get('environment-variables environment:{api}#{test}')).toBe('unread');
  });

  it('an item of another form leaves its list unread', () => {
    const { facts } = rebuildFacts(workspacePages({ 'repository-variables': [{ uuid: '{v}', secured: true }] }));
    expect(gaps(facts)).toEqual([`${API} HIDES variables undecodable`]);
  });

  it('never blurs a verdict', () => {
    const access = /grants|^workspace|^groups$|^repositories$|branch|^projects$|effective|members|roles/;
    for (const id of ENDPOINT_IDS.filter((endpoint) => !access.test(endpoint) || /-(variables|runners|webhooks)$/.test(endpoint)))
      expect([id, ENDPOINTS[id].hides.some(blursVerdicts)]).toEqual([id, false]);
  });
});

describe('an environment that is gone', () => {
  const before = new Set(['environment-variables environment:{api}#{prod}', 'environment-variables environment:{old}#{prod}']);
  const budgeted = (...left: Parameters<typeof without>[1][]) => without(workspacePages(), ...left);

  it('is closed where the listing of its repository was read', () => {
    const { scopes, closeUnlisted } = rebuildFacts(budgeted('repository-webhooks'), before);
    expect(closeUnlisted).toBe(false);
    expect([...before].map((id) => scopes.get(id))).toEqual(['complete', 'complete']);
  });

  it('stays where that listing was not read, unless the repository is gone', () => {
    const { scopes, closeUnlisted } = rebuildFacts(budgeted('environments'), before);
    expect(closeUnlisted).toBe(false);
    expect([...before].map((id) => scopes.get(id))).toEqual([undefined, 'complete']);
  });

  it('stays where that listing was refused', () => {
    const { scopes, closeUnlisted } = rebuildFacts([...budgeted('environments'), refused('environments', API, 403)], before);
    expect(closeUnlisted).toBe(false);
    expect([...before].map((id) => scopes.get(id))).toEqual([undefined, 'complete']);
  });

  it('stays where no listing of repositories was read', () => {
    const { scopes } = rebuildFacts(without(workspacePages({ repositories: [repository()] }), 'repositories'), before);
    expect([...before].map((id) => scopes.get(id))).toEqual([undefined, undefined]);
  });
});

describe('what is left of texts that may hold secrets', () => {
  it.each([
    ['https://user:word@ci.example/hook?token=1#x', 'https://ci.example/hook'],
    ['https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX', 'https://hooks.slack.com/services/*/*/*'],
    ['http://10.0.0.1:8080/bitbucket-hook/', 'http://10.0.0.1:8080/bitbucket-hook/'],
    ['https://ci.example/a/9f86d081884c7d659a2feaa0c55ad015/v2', 'https://ci.example/a/*/v2'],
    ['https://ci.example/%73ecret', 'https://ci.example/*'],
    ['https://ci.example', 'https://ci.example/'],
  ])('%s is kept as %s, and stays so', (text, bare) => {
    expect(bareAddress(text)).toBe(bare);
    expect(bareAddress(bare)).toBe(bare);
  });

  it.each(['', 'hook', 'ftp://u:p@files.example/x', 'javascript:alert(1)', 'data:text/plain,secret'])('%s is no address', (text) => {
    expect(bareAddress(text)).toBeUndefined();
  });

  it('a key is kept as the fingerprint that ssh-keygen prints, whatever its comment', () => {
    const fingerprint = fingerprintOf(KEY);
    expect(fingerprint).toBe('SHA256:s4Ge0YNSOCdMhzQ9D8ANTk9fHiUaL6t0ru7LWTe9mXA');
    expect(fingerprintOf(KEY.replace('someone@laptop', ''))).toBe(fingerprint);
    expect(fingerprintOf(String(fingerprint))).toBe(fingerprint);
    for (const text of ['', 'secret', '-----BEGIN OPENSSH PRIVATE KEY-----', 'ssh-rsa', 'ssh-rsa ***'])
      expect(fingerprintOf(text)).toBeUndefined();
  });
});
