/**
 * Which facts connect what exists. A kind is the relationship type in Neo4j and reads as a sentence: `user:ann MEMBER_OF group:acme/dev`.
 *
 * `flow` is what the walkers know; they know no kinds beyond it. `word` says what the qualifier of the edge is: it stands
 * before `ON` in the notation and is part of the identity of the fact.
 */
import type { NodeKind } from './node-kinds.ts';
import { type Row, SOURCES } from './row.ts';

/** acts-as: a credential to its owner. belongs: to a group. grants: a level. contains: a container to content. limits: a rule. copies: content that was taken over. reviews: who is asked to look at changes. runs: what ran lately, which gives nobody anything. uses: a step to what it runs, and to where that goes. */
export type Flow = 'acts-as' | 'belongs' | 'grants' | 'reports' | 'contains' | 'limits' | 'exempts' | 'classifies' | 'scopes' | 'copies' | 'reviews' | 'runs' | 'uses';

export interface EdgeKindRow extends Row {
  /** INVARIANT: never changes, never reused. */
  readonly id: number;
  readonly flow: Flow;
  readonly from: readonly NodeKind[];
  readonly to: readonly NodeKind[];
  /** What the qualifier names; null where the edge has none. */
  readonly word: 'level' | 'restriction' | 'branch type' | null;
  /** Property names that the edge may carry. */
  readonly props: readonly string[];
}

const holders = ['User', 'ServiceUser', 'Group', 'Everyone', 'Anonymous', 'ApiToken', 'AccessToken', 'OAuthConsumer', 'DeployKey', 'AccessKey', 'ApplicationLink'] as const satisfies NodeKind[];
const leveled = ['Workspace', 'Instance', 'Project', 'Repository'] as const satisfies NodeKind[];

export const EDGE_KINDS = {
  ACTS_AS: { id: 1, flow: 'acts-as', from: ['ApiToken', 'OAuthConsumer', 'SshKey', 'ApplicationLink'], to: ['User', 'ServiceUser'], word: null, props: ['confidence'], doc: 'the credential acts as its owner', source: SOURCES.openapi, confidence: 'documented' },
  MEMBER_OF: { id: 2, flow: 'belongs', from: ['User', 'ServiceUser', 'Group'], to: ['Group', 'Everyone'], word: null, props: ['confidence'], doc: 'the identity or group is a member of the group', source: SOURCES.groups, confidence: 'documented' },
  HOLDS: { id: 3, flow: 'grants', from: holders, to: leveled, word: 'level', props: ['confidence'], doc: 'a grant: the holder has the level on the resource', source: SOURCES.grants, confidence: 'documented' },
  REPORTED: { id: 4, flow: 'reports', from: ['User', 'ServiceUser'], to: ['Repository'], word: 'level', props: [], doc: "a row of Bitbucket's own effective listing", source: SOURCES.openapi, confidence: 'documented' },
  CONTAINS: {
    id: 5,
    flow: 'contains',
    from: ['Workspace', 'Instance', 'Project', 'Repository', 'Environment', 'Pipeline', 'Branch', 'Definition'],
    to: [
      'Project',
      'Repository',
      'Branch',
      'Environment',
      'Variable',
      'Runner',
      'Pipeline',
      'Definition',
      'PipelineStep',
      'Schedule',
      'Settings',
      'Webhook',
      'Integration',
      'Group',
      'Everyone',
      'ApiToken',
      'AccessToken',
      'OAuthConsumer',
      'DeployKey',
      'AccessKey',
      'OidcIdentity',
      'PipelineKey',
      'KnownHost',
      'OidcIssuer',
      'OidcKeySet',
    ],
    word: null,
    props: ['confidence'],
    doc: 'the content lies in the container',
    source: SOURCES.openapi,
    confidence: 'documented',
  },
  RESTRICTS: {
    id: 6,
    flow: 'limits',
    from: ['BranchRestriction'],
    to: ['Repository'],
    word: 'restriction',
    props: ['glob', 'branchType', 'value', 'upstreamKind'],
    doc: 'the rule takes actions away on matching branches of the repository',
    source: SOURCES.openapi,
    confidence: 'documented',
  },
  EXEMPTS: { id: 7, flow: 'exempts', from: ['BranchRestriction'], to: ['User', 'ServiceUser', 'Group', 'AccessKey'], word: null, props: [], doc: 'the rule lists the identity or group as exempt', source: SOURCES.openapi, confidence: 'documented' },
  CLASSIFIES: { id: 8, flow: 'classifies', from: ['Repository'], to: ['Branch', 'BranchPattern'], word: 'branch type', props: [], doc: 'the branching model gives the branch, or the names that the pattern matches, a type', source: SOURCES.openapi, confidence: 'documented' },
  HAS_SCOPE: { id: 9, flow: 'scopes', from: ['ApiToken', 'AccessToken', 'OAuthConsumer', 'ApplicationLink'], to: ['Scope'], word: null, props: ['confidence'], doc: 'the credential has the scope', source: SOURCES.openapi, confidence: 'documented' },
  FORK_OF: { id: 20, flow: 'copies', from: ['Repository', 'OutsideRepository'], to: ['Repository', 'OutsideRepository'], word: null, props: [], doc: 'the repository began as a copy of the other, and keeps what it copied', source: SOURCES.openapi, confidence: 'documented' },
  REVIEWS: { id: 21, flow: 'reviews', from: ['User', 'ServiceUser'], to: ['Project', 'Repository'], word: null, props: ['reviewerType'], doc: 'a default reviewer: is added to every new pull request; holds nothing by it', source: SOURCES.openapi, confidence: 'documented' },
  RAN: {
    id: 24,
    flow: 'runs',
    from: ['User', 'ServiceUser', 'AccessToken'],
    to: ['Pipeline'],
    word: null,
    props: ['lastRunAt', 'triggers'],
    doc: 'one of the newest hundred runs was started by it; `lastRunAt` is the day of the last, `triggers` how they came about',
    source: SOURCES.openapi,
    confidence: 'documented',
  },
  DEPLOYED: { id: 25, flow: 'runs', from: ['Pipeline'], to: ['Environment'], word: null, props: ['deployedAt', 'state', 'commit'], doc: 'the last of the newest hundred deployments to the environment', source: SOURCES.openapi, confidence: 'documented' },
  USES: { id: 26, flow: 'uses', from: ['PipelineStep'], to: ['Image', 'Pipe'], word: null, props: [], doc: 'the step runs the code of the image or pipe', source: SOURCES.steps, confidence: 'documented' },
  DEPLOYS_TO: { id: 27, flow: 'uses', from: ['PipelineStep'], to: ['Environment'], word: null, props: [], doc: 'the step names the environment, upper and lower case being one, and gets its variables', source: SOURCES.steps, confidence: 'inferred' },
} as const satisfies Record<string, EdgeKindRow>;

export type EdgeKind = keyof typeof EDGE_KINDS;

export const EDGE_KIND_NAMES = Object.keys(EDGE_KINDS) as readonly EdgeKind[];

export function isEdgeKind(name: string): name is EdgeKind {
  return Object.hasOwn(EDGE_KINDS, name);
}

const BY_ID = new Map<number, EdgeKind>(EDGE_KIND_NAMES.map((kind) => [EDGE_KINDS[kind].id, kind]));

/** The kind of an id; undefined for an id that no row has. */
export function edgeKindOfId(id: number): EdgeKind | undefined {
  return BY_ID.get(id);
}
