/**
 * Which path shows what: every endpoint of the upstream that a reader of permissions needs, from the vendor's document, and the
 * groups of 1.0.
 */
import {
  definitionAt,
  deployKeyBody,
  environmentBody,
  environmentUuid,
  pipelinesConfigBody,
  projectKeyBody,
  runnerBody,
  scheduleBody,
  variableBody,
  webhookBody,
} from './automation-bodies.ts';
import {
  groupBody,
  groupListingBody,
  membershipBody,
  modelBody,
  projectBody,
  projectUuid,
  repositoryBody,
  repositoryName,
  repositoryUuid,
  ruleBody,
  type Site,
  userBody,
  workspaceAccessBody,
  workspaceBody,
  workspaceUuid,
} from './bodies.ts';
import { type EffectiveRow, effectiveRows } from './effective.ts';
import { findBy } from './lookup.ts';
import { deploymentBody, keyPairBody, knownHostBody, oidcConfigurationBody, oidcKeysBody, runBody } from './run-bodies.ts';
import { showOfProjectSettings, showOfRepositorySettings } from './settings-routes.ts';
import { showOfUser } from './user-keys.ts';
import type { SampleGrant, SampleProject, SampleRepository, SampleWorkspace } from './workspace.ts';

/** What a path shows: one object, a file, a list in pages, a bare list of 1.0, a refusal, or nothing (404). */
export type Shown =
  | { readonly is: 'object'; readonly body: unknown }
  | { readonly is: 'file'; readonly text: string }
  | { readonly is: 'pages'; readonly count: number; readonly items: (from: number, to: number) => readonly unknown[] }
  | { readonly is: 'list'; readonly items: readonly unknown[] }
  | { readonly is: 'denied'; readonly message: string }
  | { readonly is: 'missing'; readonly message: string };

export const pages = (items: readonly unknown[]): Shown => pagesOf(items, (item) => item);
/** For lists that may be long: only the items of the page that is asked for are made. */
const pagesOf = <T>(things: readonly T[], bodyOf: (thing: T) => unknown): Shown => ({
  is: 'pages',
  count: things.length,
  items: (from, to) => things.slice(from, to).map(bodyOf),
});
export const missing = (message: string): Shown => ({ is: 'missing', message });

/** `path` is percent-decoded, without its query. `isFirst`: of a list in pages the first one is asked for. */
export function show(site: Site, path: string, isFirst = true): Shown {
  const parts = path.split('/').filter((part) => part !== '');
  const [version, root, name = '', ...rest] = parts;
  if (version === '2.0' && root === 'user' && name === 'workspaces' && rest.length === 0) return pages([workspaceAccessBody(site)]);
  if (version === '2.0' && root === 'users') return showOfUser(site, name, rest.join('/'));
  const { slug } = site.workspace;
  const isOurs = [slug, workspaceUuid(slug)].includes(name.toLowerCase());
  if (version === '1.0' && root === 'groups' && isOurs && rest.length === 0)
    return { is: 'list', items: site.workspace.groups.map((group) => groupListingBody(site, group)) };
  if (version !== '2.0' || (root !== 'workspaces' && root !== 'repositories')) return missing('Resource not found');
  if (!isOurs) return missing(`No workspace with identifier '${name}'.`);
  return root === 'workspaces' ? showOfWorkspace(site, rest, isFirst) : showOfRepositories(site, rest);
}

function showOfWorkspace(site: Site, [part, ...rest]: readonly string[], isFirst: boolean): Shown {
  const { users, projects } = site.workspace;
  const members = users.filter(({ role }) => role !== null);
  if (part === undefined) return { is: 'object', body: workspaceBody(site) };
  if (part === 'projects')
    return rest.length === 0 ? pagesOf(projects, (project) => projectBody(site, project)) : showOfProject(site, rest);
  if (part === 'members' && rest.length === 0) return pagesOf(members, (user) => membershipBody(site, user));
  if (part === 'permissions' && rest.length === 0) return pagesOf(members, (user) => membershipBody(site, user, user.role ?? 'member'));
  if (part === 'permissions' && rest.join('/') === 'repositories') return effectivePermissions(site, isFirst);
  return showOfAutomation(site, [part, ...rest].join('/'));
}

/** What the workspace itself has of what runs by itself. */
function showOfAutomation(site: Site, part: string): Shown {
  const { variables, runners, webhooks } = site.workspace.automation;
  const identity = 'pipelines-config/identity/oidc';
  if (part === `${identity}/.well-known/openid-configuration`) return { is: 'object', body: oidcConfigurationBody(site) };
  if (part === `${identity}/keys.json`) return { is: 'object', body: oidcKeysBody(site) };
  if (part === 'pipelines-config/variables') return pages(variables.map((variable) => variableBody('workspace', variable)));
  if (part === 'pipelines-config/runners') return pages(runners.map((runner) => runnerBody('workspace', runner)));
  if (part === 'hooks') return pages(webhooks.map((webhook) => webhookBody(site, webhook, null)));
  return missing('Resource not found');
}

/** Whoever follows the links of the listing sees the rows of the moment of its first page: they may be many. */
const rowsAtFirstPage = new WeakMap<SampleWorkspace, readonly EffectiveRow[]>();

function effectivePermissions(site: Site, isFirst: boolean): Shown {
  const { workspace } = site;
  const rows = (isFirst ? undefined : rowsAtFirstPage.get(workspace)) ?? effectiveRows(workspace);
  rowsAtFirstPage.set(workspace, rows);
  return pagesOf(rows, ({ user, repository: slug, level }) => {
    const { name = slug } = repositoryBySlug(workspace.repositories, slug) ?? {};
    return {
      type: 'repository_permission',
      permission: level,
      user: userBody(site, user),
      repository: repositoryName(site, { slug, name }),
    };
  });
}

const projectByKey = findBy<SampleProject>(({ key }) => key);
const projectByUuid = findBy<SampleProject>(({ key }) => projectUuid(key));
const repositoryBySlug = findBy<SampleRepository>(({ slug }) => slug);
const repositoryByUuid = findBy<SampleRepository>(({ slug }) => repositoryUuid(slug));

function showOfProject(site: Site, [key = '', ...rest]: readonly string[]): Shown {
  const { projects } = site.workspace;
  const named = key.startsWith('{') ? projectByUuid : projectByKey;
  const project = named(projects, key);
  if (project === undefined) return missing(`No project with key '${key}'.`);
  if (rest.length === 0) return { is: 'object', body: projectBody(site, project) };
  const path = `workspaces/${site.workspace.slug}/projects/${project.key}`;
  if (rest.join('/') === 'permissions-config/users') return pages(userGrants(site, project.grants, 'project', path));
  if (rest.join('/') === 'permissions-config/groups') return pages(groupGrants(site, project.grants, 'project', path));
  if (rest.join('/') === 'deploy-keys') return pages(project.keys.map((key) => projectKeyBody(site, project, key)));
  return showOfProjectSettings(site, project, rest.join('/'));
}

function showOfRepositories(site: Site, [slug, ...rest]: readonly string[]): Shown {
  const { repositories } = site.workspace;
  if (slug === undefined) return pagesOf(repositories, (repository) => repositoryBody(site, repository));
  const named = slug.startsWith('{') ? repositoryByUuid : repositoryBySlug;
  const repository = named(repositories, slug);
  if (repository === undefined) return missing(`Repository ${site.workspace.slug}/${slug} not found`);
  return showOfRepository(site, repository, rest.join('/'));
}

function showOfRepository(site: Site, repository: SampleRepository, part: string): Shown {
  const path = `repositories/${site.workspace.slug}/${repository.slug}`;
  switch (part) {
    case '':
      return { is: 'object', body: repositoryBody(site, repository) };
    case 'permissions-config/users':
      return pages(userGrants(site, repository.grants, 'repository', path));
    case 'permissions-config/groups':
      if (repository.denied === 'group grants')
        return { is: 'denied', message: 'You must be an administrator of the repository to see its groups.' };
      return pages(groupGrants(site, repository.grants, 'repository', path));
    case 'branch-restrictions':
      return pages(repository.rules.map((rule) => ruleBody(site, repository, rule)));
    case 'effective-branching-model':
      return { is: 'object', body: modelBody(repository, 'effective_repo_branching_model') };
    case 'branching-model':
      return { is: 'object', body: modelBody(repository, 'branching_model') };
    default:
      return showOfRepositoryAutomation(site, repository, part);
  }
}

function showOfRepositoryAutomation(site: Site, repository: SampleRepository, part: string): Shown {
  const { variables, environments, runners, schedules, keys, webhooks } = repository.automation;
  const environment = environments.find(
    (other) => part === `deployments_config/environments/${environmentUuid(repository, other)}/variables`,
  );
  if (environment !== undefined) {
    const where = `environment ${repository.slug} ${environment.name}`;
    return pages(environment.variables.map((variable) => variableBody(where, variable)));
  }
  const [, commit] = /^src\/([^/]+)\/bitbucket-pipelines\.yml$/.exec(part) ?? [];
  const text = commit === undefined ? undefined : definitionAt(repository, commit);
  if (text !== undefined) return { is: 'file', text };
  switch (part) {
    case 'pipelines_config':
      return { is: 'object', body: pipelinesConfigBody(site, repository) };
    case 'pipelines_config/variables':
      return pages(variables.map((variable) => variableBody(repository.slug, variable)));
    case 'pipelines_config/schedules':
      return pages(schedules.map((schedule) => scheduleBody(repository, schedule)));
    case 'pipelines-config/runners':
      return pages(runners.map((runner) => runnerBody(repository.slug, runner)));
    case 'environments':
      return pages(environments.map((other) => environmentBody(repository, other)));
    case 'deploy-keys':
      return pages(keys.map((key) => deployKeyBody(site, repository, key)));
    case 'hooks':
      return pages(webhooks.map((webhook) => webhookBody(site, webhook, repository)));
    default:
      return showOfRuns(site, repository, part);
  }
}

/** The newest first, whatever the call asks for: what it asks for is that. */
function showOfRuns(site: Site, repository: SampleRepository, part: string): Shown {
  const { runs, deployments, sshKey, knownHosts } = repository.automation;
  switch (part) {
    case 'pipelines':
      return pages(newestFirst(runs).map((run) => runBody(site, repository, run)));
    case 'deployments':
      return pages(newestFirst(deployments).map((deployment) => deploymentBody(repository, deployment)));
    case 'pipelines_config/ssh/key_pair':
      return sshKey === null ? missing('SSH key pair not found') : { is: 'object', body: keyPairBody(sshKey) };
    case 'pipelines_config/ssh/known_hosts':
      return pages(knownHosts.map((known) => knownHostBody(repository, known)));
    default:
      return showOfRepositorySettings(site, repository, part);
  }
}

function newestFirst<T extends { readonly at: string }>(list: readonly T[]): T[] {
  return list.toSorted((a, b) => (a.at < b.at ? 1 : -1));
}

function userGrants(site: Site, grants: readonly SampleGrant[], on: 'project' | 'repository', path: string): unknown[] {
  return grants.flatMap(({ user, level }) => {
    if (user === undefined) return [];
    const shown = userBody(site, user);
    const self = { href: `${site.url}/2.0/${path}/permissions-config/users/${String(shown['account_id'])}` };
    return [{ type: `${on}_user_permission`, permission: level, user: shown, links: { self } }];
  });
}

function groupGrants(site: Site, grants: readonly SampleGrant[], on: 'project' | 'repository', path: string): unknown[] {
  return grants.flatMap(({ group, level }) => {
    if (group === undefined) return [];
    const self = { href: `${site.url}/2.0/${path}/permissions-config/groups/${group}` };
    return [{ type: `${on}_group_permission`, permission: level, group: groupBody(site, group), links: { self } }];
  });
}
