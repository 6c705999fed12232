/**
 * What all pages of a run together say of the things that one page names: paths, projects, main branches, what was listed to its end.
 */
import type { NodeKey } from '../../graph/fact.ts';
import type { KeptPage } from '../../graph/store/port.ts';
import type { Where } from '../statements.ts';
import { environmentsByName, pathsByContainer } from './container-paths.ts';
import { type Container, projectKey, repositoryKey, workspaceContainer } from './containers.ts';
import {
  type Decoder,
  decodeEnvironment,
  decodeGroupListing,
  decodeRepository,
  decodeRepositoryPermission,
  type Repository,
  type Workspace,
} from './decode.ts';
import { type Directory, matchDirectory } from './directory.ts';
import type { EndpointId } from './endpoints.ts';
import type { Here } from './here.ts';
import { itemsOf, type PagesByScope, type ScopeState, scopeOf } from './scopes.ts';

/** What an item is stated with, told from the pages of the whole run. */
export type Context = Pick<
  Here,
  | 'workspace'
  | 'listedGroups'
  | 'listedRepositories'
  | 'pathByContainer'
  | 'mainBranches'
  | 'projectByRepository'
  | 'environmentsRead'
  | 'environmentOf'
  | 'unlistedBecause'
  | 'directory'
>;

/** Where what the page shows was read. */
export function whereOf({ scope, endpoint, fetchedAt }: KeptPage): Where {
  return { scope, endpoint, fetchedAt };
}

export interface Read {
  readonly workspace: Workspace;
  readonly states: ReadonlyMap<string, ScopeState>;
  readonly kept: PagesByScope;
  readonly readBefore: { has(scope: string): boolean };
}

export function contextOf({ workspace, states, kept, readBefore }: Read): Context {
  const container = workspaceContainer(workspace);
  const each = function* <T>(endpoint: EndpointId, decode: Decoder<T>, of: Container = container): Generator<T> {
    for (const page of kept.get(scopeOf(endpoint, of).id) ?? [])
      for (const item of itemsOf(endpoint, page) ?? []) {
        const decoded = decode(item);
        if (decoded !== null) yield decoded;
      }
  };
  const decoded = <T>(endpoint: EndpointId, decode: Decoder<T>, of: Container = container): T[] => [...each(endpoint, decode, of)];
  const groups = scopeOf('groups', container).id;
  const listing = scopeOf('repositories', container).id;
  const state = states.get(listing) ?? { is: 'untouched' };
  const left = state.is === 'untouched' || state.is === 'partial';
  const listed = decoded('repositories', decodeRepository);
  const directory = matchDirectory(kept, workspace);
  // A row for each user and repository: of those of one repository one is held.
  const reported = new Map<string, Pick<Repository, 'uuid' | 'full_name'>>();
  for (const { repository } of each('effective-permissions', decodeRepositoryPermission)) {
    const { uuid, full_name } = repository;
    reported.set(`${uuid} ${full_name}`, { uuid, full_name });
  }
  const pathByContainer = pathsByContainer({ workspace, listed, reported: [...reported.values()], decoded });
  const environmentNamed = environmentsByName(pathByContainer);
  return {
    workspace: { ...workspace, key: container.key },
    listedGroups: listedGroups(states.get(groups)?.is, {
      directory,
      slugs: () => decoded('groups', decodeGroupListing).map(({ slug }) => slug),
    }),
    directory,
    listedRepositories: new Set(listed.map(({ uuid }) => repositoryKey(uuid))),
    pathByContainer,
    environmentOf(repository, name) {
      const key = environmentNamed(repository, name);
      const [page] = kept.get(scopeOf('environments', { key: repository, params: {} }).id) ?? [];
      if (key === undefined || page === undefined) return undefined;
      return { key, where: whereOf(page) };
    },
    mainBranches: mainBranchesOf(listed),
    projectByRepository: projectsOf(listed),
    environmentsRead: environmentsRead(listed, { states, kept }),
    unlistedBecause: unlistedReason(state, left && readBefore.has(listing)),
  };
}

/** The groups that there are: of the directory those that are matched, for any other is not known. */
function listedGroups(
  is: ScopeState['is'] | undefined,
  { directory, slugs }: { readonly directory: Directory; readonly slugs: () => string[] },
): ReadonlySet<string> | null {
  if (is === 'instead') return directory.slugs;
  return is === 'complete' ? new Set(slugs()) : null;
}

/** Two pages may disagree while a main branch is being changed: the smaller name, so that the order of pages does not matter. */
function mainBranchesOf(listed: readonly Repository[]): Map<NodeKey, string> {
  const names = new Map<NodeKey, string>();
  for (const { uuid, mainbranch } of listed) {
    const [key, name] = [repositoryKey(uuid), mainbranch?.name];
    const known = names.get(key);
    if (name && (known === undefined || name < known)) names.set(key, name);
  }
  return names;
}

/** The smaller key where two pages disagree while a repository is being moved. */
function projectsOf(listed: readonly Repository[]): Map<NodeKey, NodeKey> {
  const projects = listed.flatMap(({ uuid, project }) => (project ? [[repositoryKey(uuid), projectKey(project.uuid)] as const] : []));
  return new Map(projects.toSorted(([, a], [, b]) => (a < b ? 1 : -1)));
}

/** Read to the end, every item in a form that is known. */
function environmentsRead(listed: readonly Repository[], { states, kept }: Pick<Read, 'states' | 'kept'>): Set<NodeKey> {
  const keys = listed.map(({ uuid }) => repositoryKey(uuid));
  return new Set(
    keys.filter((key) => {
      const { id } = scopeOf('environments', { key, params: {} });
      const items = (kept.get(id) ?? []).map((page) => itemsOf('environments', page));
      return states.get(id)?.is === 'complete' && items.every((page) => page?.every((item) => decodeEnvironment(item) !== null) === true);
    }),
  );
}

function unlistedReason(state: ScopeState, heldOver: boolean): Here['unlistedBecause'] {
  if (heldOver) return null;
  if (state.is === 'unread') return state.reason;
  return state.is === 'complete' ? 'missing' : 'budget';
}
