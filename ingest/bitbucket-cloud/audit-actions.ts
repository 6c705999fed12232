/**
 * What the audit log of the organisation says of Bitbucket: which action touches which endpoints, and whose every change it tells.
 *
 * Actions go by the names that the vendor's documents and `/event-actions` show; their ids are read from there at run time. A row
 * that touches nothing is of what every run reads anyway, or of what is not read at all. An action without a row is never taken
 * to be harmless: see `audit-trail.ts`.
 */
import { type Row, SOURCES } from '../../graph/model/row.ts';
import type { EndpointId, Of } from './endpoints.ts';

export interface AuditActionRow extends Row {
  /** What the action is done to. An endpoint of another sort of container is touched in all of them. */
  readonly of: Extract<Of, 'repository' | 'project' | 'workspace'> | 'organisation';
  readonly touches: readonly EndpointId[];
}

const activity = { source: SOURCES.auditActivities, confidence: 'documented' } as const;
const event = { source: SOURCES.auditEvents, confidence: 'documented' } as const;
const likely = { source: SOURCES.auditActivities, confidence: 'inferred' } as const;

const userGrants = ['repository-user-grants', 'effective-permissions'] as const satisfies EndpointId[];
const groupGrants = ['repository-group-grants', 'effective-permissions'] as const satisfies EndpointId[];
const projectUsers = ['project-user-grants', 'effective-permissions'] as const satisfies EndpointId[];
const projectGroups = ['project-group-grants', 'effective-permissions'] as const satisfies EndpointId[];
/** Where an account stands with its status. */
const wherePeople = [
  'repository-user-grants',
  'project-user-grants',
  'branch-restrictions',
  'effective-permissions',
] as const satisfies EndpointId[];
/** Where a group stands with what it confers. */
const whereGroups = [
  'repository-group-grants',
  'project-group-grants',
  'branch-restrictions',
  'effective-permissions',
] as const satisfies EndpointId[];
/** Everything that is asked of a repository: what the action changes is not said. */
const wholeRepository = [
  'repository-user-grants',
  'repository-group-grants',
  'branch-restrictions',
  'effective-branching-model',
  'repository-deploy-keys',
  'repository-webhooks',
  'pipelines-config',
  'environments',
  'repository-variables',
  'repository-runners',
  'pipeline-schedules',
  'effective-permissions',
] as const satisfies EndpointId[];

const repository = { of: 'repository' } as const;
const project = { of: 'project' } as const;
const workspace = { of: 'workspace' } as const;
const organisation = { of: 'organisation' } as const;
const listed = { touches: [], doc: 'told by what every run reads' } as const;
const unread = { touches: [], doc: 'nothing that is read' } as const;

/** By name, in lower case. */
export const AUDIT_ACTIONS: Readonly<Record<string, AuditActionRow>> = {
  'created repository': { ...repository, ...listed, ...activity },
  'deleted repository': { ...repository, touches: ['effective-permissions'], doc: 'gone from the listing', ...activity },
  'updated repository': { ...repository, touches: wholeRepository, doc: 'any setting of the repository', ...activity },
  'added repository member': { ...repository, touches: userGrants, doc: 'a grant of a user', ...activity },
  'updated repository member': { ...repository, touches: userGrants, doc: 'the level of a grant of a user', ...activity },
  'removed repository member': { ...repository, touches: userGrants, doc: 'a grant of a user is gone', ...activity },
  'added repository group permission': { ...repository, touches: groupGrants, doc: 'a grant of a group', ...activity },
  'updated repository group permission': { ...repository, touches: groupGrants, doc: 'the level of a grant of a group', ...likely },
  'removed repository group permission': { ...repository, touches: groupGrants, doc: 'a grant of a group is gone', ...activity },
  'group access to repository changed': { ...repository, touches: groupGrants, doc: 'a grant of a group', ...event },
  'removed group access to repository': { ...repository, touches: groupGrants, doc: 'a grant of a group is gone', ...event },
  'added repository deploy key': { ...repository, touches: ['repository-deploy-keys'], doc: 'a deploy key', ...activity },
  'removed repository deploy key': { ...repository, touches: ['repository-deploy-keys'], doc: 'a deploy key is gone', ...activity },
  'created repository webhook': { ...repository, touches: ['repository-webhooks'], doc: 'a webhook', ...activity },
  'updated repository webhook': { ...repository, touches: ['repository-webhooks'], doc: 'a setting of a webhook', ...likely },
  'deleted repository webhook': { ...repository, touches: ['repository-webhooks'], doc: 'a webhook is gone', ...activity },
  'added repository branch restriction': { ...repository, touches: ['branch-restrictions'], doc: 'a rule', ...likely },
  'updated repository branch restriction': { ...repository, touches: ['branch-restrictions'], doc: 'rules of any sort', ...activity },
  'removed repository branch restriction': { ...repository, touches: ['branch-restrictions'], doc: 'a rule is gone', ...likely },
  'updated repository branching model': { ...repository, touches: ['effective-branching-model'], doc: 'the branching model', ...likely },
  'created request to transfer repository from workspace': { ...repository, ...unread, ...activity },
  'created request to transfer repository to workspace': { ...repository, ...unread, ...activity },
  'rejected request to transfer repository from workspace': { ...repository, ...unread, ...activity },
  'rejected request to transfer repository to workspace': { ...repository, ...unread, ...activity },
  'revoked request to transfer repository from workspace': { ...repository, ...unread, ...activity },
  'revoked request to transfer repository to workspace': { ...repository, ...unread, ...activity },
  'accepted request to transfer repository from workspace': { ...repository, ...listed, ...activity },
  'accepted request to transfer repository to workspace': {
    ...repository,
    touches: wholeRepository,
    doc: 'it comes with what it had',
    ...activity,
  },
  'repository transferred from workspace': { ...repository, ...listed, ...event },
  'created project': { ...project, ...listed, ...activity },
  'deleted project': { ...project, ...listed, ...activity },
  'updated project': { ...project, ...listed, ...activity },
  'added project member': { ...project, touches: projectUsers, doc: 'a grant of a user on the project', ...likely },
  'updated project member': { ...project, touches: projectUsers, doc: 'the level of a grant of a user on the project', ...activity },
  'removed project member': { ...project, touches: projectUsers, doc: 'a grant of a user on the project is gone', ...activity },
  'added project group permission': { ...project, touches: projectGroups, doc: 'a grant of a group on the project', ...likely },
  'updated project group permission': { ...project, touches: projectGroups, doc: 'a grant of a group on the project', ...activity },
  'removed project group permission': { ...project, touches: projectGroups, doc: 'a grant of a group on the project is gone', ...activity },
  'updated project branching model': { ...project, touches: ['effective-branching-model'], doc: 'what repositories inherit', ...activity },
  'updated project merge strategy': { ...project, ...unread, ...activity },
  'updated project pull request setting': { ...project, ...unread, ...activity },
  'workspace created': { ...workspace, ...listed, ...event },
  'workspace id changed': { ...workspace, ...listed, ...event },
  'workspace name changed': { ...workspace, ...listed, ...event },
  'workspace privacy changed': { ...workspace, ...listed, ...event },
  'allowed private content in workspace': { ...workspace, ...listed, ...event },
  'disallowed private content in workspace': { ...workspace, ...listed, ...event },
  'user invited to workspace': { ...workspace, ...unread, ...event },
  'user accepted invite to workspace': { ...workspace, ...listed, ...event },
  'user added to workspace': { ...workspace, ...listed, ...event },
  'user removed from workspace': { ...workspace, touches: wherePeople, doc: 'grants and exemptions of the user may be gone', ...event },
  'user added to group': { ...workspace, touches: ['effective-permissions'], doc: 'groups are read by every run', ...event },
  'user removed from group': { ...workspace, touches: ['effective-permissions'], doc: 'groups are read by every run', ...event },
  'group created in workspace': { ...workspace, ...listed, ...event },
  'group deleted in workspace': { ...workspace, touches: whereGroups, doc: 'grants and exemptions of the group are gone', ...event },
  'group workspace access permissions changed': { ...workspace, touches: whereGroups, doc: 'what the group confers', ...event },
  'group workspace member permissions changed': { ...workspace, touches: whereGroups, doc: 'what the group confers', ...event },
  'group project access permissions changed': { ...workspace, touches: projectGroups, doc: 'grants of the group on projects', ...likely },
  'group repository access permissions changed': { ...workspace, touches: groupGrants, doc: 'grants of the group', ...event },
  'workspace 2sv requirement enabled': { ...workspace, ...unread, ...event },
  'workspace 2sv requirement disabled': { ...workspace, ...unread, ...event },
  'workspace ip allowlisting enabled': { ...workspace, ...unread, ...event },
  'workspace ip allowlisting disabled': { ...workspace, ...unread, ...event },
  'workspace ip allowlisted addresses changed': { ...workspace, ...unread, ...event },
  'deactivated account': { ...organisation, touches: wherePeople, doc: 'whether the account may act', ...activity },
  'reactivated account': { ...organisation, touches: wherePeople, doc: 'whether the account may act', ...activity },
  'scheduled deletion of account': { ...organisation, touches: wherePeople, doc: 'whether the account may act', ...activity },
  'canceled deletion of account': { ...organisation, touches: wherePeople, doc: 'whether the account may act', ...activity },
  'delete account permanently': { ...organisation, touches: wherePeople, doc: 'the account is gone', ...activity },
  'deleted group': { ...organisation, touches: whereGroups, doc: 'a group of the organisation is gone', ...likely },
};

/**
 * The endpoints whose every change the log documents: their readings may be proved unchanged. Pipelines, variables, runners,
 * environments, schedules, keys of projects and branching models of repositories are not among them: nothing says that the log
 * tells each change, so that they go by age.
 */
export const AUDITED: Readonly<Partial<Record<EndpointId, Row>>> = {
  'repository-user-grants': { ...activity, doc: 'members of a repository: added, updated, removed' },
  'repository-group-grants': { ...activity, doc: 'group permissions of a repository: added, changed, removed' },
  'project-user-grants': { ...activity, doc: 'members of a project: updated, removed' },
  'project-group-grants': { ...activity, doc: 'group permissions of a project: updated, removed' },
  'branch-restrictions': { ...activity, doc: 'branch restrictions of a repository: updated' },
  'repository-deploy-keys': { ...activity, doc: 'deploy keys of a repository: added, removed' },
  'repository-webhooks': { ...activity, doc: 'webhooks of a repository: created, deleted' },
};

/** The row of an action by the name that people see. */
export function auditActionRow(name: string): AuditActionRow | null {
  const key = name.trim().replace(/\s+/g, ' ').toLowerCase();
  return Object.hasOwn(AUDIT_ACTIONS, key) ? (AUDIT_ACTIONS[key] ?? null) : null;
}
