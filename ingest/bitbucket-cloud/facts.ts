/**
 * Kept pages -> stated facts and gaps. Pure: the same pages in any order give the same facts, with or without the network.
 *
 * A scope that was read to its end is complete and its facts replace those of earlier runs. One that cannot be read is unread:
 * what its pages show is stated, what its row hides becomes gaps. One that the run did not come to is left out if an earlier
 * run read it (its facts stay), and is a gap with reason `budget` if not.
 */

import { anew } from '../../graph/anew.ts';
import { invariant } from '../../graph/errors.ts';
import type { GapFact, NodeKey, StatedFact } from '../../graph/fact.ts';
import type { GapReason } from '../../graph/model/gaps.ts';
import type { KeptPage, ScopeOutcome } from '../../graph/store/port.ts';
import { Statements } from '../statements.ts';
import { toldOf, workspaceContainer } from './containers.ts';
import { isContentEndpoint, stateContent } from './contents.ts';
import { type Context, contextOf, whereOf } from './context.ts';
import {
  type Account,
  type Decoder,
  decodeBranchingModel,
  decodeBranchRestriction,
  decodeGroupGrant,
  decodeGroupListing,
  decodeMembership,
  decodeProject,
  decodeRepository,
  decodeRepositoryPermission,
  decodeUserGrant,
  decodeWorkspace,
  type Workspace,
} from './decode.ts';
import { decodeBranchHead, decodeDefinition } from './decode-definition.ts';
import { decodeDirectoryGroup, decodeDirectoryMember } from './decode-organisation.ts';
import { decodeFork, decodeReviewer } from './decode-settings.ts';
import { stateBranchHead, stateDefinition } from './definitions.ts';
import type { Directory } from './directory.ts';
import { stateDirectoryMember } from './directory-members.ts';
import { oldestFetch } from './earlier-readings.ts';
import { ENDPOINTS, type EndpointId, type SumEndpointId } from './endpoints.ts';
import { stateListedFork, stateReviewer } from './forks-and-reviewers.ts';
import { goneScopes } from './gone.ts';
import { GroupPrivileges } from './group-privileges.ts';
import { type Here, levelOf, seeAccount, seeGroup, seeProject, stateGrant } from './here.ts';
import { seeActor } from './inferred.ts';
import { stateReport, stateRepository } from './repository-facts.ts';
import { stateBranchingModel, stateRestriction } from './rules.ts';
import { isSumEndpoint, stateSum } from './runs.ts';
import {
  detailOf,
  expectedScopes,
  givenUpEndpoints,
  itemsOf,
  type PagesByScope,
  pagesByScope,
  readingOf,
  type Scope,
  type ScopeState,
  scopeOf,
  stateOf,
  undecodable,
} from './scopes.ts';

export interface ScopeReading {
  readonly scope: Scope;
  readonly state: ScopeState;
  /** Items on its pages, as the upstream sent them. */
  readonly items: number;
  /** When the oldest page of a reading that came to its end was fetched, by this run or an earlier one; null for any other. */
  readonly oldestAt: number | null;
}

export interface FactSheet {
  readonly workspace: Workspace;
  /** May be gone through several times; each time facts are made one by one. */
  readonly facts: Iterable<StatedFact>;
  /** What several scopes state counts once. */
  readonly factCount: () => number;
  readonly scopes: ReadonlyMap<string, ScopeOutcome>;
  readonly closeUnlisted: boolean;
  /** What an earlier run read and this one did not come to: its facts stay in the store and are not among `facts`. */
  readonly heldOver: readonly GapFact[];
  readonly readings: readonly ScopeReading[];
}

/** What earlier committed runs tell of. */
export interface ReadBefore {
  has(scope: string): boolean;
  keys(): Iterable<string>;
}

/** The sheet with its facts as a list. */
export function rebuildFacts(pages: Iterable<KeptPage>, readBefore?: ReadBefore): FactSheet & { readonly facts: readonly StatedFact[] } {
  const sheet = sheetOf(pages, readBefore);
  return { ...sheet, facts: [...sheet.facts] };
}

export function sheetOf(pages: Iterable<KeptPage>, readBefore: ReadBefore = new Set<string>()): FactSheet {
  const kept = pagesByScope(pages);
  const workspace = workspaceOf(kept);
  const container = workspaceContainer(workspace);
  const expected = expectedScopes(container, kept);
  const states = new Map(expected.map((scope) => [scope.id, stateOf(scope, kept)]));
  const givenUp = givenUpEndpoints(expected, states);
  const context = contextOf({ workspace, states, kept, readBefore });
  const out = new Statements();
  const privileges = new GroupPrivileges();
  const scopes = new Map<string, ScopeOutcome>();
  const heldOver: GapFact[] = [];
  // A scope that was not asked is as old as what the run asked last.
  const lastOfRun = [...kept.values()].reduce((last, pages) => Math.max(last, lastFetch(pages) ?? 0), 0);
  const readings = expected.map((scope): ScopeReading => {
    const asked = states.get(scope.id) ?? { is: 'untouched' };
    // What is left where too many were refused is taken for refused too.
    const found = (asked.is === 'untouched' ? givenUp.get(scope.endpoint) : undefined) ?? asked;
    const left = found.is === 'untouched' || found.is === 'partial';
    const budgetDetail = detailOf(scope.endpoint, 'not read yet');
    const at = gapScopeOf(scope, context.directory, container.key);
    if (left && readBefore.has(scope.id)) {
      heldOver.push(...gapsOf(scope, at, 'budget', budgetDetail));
      return { scope, state: found, items: 0, oldestAt: null };
    }
    // A project or repository that only an unfinished listing showed is not known yet: nothing can be said of it.
    if (left && at !== null && ENDPOINTS[scope.endpoint].of !== 'group' && at !== container.key && !out.knows(at))
      return { scope, state: found, items: 0, oldestAt: null };
    const { items, readable } = stateScope(scope, kept, { ...context, out, privileges });
    const state = found.is === 'complete' && !readable ? undecodable(scope.endpoint, 'an item of another form') : found;
    scopes.set(scope.id, state.is === 'complete' || state.is === 'instead' ? 'complete' : 'unread');
    const gaps =
      state.is === 'unread' ? gapsOf(scope, at, state.reason, state.detail) : left ? gapsOf(scope, at, 'budget', budgetDetail) : [];
    for (const gap of gaps)
      out.gap(gap, {
        scope: scope.id,
        endpoint: ENDPOINTS[scope.endpoint].path,
        fetchedAt: lastFetch(kept.get(scope.id) ?? []) ?? lastOfRun,
      });
    const isRead = state.is === 'complete' || state.is === 'instead';
    return { scope, state, items, oldestAt: isRead ? oldestFetch(readingOf(scope, kept)) : null };
  });
  if (scopes.get(scopeOf('workspace-roles', container).id) !== 'unread')
    for (const { gap, where } of privileges.gaps(container.key)) out.gap(gap, where);
  const gone = goneScopes(readings, container.key, readBefore.keys());
  for (const id of gone.closed) scopes.set(id, 'complete');
  return {
    workspace,
    ...statedBy(out),
    scopes,
    closeUnlisted: gone.closeUnlisted,
    heldOver,
    readings,
  };
}

/** Apart from where pages are at hand: whoever holds the facts would hold them too. */
function statedBy(out: Statements): Pick<FactSheet, 'facts' | 'factCount'> {
  return { facts: anew(() => out.all()), factCount: () => out.count() };
}

function workspaceOf(kept: PagesByScope): Workspace {
  for (const pages of kept.values()) {
    for (const page of pages) {
      const workspace = page.endpoint === ENDPOINTS.workspace.path && page.status === 200 ? decodeWorkspace(page.body) : null;
      if (workspace !== null) return workspace;
    }
  }
  invariant(false, 'a run keeps the page of its workspace first');
}

/** States every item of the scope's pages; not readable when a page or item has a form that no decoder reads. */
function stateScope(
  scope: Scope,
  kept: PagesByScope,
  context: Context & Pick<Here, 'out' | 'privileges'>,
): { items: number; readable: boolean } {
  const { endpoint } = scope;
  const pages = readingOf(scope, kept);
  const at = { ...context, container: scope.container.key };
  if (isSumEndpoint(endpoint)) return stateAll({ ...at, endpoint }, pages);
  let count = 0;
  let readable = true;
  for (const page of pages) {
    const items = itemsOf(endpoint, page);
    readable &&= items !== null;
    const here = { ...at, endpoint, where: whereOf(page) };
    for (const item of items ?? []) {
      count++;
      readable = stateItem(here, item) && readable;
    }
  }
  return { items: count, readable };
}

/** Facts that all items of a listing come to, told where its first page was read. */
function stateAll(
  at: Omit<Here, 'where'> & { readonly endpoint: SumEndpointId },
  pages: readonly KeptPage[],
): { items: number; readable: boolean } {
  const [first] = pages;
  if (first === undefined) return { items: 0, readable: true };
  const items = pages.map((page) => itemsOf(at.endpoint, page));
  const all = items.flatMap((each) => each ?? []);
  return { items: all.length, readable: stateSum({ ...at, where: whereOf(first) }, all) && !items.includes(null) };
}

/** What a gap of the scope is about: its container or the workspace, as its row says; of a branch its repository; of a group of the directory the one of the workspace; null where there is none. */
function gapScopeOf({ endpoint, container }: Scope, { groupByContainer }: Directory, workspace: NodeKey): NodeKey | null {
  const { of, gapIn } = ENDPOINTS[endpoint];
  if (of === 'group') return groupByContainer.get(container.key) ?? null;
  return gapIn === 'workspace' ? workspace : toldOf(container.key);
}

function gapsOf({ endpoint }: Scope, scope: NodeKey | null, reason: GapReason, detail: string): GapFact[] {
  if (scope === null) return [];
  return ENDPOINTS[endpoint].hides.map((hides) => ({ type: 'gap', reason, hides, scope, subject: '', detail }));
}

/** When the last of these pages was fetched; null where there is none. */
function lastFetch(pages: readonly KeptPage[]): number | null {
  return pages.length === 0 ? null : pages.reduce((last, { fetchedAt }) => Math.max(last, fetchedAt), 0);
}

/** States one item; false where it has a form that no decoder reads. */
function stateItem(here: Here & { readonly endpoint: Exclude<EndpointId, SumEndpointId> }, item: unknown): boolean {
  const using = <T>(decode: Decoder<T>, state: (decoded: T) => void): boolean => {
    const decoded = decode(item);
    if (decoded !== null) state(decoded);
    return decoded !== null;
  };
  const { endpoint } = here;
  if (isContentEndpoint(endpoint)) return stateContent({ ...here, endpoint }, item);
  switch (endpoint) {
    case 'user-workspaces':
      return true;
    case 'workspace':
      return using(decodeWorkspace, (workspace) => stateWorkspace(here, workspace));
    case 'workspace-members':
      return using(decodeMembership, ({ user }) => stateRole(here, seeHolder(here, user), 'member'));
    case 'workspace-roles':
      return using(decodeMembership, ({ user, permission }) => {
        const [holder, upstream] = [seeHolder(here, user), permission ?? ''];
        stateRole(here, holder, upstream);
        here.privileges.seeRole(holder, [null, 'admin'].includes(levelOf('Workspace', upstream)));
      });
    case 'groups':
      return using(decodeGroupListing, (group) => {
        const key = seeGroup(here, group);
        for (const member of group.members) {
          const user = seeAccount(here, member);
          here.out.edge({ kind: 'MEMBER_OF', from: user, to: key, word: '', props: {} }, here.where);
          here.privileges.seeMember(key, user);
        }
      });
    case 'directory-groups':
      return using(decodeDirectoryGroup, () => {});
    case 'directory-members':
      return using(decodeDirectoryMember, (member) => stateDirectoryMember(here, member));
    case 'event-actions':
    case 'audit-events':
      return true;
    case 'projects':
      return using(decodeProject, (project) => seeProject(here, project));
    case 'repositories':
      return using(decodeRepository, (repository) => stateRepository(here, repository));
    case 'project-user-grants':
    case 'repository-user-grants':
      return using(decodeUserGrant, ({ user, permission }) => stateContentGrant(here, seeHolder(here, user), permission));
    case 'project-group-grants':
    case 'repository-group-grants':
      return using(decodeGroupGrant, ({ group, permission }) => stateContentGrant(here, seeGroup(here, group), permission));
    case 'branch-restrictions':
      return using(decodeBranchRestriction, (rule) => stateRestriction(here, rule));
    case 'effective-branching-model':
    case 'branching-model':
      return using(decodeBranchingModel, (model) => stateBranchingModel(here, model));
    case 'forks':
      return using(decodeFork, (fork) => stateListedFork(here, fork));
    case 'project-default-reviewers':
    case 'effective-default-reviewers':
      return using(decodeReviewer, (reviewer) => stateReviewer(here, reviewer));
    case 'branch':
      return using(decodeBranchHead, (branch) => stateBranchHead(here, branch));
    case 'pipeline-definition':
      return using(decodeDefinition, (definition) => stateDefinition(here, definition));
    case 'effective-permissions':
      return using(decodeRepositoryPermission, ({ user, repository, permission }) =>
        stateReport(here, seeAccount(here, user), repository, permission),
      );
  }
}

/** Who holds something on the container, or is a member of it. */
function seeHolder(here: Here, account: Account): NodeKey {
  const { container } = here;
  const { of } = ENDPOINTS[here.endpoint];
  const repository = of === 'repository' ? container : null;
  const project = of === 'project' ? container : (here.projectByRepository.get(container) ?? null);
  return seeActor(here, account, { in: 'grant', repository, project });
}

function stateWorkspace(here: Here, workspace: Workspace): void {
  const { key, slug } = here.workspace;
  const props = {
    isPrivate: workspace.is_private ?? undefined,
    privacyEnforced: workspace.is_privacy_enforced ?? undefined,
    forkingMode: workspace.forking_mode ?? undefined,
  };
  here.out.see({ key, kind: 'Workspace', rank: 0, ref: `workspace:${slug}`, name: workspace.name ?? undefined, props }, here.where);
}

function stateRole(here: Here, holder: NodeKey, upstream: string): void {
  stateGrant(here, { on: 'Workspace', holder, upstream, resource: here.workspace.key });
}

function stateContentGrant(here: Here, holder: NodeKey, upstream: string): void {
  const on = ENDPOINTS[here.endpoint].of === 'project' ? 'Project' : 'Repository';
  stateGrant(here, { on, holder, upstream, resource: here.container });
}
