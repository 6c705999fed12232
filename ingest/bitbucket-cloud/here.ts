/**
 * Where a fact is being stated: the scope at hand, and the identities and levels that every endpoint shows in the same form.
 */
import { encodeKeyPart, type NodeKey } from '../../graph/fact.ts';
import type { GapReason } from '../../graph/model/gaps.ts';
import { LEVELS, type Level, type LeveledKind, type LevelRow } from '../../graph/model/levels.ts';
import type { Statements, Where } from '../statements.ts';
import { activityOf, type ShownActivity } from './account-statuses.ts';
import { projectKey, userKey } from './containers.ts';
import type { Account, Group, Project, Workspace } from './decode.ts';
import type { Directory } from './directory.ts';
import type { EndpointId } from './endpoints.ts';
import type { GroupPrivileges } from './group-privileges.ts';

/** What an item of a page is stated with. */
export interface Here {
  readonly out: Statements;
  readonly where: Where;
  readonly endpoint: EndpointId;
  readonly workspace: Workspace & { readonly key: NodeKey };
  /** The container of the scope. */
  readonly container: NodeKey;
  /** Slugs of the groups that the listing of groups shows; null where it was not read to its end. */
  readonly listedGroups: ReadonlySet<string> | null;
  /** Keys of the repositories that the listing of repositories shows. */
  readonly listedRepositories: ReadonlySet<NodeKey>;
  /** The short path of containers by key: `acme`, `acme/projects/WEB`, `acme/api`, `acme/api#production`. */
  readonly pathByContainer: ReadonlyMap<NodeKey, string>;
  /** Names of the main branches of repositories by key, as the listing of repositories shows them. */
  readonly mainBranches: ReadonlyMap<NodeKey, string>;
  /** The project that a repository lies in, by its key, as the listing of repositories shows it. */
  readonly projectByRepository: ReadonlyMap<NodeKey, NodeKey>;
  /** What the directory of the organisation says of groups and people, where it was read. */
  readonly directory: Directory;
  /** Keys of the repositories whose environments were listed to the end. */
  readonly environmentsRead: ReadonlySet<NodeKey>;
  /** The environment of a repository that a step means by a name, and where that was read. */
  readonly environmentOf: (repository: NodeKey, name: string) => { readonly key: NodeKey; readonly where: Where } | undefined;
  readonly privileges: GroupPrivileges;
  /** Why a repository may be missing in the listing; null where its facts of an earlier run still hold. */
  readonly unlistedBecause: GapReason | null;
}

/** Endpoints that know a node best come first; the name of a node is taken from the first that shows it. */
const AUTHORITY: readonly EndpointId[] = [
  'workspace',
  'workspace-members',
  'workspace-roles',
  'groups',
  'projects',
  'repositories',
  'project-user-grants',
  'project-group-grants',
  'repository-user-grants',
  'repository-group-grants',
  'branch-restrictions',
  'effective-permissions',
];

export function rankOf(endpoint: EndpointId): number {
  const rank = AUTHORITY.indexOf(endpoint);
  return rank < 0 ? AUTHORITY.length : rank;
}

/**
 * States the user; a nickname need not be unique, so that the reference may be ambiguous. `active` is stated where the page
 * shows it, true or false; a status without a row is a gap of the user.
 */
export function seeAccount(here: Here, account: Account & ShownActivity & { readonly is_team?: boolean | null | undefined }): NodeKey {
  const key = userKey(account.uuid);
  const isPerson = (account.type ?? 'user') === 'user' && account.is_team !== true;
  const { active, unknown } = activityOf(account);
  here.out.see(
    {
      key,
      kind: isPerson ? 'User' : 'ServiceUser',
      rank: rankOf(here.endpoint),
      ref: account.nickname ? `user:${account.nickname}` : undefined,
      name: account.display_name ?? undefined,
      aliases: [`user:${account.uuid}`, ...(account.account_id ? [`user:${account.account_id}`] : [])],
      // No page knows better than another: where two differ, the account may not act.
      equalProps: { active },
    },
    here.where,
  );
  if (unknown !== undefined) {
    const detail = `account status ${quoted(unknown)}`;
    here.out.gap({ reason: 'unknown-value', hides: 'activity', scope: key, subject: '', detail }, here.where);
  }
  return key;
}

/** States the group, that the workspace contains it, and what it confers on the workspace where the page shows that. */
export function seeGroup(here: Here, { slug, name, account_privilege: privilege, workspace: other }: Group): NodeKey {
  const own = other === null || other === undefined || other.uuid === here.workspace.uuid;
  const [uuid, workspaceSlug] = own ? [here.workspace.uuid, here.workspace.slug] : [other.uuid, other.slug];
  const key = `group:${encodeKeyPart(uuid)}/${encodeKeyPart(slug)}`;
  here.out.see(
    { key, kind: 'Group', rank: rankOf(here.endpoint), ref: `group:${workspaceSlug}/${slug}`, name: name ?? undefined },
    here.where,
  );
  if (own) {
    here.out.edge({ kind: 'CONTAINS', from: here.workspace.key, to: key, word: '', props: {} }, here.where);
    here.privileges.seeGroup(key, { rank: rankOf(here.endpoint), where: here.where, shown: privilege !== undefined });
  }
  if (own && privilege) stateGrant(here, { on: 'Workspace', holder: key, upstream: privilege, resource: here.workspace.key });
  const listed = own ? here.listedGroups?.has(slug) !== false : false;
  if (!listed) {
    const detail = 'the group is not in the listing of groups';
    here.out.gap({ reason: 'missing', hides: 'group-members', scope: key, subject: '', detail }, here.where);
  }
  return key;
}

/** States the project and that the workspace contains it. */
export function seeProject(here: Here, project: Project & { readonly is_private?: boolean | null | undefined }): NodeKey {
  const key = projectKey(project.uuid);
  here.out.see(
    {
      key,
      kind: 'Project',
      rank: rankOf(here.endpoint),
      ref: `project:${here.workspace.slug}/${project.key}`,
      name: project.name ?? undefined,
      props: { isPrivate: project.is_private ?? undefined },
    },
    here.where,
  );
  here.out.edge({ kind: 'CONTAINS', from: here.workspace.key, to: key, word: '', props: {} }, here.where);
  return key;
}

/** States a grant by the upstream's word for its level. No level is no grant; a word without a row is a gap for this holder. */
export function stateGrant(here: Here, grant: { on: LeveledKind; holder: NodeKey; upstream: string; resource: NodeKey }): void {
  const { on, holder, upstream, resource } = grant;
  const level = levelOf(on, upstream);
  if (level === 'none') return;
  if (level !== null) here.out.edge({ kind: 'HOLDS', from: holder, to: resource, word: level, props: {} }, here.where);
  else {
    const detail = `level ${quoted(upstream)}`;
    here.out.gap({ reason: 'unknown-value', hides: 'grant-level', scope: resource, subject: holder, detail }, here.where);
  }
}

/** An upstream word in a message: short, and on one line. */
export function quoted(upstream: string): string {
  return `\`${upstream.replace(/[\p{C}`]/gu, '?').slice(0, 60)}\``;
}

/** The level that an upstream word means, `none` for no grant, null for a word without a row. */
export function levelOf(on: LeveledKind, upstream: string): Level | 'none' | null {
  if (upstream === 'none') return 'none';
  return LEVEL_BY_WORD.get(`${on} ${upstream}`) ?? null;
}

const LEVEL_BY_WORD: ReadonlyMap<string, Level> = new Map([
  ...LEVELS.filter(({ flavor }: LevelRow) => flavor === 'cloud').map(({ on, upstream, level }): [string, Level] => [
    `${on} ${upstream}`,
    level,
  ]),
  // Groups confer `admin` and `collaborator` (recorded; the latter concluded to mean creation); users had the latter as a role.
  ['Workspace admin', 'admin'],
  ['Workspace collaborator', 'create-project'],
]);
