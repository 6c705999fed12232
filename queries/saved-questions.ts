/**
 * All saved questions, and what each must hold to: its name, its parameters in both forms, and that its Cypher keeps to a tenant.
 */
import { CodedError } from '../graph/errors.ts';
import { ACTS_THROUGH } from './saved/acts-through.ts';
import { CHECK } from './saved/check.ts';
import { DEFAULT_BRANCH_PUSHERS } from './saved/default-branch-pushers.ts';
import { DEFAULT_WRITE_PROJECTS } from './saved/default-write-projects.ts';
import { DIRECT_USER_GRANTS } from './saved/direct-user-grants.ts';
import { EMPTY_GROUPS } from './saved/empty-groups.ts';
import { EXEMPT_FROM_PUSH_RULES } from './saved/exempt-from-push-rules.ts';
import { EXEMPT_LISTS } from './saved/exempt-lists.ts';
import { EXPIRING_CREDENTIALS } from './saved/expiring-credentials.ts';
import { GAPS_BY_COST } from './saved/gaps-by-cost.ts';
import { GRANTS_BEHIND } from './saved/grants-behind.ts';
import { GRANTS_ON } from './saved/grants-on.ts';
import { GROUP_MEMBERS } from './saved/group-members.ts';
import { GROUP_REMOVAL } from './saved/group-removal.ts';
import { INACTIVE_HOLDERS } from './saved/inactive-holders.ts';
import { INHERITED_ADMINS } from './saved/inherited-admins.ts';
import { LISTING_DIFFERENCES } from './saved/listing-differences.ts';
import { MERGE_CONDITIONS } from './saved/merge-conditions.ts';
import { NESTED_GROUPS } from './saved/nested-groups.ts';
import { ORPHAN_REPOSITORIES } from './saved/orphan-repositories.ts';
import { OUTSIDE_COLLABORATORS } from './saved/outside-collaborators.ts';
import { POWERLESS_USERS } from './saved/powerless-users.ts';
import { PROJECT_ADMINS } from './saved/project-admins.ts';
import { PUBLIC_GRANTS } from './saved/public-grants.ts';
import { PUBLIC_REPOSITORIES } from './saved/public-repositories.ts';
import { REDUNDANT_GRANTS } from './saved/redundant-grants.ts';
import { REPOSITORY_ADMINS } from './saved/repository-admins.ts';
import { SOLE_ADMINS } from './saved/sole-admins.ts';
import { STALE_GRANTS } from './saved/stale-grants.ts';
import { UNASKED_DEPLOYMENTS } from './saved/unasked-deployments.ts';
import { UNPINNED_CODE } from './saved/unpinned-code.ts';
import { UNREADABLE_DEFINITIONS } from './saved/unreadable-definitions.ts';
import { UNRESTRICTED_REPOSITORIES } from './saved/unrestricted-repositories.ts';
import { WHAT_CAN } from './saved/what-can.ts';
import { WHO_CAN } from './saved/who-can.ts';
import { WHO_CAN_ADD_KEYS } from './saved/who-can-add-keys.ts';
import { WHO_CAN_DELETE_BRANCH } from './saved/who-can-delete-branch.ts';
import { WHO_CAN_DEPLOY } from './saved/who-can-deploy.ts';
import { WHO_CAN_EDIT_RESTRICTIONS } from './saved/who-can-edit-restrictions.ts';
import { WHO_CAN_EDIT_VARIABLES } from './saved/who-can-edit-variables.ts';
import { WHO_CAN_FORCE_PUSH } from './saved/who-can-force-push.ts';
import { WHO_CAN_GRANT } from './saved/who-can-grant.ts';
import { WHO_CAN_MERGE } from './saved/who-can-merge.ts';
import { WHO_CAN_PUSH } from './saved/who-can-push.ts';
import { WHO_CAN_RUN_PIPELINES } from './saved/who-can-run-pipelines.ts';
import { WIDE_GROUPS } from './saved/wide-groups.ts';
import { WORKSPACE_ADMINS } from './saved/workspace-admins.ts';
import { WRITING_CREDENTIALS } from './saved/writing-credentials.ts';
import type { SavedQuestion } from './saved-question.ts';

/** In the order of their names. */
export const SAVED_QUESTIONS: readonly SavedQuestion[] = [
  ACTS_THROUGH,
  CHECK,
  DEFAULT_BRANCH_PUSHERS,
  DEFAULT_WRITE_PROJECTS,
  DIRECT_USER_GRANTS,
  EMPTY_GROUPS,
  EXEMPT_FROM_PUSH_RULES,
  EXEMPT_LISTS,
  EXPIRING_CREDENTIALS,
  GAPS_BY_COST,
  GRANTS_BEHIND,
  GRANTS_ON,
  GROUP_MEMBERS,
  GROUP_REMOVAL,
  INACTIVE_HOLDERS,
  INHERITED_ADMINS,
  LISTING_DIFFERENCES,
  MERGE_CONDITIONS,
  NESTED_GROUPS,
  ORPHAN_REPOSITORIES,
  OUTSIDE_COLLABORATORS,
  POWERLESS_USERS,
  PROJECT_ADMINS,
  PUBLIC_GRANTS,
  PUBLIC_REPOSITORIES,
  REDUNDANT_GRANTS,
  REPOSITORY_ADMINS,
  SOLE_ADMINS,
  STALE_GRANTS,
  UNASKED_DEPLOYMENTS,
  UNPINNED_CODE,
  UNREADABLE_DEFINITIONS,
  UNRESTRICTED_REPOSITORIES,
  WHAT_CAN,
  WHO_CAN,
  WHO_CAN_ADD_KEYS,
  WHO_CAN_DELETE_BRANCH,
  WHO_CAN_DEPLOY,
  WHO_CAN_EDIT_RESTRICTIONS,
  WHO_CAN_EDIT_VARIABLES,
  WHO_CAN_FORCE_PUSH,
  WHO_CAN_GRANT,
  WHO_CAN_MERGE,
  WHO_CAN_PUSH,
  WHO_CAN_RUN_PIPELINES,
  WIDE_GROUPS,
  WORKSPACE_ADMINS,
  WRITING_CREDENTIALS,
];

/** The error of a name that no question has, with those that were perhaps meant. */
export function unknownQuestion(name: string): CodedError {
  const words = name.split('-').filter((word) => word.length > 2);
  const near = SAVED_QUESTIONS.filter((question) => words.some((word) => question.name.includes(word))).map((question) => question.name);
  const listed = near.length > 0 ? `; perhaps ${near.slice(0, 5).join(', ')}` : '';
  return new CodedError('USAGE', `a saved question is one that \`grantpath query --list\` shows, got \`${name.slice(0, 80)}\`${listed}`, {
    name: name.slice(0, 80),
  });
}
