/**
 * Gaps: recorded reasons why knowledge is missing. A gap says why (`GAP_REASONS`) and what it hides (`HIDDEN`), in one scope.
 *
 * Two completions bound the truth. The optimistic one adds all that `adds` of the hidden thing allows and lets hidden rules
 * not hold; the pessimistic one adds nothing, treats stale facts as gone and lets hidden rules hold.
 */
import type { Action } from './actions.ts';
import { couldEver } from './credentials.ts';
import type { EdgeKind } from './edge-kinds.ts';
import type { NodeKind } from './node-kinds.ts';
import { type Row, SOURCES } from './row.ts';

export interface HiddenRow extends Row {
  /** What kinds of node the gap is about; empty for any. */
  readonly scope: readonly NodeKind[];
  /** The most that the gap may add: edges of this kind, into the scope (`to`) or out of it (`from`), whose other end is of one of these kinds. Null where it adds no edges. */
  readonly adds: AddedEdges | null;
  /** The gap names the other end: it adds edges for that subject only. */
  readonly subject: boolean;
  /** What it may take away. */
  readonly takes: 'nothing' | 'every action' | 'actions by rules' | 'exemptions' | 'everything';
  /** Lists that may be incomplete because of it, beyond the verdicts that it blurs. */
  readonly shortens: readonly ('whoCan' | 'whatCan')[];
  /** The only kinds of node that such a list may lack; empty for any. */
  readonly lacks: readonly NodeKind[];
  /** With it open, rows of Bitbucket's own effective listing stand in for the grants that it hides. */
  readonly reportsStandIn: boolean;
}

export interface AddedEdges {
  readonly edge: EdgeKind;
  readonly scopeIs: 'from' | 'to' | 'container of to';
  readonly other: readonly NodeKind[];
  /** Of an added grant: any level, or the level that public access gives. */
  readonly level: 'any' | 'public';
}

const people = ['User', 'ServiceUser'] as const satisfies NodeKind[];
const leveled = ['Workspace', 'Instance', 'Project', 'Repository'] as const satisfies NodeKind[];
const plain = { subject: false, takes: 'nothing', shortens: [], lacks: [], reportsStandIn: false, source: SOURCES.openapi, confidence: 'documented' } as const;

export const HIDDEN = {
  'user-grants': { ...plain, scope: leveled, adds: { edge: 'HOLDS', scopeIs: 'to', other: people, level: 'any' }, reportsStandIn: true, doc: 'grants of users on the resource: any user may hold any level' },
  'group-grants': { ...plain, scope: leveled, adds: { edge: 'HOLDS', scopeIs: 'to', other: ['Group', 'Everyone'], level: 'any' }, reportsStandIn: true, doc: 'grants of groups on the resource: any group may hold any level' },
  'grant-level': { ...plain, scope: leveled, adds: { edge: 'HOLDS', scopeIs: 'to', other: [...people, 'Group', 'Everyone', 'Anonymous'], level: 'any' }, subject: true, reportsStandIn: true, doc: 'the level of one grant: its holder may hold any level or none' },
  'credential-level': {
    ...plain,
    scope: leveled,
    adds: { edge: 'HOLDS', scopeIs: 'to', other: ['ServiceUser', 'ApiToken', 'AccessToken', 'OAuthConsumer'], level: 'any' },
    subject: true,
    doc: 'what one credential or pseudo-user that no endpoint lists may do: it may hold any level there or none',
  },
  visibility: { ...plain, scope: ['Project', 'Repository'], adds: { edge: 'HOLDS', scopeIs: 'to', other: ['Anonymous'], level: 'public' }, doc: 'whether the resource is public' },
  'group-members': { ...plain, scope: ['Group', 'Everyone'], adds: { edge: 'MEMBER_OF', scopeIs: 'to', other: people, level: 'any' }, doc: 'members of the group: any user may be one' },
  groups: { ...plain, scope: ['Workspace', 'Instance'], adds: { edge: 'MEMBER_OF', scopeIs: 'container of to', other: people, level: 'any' }, reportsStandIn: true, doc: 'groups of the workspace and their members: any user may be in any group' },
  scopes: { ...plain, scope: ['ApiToken', 'AccessToken', 'OAuthConsumer', 'ApplicationLink'], adds: { edge: 'HAS_SCOPE', scopeIs: 'from', other: ['Scope'], level: 'any' }, doc: 'scopes of the credential: anything between none and all' },
  owner: { ...plain, scope: ['ApiToken', 'OAuthConsumer', 'SshKey', 'ApplicationLink'], adds: { edge: 'ACTS_AS', scopeIs: 'from', other: people, level: 'any' }, doc: 'the owner of the credential: it may act as anybody' },
  activity: { ...plain, scope: people, adds: null, takes: 'every action', doc: 'whether the account may act: with it open nothing that acts as it is certainly allowed' },
  rules: { ...plain, scope: ['Repository'], adds: null, takes: 'actions by rules', doc: 'rules of the repository: any branch action may be forbidden, to anybody or to nobody' },
  'rule-match': { ...plain, scope: ['BranchRestriction'], adds: null, takes: 'actions by rules', doc: 'which branches the rule matches, or what it forbids there' },
  exempt: { ...plain, scope: ['BranchRestriction'], adds: { edge: 'EXEMPTS', scopeIs: 'from', other: [...people, 'Group', 'AccessKey'], level: 'any' }, takes: 'exemptions', doc: 'who is exempt from the rule' },
  'branching-model': { ...plain, scope: ['Repository'], adds: null, takes: 'actions by rules', doc: 'the branching model of the repository: rules by branch type may match any branch' },
  projects: { ...plain, scope: ['Workspace', 'Instance'], adds: null, shortens: ['whatCan'], doc: 'projects that are not known' },
  repositories: { ...plain, scope: ['Workspace', 'Instance', 'Project'], adds: null, shortens: ['whatCan'], doc: 'repositories that are not known' },
  identities: { ...plain, scope: ['Workspace', 'Instance'], adds: null, shortens: ['whoCan'], doc: 'users that are not known' },
  'deploy-keys': { ...plain, scope: ['Project', 'Repository'], adds: null, shortens: ['whoCan'], lacks: ['DeployKey'], doc: 'deploy keys that are not known: each would read, and nothing else' },
  environments: { ...plain, scope: ['Repository'], adds: null, shortens: ['whatCan'], lacks: ['Environment', 'Variable'], doc: 'environments that are not known, and their variables' },
  variables: { ...plain, scope: ['Workspace', 'Repository', 'Environment'], adds: null, shortens: ['whatCan'], lacks: ['Variable'], doc: 'variables that are not known' },
  runners: { ...plain, scope: ['Workspace', 'Repository'], adds: null, shortens: ['whatCan'], lacks: ['Runner'], doc: 'runners that are not known' },
  webhooks: { ...plain, scope: ['Workspace', 'Repository'], adds: null, shortens: ['whatCan'], lacks: ['Webhook'], doc: 'webhooks that are not known' },
  pipelines: { ...plain, scope: ['Repository'], adds: null, shortens: ['whatCan'], lacks: ['Pipeline'], doc: 'whether Pipelines are on: changes no verdict' },
  schedules: { ...plain, scope: ['Repository'], adds: null, shortens: ['whatCan'], lacks: ['Schedule'], doc: 'schedules of pipelines that are not known' },
  settings: { ...plain, scope: ['Project', 'Repository'], adds: null, doc: 'settings that are not known: what comes from the project, how branches are merged' },
  reviewers: { ...plain, scope: ['Project', 'Repository'], adds: null, doc: 'default reviewers that are not known: changes no verdict' },
  forks: { ...plain, scope: ['Repository'], adds: null, doc: 'forks that are not known: each keeps a copy of the content' },
  'ssh-keys': { ...plain, scope: ['Workspace'], adds: null, shortens: ['whoCan'], lacks: ['SshKey'], doc: 'SSH keys of members that are not known: each acts as its owner over Git' },
  'pipeline-runs': { ...plain, scope: ['Pipeline'], adds: null, doc: 'who ran the pipelines lately, and the credentials that only their runs show' },
  deployments: { ...plain, scope: ['Pipeline'], adds: null, doc: 'what the pipelines deployed last to each environment' },
  'pipeline-keys': { ...plain, scope: ['Pipeline'], adds: null, doc: 'the SSH key of the pipelines and the hosts that they connect to' },
  oidc: { ...plain, scope: ['Workspace'], adds: null, doc: 'who signs the OpenID identity of pipelines, and with which keys' },
  definitions: { ...plain, scope: ['Repository'], adds: null, shortens: ['whatCan'], lacks: ['Definition', 'PipelineStep'], doc: 'definitions of pipelines that are not known, and their steps: changes no verdict' },
  listing: { ...plain, scope: ['Workspace', 'Instance', 'Repository'], adds: null, doc: "Bitbucket's own effective listing: costs the self-check, changes no verdict" },
  fact: { ...plain, scope: [], adds: null, doc: 'one fact that may be gone; the scope is the end that it points to, the subject the one it comes from', source: 'runs of this store' },
  everything: { ...plain, scope: leveled, adds: { edge: 'HOLDS', scopeIs: 'to', other: [...people, 'Group', 'Everyone', 'Anonymous'], level: 'any' }, takes: 'everything', shortens: ['whoCan', 'whatCan'], doc: 'all facts of the scope' },
} as const satisfies Record<string, HiddenRow>;

export type Hidden = keyof typeof HIDDEN;

export const HIDDEN_NAMES = Object.keys(HIDDEN) as readonly Hidden[];

export function isHidden(name: string): name is Hidden {
  return Object.hasOwn(HIDDEN, name);
}

/** The row, widened to the general type. */
export function hiddenRow(hidden: Hidden): HiddenRow {
  return HIDDEN[hidden];
}

/** Does the gap touch verdicts, as against lists alone? */
export function blursVerdicts(hidden: Hidden): boolean {
  const { adds, takes } = hiddenRow(hidden);
  return adds !== null || takes !== 'nothing';
}

/** May a list of who can do the action lack somebody because of the gap? `kinds`: the only ones that are listed; undefined for any. */
export function shortensWhoCan(hidden: Hidden, action: Action, kinds: readonly NodeKind[] | undefined): boolean {
  const { shortens, lacks } = hiddenRow(hidden);
  if (!shortens.includes('whoCan')) return false;
  return lacks.length === 0 || lacks.some((kind) => (kinds === undefined || kinds.includes(kind)) && couldEver(kind, action));
}

/** May a list of resources of these kinds lack one because of the gap? */
export function shortensWhatCan(hidden: Hidden, kinds: readonly NodeKind[]): boolean {
  const { shortens, lacks } = hiddenRow(hidden);
  return shortens.includes('whatCan') && (lacks.length === 0 || lacks.some((kind) => kinds.includes(kind)));
}

export interface GapReasonRow extends Row {
  /** What the reader can do about it. */
  readonly remedy: string;
}

export const GAP_REASONS = {
  denied: { remedy: 'give the credential the role or scope that the run report names', doc: 'the upstream refuses the endpoint to this credential (403)', source: SOURCES.openapi, confidence: 'documented' },
  plan: { remedy: 'none with this plan of the workspace', doc: 'the plan of the workspace does not include the endpoint (402)', source: SOURCES.openapi, confidence: 'documented' },
  missing: { remedy: 'check that the credential may see it', doc: 'the upstream has nothing there, or hides it (404, 410)', source: SOURCES.openapi, confidence: 'documented' },
  failed: { remedy: 'run again', doc: 'the upstream kept failing after all retries', source: SOURCES.openapi, confidence: 'documented' },
  budget: { remedy: 'run again later; the run goes on where it stopped', doc: 'the run stopped at its budget before it read this', source: 'configuration', confidence: 'documented' },
  'unknown-value': { remedy: 'update grantpath', doc: 'the upstream sent a value that no row describes', source: 'absence of a row', confidence: 'documented' },
  'unknown-pattern': { remedy: 'write the rule as several rules with plain patterns', doc: 'the pattern may hold an alternative or an exclusion whose meaning is not documented', source: SOURCES.branches, confidence: 'inferred' },
  unlisted: { remedy: 'declare what is known of it in a file and import it: what is declared counts, and nothing is refused for sure', doc: 'no endpoint lists it: it is known by a trace alone', source: SOURCES.openapi, confidence: 'documented' },
  stale: { remedy: 'see the gap of the endpoint that states the fact', doc: 'the fact was read earlier and could not be read again', source: 'runs of this store', confidence: 'documented' },
  'before-first-run': { remedy: 'ask for a time after the first complete run', doc: 'nothing was read of this scope at the asked time', source: 'runs of this store', confidence: 'documented' },
  undecodable: { remedy: 'report the endpoint and the field', doc: 'the upstream answered in a shape that is not documented', source: 'absence of a decoder', confidence: 'documented' },
} as const satisfies Record<string, GapReasonRow>;

export type GapReason = keyof typeof GAP_REASONS;

export function isGapReason(name: string): name is GapReason {
  return Object.hasOwn(GAP_REASONS, name);
}
