/**
 * The endpoints of Bitbucket Cloud that are read: one row each, everything that the crawl and the facts know about them.
 *
 * `path` is the template of the vendor's document. `hides` is what stays unknown of the container when the endpoint cannot be
 * read. `scopes.apiToken` and `scopes.oauth` are what a credential needs; a run report names them with each gap.
 */

import type { Hidden } from '../../graph/model/gaps.ts';
import type { Row } from '../../graph/model/row.ts';
import { SOURCES } from '../../graph/model/row.ts';
import type { Shape } from '../shape.ts';
import { KEPT } from './kept-fields.ts';

export interface EndpointRow extends Row {
  /** Below the base address. `{workspace}`, `{project_key}` and `{repo_slug}` are filled in, percent-encoded. */
  readonly path: string;
  readonly family: '1.0' | '2.0';
  /** What it is asked of: one scope of a run each. */
  readonly of: 'credential' | 'workspace' | 'project' | 'repository';
  /** pages: `values` and `next`. list: a bare array. single: one object. */
  readonly paging: 'pages' | 'list' | 'single';
  readonly scopes: { readonly oauth: readonly string[]; readonly apiToken: string };
  readonly keeps: Shape;
  readonly hides: readonly Hidden[];
  /** What 404 and 410 mean: nothing there or hidden (a gap), no such workspace (the run ends), or that another endpoint is to be asked. */
  readonly missing: 'gap' | 'ends the run' | { readonly instead: EndpointId };
}

export type EndpointId =
  | 'user-workspaces'
  | 'workspace'
  | 'workspace-members'
  | 'workspace-roles'
  | 'effective-permissions'
  | 'groups'
  | 'projects'
  | 'project-user-grants'
  | 'project-group-grants'
  | 'repositories'
  | 'repository-user-grants'
  | 'repository-group-grants'
  | 'branch-restrictions'
  | 'effective-branching-model'
  | 'branching-model';

const plain = { family: '2.0', paging: 'pages', missing: 'gap', source: SOURCES.openapi, confidence: 'documented' } as const;

export const ENDPOINTS: Readonly<Record<EndpointId, EndpointRow>> = {
  'user-workspaces': {
    ...plain,
    path: '/2.0/user/workspaces',
    of: 'credential',
    scopes: { oauth: ['account'], apiToken: 'read:workspace:bitbucket' },
    keeps: KEPT.workspaceAccess,
    hides: [],
    doc: 'the workspaces that the credential belongs to: where to start when none is named',
  },
  workspace: {
    ...plain,
    path: '/2.0/workspaces/{workspace}',
    of: 'workspace',
    paging: 'single',
    scopes: { oauth: [], apiToken: 'read:workspace:bitbucket' },
    keeps: KEPT.workspace,
    hides: ['everything'],
    missing: 'ends the run',
    doc: 'the workspace itself',
  },
  'workspace-roles': {
    ...plain,
    path: '/2.0/workspaces/{workspace}/permissions',
    of: 'workspace',
    scopes: { oauth: ['account'], apiToken: 'read:workspace:bitbucket' },
    keeps: KEPT.memberships,
    hides: ['user-grants', 'group-grants'],
    doc: 'the role of every member; without it anybody may administer the workspace',
  },
  'effective-permissions': {
    ...plain,
    path: '/2.0/workspaces/{workspace}/permissions/repositories',
    of: 'workspace',
    scopes: { oauth: ['account'], apiToken: 'read:repository:bitbucket' },
    keeps: KEPT.repositoryPermissions,
    hides: ['listing'],
    doc: "Bitbucket's own effective level of each user on each repository, for administrators of the workspace",
  },
  'workspace-members': {
    ...plain,
    path: '/2.0/workspaces/{workspace}/members',
    of: 'workspace',
    scopes: { oauth: ['account'], apiToken: 'read:workspace:bitbucket' },
    keeps: KEPT.memberships,
    hides: ['identities'],
    doc: 'the members, without their roles',
  },
  groups: {
    ...plain,
    path: '/1.0/groups/{workspace}',
    family: '1.0',
    of: 'workspace',
    paging: 'list',
    scopes: { oauth: ['account'], apiToken: 'read:permission:bitbucket' },
    keeps: KEPT.groups,
    hides: ['groups'],
    doc: 'groups with their members; 2.0 has no such endpoint',
    source: SOURCES.recorded,
    confidence: 'recorded',
  },
  projects: {
    ...plain,
    path: '/2.0/workspaces/{workspace}/projects',
    of: 'workspace',
    scopes: { oauth: ['project'], apiToken: 'read:project:bitbucket' },
    keeps: KEPT.projects,
    hides: ['projects'],
    doc: 'the projects of the workspace',
  },
  repositories: {
    ...plain,
    path: '/2.0/repositories/{workspace}',
    of: 'workspace',
    scopes: { oauth: ['repository'], apiToken: 'read:repository:bitbucket' },
    keeps: KEPT.repositories,
    hides: ['repositories'],
    doc: 'the repositories of the workspace with project, visibility and main branch',
  },
  'project-user-grants': {
    ...plain,
    path: '/2.0/workspaces/{workspace}/projects/{project_key}/permissions-config/users',
    of: 'project',
    scopes: { oauth: ['project:admin'], apiToken: 'read:project:bitbucket' },
    keeps: KEPT.userGrants,
    hides: ['user-grants'],
    doc: 'explicit grants of users on the project',
  },
  'project-group-grants': {
    ...plain,
    path: '/2.0/workspaces/{workspace}/projects/{project_key}/permissions-config/groups',
    of: 'project',
    scopes: { oauth: ['project:admin'], apiToken: 'read:project:bitbucket' },
    keeps: KEPT.groupGrants,
    hides: ['group-grants'],
    doc: 'explicit grants of groups on the project',
  },
  'repository-user-grants': {
    ...plain,
    path: '/2.0/repositories/{workspace}/{repo_slug}/permissions-config/users',
    of: 'repository',
    scopes: { oauth: ['repository:admin'], apiToken: 'read:repository:bitbucket' },
    keeps: KEPT.userGrants,
    hides: ['user-grants'],
    doc: 'explicit grants of users on the repository',
  },
  'repository-group-grants': {
    ...plain,
    path: '/2.0/repositories/{workspace}/{repo_slug}/permissions-config/groups',
    of: 'repository',
    scopes: { oauth: ['repository:admin'], apiToken: 'read:repository:bitbucket' },
    keeps: KEPT.groupGrants,
    hides: ['group-grants'],
    doc: 'explicit grants of groups on the repository',
  },
  'branch-restrictions': {
    ...plain,
    path: '/2.0/repositories/{workspace}/{repo_slug}/branch-restrictions',
    of: 'repository',
    scopes: { oauth: ['repository:admin'], apiToken: 'admin:repository:bitbucket' },
    keeps: KEPT.branchRestrictions,
    hides: ['rules'],
    doc: 'the branch restrictions of the repository',
  },
  'effective-branching-model': {
    ...plain,
    path: '/2.0/repositories/{workspace}/{repo_slug}/effective-branching-model',
    of: 'repository',
    paging: 'single',
    scopes: { oauth: ['repository'], apiToken: 'read:repository:bitbucket' },
    keeps: KEPT.branchingModel,
    hides: ['branching-model'],
    missing: { instead: 'branching-model' },
    doc: 'the branching model that applies, the one of the project included',
  },
  'branching-model': {
    ...plain,
    path: '/2.0/repositories/{workspace}/{repo_slug}/branching-model',
    of: 'repository',
    paging: 'single',
    scopes: { oauth: ['repository'], apiToken: 'read:repository:bitbucket' },
    keeps: KEPT.branchingModel,
    hides: ['branching-model'],
    doc: 'the branching model of the repository: asked where there is no effective one',
  },
};

export const ENDPOINT_IDS = Object.keys(ENDPOINTS) as readonly EndpointId[];

/** The endpoints of one sort of container, in the order in which they are read. Those that stand in for others are left out. */
export function endpointsOf(of: EndpointRow['of']): readonly EndpointId[] {
  const standIns = new Set(ENDPOINT_IDS.flatMap((id) => instead(id) ?? []));
  return ENDPOINT_IDS.filter((id) => ENDPOINTS[id].of === of && !standIns.has(id));
}

/** The endpoint to ask where this one has nothing. */
export function instead(id: EndpointId): EndpointId | null {
  const { missing } = ENDPOINTS[id];
  return typeof missing === 'object' ? missing.instead : null;
}
