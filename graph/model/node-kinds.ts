/**
 * What exists. A kind is the label in Neo4j and the type in GraphQL; `ref` is the word before the colon of a reference.
 *
 * INVARIANT: `id` never changes and is never reused: saved snapshots depend on it.
 * A reference word may stand for several kinds (`token:`): the first row with the word is the kind that notation assumes.
 */
import { type Row, SOURCES } from './row.ts';

/** What part a kind plays in a question. Only identities, credentials and groups can stand on its left side. */
export type Role = 'identity' | 'credential' | 'group' | 'resource' | 'restriction' | 'matcher' | 'scope' | 'permission';

export interface NodeKindRow extends Row {
  readonly id: number;
  readonly is: Role;
  readonly ref: string;
  /** The form of the path in a reference. */
  readonly path: string;
}

const design = 'product definition';

export const NODE_KINDS = {
  User: { id: 1, is: 'identity', ref: 'user', path: 'NICKNAME', doc: 'a person with an Atlassian account, or a user of an instance', source: SOURCES.openapi, confidence: 'documented' },
  ServiceUser: { id: 2, is: 'identity', ref: 'user', path: 'NICKNAME', doc: 'a pseudo-user behind which no person stands', source: SOURCES.recorded, confidence: 'recorded' },
  Anonymous: { id: 3, is: 'identity', ref: 'anonymous', path: '', doc: 'anybody, without an account; every identity is a derived member', source: SOURCES.access, confidence: 'documented' },
  Group: { id: 4, is: 'group', ref: 'group', path: 'WORKSPACE/SLUG', doc: 'a group of users; a question asks about a member who has nothing else', source: SOURCES.groups, confidence: 'documented' },
  Everyone: { id: 5, is: 'group', ref: 'everyone', path: 'INSTANCE', doc: 'all licensed users of a Data Center instance', source: SOURCES.dcPermissions, confidence: 'documented' },

  ApiToken: { id: 10, is: 'credential', ref: 'token', path: 'CONTAINER#NAME', doc: 'an API token of a user', source: SOURCES.openapi, confidence: 'documented' },
  AccessToken: { id: 11, is: 'credential', ref: 'token', path: 'CONTAINER#NAME', doc: 'an access token of a repository, project or workspace', source: SOURCES.openapi, confidence: 'documented' },
  OAuthConsumer: { id: 12, is: 'credential', ref: 'consumer', path: 'WORKSPACE#NAME', doc: 'an OAuth consumer of a workspace', source: SOURCES.openapi, confidence: 'documented' },
  DeployKey: { id: 13, is: 'credential', ref: 'deploykey', path: 'CONTAINER#LABEL', doc: 'an SSH key of a repository or project that reads', source: SOURCES.keys, confidence: 'documented' },
  AccessKey: { id: 14, is: 'credential', ref: 'deploykey', path: 'CONTAINER#LABEL', doc: 'an SSH key of a Data Center repository or project that reads or writes', source: SOURCES.dcOpenapi, confidence: 'documented' },
  SshKey: { id: 15, is: 'credential', ref: 'sshkey', path: 'USER#LABEL', doc: 'an SSH key of a user', source: SOURCES.openapi, confidence: 'documented' },
  ApplicationLink: { id: 16, is: 'credential', ref: 'applink', path: 'INSTANCE#NAME', doc: 'a trusted application of a Data Center instance', source: SOURCES.dcOpenapi, confidence: 'documented' },
  OidcIdentity: { id: 17, is: 'credential', ref: 'oidc', path: 'REPOSITORY', doc: 'the OpenID identity that a pipeline step can show to others', source: SOURCES.openapi, confidence: 'documented' },

  Workspace: { id: 30, is: 'resource', ref: 'workspace', path: 'SLUG', doc: 'the root of Bitbucket Cloud content', source: SOURCES.openapi, confidence: 'documented' },
  Instance: { id: 31, is: 'resource', ref: 'instance', path: 'NAME', doc: 'a Data Center installation', source: SOURCES.dcOpenapi, confidence: 'documented' },
  Project: { id: 32, is: 'resource', ref: 'project', path: 'WORKSPACE/KEY', doc: 'a container of repositories', source: SOURCES.openapi, confidence: 'documented' },
  Repository: { id: 33, is: 'resource', ref: 'repository', path: 'WORKSPACE/SLUG', doc: 'a Git repository', source: SOURCES.openapi, confidence: 'documented' },
  Branch: { id: 34, is: 'resource', ref: 'branch', path: 'REPOSITORY#NAME', doc: 'a branch; it need not exist to be asked about', source: SOURCES.openapi, confidence: 'documented' },
  Environment: { id: 35, is: 'resource', ref: 'environment', path: 'REPOSITORY#NAME', doc: 'a deployment environment', source: SOURCES.openapi, confidence: 'documented' },
  Variable: { id: 36, is: 'resource', ref: 'variable', path: 'CONTAINER#NAME', doc: 'a pipeline variable; its value is never read', source: SOURCES.openapi, confidence: 'documented' },
  Runner: { id: 37, is: 'resource', ref: 'runner', path: 'CONTAINER#NAME', doc: 'a self-hosted runner', source: SOURCES.openapi, confidence: 'documented' },
  Pipeline: { id: 38, is: 'resource', ref: 'pipeline', path: 'REPOSITORY', doc: 'the pipelines of a repository', source: SOURCES.openapi, confidence: 'documented' },
  Webhook: { id: 39, is: 'resource', ref: 'webhook', path: 'CONTAINER#ID', doc: 'a webhook', source: SOURCES.openapi, confidence: 'documented' },
  Integration: { id: 40, is: 'resource', ref: 'integration', path: 'CONTAINER#NAME', doc: 'an installed integration', source: SOURCES.openapi, confidence: 'documented' },
  Schedule: { id: 41, is: 'resource', ref: 'schedule', path: 'REPOSITORY#ID', doc: 'a schedule by which a pipeline of the repository runs', source: SOURCES.openapi, confidence: 'documented' },
  Settings: { id: 58, is: 'resource', ref: 'settings', path: 'CONTAINER#NAME', doc: 'settings of a project or repository that belong together', source: SOURCES.openapi, confidence: 'documented' },
  OutsideRepository: {
    id: 59,
    is: 'resource',
    ref: 'outside',
    path: 'WORKSPACE/SLUG',
    doc: 'a repository that the listing of the workspace does not show, mostly one of another workspace: known by its name, as a fork or the origin of one',
    source: SOURCES.openapi,
    confidence: 'documented',
  },

  PipelineKey: { id: 50, is: 'resource', ref: 'pipelinekey', path: 'REPOSITORY', doc: 'the SSH key of the pipelines of a repository: every step has its private half, which opens whatever trusts the public one', source: SOURCES.openapi, confidence: 'documented' },
  KnownHost: { id: 51, is: 'resource', ref: 'knownhost', path: 'REPOSITORY#HOST', doc: 'a host that steps connect to by SSH', source: SOURCES.openapi, confidence: 'documented' },
  OidcIssuer: { id: 52, is: 'resource', ref: 'oidcissuer', path: 'WORKSPACE', doc: 'who signs the OpenID identities of the pipelines of a workspace', source: SOURCES.openapi, confidence: 'documented' },
  OidcKeySet: { id: 53, is: 'resource', ref: 'oidckeys', path: 'WORKSPACE', doc: 'the public keys with which they are signed', source: SOURCES.openapi, confidence: 'documented' },
  Definition: { id: 54, is: 'resource', ref: 'definition', path: 'BRANCH', doc: 'the file on a branch that says which pipelines run: its structure, without scripts and values', source: SOURCES.steps, confidence: 'documented' },
  PipelineStep: { id: 55, is: 'resource', ref: 'step', path: 'BRANCH/PIPELINE:POSITION', doc: 'a step of a pipeline of a definition', source: SOURCES.steps, confidence: 'documented' },
  Image: { id: 56, is: 'resource', ref: 'image', path: 'NAME', doc: 'a container image that steps run in or beside', source: SOURCES.imageNames, confidence: 'documented' },
  Pipe: { id: 57, is: 'resource', ref: 'pipe', path: 'NAME', doc: 'a pipe that steps run: code that somebody publishes', source: SOURCES.pipes, confidence: 'documented' },

  BranchRestriction: { id: 60, is: 'restriction', ref: 'restriction', path: 'REPOSITORY#ID', doc: 'a rule that takes branch actions away', source: SOURCES.openapi, confidence: 'documented' },
  DeploymentRestriction: { id: 61, is: 'restriction', ref: 'deployrule', path: 'ENVIRONMENT#ID', doc: 'a rule of an environment', source: SOURCES.deployments, confidence: 'documented' },
  MergeCheck: { id: 62, is: 'restriction', ref: 'mergecheck', path: 'REPOSITORY#ID', doc: 'a condition of a Data Center merge', source: SOURCES.dcOpenapi, confidence: 'documented' },

  BranchPattern: { id: 70, is: 'matcher', ref: 'pattern', path: 'REPOSITORY#GLOB', doc: 'branch names of one type of the branching model', source: SOURCES.openapi, confidence: 'documented' },
  Scope: { id: 71, is: 'scope', ref: 'scope', path: 'NAME', doc: 'a scope of a credential', source: SOURCES.openapi, confidence: 'documented' },
  Zone: { id: 72, is: 'matcher', ref: 'zone', path: 'NAME', doc: 'a set of nodes that matters to somebody', source: design, confidence: 'documented' },
  Permission: { id: 73, is: 'permission', ref: 'permission', path: 'LEVEL@RESOURCE', doc: 'a level on a resource; derived, never observed', source: design, confidence: 'documented' },
} as const satisfies Record<string, NodeKindRow>;

export type NodeKind = keyof typeof NODE_KINDS;

export const NODE_KIND_NAMES = Object.keys(NODE_KINDS) as readonly NodeKind[];

export function isNodeKind(name: string): name is NodeKind {
  return Object.hasOwn(NODE_KINDS, name);
}

const BY_ID = new Map<number, NodeKind>(NODE_KIND_NAMES.map((kind) => [NODE_KINDS[kind].id, kind]));

/** The kind of an id; undefined for an id that no row has. */
export function nodeKindOfId(id: number): NodeKind | undefined {
  return BY_ID.get(id);
}

/** The kinds that a reference word stands for, the one that notation assumes first. Empty for a word that no row has. */
export function kindsOfRefWord(word: string): readonly NodeKind[] {
  return NODE_KIND_NAMES.filter((kind) => NODE_KINDS[kind].ref === word);
}

/** Can a node of this kind stand on the left side of a question? */
export function isAskable(kind: NodeKind): boolean {
  const { is } = NODE_KINDS[kind];
  return is === 'identity' || is === 'credential' || is === 'group';
}
