/**
 * Readings of earlier runs that stand for a new one, because they are young enough or because the audit log proves that nothing
 * touched them: their pages are kept by the new run again, with the time at which they were fetched. What the log says to be
 * touched is read again however young it is. So facts, gaps and the comparison follow from the pages of one run alone, as ever.
 *
 * The newest run that tried a scope decides: where it was refused, an older success is not taken in its place.
 */
import type { NodeKey } from '../../graph/fact.ts';
import type { KeptPage, Store } from '../../graph/store/port.ts';
import { snapshotsSince } from '../snapshots-since.ts';
import { AGES_BY_ENDPOINT, allowedAgeMs } from './ages.ts';
import type { AuditTrail } from './audit-trail.ts';
import { instead } from './endpoints.ts';
import { containerIn, itemsOf, type PagesByScope, pagesByScope, readingOf, type Scope, scopeOf, stateOf } from './scopes.ts';

export interface EarlierReadingsOptions {
  readonly store: Pick<Store, 'readSnapshots' | 'readPages'>;
  readonly connector: string;
  /** As of the last committed run. */
  readonly scopes: ReadonlyMap<string, { readonly outcome: string }>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** 0: none is young enough. */
  readonly maxAgeMs: number;
  /** Null where there is no audit log that proves anything. */
  readonly trail?: AuditTrail | null;
}

/** Why a reading stands for a new one. */
export type Standing = 'proved' | 'young';

export class EarlierReadings {
  /** The containers that earlier runs tell of. */
  readonly containers: ReadonlySet<NodeKey>;
  readonly #options: EarlierReadingsOptions;
  readonly #trail: AuditTrail | null;

  constructor(options: EarlierReadingsOptions) {
    this.containers = new Set([...options.scopes.keys()].map(containerIn));
    this.#options = options;
    this.#trail = options.trail ?? null;
  }

  /**
   * Why the reading may stand for a new one; null where it may not. It is as old as its oldest page; one that lies ahead of the
   * clock is of another clock: neither its age nor what happened since can be told.
   */
  standing({ endpoint, container }: Scope, pages: readonly KeptPage[]): Standing | null {
    const { now, maxAgeMs } = this.#options;
    if (pages.some((page) => page.fetchedAt > now)) return null;
    const [trail, fetchedAt] = [this.#trail, oldestFetch(pages)];
    const asked = { endpoint, container: container.key };
    if (trail?.proves(asked, fetchedAt)) return 'proved';
    if (trail?.touches(asked, fetchedAt)) return null;
    return fetchedAt > now - allowedAgeMs(endpoint, maxAgeMs) ? 'young' : null;
  }

  /** May any reading of the endpoint be kept? */
  allows(endpoint: Scope['endpoint']): boolean {
    return allowedAgeMs(endpoint, this.#options.maxAgeMs) > 0 || this.#trail?.audits(endpoint) === true;
  }

  /** The projects and repositories that there are now: events are weighed by what they name. */
  seeListed(listed: ReadonlySet<NodeKey>): void {
    this.#trail?.seeContainers(new Set([...listed, ...this.containers]));
  }

  /**
   * The readings of the given scopes that stand: by scope, its pages in order and those of what was asked instead. `listed` are the
   * repositories that there are now.
   * Cost: reads the pages of the runs of that time, newest first, until each scope is met.
   */
  async find(scopes: readonly Scope[], listed: ReadonlySet<NodeKey>): Promise<ReadonlyMap<string, readonly KeptPage[]>> {
    const wanted = scopes.filter(({ id, endpoint }) => this.allows(endpoint) && this.#options.scopes.get(id)?.outcome === 'complete');
    const found = new Map<string, readonly KeptPage[]>();
    if (wanted.length === 0) return found;
    const standIns = wanted.flatMap(({ endpoint, container }) => {
      const other = instead(endpoint);
      return other === null ? [] : [scopeOf(other, container)];
    });
    const newest = await this.#newestReadings(new Set([...wanted, ...standIns].map(({ id }) => id)), new Set(wanted.map(({ id }) => id)));
    for (const scope of wanted) {
      const pages = this.#pagesOf(scope, newest);
      if (pages !== null && speaksOf(listed, scope, pages)) found.set(scope.id, pages);
    }
    return found;
  }

  /** null where the reading does not stand, or did not come to its end. */
  #pagesOf(scope: Scope, newest: PagesByScope): readonly KeptPage[] | null {
    const pages = readingOf(scope, newest);
    const state = stateOf(scope, newest).is;
    if (pages.length === 0 || this.standing(scope, pages) === null) return null;
    if (state === 'complete') return pages;
    const other = state === 'instead' ? instead(scope.endpoint) : null;
    const rest = other === null ? null : this.#pagesOf(scopeOf(other, scope.container), newest);
    return rest === null ? null : [...pages, ...rest];
  }

  /** Of each scope the pages of the newest run that has any; ends when each of `awaited` is met. */
  async #newestReadings(wanted: ReadonlySet<string>, awaited: Set<string>): Promise<PagesByScope> {
    const newest = new Map<string, readonly KeptPage[]>();
    const { store, connector: own, now, maxAgeMs } = this.#options;
    const since = Math.min(now - maxAgeMs, this.#trail?.coveredFrom ?? now);
    for await (const { id, connector } of snapshotsSince(store, since)) {
      if (connector !== own) continue;
      const pages: KeptPage[] = [];
      for await (const page of store.readPages(id)) if (wanted.has(page.scope) && !newest.has(page.scope)) pages.push(page);
      for (const [scope, chain] of pagesByScope(pages)) {
        newest.set(scope, chain);
        awaited.delete(scope);
      }
      if (awaited.size === 0) break;
    }
    return newest;
  }
}

function speaksOf(listed: ReadonlySet<NodeKey>, { endpoint }: Scope, pages: readonly KeptPage[]): boolean {
  const keyOf = AGES_BY_ENDPOINT[endpoint]?.ofListed;
  if (keyOf === undefined) return true;
  return pages.every((page) =>
    (itemsOf(endpoint, page) ?? []).every((item) => {
      const key = keyOf(item);
      return key === null || listed.has(key);
    }),
  );
}

/** When the first of these pages was fetched; never where there is none. */
export function oldestFetch(pages: readonly KeptPage[]): number {
  return pages.reduce((oldest, { fetchedAt }) => Math.min(oldest, fetchedAt), Number.POSITIVE_INFINITY);
}

/** When the oldest reading was made that the last run of the connector has; null where there is none since then. Cost: reads its pages. */
export async function oldestReading(store: Pick<Store, 'readSnapshots' | 'readPages'>, own: string, since: number): Promise<number | null> {
  for await (const { id, connector } of snapshotsSince(store, since)) {
    if (connector !== own) continue;
    let oldest = Number.POSITIVE_INFINITY;
    for await (const { fetchedAt } of store.readPages(id)) oldest = Math.min(oldest, fetchedAt);
    return Number.isFinite(oldest) ? oldest : null;
  }
  return null;
}
