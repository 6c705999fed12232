/**
 * Credentials: whom each acts as, and how scopes cap what it may do.
 *
 * What a credential may do is what its owner (or its own grants) may do, met with what its scopes allow.
 */
import { type Action, actionRow } from './actions.ts';
import { levelMask, levelRow } from './lattice.ts';
import type { Level, LeveledKind } from './levels.ts';
import type { NodeKind } from './node-kinds.ts';
import { type Row, SOURCES } from './row.ts';

export type CredentialKind = 'ApiToken' | 'AccessToken' | 'OAuthConsumer' | 'DeployKey' | 'AccessKey' | 'SshKey' | 'ApplicationLink' | 'OidcIdentity';

/** The families of scopes: the same word may mean another thing in another family. */
export type ScopeFamily = 'oauth' | 'api-token' | 'access-token';

export interface CredentialRow extends Row {
  readonly actsAs: 'owner' | 'itself';
  /** The family that its scopes are of; null where it has no scopes and so no cap by them. */
  readonly scopes: ScopeFamily | null;
  /** Speaks Git only, so it can do only actions that Git can. */
  readonly gitOnly: boolean;
  /** The one level that it can hold where it lies; null where the upstream says which, or where its owner's counts. */
  readonly holds: Level | null;
}

export const CREDENTIALS = {
  ApiToken: { actsAs: 'owner', scopes: 'api-token', gitOnly: false, holds: null, doc: 'acts as the user, cut down by scopes that imply nothing but themselves', source: SOURCES.openapi, confidence: 'documented' },
  AccessToken: { actsAs: 'itself', scopes: 'access-token', gitOnly: false, holds: null, doc: 'acts as itself on its repository, project or workspace, cut down by scopes', source: SOURCES.openapi, confidence: 'documented' },
  OAuthConsumer: { actsAs: 'owner', scopes: 'oauth', gitOnly: false, holds: null, doc: 'with client credentials acts as the owner of the consumer, cut down by scopes', source: SOURCES.openapi, confidence: 'documented' },
  DeployKey: { actsAs: 'itself', scopes: null, gitOnly: true, holds: 'read', doc: 'reads over Git only', source: SOURCES.keys, confidence: 'documented' },
  AccessKey: { actsAs: 'itself', scopes: null, gitOnly: true, holds: null, doc: 'reads or writes over Git only', source: SOURCES.dcOpenapi, confidence: 'documented' },
  SshKey: { actsAs: 'owner', scopes: null, gitOnly: true, holds: null, doc: 'has all rights of its user over Git', source: SOURCES.keys, confidence: 'documented' },
  ApplicationLink: { actsAs: 'owner', scopes: null, gitOnly: false, holds: null, doc: 'acts as any user that it names', source: SOURCES.dcOpenapi, confidence: 'inferred' },
  OidcIdentity: { actsAs: 'itself', scopes: null, gitOnly: false, holds: null, doc: "is not accepted by Bitbucket's own API", source: SOURCES.openapi, confidence: 'documented' },
} as const satisfies Record<CredentialKind, CredentialRow>;

/** The row of a credential kind, or null for a kind that is no credential, or none. */
export function credentialRow(kind: NodeKind | undefined): CredentialRow | null {
  return kind !== undefined && Object.hasOwn(CREDENTIALS, kind) ? CREDENTIALS[kind as CredentialKind] : null;
}

/** Could a node of the kind do the action by what its row says, if it lay where the action is asked? True for what is no credential. */
export function couldEver(kind: NodeKind, action: Action): boolean {
  const row = credentialRow(kind);
  const { git, needs } = actionRow(action);
  if (row === null) return true;
  if (row.gitOnly && !git) return false;
  const { holds } = row;
  if (holds === null) return true;
  return (['cloud', 'dc'] as const).some((flavor) => (Object.entries(needs[flavor]) as [LeveledKind, Level][]).some(([on, level]) => (levelMask(flavor, on, holds) & (1 << (levelRow(flavor, on, level)?.code ?? 31))) !== 0));
}

export interface ScopeRow extends Row {
  readonly family: ScopeFamily;
  readonly scope: string;
  /** Other scopes of the family that this one includes. */
  readonly implies: readonly string[];
  /** What it allows alone. What it allows only together with others stands in `SCOPE_WAYS`. */
  readonly allows: readonly Action[];
}

/** Several scopes that allow an action together, and none of them alone. */
export interface ScopeWayRow extends Row {
  readonly family: ScopeFamily;
  readonly action: Action;
  /** The kinds of resource of which it is asked; empty for any. */
  readonly on: readonly NodeKind[];
  readonly all: readonly string[];
}

const WRITE = ['repository.write', 'branch.push', 'branch.force_push', 'branch.delete', 'branch.create'] as const satisfies Action[];
const PULL = ['pullrequest.create', 'pullrequest.approve', 'branch.merge'] as const satisfies Action[];
const RULES = ['repository.admin', 'restriction.edit', 'pipeline.configure', 'project.create_repository'] as const satisfies Action[];

/** One family of two: OAuth consumers, and access tokens, which can touch neither permissions nor keys. */
const bitbucketScopes = (family: 'oauth' | 'access-token'): readonly ScopeRow[] => {
  const row = (scope: string, allows: readonly Action[], doc: string, implies: readonly string[] = [], confidence: Row['confidence'] = 'documented'): ScopeRow => ({ family, scope, implies, allows, doc, source: SOURCES.openapi, confidence });
  return [
    row('account', ['workspace.member'], 'reads accounts and memberships'),
    row('account:write', [], 'changes the account itself, its keys too'),
    row('email', [], 'reads the addresses of the account'),
    row('team', [], 'reads memberships, by a retired name'),
    row('team:write', [], 'changes memberships, by a retired name; no operation asks for it'),
    row('project', ['project.read'], 'reads projects and their repositories', ['repository']),
    row('project:write', ['project.write'], 'retired upstream name of write access to projects', ['project', 'repository:write'], 'inferred'),
    row('project:admin', ['project.admin', 'workspace.create_project'], 'administers projects and creates them; implies neither read nor write'),
    row('repository', ['repository.read'], 'reads repositories'),
    row('repository:write', WRITE, 'writes to repositories', ['repository']),
    row('repository:admin', [...RULES, 'repository.delete'], 'administers repositories and creates them; implies neither read nor write; whether it deletes is said in two ways, the wider is taken', [], 'inferred'),
    row('repository:delete', ['repository.delete'], 'deletes repositories'),
    row('pullrequest', [], 'reads pull requests', ['repository']),
    row('pullrequest:write', PULL, 'opens, approves and merges pull requests', ['pullrequest', 'repository:write']),
    row('pipeline', ['pipeline.read', 'variable.read', 'pipeline.run', 'environment.deploy', 'environment.edit'], 'reads pipelines; by the operations of the vendor it also starts them', [], 'inferred'),
    row('pipeline:write', ['pipeline.run', 'environment.deploy', 'runner.use'], 'runs pipelines', ['pipeline']),
    row('pipeline:variable', ['variable.read', 'variable.edit'], 'changes pipeline variables', ['pipeline:write']),
    row('runner', [], 'reads runners'),
    row('runner:write', ['runner.register'], 'registers runners', ['runner']),
    row('webhook', ['webhook.create'], 'manages webhooks'),
    ...['issue', 'snippet', 'test'].flatMap((what) => [row(what, [], `reads what is called ${what}`), row(`${what}:write`, [], `changes what is called ${what}`)]),
    row('wiki', [], 'reads and changes wikis'),
  ];
};

const api = (scope: string) => `${scope}:bitbucket`;
const apiScope = (scope: string, allows: readonly Action[], doc: string, confidence: Row['confidence'] = 'documented'): ScopeRow => ({ family: 'api-token', scope: api(scope), implies: [], allows, doc, source: SOURCES.openapi, confidence });

export const SCOPES: readonly ScopeRow[] = [
  ...bitbucketScopes('oauth'),
  ...bitbucketScopes('access-token'),
  apiScope('read:workspace', ['workspace.member'], 'reads workspaces'),
  apiScope('admin:workspace', ['workspace.admin'], 'administers workspaces'),
  apiScope('read:user', [], 'reads users'),
  apiScope('write:user', [], 'changes the user itself'),
  apiScope('read:project', ['project.read'], 'reads projects'),
  apiScope('write:project', ['project.write'], 'writes projects; no operation asks for it', 'inferred'),
  apiScope('admin:project', ['project.admin', 'workspace.create_project'], 'administers projects and creates them'),
  apiScope('read:repository', ['repository.read'], 'reads repositories'),
  apiScope('write:repository', WRITE, 'writes to repositories; a branch is created with Git, so without reading by the API'),
  apiScope('admin:repository', RULES, 'administers repositories and creates them'),
  apiScope('delete:repository', ['repository.delete'], 'deletes repositories'),
  apiScope('read:pullrequest', [], 'reads pull requests'),
  apiScope('write:pullrequest', [], 'with the reading scope opens, approves and merges pull requests'),
  apiScope('read:pipeline', ['pipeline.read', 'variable.read'], 'reads pipelines'),
  apiScope('write:pipeline', [], 'with the reading scope runs pipelines'),
  apiScope('admin:pipeline', ['variable.edit', 'environment.edit'], 'administers variables and environments of pipelines'),
  apiScope('read:runner', [], 'reads runners'),
  apiScope('write:runner', [], 'with the reading scope registers runners'),
  apiScope('read:webhook', [], 'reads webhooks'),
  apiScope('write:webhook', [], 'with the reading scope creates webhooks'),
  apiScope('delete:webhook', [], 'deletes webhooks'),
  apiScope('read:permission', [], 'reads permissions; no operation asks for it', 'inferred'),
  apiScope('write:permission', [], 'gives permissions, with the administering scope of where it gives them'),
  apiScope('delete:permission', [], 'takes permissions, with the administering scope of where it takes them; gives none'),
  apiScope('read:ssh-key', [], 'reads SSH keys of users'),
  apiScope('write:ssh-key', [], 'adds SSH keys, with the administering scope of where the key acts as itself'),
  apiScope('delete:ssh-key', [], 'removes SSH keys'),
  ...['gpg-key', 'issue', 'snippet'].flatMap((what) => ['read', 'write', 'delete'].map((verb) => apiScope(`${verb}:${what}`, [], `${verb} access to what is called ${what}`))),
];

const apiWay = (action: Action, all: readonly string[], doc: string, { on = [], confidence = 'documented' }: { on?: readonly NodeKind[]; confidence?: Row['confidence'] } = {}): ScopeWayRow => ({
  family: 'api-token',
  action,
  on,
  all: all.map(api),
  doc,
  source: SOURCES.openapi,
  confidence,
});

export const SCOPE_WAYS: readonly ScopeWayRow[] = [
  { family: 'oauth', action: 'deploykey.create', on: ['Repository'], all: ['repository', 'repository:admin'], doc: 'a key of a repository is added by who reads and administers it', source: SOURCES.openapi, confidence: 'documented' },
  { family: 'oauth', action: 'deploykey.create', on: ['Project'], all: ['project', 'project:admin'], doc: 'a key of a project is added by who reads and administers it', source: SOURCES.openapi, confidence: 'documented' },
  apiWay('permission.grant', ['admin:repository', 'write:permission'], 'permissions on a repository are given by who administers it and may give', { on: ['Repository'] }),
  apiWay('permission.grant', ['admin:project', 'write:permission'], 'permissions on a project are given by who administers it and may give', { on: ['Project'] }),
  apiWay('permission.grant', ['admin:workspace', 'write:permission'], 'permissions on a workspace have no operation; by likeness to projects', { on: ['Workspace'], confidence: 'inferred' }),
  apiWay('deploykey.create', ['admin:repository', 'write:ssh-key'], 'a key of a repository is added by who administers it and may add keys', { on: ['Repository'] }),
  apiWay('deploykey.create', ['admin:project', 'write:ssh-key'], 'a key of a project is added by who administers it and may add keys', { on: ['Project'] }),
  apiWay('webhook.create', ['read:webhook', 'write:webhook'], 'a webhook is read back when it is created'),
  apiWay('pullrequest.create', ['read:pullrequest', 'write:pullrequest'], 'a pull request is read back when it is opened'),
  apiWay('pullrequest.approve', ['read:pullrequest', 'write:pullrequest'], 'approving reads the pull request'),
  apiWay('branch.merge', ['read:pullrequest', 'write:pullrequest'], 'merging reads the pull request'),
  apiWay('pipeline.run', ['read:pipeline', 'write:pipeline'], 'a pipeline is read back when it is started'),
  apiWay('environment.deploy', ['read:pipeline', 'write:pipeline'], 'a deployment is a run of a pipeline', { confidence: 'inferred' }),
  apiWay('runner.use', ['read:pipeline', 'write:pipeline'], 'a runner is used by a run of a pipeline', { confidence: 'inferred' }),
  apiWay('runner.register', ['read:runner', 'write:runner'], 'a runner is read back when it is registered'),
];

/** The id by which an answer cites a way. */
export function scopeWayId({ family, action, on }: ScopeWayRow): `scope-ways/${string}` {
  return `scope-ways/${family}/${action}/${on.join('.') || 'any'}`;
}

/** The sets of scopes of a family each of which allows an action on a kind of resource; none contains another. A set is in order. */
export function scopeWays(family: ScopeFamily, action: Action, on: NodeKind | undefined): readonly (readonly string[])[] {
  const name = `${family} ${action} ${on}`;
  const known = WAYS.get(name) ?? minimalWays(family, action, on);
  WAYS.set(name, known);
  return known;
}

export function isScope(family: ScopeFamily, scope: string): boolean {
  return SCOPES.some((row) => row.family === family && row.scope === scope);
}

/** Is it a word of any family? What a word without a row allows is not known. */
export function isScopeWord(scope: string): boolean {
  return WORDS.has(scope);
}

const WORDS: ReadonlySet<string> = new Set(SCOPES.map(({ scope }) => scope));
/** By family, action and kind: worked out when first asked. */
const WAYS = new Map<string, readonly (readonly string[])[]>();

function minimalWays(family: ScopeFamily, action: Action, on: NodeKind | undefined): string[][] {
  const own = SCOPES.filter((row) => row.family === family);
  /** Each scope that is, or includes, a scope of which this holds. */
  const having = (holds: (row: ScopeRow) => boolean) => own.filter(({ scope }) => included(family, scope).some(holds)).map(({ scope }) => scope);
  const alone = having((row) => row.allows.includes(action)).map((scope) => new Set([scope]));
  const asked = SCOPE_WAYS.filter((way) => way.family === family && way.action === action && (way.on.length === 0 || way.on.some((kind) => kind === on)));
  const together = asked.flatMap(({ all }) => all.reduce<Set<string>[]>((sets, part) => sets.flatMap((set) => having((row) => row.scope === part).map((scope) => new Set([...set, scope]))), [new Set()]));
  const ways = [...alone, ...together].map((set) => [...set].sort());
  const sets = [...new Map(ways.map((way) => [way.join(), new Set(way)])).values()];
  return sets.filter((set) => !sets.some((other) => other !== set && other.isSubsetOf(set))).map((set) => [...set]);
}

/** The rows of a scope and of all that it implies. */
function included(family: ScopeFamily, scope: string): readonly ScopeRow[] {
  const rows = new Map<string, ScopeRow>();
  const visit = (name: string) => {
    const row = SCOPES.find((candidate) => candidate.family === family && candidate.scope === name);
    if (row === undefined || rows.has(name)) return;
    rows.set(name, row);
    row.implies.forEach(visit);
  };
  visit(scope);
  return [...rows.values()];
}
