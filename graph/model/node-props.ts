/**
 * Which properties a node may carry beside key, reference and name. `active` and `expiresAt` change answers; the others are for people.
 *
 * What no row names is refused by an import: a file from elsewhere could hold anything.
 */
import { isAskable, NODE_KIND_NAMES, NODE_KINDS, type NodeKind } from './node-kinds.ts';
import { type Row, SOURCES } from './row.ts';

export interface NodePropRow extends Row {
  /** The kinds that may carry it. */
  readonly of: readonly NodeKind[];
  /** What it holds: an instant is in milliseconds since 1970. */
  readonly holds: 'boolean' | 'instant' | 'text' | 'number';
  /** The only texts that it may hold; left out for any. */
  readonly words?: readonly string[];
}

const askable = NODE_KIND_NAMES.filter(isAskable);
const credentials = NODE_KIND_NAMES.filter((kind) => NODE_KINDS[kind].is === 'credential');

/** How sure a fact is where no endpoint shows it: concluded from a trace, or said by somebody in a file. */
export const FACT_CONFIDENCES = ['inferred', 'declared'] as const;

export const NODE_PROPS = {
  active: { of: askable, holds: 'boolean', doc: 'false: may not act', source: SOURCES.openapi, confidence: 'documented' },
  expiresAt: { of: askable, holds: 'instant', doc: 'may not act from this instant on', source: SOURCES.openapi, confidence: 'documented' },
  confidence: {
    of: [...credentials, 'ServiceUser', 'Integration'],
    holds: 'text',
    words: FACT_CONFIDENCES,
    doc: 'inferred: concluded from a trace; declared: somebody said so in a file; left out where an endpoint shows it. Edges have it too',
    source: 'product definition',
    confidence: 'documented',
  },
  createdAt: { of: credentials, holds: 'instant', doc: 'when the credential was made', source: SOURCES.openapi, confidence: 'documented' },
  rotatedAt: { of: credentials, holds: 'instant', doc: 'when its secret was last renewed: its age counts from here, or from `createdAt`', source: SOURCES.openapi, confidence: 'documented' },
  isPrivate: { of: ['Workspace', 'Project', 'Repository', 'OutsideRepository'], holds: 'boolean', doc: 'false: anybody may read it; of a workspace, anybody may see that it is there', source: SOURCES.openapi, confidence: 'documented' },
  forkPolicy: { of: ['Repository'], holds: 'text', doc: 'whether and how it may be forked', source: SOURCES.openapi, confidence: 'documented' },
  forkingMode: { of: ['Workspace'], holds: 'text', doc: 'where repositories of the workspace may be forked to', source: SOURCES.openapi, confidence: 'documented' },
  privacyEnforced: { of: ['Workspace'], holds: 'boolean', doc: 'true: nothing in the workspace can be made public', source: SOURCES.openapi, confidence: 'documented' },
  mainBranch: { of: ['Repository'], holds: 'text', doc: 'the name of the branch that the upstream calls the main one', source: SOURCES.openapi, confidence: 'documented' },
  size: { of: ['Repository'], holds: 'number', doc: 'bytes, as the upstream counts them', source: SOURCES.openapi, confidence: 'documented' },
  updatedAt: { of: ['Repository'], holds: 'instant', doc: 'when content was last changed; does not move with grants, rules or keys', source: SOURCES.openapi, confidence: 'documented' },
  development: { of: ['Settings'], holds: 'text', doc: 'the development branch that repositories of the project inherit; `main branch` where each has its own', source: SOURCES.openapi, confidence: 'documented' },
  production: { of: ['Settings'], holds: 'text', doc: 'the production branch that repositories of the project inherit; `main branch` where each has its own', source: SOURCES.openapi, confidence: 'documented' },
  branchTypes: { of: ['Settings'], holds: 'text', doc: 'the types of branches that are on, each with its prefix, in order, with blanks between', source: SOURCES.openapi, confidence: 'documented' },
  typesOff: { of: ['Settings'], holds: 'text', doc: 'the types of branches that are off, in order, with blanks between', source: SOURCES.openapi, confidence: 'documented' },
  deletesMerged: { of: ['Settings'], holds: 'boolean', doc: 'true: a pull request proposes to delete its branch when it is merged', source: SOURCES.openapi, confidence: 'documented' },
  ownSettings: { of: ['Settings'], holds: 'text', doc: 'what the repository sets by itself, as the upstream names it, in order, with blanks between', source: SOURCES.recorded, confidence: 'inferred' },
  inheritedSettings: { of: ['Settings'], holds: 'text', doc: 'what the repository has from its project, as the upstream names it, in order, with blanks between', source: SOURCES.recorded, confidence: 'inferred' },
  mergeStrategies: { of: ['Settings'], holds: 'text', doc: 'how pull requests into the main branch may be merged, in order, with blanks between', source: SOURCES.openapi, confidence: 'documented' },
  defaultMergeStrategy: { of: ['Settings'], holds: 'text', doc: 'how they are merged where nobody chooses', source: SOURCES.openapi, confidence: 'documented' },
  enabled: { of: ['Pipeline', 'Schedule', 'Webhook'], holds: 'boolean', doc: 'false: switched off', source: SOURCES.openapi, confidence: 'documented' },
  secured: { of: ['Variable'], holds: 'boolean', doc: 'true: nobody is shown the value again, but every step that sees the variable has it', source: SOURCES.openapi, confidence: 'documented' },
  environmentType: { of: ['Environment'], holds: 'text', doc: 'Test, Staging or Production', source: SOURCES.clients, confidence: 'recorded' },
  adminOnly: { of: ['Environment'], holds: 'boolean', doc: 'true: a deployment waits for an administrator of the repository', source: SOURCES.clients, confidence: 'recorded' },
  lock: { of: ['Environment'], holds: 'text', doc: 'whether a deployment holds the environment now: OPEN where none does', source: SOURCES.clients, confidence: 'recorded' },
  lockEnabled: { of: ['Environment'], holds: 'boolean', doc: 'true: one deployment at a time', source: SOURCES.clients, confidence: 'recorded' },
  gateEnabled: { of: ['Environment'], holds: 'boolean', doc: 'true: a deployment waits for a decision from outside', source: SOURCES.clients, confidence: 'recorded' },
  labels: { of: ['Runner'], holds: 'text', doc: 'the labels that a step must name to run there, in order, with blanks between', source: SOURCES.openapi, confidence: 'documented' },
  state: { of: ['Runner'], holds: 'text', doc: 'ONLINE, OFFLINE and so on, when it was read', source: SOURCES.openapi, confidence: 'documented' },
  cordoned: { of: ['Runner'], holds: 'boolean', doc: 'true: takes no new steps', source: SOURCES.openapi, confidence: 'documented' },
  cron: { of: ['Schedule'], holds: 'text', doc: 'when it runs: seven fields, seconds first, UTC', source: SOURCES.openapi, confidence: 'documented' },
  branch: { of: ['Schedule'], holds: 'text', doc: 'the branch that it runs on', source: SOURCES.openapi, confidence: 'documented' },
  pipeline: { of: ['Schedule'], holds: 'text', doc: 'the pipeline of the definition that it runs, where it names one', source: SOURCES.openapi, confidence: 'documented' },
  address: { of: ['Webhook'], holds: 'text', doc: 'where events are sent: origin and path, `*` for each part of the path that may be a token', source: SOURCES.openapi, confidence: 'documented' },
  events: { of: ['Webhook'], holds: 'text', doc: 'the events that are sent, in order, with blanks between', source: SOURCES.openapi, confidence: 'documented' },
  secretSet: { of: ['Webhook'], holds: 'boolean', doc: 'true: what is sent is signed with a secret', source: SOURCES.openapi, confidence: 'documented' },
  skipsCertificates: { of: ['Webhook'], holds: 'boolean', doc: 'true: the certificate of the receiver is not looked at', source: SOURCES.recorded, confidence: 'recorded' },
  fingerprint: { of: ['DeployKey', 'SshKey', 'PipelineKey', 'KnownHost'], holds: 'text', doc: 'SHA256 of the public key: equal ones are one key', source: SOURCES.openapi, confidence: 'documented' },
  issuer: { of: ['OidcIssuer'], holds: 'text', doc: 'the claim `iss` of a token: what a trust names', source: SOURCES.openapi, confidence: 'documented' },
  claims: { of: ['OidcIssuer'], holds: 'text', doc: 'the claims that a token may have, in order, with blanks between', source: SOURCES.openapi, confidence: 'documented' },
  keyIds: { of: ['OidcKeySet'], holds: 'text', doc: 'the ids of the keys, in order, with blanks between', source: SOURCES.openapi, confidence: 'documented' },
  audience: { of: ['OidcIdentity'], holds: 'text', doc: 'the claim `aud` of a token, unless the step asks for others', source: SOURCES.oidc, confidence: 'documented' },
  subject: { of: ['OidcIdentity'], holds: 'text', doc: 'what the claim `sub` of a token begins with; `*` stands for environment and step', source: SOURCES.clients, confidence: 'inferred' },
  addedAt: { of: ['DeployKey', 'SshKey'], holds: 'instant', doc: 'when the key was added', source: SOURCES.openapi, confidence: 'documented' },
  lastUsedAt: { of: ['DeployKey', 'SshKey'], holds: 'instant', doc: 'when the key was last used, as far as the upstream says', source: SOURCES.openapi, confidence: 'documented' },
  glob: { of: ['BranchPattern'], holds: 'text', doc: 'the branch names that it matches', source: SOURCES.openapi, confidence: 'documented' },
  parsed: { of: ['Definition'], holds: 'boolean', doc: 'false: the file could not be read as a definition, and what runs there is not known', source: SOURCES.steps, confidence: 'documented' },
  problem: { of: ['Definition'], holds: 'text', doc: 'why it could not', source: SOURCES.steps, confidence: 'documented' },
  exported: { of: ['Definition'], holds: 'boolean', doc: 'true: other repositories of the workspace may take pipelines from it', source: SOURCES.shared, confidence: 'documented' },
  imports: { of: ['Definition'], holds: 'text', doc: 'from where it takes pipelines whose steps are not known, in order, with blanks between', source: SOURCES.shared, confidence: 'documented' },
  selector: { of: ['PipelineStep'], holds: 'text', doc: 'what starts its pipeline: default (a push that nothing else matches), branches, tags, bookmarks, pull-requests, or custom (a person or a schedule)', source: SOURCES.startConditions, confidence: 'documented' },
  pattern: { of: ['PipelineStep'], holds: 'text', doc: 'the names that start its pipeline, as a glob; of a custom one its name', source: SOURCES.startConditions, confidence: 'documented' },
  position: { of: ['PipelineStep'], holds: 'number', doc: 'its place in the pipeline, from 1 on', source: SOURCES.steps, confidence: 'documented' },
  stage: { of: ['PipelineStep'], holds: 'text', doc: 'the stage that it is part of', source: SOURCES.steps, confidence: 'documented' },
  parallel: { of: ['PipelineStep'], holds: 'boolean', doc: 'true: runs beside others', source: SOURCES.steps, confidence: 'documented' },
  manual: { of: ['PipelineStep'], holds: 'boolean', doc: 'true: it or its stage waits until a person starts it', source: SOURCES.steps, confidence: 'documented' },
  held: { of: ['PipelineStep'], holds: 'boolean', doc: 'true: a step before it waits for a person', source: SOURCES.steps, confidence: 'documented' },
  deployment: { of: ['PipelineStep'], holds: 'text', doc: 'the environment that it names, whether there is one or not', source: SOURCES.steps, confidence: 'documented' },
  runsOn: { of: ['PipelineStep'], holds: 'text', doc: 'the labels of the runner that it asks for, in order, with blanks between; left out where it runs on the infrastructure of Bitbucket', source: SOURCES.runners, confidence: 'documented' },
  oidc: { of: ['PipelineStep'], holds: 'boolean', doc: 'true: it gets a token of the OpenID identity of its repository', source: SOURCES.steps, confidence: 'documented' },
  conditional: { of: ['PipelineStep'], holds: 'boolean', doc: 'true: it runs for changes of some paths only', source: SOURCES.steps, confidence: 'documented' },
  services: { of: ['PipelineStep'], holds: 'text', doc: 'the services beside it, in order, with blanks between; `docker` may start containers', source: SOURCES.steps, confidence: 'documented' },
  pin: { of: ['Image', 'Pipe'], holds: 'text', doc: 'how firmly its name says which code it is: a row of the table of pins', source: 'table of pins', confidence: 'documented' },
  pinned: { of: ['Image', 'Pipe'], holds: 'boolean', doc: 'false: it may be other code tomorrow', source: 'table of pins', confidence: 'documented' },
} as const satisfies Record<string, NodePropRow>;

/** Properties that hold an instant are named so, of nodes and of edges; all others are not. */
export function isInstantName(name: string): boolean {
  return name.endsWith('At');
}

/** The row of a property; null for one that no row names. */
export function nodePropRow(name: string): NodePropRow | null {
  return Object.hasOwn(NODE_PROPS, name) ? NODE_PROPS[name as keyof typeof NODE_PROPS] : null;
}
