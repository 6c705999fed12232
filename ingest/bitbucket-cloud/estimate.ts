/**
 * What a full run would cost in calls, and in time at an hourly budget, before it begins.
 *
 * Computed from the rows of the endpoint table and the sizes of the workspace's listings: an endpoint of the workspace takes a
 * call for each page, one of a project or repository a call for each project or repository. A row that is added to the table
 * counts without a change here. Nothing is written anywhere.
 */
import type { Ref } from '../../graph/fact.ts';
import { type BucketLimit, type BudgetOptions, DEFAULT_BUDGET, HOUR_MS } from '../budget.ts';
import { type Clock, SYSTEM_CLOCK } from '../clock.ts';
import type { HttpLimits } from '../http.ts';
import type { RetryPolicy } from '../retry.ts';
import { AUDITED } from './audit-actions.ts';
import { bucketLimits, bucketOf, FIRST_BUCKET } from './buckets.ts';
import { type CloudConfig, openCloudClient } from './config.ts';
import { NAMING, workspaceContainer } from './containers.ts';
import { ENDPOINT_IDS, ENDPOINTS, type EndpointId, type EndpointRow, endpointsOf, instead } from './endpoints.ts';
import { fetchWorkspace, findWorkspaces } from './find-workspaces.ts';
import { fetchListingSizes, type ListingSize, type ListingSizes } from './listing-size.ts';

/** What an endpoint is asked of. */
export type Asked = EndpointRow['of'];

export interface EndpointEstimate {
  readonly endpoint: EndpointId;
  readonly path: string;
  readonly of: Asked;
  /** In which of the upstream's limits its calls are counted. */
  readonly bucket: string;
  /** Null where how often it is asked is known only by reading. */
  readonly calls: number | null;
  /** There may be more. */
  readonly isLeast: boolean;
}

/** The endpoints of one sort of container together. */
export interface FamilyEstimate {
  readonly of: Asked;
  /** How many workspaces, projects, repositories; null where that is known only by reading. */
  readonly containers: number | null;
  readonly endpoints: number;
  readonly calls: number | null;
  readonly isLeast: boolean;
}

export interface WorkspaceEstimate {
  readonly workspace: string;
  readonly ref: Ref;
  readonly calls: number;
  readonly isLeast: boolean;
  readonly families: readonly FamilyEstimate[];
  /** In the order of reading. */
  readonly endpoints: readonly EndpointEstimate[];
  /** After the workspace's own endpoints, which are read first. */
  readonly firstAnswers: {
    readonly calls: number;
    readonly isLeast: boolean;
    /** Bitbucket's own effective listing can be read, which answers for what is not read yet. */
    readonly hasListing: boolean;
  };
  /** Of those, the ones that a later run need not make where the audit log of the organisation proves that nothing changed. */
  readonly auditedCalls: number;
  /** What the numbers leave out, one sentence each. */
  readonly notes: readonly string[];
}

export interface Estimate {
  readonly callsPerHour: number;
  /** How many credentials there are, each with a budget of its own. */
  readonly credentials: number;
  readonly calls: number;
  readonly isLeast: boolean;
  /** Calls that find the workspaces; 0 where they are named. */
  readonly finding: number;
  readonly workspaces: readonly WorkspaceEstimate[];
  /** The upstream's limits, that of most calls first: what each gives to one credential, and how many calls are counted in it. */
  readonly buckets: readonly (BucketLimit & { readonly calls: number })[];
  /** Whole hours of budget, by number of credentials, in the limit that takes longest: a run of fewer calls than the budget is 1. */
  readonly hours: readonly { readonly credentials: number; readonly wholeRun: number; readonly firstAnswers: number }[];
  /** Why there may be further workspaces; null where all were found or named. */
  readonly trouble: string | null;
  /** Calls that the estimate itself made. */
  readonly spent: number;
}

export interface EstimateOptions {
  readonly config: CloudConfig;
  /** Slugs or uuids; left out or empty: every workspace of the credential. */
  readonly workspaces?: readonly string[];
  readonly budget?: BudgetOptions;
  /** 1 when left out. */
  readonly credentials?: number;
  readonly clock?: Clock;
  readonly retry?: RetryPolicy;
  readonly limits?: Partial<HttpLimits>;
}

/** Times are given for so many credentials too: what one more would bring. */
const COMPARED_CREDENTIALS = [1, 2, 3];

/** Errors: CONFIG, UPSTREAM_AUTH, UPSTREAM_DENIED, UPSTREAM_MISSING, UPSTREAM_UNREACHABLE, BUDGET. */
export async function estimateBitbucketCloud(options: EstimateOptions): Promise<Estimate> {
  const { config, workspaces: named = [], budget = DEFAULT_BUDGET, credentials = 1, clock = SYSTEM_CLOCK, retry, limits } = options;
  const client = openCloudClient(config, {
    clock,
    budget,
    ...(retry === undefined ? {} : { retry }),
    ...(limits === undefined ? {} : { limits }),
  });
  try {
    const { slugs, trouble } = named.length > 0 ? { slugs: [...new Set(named)], trouble: null } : await findWorkspaces(client);
    const finding = client.http.counters.calls;
    const workspaces: WorkspaceEstimate[] = [];
    for (const slug of slugs) {
      const { workspace } = await fetchWorkspace(client, slug);
      const sizes = await fetchListingSizes(client.http, workspaceContainer(workspace));
      workspaces.push(estimateWorkspace(workspace.slug, sizes, { hasOrganisation: client.organisation !== null }));
    }
    const calls = finding + sum(workspaces.map((each) => each.calls));
    const buckets = bucketLimits(budget.callsPerHour).map((limit) => {
      const { bucket } = limit;
      const rows = workspaces.flatMap(({ endpoints }) => endpoints.filter((row) => row.bucket === bucket));
      return { ...limit, calls: sum(rows.map((row) => row.calls ?? 0)) + (bucket === FIRST_BUCKET ? finding : 0) };
    });
    // The workspaces are read one after the other: the first of them answers first.
    const first = finding + (workspaces[0]?.firstAnswers.calls ?? 0);
    const hoursOf = (count: number, perHour: number) => Math.max(1, Math.ceil(count / perHour));
    const slowest = (by: number) => Math.max(...buckets.map((each) => hoursOf(each.calls, (each.limit * by * HOUR_MS) / each.windowMs)));
    return {
      callsPerHour: budget.callsPerHour,
      credentials,
      calls,
      isLeast: trouble !== null || workspaces.some(({ isLeast }) => isLeast),
      finding,
      workspaces,
      buckets,
      hours: [...new Set([...COMPARED_CREDENTIALS, credentials])]
        .sort((a, b) => a - b)
        .map((by) => ({ credentials: by, wholeRun: slowest(by), firstAnswers: hoursOf(first, budget.callsPerHour * by) })),
      trouble: trouble?.message ?? null,
      spent: client.http.counters.calls,
    };
  } finally {
    await client.close();
  }
}

/** The sorts of containers in the order of reading: the order of the table. */
const READ_ORDER: readonly Asked[] = [...new Set(ENDPOINT_IDS.map((id) => ENDPOINTS[id].of))].filter(
  (of) => of !== 'credential' && of !== 'organisation' && of !== 'group',
);

/** The calls of a run over one workspace. Pure. */
export function estimateWorkspace(slug: string, sizes: ListingSizes, { hasOrganisation = false } = {}): WorkspaceEstimate {
  const families = READ_ORDER.map((of) => {
    const containers = countOf(of, sizes);
    return { of, containers, endpoints: endpointsOf(of).map((endpoint) => estimateEndpoint(endpoint, containers, sizes)) };
  });
  const own = families.find(({ of }) => of === 'workspace')?.endpoints ?? [];
  const endpoints = families.flatMap((family) => family.endpoints);
  const auditedCalls = sum(endpoints.map(({ endpoint, calls }) => (AUDITED[endpoint] === undefined ? 0 : (calls ?? 0))));
  return {
    workspace: slug,
    ref: `workspace:${slug}`,
    ...totalOf(endpoints),
    families: families.map(({ of, containers, endpoints: rows }) => ({
      of,
      containers,
      endpoints: rows.length,
      ...totalOf(rows),
      ...(rows.every(({ calls }) => calls === null) ? { calls: null } : {}),
    })),
    endpoints,
    firstAnswers: {
      ...totalOf(own),
      hasListing: own.some(({ endpoint }) => ENDPOINTS[endpoint].hides.includes('listing') && sizes.get(endpoint)?.status === 200),
    },
    auditedCalls,
    notes: [...notesOf(endpoints, sizes), ...auditNotes(auditedCalls, hasOrganisation)],
  };
}

function countOf(of: Asked, sizes: ListingSizes): number | null {
  if (of === 'workspace') return 1;
  const [own] = NAMING[of];
  return own?.of === 'workspace' ? (sizes.get(own.listing)?.items ?? null) : null;
}

function estimateEndpoint(endpoint: EndpointId, containers: number | null, sizes: ListingSizes): EndpointEstimate {
  const { path, of } = ENDPOINTS[endpoint];
  const size = of === 'workspace' ? sizes.get(endpoint) : undefined;
  const calls = size === undefined ? containers : size.pages + (answersElsewhere(endpoint, size) ? 1 : 0);
  return { endpoint, path, of, bucket: bucketOf(endpoint), calls, isLeast: calls === null || (size?.isLeast ?? false) };
}

/** Has the listing nothing, so that another endpoint is asked too? */
function answersElsewhere(endpoint: EndpointId, { status }: ListingSize): boolean {
  return instead(endpoint) !== null && (status === 404 || status === 410);
}

function totalOf(endpoints: readonly EndpointEstimate[]): { calls: number; isLeast: boolean } {
  return { calls: sum(endpoints.map(({ calls }) => calls ?? 0)), isLeast: endpoints.some(({ isLeast }) => isLeast) };
}

function notesOf(endpoints: readonly EndpointEstimate[], sizes: ListingSizes): string[] {
  const notes: string[] = [];
  for (const [endpoint, { items, isLeast, status }] of sizes) {
    if (status !== 200) notes.push(`\`${endpoint}\` cannot be read (${status === 0 ? 'no answer' : `status ${status}`})`);
    else if (isLeast) notes.push(`the first page of \`${endpoint}\` does not say how many there are: at least 2 pages are counted`);
    else if (items === null) notes.push(`\`${endpoint}\` answers in a form that cannot be read`);
  }
  for (const of of READ_ORDER) {
    if (endpoints.some((row) => row.of === of && row.calls === null))
      notes.push(`what is asked of each ${of} is not counted: how many there are is known only by reading`);
  }
  for (const { endpoint, calls, of } of endpoints) {
    const other = instead(endpoint);
    const more = calls === null ? `a call more for each ${of}` : `up to ${calls} calls more`;
    if (other !== null && of !== 'workspace') notes.push(`where \`${endpoint}\` has nothing, \`${other}\` is asked too: ${more}`);
  }
  for (const { endpoint, of } of endpoints) {
    const { refusalsMax } = ENDPOINTS[endpoint];
    if (refusalsMax !== undefined)
      notes.push(`\`${endpoint}\` is asked of every ${of} until ${refusalsMax} are refused, so that it mostly takes far fewer calls`);
  }
  if (endpoints.some(({ endpoint, of }) => of !== 'workspace' && ENDPOINTS[endpoint].paging === 'pages'))
    notes.push('a listing of a project or repository counts as one page: every further page is a call more, and so is every retry');
  return notes;
}

/** What the audit log spares. Nothing where there is nothing to spare. */
function auditNotes(spared: number, hasOrganisation: boolean): string[] {
  if (spared === 0) return [];
  const told = `the audit log of the organisation spares later runs up to ${spared} of these calls, where nothing changed`;
  return [hasOrganisation ? told : `with a key of it (ATLASSIAN_ORG_ID, ATLASSIAN_ORG_API_KEY) ${told}`];
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
