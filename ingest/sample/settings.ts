/**
 * How projects and repositories of the sample workspace are set up: branching models, default reviewers, what a repository has from its
 * project, how it is merged, what it was forked from and who forked it.
 */

/** How pull requests may be merged, by the upstream's words. */
export type MergeStrategy = 'merge_commit' | 'squash' | 'fast_forward' | 'squash_fast_forward' | 'rebase_fast_forward' | 'rebase_merge';

export interface SampleProjectSettings {
  /** Null: the main branch of each repository. */
  readonly development: string | null;
  /** Null: no such branch. */
  readonly production: string | null;
  /** Types of branches that are off. */
  readonly typesOff: readonly string[];
  readonly deletesMerged: boolean;
  /** Nicknames. */
  reviewers: string[];
}

/** A repository of another workspace. */
export interface SampleElsewhere {
  readonly workspace: string;
  readonly slug: string;
  readonly isPrivate: boolean;
}

export interface SampleRepositorySettings {
  /** Nicknames; those of the project come on top. */
  reviewers: string[];
  /** Settings that the repository makes itself. All others of `INHERITED` it has from its project. */
  readonly own: readonly string[];
  readonly strategies: readonly MergeStrategy[];
  /** What it is a fork of: the slug of one here, or a repository elsewhere. */
  readonly parent: string | SampleElsewhere | null;
  /** Forks elsewhere. Those that lie here name it as their parent. */
  forks: SampleElsewhere[];
  size: number;
  /** An instant as the upstream writes it. */
  updatedOn: string;
}

/** What a repository may have from its project. */
export const INHERITED = ['branching_model', 'default_merge_strategy', 'branch_restrictions', 'default_reviewers'] as const;

export const PLAIN_PROJECT: SampleProjectSettings = {
  development: null,
  production: null,
  typesOff: [],
  deletesMerged: false,
  reviewers: [],
};

export const PLAIN_REPOSITORY: SampleRepositorySettings = {
  reviewers: [],
  own: ['branching_model', 'default_merge_strategy'],
  strategies: ['merge_commit', 'squash', 'fast_forward'],
  parent: null,
  forks: [],
  size: 55_800,
  updatedOn: '2026-05-04T09:30:00.000000+00:00',
};

/** By key of the project; the others are plain. */
export const SETTINGS_BY_PROJECT: Readonly<Record<string, Partial<SampleProjectSettings>>> = {
  WEB: { development: 'develop', production: 'main', deletesMerged: true, reviewers: ['mina'] },
  PAY: { reviewers: ['tomas', 'dmitri'], typesOff: ['hotfix'] },
};

/** By slug of the repository; the others are plain. */
export const SETTINGS_BY_REPOSITORY: Readonly<Record<string, Partial<SampleRepositorySettings>>> = {
  api: { reviewers: ['evan'], own: ['branching_model', 'default_merge_strategy', 'branch_restrictions'], size: 18_204_112 },
  // Began as a copy of the shop's pages, and still has their history.
  checkout: { parent: 'storefront', own: [], strategies: ['squash'] },
  'mobile-app': { reviewers: ['zoe', 'quinn'] },
  // Of somebody who left it public: what was pushed until then is there for good.
  'acme-cli': { forks: [{ workspace: 'quinn-harper', slug: 'acme-cli', isPrivate: false }] },
  docs: { parent: { workspace: 'docs-starter', slug: 'handbook', isPrivate: false } },
};
