/** The sample workspace, read by the real connector into the real store: what it holds, what is not known of it, what changes. */
import { afterEach, describe, expect, it } from 'vitest';
import { compareListing } from '../../cli/self-check.ts';
import { decide } from '../../graph/spec/decide.ts';
import { Known } from '../../graph/spec/known.ts';
import { whoCan } from '../../graph/spec/lists.ts';
import { witnesses } from '../../graph/spec/prove.ts';
import { effectiveRows } from '../../ingest/sample/effective.ts';
import { SAMPLE_QUESTIONS } from '../../ingest/sample/questions.ts';
import { copySampleWorkspace, SAMPLE_WORKSPACE } from '../../ingest/sample/workspace.ts';
import { actionOf, targetOf } from '../support/spec-surface.ts';
import { compareBySpec } from './compare.ts';
import { factsOf, gapsOf, idsOf, keyOf, openSample, type Sample, type SampleSetting, worldIn } from './sample.ts';
import { codeOf } from './support.ts';

const opened: Sample[] = [];

afterEach(async () => {
  for (const sample of opened.splice(0)) await sample.close();
});

async function open(setting: SampleSetting = {}): Promise<Sample> {
  const sample = await openSample({ inMemory: true, ...setting });
  opened.push(sample);
  return sample;
}

const count = async (sample: Sample, pattern: RegExp) => (await idsOf(sample.store, pattern)).length;

/** What nobody can read of the token that runs pipelines: no endpoint lists it. */
const OF_THE_TOKEN = [
  'repository:acme/infrastructure HIDES credential-level unlisted',
  'token:acme/infrastructure#release-train HIDES scopes unlisted',
];

describe('the sample workspace', () => {
  it('is as large and as varied as it says', () => {
    const { users, groups, projects, repositories } = SAMPLE_WORKSPACE;
    expect([users.length, groups.length, projects.length, repositories.length]).toEqual([25, 8, 5, 20]);
    expect(new Set(users.map(({ nickname }) => nickname)).size).toBe(25);
    expect(users.filter(({ role }) => role === null).map(({ nickname }) => nickname)).toEqual(['quinn']);
    expect(groups.filter(({ members }) => members.length === 0).map(({ slug }) => slug)).toEqual(['contractors']);
    expect(repositories.filter(({ denied }) => denied !== null).map(({ slug }) => slug)).toEqual(['ledger']);
    const matchers = repositories.flatMap(({ slug, rules }) => rules.map(({ kind, on }) => `${slug} ${kind} ${JSON.stringify(on)}`));
    expect(new Set(matchers).size).toBe(matchers.length);
  });

  it('names only people, groups and projects that it has', () => {
    const { users, groups, projects, repositories } = SAMPLE_WORKSPACE;
    const named = [...projects, ...repositories].flatMap(({ grants }) => grants);
    const rules = repositories.flatMap((repository) => repository.rules);
    const nicknames = [
      ...named.flatMap(({ user }) => user ?? []),
      ...rules.flatMap((rule) => rule.users ?? []),
      ...groups.flatMap(({ members }) => members),
    ];
    const slugs = [...named.flatMap(({ group }) => group ?? []), ...rules.flatMap((rule) => rule.groups ?? [])];
    expect(nicknames.filter((nickname) => !users.some((user) => user.nickname === nickname))).toEqual([]);
    expect(slugs.filter((slug) => !groups.some((group) => group.slug === slug))).toEqual([]);
    expect(repositories.filter(({ project }) => !projects.some(({ key }) => key === project))).toEqual([]);
  });

  it.each(['client-credentials', 'api-token'] as const)('is read whole with %s', async (credential) => {
    const sample = await open({ credential });
    const { report } = await sample.sync();
    const { users, groups, projects, repositories } = SAMPLE_WORKSPACE;
    expect(await count(sample, / IS User$/)).toBe(users.length);
    expect(await count(sample, / IS Group$/)).toBe(groups.length);
    expect(await count(sample, / IS Project$/)).toBe(projects.length);
    expect(await count(sample, / IS Repository$/)).toBe(repositories.length);
    expect(await count(sample, / MEMBER_OF /)).toBe(groups.reduce((sum, { members }) => sum + members.length, 0));
    expect(await count(sample, / RESTRICTS /)).toBe(repositories.reduce((sum, { rules }) => sum + rules.length, 0));
    const exempt = repositories.flatMap(({ rules }) =>
      rules.flatMap(({ users: listed = [], groups: teams = [] }) => [...listed, ...teams]),
    );
    expect(await count(sample, / EXEMPTS /)).toBe(exempt.length);
    const granted = [
      ...projects.flatMap(({ grants }) => grants),
      ...repositories.flatMap(({ grants, denied }) => grants.filter(({ group }) => denied === null || group === undefined)),
    ];
    expect(await count(sample, /^(user|group):.* HOLDS \S+ (project|repository):/)).toBe(granted.length);
    const automations = repositories.map(({ automation }) => automation);
    const environments = automations.flatMap((automation) => automation.environments);
    const { variables, runners, webhooks } = SAMPLE_WORKSPACE.automation;
    const everywhere = [SAMPLE_WORKSPACE.automation, ...automations];
    expect([variables.length, runners.length, webhooks.length, environments.length]).toEqual([2, 1, 1, 3]);
    expect(await count(sample, / IS Variable$/)).toBe([...everywhere, ...environments].flatMap((one) => one.variables).length);
    expect(await count(sample, / IS Environment$/)).toBe(environments.length);
    expect(await count(sample, / IS Runner$/)).toBe(everywhere.flatMap((one) => one.runners).length);
    expect(await count(sample, / IS Webhook$/)).toBe(everywhere.flatMap((one) => one.webhooks).length);
    const on = automations.filter(({ pipelinesEnabled }) => pipelinesEnabled);
    expect([on.length, await count(sample, / IS OidcIdentity$/)]).toEqual([4, on.length]);
    expect(await count(sample, / RAN /)).toBe(
      on.reduce((sum, { runs }) => sum + new Set(runs.map(({ by }) => (typeof by === 'string' ? by : by.name))).size, 0),
    );
    expect(await count(sample, / DEPLOYED /)).toBe(2);
    expect(await count(sample, / IS (PipelineKey|KnownHost)$/)).toBe(2);
    expect(await count(sample, / IS (AccessToken|Integration)$/)).toBe(2);
    expect(await count(sample, / IS Schedule$/)).toBe(automations.flatMap(({ schedules }) => schedules).length);
    expect(await count(sample, / IS Pipeline$/)).toBe(repositories.length);
    expect(await count(sample, /^deploykey:\S+ HOLDS read (project|repository):/)).toBe(
      [...projects, ...automations].flatMap(({ keys }) => keys).length,
    );
    expect((await idsOf(sample.store, /^anonymous: HOLDS/)).length).toBe(repositories.filter(({ isPrivate }) => !isPrivate).length);
    expect(await gapsOf(sample.store)).toEqual([...OF_THE_TOKEN, 'repository:acme/ledger HIDES group-grants denied'].sort());
    expect(report).toMatchObject({ workspace: 'acme', stopped: null, retries: 0, gapCount: 3, resumedPages: 0 });
    expect(report.calls).toBe(sample.server.calls.filter((call) => call.startsWith('GET')).length);
    expect(report.grantedScopes).toEqual(
      credential === 'api-token' ? [] : ['account', 'pipeline', 'project:admin', 'repository:admin', 'runner', 'webhook'],
    );
  });

  it('is read so that an early stop is useful: the workspace, then grants and rules, environments right after their listing', async () => {
    const sample = await open();
    await sample.sync({ limits: { concurrency: 1 } });
    const calls = sample.server.calls.filter((call) => call.startsWith('GET')).map((call) => call.replace(/\?.*/, ''));
    const places = (pattern: RegExp) => calls.flatMap((call, at) => (pattern.test(call) ? [at] : []));
    const grants = places(/permissions-config|branch-restrictions|effective-branching-model/);
    const rest = places(
      /repositories\/acme\/[^/]+\/(hooks|deploy-keys|environments|deployments_config|pipelines|forks|refs|override|effective-default)/,
    );
    expect([grants.length, rest.length]).toEqual([20 * 4 + 5 * 2, 20 * 11 + 3 + 4 * 3]);
    expect(Math.max(...grants)).toBeLessThan(Math.min(...rest));
    for (const at of places(/deployments_config/)) expect(calls[at - 1]).toMatch(/\/(environments|deployments_config\/.*)$/);
  });

  it('reports calls, budget, gaps and coverage', async () => {
    const sample = await open();
    const { report, snapshot } = await sample.sync();
    const row = (endpoint: string) => report.coverage.find((one) => one.endpoint === endpoint);
    expect(row('repository-group-grants')).toMatchObject({ complete: 19, unread: 1, left: 0 });
    expect(row('branch-restrictions')).toMatchObject({ complete: 20, unread: 0, left: 0 });
    expect(row('repositories')).toMatchObject({ complete: 1, items: 20 });
    expect(report.gaps.filter(({ reason }) => reason !== 'unlisted')).toEqual([
      {
        scope: 'repository:acme/ledger',
        hides: 'group-grants',
        reason: 'denied',
        subject: '',
        detail: expect.stringMatching(/^status 403 \(needs .*repository:admin.*\) at .*permissions-config\/groups$/),
      },
    ]);
    expect(report.budgetLeft).toBe(1000 - (report.buckets[0]?.calls ?? 0));
    expect(report.buckets.reduce((sum, { calls }) => sum + calls, 0)).toBe(report.calls);
    expect(await sample.store.readSnapshotAt()).toEqual(snapshot);
  });

  it('shows one disagreement with the listing of the upstream: the row that lags on purpose', async () => {
    const sample = await open();
    const { report } = await sample.sync({ compare: compareBySpec });
    const rows = effectiveRows(SAMPLE_WORKSPACE);
    expect(report.disagreements).toEqual([
      {
        user: await keyOf(sample.store, 'user:nadia'),
        resource: await keyOf(sample.store, 'repository:acme/reports'),
        reported: 'write',
        computed: 'read',
        detail: 'listed write, computed read',
        computedBecause: 'the specification',
        reportedBecause: { endpoint: '/2.0/workspaces/{workspace}/permissions/repositories', fetchedAt: sample.clock.at },
      },
    ]);
    // Not definite is only what the denied endpoint hides.
    const ledger = rows.filter(({ repository }) => repository === 'ledger').length;
    expect(report.notComparable).toBeLessThan(ledger);
    expect(report.notComparable).toBeGreaterThan(0);
    expect(report.agree + report.differ + report.notComparable).toBe(rows.length);
  });

  it('is compared by the compiled engine as by the definitional one', async () => {
    const sample = await open();
    const { report: spec } = await sample.sync({ compare: compareBySpec });
    const { report: engine } = await sample.sync({ compare: compareListing });
    const counts = ({ agree, differ, notComparable }: typeof spec) => ({ agree, differ, notComparable });
    expect(counts(engine)).toEqual(counts(spec));
    const rows = ({ disagreements }: typeof spec) =>
      disagreements.map(({ detail: _, computedBecause: __, reportedBecause: ___, ...row }) => row);
    expect(rows(engine)).toEqual(rows(spec));
  });

  it.each(SAMPLE_QUESTIONS)('answers $text', async ({ identity, action, resource, verdict }) => {
    const sample = await open();
    await sample.sync();
    const known = new Known(await worldIn(sample.store));
    const [repository, branch] = [resource.replace(/^branch:/, 'repository:').replace(/#.*$/, ''), resource.split('#')[1]];
    const key = await keyOf(sample.store, repository);
    const target = targetOf(known, branch === undefined ? key : `branch:${key.slice('repository:'.length)}#${branch}`);
    const question = { identity: await keyOf(sample.store, identity), action: actionOf(action), target };
    const decision = decide(known, question, Date.now());
    expect(decision.verdict).toBe(verdict);
    if (verdict === 'ALLOW') {
      const [first] = witnesses(known, question);
      // Through a group and a project, and past a rule.
      expect(first?.level.map(({ kind }) => kind)).toEqual(['MEMBER_OF', 'HOLDS', 'CONTAINS']);
      expect(first?.exemptions.map(({ restriction }) => restriction)).toEqual(['push']);
    }
    if (verdict === 'DENY')
      expect(decision.denials).toMatchObject([{ kind: 'rule', restriction: 'push', rules: [expect.stringMatching(/^restriction:/)] }]);
    if (verdict === 'UNKNOWN') expect(decision.gaps).toMatchObject([{ reason: 'denied', hides: 'group-grants', scope: key }]);
  });

  it('knows what runs by itself by names that people use', async () => {
    const sample = await open();
    await sample.sync();
    const refs = [
      'variable:acme#NPM_TOKEN',
      'variable:acme/api#SONAR_TOKEN',
      'variable:acme/api#Production/DEPLOY_KEY',
      'environment:acme/api#Production',
      'runner:acme#build-fleet',
      'runner:acme/infrastructure#ops-shell',
      'deploykey:acme/api#mirror',
      'deploykey:acme/projects/OPS#config-sync',
      'pipeline:acme/api',
    ];
    const keys = await Array.fromAsync(refs, (ref) => keyOf(sample.store, ref));
    expect(new Set(keys).size).toBe(refs.length);
    const known = new Known(await worldIn(sample.store));
    const props = (ref: string) => known.nodes.get(keys[refs.indexOf(ref)] ?? '')?.props;
    expect(props('environment:acme/api#Production')).toMatchObject({ adminOnly: true, environmentType: 'Production' });
    expect(props('pipeline:acme/api')).toEqual({ enabled: true });
    const mirrors = [...known.nodes.values()].filter(({ ref }) => ref.endsWith('#mirror')).map((node) => node.props['fingerprint']);
    expect([mirrors.length, new Set(mirrors).size]).toEqual([2, 1]);
    const ask = (identity: string, action: string, ref: string) =>
      decide(known, { identity, action: actionOf(action), target: targetOf(known, keys[refs.indexOf(ref)] ?? '') }, Date.now()).verdict;
    const [evan, zoe] = [await keyOf(sample.store, 'user:evan'), await keyOf(sample.store, 'user:zoe')];
    expect(ask(evan, 'variable.edit', 'variable:acme/api#Production/DEPLOY_KEY')).toBe('ALLOW');
    expect(ask(evan, 'variable.edit', 'variable:acme#NPM_TOKEN')).toBe('DENY');
    expect(ask(zoe, 'variable.edit', 'variable:acme/api#SONAR_TOKEN')).toBe('DENY');
  });

  it('lists who may push where two rules overlap: everybody on either list', async () => {
    const sample = await open();
    await sample.sync();
    const known = new Known(await worldIn(sample.store));
    const key = (await keyOf(sample.store, 'repository:acme/storefront')).slice('repository:'.length);
    const target = targetOf(known, `branch:${key}#release/2.1`);
    const { entries, complete } = whoCan(known, 'branch.push', target, Date.now(), { kinds: ['User'] });
    const refs = entries.map((entry) => known.nodes.get(entry.key)?.ref);
    expect(refs.sort()).toEqual(['user:marcus', 'user:mina', 'user:oliver', 'user:sofia', 'user:tomas'].sort());
    expect(complete).toBe(true);
  });
});

describe('a second run', () => {
  it('opens and closes nothing when nothing changed', async () => {
    const sample = await open();
    const first = await sample.sync();
    const before = await factsOf(sample.store);
    sample.clock.at += 60_000;
    const second = await sample.sync();
    expect(second.snapshot.at).toBeGreaterThan(first.snapshot.at);
    expect(await factsOf(sample.store)).toEqual(before);
    const opened = (await Array.fromAsync(sample.store.scanFacts(second.snapshot.at))).filter(
      ({ validFrom }) => validFrom >= second.snapshot.at,
    );
    expect(opened).toEqual([]);
    const closed = (await Array.fromAsync(sample.store.scanFacts(first.snapshot.at))).filter(({ validTo }) => validTo !== null);
    expect(closed).toEqual([]);
  });

  it('closes and opens what changed in the workspace, and nothing else', async () => {
    const sample = await open();
    const first = await sample.sync();
    const before = await factsOf(sample.store);
    const key = (ref: string) => keyOf(sample.store, ref);
    const [api, docs, runbooks] = [
      await key('repository:acme/api'),
      await key('repository:acme/docs'),
      await key('repository:acme/runbooks'),
    ];
    const [evan, jonas, payments] = [await key('user:evan'), await key('user:jonas'), await key('group:acme/payments')];
    const paid = await Array.fromAsync(['ledger', 'payouts', 'fraud-rules', 'card-vault'], (slug) => key(`repository:acme/${slug}`));
    const { workspace } = sample.server;
    const repository = (slug: string) => workspace.repositories.find((one) => one.slug === slug);
    Object.assign(repository('api') ?? {}, {
      grants: [
        { user: 'evan', level: 'write' },
        { user: 'acme-deploy-bot', level: 'write' },
      ],
    });
    workspace.groups.find(({ slug }) => slug === 'payments')?.members.push('jonas');
    Object.assign(repository('docs') ?? {}, { isPrivate: true });
    workspace.repositories = workspace.repositories.filter(({ slug }) => slug !== 'runbooks');
    sample.clock.at += 60_000;
    await sample.sync();
    const after = await factsOf(sample.store);
    const isOfRunbooks = (id: string) => id.includes(runbooks.slice('repository:'.length));
    const closed = [...before.keys()].filter((id) => !after.has(id));
    const opened = [...after.keys()].filter((id) => !before.has(id));
    expect(opened.sort()).toEqual(
      [
        `${evan} HOLDS write ${api}`,
        `${evan} REPORTED write ${api}`,
        `${jonas} MEMBER_OF ${payments}`,
        ...paid.map((repo) => `${jonas} REPORTED write ${repo}`),
      ].sort(),
    );
    expect(closed.filter((id) => !isOfRunbooks(id)).sort()).toEqual(
      [`anonymous: HOLDS read ${docs}`, `${evan} HOLDS admin ${api}`, `${evan} REPORTED admin ${api}`].sort(),
    );
    // Of the repository that is gone nothing is left.
    expect(closed.filter(isOfRunbooks).length).toBeGreaterThan(10);
    expect([...after.keys()].filter(isOfRunbooks)).toEqual([]);
    // The past stays as it was.
    expect(await factsOf(sample.store, first.snapshot.at)).toEqual(before);
  });

  it('closes an environment that is gone with its variables, and nothing else', async () => {
    const sample = await open();
    await sample.sync();
    const before = await factsOf(sample.store);
    const staging = await keyOf(sample.store, 'environment:acme/api#Staging');
    const [variable] = await idsOf(sample.store, new RegExp(`^${staging.replace(/[{}]/g, '\\$&')} CONTAINS variable:`));
    const automation = sample.server.workspace.repositories.find(({ slug }) => slug === 'api')?.automation;
    if (automation === undefined) throw new Error('no API');
    automation.environments = automation.environments.filter(({ name }) => name !== 'Staging');
    sample.clock.at += 60_000;
    await sample.sync();
    const after = await factsOf(sample.store);
    const closed = [...before.keys()].filter((id) => !after.has(id));
    // The environment, its variable, both containments, the last deployment to it, and that a step deploys there.
    expect(closed).toHaveLength(6);
    expect(closed).toContain(variable);
    expect(closed.filter((id) => !id.includes(staging.slice('environment:'.length)))).toEqual([]);
    expect([...after.keys()].filter((id) => !before.has(id))).toEqual([]);
  });

  it('with a new level of access closes the gap', async () => {
    const sample = await open();
    await sample.sync();
    Object.assign(sample.server.workspace.repositories.find(({ slug }) => slug === 'ledger') ?? {}, { denied: null });
    sample.clock.at += 60_000;
    await sample.sync();
    expect(await gapsOf(sample.store)).toEqual(OF_THE_TOKEN);
    expect((await idsOf(sample.store, /\/sre HOLDS write repository:/)).length).toBe(1);
  });
});

describe('the sample server', () => {
  it('speaks to those it knows only', async () => {
    const { server } = await open();
    const ask = async (path: string, authorization?: string) =>
      (await fetch(`${server.url}${path}`, { headers: authorization === undefined ? {} : { authorization } })).status;
    const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    const { email, apiToken, clientId, clientSecret } = server.credentials;
    expect(await ask('/2.0/workspaces/acme')).toBe(401);
    expect(await ask('/2.0/workspaces/acme', basic(email, 'wrong'))).toBe(401);
    expect(await ask('/2.0/workspaces/acme', 'Bearer wrong')).toBe(401);
    expect(await ask('/2.0/workspaces/acme', basic(email, apiToken))).toBe(200);
    expect(await ask('/2.0/workspaces/other', basic(email, apiToken))).toBe(404);
    const token = async (authorization: string) =>
      (
        await fetch(server.authUrl, {
          method: 'POST',
          headers: { authorization },
          body: new URLSearchParams({ grant_type: 'client_credentials' }),
        })
      ).status;
    expect([await token(basic(clientId, clientSecret)), await token(basic(clientId, 'wrong'))]).toEqual([200, 401]);
  });

  it('refuses a port that is taken', async () => {
    const { server } = await open();
    expect(await codeOf(open({ port: Number(new URL(server.url).port) }))).toBe('PORT_IN_USE');
  });

  it('shows a workspace of its own to each, and links that are not to be understood', async () => {
    const workspace = copySampleWorkspace();
    workspace.users = workspace.users.map((user) => ({ ...user }));
    const sample = await open({
      workspace,
      pageLengthMax: 3,
      pageQuery: (page) => `after=${Buffer.from(`place ${page}`).toString('base64url')}`,
    });
    await sample.sync();
    const other = await open();
    await other.sync();
    expect(await factsOf(sample.store)).toEqual(await factsOf(other.store));
    expect(sample.server.calls.length).toBeGreaterThan(other.server.calls.length);
    expect(sample.server.calls.filter((call) => call.includes('after=')).length).toBeGreaterThan(20);
  });
});
