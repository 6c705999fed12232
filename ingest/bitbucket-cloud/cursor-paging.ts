/** Paths of the organisation API, and where its next page is: a cursor for the same path, or a link. */
import type { HttpClient } from '../http.ts';
import { relativeLink } from '../origin.ts';
import { ENDPOINTS, type OrganisationEndpointId } from './endpoints.ts';
import { filled } from './listing.ts';
import type { OrganisationClient } from './organisation.ts';

/** The first path of a listing, relative to the origin. */
export function organisationPath(
  endpoint: OrganisationEndpointId,
  { id, http }: OrganisationClient,
  params: Readonly<Record<string, string>>,
): string {
  const { path, query } = ENDPOINTS[endpoint];
  const template = `${http.base.prefix}${path}${query === undefined ? '' : `?${query}`}`;
  return filled(template, { ...params, organisation: id });
}

/** A workspace as the organisation names it: without the braces. */
export function workspaceParam({ uuid }: { readonly uuid: string }): { readonly workspace_id: string } {
  return { workspace_id: uuid.replace(/[{}]/g, '') };
}

/** Null on the last page. Errors: UPSTREAM_ORIGIN for a link elsewhere. */
export function nextPath(body: unknown, path: string, { base }: Pick<HttpClient, 'base'>): string | null {
  const links = typeof body === 'object' && body !== null && 'links' in body ? body.links : null;
  const next = typeof links === 'object' && links !== null && 'next' in links ? links.next : null;
  if (typeof next !== 'string' || next === '') return null;
  if (/^(https?:\/\/|\/)/.test(next)) return relativeLink(next, base, path);
  const [plain = '', query = ''] = path.split('?');
  const asked = new URLSearchParams(query);
  asked.set('cursor', next);
  return `${plain}?${asked}`;
}
