/**
 * The probe: what a credential can and cannot read, told from one call to each endpoint.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { CREDENTIAL_TYPES } from '../../ingest/bitbucket-cloud/credential-types.ts';
import { ENDPOINT_IDS, ENDPOINTS, type EndpointId, instead, scopesFor } from '../../ingest/bitbucket-cloud/endpoints.ts';

import { PROBE_CALLS_MAX, type Probe, type ProbeOptions, type ProbeRow, probeBitbucketCloud } from '../../ingest/bitbucket-cloud/probe.ts';
import type { FaultAction } from '../../ingest/sample/faults.ts';
import type { SampleWorkspace } from '../../ingest/sample/workspace.ts';
import { configOf, openSample, type Sample, type SampleSetting, smallWorkspace } from './sample.ts';
import { codeOf } from './support.ts';

let sample: Sample;
let credential: SampleSetting['credential'];

afterEach(async () => {
  await sample.close();
});

/** Nothing in it is refused. */
function openWorkspace(): SampleWorkspace {
  const workspace = smallWorkspace();
  for (const repository of workspace.repositories) repository.denied = null;
  return workspace;
}

async function open(setting: SampleSetting = {}): Promise<void> {
  credential = setting.credential ?? 'client-credentials';
  sample = await openSample({ workspace: openWorkspace(), inMemory: true, ...setting });
}

const probes = (options: Partial<ProbeOptions> = {}) =>
  probeBitbucketCloud({ config: configOf(sample.server, credential), workspaces: ['acme'], clock: sample.clock, ...options });

async function probe(options: Partial<ProbeOptions> = {}): Promise<Probe> {
  const [only, ...others] = await probes(options);
  expect(others).toEqual([]);
  return only as Probe;
}

function pathOf(endpoint: EndpointId): RegExp {
  return new RegExp(`^${ENDPOINTS[endpoint].path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}($|\\?)`);
}

const rowOf = (told: Probe, endpoint: EndpointId) => told.rows.find((row) => row.endpoint === endpoint) as ProbeRow;
const refused = (told: Probe) => told.rows.filter(({ result }) => result === 'refused').map(({ endpoint }) => endpoint);
const gets = () => sample.server.calls.filter((call) => call.startsWith('GET '));
const STAND_INS = new Set(ENDPOINT_IDS.map(instead));

describe('a probe', () => {
  it('asks each endpoint of the table once, of one workspace, project and repository, and writes nothing', async () => {
    await open();
    const told = await probe();
    expect(told.rows.map(({ endpoint }) => endpoint)).toEqual(ENDPOINT_IDS);
    expect(refused(told)).toEqual([]);
    const asked = told.rows.filter(({ result }) => result === 'readable').map(({ endpoint }) => endpoint);
    for (const id of asked) expect([id, gets().filter((call) => pathOf(id).test(call.slice('GET '.length))).length]).toEqual([id, 1]);
    expect(gets()).toHaveLength(told.calls);
    expect(told.calls).toBe(asked.length);
    expect(told.calls).toBeLessThanOrEqual(PROBE_CALLS_MAX);
    // What only stands in for another has nothing to answer here; every other endpoint of these containers was asked.
    const left = told.rows.filter(({ result }) => result === 'not asked').map(({ endpoint }) => endpoint);
    expect(left.filter((id) => ['workspace', 'project', 'repository'].includes(ENDPOINTS[id].of) && !STAND_INS.has(id))).toEqual([]);
    const of = (container: string) => new Set(told.rows.flatMap((row) => (row.of?.startsWith(container) ? [row.of] : [])));
    for (const container of ['workspace:', 'project:', 'repository:']) expect(of(container).size).toBe(1);
    expect(await sample.store.readSnapshots()).toEqual([]);
  });

  it('takes a private project and repository where there is one: a public one shows more to strangers', async () => {
    await open();
    for (const repository of sample.server.workspace.repositories) repository.isPrivate = repository.slug === 'ledger';
    for (const project of sample.server.workspace.projects) project.isPrivate = project.key === 'PAY';
    const told = await probe();
    expect(rowOf(told, 'repository-user-grants').of).toBe('repository:acme/ledger');
    expect(rowOf(told, 'project-user-grants').of).toBe('project:acme/PAY');
    for (const repository of sample.server.workspace.repositories) repository.isPrivate = false;
    expect(rowOf(await probe(), 'repository-user-grants').result).toBe('readable');
  });

  it.each(
    ENDPOINT_IDS.filter(
      (id) => id !== 'workspace' && !STAND_INS.has(id) && ['workspace', 'project', 'repository'].includes(ENDPOINTS[id].of),
    ),
  )('names %s alone when it is refused, with what that hides', async (endpoint) => {
    await open({ faults: [{ at: pathOf(endpoint), does: { answer: 403 } }] });
    const told = await probe();
    expect(refused(told)).toEqual([endpoint]);
    expect(rowOf(told, endpoint)).toMatchObject({ status: 403, detail: 'status 403', hides: ENDPOINTS[endpoint].hides });
  });

  it('says where there is none to ask', async () => {
    const workspace = smallWorkspace();
    workspace.repositories = [];
    workspace.projects = [];
    await open({ workspace });
    const told = await probe();
    expect(refused(told)).toEqual([]);
    for (const of of ['project', 'repository'] as const) {
      const rows = told.rows.filter(({ endpoint }) => ENDPOINTS[endpoint].of === of && !STAND_INS.has(endpoint));
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row).toMatchObject({ result: 'not asked', of: null, detail: `no ${of} is known to ask it of` });
    }
  });

  it('asks the stand-in where an endpoint has nothing', async () => {
    await open({ faults: [{ at: /effective-branching-model/, does: { answer: 404 } }] });
    const told = await probe();
    expect(refused(told)).toEqual([]);
    expect(rowOf(told, 'effective-branching-model')).toMatchObject({ result: 'instead', status: 404 });
    expect(rowOf(told, 'branching-model')).toMatchObject({ result: 'readable', status: 200 });
  });

  it.each<[string, FaultAction, string]>([
    ['402', { answer: 402 }, 'status 402'],
    ['404', { answer: 404 }, 'status 404'],
    ['500', { answer: 500 }, 'status 500'],
    ['a cut connection', { cut: 'connection' }, 'no usable answer'],
    ['HTML that says 200', { answer: 200, body: '<html>sign in</html>' }, 'status 200'],
    ['an error that says 200', { answer: 200, body: { type: 'error' } }, 'an answer of another form'],
  ])('tells %s as it is', async (_, does, detail) => {
    await open({ faults: [{ at: pathOf('workspace-roles'), does }] });
    const told = await probe();
    expect(refused(told)).toEqual(['workspace-roles']);
    expect(rowOf(told, 'workspace-roles')).toMatchObject({ detail, scopes: null });
  });

  it('takes the first workspace of the credential where none is named, and lists the others', async () => {
    const more = (body: unknown) => {
      const page = body as { values: object[] };
      const other = (slug: string) => ({ ...page.values[0], workspace: { uuid: `{${slug}}`, slug } });
      return { ...page, values: [other('zeta'), ...page.values, other('beta')] };
    };
    await open({ faults: [{ at: /^\/2\.0\/user\/workspaces/, does: { rewrite: more } }] });
    const told = await probe({ workspaces: [] });
    expect([told.workspace, told.others]).toEqual(['acme', ['beta', 'zeta']]);
    expect(gets().filter((call) => call.includes('/user/workspaces'))).toHaveLength(1);
  });
});

describe('missing scopes', () => {
  const at = pathOf('branch-restrictions');
  const scopesOf = async (does: FaultAction, setting: SampleSetting = {}) => {
    await open({ ...setting, faults: [{ at, does }] });
    return rowOf(await probe(), 'branch-restrictions').scopes;
  };

  it('are those of the error, less what the granted ones imply', async () => {
    const detail = { required: ['repository:admin', 'repository'], granted: ['pullrequest', 'account'] };
    expect(await scopesOf({ answer: 403, body: { type: 'error', error: { message: 'no', detail } } })).toEqual({
      needed: ['repository:admin', 'repository'],
      missing: ['repository:admin'],
    });
  });

  it('are those of the headers', async () => {
    const headers = { 'x-oauth-scopes': 'pullrequest, repository:admin, project, account', 'x-accepted-oauth-scopes': 'webhook' };
    expect(await scopesOf({ answer: 403, headers })).toEqual({ needed: ['webhook'], missing: ['webhook'] });
  });

  it('are those of the row, by what the token endpoint granted', async () => {
    expect(await scopesOf({ answer: 403 })).toEqual({ needed: ['repository:admin'], missing: [] });
    await sample.close();
    const headers = { 'x-oauth-scopes': 'account' };
    expect(await scopesOf({ answer: 403, headers })).toEqual({ needed: ['repository:admin'], missing: ['repository:admin'] });
  });

  it('are not known of an API token whose answers do not tell', async () => {
    expect(await scopesOf({ answer: 403 }, { credential: 'api-token' })).toEqual({
      needed: ['admin:repository:bitbucket'],
      missing: null,
    });
    expect(scopesFor('branch-restrictions', 'api-token')).toEqual([ENDPOINTS['branch-restrictions'].scopes.apiToken]);
  });

  it('hold nothing but words that look like scopes', async () => {
    const detail = { required: ['repository:admin', 'Bearer aGVsbG8=', '<script>'], granted: [] };
    expect((await scopesOf({ answer: 403, body: { error: { detail } } }))?.needed).toEqual(['repository:admin']);
  });
});

describe('the kind of the credential', () => {
  it.each([...CREDENTIAL_TYPES.keys()])('is told by the header: %s', async (type) => {
    const headers = { 'x-credential-type': type, 'x-oauth-scopes': 'account repository' };
    await open({ credential: 'api-token', faults: [{ at: pathOf('repository-user-grants'), does: { answer: 403, headers } }] });
    expect((await probe()).credential).toEqual({ position: 1, kind: 'api-token', type, granted: ['account', 'repository'] });
  });

  it('is not told by what is no such word', async () => {
    const headers = { 'x-credential-type': 'Basic c2VjcmV0' };
    await open({ credential: 'api-token', faults: [{ at: pathOf('groups'), does: { answer: 403, headers } }] });
    expect((await probe()).credential).toEqual({ position: 1, kind: 'api-token', type: null, granted: null });
  });
});

describe('a probe on a bad day', () => {
  it('makes no more calls than its limit when everything fails', async () => {
    const fails = ENDPOINT_IDS.filter((id) => id !== 'workspace').map((id) => ({ at: pathOf(id), does: { answer: 500 } as const }));
    await open({ faults: fails });
    const told = await probe();
    expect(gets().length).toBeLessThanOrEqual(PROBE_CALLS_MAX);
    expect(refused(told).length).toBeGreaterThan(0);
    expect(told.rows.some(({ result }) => result === 'readable')).toBe(true);
  });

  it('keeps to the hourly budget, and says what it did not ask', async () => {
    await open();
    const told = await probe({ budget: { callsPerHour: 5, whenSpent: 'wait' } });
    expect([gets().length, told.calls]).toEqual([5, 5]);
    expect(told.stopped).toBe('the hourly budget of 5 calls is used up');
    expect(rowOf(told, 'branch-restrictions')).toMatchObject({ result: 'not asked', detail: told.stopped });
    expect(await codeOf(probe({ workspaces: [], budget: { callsPerHour: 1, whenSpent: 'stop' } }))).toBe('none');
  });

  it('goes on where the workspace itself is refused: the rest tells which scopes are missing', async () => {
    await open({ faults: [{ at: pathOf('workspace'), does: { answer: 403 } }] });
    const told = await probe();
    expect(refused(told)).toEqual(['workspace']);
    expect(rowOf(told, 'repositories').result).toBe('readable');
    expect(rowOf(told, 'repository-user-grants').of).toMatch(/^repository:acme\//);
  });

  it.each([
    [401, 'UPSTREAM_AUTH'],
    [404, 'UPSTREAM_MISSING'],
  ])('ends where the workspace answers %i', async (answer, code) => {
    await open({ faults: [{ at: pathOf('workspace'), does: { answer } }] });
    expect(await codeOf(probe())).toBe(code);
    expect(gets().length).toBeLessThanOrEqual(2);
  });

  it.each([
    [{ answer: 403 }, 'UPSTREAM_DENIED'],
    [{ answer: 500 }, 'UPSTREAM_FAILED'],
    [{ answer: 200, body: { values: [] } }, 'UPSTREAM_MISSING'],
    [{ answer: 429, headers: { 'retry-after': '3600' } }, 'BUDGET'],
  ] as [FaultAction, string][])('without a list of workspaces and without a name ends: %j', async (does, code) => {
    await open({ faults: [{ at: pathOf('user-workspaces'), does }] });
    expect(await codeOf(probes({ workspaces: [] }))).toBe(code);
  });
});
