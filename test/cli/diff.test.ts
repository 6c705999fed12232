/** `diff` on a store with three commits, and `since` under a proof. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseWorld } from '../../graph/notation.ts';
import { openStore } from '../../graph/store/open.ts';
import { commitWorld } from '../support/commit-world.ts';
import { runMain } from '../support/run-main.ts';

const folder = mkdtempSync(join(tmpdir(), 'grantpath-diff-'));
const GRANTPATH_STORE = `sqlite:${join(folder, 'store.sqlite')}`;
const run = (...args: string[]) => runMain(args, { env: { GRANTPATH_STORE } });
const DAYS = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'] as const;
const ids: string[] = [];

const ACME = `
  workspace:acme CONTAINS project:acme/WEB
  project:acme/WEB CONTAINS repository:acme/api
  group:acme/dev HOLDS write ON project:acme/WEB
  user:ann IS User
  user:bob MEMBER_OF group:acme/dev
`;

beforeAll(async () => {
  let now = 0;
  const store = await openStore(GRANTPATH_STORE, { now: () => now });
  for (const [index, facts] of [
    ACME,
    `${ACME}user:ann MEMBER_OF group:acme/dev\nrestriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main`,
    `${ACME.replace('user:bob MEMBER_OF group:acme/dev', 'user:bob IS User')}user:ann MEMBER_OF group:acme/dev\nrestriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=*`,
  ].entries()) {
    now = Date.parse(DAYS[index] as string);
    ids.push((await commitWorld(store, parseWorld(facts), { connector: 'test/acme' })).id);
  }
  await store.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = (text: string) => text.split('\n').map((line) => line.split(/ {2,}/).join(' | ').trim());

describe('diff', () => {
  it('prints what appeared, vanished and changed, and the effective access that differs', async () => {
    const { status, stdout, stderr } = await run('diff', DAYS[0], DAYS[2]);
    expect([status, stderr]).toEqual([0, '']);
    expect(lines(stdout)).toEqual([
      '| Of | Fact | When',
      '+ | restrictions | restriction:acme/api#1 IS BranchRestriction | 2026-01-02T00:00:00.000Z',
      '+ | restrictions | restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=* | 2026-01-03T00:00:00.000Z',
      '+ | memberships | user:ann MEMBER_OF group:acme/dev | 2026-01-02T00:00:00.000Z',
      '- | memberships | user:bob MEMBER_OF group:acme/dev | 2026-01-03T00:00:00.000Z',
      '',
      `4 listed; snapshot ${ids[2]} of 2026-01-03T00:00:00.000Z`,
      '',
      'Effective access that differs by all changes',
      'Identity | Resource | Before | After | Gained | Lost',
      expect.stringMatching(/^user:ann \| project:acme\/WEB \| none \| write \| project\.read/),
      expect.stringMatching(/^user:ann \| repository:acme\/api \| none \| write \| repository\.read repository\.write/),
      expect.stringMatching(/^user:bob \| project:acme\/WEB \| write \| none \| (\| )?project\.read/),
      expect.stringMatching(/^user:bob \| repository:acme\/api \| write \| none \| (\| )?repository\.read/),
      '',
      '4 of 4 differences in effective access listed',
      '2 of 2 identities and credentials compared that the changes can touch',
      '',
    ]);
  });

  it('takes ids of snapshots, and kinds', async () => {
    const { stdout } = await run('diff', ids[1] as string, ids[2] as string, '--kinds', 'restrictions,grants', '--json');
    const { changes, accessChanges, from, to } = JSON.parse(stdout);
    expect([from, to]).toEqual(['2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z']);
    expect(changes.edges.map(({ node }: { node: unknown }) => node)).toEqual([
      {
        id: 'restriction:acme/api#1 RESTRICTS push repository:acme/api',
        turn: 'changed',
        kind: 'restrictions',
        text: 'restriction:acme/api#1 RESTRICTS push ON repository:acme/api: glob main -> *',
        from: 'restriction:acme/api#1',
        to: 'repository:acme/api',
        differences: [{ name: 'glob', before: 'main', after: '*' }],
        at: '2026-01-03T00:00:00.000Z',
      },
    ]);
    expect([changes.complete, accessChanges.totalCount, accessChanges.touched, accessChanges.compared]).toEqual([true, 2, 1, 1]);
    expect(accessChanges.edges[0].node).toMatchObject({ identity: { ref: 'user:bob' }, before: 'write', after: null, gained: [] });
  });

  it('is paged by its facts, and tells access with the first page alone', async () => {
    const first = JSON.parse((await run('diff', DAYS[0], '--first', '3', '--json')).stdout);
    const { endCursor, hasNextPage } = first.changes.pageInfo;
    expect([first.changes.edges.length, hasNextPage, first.accessChanges.edges.length]).toEqual([3, true, 3]);
    const rest = await run('diff', DAYS[0], '--first', '3', '--after', endCursor, '--json');
    expect(JSON.parse(rest.stdout)).toMatchObject({ changes: { edges: [{}], pageInfo: { hasNextPage: false } }, accessChanges: null });
    expect((await run('diff', DAYS[0], '--after', endCursor)).stdout).not.toContain('Effective access');
  });

  it('says so where nothing differs, and where nothing had been read', async () => {
    expect((await run('diff', DAYS[2])).stdout).toMatch(/^no fact differs\n[\s\S]*no effective access differs\n0 of 0 identities/);
    expect((await run('diff', '2025-12-01')).stdout).toMatch(
      /the list may be incomplete:\n[\s\S]*workspace:acme was not read before the asked time/,
    );
  });

  it.each([
    [['diff', 'yesterday'], /expected a time like `2026-01-31T12:00:00Z` or the id of a snapshot, got `yesterday`/],
    [['diff', '2026-13-01'], /TIME_MALFORMED/],
    [['diff', '2026-01-03', '2026-01-01'], /`from` is not after `to`/],
    [['diff', '2026-01-01', '--kinds', 'grants,keyz'], /--kinds is some of grants,memberships,.*; got `keyz`/],
    [['diff', '2026-01-01', '--at', '2026-01-02'], /takes its times as FROM and TO/],
    [['diff'], /missing required argument/],
  ])('refuses %j', async (args, message) => {
    const { status, stdout, stderr } = await run(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

describe('since', () => {
  it('stands under a proof, for people and for tools', async () => {
    const check = ['check', 'user:ann', 'repository.write', 'repository:acme/api'];
    expect((await run(...check)).stdout).toContain('since 2026-01-02T00:00:00.000Z, by user:ann MEMBER_OF group:acme/dev\n');
    const { proofs } = JSON.parse((await run(...check, '--json')).stdout);
    expect(proofs[0].since).toEqual({ at: '2026-01-02T00:00:00.000Z', fact: 'user:ann MEMBER_OF group:acme/dev' });
    expect((await run('paths', 'group:acme/dev', 'project:acme/WEB')).stdout).toContain(
      'since 2026-01-01T00:00:00.000Z, by group:acme/dev HOLDS permission:write@project:acme/WEB\n',
    );
  });
});
