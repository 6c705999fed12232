/**
 * Credentials that no endpoint lists, concluded from what shows them: one row for each trace.
 *
 * What a trace shows is a fact with `confidence: inferred`; what it does not show is a gap of that credential alone, so that
 * questions about it are UNKNOWN instead of wrongly DENY, and those about anybody else stay as they are.
 */
import type { Hidden } from './gaps.ts';
import type { NodeKind } from './node-kinds.ts';
import { type Row, SOURCES } from './row.ts';

/**
 * Where the trace lies. grant: the holder of a permission, or a member. deed: who ran a pipeline or added a key. webhook: what a
 * webhook names as its source. pipelines: that Pipelines are on.
 */
export type TracePlace = 'grant' | 'deed' | 'webhook' | 'pipelines';

export interface TraceRow extends Row {
  readonly in: readonly TracePlace[];
  /** How the upstream calls it: the `type` of an account, and its `kind` where there is one. Null for a text. */
  readonly account: { readonly type: string; readonly kind: string | null } | null;
  /** What is concluded to be there. */
  readonly kind: Extract<NodeKind, 'ApiToken' | 'AccessToken' | 'OAuthConsumer' | 'OidcIdentity' | 'Integration'>;
  /** In what it lies; where the trace does not show which, nothing contains it, and it may hold a level anywhere in the workspace. */
  readonly liesIn: 'workspace' | 'project' | 'repository';
  /** The account of the trace is an identity beside the credential; false where it is the credential itself. */
  readonly besideAccount: boolean;
  /** Gaps: `scopes` and `owner` of the credential, `credential-level` of what acts, in what it lies in. */
  readonly unknown: readonly Extract<Hidden, 'scopes' | 'owner' | 'credential-level'>[];
}

const account = (type: string, kind: string | null = null) => ({ type, kind });
const tokenOf = (liesIn: TraceRow['liesIn'], kind: string): TraceRow => ({
  in: ['grant', 'deed'],
  account: account('app_user', kind),
  kind: 'AccessToken',
  liesIn,
  besideAccount: false,
  unknown: ['scopes', 'credential-level'],
  doc: `an access token of a ${liesIn} is shown as an account of its own; the word is concluded from those of the headers that name credentials`,
  source: SOURCES.openapi,
  confidence: 'inferred',
});

export const INFERRED_CREDENTIALS = {
  'repository-token': tokenOf('repository', 'repository_access_token'),
  'project-token': tokenOf('project', 'project_access_token'),
  'workspace-token': tokenOf('workspace', 'workspace_access_token'),
  app: {
    in: ['grant', 'deed'],
    account: account('app_user'),
    kind: 'Integration',
    liesIn: 'workspace',
    besideAccount: true,
    unknown: ['credential-level'],
    doc: 'an account of an app: the app is installed, acts as the account, and may hold more than listings show',
    source: SOURCES.openapi,
    confidence: 'inferred',
  },
  consumer: {
    in: ['deed'],
    account: account('team'),
    kind: 'OAuthConsumer',
    liesIn: 'workspace',
    besideAccount: true,
    unknown: ['scopes', 'credential-level'],
    doc: 'the account of the workspace did something: with client credentials a consumer acts as the workspace, its owner',
    source: SOURCES.openapi,
    confidence: 'inferred',
  },
  'webhook-source': {
    in: ['webhook'],
    account: null,
    kind: 'Integration',
    liesIn: 'repository',
    besideAccount: false,
    unknown: [],
    doc: 'a webhook names what added it; it lies where the webhook lies',
    source: SOURCES.recorded,
    confidence: 'inferred',
  },
  'pipelines-on': {
    in: ['pipelines'],
    account: null,
    kind: 'OidcIdentity',
    liesIn: 'repository',
    besideAccount: false,
    unknown: [],
    doc: 'where Pipelines are on, every step may show an OpenID identity of the repository to others; it lies in the pipelines, and Bitbucket itself does not take it',
    source: SOURCES.oidc,
    confidence: 'inferred',
  },
} as const satisfies Record<string, TraceRow>;

export type Trace = keyof typeof INFERRED_CREDENTIALS;

export const TRACES = Object.keys(INFERRED_CREDENTIALS) as readonly Trace[];

/** The row, widened to the general type. */
export function traceRow(trace: Trace): TraceRow {
  return INFERRED_CREDENTIALS[trace];
}

/** The trace that an account is there; null for one that is none. A row with the account's own kind comes before one without. */
export function traceOfAccount(place: TracePlace, { type, kind }: { readonly type: string; readonly kind: string | null }): Trace | null {
  const fitting = TRACES.filter((trace) => {
    const row = traceRow(trace);
    return row.in.includes(place) && row.account?.type === type && (row.account.kind === null || row.account.kind === kind);
  });
  return fitting.find((trace) => traceRow(trace).account?.kind !== null) ?? fitting[0] ?? null;
}
