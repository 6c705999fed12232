/**
 * Groups and people of the organisation's directory as those of the workspace: which group is which, and who is who.
 *
 * Nothing upstream says so. A group is matched by its name, or by the slug that its name makes, with the groups that grants and
 * rules of the workspace show; a person by account id. Inferred, so only what matches one to one counts: a group that does not
 * stays a gap, and one that the workspace names nowhere is none of its own.
 */
import { encodeKeyPart, type NodeKey } from '../../graph/fact.ts';
import type { KeptPage } from '../../graph/store/port.ts';
import { directoryGroupKey } from './containers.ts';
import {
  type Account,
  decodeBranchRestriction,
  decodeGroupGrant,
  decodeMembership,
  decodeRepositoryPermission,
  type Group,
  type Workspace,
} from './decode.ts';
import { type DirectoryGroup, decodeDirectoryGroup } from './decode-organisation.ts';
import { ENDPOINT_IDS, ENDPOINTS, type EndpointId } from './endpoints.ts';
import { itemsOf, type PagesByScope } from './scopes.ts';

export interface Directory {
  /** The slugs of the groups of the workspace that are matched. */
  readonly slugs: ReadonlySet<string>;
  /** The group of the workspace by the container that its members are read of. */
  readonly groupByContainer: ReadonlyMap<NodeKey, NodeKey>;
  readonly accountById: ReadonlyMap<string, Account>;
}

export const NO_DIRECTORY: Directory = { slugs: new Set(), groupByContainer: new Map(), accountById: new Map() };

/** What the kept pages say together. Empty where no directory was read. */
export function matchDirectory(kept: PagesByScope, workspace: Workspace): Directory {
  const found = itemsAt('directory-groups', kept).flatMap((item) => decodeDirectoryGroup(item) ?? []);
  if (found.length === 0) return NO_DIRECTORY;
  const groups = new Map([...found].map((group) => [group.id, group]));
  const namesBySlug = new Map<string, Set<string>>();
  for (const { slug, name, workspace: other } of shownGroups(kept)) {
    if (other && other.uuid !== workspace.uuid) continue;
    const names = namesBySlug.get(slug) ?? new Set();
    namesBySlug.set(slug, name ? names.add(plain(name)) : names);
  }
  const groupByContainer = new Map<NodeKey, NodeKey>();
  const slugs = new Set<string>();
  for (const [slug, names] of namesBySlug) {
    const group =
      only([...groups.values()], ({ name }) => names.has(plain(name))) ?? only([...groups.values()], ({ name }) => slugOf(name) === slug);
    if (group === null || groupByContainer.has(directoryGroupKey(group.id)) || isSharedName(group, namesBySlug)) continue;
    slugs.add(slug);
    groupByContainer.set(directoryGroupKey(group.id), `group:${encodeKeyPart(workspace.uuid)}/${encodeKeyPart(slug)}`);
  }
  return { slugs, groupByContainer, accountById: accountsOf(kept) };
}

function itemsAt(endpoint: EndpointId, kept: PagesByScope): unknown[] {
  const pages: KeptPage[] = [];
  for (const chain of kept.values()) if (chain[0]?.endpoint === ENDPOINTS[endpoint].path) pages.push(...chain);
  return pages.flatMap((page) => itemsOf(endpoint, page) ?? []);
}

function shownGroups(kept: PagesByScope): Group[] {
  return [
    ...(['project-group-grants', 'repository-group-grants'] as const).flatMap((endpoint) =>
      itemsAt(endpoint, kept).flatMap((item) => decodeGroupGrant(item)?.group ?? []),
    ),
    ...itemsAt('branch-restrictions', kept).flatMap((item) => decodeBranchRestriction(item)?.groups ?? []),
  ];
}

/** Everybody whom a page shows with an account id. Two that claim the same one are nobody. */
function accountsOf(kept: PagesByScope): Map<string, Account> {
  const accounts = new Map<string, Account>();
  const shared = new Set<string>();
  const see = (account: Account) => {
    const id = account.account_id;
    if (!id) return;
    const known = accounts.get(id);
    if (known !== undefined && known.uuid !== account.uuid) shared.add(id);
    accounts.set(id, known ?? account);
  };
  for (const endpoint of ENDPOINT_IDS) {
    if (!WITH_PEOPLE.includes(endpoint)) continue;
    for (const item of itemsAt(endpoint, kept)) {
      const user = (decodeMembership(item) ?? decodeRepositoryPermission(item))?.user;
      for (const account of user === undefined ? (decodeBranchRestriction(item)?.users ?? []) : [user]) see(account);
    }
  }
  for (const id of shared) accounts.delete(id);
  return accounts;
}

const WITH_PEOPLE: readonly EndpointId[] = [
  'workspace-members',
  'workspace-roles',
  'project-user-grants',
  'repository-user-grants',
  'branch-restrictions',
  'effective-permissions',
];

/** The one that it holds for; null for none and for several. */
function only<T>(list: readonly T[], holds: (item: T) => boolean): T | null {
  const found = list.filter(holds);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Do two groups of the workspace have the name, so that it tells neither? */
function isSharedName({ name }: DirectoryGroup, namesBySlug: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  return [...namesBySlug.values()].filter((names) => names.has(plain(name))).length > 1;
}

function plain(name: string): string {
  return name.trim().toLowerCase();
}

/** As Bitbucket makes slugs of names, as far as recorded ones show it. */
function slugOf(name: string): string {
  return plain(name)
    .normalize('NFKD')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^-+|-+$/g, '');
}
