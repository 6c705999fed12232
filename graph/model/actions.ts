/**
 * What can be done, on what, and the level that it needs.
 *
 * An action is asked of a resource of one of the kinds `on`. The level is needed on the nearest resource that has levels:
 * the asked one itself or a container of it (`needs` says which level for each). A kind missing from `needs` of a flavor
 * means that the action cannot be asked there.
 */
import { LEVELED_KINDS, type Level, type LeveledKind } from './levels.ts';
import { NODE_KIND_NAMES, type NodeKind } from './node-kinds.ts';
import { type Flavor, type Row, SOURCES } from './row.ts';

export interface ActionRow extends Row {
  readonly on: readonly NodeKind[];
  readonly needs: Readonly<Record<Flavor, Readonly<Partial<Record<LeveledKind, Level>>>>>;
  /** Can be done with nothing but Git, so a key that only speaks Git can do it. */
  readonly git: boolean;
}

const repository = (level: Level, dc: Level | null = level) => ({ cloud: { Repository: level }, dc: dc === null ? {} : { Repository: dc } }) as const;

export const ACTIONS = {
  'repository.read': { on: ['Repository'], needs: repository('read', 'browse'), git: true, doc: 'browse and clone', source: SOURCES.grants, confidence: 'documented' },
  'repository.write': { on: ['Repository'], needs: repository('write'), git: true, doc: 'holds write or more; rules are asked with the branch actions', source: SOURCES.grants, confidence: 'documented' },
  'repository.admin': { on: ['Repository'], needs: repository('admin'), git: false, doc: 'administer the repository', source: SOURCES.grants, confidence: 'documented' },
  'repository.delete': { on: ['Repository'], needs: repository('admin'), git: false, doc: 'delete or transfer the repository', source: SOURCES.grants, confidence: 'documented' },
  'branch.push': { on: ['Branch'], needs: repository('write'), git: true, doc: 'update the branch directly', source: SOURCES.branches, confidence: 'documented' },
  'branch.force_push': { on: ['Branch'], needs: repository('write'), git: true, doc: 'rewrite the history of the branch', source: SOURCES.branches, confidence: 'documented' },
  'branch.delete': { on: ['Branch'], needs: repository('write'), git: true, doc: 'delete the branch', source: SOURCES.branches, confidence: 'documented' },
  'branch.create': { on: ['Branch'], needs: repository('write'), git: true, doc: 'create a branch of this name', source: SOURCES.overlap, confidence: 'documented' },
  'branch.merge': { on: ['Branch'], needs: repository('write'), git: false, doc: 'merge a pull request into the branch', source: SOURCES.branches, confidence: 'documented' },
  'pullrequest.create': { on: ['Repository'], needs: repository('write', 'read'), git: false, doc: 'open a pull request from a branch of the repository', source: SOURCES.grants, confidence: 'documented' },
  'pullrequest.approve': { on: ['Repository'], needs: repository('write', 'read'), git: false, doc: 'approve a pull request so that it counts', source: SOURCES.grants, confidence: 'documented' },
  'permission.grant': {
    on: ['Repository', 'Project', 'Workspace', 'Instance'],
    needs: { cloud: { Repository: 'admin', Project: 'admin', Workspace: 'admin' }, dc: { Repository: 'admin', Project: 'admin', Instance: 'admin' } },
    git: false,
    doc: 'give and take permissions',
    source: SOURCES.openapi,
    confidence: 'documented',
  },
  'restriction.edit': { on: ['Repository', 'BranchRestriction'], needs: repository('admin'), git: false, doc: 'create, change and remove branch restrictions', source: SOURCES.openapi, confidence: 'documented' },
  'pipeline.read': { on: ['Repository', 'Pipeline'], needs: repository('read', null), git: false, doc: 'view pipelines and their logs', source: SOURCES.grants, confidence: 'documented' },
  'pipeline.run': { on: ['Repository', 'Pipeline'], needs: repository('write', null), git: false, doc: 'run, rerun and stop pipelines', source: SOURCES.triggers, confidence: 'documented' },
  'pipeline.configure': { on: ['Repository', 'Pipeline'], needs: repository('admin', null), git: false, doc: 'switch Pipelines on or off, change schedules and the key pair', source: SOURCES.openapi, confidence: 'inferred' },
  'variable.read': { on: ['Variable'], needs: { cloud: { Repository: 'admin', Workspace: 'admin' }, dc: {} }, git: false, doc: 'list the variable, and its value where it is not secured; which level may is not documented', source: SOURCES.openapi, confidence: 'inferred' },
  'variable.edit': { on: ['Variable'], needs: { cloud: { Repository: 'admin', Workspace: 'admin' }, dc: {} }, git: false, doc: 'change the variable', source: SOURCES.openapi, confidence: 'inferred' },
  'environment.deploy': { on: ['Environment'], needs: repository('write', null), git: false, doc: 'start a deployment to the environment', source: SOURCES.deployments, confidence: 'documented' },
  'environment.edit': { on: ['Environment'], needs: repository('admin', null), git: false, doc: 'change the environment and its restrictions', source: SOURCES.openapi, confidence: 'inferred' },
  'runner.use': { on: ['Runner'], needs: repository('write', null), git: false, doc: 'have a step of a pipeline run on a runner of the repository', source: SOURCES.runners, confidence: 'documented' },
  'runner.register': { on: ['Repository', 'Workspace'], needs: { cloud: { Repository: 'admin', Workspace: 'admin' }, dc: {} }, git: false, doc: 'register a runner', source: SOURCES.runners, confidence: 'inferred' },
  'deploykey.create': { on: ['Repository', 'Project'], needs: { cloud: { Repository: 'admin', Project: 'admin' }, dc: { Repository: 'admin', Project: 'admin' } }, git: false, doc: 'add an SSH key that acts as itself', source: SOURCES.keys, confidence: 'documented' },
  'webhook.create': { on: ['Repository', 'Project', 'Workspace'], needs: { cloud: { Repository: 'admin', Workspace: 'admin' }, dc: { Repository: 'admin', Project: 'admin' } }, git: false, doc: 'have events sent elsewhere', source: SOURCES.openapi, confidence: 'documented' },
  'project.read': {
    on: ['Project'],
    needs: { cloud: { Project: 'read' }, dc: { Project: 'read' } },
    git: false,
    doc: 'hold read on the project, and so read every repository in it; that anybody may look at the page of a public project gives none of this',
    source: SOURCES.projects,
    confidence: 'documented',
  },
  'project.write': { on: ['Project'], needs: { cloud: { Project: 'write' }, dc: { Project: 'write' } }, git: false, doc: 'write to every repository of the project', source: SOURCES.projects, confidence: 'documented' },
  'project.create_repository': { on: ['Project'], needs: { cloud: { Project: 'create-repo' }, dc: { Project: 'create-repo' } }, git: false, doc: 'create a repository in the project', source: SOURCES.projects, confidence: 'documented' },
  'project.admin': { on: ['Project'], needs: { cloud: { Project: 'admin' }, dc: { Project: 'admin' } }, git: false, doc: 'administer the project', source: SOURCES.projects, confidence: 'documented' },
  'workspace.member': { on: ['Workspace'], needs: { cloud: { Workspace: 'member' }, dc: {} }, git: false, doc: 'belong to the workspace', source: SOURCES.openapi, confidence: 'documented' },
  'workspace.create_project': { on: ['Workspace'], needs: { cloud: { Workspace: 'create-project' }, dc: {} }, git: false, doc: 'create projects in the workspace', source: SOURCES.groups, confidence: 'documented' },
  'workspace.admin': { on: ['Workspace'], needs: { cloud: { Workspace: 'admin' }, dc: {} }, git: false, doc: 'administer the workspace', source: SOURCES.groups, confidence: 'documented' },
  'instance.login': { on: ['Instance'], needs: { cloud: {}, dc: { Instance: 'licensed' } }, git: false, doc: 'log in to the instance', source: SOURCES.dcPermissions, confidence: 'documented' },
  'instance.create_project': { on: ['Instance'], needs: { cloud: {}, dc: { Instance: 'create-project' } }, git: false, doc: 'create projects on the instance', source: SOURCES.dcPermissions, confidence: 'documented' },
  'instance.admin': { on: ['Instance'], needs: { cloud: {}, dc: { Instance: 'admin' } }, git: false, doc: 'administer the instance', source: SOURCES.dcPermissions, confidence: 'documented' },
  'instance.sys_admin': { on: ['Instance'], needs: { cloud: {}, dc: { Instance: 'sys-admin' } }, git: false, doc: 'administer the installation', source: SOURCES.dcPermissions, confidence: 'documented' },
} as const satisfies Record<string, ActionRow>;

export type Action = keyof typeof ACTIONS;

export const ACTION_NAMES = Object.keys(ACTIONS) as readonly Action[];

export function isAction(name: string): name is Action {
  return Object.hasOwn(ACTIONS, name);
}

/** The row, widened to the general type: what walkers read. */
export function actionRow(action: Action): ActionRow {
  return ACTIONS[action];
}

/** The actions that can be asked of a kind of resource, in table order. */
export function actionsOn(kind: NodeKind): readonly Action[] {
  return BY_KIND.get(kind) ?? [];
}

/** The kinds of resource that a list of what somebody can do names: those of the action, without one those that have levels. */
export function kindsListed(action: Action | null): readonly NodeKind[] {
  return action === null ? LEVELED_KINDS : actionRow(action).on;
}

const BY_KIND: ReadonlyMap<NodeKind, readonly Action[]> = new Map(NODE_KIND_NAMES.map((kind) => [kind, ACTION_NAMES.filter((action) => actionRow(action).on.includes(kind))]));
