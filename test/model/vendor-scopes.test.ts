/** The scopes of the OpenAPI document of Cloud against ours: every scope has a row, every operation needs what our action needs. */
import { describe, expect, it } from 'vitest';
import { ACTION_NAMES, type Action } from '../../graph/model/actions.ts';
import { isScope, SCOPES, type ScopeFamily, scopeWays } from '../../graph/model/credentials.ts';
import type { NodeKind } from '../../graph/model/node-kinds.ts';
import { hasSharedData, readSharedJson } from '../support/shared-data.ts';

interface Operation {
  readonly security?: readonly { readonly oauth2?: readonly string[] }[];
  readonly 'x-atlassian-oauth2-scopes'?: readonly { readonly scopes: readonly string[] }[];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly securitySchemes: { readonly oauth2: { readonly flows: { readonly authorizationCode: { readonly scopes: object } } } };
  };
}

const REPOSITORY = '/repositories/{workspace}/{repo_slug}';
const PROJECT = '/workspaces/{workspace}/projects/{project_key}';
const PULL_REQUEST = `${REPOSITORY}/pullrequests/{pull_request_id}`;

/** The operation that does the action. */
const OPERATIONS: readonly (readonly [action: Action, on: NodeKind, method: string, path: string])[] = [
  ['repository.read', 'Repository', 'get', REPOSITORY],
  ['repository.write', 'Repository', 'post', `${REPOSITORY}/src`],
  ['repository.admin', 'Repository', 'put', REPOSITORY],
  ['repository.delete', 'Repository', 'delete', REPOSITORY],
  ['branch.push', 'Repository', 'post', `${REPOSITORY}/src`],
  ['branch.create', 'Repository', 'post', `${REPOSITORY}/refs/branches`],
  ['branch.delete', 'Repository', 'delete', `${REPOSITORY}/refs/branches/{name}`],
  ['branch.merge', 'Repository', 'post', `${PULL_REQUEST}/merge`],
  ['pullrequest.create', 'Repository', 'post', `${REPOSITORY}/pullrequests`],
  ['pullrequest.approve', 'Repository', 'post', `${PULL_REQUEST}/approve`],
  ['permission.grant', 'Repository', 'put', `${REPOSITORY}/permissions-config/users/{selected_user_id}`],
  ['permission.grant', 'Project', 'put', `${PROJECT}/permissions-config/users/{selected_user_id}`],
  ['restriction.edit', 'Repository', 'post', `${REPOSITORY}/branch-restrictions`],
  ['pipeline.read', 'Repository', 'get', `${REPOSITORY}/pipelines`],
  ['pipeline.run', 'Repository', 'post', `${REPOSITORY}/pipelines`],
  ['pipeline.configure', 'Repository', 'put', `${REPOSITORY}/pipelines_config`],
  ['variable.read', 'Variable', 'get', `${REPOSITORY}/pipelines_config/variables/{variable_uuid}`],
  ['variable.edit', 'Variable', 'put', `${REPOSITORY}/pipelines_config/variables/{variable_uuid}`],
  ['environment.edit', 'Environment', 'post', `${REPOSITORY}/environments/{environment_uuid}/changes`],
  ['runner.register', 'Repository', 'post', `${REPOSITORY}/pipelines-config/runners`],
  ['runner.register', 'Workspace', 'post', '/workspaces/{workspace}/pipelines-config/runners'],
  ['deploykey.create', 'Repository', 'post', `${REPOSITORY}/deploy-keys`],
  ['deploykey.create', 'Project', 'post', `${PROJECT}/deploy-keys`],
  ['webhook.create', 'Repository', 'post', `${REPOSITORY}/hooks`],
  ['webhook.create', 'Workspace', 'post', '/workspaces/{workspace}/hooks'],
  ['project.read', 'Project', 'get', PROJECT],
  ['project.create_repository', 'Project', 'post', REPOSITORY],
  ['project.admin', 'Project', 'put', PROJECT],
  ['workspace.member', 'Workspace', 'get', '/user/workspaces/{workspace}/permission'],
  ['workspace.create_project', 'Workspace', 'post', '/workspaces/{workspace}/projects'],
];

/** Actions that no operation of the document does. */
const WITHOUT_OPERATION: Readonly<Partial<Record<Action, string>>> = {
  'branch.force_push': 'Git alone does it',
  'environment.deploy': 'a run of a pipeline does it',
  'runner.use': 'a run of a pipeline does it',
  'project.write': 'a level that is asked about, not an operation',
  'workspace.admin': 'a level that is asked about, not an operation',
  'instance.login': 'Data Center',
  'instance.create_project': 'Data Center',
  'instance.admin': 'Data Center',
  'instance.sys_admin': 'Data Center',
};

/** Where we differ from the list of an operation, and why. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'api-token branch.create Repository': 'a branch is created with Git, which reads nothing by the API',
  'oauth repository.delete Repository': 'that the administering scope deletes is said elsewhere; the wider is taken',
  'oauth permission.grant Repository': 'the operation says that it accepts app passwords only',
  'oauth permission.grant Project': 'the operation says that it does not accept OAuth',
};

const present = hasSharedData('openapi');
const document = present ? readSharedJson<Document>('openapi/bitbucket-cloud.v3.json') : null;
const operations = Object.values(document?.paths ?? {}).flatMap((methods) => Object.values(methods));

describe.skipIf(!present)('the scopes of the Cloud document (needs reference data)', () => {
  it('have a row each', () => {
    const apiScopes = new Set(operations.flatMap((operation) => namesOf(operation, 'api-token')));
    const oauth = Object.keys(document?.components.securitySchemes.oauth2.flows.authorizationCode.scopes ?? {});
    expect([apiScopes.size, oauth.length]).toEqual([34, 26]);
    expect([...apiScopes].filter((scope) => !isScope('api-token', scope))).toEqual([]);
    expect(oauth.filter((scope) => !isScope('oauth', scope) || !isScope('access-token', scope))).toEqual([]);
  });

  it('that an operation needs are those that the action needs, and no fewer do', () => {
    const different = OPERATIONS.flatMap((row) => {
      const [action, on, method, path] = row;
      const operation = document?.paths[path]?.[method];
      expect(operation, `${method} ${path}`).toBeDefined();
      return (['api-token', 'oauth'] as const)
        .filter((family) => !agrees(family, action, on, operation === undefined ? [] : namesOf(operation, family)))
        .map((family) => `${family} ${action} ${on}`);
    });
    expect(different.sort()).toEqual(Object.keys(DIFFERENCES).sort());
  });

  it('are compared for every action, or it is said why not', () => {
    const compared = new Set(OPERATIONS.map(([action]) => action));
    expect(ACTION_NAMES.filter((action) => compared.has(action) === action in WITHOUT_OPERATION)).toEqual([]);
  });
});

/** The scopes that an operation needs together. */
function namesOf(operation: Operation, family: 'api-token' | 'oauth'): readonly string[] {
  if (family === 'oauth') return (operation.security ?? []).flatMap(({ oauth2 }) => oauth2 ?? []);
  return (operation['x-atlassian-oauth2-scopes'] ?? []).flatMap(({ scopes }) => scopes);
}

/** The operation's list is a way of ours, and each way of ours includes all of the list. */
function agrees(family: ScopeFamily, action: Action, on: NodeKind, needed: readonly string[]): boolean {
  const ways = scopeWays(family, action, on);
  const list = new Set(needed);
  const includes = (way: readonly string[]) => {
    const all = new Set(way);
    for (const scope of all)
      for (const implied of SCOPES.find((row) => row.family === family && row.scope === scope)?.implies ?? []) all.add(implied);
    return list.isSubsetOf(all);
  };
  return ways.some((way) => new Set(way).symmetricDifference(list).size === 0) && ways.every(includes);
}
