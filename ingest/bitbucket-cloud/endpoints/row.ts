/**
 * What a row of the endpoint table says, and what all rows may refer to.
 */
import type { Hidden } from '../../../graph/model/gaps.ts';
import type { Row } from '../../../graph/model/row.ts';
import { SOURCES } from '../../../graph/model/row.ts';
import type { Shape } from '../../shape.ts';

/** What an endpoint is asked of: one scope of a run for each. */
export type Of = 'credential' | 'workspace' | 'project' | 'repository' | 'environment';

export interface EndpointRow extends Row {
  /** Below the base address. What stands in braces is filled in by the container, percent-encoded. */
  readonly path: string;
  readonly family: '1.0' | '2.0';
  readonly of: Of;
  /** pages: `values` and `next`. list: a bare array. single: one object. */
  readonly paging: 'pages' | 'list' | 'single';
  readonly bucket: Bucket;
  /** The upstream announces its end. */
  readonly deprecated: boolean;
  readonly scopes: { readonly oauth: readonly string[]; readonly apiToken: string };
  readonly keeps: Shape;
  readonly hides: readonly Hidden[];
  /**
   * What 404 and 410 mean: nothing there or hidden (a gap), no such workspace (the run ends), or that another endpoint is to be asked.
   * `reads`: 404 is an answer, and these are its items; 410 is a gap.
   */
  readonly missing: 'gap' | 'ends the run' | { readonly instead: EndpointId } | { readonly reads: readonly unknown[] };
}

export interface BucketRow extends Row {
  /** Of one credential, over any sixty minutes. */
  readonly callsPerHour: number;
}

/** What calls are counted in: each bucket has a limit of its own. */
export const BUCKETS = {
  repositories: { callsPerHour: 1000, doc: 'data of repositories', source: SOURCES.limits, confidence: 'documented' },
  webhooks: { callsPerHour: 1000, doc: 'webhooks', source: SOURCES.limits, confidence: 'documented' },
  others: {
    callsPerHour: 1000,
    doc: 'no bucket is documented: taken for one with the data of repositories',
    source: SOURCES.limits,
    confidence: 'inferred',
  },
} as const satisfies Record<string, BucketRow>;

export type Bucket = keyof typeof BUCKETS;

export type EndpointId =
  | 'user-workspaces'
  | 'workspace'
  | 'workspace-members'
  | 'workspace-roles'
  | 'effective-permissions'
  | 'groups'
  | 'projects'
  | 'project-user-grants'
  | 'project-group-grants'
  | 'repositories'
  | 'repository-user-grants'
  | 'repository-group-grants'
  | 'branch-restrictions'
  | 'effective-branching-model'
  | 'branching-model'
  | ContentEndpointId;

/** Endpoints whose items are things that lie in the container: each row of `contents.ts` says what they are. */
export type ContentEndpointId =
  | 'workspace-variables'
  | 'workspace-runners'
  | 'workspace-webhooks'
  | 'project-deploy-keys'
  | 'pipelines-config'
  | 'environments'
  | 'repository-variables'
  | 'environment-variables'
  | 'repository-runners'
  | 'pipeline-schedules'
  | 'repository-deploy-keys'
  | 'repository-webhooks';

/** What most rows have in common. */
export const PLAIN = {
  family: '2.0',
  paging: 'pages',
  bucket: 'repositories',
  deprecated: false,
  missing: 'gap',
  source: SOURCES.openapi,
  confidence: 'documented',
} as const;

/** What most rows below `/2.0/workspaces` and `/2.0/user` have in common. */
export const PLAIN_OTHERS = { ...PLAIN, bucket: 'others' } as const;
