/**
 * Credentials: whom each acts as, and how scopes cap what it may do.
 *
 * What a credential may do is what its owner (or its own grants) may do, met with what its scopes allow.
 */
import { ACTION_NAMES, type Action } from './actions.ts';
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
}

export const CREDENTIALS = {
  ApiToken: { actsAs: 'owner', scopes: 'api-token', gitOnly: false, doc: 'acts as the user, cut down by scopes that imply nothing but themselves', source: SOURCES.openapi, confidence: 'documented' },
  AccessToken: { actsAs: 'itself', scopes: 'access-token', gitOnly: false, doc: 'acts as itself on its repository, project or workspace, cut down by scopes', source: SOURCES.openapi, confidence: 'documented' },
  OAuthConsumer: { actsAs: 'owner', scopes: 'oauth', gitOnly: false, doc: 'with client credentials acts as the owner of the consumer, cut down by scopes', source: SOURCES.openapi, confidence: 'documented' },
  DeployKey: { actsAs: 'itself', scopes: null, gitOnly: true, doc: 'reads over Git only', source: SOURCES.keys, confidence: 'documented' },
  AccessKey: { actsAs: 'itself', scopes: null, gitOnly: true, doc: 'reads or writes over Git only', source: SOURCES.dcOpenapi, confidence: 'documented' },
  SshKey: { actsAs: 'owner', scopes: null, gitOnly: true, doc: 'has all rights of its user over Git', source: SOURCES.keys, confidence: 'documented' },
  ApplicationLink: { actsAs: 'owner', scopes: null, gitOnly: false, doc: 'acts as any user that it names', source: SOURCES.dcOpenapi, confidence: 'inferred' },
  OidcIdentity: { actsAs: 'itself', scopes: null, gitOnly: false, doc: "is not accepted by Bitbucket's own API", source: SOURCES.openapi, confidence: 'documented' },
} as const satisfies Record<CredentialKind, CredentialRow>;

/** The row of a credential kind, or null for a kind that is no credential. */
export function credentialRow(kind: NodeKind): CredentialRow | null {
  return Object.hasOwn(CREDENTIALS, kind) ? CREDENTIALS[kind as CredentialKind] : null;
}

export interface ScopeRow extends Row {
  readonly family: ScopeFamily;
  readonly scope: string;
  /** Other scopes of the family that this one includes. */
  readonly implies: readonly string[];
  readonly allows: readonly Action[];
}

const READ = ['repository.read', 'pullrequest.comment'] as const satisfies Action[];
const WRITE = ['repository.write', 'branch.push', 'branch.force_push', 'branch.delete', 'branch.create'] as const satisfies Action[];
const PULL = ['pullrequest.create', 'pullrequest.approve', 'branch.merge'] as const satisfies Action[];
const RULES = ['repository.admin', 'restriction.edit', 'deploykey.create', 'webhook.create', 'pipeline.configure'] as const satisfies Action[];
const without = (actions: readonly Action[], ...left: Action[]): readonly Action[] => actions.filter((action) => !left.includes(action));

/** One family of two: OAuth consumers, and access tokens, which can touch neither permissions nor keys. */
const bitbucketScopes = (family: 'oauth' | 'access-token'): readonly ScopeRow[] => [
  { family, scope: 'account', implies: [], allows: ['workspace.member'], doc: 'reads accounts and memberships', source: SOURCES.openapi, confidence: 'documented' },
  { family, scope: 'project', implies: ['repository'], allows: ['project.read'], doc: 'reads projects and their repositories', source: SOURCES.openapi, confidence: 'documented' },
  { family, scope: 'project:write', implies: ['repository:write'], allows: ['project.read', 'project.write'], doc: 'retired upstream name of write access to projects', source: SOURCES.openapi, confidence: 'inferred' },
  {
    family,
    scope: 'project:admin',
    implies: [],
    allows: family === 'oauth' ? ['project.admin', 'project.create_repository', 'deploykey.create'] : ['project.admin', 'project.create_repository'],
    doc: 'administers projects; implies neither read nor write',
    source: SOURCES.openapi,
    confidence: 'documented',
  },
  { family, scope: 'repository', implies: [], allows: [...READ, 'repository.fork'], doc: 'reads repositories', source: SOURCES.openapi, confidence: 'documented' },
  { family, scope: 'repository:write', implies: ['repository'], allows: WRITE, doc: 'writes to repositories', source: SOURCES.openapi, confidence: 'documented' },
  {
    family,
    scope: 'repository:admin',
    implies: [],
    allows: [...(family === 'oauth' ? RULES : without(RULES, 'deploykey.create')), 'repository.delete'],
    doc: 'administers repositories; implies neither read nor write; whether it deletes is said in two ways, the wider is taken',
    source: SOURCES.openapi,
    confidence: 'inferred',
  },
  { family, scope: 'repository:delete', implies: [], allows: ['repository.delete'], doc: 'deletes repositories', source: SOURCES.openapi, confidence: 'documented' },
  { family, scope: 'pullrequest', implies: ['repository'], allows: ['pullrequest.comment'], doc: 'reads pull requests', source: SOURCES.openapi, confidence: 'documented' },
  { family, scope: 'pullrequest:write', implies: ['pullrequest', 'repository:write'], allows: PULL, doc: 'opens, approves and merges pull requests', source: SOURCES.openapi, confidence: 'documented' },
  { family, scope: 'pipeline', implies: [], allows: ['pipeline.read', 'variable.read', 'pipeline.run', 'environment.deploy', 'environment.edit'], doc: 'reads pipelines; by the operations of the vendor it also starts them', source: SOURCES.openapi, confidence: 'inferred' },
  { family, scope: 'pipeline:write', implies: ['pipeline'], allows: ['pipeline.run', 'environment.deploy', 'runner.use'], doc: 'runs pipelines', source: SOURCES.openapi, confidence: 'documented' },
  { family, scope: 'pipeline:variable', implies: ['pipeline:write'], allows: ['variable.read', 'variable.edit'], doc: 'changes pipeline variables', source: SOURCES.openapi, confidence: 'documented' },
  { family, scope: 'runner', implies: [], allows: [], doc: 'reads runners', source: SOURCES.openapi, confidence: 'documented' },
  { family, scope: 'runner:write', implies: ['runner'], allows: ['runner.register'], doc: 'registers runners', source: SOURCES.openapi, confidence: 'documented' },
  { family, scope: 'webhook', implies: [], allows: ['webhook.create'], doc: 'manages webhooks', source: SOURCES.openapi, confidence: 'documented' },
];

const apiScope = (scope: string, allows: readonly Action[], doc: string, confidence: Row['confidence'] = 'documented'): ScopeRow => ({ family: 'api-token', scope: `${scope}:bitbucket`, implies: [], allows, doc, source: SOURCES.openapi, confidence });

export const SCOPES: readonly ScopeRow[] = [
  ...bitbucketScopes('oauth'),
  ...bitbucketScopes('access-token'),
  apiScope('read:workspace', ['workspace.member'], 'reads workspaces'),
  apiScope('admin:workspace', ['workspace.admin'], 'administers workspaces'),
  apiScope('read:user', [], 'reads users'),
  apiScope('read:project', ['project.read'], 'reads projects'),
  apiScope('write:project', ['project.write', 'workspace.create_project'], 'writes projects', 'inferred'),
  apiScope('admin:project', ['project.admin', 'project.create_repository', 'deploykey.create', 'workspace.create_project'], 'administers projects'),
  apiScope('read:repository', [...READ, 'repository.fork'], 'reads repositories'),
  apiScope('write:repository', WRITE, 'writes to repositories'),
  apiScope('admin:repository', RULES, 'administers repositories', 'inferred'),
  apiScope('delete:repository', ['repository.delete'], 'deletes repositories'),
  apiScope('read:pullrequest', ['pullrequest.comment'], 'reads pull requests'),
  apiScope('write:pullrequest', PULL, 'opens, approves and merges pull requests'),
  apiScope('read:pipeline', ['pipeline.read', 'variable.read'], 'reads pipelines'),
  apiScope('write:pipeline', ['pipeline.run', 'environment.deploy', 'runner.use'], 'runs pipelines'),
  apiScope('admin:pipeline', ['pipeline.configure', 'variable.edit', 'environment.edit'], 'administers pipelines', 'inferred'),
  apiScope('read:runner', [], 'reads runners'),
  apiScope('write:runner', ['runner.register'], 'registers runners'),
  apiScope('read:webhook', [], 'reads webhooks'),
  apiScope('write:webhook', ['webhook.create'], 'manages webhooks'),
  apiScope('read:permission', [], 'reads permissions'),
  apiScope('write:permission', ['permission.grant'], 'gives permissions'),
  apiScope('delete:permission', ['permission.grant'], 'takes permissions', 'inferred'),
  apiScope('read:ssh-key', [], 'reads SSH keys'),
];

/** The scopes of a family that allow an action, by themselves or by what they imply, in table order. */
export function scopesAllowing(family: ScopeFamily, action: Action): readonly string[] {
  return ALLOWING.get(`${family} ${action}`) ?? [];
}

export function isScope(family: ScopeFamily, scope: string): boolean {
  return SCOPES.some((row) => row.family === family && row.scope === scope);
}

const ALLOWING: ReadonlyMap<string, readonly string[]> = (() => {
  const allowing = new Map<string, string[]>();
  for (const { family, scope } of SCOPES) {
    for (const action of ACTION_NAMES) {
      if (included(family, scope).some((row) => row.allows.includes(action))) {
        const key = `${family} ${action}`;
        allowing.set(key, [...(allowing.get(key) ?? []), scope]);
      }
    }
  }
  return allowing;
})();

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
