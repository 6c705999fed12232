/** What pages do not say, or say in words without a row: activity of accounts, privileges of groups, branches without a name. */
import { describe, expect, it } from 'vitest';
import type { StatedFact } from '../../graph/fact.ts';
import { openMemoryStore } from '../../graph/store/memory.ts';
import type { KeptPage, Store } from '../../graph/store/port.ts';
import { openSqliteStore } from '../../graph/store/sqlite.ts';
import { rebuildFacts } from '../../ingest/bitbucket-cloud/facts.ts';
import { keysOf } from '../store/laws.ts';
import { ACME, API, account, group, ids, refused, repository, without, workspacePages } from './pages.ts';

const gaps = (facts: readonly StatedFact[]) => ids(facts, / HIDES /);
const detailsOf = (facts: readonly StatedFact[]) => facts.flatMap(({ fact }) => (fact.type === 'gap' ? [fact.detail] : []));
const propsOf = (facts: readonly StatedFact[], key: string) =>
  facts.flatMap(({ fact }) => (fact.type === 'node' && fact.key === key ? [fact.props] : []))[0];

describe('the activity of an account', () => {
  const ofStatus = (status?: unknown) =>
    rebuildFacts(workspacePages({ 'workspace-members': [{ user: account('ann', { account_status: status }) }] })).facts;

  it.each<[unknown, object]>([
    ['active', { active: true }],
    ['inactive', { active: false }],
    ['closed', { active: false }],
    [undefined, {}],
    [null, {}],
  ])('of status %j is known', (status, props) => {
    const facts = ofStatus(status);
    expect([propsOf(facts, 'user:{ann}'), gaps(facts)]).toEqual([props, []]);
  });

  it.each(['suspended', 'Active', '', 'toString'])('of status `%s` without a row is a gap, neither yes nor no', (status) => {
    const facts = ofStatus(status);
    expect([propsOf(facts, 'user:{ann}'), gaps(facts)]).toEqual([{}, ['user:{ann} HIDES activity unknown-value']]);
    expect(detailsOf(facts)).toEqual([`account status \`${status}\``]);
  });

  it.each([
    ['active', true, true],
    ['active', false, false],
    ['inactive', true, false],
    [undefined, true, true],
    [undefined, false, false],
  ])('that members call %s and groups %s is %s', (status, flag, active) => {
    const { facts } = rebuildFacts(
      workspacePages({
        'workspace-members': [{ user: account('ann', { account_status: status }) }],
        'workspace-roles': [{ permission: 'member', user: account('ann') }],
        groups: [{ slug: 'developers', name: 'D', members: [account('ann', { is_active: flag })] }],
      }),
    );
    expect([propsOf(facts, 'user:{ann}'), gaps(facts)]).toEqual([{ active }, []]);
  });
});

describe('two workspaces that know a user', () => {
  const commit = async (store: Store, connector: string, pages: KeptPage[]) => {
    const { facts, scopes, closeUnlisted } = rebuildFacts(pages);
    const run = await store.startRun(connector);
    return (await run.commit({ facts, scopes, closeUnlisted, report: {} })).at;
  };
  const silent = () => workspacePages({ 'workspace-members': [{ user: account('bob') }] });
  /** The same workspace under another name. */
  const other = (pages: KeptPage[]): KeptPage[] =>
    JSON.parse(JSON.stringify(pages).replaceAll('acme', 'beta').replaceAll('{api}', '{shop}').replaceAll('{web}', '{apps}'));
  const saying = (active: boolean) =>
    other(workspacePages({ groups: [{ slug: 'developers', name: 'D', members: [account('bob', { is_active: active })] }] }));
  const inactiveAt = async (store: Store, at: number) => {
    const { inactive, keys } = await store.scanNodeColumns(at);
    const all = keysOf(keys);
    return [...inactive].map((index) => all[index]);
  };

  it.each(['acme, beta', 'beta, acme', 'acme, beta, acme', 'beta, acme, beta, acme'])(
    'agree on his activity when read as %s',
    async (order) => {
      for (const store of [openMemoryStore(), openSqliteStore({ path: ':memory:' })]) {
        const read = async (active: boolean) => {
          let at = 0;
          for (const name of order.split(', ')) at = await commit(store, name, name === 'acme' ? silent() : saying(active));
          return inactiveAt(store, at);
        };
        expect(await read(false)).toEqual(['user:{bob}']);
        expect(await read(true)).toEqual([]);
        await store.close();
      }
    },
  );
});

describe('whether a group confers administration', () => {
  const GAP = `${ACME} HIDES grant-level unknown-value group:{acme}/admins`;
  const roles = [
    { permission: 'owner', user: account('ann') },
    { permission: 'member', user: account('bob') },
    { permission: 'collaborator', user: account('cid') },
    { permission: 'emperor', user: account('dot') },
  ];
  const withMembers = (members: string[], more: Parameters<typeof workspacePages>[0] = {}) =>
    workspacePages({
      'workspace-members': [{ user: account('bob') }],
      'workspace-roles': roles,
      groups: [{ slug: 'admins', name: 'Admins', members: members.map((name) => account(name)) }],
      ...more,
    });
  const gapsOf = (...given: Parameters<typeof withMembers>) =>
    gaps(rebuildFacts(withMembers(...given)).facts).filter((id) => id.includes('group:'));
  const grantOf = (extra: object) => ({ 'repository-group-grants': [{ permission: 'read', group: { slug: 'admins', ...extra } }] });

  it.each<[string, string[]]>([
    ['of owners alone', ['ann']],
    ['of nobody', []],
    ['with a role that no row describes', ['ann', 'dot']],
    ['with a member that the roles do not list', ['ann', 'zoe']],
  ])('is a gap for a group %s that no page shows', (_, members) => {
    expect(gapsOf(members)).toEqual([GAP]);
  });

  it.each(['bob', 'cid'])('is a no where member %s is not an owner', (member) => {
    expect(gapsOf(['ann', member])).toEqual([]);
  });

  it('is no gap where a page shows it, whatever it says; a page without the field shows nothing', () => {
    expect(gapsOf(['ann'], grantOf({ account_privilege: null }))).toEqual([]);
    expect(gapsOf(['ann'], grantOf({ account_privilege: 'admin' }))).toEqual([]);
    expect(gapsOf(['ann'], grantOf({}))).toEqual([GAP]);
    const rule = { id: 1, kind: 'push', branch_match_kind: 'glob', pattern: 'main', users: [], groups: [group('admins')] };
    expect(gapsOf(['ann'], { 'branch-restrictions': [rule] })).toEqual([]);
  });

  it('is stated by the listing of groups, in whatever order pages come', () => {
    const pages = withMembers(['ann'], grantOf({}));
    for (const order of [pages, [...pages].reverse()]) {
      const stating = rebuildFacts(order).facts.filter(({ fact }) => fact.type === 'gap' && fact.subject.startsWith('group:'));
      expect(stating.map(({ scope }) => scope)).toEqual([`groups ${ACME}`]);
    }
  });

  it('is left to the gap of the roles where these cannot be read', () => {
    const { facts } = rebuildFacts([...without(withMembers(['ann']), 'workspace-roles'), refused('workspace-roles', ACME, 403)]);
    expect(gaps(facts)).toEqual([`${ACME} HIDES group-grants denied`, `${ACME} HIDES user-grants denied`]);
  });

  it('is a gap where only an earlier run read the roles, and none where the role of being listed is all that is known', () => {
    const pages = without(withMembers(['bob']), 'workspace-roles');
    expect(gaps(rebuildFacts(pages, new Set([`workspace-roles ${ACME}`])).facts)).toEqual([GAP]);
    expect(gaps(rebuildFacts(pages).facts)).toEqual([`${ACME} HIDES group-grants budget`, `${ACME} HIDES user-grants budget`]);
  });

  it('is not asked of a group of another workspace', () => {
    const other = grantOf({ slug: 'others', workspace: { uuid: '{beta}', slug: 'beta' } });
    expect(gapsOf(['bob'], other)).toEqual(['group:{beta}/others HIDES group-members missing']);
  });
});

describe('a branching model', () => {
  const of = (model: object, mainbranch: object | null = { name: 'trunk' }) => {
    const pages = workspacePages({
      repositories: [repository({ mainbranch })],
      'effective-branching-model': { branch_types: [], ...model },
    });
    const { facts } = rebuildFacts(pages);
    return [...ids(facts, / CLASSIFIES /), ...gaps(facts)];
  };
  const GAP = `${API} HIDES branching-model`;

  it.each(['development', 'production'])('resolves a %s branch that follows the main branch', (word) => {
    expect(of({ [word]: { name: null, use_mainbranch: true } })).toEqual([`${API} CLASSIFIES ${word} branch:{api}#trunk`]);
    expect(of({ [word]: { use_mainbranch: true } })).toEqual([`${API} CLASSIFIES ${word} branch:{api}#trunk`]);
    expect(of({ [word]: { name: 'main', use_mainbranch: true } })).toEqual([`${API} CLASSIFIES ${word} branch:{api}#main`]);
  });

  it.each(['development', 'production'])('has a gap where the name of the %s branch is not known', (word) => {
    expect(of({ [word]: { name: null, use_mainbranch: true } }, null)).toEqual([`${GAP} missing`]);
    expect(of({ [word]: { name: null, use_mainbranch: false } })).toEqual([`${GAP} unknown-value`]);
    expect(of({ [word]: { name: null } })).toEqual([`${GAP} unknown-value`]);
  });

  it('has no gap for a branch that it does not have', () => {
    expect(of({})).toEqual([]);
    expect(of({ development: null, production: null })).toEqual([]);
    expect(of({ production: { name: null, use_mainbranch: false, enabled: false } })).toEqual([]);
    expect(of({ production: { name: 'prod', enabled: false } })).toEqual([]);
    expect(of({ production: { name: 'prod', enabled: true } })).toEqual([`${API} CLASSIFIES production branch:{api}#prod`]);
  });
});
