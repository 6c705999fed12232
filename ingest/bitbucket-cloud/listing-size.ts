/**
 * How long the listings of a workspace are, told by the first page of each: what an estimate is computed from.
 *
 * Nothing of a page is kept but its numbers.
 */
import { type HttpClient, isFailedCall } from '../http.ts';
import { bucketOf } from './buckets.ts';
import type { Container } from './containers.ts';
import { decodePageSize } from './decode.ts';
import { ENDPOINTS, type EndpointId, endpointsOf } from './endpoints.ts';
import { firstPath, PAGE_LENGTH } from './read-page.ts';
import { scopeOf } from './scopes.ts';

export interface ListingSize {
  /** What the listing has in all; null where its first page does not tell. */
  readonly items: number | null;
  /** Calls that reading it takes; a refusal is one too. */
  readonly pages: number;
  /** There may be more pages than could be told. */
  readonly isLeast: boolean;
  /** Of the first page; 0 where there was no usable answer. */
  readonly status: number;
}

export type ListingSizes = ReadonlyMap<EndpointId, ListingSize>;

/** Asks the first page of every listing of the workspace itself. Errors: UPSTREAM_AUTH, UPSTREAM_UNREACHABLE, BUDGET. */
export async function fetchListingSizes(http: HttpClient, workspace: Container): Promise<ListingSizes> {
  const sizes = new Map<EndpointId, ListingSize>();
  for (const endpoint of endpointsOf('workspace')) {
    if (ENDPOINTS[endpoint].paging !== 'pages') continue;
    sizes.set(endpoint, await fetchSize(http, firstPath(scopeOf(endpoint, workspace), http.base.prefix), bucketOf(endpoint)));
  }
  return sizes;
}

async function fetchSize(http: HttpClient, path: string, bucket: string): Promise<ListingSize> {
  try {
    const { status, body } = await http.get(path, { bucket });
    const page = status === 200 ? decodePageSize(body) : null;
    return page === null ? { items: null, pages: 1, isLeast: false, status } : { ...sizeOf(page), status };
  } catch (error) {
    // One listing that fails is one that the run could not read either, for now.
    if (!isFailedCall(error)) throw error;
    return { items: null, pages: 1, isLeast: true, status: Number(error.details['status'] ?? 0) };
  }
}

/** A page without a link to another is the whole listing, whatever it says of its size. */
function sizeOf({ values, size, pagelen, next }: NonNullable<ReturnType<typeof decodePageSize>>): Omit<ListingSize, 'status'> {
  if (next === undefined || next === null || next === '') return { items: values.length, pages: 1, isLeast: false };
  if (size === null || size === undefined) return { items: null, pages: 2, isLeast: true };
  return { items: size, pages: Math.max(2, Math.ceil(size / (pagelen ?? PAGE_LENGTH))), isLeast: false };
}
