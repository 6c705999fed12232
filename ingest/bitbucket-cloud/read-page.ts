/**
 * What is kept of the answer to one page of a scope, where its first page is, and where the next one.
 */
import type { KeptPage } from '../../graph/store/port.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { relativeLink } from '../origin.ts';
import type { TextBody } from '../read-body.ts';
import { keepShape } from '../shape.ts';
import { bucketOf } from './buckets.ts';
import { nextPath } from './cursor-paging.ts';
import { ENDPOINTS, type EndpointRow } from './endpoints.ts';
import { filled, keptPath } from './listing.ts';
import { type Scope, UNFOLLOWED, UNREADABLE } from './scopes.ts';

/** Pages are asked for in this length; an upstream that gives fewer says so. */
export const PAGE_LENGTH = 100;

export type Page = Omit<KeptPage, 'sequence'>;

/** A page as it is kept, and where the next one is: the link itself is for this run alone. */
export interface ReadPage {
  readonly page: Page;
  readonly next: string | null;
}

/** What is kept of an answer: the allow-listed part of its body, or only the status. `position` counts the pages of the listing from 1. */
export function readPage(
  scope: Scope,
  answer: HttpAnswer,
  at: { http: HttpClient; path: string; position: number; fetchedAt: number; first?: string },
): ReadPage {
  const row: EndpointRow = ENDPOINTS[scope.endpoint];
  const first = at.first ?? firstPath(scope, at.http.base.prefix);
  const page = {
    scope: scope.id,
    endpoint: row.path,
    path: keptPath(first, at.position),
    status: answer.status,
    fetchedAt: at.fetchedAt,
    next: null,
  };
  if (answer.status !== 200) return { page: { ...page, body: null }, next: null };
  const body = keepShape(row.paging === 'text' ? row.parse(answer.body as TextBody) : answer.body, row.keeps) ?? null;
  const next = at.position < (row.pagesMax ?? Number.POSITIVE_INFINITY) ? linkOf(row.paging, answer.body, at) : null;
  if (next === null || next === UNFOLLOWED || next === UNREADABLE) return { page: { ...page, body, next }, next: null };
  return { page: { ...page, body, next: keptPath(first, at.position + 1) }, next };
}

/** Asks for a page of the scope in the form that its row says. Errors: those of `HttpClient.get`. */
export async function fetchPage(http: HttpClient, { endpoint }: Pick<Scope, 'endpoint'>, path: string): Promise<HttpAnswer> {
  const by = { bucket: bucketOf(endpoint) };
  return ENDPOINTS[endpoint].paging === 'text' ? await http.getText(path, by) : await http.get(path, by);
}

/** The first path of a scope, relative to the origin. */
export function firstPath({ endpoint, container }: Pick<Scope, 'endpoint' | 'container'>, prefix: string): string {
  const { path, paging, family, query }: EndpointRow = ENDPOINTS[endpoint];
  // The name of a branch may hold slashes, and the upstream's own links leave them.
  const asPath = filled(path, container.params).replaceAll('%2F', '/');
  const asked = [...(paging === 'pages' && family === '2.0' ? [`pagelen=${PAGE_LENGTH}`] : []), ...(query === undefined ? [] : [query])];
  return `${prefix}${asPath}${asked.length === 0 ? '' : `?${asked.join('&')}`}`;
}

/** Where the next page is, null on the last one, or the mark of a link that is not followed. */
function linkOf(paging: EndpointRow['paging'], body: unknown, at: { readonly path: string; readonly http: HttpClient }): string | null {
  try {
    if (paging === 'pages') return nextOf(body, at);
    return paging === 'cursor' ? nextPath(body, at.path, at.http) : null;
  } catch {
    return UNFOLLOWED;
  }
}

/** Errors: UPSTREAM_ORIGIN for a link elsewhere. */
function nextOf(body: unknown, { path, http }: { readonly path: string; readonly http: HttpClient }): string | null {
  const next = typeof body === 'object' && body !== null && 'next' in body ? body.next : null;
  if (next === null || next === undefined || next === '') return null;
  return typeof next === 'string' ? relativeLink(next, http.base, path) : UNREADABLE;
}
