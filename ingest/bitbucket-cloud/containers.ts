/**
 * Containers: what endpoints are asked of. Listings name them, and each listing is asked of a container itself, down from the workspace.
 */
import { encodeKeyPart, type NodeKey, refPath, refWord, repositoryOfBranch } from '../../graph/fact.ts';
import { MATCHERS } from '../../graph/model/restrictions.ts';
import {
  decodeBranchingModel,
  decodeBranchRestriction,
  decodeEnvironment,
  decodeMembership,
  decodePipelinesConfig,
  decodeProject,
  decodeRepository,
  type Workspace,
} from './decode.ts';
import { decodeBranchHead } from './decode-definition.ts';
import { decodeDirectoryGroup } from './decode-organisation.ts';
import type { EndpointId, Of } from './endpoints.ts';

export interface Container {
  readonly key: NodeKey;
  /** Fills the template of a path. */
  readonly params: Readonly<Record<string, string>>;
}

export interface NamingRow {
  readonly listing: EndpointId;
  /** What the listing is asked of. */
  readonly of: Of;
  /** The containers that an item names, given the one that the listing was asked of. */
  readonly names: (item: unknown, above: Container) => readonly Container[];
  /** The key of the one above, given the workspace and the key of a container. */
  readonly above: (key: NodeKey, workspace: NodeKey) => NodeKey;
}

const inWorkspace = { of: 'workspace', above: (_: NodeKey, workspace: NodeKey) => workspace } as const;

/** Which listings name the containers of each sort, first the one that is theirs, if there is one: all of them must be read to their end before one counts as gone. */
export const NAMING: Readonly<Record<Of, readonly NamingRow[]>> = {
  credential: [],
  workspace: [],
  organisation: [],
  group: [{ ...inWorkspace, listing: 'directory-groups', names: directoryGroupIn }],
  project: [
    { ...inWorkspace, listing: 'projects', names: (item, above) => projectOf(decodeProject(item), above) },
    { ...inWorkspace, listing: 'repositories', names: (item, above) => projectOf(decodeRepository(item)?.project, above) },
  ],
  repository: [{ ...inWorkspace, listing: 'repositories', names: repositoryIn }],
  pipeline: [{ listing: 'pipelines-config', of: 'repository', names: pipelineIn, above: repositoryOfBranch }],
  environment: [{ listing: 'environments', of: 'repository', names: environmentIn, above: repositoryOfBranch }],
  user: [{ ...inWorkspace, listing: 'workspace-members', names: memberIn }],
  branch: [
    { listing: 'effective-branching-model', of: 'repository', names: modelBranchesIn, above: repositoryOfBranch },
    { listing: 'branching-model', of: 'repository', names: modelBranchesIn, above: repositoryOfBranch },
    { listing: 'branch-restrictions', of: 'repository', names: ruledBranchIn, above: repositoryOfBranch },
  ],
  head: [
    { listing: 'branch', of: 'branch', names: headOf, above: (key) => key },
    { listing: 'main-branch', of: 'repository', names: mainHeadOf, above: repositoryOfBranch },
  ],
};

/** The listings that name containers. */
export const NAMING_LISTINGS: ReadonlySet<EndpointId> = new Set(
  Object.values(NAMING).flatMap((rows) => rows.map(({ listing }) => listing)),
);

/** Where the definition of pipelines lies in a repository. */
const DEFINITION_FILE = 'bitbucket-pipelines.yml';

/** What decides, beside listings, whether a container is read. */
export const DECIDING_ENDPOINT: EndpointId = 'pipelines-config';

/** The items of a listing of a container, as far as it was read. */
export type ReadItems = (listing: EndpointId, container: Container) => Iterable<unknown>;

export function workspaceContainer({ uuid, slug }: Pick<Workspace, 'uuid' | 'slug'>): Container {
  return { key: `workspace:${encodeKeyPart(uuid)}`, params: { workspace: slug } };
}

/** The containers of one sort, in the order of their keys. */
export function containersOf(of: Of, workspace: Container, itemsOf: ReadItems): Container[] {
  if (of === 'workspace') return [workspace];
  const found = new Map<NodeKey, Container>();
  for (const row of NAMING[of]) {
    for (const above of containersOf(row.of, workspace, itemsOf)) {
      for (const item of itemsOf(row.listing, above)) {
        for (const container of row.names(item, above)) {
          const known = found.get(container.key);
          // Two pages may disagree while a key is being changed: the smaller one, so that the order of pages does not matter.
          if (known === undefined || text(container) < text(known)) found.set(container.key, container);
        }
      }
    }
  }
  const read =
    of === 'branch' || of === 'head'
      ? [...found.values()].filter(({ key }) => mayRun(repositoryOfBranch(key), itemsOf))
      : [...found.values()];
  return read.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Where Pipelines are off no definition is run, and whoever may switch them on may write another one: it is not read. */
function mayRun(repository: NodeKey, itemsOf: ReadItems): boolean {
  return ![...itemsOf(DECIDING_ENDPOINT, { key: repository, params: {} })].some((item) => decodePipelinesConfig(item)?.enabled === false);
}

export function projectKey(uuid: string): NodeKey {
  return `project:${encodeKeyPart(uuid)}`;
}

export function userKey(uuid: string): NodeKey {
  return `user:${encodeKeyPart(uuid)}`;
}

export function repositoryKey(uuid: string): NodeKey {
  return `repository:${encodeKeyPart(uuid)}`;
}

/** The key of the pipelines of a repository. */
export function pipelineKey(repository: NodeKey): NodeKey {
  return `pipeline:${refPath(repository)}`;
}

/** The key of what lies in a container: `variable:{r1}#{v1}`, in an environment `variable:{r1}#{e1}/{v1}`. */
export function keyWithin(word: string, container: NodeKey, id: string): NodeKey {
  return `${word}:${pathWithin(refPath(container), encodeKeyPart(id))}`;
}

/** The node that gaps of a container are about: of a branch, which need not be known, its repository. */
export function toldOf(container: NodeKey): NodeKey {
  return refWord(container) === 'branch' ? repositoryOfBranch(container) : container;
}

/** A path of what lies in a container whose own path is given. */
export function pathWithin(container: string, name: string): string {
  return `${container}${container.includes('#') ? '/' : '#'}${name}`;
}

function projectOf(project: { uuid: string; key: string } | null | undefined, above: Container): Container[] {
  return project ? [{ key: projectKey(project.uuid), params: { ...above.params, project_key: project.key } }] : [];
}

function repositoryIn(item: unknown, above: Container): Container[] {
  const repository = decodeRepository(item);
  if (repository === null) return [];
  const main = repository.mainbranch?.name ? { name: repository.mainbranch.name } : {};
  return [{ key: repositoryKey(repository.uuid), params: { ...above.params, repo_slug: repository.uuid, ...main } }];
}

/** Pipelines that are off do nothing that could be asked. */
function pipelineIn(item: unknown, above: Container): Container[] {
  return decodePipelinesConfig(item)?.enabled === true ? [{ key: pipelineKey(above.key), params: above.params }] : [];
}

function environmentIn(item: unknown, above: Container): Container[] {
  const environment = decodeEnvironment(item);
  return environment
    ? [{ key: keyWithin('environment', above.key, environment.uuid), params: { ...above.params, environment_uuid: environment.uuid } }]
    : [];
}

/** Any branch but the main one, which is asked for its settings anyway. */
function branchIn(repository: Container, name: string | null | undefined): Container[] {
  return name && name !== repository.params['name']
    ? [{ key: keyWithin('branch', repository.key, name), params: { ...repository.params, name } }]
    : [];
}

/** The development and the production branch. One that is not enabled is not of the model. */
function modelBranchesIn(item: unknown, above: Container): Container[] {
  const model = decodeBranchingModel(item);
  return [model?.development, model?.production].flatMap((target) => (target?.enabled === false ? [] : branchIn(above, target?.name)));
}

/** The branch that a restriction names. A pattern may match many: none is looked for. */
function ruledBranchIn(item: unknown, above: Container): Container[] {
  const rule = decodeBranchRestriction(item);
  const pattern = (rule?.branch_match_kind ?? 'glob') === 'glob' ? (rule?.pattern ?? '') : '';
  return pattern.includes('*') || MATCHERS.glob.undecided.test(pattern) ? [] : branchIn(above, pattern);
}

/** The branch at the commit that it points to. */
function headOf(item: unknown, above: Container): Container[] {
  const head = decodeBranchHead(item);
  return head ? [{ key: above.key, params: { ...above.params, commit: head.target.hash, path: DEFINITION_FILE } }] : [];
}

function mainHeadOf(item: unknown, { key, params }: Container): Container[] {
  const { name } = params;
  return name === undefined ? [] : headOf(item, { key: keyWithin('branch', key, name), params });
}

function directoryGroupIn(item: unknown, above: Container): Container[] {
  const group = decodeDirectoryGroup(item);
  const params = (directory: string | null | undefined, id: string) => ({ ...above.params, directory: directory ?? '-', group: id });
  return group ? [{ key: directoryGroupKey(group.id), params: params(group.directoryId, group.id) }] : [];
}

/** The members of a group of the directory are asked of it; which group of the workspace it is, is told elsewhere. */
export function directoryGroupKey(id: string): NodeKey {
  return `directory-group:${encodeKeyPart(id)}`;
}

function memberIn(item: unknown, above: Container): Container[] {
  const uuid = decodeMembership(item)?.user.uuid;
  return uuid === undefined ? [] : [{ key: userKey(uuid), params: { ...above.params, selected_user: uuid } }];
}

function text({ params }: Container): string {
  return JSON.stringify(params);
}
