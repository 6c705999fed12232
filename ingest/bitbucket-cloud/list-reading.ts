/**
 * One reading of a listing in pages, and whether the listing stood still meanwhile.
 *
 * Between two pages items may be added and removed, and the rest moves up or down: one comes twice, another never. A listing that
 * lost an item that way would say that a repository is gone which is there. So a reading of several pages counts where its pages
 * agree on how many items there are, where it met as many different ones, and where it misses nothing that was there before;
 * or else where a second reading meets the very same items.
 */
import { type NodeKey, refWord } from '../../graph/fact.ts';
import { NAMING } from './containers.ts';
import { decodePageSize } from './decode.ts';
import type { EndpointId, Of } from './endpoints.ts';
import { type Scope, scopeId } from './scopes.ts';

/** Readings of one listing in one run. One that is another each time is left as a gap: the next run finds it quieter. */
export const READINGS_MAX = 3;

export class ListReading {
  readonly #scope: Scope;
  /** What earlier runs knew and this listing names; what was met is taken out. */
  readonly #missed: Set<NodeKey>;
  readonly #sizes = new Set<number>();
  /** Of the different items, as numbers: a listing may have half a million. */
  readonly #items = new Set<number>();
  #pages = 0;
  /** Does the last page that was seen say that there is none after it? */
  #isWhole = false;

  /** `namedBefore`: what this listing named in earlier runs. */
  constructor(scope: Scope, namedBefore: Iterable<NodeKey>) {
    this.#scope = scope;
    this.#missed = new Set(namedBefore);
  }

  /** The body of an answer of 200, as it came. */
  see(body: unknown): void {
    this.#pages++;
    const page = decodePageSize(body);
    const next = page?.next;
    this.#isWhole = page !== null && (next === undefined || next === null || next === '');
    if (page === null) return;
    if (typeof page.size === 'number') this.#sizes.add(page.size);
    for (const item of page.values) {
      this.#items.add(hashOf(identityOf(item)));
      if (this.#missed.size > 0) for (const key of keysNamed(this.#scope, item)) this.#missed.delete(key);
    }
  }

  /** To be asked after the last page that is read. One page is of one moment; what is not read to its end is somebody else's to judge. */
  get stoodStill(): boolean {
    if (this.#pages <= 1 || !this.#isWhole) return true;
    const [size = this.#items.size, ...others] = this.#sizes;
    return others.length === 0 && size === this.#items.size && this.#missed.size === 0;
  }

  /** Did both readings meet the same items? */
  isSameAs(other: ListReading): boolean {
    return this.#items.size === other.#items.size && [...this.#items].every((item) => other.#items.has(item));
  }
}

/** The sort of container that a listing is the list of; null where it only mentions some. */
function ownSort(listing: EndpointId): Of | null {
  const own = Object.entries(NAMING).find(([, rows]) => rows[0]?.listing === listing);
  return own === undefined ? null : (own[0] as Of);
}

/** By the scope of a listing, what it named in earlier runs: `containers` are those that they tell of. */
export function namedBefore(containers: Iterable<NodeKey>, workspace: NodeKey): ReadonlyMap<string, readonly NodeKey[]> {
  const named = new Map<string, NodeKey[]>();
  const ownBySort = new Map(Object.entries(NAMING).map(([of, [own]]) => [of, own]));
  for (const key of containers) {
    const own = ownBySort.get(refWord(key));
    if (own === undefined) continue;
    const scope = scopeId(own.listing, own.above(key, workspace));
    const known = named.get(scope);
    if (known === undefined) named.set(scope, [key]);
    else known.push(key);
  }
  return named;
}

function* keysNamed({ endpoint, container }: Scope, item: unknown): Generator<NodeKey> {
  const of = ownSort(endpoint);
  for (const { listing, names } of of === null ? [] : NAMING[of]) {
    for (const { key } of listing === endpoint ? names(item, container) : []) yield key;
  }
}

const OWN_NAMES = ['uuid', 'id', 'account_id', 'slug', 'key'] as const;

/** What tells an item from others, whatever else of it changes meanwhile: its own name, else the names of what it joins. */
function identityOf(item: unknown): string {
  const own = ownName(item);
  if (own !== null) return own;
  const joined = Object.entries(item ?? {}).flatMap(([name, value]) => {
    const of = ownName(value);
    return of === null ? [] : [`${name} ${of}`];
  });
  return joined.length > 0 ? joined.sort().join('\n') : JSON.stringify(item);
}

function ownName(item: unknown): string | null {
  if (typeof item !== 'object' || item === null) return null;
  for (const name of OWN_NAMES) {
    const value: unknown = (item as Record<string, unknown>)[name];
    if (typeof value === 'string' || typeof value === 'number') return `${name} ${value}`;
  }
  return null;
}

/** 53 bits of a text (cyrb53): where two of them meet, a listing is read twice. */
function hashOf(text: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
