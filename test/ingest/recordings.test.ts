/** Recorded answers of a real workspace, replayed over HTTP: facts and gaps are what the recording says. */
import { afterEach, describe, expect, it } from 'vitest';
import type { StatedFact } from '../../graph/fact.ts';
import { decide } from '../../graph/spec/decide.ts';
import { Known } from '../../graph/spec/known.ts';
import { whoCan } from '../../graph/spec/lists.ts';
import { openStore } from '../../graph/store/open.ts';
import { readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import { ENDPOINTS } from '../../ingest/bitbucket-cloud/endpoints.ts';
import { syncBitbucketCloud } from '../../ingest/sync.ts';
import { actionOf, targetOf } from '../support/spec-surface.ts';
import { ids } from './pages.ts';
import { RECORDED, replay } from './replay.ts';
import { keyOf, worldIn } from './sample.ts';
import { codeOf, FakeClock, type Upstream } from './support.ts';
import { TestStore } from './test-store.ts';

const WORKSPACE = 'workspace:{1ba2c09e-bb7b-44a1-b3da-018e8b3c0956}';
const PROJECT = 'project:{6c356f18-5e32-4796-bfd6-5afd00bb9017}';
const REPOSITORY = 'repository:{e5891ca2-0c3f-49a5-b7cf-a3e16500231a}';
const USER = 'user:{9e920c80-7062-4c24-accb-23ce439cd4e3}';
const groupKey = (slug: string) => `group:{1ba2c09e-bb7b-44a1-b3da-018e8b3c0956}/${slug}`;

let upstream: Upstream | null = null;

afterEach(async () => {
  await upstream?.close();
  upstream = null;
});

async function sync(workspace: string, prefixes: string[]) {
  const options = await optionsOf(workspace, prefixes);
  const store = new TestStore(() => options.clock.now());
  return { store, work: syncBitbucketCloud({ ...options, store: store.store }) };
}

async function optionsOf(workspace: string, prefixes: string[]) {
  upstream = await replay(...prefixes);
  const config = readCloudConfig({
    BITBUCKET_CLOUD_URL: `${upstream.url}/api`,
    BITBUCKET_CLOUD_AUTH_URL: `${upstream.url}/site/oauth2/access_token`,
    BITBUCKET_CLOUD_CLIENT_ID: 'id',
    BITBUCKET_CLOUD_CLIENT_SECRET: 'secret',
  });
  return { config, workspaces: [workspace], clock: new FakeClock() };
}

const ids16 = (facts: readonly StatedFact[]) => ids(facts, /RESTRICTS/);

describe.skipIf(!RECORDED)('the recorded workspace (skipped when ../shared/data/recordings is absent)', () => {
  it('gives the facts and gaps that the recording says', async () => {
    const { store, work } = await sync('ExampleJ1Workspace', ['fetch-repo-']);
    const [result] = await work;
    const facts = store.commits[0]?.facts ?? [];
    expect(ids(facts, / HOLDS /)).toEqual([
      `${groupKey('administrators')} HOLDS admin ${WORKSPACE}`,
      `${groupKey('developers')} HOLDS read ${REPOSITORY}`,
      `${USER} HOLDS admin ${REPOSITORY}`,
      `${USER} HOLDS member ${WORKSPACE}`,
    ]);
    expect(ids(facts, / (MEMBER_OF|CONTAINS) /)).toEqual([
      `${PROJECT} CONTAINS ${REPOSITORY}`,
      `${REPOSITORY} CONTAINS branch:{e5891ca2-0c3f-49a5-b7cf-a3e16500231a}#master`,
      // Nothing is recorded of Pipelines, and a 404 there reads as: never on.
      `${REPOSITORY} CONTAINS pipeline:{e5891ca2-0c3f-49a5-b7cf-a3e16500231a}`,
      `${USER} MEMBER_OF ${groupKey('administrators')}`,
      `${WORKSPACE} CONTAINS ${groupKey('administrators')}`,
      `${WORKSPACE} CONTAINS ${groupKey('developers')}`,
      `${WORKSPACE} CONTAINS ${PROJECT}`,
    ]);
    expect(ids16(facts).length).toBe(16);
    expect(ids(facts, /EXEMPTS/)).toEqual([
      `restriction:{e5891ca2-0c3f-49a5-b7cf-a3e16500231a}#45373403 EXEMPTS ${USER}`,
      `restriction:{e5891ca2-0c3f-49a5-b7cf-a3e16500231a}#45376046 EXEMPTS ${groupKey('administrators')}`,
    ]);
    // What was not recorded is 404, and so a gap: roles, Bitbucket's own listing, grants on the project, the branching model, what
    // runs by itself, keys.
    expect(ids(facts, / HIDES /)).toEqual([
      ...['deploy-keys', 'group-grants', 'reviewers', 'settings', 'user-grants'].map((what) => `${PROJECT} HIDES ${what} missing`),
      ...[
        'branching-model',
        'definitions',
        'deploy-keys',
        'environments',
        'forks',
        'reviewers',
        'runners',
        'schedules',
        'settings',
        'variables',
        'webhooks',
      ].map((what) => `${REPOSITORY} HIDES ${what} missing`),
      ...['group-grants', 'listing', 'oidc', 'runners', 'ssh-keys', 'user-grants', 'variables', 'webhooks'].map(
        (what) => `${WORKSPACE} HIDES ${what} missing`,
      ),
    ]);
    expect(result).toMatchObject({
      workspace: 'ExampleJ1Workspace',
      report: { workspace: 'examplej1workspace', stopped: null, gapCount: 24, retries: 0 },
    });
  });

  it('gives the answers that the recording says, out of a store', async () => {
    const store = await openStore('sqlite::memory:');
    try {
      await syncBitbucketCloud({ ...(await optionsOf('examplej1workspace', ['fetch-repo-'])), store });
      const known = new Known(await worldIn(store));
      const repository = await keyOf(store, 'repository:examplej1workspace/project-one');
      const branch = (name: string) => `branch:${repository.slice('repository:'.length)}#${name}`;
      const verdictOf = (identity: string, action: string, resource: string) => {
        const question = { identity, action: actionOf(action), target: targetOf(known, resource) };
        return decide(known, question, Date.now()).verdict;
      };
      const developers = groupKey('developers');
      expect(verdictOf(USER, 'repository.admin', repository)).toBe('ALLOW');
      expect(verdictOf(USER, 'workspace.admin', WORKSPACE)).toBe('ALLOW');
      expect(verdictOf(developers, 'repository.read', repository)).toBe('ALLOW');
      // The grants on the project were not recorded: they may give the group more.
      expect(verdictOf(developers, 'repository.write', repository)).toBe('UNKNOWN');
      // Listed by name on one branch, by group on the other; nobody rewrites or deletes the second.
      expect(verdictOf(USER, 'branch.push', branch('branchtype1'))).toBe('ALLOW');
      expect(verdictOf(USER, 'branch.push', branch('branchtype2'))).toBe('ALLOW');
      expect(verdictOf(USER, 'branch.force_push', branch('branchtype1'))).toBe('ALLOW');
      expect(verdictOf(USER, 'branch.force_push', branch('branchtype2'))).toBe('DENY');
      expect(verdictOf(USER, 'branch.delete', branch('branchtype2'))).toBe('DENY');
      expect(verdictOf(developers, 'branch.push', branch('branchtype1'))).toBe('DENY');
      const { entries, complete } = whoCan(known, 'repository.admin', targetOf(known, repository), Date.now());
      expect(entries.map(({ key }) => key)).toEqual([groupKey('administrators'), USER]);
      expect(complete).toBe(false);
    } finally {
      await store.close();
    }
  });

  it('reports what was read, and what the credential was granted', async () => {
    const { work } = await sync('examplej1workspace', ['fetch-repo-']);
    const [result] = await work;
    if (result === undefined || 'error' in result) throw new Error('expected a report');
    const { report } = result;
    const row = (endpoint: string) => report.coverage.find((one) => one.endpoint === endpoint);
    expect(row('branch-restrictions')).toEqual({
      endpoint: 'branch-restrictions',
      path: ENDPOINTS['branch-restrictions'].path,
      complete: 1,
      kept: 0,
      oldestAt: expect.any(Number) as number,
      unread: 0,
      left: 0,
      items: 16,
    });
    expect(row('workspace-roles')).toMatchObject({ complete: 0, unread: 1, items: 0 });
    expect(report.grantedScopes).toEqual(['account', 'project', 'pullrequest', 'repository:admin']);
    expect(report.calls).toBe(36);
    expect(upstream?.calls.filter((call) => call.includes('branch-restrictions')).map((call) => call.replace(/^.*\?/, ''))).toEqual([
      'pagelen=100',
      'page=2',
    ]);
    expect(report.gaps).toContainEqual({
      scope: 'repository:examplej1workspace/project-one',
      hides: 'branching-model',
      reason: 'missing',
      subject: '',
      detail: 'status 404 at /2.0/repositories/{workspace}/{repo_slug}/branching-model',
    });
  });

  it('a workspace that is not there ends the run before anything is written', async () => {
    const { store, work } = await sync('jupiteron1', ['getWorkspaceNotFound']);
    expect(await codeOf(work)).toBe('UPSTREAM_MISSING');
    expect([store.commits, [...store.open]]).toEqual([[], []]);
  });

  it('a listing that stops being recorded in the middle is a gap, and what it showed counts', async () => {
    const { store, work } = await sync('jupiterone', ['getAll', 'getWorkspace--', 'getWorkspaceMembers']);
    await work;
    const facts = store.commits[0]?.facts ?? [];
    expect(ids(facts, /^repository:\S+ IS/).length).toBe(30);
    expect(ids(facts, /HIDES (repositories|projects|identities)/)).toEqual([
      expect.stringMatching(/^workspace:\S+ HIDES repositories missing$/),
    ]);
  });
});
