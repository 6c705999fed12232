/**
 * Time: what held then, what a future time makes of expiries, and what nobody had read yet.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { HOUR_MS, Opened, T0 } from './opened.ts';

const opened: Opened[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const ACME = `
  workspace:acme CONTAINS project:acme/WEB
  project:acme/WEB CONTAINS repository:acme/api
  user:{1} IS User ref=user:ann
  user:bob IS User
`;
const BETA = `
  workspace:beta CONTAINS project:beta/OPS
  project:beta/OPS CONTAINS repository:beta/infra
  workspace:beta CONTAINS group:beta/sre
  user:bob HOLDS write ON repository:beta/infra
  user:cy HOLDS write ON repository:beta/infra
  user:cy MEMBER_OF group:beta/sre
`;

/** At 0 h ann may write, at 1 h she may read, at 2 h the workspace beta is read for the first time. */
async function history(options: { inWorker?: boolean } = {}) {
  const here = await Opened.make();
  opened.push(here);
  await here.commit(`${ACME} user:{1} HOLDS write ON repository:acme/api`);
  here.clock.at = T0 + HOUR_MS;
  await here.commit(`${ACME.replace('user:ann', 'user:anna')} user:{1} HOLDS read ON repository:acme/api`);
  here.clock.at = T0 + 2 * HOUR_MS;
  await here.commit(BETA, 'test/beta');
  here.clock.at = T0 + 3 * HOUR_MS;
  return { here, grantpath: await here.open(options) };
}

describe.each([{ inWorker: false }, { inWorker: true }])('a past time, compiled in a worker: $inWorker', (options) => {
  it('is answered by the facts that held then, under the names of then', async () => {
    const { grantpath } = await history(options);
    const ask = async (identity: string, at?: number) =>
      (await grantpath.check({ identity, action: 'repository.write', resource: 'repository:acme/api' }, at === undefined ? {} : { at }))
        .verdict;
    expect(await ask('user:ann', T0)).toBe('ALLOW');
    expect(await ask('user:ann', T0 + HOUR_MS - 1)).toBe('ALLOW');
    expect(await ask('user:anna', T0 + HOUR_MS)).toBe('DENY');
    expect(await ask('user:anna')).toBe('DENY');
    await expect(ask('user:ann')).rejects.toThrow(/got `user:ann`; nearest: `user:anna`/);
    await expect(ask('user:anna', T0)).rejects.toThrow(/got `user:anna`; nearest: `user:ann`/);
    const then = await grantpath.check({ identity: 'user:{1}', action: 'repository.write', resource: 'repository:acme/api' }, { at: T0 });
    expect([then.snapshot.at, await then.reason()]).toEqual([T0, 'user:ann holds write on repository:acme/api']);
    expect((await grantpath.node('user:{1}', { at: T0 })).named.ref).toBe('user:ann');
    expect((await grantpath.find('', { kinds: ['Workspace'], at: T0 })).edges.map(({ node }) => node.ref)).toEqual(['workspace:acme']);
  });
});

describe('more past states than are kept', () => {
  it('are compiled again when they are asked again', async () => {
    const here = await Opened.make();
    opened.push(here);
    const levels = ['read', 'write', 'admin', 'read', 'write', 'admin', 'read'];
    for (const level of levels) {
      await here.commit(`${ACME} user:bob HOLDS ${level} ON repository:acme/api`);
      here.clock.at += HOUR_MS;
    }
    const grantpath = await here.open();
    const heldAt = async (hour: number) =>
      (await grantpath.whatCan('user:bob', null, { at: T0 + hour * HOUR_MS, kinds: ['Repository'] })).edges[0]?.node.permission;
    for (let round = 0; round < 2; round++) for (const [hour, level] of levels.entries()) expect(await heldAt(hour)).toBe(level);
    expect(await Promise.all(levels.map((_, hour) => heldAt(hour)))).toEqual(levels);
  });
});

describe('a future time', () => {
  it('applies expiries to what holds now', async () => {
    const here = await Opened.make();
    opened.push(here);
    await here.commit(`${ACME}
      token:acme/api#ci IS AccessToken expiresAt=2026-06-01T00:00:00Z
      token:acme/api#ci HOLDS write ON repository:acme/api
      token:acme/api#ci HAS_SCOPE scope:repository:write`);
    const grantpath = await here.open();
    const ask = (at?: number) =>
      grantpath.check(
        { identity: 'token:acme/api#ci', action: 'repository.write', resource: 'repository:acme/api' },
        at === undefined ? {} : { at },
      );
    expect((await ask()).verdict).toBe('ALLOW');
    expect((await ask(Date.parse('2026-05-31T23:59:59Z'))).verdict).toBe('ALLOW');
    const later = await ask(Date.parse('2026-06-01T00:00:00Z'));
    expect([later.verdict, (await later.denials()).map(({ kind }) => kind)]).toEqual(['DENY', ['expired']]);
  });
});

describe('before the first run of a scope', () => {
  const GAP = { reason: 'before-first-run', hides: 'everything' };

  it('nothing is known where the store had no snapshot at all', async () => {
    const { grantpath } = await history();
    const at = T0 - 1;
    const answer = await grantpath.check({ identity: 'user:bob', action: 'repository.read', resource: 'repository:acme/api' }, { at });
    expect(answer.verdict).toBe('UNKNOWN');
    expect(await answer.gaps()).toMatchObject([{ ...GAP, scope: 'workspace:acme' }]);
    expect(await answer.reason()).toBe('not known: everything about workspace:acme was not read before the asked time (before-first-run)');
    expect([answer.snapshot, await answer.proofs(10), await answer.denials()]).toEqual([{ id: 'none', at }, [], []]);
    const scopes = ['workspace:acme', 'workspace:beta'];
    for (const page of [
      await grantpath.whatCan('user:bob', null, { at }),
      await grantpath.find('', { at }),
      await grantpath.edgesOf('user:bob', 'from', { at }),
    ]) {
      expect([page.edges, page.complete, (await page.gaps()).map(({ scope }) => scope)]).toEqual([[], false, scopes]);
    }
    const who = await grantpath.whoCan('repository.read', 'repository:acme/api', { at });
    expect([who.edges, who.complete, await who.gaps()]).toMatchObject([[], false, [{ ...GAP, scope: 'workspace:acme' }]]);
    const paths = await grantpath.paths('user:bob', 'repository:acme/api', null, { at });
    expect([paths.edges, paths.complete, await paths.totalCount()]).toEqual([[], false, null]);
    expect((await grantpath.gaps({ at })).edges.map(({ node }) => node.scope)).toEqual(scopes);
    expect(await grantpath.coverage({ at })).toEqual([]);
    await expect(grantpath.node('user:bob', { at })).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
    expect(await grantpath.namedNodes(['workspace:acme', 'user:nobody'], at)).toMatchObject([{ ref: 'workspace:acme' }, null]);
    expect([await grantpath.nodeFacts(['user:bob'], at), await grantpath.edgeFacts(['x'], at)]).toEqual([[null], [null]]);
  });

  it('one workspace is not known while another is', async () => {
    const { grantpath } = await history();
    const at = T0 + HOUR_MS;
    const ask = (identity: string, resource: string) => grantpath.check({ identity, action: 'repository.write', resource }, { at });
    expect((await ask('user:anna', 'repository:acme/api')).verdict).toBe('DENY');
    const beta = await ask('user:bob', 'repository:beta/infra');
    expect([beta.verdict, await beta.gaps()]).toMatchObject(['UNKNOWN', [{ ...GAP, scope: 'workspace:beta' }]]);
    expect(beta.snapshot.at).toBe(at);
    // Known only since beta was read.
    expect((await ask('user:cy', 'repository:beta/infra')).verdict).toBe('UNKNOWN');
    expect((await ask('group:beta/sre', 'repository:acme/api')).verdict).toBe('UNKNOWN');
    await expect(ask('user:cy', 'repository:acme/api')).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
    await expect(ask('user:nobody', 'repository:beta/infra')).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
    await expect(ask('user:bob', 'repository:beta/nothing')).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
    const what = await grantpath.whatCan('user:{1}', null, { at });
    expect(what.edges.map(({ node }) => node.resource.ref)).toEqual(['repository:acme/api']);
    expect([what.complete, await what.gaps()]).toMatchObject([false, [{ ...GAP, scope: 'workspace:beta' }]]);
    expect((await grantpath.whoCan('repository.read', 'repository:acme/api', { at })).complete).toBe(true);
    expect((await grantpath.find('bob', { at })).complete).toBe(false);
    expect((await grantpath.find('bob')).complete).toBe(true);
  });

  it('a question of the wrong form is an error all the same', async () => {
    const { grantpath } = await history();
    const at = T0 - 1;
    const ask = (identity: string, action: 'branch.push' | 'repository.read', resource: string) =>
      grantpath.check({ identity, action, resource }, { at });
    await expect(ask('user:bob', 'branch.push', 'repository:acme/api')).rejects.toMatchObject({ code: 'ACTION_UNKNOWN' });
    await expect(ask('project:acme/WEB', 'repository.read', 'repository:acme/api')).rejects.toMatchObject({ code: 'NOT_AN_IDENTITY' });
    await expect(ask('user:zzz', 'repository.read', 'repository:acme/api')).rejects.toMatchObject({ code: 'REFERENCE_UNKNOWN' });
    expect((await ask('user:bob', 'branch.push' as 'repository.read', 'branch:acme/api#main')).verdict).toBe('UNKNOWN');
  });

  it('a list that was begun now does not learn of what is read meanwhile', async () => {
    const here = await Opened.make();
    opened.push(here);
    await here.commit(`${ACME} user:bob HOLDS read ON project:acme/WEB`);
    const grantpath = await here.open();
    const first = await grantpath.whatCan('user:bob', null, { first: 1 });
    here.clock.at += HOUR_MS;
    await here.commit(BETA, 'test/beta');
    const second = await (await here.open()).whatCan('user:bob', null, { first: 1, after: first.edges[0]?.cursor ?? '' });
    expect([second.edges.map(({ node }) => node.resource.ref), second.complete]).toEqual([['repository:acme/api'], true]);
  });
});

describe('a time that is none', () => {
  it('is refused', async () => {
    const { grantpath } = await history();
    await expect(grantpath.gaps({ at: Number.NaN })).rejects.toMatchObject({ code: 'TIME_MALFORMED' });
    await expect(grantpath.coverage({ at: Number.POSITIVE_INFINITY })).rejects.toMatchObject({ code: 'TIME_MALFORMED' });
  });
});

describe('an empty store', () => {
  it('answers nothing, says so, and answers once it has a snapshot', async () => {
    const here = await Opened.make();
    opened.push(here);
    const grantpath = await here.open();
    expect(grantpath.ready()).toBe(false);
    const ask = () => grantpath.check({ identity: 'user:bob', action: 'repository.read', resource: 'repository:acme/api' });
    await expect(ask()).rejects.toMatchObject({ code: 'STORE_EMPTY' });
    await expect(grantpath.gaps({ at: T0 - 1 })).rejects.toMatchObject({ code: 'STORE_EMPTY' });
    await expect(grantpath.snapshots()).rejects.toMatchObject({ code: 'STORE_EMPTY' });
    await here.commit(ACME);
    expect((await ask()).verdict).toBe('DENY');
  });
});
