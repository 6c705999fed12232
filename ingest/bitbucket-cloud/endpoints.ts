/**
 * The endpoints of Bitbucket Cloud that are read: one row each, everything that the crawl and the facts know about them.
 *
 * `path` is the template of the vendor's document. `hides` is what stays unknown of the container when the endpoint cannot be
 * read. `scopes.apiToken` and `scopes.oauth` are what a credential needs; a run report names them with each gap.
 */
import { ACCESS_ENDPOINTS } from './endpoints/access.ts';
import { DEFINITION_ENDPOINTS } from './endpoints/definitions.ts';
import { KEY_AND_HOOK_ENDPOINTS } from './endpoints/keys-and-hooks.ts';
import { ORGANISATION_ENDPOINTS } from './endpoints/organisation.ts';
import { PIPELINE_RUN_ENDPOINTS } from './endpoints/pipeline-runs.ts';
import { PIPELINE_ENDPOINTS } from './endpoints/pipelines.ts';
import type { EndpointId, EndpointRow, Of, OrganisationEndpointId } from './endpoints/row.ts';
import { SETTINGS_ENDPOINTS } from './endpoints/settings.ts';
import { USER_KEY_ENDPOINTS } from './endpoints/user-keys.ts';

export type { ContentEndpointId, EndpointId, EndpointRow, Of, OrganisationEndpointId, SumEndpointId } from './endpoints/row.ts';

export const ENDPOINTS: Readonly<Record<EndpointId, EndpointRow>> = {
  ...ACCESS_ENDPOINTS,
  ...PIPELINE_ENDPOINTS,
  ...PIPELINE_RUN_ENDPOINTS,
  ...KEY_AND_HOOK_ENDPOINTS,
  ...SETTINGS_ENDPOINTS,
  ...USER_KEY_ENDPOINTS,
  ...ORGANISATION_ENDPOINTS,
  ...DEFINITION_ENDPOINTS,
};

/** Those of Bitbucket itself and of the organisation API, in the order of reading. */
export const ALL_ENDPOINT_IDS = Object.keys(ENDPOINTS) as readonly EndpointId[];

/** Those of Bitbucket itself. */
export const ENDPOINT_IDS = ALL_ENDPOINT_IDS.filter((id) => !isOrganisationEndpoint(id));

/** The endpoints of one sort of container, in the order in which they are read. Those that stand in for others are left out. */
export function endpointsOf(of: Of): readonly EndpointId[] {
  const standIns = new Set(ALL_ENDPOINT_IDS.flatMap((id) => instead(id) ?? fallback(id) ?? []));
  return ALL_ENDPOINT_IDS.filter((id) => ENDPOINTS[id].of === of && !standIns.has(id));
}

/** The endpoint to ask where this one has nothing. */
export function instead(id: EndpointId): EndpointId | null {
  const { missing } = ENDPOINTS[id];
  return typeof missing === 'object' && 'instead' in missing ? missing.instead : null;
}

export function isOrganisationEndpoint(id: EndpointId): id is OrganisationEndpointId {
  return ENDPOINTS[id].family === 'organisation';
}

/** The endpoint to ask, with a key of the organisation, where this one is refused or gone. */
export function fallback(id: EndpointId): EndpointId | null {
  return ENDPOINTS[id].fallback ?? null;
}

/** The endpoint that this one stands in for; null for one that is asked by itself. */
export function primaryOf(id: EndpointId): EndpointId | null {
  return ALL_ENDPOINT_IDS.find((other) => instead(other) === id || fallback(other) === id) ?? null;
}

/** What a credential of this kind must have for the endpoint. */
export function scopesFor(id: EndpointId, kind: 'client-credentials' | 'api-token'): readonly string[] {
  const { scopes } = ENDPOINTS[id];
  if (kind === 'client-credentials') return scopes.oauth;
  return scopes.apiToken === null ? [] : [scopes.apiToken];
}

/** The items that an answer of 404 stands for; null where it is no answer. */
export function itemsWhereMissing(id: EndpointId): readonly unknown[] | null {
  const { missing } = ENDPOINTS[id];
  return typeof missing === 'object' && 'reads' in missing ? missing.reads : null;
}
