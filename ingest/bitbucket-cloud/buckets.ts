/**
 * In which of the limits of an upstream the calls of an endpoint are counted, and what each limit gives.
 */
import type { BucketLimit } from '../budget.ts';
import { BUCKETS, type Bucket, type BucketRow } from './endpoints/row.ts';
import { ALL_ENDPOINT_IDS, ENDPOINT_IDS, ENDPOINTS, type EndpointId, isOrganisationEndpoint } from './endpoints.ts';

/** The bucket of most calls: the one that the budget of a user speaks of. */
export const FIRST_BUCKET: Bucket = 'repositories';

/** The bucket whose budget the calls of the endpoint are taken from. */
export function bucketOf(endpoint: EndpointId): Bucket {
  const { bucket } = ENDPOINTS[endpoint];
  return rowOf(bucket).countedIn ?? bucket;
}

/** The same, by the path of an endpoint as pages are kept with it; the first one for a path without a row. */
export function bucketOfPath(path: string): Bucket {
  return BY_PATH.get(path) ?? FIRST_BUCKET;
}

const BY_PATH: ReadonlyMap<string, Bucket> = new Map(ALL_ENDPOINT_IDS.map((id) => [ENDPOINTS[id].path, bucketOf(id)]));

/**
 * The limits that Bitbucket has for a credential whose budget of the first bucket is given. The others are what is documented, or
 * that budget where it is smaller: who asks for few calls wants few of every sort, and a plan that allows more speaks of data of
 * repositories only.
 */
export function bucketLimits(callsPerHour: number): readonly BucketLimit[] {
  return limitsOf([FIRST_BUCKET, ...ENDPOINT_IDS.map(bucketOf)]).map((each) => ({
    ...each,
    limit: each.bucket === FIRST_BUCKET ? callsPerHour : Math.min(callsPerHour, each.limit),
  }));
}

/** The limits of the organisation API: another upstream with another key. */
export const ORGANISATION_LIMITS: readonly BucketLimit[] = limitsOf(ALL_ENDPOINT_IDS.filter(isOrganisationEndpoint).map(bucketOf));

function limitsOf(buckets: readonly Bucket[]): BucketLimit[] {
  return [...new Set(buckets)].map((bucket) => ({ bucket, limit: rowOf(bucket).limit, windowMs: rowOf(bucket).windowMs }));
}

function rowOf(bucket: Bucket): BucketRow {
  return BUCKETS[bucket];
}
