/**
 * Branch restrictions of Bitbucket Cloud: what each kind takes away, from whom, and how overlapping rules combine.
 *
 * effect `forbids`: takes the actions in `blocks` away from everybody who is not exempt.
 * effect `condition`: what a merge must still meet, where a rule of kind `enforce_merge_checks` matches the same branch.
 * effect `enforces`: makes conditions binding. effect `notes`: changes no answer.
 * effect `unknown`: an upstream kind without a row here; it may forbid anything in `blocks`, so answers become UNKNOWN.
 *
 * combine `exempt lists joined`: whoever is listed in any matching rule of the kind passes, whoever is listed in none is stopped.
 * combine `highest value`: of several matching rules the largest `value` counts.
 */
import type { Action } from './actions.ts';
import type { NodeKind } from './node-kinds.ts';
import { type Row, SOURCES } from './row.ts';

export interface RestrictionRow extends Row {
  readonly effect: 'forbids' | 'condition' | 'enforces' | 'notes' | 'unknown';
  readonly blocks: readonly Action[];
  /** Kinds that an exempt list of the rule may name; empty where the rule has no exempt list. */
  readonly exemptKinds: readonly NodeKind[];
  /** Rules of these kinds lend their exempt lists: being exempt there is being exempt here. */
  readonly exemptAlsoBy: readonly string[];
  readonly combine: 'exempt lists joined' | 'any rule' | 'highest value';
  /** What `value` counts, null where the rule has none. */
  readonly value: string | null;
}

const people = ['User', 'ServiceUser', 'Group'] as const satisfies NodeKind[];
const condition = { effect: 'condition', blocks: ['branch.merge'], exemptKinds: [], exemptAlsoBy: [] } as const;
const note = { effect: 'notes', blocks: [], exemptKinds: [], exemptAlsoBy: [], combine: 'any rule', value: null } as const;

export const RESTRICTIONS = {
  push: {
    effect: 'forbids',
    blocks: ['branch.push', 'branch.force_push', 'branch.create'],
    exemptKinds: people,
    exemptAlsoBy: [],
    combine: 'exempt lists joined',
    value: null,
    doc: 'nobody updates or creates matching branches directly, except those listed; administrators are not exempt but may edit the rule',
    source: `${SOURCES.branches}; ${SOURCES.overlap}`,
    confidence: 'documented',
  },
  restrict_merges: {
    effect: 'forbids',
    blocks: ['branch.merge'],
    exemptKinds: people,
    exemptAlsoBy: ['push'],
    combine: 'exempt lists joined',
    value: null,
    doc: 'nobody merges a pull request into matching branches, except those listed here or exempt from push',
    source: SOURCES.branches,
    confidence: 'documented',
  },
  force: { effect: 'forbids', blocks: ['branch.force_push'], exemptKinds: [], exemptAlsoBy: [], combine: 'any rule', value: null, doc: 'nobody rewrites the history of matching branches', source: SOURCES.openapi, confidence: 'documented' },
  delete: { effect: 'forbids', blocks: ['branch.delete'], exemptKinds: [], exemptAlsoBy: [], combine: 'any rule', value: null, doc: 'nobody deletes matching branches', source: SOURCES.openapi, confidence: 'documented' },
  require_approvals_to_merge: { ...condition, combine: 'highest value', value: 'approvals', doc: 'a merge needs approvals', source: SOURCES.openapi, confidence: 'documented' },
  require_default_reviewer_approvals_to_merge: { ...condition, combine: 'highest value', value: 'approvals of default reviewers', doc: 'a merge needs approvals of default reviewers', source: SOURCES.openapi, confidence: 'documented' },
  require_review_group_approvals_to_merge: { ...condition, combine: 'highest value', value: 'approvals of a reviewer group', doc: 'a merge needs approvals of a reviewer group', source: SOURCES.openapi, confidence: 'documented' },
  require_no_changes_requested: { ...condition, combine: 'any rule', value: null, doc: 'a merge needs that nobody requests changes', source: SOURCES.openapi, confidence: 'documented' },
  require_tasks_to_be_completed: { ...condition, combine: 'any rule', value: null, doc: 'a merge needs that all tasks are done', source: SOURCES.openapi, confidence: 'documented' },
  require_all_comments_resolved: { ...condition, combine: 'any rule', value: null, doc: 'a merge needs that all comments are resolved', source: SOURCES.openapi, confidence: 'documented' },
  require_all_dependencies_merged: { ...condition, combine: 'any rule', value: null, doc: 'a merge needs that all pull requests it depends on are merged', source: SOURCES.openapi, confidence: 'documented' },
  require_passing_builds_to_merge: { ...condition, combine: 'highest value', value: 'passing builds', doc: 'a merge needs passing builds', source: SOURCES.openapi, confidence: 'documented' },
  require_commits_behind: { ...condition, combine: 'highest value', value: 'commits behind at most', doc: 'a merge needs a source branch that is not too far behind', source: SOURCES.openapi, confidence: 'documented' },
  enforce_merge_checks: { effect: 'enforces', blocks: [], exemptKinds: [], exemptAlsoBy: [], combine: 'any rule', value: null, doc: 'turns merge checks from advice into a block', source: 'Atlassian blog: advanced admin controls', confidence: 'documented' },
  reset_pullrequest_approvals_on_change: { ...note, doc: 'approvals are dropped when the source changes', source: SOURCES.openapi, confidence: 'documented' },
  smart_reset_pullrequest_approvals: { ...note, doc: 'approvals are dropped when the change itself differs', source: SOURCES.openapi, confidence: 'documented' },
  reset_pullrequest_changes_requested_on_change: { ...note, doc: 'requests for changes are dropped when the source changes', source: SOURCES.openapi, confidence: 'documented' },
  allow_auto_merge_when_builds_pass: { ...note, doc: 'a convenience, not a control', source: SOURCES.openapi, confidence: 'documented' },
  unknown: {
    effect: 'unknown',
    blocks: ['branch.push', 'branch.force_push', 'branch.create', 'branch.delete', 'branch.merge'],
    exemptKinds: people,
    exemptAlsoBy: [],
    combine: 'exempt lists joined',
    value: null,
    doc: 'an upstream kind that no row describes',
    source: 'absence of a row',
    confidence: 'inferred',
  },
} as const satisfies Record<string, RestrictionRow>;

export type RestrictionKind = keyof typeof RESTRICTIONS;

export const RESTRICTION_NAMES = Object.keys(RESTRICTIONS) as readonly RestrictionKind[];

export function isRestrictionKind(name: string): name is RestrictionKind {
  return Object.hasOwn(RESTRICTIONS, name);
}

/** The row, widened to the general type: what walkers read. An upstream kind without a row is the row `unknown`. */
export function restrictionRow(kind: string): RestrictionRow {
  return RESTRICTIONS[isRestrictionKind(kind) ? kind : 'unknown'];
}

/** The kinds whose rules can decide an action, in table order. */
export function restrictionsOf(action: Action): readonly RestrictionKind[] {
  return RESTRICTION_NAMES.filter((kind) => {
    const { effect, blocks } = restrictionRow(kind);
    return (effect === 'forbids' || effect === 'unknown') && blocks.includes(action);
  });
}

/** How a rule says which branches it binds. */
export const MATCHERS = {
  glob: {
    undecided: /[|!]/,
    doc: '`*` stands for zero or more characters, `/` included; every other character for itself; the whole name must match. A pattern with `|` or `!` may be an alternative or an exclusion: it is kept as undecided',
    source: `${SOURCES.openapi}, POST branch-restrictions`,
    confidence: 'documented',
  },
  branchType: { undecided: null, doc: 'branches to which the branching model gives this type: `development` and `production` name one branch, the others a prefix', source: SOURCES.openapi, confidence: 'documented' },
} as const satisfies Record<string, Row & { undecided: RegExp | null }>;

export const BRANCH_TYPES = ['feature', 'bugfix', 'release', 'hotfix', 'development', 'production'] as const;
export type BranchType = (typeof BRANCH_TYPES)[number];
