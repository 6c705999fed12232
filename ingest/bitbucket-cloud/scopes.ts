/**
 * Scopes of a run: an endpoint asked of one container, and what became of it, told from the kept pages alone.
 *
 * Which scopes a run should have follows from the pages too: the listings of projects and repositories name the containers. So
 * the crawl, a resumed crawl and facts rebuilt without the network agree by construction.
 */

import { encodeKeyPart, type NodeKey } from '../../graph/fact.ts';
import type { GapReason } from '../../graph/model/gaps.ts';
import type { KeptPage } from '../../graph/store/port.ts';
import { decodeList, decodeProject, decodeRepository, decodeValues, type Workspace } from './decode.ts';
import { ENDPOINTS, type EndpointId, endpointsOf, instead } from './endpoints.ts';
import { chainOf } from './listing.ts';

export interface Container {
  readonly key: NodeKey;
  /** Fills the template of a path. */
  readonly params: Readonly<Record<string, string>>;
}

export interface Scope {
  /** As in `StatedFact.scope`. */
  readonly id: string;
  readonly endpoint: EndpointId;
  readonly container: Container;
}

/** untouched: nothing was read. partial: it stopped before the end. unread: it cannot be read. complete: read to its end. */
export type ScopeState =
  | { readonly is: 'complete' | 'untouched' | 'partial' | 'instead' }
  | { readonly is: 'unread'; readonly reason: GapReason; readonly detail: string };

/** A kept page's `next` for a link that must not be followed. */
export const UNFOLLOWED = '!';

/** A kept page's `next` where the upstream sent something else than a link: whether more follows is not known. */
export const UNREADABLE = '?';

/** The status under which a failure without a usable answer is kept; the body is a `KeptFailure`. */
export const NO_ANSWER = 0;

export interface KeptFailure {
  readonly reason: 'failed' | 'undecodable';
  readonly detail: string;
}

export type PagesByScope = ReadonlyMap<string, readonly KeptPage[]>;

export function scopeOf(endpoint: EndpointId, container: Container): Scope {
  return { id: `${endpoint} ${container.key}`, endpoint, container };
}

export function workspaceContainer({ uuid, slug }: Pick<Workspace, 'uuid' | 'slug'>): Container {
  return { key: `workspace:${encodeKeyPart(uuid)}`, params: { workspace: slug } };
}

/** Pages by scope, in the order of the listing; a page that was read again counts once, as it was read last. */
export function pagesByScope(pages: Iterable<KeptPage>): Map<string, KeptPage[]> {
  return new Map([...Map.groupBy(pages, ({ scope }) => scope)].map(([scope, kept]) => [scope, chainOf(kept)]));
}

/** The scopes of the workspace itself. */
export function workspaceScopes(workspace: Container): Scope[] {
  return endpointsOf('workspace').map((endpoint) => scopeOf(endpoint, workspace));
}

/** The scopes of all projects and repositories that the kept listings name, by key. */
export function contentScopes(workspace: Container, pages: PagesByScope): Scope[] {
  const projects = new Map<NodeKey, Container>();
  const repositories = new Map<NodeKey, Container>();
  const addProject = ({ uuid, key }: { uuid: string; key: string }) => {
    const container = { key: `project:${encodeKeyPart(uuid)}`, params: { ...workspace.params, project_key: key } };
    // Two pages may disagree while a key is being changed: the smaller one, so that the order of pages does not matter.
    const known = projects.get(container.key);
    if (known === undefined || key < (known.params['project_key'] ?? '')) projects.set(container.key, container);
  };
  for (const item of items('projects', workspace, pages)) {
    const project = decodeProject(item);
    if (project !== null) addProject(project);
  }
  for (const item of items('repositories', workspace, pages)) {
    const repository = decodeRepository(item);
    if (repository === null) continue;
    const key = `repository:${encodeKeyPart(repository.uuid)}`;
    repositories.set(key, { key, params: { ...workspace.params, repo_slug: repository.uuid } });
    if (repository.project) addProject(repository.project);
  }
  return [...inOrder(projects, 'project'), ...inOrder(repositories, 'repository')];
}

/** The scopes to ask because the one before had nothing. */
export function standInScopes(scopes: readonly Scope[], pages: PagesByScope): Scope[] {
  return scopes.flatMap((scope) => {
    const other = instead(scope.endpoint);
    return other !== null && stateOf(scope, pages).is === 'instead' ? [scopeOf(other, scope.container)] : [];
  });
}

/** Every scope that a run over this workspace has. */
export function expectedScopes(workspace: Container, pages: PagesByScope): Scope[] {
  const scopes = [...workspaceScopes(workspace), ...contentScopes(workspace, pages)];
  return [...scopes, ...standInScopes(scopes, pages)];
}

export function stateOf({ id, endpoint }: Scope, pages: PagesByScope): ScopeState {
  const kept = pages.get(id) ?? [];
  if (kept.length === 0) return { is: 'untouched' };
  for (const page of kept) {
    const refusal = refusalOf(endpoint, page);
    if (refusal !== null) return refusal;
  }
  const last = kept.at(-1)?.next ?? null;
  if (last === UNFOLLOWED) return undecodable(endpoint, 'a link to another origin');
  if (last === UNREADABLE) return undecodable(endpoint, 'a link that is no text');
  return { is: last === null ? 'complete' : 'partial' };
}

/** The items of a page as the endpoint's row says; null where the body has not that form. */
export function itemsOf(endpoint: EndpointId, page: KeptPage): readonly unknown[] | null {
  if (page.status !== 200) return [];
  const { paging } = ENDPOINTS[endpoint];
  if (paging === 'single') return [page.body];
  return paging === 'list' ? decodeList(page.body) : (decodeValues(page.body)?.values ?? null);
}

/** The gap sentence of an endpoint: always the same for the same trouble, so that a gap that stays is one fact. */
export function detailOf(endpoint: EndpointId, trouble: string): string {
  return `${trouble} at ${ENDPOINTS[endpoint].path}`;
}

export function undecodable(endpoint: EndpointId, trouble: string): ScopeState {
  return { is: 'unread', reason: 'undecodable', detail: detailOf(endpoint, trouble) };
}

function refusalOf(endpoint: EndpointId, page: KeptPage): ScopeState | null {
  const { status } = page;
  if (status === 200) return null;
  const unread = (reason: GapReason, trouble: string): ScopeState => ({ is: 'unread', reason, detail: detailOf(endpoint, trouble) });
  if (status === NO_ANSWER) {
    const { reason, detail } = page.body as KeptFailure;
    return unread(reason, detail);
  }
  if (status === 401 || status === 403) return unread('denied', `status ${status} (needs ${needs(endpoint)})`);
  if (status === 402) return unread('plan', 'status 402');
  if (status === 404 || status === 410) {
    return instead(endpoint) === null ? unread('missing', `status ${status}`) : { is: 'instead' };
  }
  return unread('failed', `status ${status}`);
}

/** What a credential must have for the endpoint, of either sort. */
export function needs(endpoint: EndpointId): string {
  const { scopes } = ENDPOINTS[endpoint];
  return [...scopes.oauth.map((scope) => `OAuth scope ${scope}`), `API token scope ${scopes.apiToken}`].join(' or ');
}

function* items(endpoint: EndpointId, container: Container, pages: PagesByScope): Generator<unknown> {
  for (const page of pages.get(scopeOf(endpoint, container).id) ?? []) yield* itemsOf(endpoint, page) ?? [];
}

function inOrder(containers: ReadonlyMap<NodeKey, Container>, of: 'project' | 'repository'): Scope[] {
  const sorted = [...containers.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return sorted.flatMap((container) => endpointsOf(of).map((endpoint) => scopeOf(endpoint, container)));
}
