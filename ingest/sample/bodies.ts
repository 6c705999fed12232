/**
 * The sample workspace in the upstream's own shapes: one function for each sort of object, with the fields of the vendor's
 * document and of recorded answers. `value` and `account_privilege` are null where recorded answers have null.
 */
import { createHash } from 'node:crypto';
import { findBy } from './lookup.ts';
import { parentBody } from './settings-bodies.ts';
import type { SampleGroup, SampleProject, SampleRepository, SampleRule, SampleUser, SampleWorkspace } from './workspace.ts';

/** What the objects of a workspace are written with: where links lead. */
export interface Site {
  readonly workspace: SampleWorkspace;
  /** The server's own address. */
  readonly url: string;
}

type Body = Readonly<Record<string, unknown>>;

/** When the company opened its workspace; nothing depends on it. */
export const CREATED_ON = '2019-03-04T08:15:00.000000+00:00';

/** The uuid of a thing of the workspace: always the same for the same name. */
export function uuidOf(name: string): string {
  const hex = createHash('sha256').update(`sample ${name}`).digest('hex');
  return `{${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}}`;
}

export function userUuid(nickname: string): string {
  return uuidOf(`user ${nickname}`);
}

export function projectUuid(key: string): string {
  return uuidOf(`project ${key}`);
}

export function repositoryUuid(slug: string): string {
  return uuidOf(`repository ${slug}`);
}

export function workspaceUuid(slug: string): string {
  return uuidOf(`workspace ${slug}`);
}

/** An Atlassian account id: a number of theirs and the rest of a uuid. */
function accountId(nickname: string): string {
  return `712020:${userUuid(nickname).slice(1, -1)}`;
}

const link = (href: string): Body => ({ href: encodeURI(href) });

export function workspaceBody({ workspace: { slug, name }, url }: Site): Body {
  const api = `${url}/2.0/workspaces/${slug}`;
  return {
    ...workspaceName({ slug, name }, url),
    is_private: true,
    is_privacy_enforced: false,
    forking_mode: 'internal_only',
    created_on: CREATED_ON,
    links: {
      avatar: link(`${url}/workspaces/${slug}/avatar/`),
      html: link(`${url}/${slug}/`),
      members: link(`${api}/members`),
      owners: link(`${api}/members?q=permission="owner"`),
      projects: link(`${api}/projects`),
      repositories: link(`${url}/2.0/repositories/${slug}`),
      snippets: link(`${url}/2.0/snippets/${slug}`),
      self: link(api),
    },
  };
}

/** The workspace as other objects name it. */
function workspaceName({ slug, name }: Pick<SampleWorkspace, 'slug' | 'name'>, url: string): Body {
  const links = {
    avatar: link(`${url}/workspaces/${slug}/avatar/`),
    html: link(`${url}/${slug}/`),
    self: link(`${url}/2.0/workspaces/${slug}`),
  };
  return { type: 'workspace', uuid: workspaceUuid(slug), name, slug, links };
}

export function workspaceAccessBody({ workspace: { slug }, url }: Site): Body {
  const links = { avatar: link(`${url}/workspaces/${slug}/avatar/`), self: link(`${url}/2.0/workspaces/${slug}`) };
  return { type: 'workspace_access', administrator: true, workspace: { type: 'workspace_base', uuid: workspaceUuid(slug), slug, links } };
}

export function userBody(site: Site, nickname: string): Body {
  const { name, active } = userOf(site, nickname);
  const uuid = userUuid(nickname);
  return {
    type: 'user',
    uuid,
    account_id: accountId(nickname),
    nickname,
    display_name: name,
    account_status: active ? 'active' : 'inactive',
    links: {
      self: link(`${site.url}/2.0/users/${uuid}`),
      avatar: link(`${site.url}/account/${nickname}/avatar/`),
      html: link(`${site.url}/${uuid}/`),
    },
  };
}

export function membershipBody(site: Site, user: SampleUser, permission?: string): Body {
  const { workspace, url } = site;
  return {
    type: 'workspace_membership',
    ...(permission === undefined ? {} : { permission, added_on: CREATED_ON }),
    user: userBody(site, user.nickname),
    workspace: workspaceName(workspace, url),
    links: { self: link(`${url}/2.0/workspaces/${workspace.slug}/members/${userUuid(user.nickname)}`) },
  };
}

/** The workspace as the owner of its content. */
export function ownerBody({ workspace: { slug, name }, url }: Site): Body {
  const uuid = workspaceUuid(slug);
  const links = {
    self: link(`${url}/2.0/workspaces/${uuid}`),
    avatar: link(`${url}/account/${slug}/avatar/`),
    html: link(`${url}/${uuid}/`),
  };
  return { type: 'team', uuid, display_name: name, username: slug, links };
}

export function groupBody(site: Site, slug: string): Body {
  const { workspace, url } = site;
  const group = groupOf(site, slug);
  return {
    type: 'group',
    slug,
    full_slug: `${workspace.slug}:${slug}`,
    name: group.name,
    owner: ownerBody(site),
    workspace: workspaceName(workspace, url),
    default_permission: null,
    email_forwarding_disabled: null,
    account_privilege: group.privilege,
    links: {
      self: link(`${url}/1.0/groups/${workspace.slug}/${slug}`),
      html: link(`${url}/${workspace.slug}/workspace/settings/groups/${slug}`),
    },
  };
}

/** A group with its members, as 1.0 lists it. */
export function groupListingBody(site: Site, { slug, name, members }: SampleGroup): Body {
  const { workspace, url } = site;
  const person = (uuid: string, shown: Body): Body => ({
    is_team: false,
    is_staff: false,
    ...shown,
    uuid,
    resource_uri: `/1.0/users/${uuid}`,
  });
  return {
    slug,
    name,
    auto_add: false,
    email_forwarding_disabled: null,
    permission: null,
    owner: person(workspaceUuid(workspace.slug), {
      display_name: workspace.name,
      nickname: workspace.slug,
      account_id: null,
      is_team: true,
      avatar: `${url}/account/${workspace.slug}/avatar/`,
    }),
    members: members.map((nickname) => {
      const user = userOf(site, nickname);
      const avatar = `${url}/account/${nickname}/avatar/`;
      return person(userUuid(nickname), {
        display_name: user.name,
        nickname,
        account_id: accountId(nickname),
        is_active: user.active,
        avatar,
      });
    }),
  };
}

export function projectBody(site: Site, { key, name, description, isPrivate }: SampleProject): Body {
  const isPublic = site.workspace.repositories.some((repository) => repository.project === key && !repository.isPrivate);
  return {
    ...projectName(site, key, name),
    description,
    owner: ownerBody(site),
    workspace: workspaceName(site.workspace, site.url),
    is_private: isPrivate,
    has_publicly_visible_repos: isPublic,
    created_on: CREATED_ON,
    updated_on: CREATED_ON,
  };
}

export function projectName({ workspace, url }: Site, key: string, name: string): Body {
  const html = link(`${url}/${workspace.slug}/workspace/projects/${key}`);
  const avatar = link(`${url}/account/user/${workspace.slug}/projects/${key}/avatar/32`);
  return { type: 'project', key, uuid: projectUuid(key), name, links: { html, avatar } };
}

export function repositoryBody(site: Site, repository: SampleRepository): Body {
  const { workspace, url } = site;
  const { slug, project, description, isPrivate, forkPolicy, model, settings } = repository;
  const name = projectByKey(workspace.projects, project)?.name ?? project;
  const api = `${url}/2.0/repositories/${workspace.slug}/${slug}`;
  const host = new URL(url).host;
  const links = Object.fromEntries(
    ['pullrequests', 'commits', 'forks', 'watchers', 'downloads', 'hooks'].map((part) => [part, link(`${api}/${part}`)]),
  );
  const clone = [
    { name: 'https', href: `http://${workspace.slug}@${host}/${workspace.slug}/${slug}.git` },
    { name: 'ssh', href: `ssh://git@${host}/${workspace.slug}/${slug}.git` },
  ];
  return {
    ...repositoryName(site, repository),
    slug,
    description,
    scm: 'git',
    owner: ownerBody(site),
    workspace: workspaceName(workspace, url),
    project: projectName(site, project, name),
    is_private: isPrivate,
    fork_policy: forkPolicy,
    mainbranch: { type: 'branch', name: model.production ?? model.development },
    ...parentBody(site, repository),
    override_settings: { default_merge_strategy: true, branching_model: true },
    language: '',
    size: settings.size,
    has_issues: false,
    has_wiki: false,
    created_on: CREATED_ON,
    updated_on: settings.updatedOn,
    links: { self: link(api), html: link(`${url}/${workspace.slug}/${slug}`), avatar: link(`${url}/ravatar/${slug}`), ...links, clone },
  };
}

/** The repository as other objects name it. */
export function repositoryName({ workspace }: Site, { slug, name }: Pick<SampleRepository, 'slug' | 'name'>): Body {
  return { type: 'repository', uuid: repositoryUuid(slug), full_name: `${workspace.slug}/${slug}`, name };
}

export function ruleBody(site: Site, repository: SampleRepository, rule: SampleRule): Body {
  const byGlob = 'glob' in rule.on;
  const id = ruleId(repository, rule);
  const path = `repositories/${site.workspace.slug}/${repository.slug}/branch-restrictions/${id}`;
  return {
    type: 'branchrestriction',
    id,
    kind: rule.kind,
    branch_match_kind: byGlob ? 'glob' : 'branching_model',
    ...(byGlob ? {} : { branch_type: (rule.on as { type: string }).type }),
    pattern: byGlob ? (rule.on as { glob: string }).glob : '',
    value: rule.value ?? null,
    users: (rule.users ?? []).map((nickname) => userBody(site, nickname)),
    groups: (rule.groups ?? []).map((slug) => groupBody(site, slug)),
    links: { self: link(`${site.url}/2.0/${path}`) },
  };
}

/** (kind, matcher) is unique in a repository, so the number follows from it. */
export function ruleId({ slug }: SampleRepository, { kind, on }: SampleRule): number {
  return Number.parseInt(
    createHash('sha256')
      .update(JSON.stringify([slug, kind, on]))
      .digest('hex')
      .slice(0, 6),
    16,
  );
}

export function modelBody({ model }: SampleRepository, type: 'branching_model' | 'effective_repo_branching_model'): Body {
  const target = (name: string, isMain: boolean): Body => ({ name, use_mainbranch: isMain, branch: { type: 'branch', name } });
  const prefixes = ['feature', 'bugfix', 'release', 'hotfix'].map((kind) => ({ kind, prefix: `${kind}/` }));
  return {
    type,
    development: target(model.development, model.production === null),
    ...(model.production === null ? {} : { production: target(model.production, true) }),
    branch_types: prefixes,
  };
}

const userByNickname = findBy<SampleUser>(({ nickname }) => nickname);
const groupBySlug = findBy<SampleGroup>(({ slug }) => slug);
const projectByKey = findBy<SampleProject>(({ key }) => key);

function userOf({ workspace }: Site, nickname: string): SampleUser {
  const user = userByNickname(workspace.users, nickname);
  if (user === undefined) throw new RangeError(`no sample user \`${nickname}\``);
  return user;
}

function groupOf({ workspace }: Site, slug: string): SampleGroup {
  const group = groupBySlug(workspace.groups, slug);
  if (group === undefined) throw new RangeError(`no sample group \`${slug}\``);
  return group;
}
