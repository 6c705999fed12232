/** The organisation's directory in the place of the groups of 1.0: the same graph where both can be read, and a gap for what does not match. */
import { describe, expect, it } from 'vitest';
import type { SyncReport } from '../../ingest/report.ts';
import { copySampleWorkspace, type SampleWorkspace } from '../../ingest/sample/workspace.ts';
import { type Organised, organisedSamples } from './organisation.ts';
import { factsOf, gapsOf, smallWorkspace } from './sample.ts';

const open = organisedSamples();

const REFUSED = { at: /1\.0\/groups/, does: { answer: 410 } } as const;
/** Without how sure they are: the directory is matched by names. */
const plainFacts = async ({ sample }: Organised) =>
  [...(await factsOf(sample.store)).values()].map((text) => text.replace('["confidence","inferred"]', '')).sort();

/** 1.0 lists groups that nothing names too, and the directory cannot tell whose those are: here a grant names each. */
function withNamedGroups(): SampleWorkspace {
  const workspace = smallWorkspace();
  const [project] = workspace.projects;
  for (const { slug } of workspace.groups)
    if (!project?.grants.some(({ group }) => group === slug)) project?.grants.push({ group: slug, level: 'read' });
  return workspace;
}

describe('the directory of the organisation', () => {
  it.each([401, 403, 404, 410])('gives the same graph as 1.0 where that answers %i', async (answer) => {
    const by1 = await open({ workspace: withNamedGroups() });
    await by1.sync();
    const byDirectory = await open({ workspace: withNamedGroups(), pageLengthMax: 2 });
    byDirectory.sample.server.faults.push({ at: /1\.0\/groups/, does: { answer } });
    const { report } = await byDirectory.sync();
    expect(await plainFacts(byDirectory)).toEqual(await plainFacts(by1));
    expect((await plainFacts(by1)).filter((text) => text.includes('MEMBER_OF')).length).toBeGreaterThan(15);
    expect(await gapsOf(byDirectory.sample.store)).toEqual(await gapsOf(by1.sample.store));
    expect(report.coverage.find(({ endpoint }) => endpoint === 'directory-members')).toMatchObject({ unread: 0, left: 0 });
  });

  it('is not asked where 1.0 answers', async () => {
    const organised = await open();
    await organised.sync();
    // Once for whether the workspace belongs to the organisation.
    expect(organised.organisation.calls.filter((call) => call.includes('/directories/'))).toHaveLength(1);
  });

  it('would help: without a key the gap says so', async () => {
    const { sample } = await open();
    sample.server.faults.push(REFUSED);
    const { report } = await sample.sync();
    const gap = report.gaps.find(({ hides }) => hides === 'groups');
    expect(gap).toMatchObject({ reason: 'missing' });
    expect(gap?.detail).toMatch(/ATLASSIAN_ORG_API_KEY would read the directory/);
  });

  it('that is refused too leaves the gap with both reasons, and what an earlier run read', async () => {
    const organised = await open();
    await organised.sync();
    const before = (await plainFacts(organised)).filter((text) => text.includes('MEMBER_OF')).length;
    organised.sample.server.faults.push(REFUSED);
    organised.organisation.faults.push({ at: /directories/, does: { answer: 403 } });
    organised.sample.clock.at += 60_000;
    const { report } = await organised.sync();
    expect(report.gaps.find(({ hides }) => hides === 'groups')?.detail).toMatch(/status 410 .*nor does status 403 .*ATLASSIAN_ORG_API_KEY/);
    expect((await plainFacts(organised)).filter((text) => text.includes('MEMBER_OF') && text.endsWith('stale'))).toHaveLength(before);
  });

  it('leaves a gap for a group whose name it does not have, and for one whose members it refuses', async () => {
    const organised = await open({ nameOf: ({ slug, name }) => (slug === 'developers' ? 'Engineering' : name) });
    organised.sample.server.faults.push(REFUSED);
    await organised.sync();
    expect(await gapsOf(organised.sample.store)).toContain('group:acme/developers HIDES group-members missing');
    organised.organisation.faults.push({ at: /\/users/, times: 1, does: { answer: 403 } });
    organised.sample.clock.at += 60_000;
    await organised.sync();
    expect((await gapsOf(organised.sample.store)).filter((gap) => gap.includes('HIDES group-members denied'))).toHaveLength(1);
  });

  it('matches nothing by a name that two groups have', async () => {
    const organised = await open({ nameOf: ({ slug, name }) => (slug === 'sre' ? 'Developers' : name) });
    organised.sample.server.faults.push(REFUSED);
    await organised.sync();
    expect(await gapsOf(organised.sample.store)).toContain('group:acme/developers HIDES group-members missing');
  });

  it('leaves a gap for a member whom nothing of the workspace shows', async () => {
    const organised = await open();
    organised.sample.server.faults.push(REFUSED);
    organised.organisation.faults.push({
      at: /\/users/,
      times: 1,
      does: { rewrite: (body) => ({ ...(body as object), data: [{ accountId: '712020:stranger', nickname: 'stranger' }] }) },
    });
    await organised.sync();
    expect((await gapsOf(organised.sample.store)).filter((gap) => gap.includes('HIDES group-members missing'))).toHaveLength(1);
  });

  it('of the whole sample gives the members of every group that is named', async () => {
    const organised = await open({ workspace: copySampleWorkspace() });
    organised.sample.server.faults.push(REFUSED);
    await organised.sync();
    const gaps = await gapsOf(organised.sample.store);
    expect(gaps.filter((gap) => gap.includes('group-members') || gap.includes('HIDES groups'))).toEqual([]);
  });

  it('keeps no mail address, and its calls are not counted by Bitbucket', async () => {
    const organised = await open();
    organised.sample.server.faults.push(REFUSED);
    const { report, snapshot } = await organised.sync();
    const pages = await Array.fromAsync(organised.sample.store.readPages(snapshot.id));
    const own = pages.filter(({ endpoint }) => endpoint.startsWith('/admin/'));
    expect(own.length).toBeGreaterThan(2);
    expect(JSON.stringify(own)).not.toMatch(/people\.example|managementAccess/);
    expect(JSON.stringify(pages)).not.toContain(organised.organisation.key);
    organised.sample.clock.at += 60_000;
    const again = await organised.sync({ budget: { callsPerHour: 1000, whenSpent: 'stop' } });
    expect(again.report.calls).toBe(countedIn(again.report, ['repositories', 'webhooks']));
    expect(again.report.organisation?.calls).toBe(countedIn(again.report, ['organisation', 'audit log']));
    // An hour counts both runs, a minute the second alone.
    const left = [1000 - countedIn(report, ['repositories']) - countedIn(again.report, ['repositories'])];
    left.push(1000 - countedIn(report, ['webhooks']) - countedIn(again.report, ['webhooks']));
    left.push(60 - countedIn(again.report, ['organisation']));
    expect(again.report.buckets.map((each) => each.left).slice(0, 3)).toEqual(left);
    expect(countedIn(again.report, ['organisation'])).toBeGreaterThan(0);
  });
});

function countedIn({ buckets }: SyncReport, wanted: readonly string[]): number {
  return buckets.filter(({ bucket }) => wanted.includes(bucket)).reduce((sum, { calls }) => sum + calls, 0);
}
