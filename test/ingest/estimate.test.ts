/**
 * The estimate against the run that follows it: the same calls, endpoint by endpoint, and where it cannot know that, it says so.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { ENDPOINT_IDS, ENDPOINTS, type EndpointId, instead } from '../../ingest/bitbucket-cloud/endpoints.ts';
import { type EstimateOptions, estimateBitbucketCloud, estimateWorkspace } from '../../ingest/bitbucket-cloud/estimate.ts';
import { effectiveRows } from '../../ingest/sample/effective.ts';
import { syncBitbucketCloud } from '../../ingest/sync.ts';
import { configOf, openSample, type Sample, type SampleSetting } from './sample.ts';
import { codeOf } from './support.ts';

let sample: Sample;

afterEach(async () => {
  await sample.close();
});

async function open(setting: SampleSetting = {}): Promise<void> {
  sample = await openSample({ inMemory: true, credential: 'api-token', ...setting });
}

const estimate = (options: Partial<EstimateOptions> = {}) =>
  estimateBitbucketCloud({ config: configOf(sample.server, 'api-token'), workspaces: ['acme'], clock: sample.clock, ...options });

/** The calls that the server saw since the last time, by endpoint. */
function takeCalls(): Map<EndpointId, number> {
  const counts = new Map<EndpointId, number>();
  for (const call of sample.server.calls.splice(0)) {
    const path = call.slice('GET '.length).replace(/\?.*/, '');
    const endpoint = ENDPOINT_IDS.find((id) => new RegExp(`^${ENDPOINTS[id].path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path));
    if (endpoint === undefined) throw new Error(`no row has ${path}`);
    counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
  }
  return counts;
}

describe('an estimate', () => {
  it.each([100, 20, 12])('is the calls of the run that follows, endpoint by endpoint, with %i entries a page', async (pageLengthMax) => {
    await open({ pageLengthMax });
    const told = await estimate();
    takeCalls();
    const { report } = await sample.sync();
    const made = takeCalls();
    const [workspace] = told.workspaces;
    const counted = workspace?.endpoints.filter(({ calls }) => calls !== null) ?? [];
    expect(counted.length).toBeGreaterThanOrEqual(13);
    for (const { endpoint, calls } of counted) expect([endpoint, calls]).toEqual([endpoint, made.get(endpoint) ?? 0]);
    const rest = [...made].filter(([endpoint]) => !counted.some((row) => row.endpoint === endpoint));
    expect(told.calls + rest.reduce((sum, [, calls]) => sum + calls, 0)).toBe(report.calls);
    expect(made.get('effective-permissions')).toBe(Math.ceil(effectiveRows(sample.server.workspace).length / pageLengthMax));
  });

  it('counts the list of workspaces where none is named', async () => {
    await open();
    const [named, all] = [await estimate(), await estimate({ workspaces: [] })];
    expect([named.finding, all.finding, all.calls - named.calls]).toEqual([0, 1, 1]);
    expect(all.workspaces.map(({ ref }) => ref)).toEqual(['workspace:acme']);
    takeCalls();
    await syncBitbucketCloud({ store: sample.store, config: configOf(sample.server, 'api-token'), clock: sample.clock });
    expect(takeCalls().get('user-workspaces')).toBe(all.finding);
  });

  it('asks one page of each listing of the workspace, and writes nothing', async () => {
    await open({ pageLengthMax: 5 });
    const { spent } = await estimate();
    const made = [...takeCalls()];
    expect(made.map(([endpoint]) => ENDPOINTS[endpoint].of)).toEqual(made.map(() => 'workspace'));
    expect(made.every(([, calls]) => calls === 1)).toBe(true);
    expect(spent).toBe(made.length);
    expect(await sample.store.readSnapshots()).toEqual([]);
  });

  it('knows every row of the table that is asked of a workspace or its content, in the order of reading', async () => {
    await open();
    const [workspace] = (await estimate()).workspaces;
    const standIns = new Set(ENDPOINT_IDS.map(instead));
    const expected = ENDPOINT_IDS.filter((id) => ENDPOINTS[id].of !== 'credential' && !standIns.has(id));
    expect(new Set(workspace?.endpoints.map(({ endpoint }) => endpoint))).toEqual(new Set(expected));
    expect([...new Set(workspace?.endpoints.map(({ of }) => of))].slice(0, 3)).toEqual(['workspace', 'project', 'repository']);
    const sum = workspace?.families.reduce((total, { calls }) => total + (calls ?? 0), 0);
    expect(sum).toBe(workspace?.calls);
  });

  it('says after how many calls the first answers are there, and whether the effective listing is among them', async () => {
    await open();
    const [readable] = (await estimate()).workspaces;
    const own = readable?.families.find(({ of }) => of === 'workspace');
    expect(readable?.firstAnswers).toEqual({ calls: own?.calls, isLeast: false, hasListing: true });
    sample.server.faults.push({ at: /\/permissions\/repositories/, does: { answer: 403 } });
    const [refused] = (await estimate()).workspaces;
    expect(refused?.firstAnswers).toEqual({ calls: (own?.calls ?? 0) - 2, isLeast: false, hasListing: false });
    expect(refused?.notes).toContain('`effective-permissions` cannot be read (status 403)');
  });

  it('gives whole hours of budget, for more credentials too', async () => {
    await open();
    const { buckets, hours } = await estimate({ budget: { callsPerHour: 10, whenSpent: 'stop' }, credentials: 5 });
    expect(hours.map(({ credentials, wholeRun }) => [credentials, wholeRun])).toEqual(
      [1, 2, 3, 5].map((credentials) => [credentials, Math.ceil((buckets[0]?.calls ?? 0) / (10 * credentials))]),
    );
    expect(hours[0]?.wholeRun).toBeGreaterThan(hours[3]?.wholeRun ?? 0);
    expect(hours[0]?.firstAnswers).toBeLessThan(hours[0]?.wholeRun ?? 0);
  });
});

describe('what an estimate cannot know', () => {
  /** A file has none. */
  const withoutSize = (body: unknown) => (typeof body === 'object' ? { ...body, size: undefined } : body);

  it('is said: a listing that goes on and does not tell its size', async () => {
    await open({ pageLengthMax: 5, faults: [{ at: /^\/2\.0\/repositories\/acme\?/, does: { rewrite: withoutSize } }] });
    const told = await estimate();
    const [workspace] = told.workspaces;
    expect(workspace?.families.find(({ of }) => of === 'repository')).toMatchObject({ containers: null, calls: null, isLeast: true });
    expect(workspace?.endpoints.find(({ endpoint }) => endpoint === 'repositories')).toMatchObject({ calls: 2, isLeast: true });
    expect(told.isLeast).toBe(true);
    expect(workspace?.notes).toContain('what is asked of each repository is not counted: how many there are is known only by reading');
    expect(told.calls).toBeLessThan((await sample.sync()).report.calls);
  });

  it('needs no size where there is no further page', async () => {
    await open({
      faults: [
        {
          at: /^\/2\.0\//,
          does: { rewrite: (body) => ((withoutSize(body) as { next?: string }).next === undefined ? withoutSize(body) : body) },
        },
      ],
    });
    const told = await estimate();
    const least = told.workspaces.flatMap(({ endpoints }) => endpoints.filter(({ isLeast }) => isLeast).map(({ endpoint }) => endpoint));
    // How many environments and branches there are is known by reading alone.
    const unknown = ENDPOINT_IDS.filter((id) => ['environment', 'pipeline', 'branch', 'head'].includes(ENDPOINTS[id].of));
    expect([...least].sort()).toEqual([...unknown].sort());
    const { report } = await sample.sync();
    const inner = report.coverage.reduce((sum, { endpoint, complete }) => sum + (unknown.some((id) => id === endpoint) ? complete : 0), 0);
    expect([inner > 0, told.calls]).toEqual([true, report.calls - inner]);
  });

  it.each([403, 500])('is said: a listing of repositories that answers %i', async (answer) => {
    await open({ faults: [{ at: /^\/2\.0\/repositories\/acme\?/, does: { answer } }] });
    const told = await estimate();
    expect(told.isLeast).toBe(true);
    expect(told.workspaces[0]?.notes).toContain(`\`repositories\` cannot be read (status ${answer})`);
  });

  it('is bounded: a stand-in for an endpoint that has nothing', async () => {
    await open({ faults: [{ at: /effective-branching-model/, does: { answer: 404 } }] });
    const told = await estimate();
    const repositories = sample.server.workspace.repositories.length;
    expect(told.workspaces[0]?.notes.join('\n')).toContain(`\`branching-model\` is asked too: up to ${repositories} calls more`);
    takeCalls();
    await sample.sync();
    expect(takeCalls().get('branching-model')).toBe(repositories);
  });

  it('leaves nothing out of nothing: without sizes only what is asked once is counted', () => {
    const { calls, isLeast, families } = estimateWorkspace('acme', new Map());
    expect([calls, isLeast]).toEqual([families[0]?.endpoints, true]);
  });
});

describe('an estimate that cannot be made', () => {
  it.each([
    [{ workspaces: ['nobody'] }, 'UPSTREAM_MISSING'],
    [{ budget: { callsPerHour: 2, whenSpent: 'stop' as const } }, 'BUDGET'],
  ])('of %j is %s', async (options, code) => {
    await open();
    expect(await codeOf(estimate(options))).toBe(code);
  });

  it('with a refused credential is UPSTREAM_AUTH', async () => {
    await open({ faults: [{ at: /^\/2\.0\//, does: { answer: 401 } }] });
    expect(await codeOf(estimate())).toBe('UPSTREAM_AUTH');
  });
});
