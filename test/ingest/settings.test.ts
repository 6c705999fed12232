/** Settings of workspaces, projects and repositories, default reviewers and forks: what the pages say, and what stays unknown. */
import { describe, expect, it } from 'vitest';
import { type EdgeFact, factId, type NodeFact, type StatedFact } from '../../graph/fact.ts';
import { plainFlags } from '../../ingest/bare.ts';
import type { EndpointId } from '../../ingest/bitbucket-cloud/endpoints.ts';
import { rebuildFacts } from '../../ingest/bitbucket-cloud/facts.ts';
import { ACME, API, account, ids, refused, repository, WEB, without, workspacePages } from './pages.ts';

const node = (facts: readonly StatedFact[], key: string) =>
  facts.map(({ fact }) => fact).find((fact): fact is NodeFact => fact.type === 'node' && fact.key === key);
const edge = (facts: readonly StatedFact[], id: string) =>
  facts.map(({ fact }) => fact).find((fact): fact is EdgeFact => fact.type === 'edge' && factId(fact) === id);
const gaps = (facts: readonly StatedFact[]) => ids(facts, / HIDES /);
const factsOf = (given: Partial<Record<EndpointId, unknown>>) => rebuildFacts(workspacePages(given)).facts;

const named = (uuid: string, fullName: string) => ({ type: 'repository', uuid, full_name: fullName, name: fullName.split('/')[1] });

describe('settings', () => {
  const facts = factsOf({
    workspace: { uuid: '{acme}', slug: 'acme', name: 'Acme', is_private: false, is_privacy_enforced: true, forking_mode: 'allow_forks' },
    repositories: [repository({ size: 1024, updated_on: '2026-01-02T03:04:05.678901+00:00' })],
    'project-branching-model': {
      development: { name: 'master', use_mainbranch: true },
      production: { name: 'prod', use_mainbranch: false },
      branch_types: [
        { kind: 'release', prefix: 'release/' },
        { kind: 'bugfix', prefix: 'fix/' },
      ],
    },
    'project-branching-model-settings': {
      branch_types: [
        { kind: 'hotfix', enabled: false, prefix: 'hotfix/' },
        { kind: 'release', enabled: true, prefix: 'release/' },
      ],
      default_branch_deletion: 'false',
    },
    'override-settings': { override_settings: { branching_model: true, default_merge_strategy: false, branch_restrictions: false } },
    'main-branch': { name: 'main', merge_strategies: ['squash', 'merge_commit'], default_merge_strategy: 'squash' },
  });

  it.each<[string, string, object]>([
    [ACME, 'workspace:acme', { isPrivate: false, privacyEnforced: true, forkingMode: 'allow_forks' }],
    [API, 'repository:acme/api', { isPrivate: true, mainBranch: 'main', size: 1024, updatedAt: Date.parse('2026-01-02T03:04:05.678Z') }],
    [
      'settings:{web}#branching-model',
      'settings:acme/projects/WEB#branching-model',
      { development: 'main branch', production: 'prod', branchTypes: 'bugfix=fix/ release=release/' },
    ],
    [
      'settings:{web}#branching-model-settings',
      'settings:acme/projects/WEB#branching-model-settings',
      { typesOff: 'hotfix', deletesMerged: false },
    ],
    [
      'settings:{api}#inheritance',
      'settings:acme/api#inheritance',
      { ownSettings: 'branching_model', inheritedSettings: 'branch_restrictions default_merge_strategy' },
    ],
    ['settings:{api}#merging', 'settings:acme/api#merging', { mergeStrategies: 'merge_commit squash', defaultMergeStrategy: 'squash' }],
  ])('are properties of %s', (key, ref, props) => {
    expect(node(facts, key)).toMatchObject({ ref });
    expect(node(facts, key)?.props).toEqual(props);
  });

  it('of a project are not the branching model of its repositories: rules by branch type bind by the effective one', () => {
    expect(ids(facts, / CLASSIFIES /)).toEqual([]);
  });

  it('that a repository overrides are kept by plain names and nothing but true or false', () => {
    const flags = { b: true, a: false, text: 'hush', nested: { a: true }, 'a token': true, T0K3N: true, nothing: null };
    expect(plainFlags(flags)).toEqual({ a: false, b: true });
    expect(plainFlags(plainFlags(flags))).toEqual(plainFlags(flags));
    expect([plainFlags([true]), plainFlags('text'), plainFlags(null)]).toEqual([undefined, undefined, undefined]);
  });

  it('of the main branch are not asked of a repository without one', () => {
    const pages = workspacePages({ repositories: [repository({ mainbranch: null })] });
    const { facts, closeUnlisted } = rebuildFacts(without(pages, 'main-branch'));
    expect([gaps(facts), closeUnlisted]).toEqual([[], true]);
  });
});

describe('default reviewers', () => {
  const facts = factsOf({
    'project-default-reviewers': [{ reviewer_type: 'project', user: account('ann') }],
    'effective-default-reviewers': [
      { reviewer_type: 'project', user: account('ann') },
      { reviewer_type: 'repository', user: account('bob') },
      { reviewer_type: 'something new', user: account('cid') },
    ],
  });

  it('are users who review, by the project or the repository, and hold nothing by it', () => {
    expect(ids(facts, / REVIEWS /)).toEqual(
      [`user:{ann} REVIEWS ${WEB}`, `user:{ann} REVIEWS ${API}`, `user:{bob} REVIEWS ${API}`, `user:{cid} REVIEWS ${API}`].sort(),
    );
    expect(edge(facts, `user:{ann} REVIEWS ${API}`)?.props).toEqual({ reviewerType: 'project' });
    expect(edge(facts, `user:{bob} REVIEWS ${API}`)?.props).toEqual({ reviewerType: 'repository' });
    expect(edge(facts, `user:{cid} REVIEWS ${API}`)?.props).toEqual({});
    expect(ids(facts, /^user:.* HOLDS /)).toEqual([]);
  });
});

describe('forks', () => {
  const site = (extra: object = {}) => repository({ uuid: '{site}', full_name: 'acme/site', name: 'Site', ...extra });
  const forksOf = (facts: readonly StatedFact[]) => ids(facts, / FORK_OF /);

  it('of the workspace are repositories of the listing, whichever page names them', () => {
    const facts = factsOf({
      repositories: [repository(), site({ parent: named('{api}', 'acme/api') })],
      forks: [{ ...named('{site}', 'acme/site'), is_private: true }],
    });
    expect(forksOf(facts)).toEqual([`repository:{site} FORK_OF ${API}`]);
    expect(ids(facts, /^outside:/)).toEqual([]);
  });

  it('elsewhere, and an origin elsewhere, are outside repositories of which nothing else is known', () => {
    const facts = factsOf({
      repositories: [repository({ parent: named('{origin}', 'vendor/api') })],
      forks: [
        { ...named('{f1}', 'zoe/api'), is_private: false },
        // A fork of the fork, if the listing shows it: it names its own origin.
        { ...named('{f2}', 'kai/api'), is_private: true, parent: named('{f1}', 'zoe/api') },
      ],
    });
    expect(forksOf(facts)).toEqual(
      [`${API} FORK_OF outside:{origin}`, `outside:{f1} FORK_OF ${API}`, 'outside:{f2} FORK_OF outside:{f1}'].sort(),
    );
    expect(node(facts, 'outside:{f1}')).toMatchObject({ kind: 'OutsideRepository', ref: 'outside:zoe/api', props: { isPrivate: false } });
    expect(node(facts, 'outside:{origin}')).toMatchObject({ ref: 'outside:vendor/api', props: {} });
    expect(gaps(facts)).toEqual([]);
    expect(ids(facts, /CONTAINS outside:/)).toEqual([]);
  });

  it('of the own workspace that its listing does not show are outside, unless an earlier listing still holds', () => {
    const pages = workspacePages({ forks: [named('{hidden}', 'acme/hidden')] });
    expect(forksOf(rebuildFacts(pages).facts)).toEqual([`outside:{hidden} FORK_OF ${API}`]);
    const listing = `repositories ${ACME}`;
    const unfinished = pages.map((page) => (page.scope === listing ? { ...page, next: '/2' } : page));
    expect(forksOf(rebuildFacts(unfinished, new Set([listing])).facts)).toEqual([`repository:{hidden} FORK_OF ${API}`]);
  });

  it.each<[EndpointId, string, string]>([
    ['forks', API, 'forks'],
    ['effective-default-reviewers', API, 'reviewers'],
    ['project-default-reviewers', WEB, 'reviewers'],
    ['override-settings', API, 'settings'],
    ['project-branching-model', WEB, 'settings'],
    ['main-branch', API, 'settings'],
  ])('and settings that are refused are gaps: %s', (endpoint, container, hides) => {
    const { facts } = rebuildFacts([...without(workspacePages(), endpoint), refused(endpoint, container, 403)]);
    // Without the main branch it is not known what its pipelines do, either.
    const told = endpoint === 'main-branch' ? ['definitions', hides] : [hides];
    expect(gaps(facts)).toEqual(told.map((each) => `${container} HIDES ${each} denied`));
  });
});
