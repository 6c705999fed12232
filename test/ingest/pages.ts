/** Kept pages of a small workspace, written by hand, for tests of facts. */
import type { StatedFact } from '../../graph/fact.ts';
import { factId } from '../../graph/fact.ts';
import type { KeptPage } from '../../graph/store/port.ts';
import { ENDPOINTS, type EndpointId } from '../../ingest/bitbucket-cloud/endpoints.ts';
import { expectedScopes, pagesByScope } from '../../ingest/bitbucket-cloud/scopes.ts';
import { keepShape } from '../../ingest/shape.ts';

export const ACME = 'workspace:{acme}';
export const API = 'repository:{api}';
export const WEB = 'project:{web}';
export const PIPE = 'pipeline:{api}';
export const MAIN = 'branch:{api}#main';
/** The commit that it points to. */
export const COMMIT = 'c0ffee0000000000000000000000000000000000';
export const PROD = 'environment:{api}#{prod}';

export const account = (name: string, extra: object = {}) => ({
  type: 'user',
  uuid: `{${name}}`,
  account_id: `id-${name}`,
  nickname: name,
  display_name: name.toUpperCase(),
  ...extra,
});
export const group = (slug: string, extra: object = {}) => ({
  type: 'group',
  slug,
  name: slug.toUpperCase(),
  account_privilege: null,
  ...extra,
});
export const repository = (extra: object = {}) => ({
  uuid: '{api}',
  full_name: 'acme/api',
  name: 'API',
  is_private: true,
  mainbranch: { type: 'branch', name: 'main' },
  project: { uuid: '{web}', key: 'WEB', name: 'Web' },
  ...extra,
});

let sequence = 0;

export function page(endpoint: EndpointId, container: string, body: unknown, extra: Partial<KeptPage> = {}): KeptPage {
  const { path, keeps, of } = ENDPOINTS[endpoint];
  sequence++;
  return {
    sequence,
    scope: `${endpoint} ${container}`,
    endpoint: path,
    path: `/${endpoint}/${of === 'head' ? `${COMMIT}/` : ''}${encodeURIComponent(container)}`,
    status: 200,
    fetchedAt: 1000 + sequence,
    next: null,
    body: keepShape(body, keeps) ?? null,
    ...extra,
  };
}

/** Everything of a workspace `acme` with one project and one repository, all read and empty unless given; of an environment or a branch's definition only if one is given. */
export function workspacePages(given: Partial<Record<EndpointId, unknown>> = {}): KeptPage[] {
  const bodies: Partial<Record<EndpointId, unknown>> = {
    workspace: { uuid: '{acme}', slug: 'acme', name: 'Acme' },
    groups: [],
    projects: [{ uuid: '{web}', key: 'WEB', name: 'Web', is_private: true }],
    repositories: [repository()],
    'effective-branching-model': { branch_types: [] },
    'pipelines-config': { enabled: true },
    'project-branching-model': { branch_types: [] },
    'project-branching-model-settings': { branch_types: [] },
    'override-settings': { override_settings: {} },
    'main-branch': { name: 'main', ...('pipeline-definition' in given ? { target: { hash: COMMIT } } : {}) },
    'oidc-configuration': { issuer: 'https://api.example/oidc' },
    'oidc-keys': { keys: [] },
    'pipeline-ssh-key': { public_key: 'SHA256:s4Ge0YNSOCdMhzQ9D8ANTk9fHiUaL6t0ru7LWTe9mXA' },
    ...given,
  };
  const containers = {
    credential: '',
    workspace: ACME,
    project: WEB,
    repository: API,
    environment: PROD,
    pipeline: PIPE,
    branch: MAIN,
    head: MAIN,
    organisation: '',
    group: '',
  };
  const members = (bodies['workspace-members'] ?? []) as readonly { readonly user: { readonly uuid: string } }[];
  const pages = (Object.keys(ENDPOINTS) as EndpointId[])
    .filter((endpoint) => ENDPOINTS[endpoint].family !== 'organisation')
    .filter((endpoint) => endpoint !== 'user-workspaces' && endpoint !== 'branching-model')
    .filter((endpoint) => ENDPOINTS[endpoint].of !== 'environment' || 'environments' in given)
    .filter((endpoint) => endpoint !== 'branch' && (endpoint !== 'pipeline-definition' || endpoint in given))
    .flatMap((endpoint) => {
      const { of, paging } = ENDPOINTS[endpoint];
      const body = bodies[endpoint];
      const asked = of === 'user' ? members.map(({ user }) => `user:${user.uuid}`) : [containers[of]];
      return asked.map((container) => page(endpoint, container, paging === 'pages' ? { values: body ?? [] } : body));
    });
  // Of the branches that are worth reading none is there unless one is given.
  const kept = pagesByScope(pages);
  const branches = expectedScopes({ key: ACME, params: { workspace: 'acme' } }, kept).filter(
    ({ id, endpoint }) => endpoint === 'branch' && !kept.has(id),
  );
  return [...pages, ...branches.map(({ container }) => refused('branch', container.key, 404))];
}

/** Pages without those of some endpoints. */
export function without(pages: readonly KeptPage[], ...endpoints: EndpointId[]): KeptPage[] {
  return pages.filter(({ scope }) => !endpoints.includes(scope.split(' ')[0] as EndpointId));
}

export function refused(endpoint: EndpointId, container: string, status: number): KeptPage {
  return page(endpoint, container, null, { status, body: null });
}

/** Fact ids that start as given. */
export function ids(facts: readonly StatedFact[], pattern: RegExp): string[] {
  return [...new Set(facts.map(({ fact }) => factId(fact)))].filter((id) => pattern.test(id)).sort();
}
