/**
 * What changed between two times, told: which facts, what they are changes of, when, and what effective access differs by them.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { ChangeKind } from '../../graph/model/change-kinds.ts';
import type { Change, Grantpath, Page } from '../../queries/port.ts';
import { HOUR_MS, Opened, T0 } from './opened.ts';

const opened: Opened[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

const SIGN = { appeared: '+', vanished: '-', changed: '~' } as const;
const at = (hour: number) => T0 + hour * HOUR_MS;
const told = (page: Page<Change>) => page.edges.map(({ node }) => `${SIGN[node.turn]} ${node.kind}: ${node.text}`);

/** One commit an hour, and a grantpath an hour after the last. */
async function history(...worlds: readonly string[]): Promise<Grantpath> {
  const here = await Opened.make();
  opened.push(here);
  for (const world of worlds) {
    await here.commit(world);
    here.clock.at += HOUR_MS;
  }
  return here.open();
}

const ACME = `
  workspace:acme CONTAINS project:acme/WEB
  project:acme/WEB CONTAINS repository:acme/api
  user:{1} IS User ref=user:ann
  user:bob IS User
  group:acme/dev HOLDS write ON project:acme/WEB
`;

describe('changes', () => {
  it('are told in the notation, by the names of a time at which the fact holds', async () => {
    const grantpath = await history(
      `${ACME} user:{1} MEMBER_OF group:acme/dev`,
      `${ACME.replace('user:ann', 'user:anna')} user:{1} HOLDS admin ON repository:acme/api`,
    );
    const page = await grantpath.changes(at(0), at(1));
    expect(told(page)).toEqual([
      '+ grants: user:anna HOLDS admin ON repository:acme/api',
      '~ identities: user:anna IS User: ref user:ann -> user:anna',
      '- memberships: user:ann MEMBER_OF group:acme/dev',
    ]);
    expect(page.edges.map(({ node }) => [node.id, node.from, node.to, node.at, node.heldAt])).toEqual([
      ['user:{1} HOLDS admin repository:acme/api', 'user:anna', 'repository:acme/api', at(1), at(1)],
      ['user:{1} IS User', 'user:anna', null, at(1), at(1)],
      ['user:{1} MEMBER_OF group:acme/dev', 'user:ann', 'group:acme/dev', at(1), at(0)],
    ]);
    expect(page.edges[1]?.node.differences).toEqual([{ name: 'ref', before: 'user:ann', after: 'user:anna' }]);
    expect([page.complete, page.hasNextPage, page.snapshot.at, await page.totalCount(), await page.gaps()]).toEqual([
      true,
      false,
      at(1),
      null,
      [],
    ]);
    expect(told(await grantpath.changes(at(0)))).toEqual(told(page));
    expect(told(await grantpath.changes(at(1)))).toEqual([]);
  });

  it('are changes of grants, memberships, restrictions, keys, settings and more, and can be asked by these', async () => {
    const grantpath = await history(
      `${ACME} restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
       token:acme/api#ci IS AccessToken
       repository:acme/api IS Repository mainBranch=main`,
      `${ACME.replace('user:bob IS User', 'user:bob IS User active=false')}
       restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=*
       restriction:acme/api#1 EXEMPTS user:bob
       token:acme/api#ci IS AccessToken expiresAt=2026-06-01T00:00:00Z
       token:acme/api#ci HAS_SCOPE scope:repository
       repository:acme/api IS Repository mainBranch=trunk
       project:acme/WEB CONTAINS repository:acme/new
       variable:acme/api#KEY IS Variable
       user:bob MEMBER_OF group:acme/dev
       user:bob REPORTED write ON repository:acme/api
       repository:acme/api HIDES user-grants BECAUSE denied`,
    );
    const ask = async (...kinds: ChangeKind[]) => told(await grantpath.changes(at(0), at(1), { kinds }));
    expect(await ask('grants')).toEqual([]);
    expect(await ask('memberships')).toEqual(['+ memberships: user:bob MEMBER_OF group:acme/dev']);
    expect(await ask('restrictions')).toEqual([
      '+ restrictions: restriction:acme/api#1 EXEMPTS user:bob',
      '~ restrictions: restriction:acme/api#1 RESTRICTS push ON repository:acme/api: glob main -> *',
    ]);
    expect(await ask('keys')).toEqual([
      '+ keys: scope:repository IS Scope',
      '+ keys: token:acme/api#ci HAS_SCOPE scope:repository',
      '~ keys: token:acme/api#ci IS AccessToken: expiresAt nothing -> 2026-06-01T00:00:00.000Z',
    ]);
    expect(await ask('settings')).toEqual([
      '~ settings: repository:acme/api IS Repository: mainBranch main -> trunk',
      '+ settings: variable:acme/api#KEY IS Variable',
    ]);
    expect(await ask('identities', 'content', 'reports')).toEqual([
      '+ content: project:acme/WEB CONTAINS repository:acme/new',
      '+ content: repository:acme/new IS Repository',
      '~ identities: user:bob IS User: active nothing -> false',
      '+ reports: user:bob REPORTED write ON repository:acme/api',
    ]);
    expect(await ask('gaps')).toEqual(['+ gaps: grants of users on repository:acme/api could not be read (denied)']);
    const all = await grantpath.changes(at(0), at(1));
    expect(all.edges).toHaveLength(13);
    expect([all.complete, (await all.gaps()).map(({ id }) => id)]).toEqual([false, ['repository:acme/api HIDES user-grants denied']]);
    expect((await grantpath.changes(at(0), at(1), { kinds: ['memberships'] })).complete).toBe(true);
    expect((await grantpath.changes(at(0), at(1), { kinds: ['grants'] })).complete).toBe(false);
  });

  it('are paged, whatever is asked for', async () => {
    const members = (from: number) => Array.from({ length: 30 }, (_, i) => `user:u${from + i} MEMBER_OF group:acme/dev`).join('\n');
    const grantpath = await history(`${ACME}${members(100)}`, `${ACME}${members(115)}`);
    for (const kinds of [null, ['memberships'], ['identities']] as const) {
      const all = told(await grantpath.changes(at(0), at(1), { kinds }));
      expect(all).toHaveLength(kinds === null ? 60 : 30);
      const paged: string[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const page: Page<Change> = await grantpath.changes(at(0), at(1), { kinds, first: 7, after });
        paged.push(...told(page));
        [after, more] = [page.edges.at(-1)?.cursor ?? null, page.hasNextPage];
      }
      expect(paged).toEqual(all);
    }
    const { edges } = await grantpath.changes(at(0), at(1), { first: 1 });
    await expect(grantpath.changes(at(0), null, { after: edges[0]?.cursor })).rejects.toMatchObject({ code: 'CURSOR' });
  });

  it('of a time before anything was read are all that was read, and said to be no knowledge of change', async () => {
    const grantpath = await history(ACME);
    const page = await grantpath.changes(at(-1));
    expect(told(page)).toContain('+ content: workspace:acme IS Workspace');
    expect([page.complete, (await page.gaps()).map(({ reason, scope }) => `${reason} ${scope}`)]).toEqual([
      false,
      ['before-first-run workspace:acme'],
    ]);
    const nothing = await grantpath.changes(at(-2), at(-1));
    expect([nothing.edges, nothing.complete, nothing.snapshot.id]).toEqual([[], false, 'none']);
    expect(await grantpath.accessChanges(at(-2), at(-1))).toMatchObject({ edges: [], complete: false, touched: 0, compared: 0 });
  });

  it('have no commit where a fact only turned stale', async () => {
    const here = await Opened.make();
    opened.push(here);
    const state = async (outcome: 'complete' | 'unread') => {
      const run = await here.store.startRun('test/acme');
      const fact = { type: 'edge', kind: 'MEMBER_OF', from: 'user:bob', to: 'group:acme/dev', word: '', props: {} } as const;
      const stated = outcome === 'unread' ? [] : [{ fact, scope: 'members', endpoint: '/members', fetchedAt: 1 }];
      await run.commit({ facts: stated, scopes: new Map([['members', outcome]]), closeUnlisted: false, report: {} });
      here.clock.at += HOUR_MS;
    };
    await here.commit('user:bob IS User\ngroup:acme/dev IS Group', 'test/nodes');
    await state('complete');
    const before = here.clock.at;
    await state('unread');
    const page = await (await here.open()).changes(before - 1);
    expect(told(page)).toEqual(['~ memberships: user:bob MEMBER_OF group:acme/dev: could not be read again']);
    expect(page.edges[0]?.node).toMatchObject({ at: null, differences: [{ name: 'stale', before: false, after: true }] });
  });

  it('between times in the wrong order, of no time, or of no kind are refused', async () => {
    const grantpath = await history(ACME);
    const refused = async (...given: unknown[]) => {
      const ask = grantpath.changes.bind(grantpath) as (...args: unknown[]) => Promise<unknown>;
      return ask(...given).then(
        () => 'none',
        ({ code, message }: { code: string; message: string }) => `${code} ${message}`,
      );
    };
    expect(await refused(at(2), at(1))).toMatch(
      /^USAGE `from` is not after `to`, got 2026-03-01T14:00:00.000Z and 2026-03-01T13:00:00.000Z/,
    );
    expect(await refused('x')).toMatch(/^TIME_MALFORMED `from` is a number/);
    expect(await refused(at(0), 'x')).toMatch(/^TIME_MALFORMED/);
    expect(await refused(at(0), at(1), { kinds: ['grant'] })).toMatch(/^USAGE `kinds` is a list of grants, memberships/);
    expect(await refused(at(0), at(1), { first: 1001 })).toMatch(/^LIMIT/);
  });
});

describe('access changes', () => {
  const rows = async (grantpath: Grantpath, from: number, to: number) => {
    const page = await grantpath.accessChanges(from, to);
    return page.edges.map(({ node }) => `${node.identity.ref} ${node.resource.ref} ${node.before ?? 'none'} -> ${node.after ?? 'none'}`);
  };

  it('are what members of a group, and what acts as them, can do otherwise', async () => {
    const base = `${ACME}
      user:bob MEMBER_OF group:acme/dev
      user:cy IS User
      token:bob#ci ACTS_AS user:bob
      token:bob#ci HAS_SCOPE scope:read:repository:bitbucket`;
    const grantpath = await history(base, `${base}\n group:acme/dev HOLDS admin ON repository:acme/api`);
    expect(await rows(grantpath, at(0), at(1))).toEqual([
      'group:acme/dev repository:acme/api write -> admin',
      'token:bob#ci repository:acme/api write -> admin',
      'user:bob repository:acme/api write -> admin',
    ]);
    const page = await grantpath.accessChanges(at(0), at(1));
    expect([page.touched, page.compared, page.complete, await page.totalCount()]).toEqual([3, 3, true, 3]);
    expect(page.edges[2]?.node.gained).toContain('repository.admin');
    // The scope stops what the level gives.
    expect(page.edges.map(({ node }) => [node.gained.length > 0, node.lost])).toEqual([
      [true, []],
      [false, []],
      [true, []],
    ]);
  });

  it('follow what moves, who leaves, and who is deactivated', async () => {
    const at0 = `${ACME}
      workspace:acme CONTAINS project:acme/OPS
      user:{1} MEMBER_OF group:acme/dev
      user:bob HOLDS read ON project:acme/OPS
      user:cy HOLDS read ON repository:acme/api`;
    const at1 = at0
      .replace('project:acme/WEB CONTAINS repository:acme/api', 'project:acme/OPS CONTAINS repository:acme/api')
      .replace('user:{1} MEMBER_OF group:acme/dev', 'user:cy IS User active=false');
    const grantpath = await history(at0, at1);
    expect(await rows(grantpath, at(0), at(1))).toEqual([
      'group:acme/dev repository:acme/api write -> none',
      'user:bob repository:acme/api none -> read',
      'user:cy repository:acme/api read -> none',
      'user:ann project:acme/WEB write -> none',
      'user:ann repository:acme/api write -> none',
    ]);
    const page = await grantpath.accessChanges(at(0), at(1), { first: 2 });
    const next = await grantpath.accessChanges(at(0), at(1), { first: 9, after: page.edges[1]?.cursor });
    expect([page.hasNextPage, page.edges.length, next.edges.length, next.hasNextPage]).toEqual([true, 2, 3, false]);
  });

  it("are where Bitbucket's own listing begins to stand in, for all that a gap lies over", async () => {
    const base = `${ACME} user:bob REPORTED admin ON repository:acme/api`;
    const grantpath = await history(base, `${base}\nproject:acme/WEB HIDES group-grants BECAUSE denied`);
    expect(await rows(grantpath, at(0), at(1))).toEqual(['user:bob repository:acme/api none -> admin']);
  });

  it('are none by an expiry alone, by rules, or by what only people read', async () => {
    const base = `${ACME} token:acme/api#ci IS AccessToken expiresAt=2026-03-01T12:30:00Z
      token:acme/api#ci HOLDS write ON repository:acme/api
      token:acme/api#ci HAS_SCOPE scope:repository`;
    const grantpath = await history(
      base,
      `${base}\n token:acme/api#ci HAS_SCOPE scope:repository:write
       restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=*
       repository:acme/api IS Repository mainBranch=main`,
    );
    expect(await rows(grantpath, at(0), at(1))).toEqual([]);
  });
});

describe('since', () => {
  it('is the beginning of the fact that began last, as it is called at the time of the answer', async () => {
    const grantpath = await history(
      ACME,
      `${ACME} user:{1} MEMBER_OF group:acme/dev`,
      `${ACME.replace('user:ann', 'user:anna')} user:{1} MEMBER_OF group:acme/dev`,
    );
    const answer = await grantpath.check({ identity: 'user:anna', action: 'repository.write', resource: 'repository:acme/api' });
    const [proof] = await answer.proofs(1);
    if (proof === undefined) throw new Error('an ALLOW has a proof');
    expect(await grantpath.since(proof, { at: answer.snapshot.at })).toEqual({
      at: at(1),
      fact: 'user:{1} MEMBER_OF group:acme/dev',
      text: 'user:anna MEMBER_OF group:acme/dev',
    });
    expect(await grantpath.since(proof)).toMatchObject({ at: at(1) });
    expect(await grantpath.since(proof, { at: at(0) })).toMatchObject({ at: at(0), fact: 'group:acme/dev HOLDS write project:acme/WEB' });
    expect(await grantpath.since({ text: '', steps: [] })).toBeNull();
    expect(await grantpath.since(proof, { at: at(-1) })).toBeNull();
    await expect(grantpath.since({ text: '' } as never)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(grantpath.since({ text: '', steps: [null] } as never)).rejects.toMatchObject({ code: 'USAGE' });
  });
});
