/**
 * The order of reading: the workspace's own endpoints, then those of every project and repository that the listings name, the
 * ones first that were not read for longest; what a listing of a repository names is read right after it. Every page is kept before
 * it is understood.
 *
 * What cannot be read is kept too, as a page without a body, so that facts and gaps follow from the pages alone. A spent
 * budget ends the crawl in good order; an upstream that is gone, or a store that fails, ends it with an error, and the kept
 * pages serve the next attempt.
 */
import { CodedError, invariant, isCodedError } from '../../graph/errors.ts';
import type { NodeKey } from '../../graph/fact.ts';
import type { KeptPage, Run } from '../../graph/store/port.ts';
import type { Log } from '../../log.ts';
import type { Clock } from '../clock.ts';
import type { HttpClient } from '../http.ts';
import { readPages } from '../paging.ts';
import { runPool } from '../pool.ts';
import type { Progress } from '../progress.ts';
import { BranchesDue } from './branches-due.ts';
import { bucketOf } from './buckets.ts';
import { NAMING_LISTINGS, workspaceContainer } from './containers.ts';
import { organisationPath, workspaceParam } from './cursor-paging.ts';
import type { Workspace } from './decode.ts';
import { type EarlierReadings, oldestFetch } from './earlier-readings.ts';
import { ENDPOINTS, type EndpointId, fallback, instead, isOrganisationEndpoint } from './endpoints.ts';
import { ListReading, namedBefore, READINGS_MAX } from './list-reading.ts';
import { keptPath } from './listing.ts';
import type { OrganisationClient } from './organisation.ts';
import { fetchPage, firstPath, type Page, type ReadPage, readPage } from './read-page.ts';
import { oldestFirst } from './reading-order.ts';
import {
  DEFINITIONS,
  isGivenUp,
  type KeptFailure,
  NO_ANSWER,
  type PagesByScope,
  PHASES,
  type Phase,
  pagesByScope,
  phaseScopes,
  type Scope,
  scopeOf,
  scopesWithin,
  stateOf,
  UNFOLLOWED,
  UNREADABLE,
} from './scopes.ts';

export interface CrawlOptions {
  readonly run: Run;
  readonly http: HttpClient;
  /** Asked where Bitbucket refuses its groups; null without a key. */
  readonly organisation: OrganisationClient | null;
  readonly workspace: Pick<Workspace, 'uuid' | 'slug'>;
  /** When a scope was last read to its end, milliseconds since 1970; 0 for never. */
  readonly readAt: (scope: string) => number;
  /** What need not be read again. */
  readonly earlier: EarlierReadings;
  readonly concurrency: number;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly log: Log;
}

export interface CrawlResult {
  readonly stopped: 'budget' | null;
  /** Kept pages of an interrupted run that were not read again. */
  readonly resumedPages: number;
  readonly kept: KeptReadings;
}

/** Readings of earlier runs that were not made again. */
export interface KeptReadings {
  /** Because the audit log proves that nothing touched them. */
  readonly proved: number;
  /** Because they are young enough. */
  readonly young: number;
  /** A call each, had they been read. */
  readonly pages: number;
}

/** Statuses of an endpoint that is refused or gone. */
const REFUSALS: readonly number[] = [401, 403, 404, 410];

/** Scopes in a row that the upstream could not be reached for, each after all retries, until it counts as gone. */
const UNREACHABLE_MAX = 3;

/** Scopes in a row that ended with 429, each after all retries, until the upstream's own limit counts as used up. One alone may have a limit of its own. */
const THROTTLED_MAX = 3;

/** Errors: UPSTREAM_UNREACHABLE, UPSTREAM_AUTH (no token any more), those of the store. */
export async function crawl(options: CrawlOptions): Promise<CrawlResult> {
  const reader = new ScopeReader(options, await keptPages(options.run));
  try {
    const workspace = workspaceContainer(options.workspace);
    for (const phase of PHASES) {
      const listings = await keptListings(options.run);
      const found = phaseScopes(phase, workspace, listings);
      reader.expectBranches(new BranchesDue(workspace, listings));
      // The workspace itself was read before the run was started.
      const unread = found.filter(({ endpoint }) => endpoint !== 'workspace');
      const { kept = [], fresh = [] } = Object.groupBy(oldestFirst(unread, options.readAt), ({ endpoint }) =>
        options.earlier.allows(endpoint) ? 'kept' : 'fresh',
      );
      await reader.readAll(phase, fresh);
      // What the listings of the workspace name is read when they were: half of a listing says little of what there is.
      if (phase === PHASES[0] && [...NAMING_LISTINGS].some((listing) => reader.isSpent(bucketOf(listing)))) break;
      if (kept.length === 0) continue;
      // What may be kept waits for the listings: they say what there is.
      const all = await keptListings(options.run);
      reader.seeListed(PHASES.flatMap((each) => phaseScopes(each, workspace, all)).map(({ container }) => container.key));
      await reader.readAll(phase, kept);
    }
    return { stopped: reader.isOutOfBudget ? 'budget' : null, ...reader.spared };
  } catch (error) {
    if (!isCodedError(error, 'BUDGET')) throw error;
    reader.warnOfBudget(error);
    return { stopped: 'budget', ...reader.spared };
  }
}

async function keptPages(run: Run): Promise<PagesByScope> {
  return pagesByScope(await Array.fromAsync(run.pages()));
}

/** The kept pages that say which containers there are. */
async function keptListings(run: Run): Promise<PagesByScope> {
  const paths = new Set([...NAMING_LISTINGS].map((listing) => ENDPOINTS[listing].path));
  const pages: KeptPage[] = [];
  for await (const page of run.pages()) if (paths.has(page.endpoint)) pages.push(page);
  return pagesByScope(pages);
}

/** A reading that goes on, the one before it, and whether another may follow. */
interface ReadingAt {
  readonly reading: ListReading;
  readonly before: ListReading | null;
  readonly isLast: boolean;
}

class ScopeReader {
  readonly #options: CrawlOptions;
  /** Pages of the interrupted run. */
  readonly #kept: PagesByScope;
  readonly #namedBefore: ReadonlyMap<string, readonly NodeKey[]>;
  #listed: ReadonlySet<NodeKey> = new Set();
  /** Asked by this attempt. */
  readonly #seen = new Set<string>();
  #due: BranchesDue | null = null;
  #resumedPages = 0;
  readonly #spared = { proved: 0, young: 0, pages: 0 };
  readonly #refusals = new Map<EndpointId, number>();
  #unreachable = 0;
  #throttled = 0;
  #done = 0;
  #total = 0;
  /** Buckets of which nothing is left: what is counted in them waits for the next run, the rest goes on. */
  readonly #spent = new Set<string>();

  constructor(options: CrawlOptions, kept: PagesByScope) {
    this.#options = options;
    this.#kept = kept;
    this.#namedBefore = namedBefore(options.earlier.containers, workspaceContainer(options.workspace).key);
  }

  /** Was anything left because its bucket is spent? */
  get isOutOfBudget(): boolean {
    return this.#spent.size > 0;
  }

  isSpent(bucket: string): boolean {
    return this.#spent.has(bucket);
  }

  /** The projects and repositories that there are. */
  seeListed(keys: Iterable<NodeKey>): void {
    this.#listed = new Set(keys);
    this.#options.earlier.seeListed(this.#listed);
  }

  /** What was not read again. */
  get spared(): Pick<CrawlResult, 'resumedPages' | 'kept'> {
    return { resumedPages: this.#resumedPages, kept: { ...this.#spared } };
  }

  expectBranches(due: BranchesDue): void {
    this.#due = due;
  }

  /** What may be kept comes first, with what it names: it costs no calls. */
  async readAll(phase: Phase, scopes: readonly Scope[]): Promise<void> {
    const unread: Scope[] = [];
    for (let found = scopes.filter(({ id }) => !this.#seen.has(id)); found.length > 0; ) {
      const kept = await this.#keepEarlier(found);
      this.#total += found.length;
      this.#done += kept.size;
      unread.push(...found.filter(({ id }) => !kept.has(id)));
      found = found.flatMap((scope) => scopesWithin(phase, scope, kept.get(scope.id) ?? []));
    }
    this.#show(phase);
    await runPool(unread, this.#options.concurrency, (scope) => this.#readWithin(phase, scope));
  }

  /** Reads the scope, and then those of what it names within its container. */
  async #readWithin(phase: Phase, scope: Scope): Promise<void> {
    if (this.#seen.has(scope.id)) return;
    this.#seen.add(scope.id);
    const pages = await this.#read(scope);
    const inner = [...scopesWithin(phase, scope, pages), ...this.#fallbackOf(scope, pages)];
    const due = (this.#due?.see(scope, pages) ?? []).filter(({ id }) => !this.#seen.has(id));
    this.#done++;
    this.#total += inner.length + due.length;
    this.#show(phase);
    for (const each of inner) await this.#readWithin(phase, each);
    for (const each of due) await this.#readWithin(DEFINITIONS, each);
  }

  /** What the organisation is asked, with a key, because Bitbucket refuses. */
  #fallbackOf({ endpoint, container }: Scope, pages: readonly Page[]): Scope[] {
    const other = fallback(endpoint);
    const isRefused = pages.some(({ status }) => REFUSALS.includes(status));
    return other === null || !isRefused || this.#options.organisation === null ? [] : [scopeOf(other, container)];
  }

  /** The client that the scope is asked with, and its first path. */
  #wayTo({ endpoint, container }: Scope): { readonly http: HttpClient; readonly first: string } {
    const { organisation, http, workspace } = this.#options;
    if (!isOrganisationEndpoint(endpoint)) return { http, first: firstPath({ endpoint, container }, http.base.prefix) };
    invariant(organisation !== null, 'the organisation is asked only with a key of it');
    return {
      http: organisation.http,
      first: organisationPath(endpoint, organisation, { ...container.params, ...workspaceParam(workspace) }),
    };
  }

  /** Keeps the readings of earlier runs that stand, except of what this run tried itself. Returns their pages by scope. */
  async #keepEarlier(scopes: readonly Scope[]): Promise<PagesByScope> {
    const untried = scopes.filter(({ id }) => !this.#kept.has(id));
    const found = await this.#options.earlier.find(untried, this.#listed);
    for (const scope of untried) {
      const pages = found.get(scope.id);
      if (pages === undefined) continue;
      for (const { sequence: _, ...page } of pages) await this.#options.run.keepPage(page);
      this.#spared[this.#options.earlier.standing(scope, pages) ?? 'young']++;
      this.#spared.pages += pages.length;
    }
    return found;
  }

  /** Did the interrupted run read the scope to its end, or keep a reading that still stands? */
  #isRead(scope: Scope): boolean {
    const pages = this.#kept.get(scope.id) ?? [];
    if (stateOf(scope, this.#kept).is !== 'complete') return false;
    return oldestFetch(pages) >= this.#options.run.startedAt || this.#options.earlier.standing(scope, pages) !== null;
  }

  /** Reads the scope to its end and gives its pages. A refusal of the interrupted run is asked again: somebody may have given the credential what it lacked. */
  async #read(scope: Scope): Promise<readonly Page[]> {
    if (this.#isRead(scope)) {
      const pages = this.#kept.get(scope.id) ?? [];
      this.#resumedPages += pages.length;
      return pages;
    }
    // What could be read once is asked again, however many others were refused.
    const isNew = this.#options.readAt(scope.id) === 0;
    if (isNew && isGivenUp(scope.endpoint, this.#refusals.get(scope.endpoint) ?? 0)) return [];
    if (this.#spent.has(bucketOf(scope.endpoint))) return [];
    let pages: Page[] | null = null;
    let before: ListReading | null = null;
    for (let times = 1; pages === null; times++) {
      const reading: ListReading = new ListReading(scope, this.#namedBefore.get(scope.id) ?? []);
      pages = await this.#readList(scope, { reading, before, isLast: times === READINGS_MAX });
      before = reading;
    }
    return pages;
  }

  /** One reading of the scope; null where it is to be read again because it changed meanwhile. */
  async #readList(scope: Scope, at: ReadingAt): Promise<Page[] | null> {
    const { first } = this.#wayTo(scope);
    let position = 0;
    let read = 0;
    const pages: Page[] = [];
    try {
      const fetchPage = async (path: string) => await this.#fetchPage(scope, path, ++position, at);
      for await (const { page, again } of readPages(first, fetchPage)) {
        if (again) return null;
        read = position;
        // Of listings that name nothing the bodies are not held: they would be many.
        if (NAMING_LISTINGS.has(scope.endpoint) || fallback(scope.endpoint) !== null) pages.push(page);
        if ((page.status === 404 || page.status === 410) && instead(scope.endpoint) !== null) {
          await this.#read(scopeOf(instead(scope.endpoint) as EndpointId, scope.container));
        }
      }
    } catch (error) {
      await this.#keepFailure(scope, keptPath(first, read + 1), error);
    }
    return pages;
  }

  async #fetchPage(
    scope: Scope,
    path: string,
    position: number,
    { reading, before, isLast }: ReadingAt,
  ): Promise<ReadPage & { readonly again: boolean }> {
    const { run, clock, log } = this.#options;
    const { http, first } = this.#wayTo(scope);
    const answer = await fetchPage(http, scope, path);
    this.#unreachable = 0;
    this.#throttled = 0;
    if (answer.status === 401 && http === this.#options.http) await this.#checkCredential();
    const { page, next } = readPage(scope, answer, { http, path, position, first, fetchedAt: clock.now() });
    if (answer.status === 200) reading.see(answer.body);
    if (page.next === null && !reading.stoodStill && before?.isSameAs(reading) !== true) {
      log.info({ scope: scope.id, endpoint: page.endpoint }, 'the list changed while it was read');
      // Its last page is not kept: a run that is killed now must not take the listing for read to its end.
      if (!isLast) return { page, next: null, again: true };
      const end = keptPath(first, position + 1);
      await run.keepPage({ ...page, next: end });
      await this.#keepTrouble(scope, end, { reason: 'failed', detail: 'a list that kept changing while it was read' });
      return { page, next: null, again: false };
    }
    await run.keepPage(page);
    if (answer.status === 401 || answer.status === 403) this.#refusals.set(scope.endpoint, (this.#refusals.get(scope.endpoint) ?? 0) + 1);
    if (answer.status !== 200) log.info({ scope: scope.id, endpoint: page.endpoint, status: answer.status }, 'the upstream refuses');
    if (page.next === UNFOLLOWED) log.warn({ scope: scope.id, endpoint: page.endpoint }, 'a link to another origin is not followed');
    if (page.next === UNREADABLE) log.warn({ scope: scope.id, endpoint: page.endpoint }, 'a link is no text: the listing may go on');
    return { page, next, again: false };
  }

  /** One endpoint that refuses the credential is a gap. A credential that may not even see the workspace any more ends the crawl. */
  async #checkCredential(): Promise<void> {
    const { http, workspace } = this.#options;
    const { status } = await http.get(firstPath(scopeOf('workspace', workspaceContainer(workspace)), http.base.prefix));
    if (status === 401) throw new CodedError('UPSTREAM_AUTH', 'the upstream refuses the credential in the middle of a run', { status });
  }

  /** Keeps what went wrong, unless it ends the crawl. */
  async #keepFailure(scope: Scope, path: string, error: unknown): Promise<void> {
    const { log } = this.#options;
    if (!isCodedError(error)) throw error;
    if (error.code === 'BUDGET' && this.#leave(error)) return;
    const unreachable = error.code === 'UPSTREAM_UNREACHABLE';
    // The organisation API may be out of reach while Bitbucket is not.
    const isOurs = !isOrganisationEndpoint(scope.endpoint);
    if (unreachable && isOurs && ++this.#unreachable >= UNREACHABLE_MAX) throw error;
    const torn = error.code === 'UPSTREAM_SHAPE' || error.code === 'UPSTREAM_ORIGIN';
    if (!torn && !unreachable && error.code !== 'UPSTREAM_FAILED') throw error;
    const status = Number(error.details['status'] ?? 0);
    if (status === 429 && isOurs && ++this.#throttled >= THROTTLED_MAX)
      throw new CodedError('BUDGET', 'the upstream takes no more calls for now: it kept answering 429', { status });
    const body: KeptFailure = torn
      ? { reason: 'undecodable', detail: 'an answer that cannot be read' }
      : { reason: 'failed', detail: status === 0 ? 'no answer' : `status ${status}` };
    log.warn({ scope: scope.id, endpoint: ENDPOINTS[scope.endpoint].path, code: error.code }, error.message);
    await this.#keepTrouble(scope, path, body);
  }

  /** Says why what is left is left, once for each reason. */
  warnOfBudget({ message }: CodedError): void {
    const { log, workspace, http } = this.#options;
    log.warn({ workspace: workspace.slug, budgetLeft: http.counters.budgetLeft }, message);
  }

  /** Leaves what is counted in the bucket that is spent to the next run; false where no other bucket has anything left either. */
  #leave(error: CodedError): boolean {
    const { bucket } = error.details;
    if (typeof bucket !== 'string') return false;
    const isNew = !this.#spent.has(bucket);
    this.#spent.add(bucket);
    if (this.#options.http.counters.buckets.every((each) => this.#spent.has(each.bucket))) return false;
    if (isNew) this.warnOfBudget(error);
    return true;
  }

  async #keepTrouble(scope: Scope, path: string, body: KeptFailure): Promise<void> {
    const { run, clock } = this.#options;
    await run.keepPage({
      scope: scope.id,
      endpoint: ENDPOINTS[scope.endpoint].path,
      path,
      status: NO_ANSWER,
      fetchedAt: clock.now(),
      next: null,
      body,
    });
  }

  #show({ name: phase }: Phase): void {
    const { http, progress, workspace } = this.#options;
    const { calls, budgetLeft, buckets } = http.counters;
    progress.show({ workspace: workspace.slug, phase, done: this.#done, total: this.#total, calls, budgetLeft, buckets, ...http.budget });
  }
}
