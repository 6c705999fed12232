/** Lists that change while they are paged: items move to another page, one comes twice, another never. Nothing is closed by that. */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../ingest/sample/faults.ts';
import type { SampleRepository, SampleWorkspace } from '../../ingest/sample/workspace.ts';
import { factsOf, gapsOf, idsOf, keyOf, openSample, type Sample, smallSamples, smallWorkspace } from './sample.ts';

const open = smallSamples();
/** The second page of the list of repositories. */
const SECOND = /^\/2\.0\/repositories\/acme\?.*page=2/;
const readings = (sample: Sample) =>
  sample.server.calls.filter((call) => /^GET \/2\.0\/repositories\/acme\?pagelen=100$/.test(call)).length;

/** Another repository like `docs`. */
function another(workspace: SampleWorkspace, slug: string): SampleRepository {
  const docs = smallWorkspace().repositories.find((repository) => repository.slug === 'docs') as SampleRepository;
  return { ...docs, slug, name: slug, project: workspace.projects[0]?.key ?? '' };
}

/** A workspace of five repositories: three pages of two. */
function fiveRepositories(): SampleWorkspace {
  const workspace = smallWorkspace();
  workspace.repositories.push(another(workspace, 'web'), another(workspace, 'zoo'));
  return workspace;
}

const without = (slug: string) => (workspace: SampleWorkspace) => {
  workspace.repositories = workspace.repositories.filter((repository) => repository.slug !== slug);
};
const withFirst = (slug: string) => (workspace: SampleWorkspace) => {
  workspace.repositories = [another(workspace, slug), ...workspace.repositories];
};
const swapped: Fault['does'] = {
  changes: (workspace) => {
    const first = workspace.repositories[0]?.slug ?? '';
    without(first)(workspace);
    workspace.repositories.push(another(workspace, 'new'));
  },
};

/** What a run that nobody disturbs makes of the workspace as it is now. */
async function truthOf(sample: Sample): Promise<Map<string, string>> {
  const other = await openSample({ workspace: structuredClone(sample.server.workspace), pageLengthMax: 2, inMemory: true });
  try {
    await other.sync();
    return await factsOf(other.store);
  } finally {
    await other.close();
  }
}

/** A store that has read the five, and what happens to the list during the next run. */
async function disturbed(fault: Fault): Promise<Sample> {
  const sample = await open({ workspace: fiveRepositories(), pageLengthMax: 2 });
  await sample.sync();
  expect(readings(sample)).toBe(1);
  sample.clock.at += 3_600_000;
  sample.server.calls.length = 0;
  sample.server.faults.push(fault);
  return sample;
}

describe('a list of repositories that changes while it is read', () => {
  it.each<[string, Fault['does'], number]>([
    ['loses one that was read, so that another moves to a page that was read', { changes: without('api') }, 3],
    ['gets one at its start, so that another comes twice', { changes: withFirst('abc') }, 2],
    ['loses one and gets one, so that its size stays', swapped, 3],
    ['stays as it is, of which the size is another each time', { rewrite: (body) => ({ ...(body as object), size: 77 }) }, 2],
  ])('%s: is read again until it stands still, and the facts are the truth', async (_, does, times) => {
    const sample = await disturbed({ at: SECOND, times: 1, does });
    await sample.sync({ limits: { concurrency: 1 } });
    expect(readings(sample)).toBe(times);
    const truth = await truthOf(sample);
    const found = await factsOf(sample.store);
    // Not lost, and not stale: a stale fact is told as another.
    // Bitbucket's own list was read before the change, and is left out.
    expect([...truth].filter(([id, told]) => !id.includes(' REPORTED ') && found.get(id) !== told)).toEqual([]);
    expect([...found.keys()].filter((id) => !truth.has(id) && / HOLDS /.test(id))).toEqual([]);
    sample.clock.at += 3_600_000;
    await sample.sync();
    expect(await factsOf(sample.store)).toEqual(truth);
  });

  it('never to stand still is a gap: nothing is closed, and a quieter run finds the truth', async () => {
    let round = 0;
    const sample = await disturbed({
      at: SECOND,
      does: {
        changes: (workspace) => {
          workspace.repositories.shift();
          workspace.repositories.push(another(workspace, `new${round++}`));
        },
      },
    });
    const before = await idsOf(sample.store, / HOLDS .* repository:/);
    await sample.sync();
    expect(readings(sample)).toBe(3);
    expect(await gapsOf(sample.store)).toContain('workspace:acme HIDES repositories failed');
    const after = new Set(await idsOf(sample.store, / HOLDS .* repository:/));
    expect(before.filter((id) => !after.has(id))).toEqual([]);
    sample.server.faults.length = 0;
    sample.clock.at += 3_600_000;
    await sample.sync();
    expect(await factsOf(sample.store)).toEqual(await truthOf(sample));
  });

  it('by a repository that is deleted in earnest is read twice, and what hung on it is closed', async () => {
    const sample = await disturbed({ at: /./, times: 1, does: { changes: without('docs') } });
    const docs = await keyOf(sample.store, 'repository:acme/docs');
    const held = new RegExp(` HOLDS \\S+ ${RegExp.escape(docs)}`);
    expect((await idsOf(sample.store, held)).length).toBeGreaterThan(0);
    await sample.sync();
    expect(readings(sample)).toBe(2);
    expect(await factsOf(sample.store)).toEqual(await truthOf(sample));
    expect(await idsOf(sample.store, held)).toEqual([]);
  });
});

describe('other lists', () => {
  it.each(['workspaces/acme/members', 'workspaces/acme/permissions'])('%s: are read again too', async (path) => {
    const sample = await open({ workspace: fiveRepositories(), pageLengthMax: 2 });
    sample.server.faults.push({
      at: new RegExp(`^/2\\.0/${path}\\?.*page=2`),
      times: 1,
      does: {
        changes: (workspace) => {
          workspace.users = workspace.users.filter(({ nickname }) => nickname !== 'jonas');
          workspace.users.unshift({ nickname: 'abe', name: 'Abe', role: 'member', active: true, keys: [] });
        },
      },
    });
    await sample.sync();
    expect(sample.server.calls.filter((call) => call === `GET /2.0/${path}?pagelen=100`).length).toBeGreaterThan(1);
  });

  it('of one page, or that come in any order, are read once', async () => {
    const sample = await open({ workspace: fiveRepositories(), pageLengthMax: 2, faults: [{ at: /./, does: { pages: 'reordered' } }] });
    await sample.sync();
    const gets = sample.server.calls.filter((call) => call.startsWith('GET'));
    expect(new Set(gets).size).toBe(gets.length);
  });
});
