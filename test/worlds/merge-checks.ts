/** What a merge must still meet: every kind of condition, and the kinds that change nothing. */
import type { NamedWorld } from './world.ts';

const acme = `
workspace:acme CONTAINS project:acme/WEB
project:acme/WEB CONTAINS repository:acme/api
user:bob HOLDS write ON repository:acme/api
user:cy HOLDS read ON repository:acme/api
`;

const enforced = `${acme}
restriction:acme/api#1 RESTRICTS enforce_merge_checks ON repository:acme/api glob=main
`;

export const MERGE_CHECK_WORLDS: readonly NamedWorld[] = [
  {
    title: 'enforced_approvals',
    why: 'approvals are a condition of the merge where checks are enforced, and of nothing else',
    facts: `${enforced} restriction:acme/api#2 RESTRICTS require_approvals_to_merge ON repository:acme/api glob=main value=2`,
    expect: `
      user:bob branch.merge branch:acme/api#main -> ALLOW with require_approvals_to_merge=2
      user:bob branch.push branch:acme/api#main -> ALLOW with nothing
      user:cy branch.merge branch:acme/api#main -> DENY by level with require_approvals_to_merge=2`,
  },
  {
    title: 'advice_without_enforcement',
    why: 'a merge check that no rule enforces is advice',
    facts: `${acme} restriction:acme/api#2 RESTRICTS require_approvals_to_merge ON repository:acme/api glob=main value=2`,
    expect: 'user:bob branch.merge branch:acme/api#main -> ALLOW with nothing',
  },
  {
    title: 'enforcement_on_another_branch',
    why: 'enforcing binds the branches that its own rule matches',
    facts: `${acme} restriction:acme/api#1 RESTRICTS enforce_merge_checks ON repository:acme/api glob=release/*
      restriction:acme/api#2 RESTRICTS require_approvals_to_merge ON repository:acme/api glob=* value=1`,
    expect: `
      user:bob branch.merge branch:acme/api#release/1 -> ALLOW with require_approvals_to_merge=1
      user:bob branch.merge branch:acme/api#main -> ALLOW with nothing`,
  },
  {
    title: 'highest_value_counts',
    why: 'of several matching checks of one kind the largest number counts; one of another branch does not',
    facts: `${enforced} restriction:acme/api#2 RESTRICTS require_approvals_to_merge ON repository:acme/api glob=* value=1
      restriction:acme/api#3 RESTRICTS require_approvals_to_merge ON repository:acme/api glob=main value=3
      restriction:acme/api#4 RESTRICTS require_approvals_to_merge ON repository:acme/api glob=dev value=9`,
    expect: 'user:bob branch.merge branch:acme/api#main -> ALLOW with require_approvals_to_merge=3',
  },
  {
    title: 'checks_with_a_number',
    why: 'builds, default reviewers, reviewer groups and commits behind each come with their number',
    facts: `${enforced} restriction:acme/api#2 RESTRICTS require_passing_builds_to_merge ON repository:acme/api glob=main value=1
      restriction:acme/api#3 RESTRICTS require_default_reviewer_approvals_to_merge ON repository:acme/api glob=main value=2
      restriction:acme/api#4 RESTRICTS require_review_group_approvals_to_merge ON repository:acme/api glob=main value=3
      restriction:acme/api#5 RESTRICTS require_commits_behind ON repository:acme/api glob=main value=4`,
    expect:
      'user:bob branch.merge branch:acme/api#main -> ALLOW with require_default_reviewer_approvals_to_merge=2,require_review_group_approvals_to_merge=3,require_passing_builds_to_merge=1,require_commits_behind=4',
  },
  {
    title: 'checks_without_a_number',
    why: 'tasks, comments, requested changes and dependencies are met or not',
    facts: `${enforced} restriction:acme/api#2 RESTRICTS require_tasks_to_be_completed ON repository:acme/api glob=main
      restriction:acme/api#3 RESTRICTS require_all_comments_resolved ON repository:acme/api glob=main
      restriction:acme/api#4 RESTRICTS require_no_changes_requested ON repository:acme/api glob=main
      restriction:acme/api#5 RESTRICTS require_all_dependencies_merged ON repository:acme/api glob=main`,
    expect:
      'user:bob branch.merge branch:acme/api#main -> ALLOW with require_no_changes_requested,require_tasks_to_be_completed,require_all_comments_resolved,require_all_dependencies_merged',
  },
  {
    title: 'notes_are_no_conditions',
    why: 'what Bitbucket does to approvals when the source changes neither stops nor conditions a merge',
    facts: `${enforced} restriction:acme/api#2 RESTRICTS reset_pullrequest_approvals_on_change ON repository:acme/api glob=main
      restriction:acme/api#3 RESTRICTS smart_reset_pullrequest_approvals ON repository:acme/api glob=main
      restriction:acme/api#4 RESTRICTS reset_pullrequest_changes_requested_on_change ON repository:acme/api glob=main
      restriction:acme/api#5 RESTRICTS allow_auto_merge_when_builds_pass ON repository:acme/api glob=main`,
    expect: 'user:bob branch.merge branch:acme/api#main -> ALLOW with nothing',
  },
  {
    title: 'conditions_beside_a_refusal',
    why: 'who is stopped by a merge rule is told the conditions too: they hold whoever merges',
    facts: `${enforced} restriction:acme/api#2 RESTRICTS require_approvals_to_merge ON repository:acme/api glob=main value=1
      restriction:acme/api#3 RESTRICTS restrict_merges ON repository:acme/api glob=main`,
    expect: 'user:bob branch.merge branch:acme/api#main -> DENY by restriction:acme/api#3 with require_approvals_to_merge=1',
  },
];
