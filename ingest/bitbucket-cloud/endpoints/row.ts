/**
 * What a row of the endpoint table says, and what all rows may refer to.
 */
import type { Hidden } from '../../../graph/model/gaps.ts';
import type { Row } from '../../../graph/model/row.ts';
import { SOURCES } from '../../../graph/model/row.ts';
import type { TextBody } from '../../read-body.ts';
import type { Shape } from '../../shape.ts';

/** What an endpoint is asked of: one scope of a run for each. */
export type Of =
  | 'credential'
  | 'workspace'
  | 'project'
  | 'repository'
  | 'environment'
  | 'user'
  | 'pipeline'
  | 'branch'
  | 'head'
  | 'organisation'
  | 'group';

export type EndpointRow = RowOfJson | RowOfText;

/** Of a body of JSON: `pages` has `values` and `next`, `list` is a bare array, `single` one object, `cursor` has `data`, and `links.next` with a cursor or a link. */
interface RowOfJson extends CommonRow {
  readonly paging: 'pages' | 'list' | 'single' | 'cursor';
}

/** Of a file: what is made of its text is one object. */
interface RowOfText extends CommonRow {
  readonly paging: 'text';
  /** What could be kept of the text at most; `keeps` has the last word. */
  readonly parse: (file: TextBody) => unknown;
}

interface CommonRow extends Row {
  /** Below the base address. What stands in braces is filled in by the container, percent-encoded. */
  readonly path: string;
  /** organisation: of another upstream, with a key of its own. */
  readonly family: '1.0' | '2.0' | 'organisation';
  readonly of: Of;
  /** What is asked for behind the path, filled in like it. */
  readonly query?: string;
  /** Pages beyond are not wanted: a listing of which only the newest items say anything. Left out for all. */
  readonly pagesMax?: number;
  readonly bucket: Bucket;
  /** The upstream announces its end. */
  readonly deprecated: boolean;
  /** Nothing of either where another sort of key is needed, or where anybody may ask. */
  readonly scopes: { readonly oauth: readonly string[]; readonly apiToken: string | null };
  readonly keeps: Shape;
  readonly hides: readonly Hidden[];
  /** Where the gaps of a refusal lie, if not in what it is asked of: one gap for all that were refused. */
  readonly gapIn?: 'workspace';
  /** After so many refusals a run asks no more of the endpoint: what is left is taken for refused too. */
  readonly refusalsMax?: number;
  /**
   * What 404 and 410 mean: nothing there or hidden (a gap), no such workspace (the run ends), or that another endpoint is to be asked.
   * `reads`: 404 is an answer, and these are its items; 410 is a gap.
   */
  readonly missing: 'gap' | 'ends the run' | { readonly instead: EndpointId } | { readonly reads: readonly unknown[] };
  /** What is asked where this one is refused or gone and a key of the organisation is given. */
  readonly fallback?: EndpointId;
}

export interface BucketRow extends Row {
  /** Calls of one credential, within any span of the length of the window. */
  readonly limit: number;
  readonly windowMs: number;
  /** The bucket whose budget its calls are taken from; its own when left out. */
  readonly countedIn?: Bucket;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What calls are counted in: each bucket has a limit of its own. */
export const BUCKETS = {
  repositories: { limit: 1000, windowMs: HOUR_MS, doc: 'data of repositories', source: SOURCES.limits, confidence: 'documented' },
  webhooks: { limit: 1000, windowMs: HOUR_MS, doc: 'webhooks', source: SOURCES.limits, confidence: 'documented' },
  others: {
    limit: 1000,
    windowMs: HOUR_MS,
    countedIn: 'repositories',
    doc: 'no bucket is documented: taken for one with the data of repositories',
    source: SOURCES.limits,
    confidence: 'inferred',
  },
  organisation: {
    limit: 60,
    windowMs: MINUTE_MS,
    doc: "directories of the organisation: no number is documented, so one a second is kept to, and the upstream's 429 is heard",
    source: SOURCES.organisation,
    confidence: 'inferred',
  },
  'audit log': {
    limit: 10,
    windowMs: MINUTE_MS,
    doc: 'events of the organisation, whatever Bitbucket counts',
    source: SOURCES.organisation,
    confidence: 'documented',
  },
} as const satisfies Record<Bucket, BucketRow>;

export type Bucket = 'repositories' | 'webhooks' | 'others' | 'organisation' | 'audit log';

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
  | OrganisationEndpointId
  | 'forks'
  | 'project-default-reviewers'
  | 'effective-default-reviewers'
  | SumEndpointId
  | DefinitionEndpointId
  | ContentEndpointId;

/** Endpoints of the organisation API of Atlassian. */
export type OrganisationEndpointId = 'directory-groups' | 'directory-members' | 'event-actions' | 'audit-events';

/** Endpoints of which only the sum of all items is a fact: `runs.ts` says what it comes to. */
export type SumEndpointId = 'pipeline-runs' | 'deployments';

/** Endpoints of what pipelines do: the commit of a branch, and the definition there. */
export type DefinitionEndpointId = 'branch' | 'pipeline-definition';

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
  | 'repository-webhooks'
  | 'project-branching-model'
  | 'project-branching-model-settings'
  | 'override-settings'
  | 'main-branch'
  | 'user-ssh-keys'
  | 'oidc-configuration'
  | 'oidc-keys'
  | 'pipeline-ssh-key'
  | 'pipeline-known-hosts';

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
