/**
 * Scopes of a run: an endpoint asked of one container, and what became of it, told from the kept pages alone.
 *
 * Which scopes a run should have follows from the pages too: listings name the containers. So
 * the crawl, a resumed crawl and facts rebuilt without the network agree by construction.
 */

import type { NodeKey } from '../../graph/fact.ts';
import { blursVerdicts, type GapReason } from '../../graph/model/gaps.ts';
import type { KeptPage } from '../../graph/store/port.ts';
import { type Container, containersOf, NAMING } from './containers.ts';
import { decodeList, decodeValues } from './decode.ts';
import { decodeData } from './decode-organisation.ts';
import {
  ENDPOINTS,
  type EndpointId,
  endpointsOf,
  fallback,
  instead,
  isOrganisationEndpoint,
  itemsWhereMissing,
  type Of,
} from './endpoints.ts';
import { chainOf } from './listing.ts';

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
  return { id: scopeId(endpoint, container.key), endpoint, container };
}

/** What tells the scope from others, in every run. */
export function scopeId(endpoint: EndpointId, container: NodeKey): string {
  return `${endpoint} ${container}`;
}

/** The container that the scope of this id is asked of. */
export function containerIn(id: string): NodeKey {
  return id.slice(id.indexOf(' ') + 1);
}

/** The endpoint that the scope of this id asks; null for one that no row describes any more. */
export function endpointIn(id: string): EndpointId | null {
  const endpoint = id.slice(0, id.indexOf(' '));
  return Object.hasOwn(ENDPOINTS, endpoint) ? (endpoint as EndpointId) : null;
}

/** Pages by scope, in the order of the listing; a page that was read again counts once, as it was read last. */
export function pagesByScope(pages: Iterable<KeptPage>): Map<string, KeptPage[]> {
  return new Map([...Map.groupBy(pages, ({ scope }) => scope)].map(([scope, kept]) => [scope, chainOf(kept)]));
}

/** A part of a run: the scopes of containers that the part before has named. */
export interface Phase {
  readonly name: string;
  readonly of: readonly Of[];
  /** Containers within those: each is read when the listing that names it was, so that a spent budget never leaves them for last. */
  readonly within: readonly Of[];
}

/** What pipelines do: of the branches that the listings of a repository name, and within those of the commits that they point to. */
export const DEFINITIONS: Phase = { name: 'pipeline definitions', of: ['branch', 'head'], within: ['head'] };

export const PHASES: readonly Phase[] = [
  { name: 'workspace', of: ['workspace'], within: ['group'] },
  // Members come last in it, and are in it so that a workspace that is larger than its budget comes to them in its next run.
  { name: 'projects and repositories', of: ['project', 'repository', 'user'], within: ['environment', 'pipeline'] },
  // Most of them were read with their repositories.
  DEFINITIONS,
];

/** The scopes of a phase, those within them left out. What verdicts hang on comes first, container by container: a run that stops early is useful already. */
export function phaseScopes({ of: sorts }: Pick<Phase, 'of'>, workspace: Container, pages: PagesByScope): Scope[] {
  const itemsIn = (listing: EndpointId, container: Container) => items(listing, container, pages);
  const scopes = sorts.flatMap((of) => containersOf(of, workspace, itemsIn).flatMap((container) => scopesAt(of, container)));
  const isFirst = ({ endpoint }: Scope) => ENDPOINTS[endpoint].hides.some(blursVerdicts);
  return sorts.includes('workspace') ? scopes : [...scopes.filter(isFirst), ...scopes.filter((scope) => !isFirst(scope))];
}

/** The endpoints that can be asked of the container: it has all that their paths name. Those of an organisation name it beside. */
function scopesAt(of: Of, container: Container): Scope[] {
  const isAsked = (endpoint: EndpointId) =>
    isOrganisationEndpoint(endpoint) ||
    [...ENDPOINTS[endpoint].path.matchAll(/\{(\w+)\}/g)].every(([, name = '']) => name in container.params);
  return endpointsOf(of)
    .filter(isAsked)
    .map((endpoint) => scopeOf(endpoint, container));
}

/** The scopes of the containers within another that a listing of it names. Empty for what is no such listing. */
export function scopesWithin({ within }: Phase, { endpoint, container }: Scope, pages: readonly Omit<KeptPage, 'sequence'>[]): Scope[] {
  const found = pages.flatMap((page) => itemsOf(endpoint, page) ?? []);
  return within.flatMap((of) => {
    const named = NAMING[of]
      .filter(({ listing }) => listing === endpoint)
      .flatMap(({ names }) => found.flatMap((item) => names(item, container)));
    const distinct = new Map(named.map((inner) => [inner.key, inner]));
    return [...distinct.values()].flatMap((inner) => scopesAt(of, inner));
  });
}

/** The scopes to ask because the one before had nothing. */
export function standInScopes(scopes: readonly Scope[], pages: PagesByScope): Scope[] {
  return scopes.flatMap((scope) => {
    const other = instead(scope.endpoint) ?? fallback(scope.endpoint);
    return other !== null && stateOf(scope, pages).is === 'instead' ? [scopeOf(other, scope.container)] : [];
  });
}

/** Every scope that a run over this workspace has. */
export function expectedScopes(workspace: Container, pages: PagesByScope): Scope[] {
  const scopes = PHASES.flatMap(({ of, within }) => [of, within.filter((each) => !of.includes(each))]).flatMap((of) =>
    phaseScopes({ of }, workspace, pages),
  );
  const standIns = standInScopes(scopes, pages);
  const hasDirectory = standIns.some(({ endpoint }) => endpoint === 'directory-groups');
  return [...scopes.filter(({ endpoint }) => hasDirectory || ENDPOINTS[endpoint].of !== 'group'), ...standIns];
}

/** The pages of a scope. Those of another commit than its own are none: the branch has moved since. */
export function readingOf({ id, container }: Scope, pages: PagesByScope): readonly KeptPage[] {
  const kept = pages.get(id) ?? [];
  const { commit } = container.params;
  return commit === undefined ? kept : kept.filter(({ path }) => path.includes(`/${encodeURIComponent(commit)}/`));
}

export function stateOf(scope: Scope, pages: PagesByScope): ScopeState {
  const { endpoint, container } = scope;
  const kept = readingOf(scope, pages);
  if (kept.length === 0) return { is: 'untouched' };
  for (const page of kept) {
    const refusal = refusalOf(endpoint, page);
    if (refusal !== null) return withFallback(refusal, { endpoint, container }, pages);
  }
  const last = kept.at(-1)?.next ?? null;
  if (last === UNFOLLOWED) return undecodable(endpoint, 'a link to another origin');
  if (last === UNREADABLE) return undecodable(endpoint, 'a link that is no text');
  return { is: last === null ? 'complete' : 'partial' };
}

/** The endpoints of which a run asks no more, because so many scopes were refused; each with what came of one of these. */
export function givenUpEndpoints(scopes: readonly Scope[], states: ReadonlyMap<string, ScopeState>): ReadonlyMap<EndpointId, ScopeState> {
  const refused = scopes.flatMap(({ id, endpoint }) => {
    const state = states.get(id);
    return state?.is === 'unread' && state.reason === 'denied' ? [{ endpoint, state }] : [];
  });
  const byEndpoint = [...Map.groupBy(refused, ({ endpoint }) => endpoint)].filter(([endpoint, all]) => isGivenUp(endpoint, all.length));
  return new Map(byEndpoint.flatMap(([endpoint, [first]]) => (first === undefined ? [] : [[endpoint, first.state]])));
}

/** Does a run ask no more of the endpoint after so many refusals? */
export function isGivenUp(endpoint: EndpointId, refusals: number): boolean {
  const { refusalsMax } = ENDPOINTS[endpoint];
  return refusalsMax !== undefined && refusals >= refusalsMax;
}

/** The items of a page as the endpoint's row says; null where the body has not that form. */
export function itemsOf(endpoint: EndpointId, page: Pick<KeptPage, 'status' | 'body'>): readonly unknown[] | null {
  if (page.status === 404) return itemsWhereMissing(endpoint) ?? [];
  if (page.status !== 200) return [];
  const { paging } = ENDPOINTS[endpoint];
  if (paging === 'single' || paging === 'text') return [page.body];
  if (paging === 'list') return decodeList(page.body);
  return paging === 'cursor' ? decodeData(page.body) : (decodeValues(page.body)?.values ?? null);
}

/** The gap sentence of an endpoint: always the same for the same trouble, so that a gap that stays is one fact. */
export function detailOf(endpoint: EndpointId, trouble: string): string {
  return `${trouble} at ${ENDPOINTS[endpoint].path}`;
}

export function undecodable(endpoint: EndpointId, trouble: string): ScopeState {
  return { is: 'unread', reason: 'undecodable', detail: detailOf(endpoint, trouble) };
}

/** A refusal for which the directory of the organisation stands in, where it was read; without a key the gap says what it would do. */
function withFallback(
  refusal: ScopeState,
  { endpoint, container }: Pick<Scope, 'endpoint' | 'container'>,
  pages: PagesByScope,
): ScopeState {
  const other = fallback(endpoint);
  if (other === null || refusal.is !== 'unread' || (refusal.reason !== 'denied' && refusal.reason !== 'missing')) return refusal;
  const { is, ...trouble } = stateOf(scopeOf(other, container), pages);
  if (is === 'complete' || is === 'partial') return { is: 'instead' };
  const why =
    'detail' in trouble ? `, nor does ${trouble.detail}` : '; ATLASSIAN_ORG_API_KEY would read the directory of the organisation instead';
  return { ...refusal, detail: `${refusal.detail}${why}` };
}

function refusalOf(endpoint: EndpointId, page: KeptPage): ScopeState | null {
  const { status } = page;
  if (status === 200 || (status === 404 && itemsWhereMissing(endpoint) !== null)) return null;
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
  const { scopes, family } = ENDPOINTS[endpoint];
  if (family === 'organisation') return 'an API key of the organisation, ATLASSIAN_ORG_API_KEY';
  return (
    [
      ...scopes.oauth.map((scope) => `OAuth scope ${scope}`),
      ...(scopes.apiToken === null ? [] : [`API token scope ${scopes.apiToken}`]),
    ].join(' or ') || 'no scope'
  );
}

function* items(endpoint: EndpointId, container: Container, pages: PagesByScope): Generator<unknown> {
  for (const page of pages.get(scopeOf(endpoint, container).id) ?? []) yield* itemsOf(endpoint, page) ?? [];
}
