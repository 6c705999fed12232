/**
 * How people write containers: `acme`, `acme/projects/WEB`, `acme/api`, `acme/api#production`, `evan`. References of what lies in them begin so.
 */
import { type NodeKey, refWord, repositoryOfBranch } from '../../graph/fact.ts';
import {
  type Container,
  keyWithin,
  pathWithin,
  pipelineKey,
  projectKey,
  repositoryKey,
  userKey,
  workspaceContainer,
} from './containers.ts';
import { type Decoder, decodeEnvironment, decodeMembership, decodeProject, type Repository, type Workspace } from './decode.ts';
import type { EndpointId } from './endpoints.ts';

export interface Shown {
  readonly workspace: Workspace;
  /** Repositories of the listing, and those that another one names. */
  readonly listed: readonly Repository[];
  readonly reported: readonly Pick<Repository, 'uuid' | 'full_name'>[];
  /** The items of a listing; of the workspace where no container is given. */
  readonly decoded: <T>(endpoint: EndpointId, decode: Decoder<T>, of?: Container) => readonly T[];
}

/** Where pages disagree the listing of repositories counts, of several names the smallest: the order of pages does not matter. */
export function pathsByContainer({ workspace, listed, reported, decoded }: Shown): Map<NodeKey, string> {
  const paths = new Map<NodeKey, string>([[workspaceContainer(workspace).key, workspace.slug]]);
  const repositories = new Map([...smallest(reported), ...smallest(listed)]);
  const projects = [...decoded('projects', decodeProject), ...listed.flatMap(({ project }) => project ?? [])];
  for (const { uuid, key } of projects.toSorted((a, b) => (a.key < b.key ? 1 : -1)))
    paths.set(projectKey(uuid), `${workspace.slug}/projects/${key}`);
  for (const [key, path] of repositories) {
    paths.set(key, path);
    paths.set(pipelineKey(key), path);
    const environments = decoded('environments', decodeEnvironment, { key, params: {} });
    for (const { uuid, name } of environments.toSorted((a, b) => (a.name < b.name ? 1 : -1)))
      paths.set(keyWithin('environment', key, uuid), pathWithin(path, name));
  }
  const members = decoded('workspace-members', decodeMembership).flatMap(({ user: { uuid, nickname } }) =>
    nickname ? [{ uuid, nickname }] : [],
  );
  for (const { uuid, nickname } of members.toSorted((a, b) => (a.nickname < b.nickname ? 1 : -1))) paths.set(userKey(uuid), nickname);
  return paths;
}

function smallest(repositories: Shown['reported']): [NodeKey, string][] {
  return repositories
    .toSorted((a, b) => (a.full_name < b.full_name ? 1 : -1))
    .map(({ uuid, full_name }) => [repositoryKey(uuid), full_name]);
}

/** Finds an environment by the name that a step gives it. Upper and lower case are one; of several the smallest key counts. */
export function environmentsByName(paths: ReadonlyMap<NodeKey, string>): (repository: NodeKey, name: string) => NodeKey | undefined {
  const found = new Map<string, NodeKey>();
  const nameOf = (repository: NodeKey, name: string) => `${repository} ${name.toLowerCase()}`;
  for (const [key, path] of [...paths].sort(([a], [b]) => (a < b ? 1 : -1)))
    if (refWord(key) === 'environment') found.set(nameOf(repositoryOfBranch(key), path.slice(path.indexOf('#') + 1)), key);
  return (repository, name) => found.get(nameOf(repository, name));
}
