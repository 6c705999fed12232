/**
 * A small workspace behind HTTP, in the upstream's own shapes: a body for each path, which a test may change between two runs
 * or replace by a handler for its faults. Lists are paged, two items a page.
 */
import type { ServerResponse } from 'node:http';
import { type CloudConfig, readCloudConfig } from '../../ingest/bitbucket-cloud/config.ts';
import { account, group, repository } from './pages.ts';
import { type Handler, json, serve, type Upstream } from './support.ts';

export type Answers = Map<string, unknown[] | object | Handler>;

export const REPO_PATH = '/2.0/repositories/acme/{api}';
const OIDC_PATH = '/2.0/workspaces/acme/pipelines-config/identity/oidc';
export const PROJECT_PATH = '/2.0/workspaces/acme/projects/WEB';

/** Lists of what the workspace does not have. */
const EMPTY = [
  '/2.0/workspaces/acme/pipelines-config/variables',
  '/2.0/workspaces/acme/pipelines-config/runners',
  '/2.0/workspaces/acme/hooks',
  `${PROJECT_PATH}/deploy-keys`,
  `${PROJECT_PATH}/default-reviewers`,
  ...['ann', 'bob', 'cid', 'dot', 'eve'].map((name) => `/2.0/users/{${name}}/ssh-keys`),
  `${REPO_PATH}/effective-default-reviewers`,
  `${REPO_PATH}/forks`,
  ...[
    'environments',
    'pipelines_config/variables',
    'pipelines_config/schedules',
    'pipelines-config/runners',
    'deploy-keys',
    'hooks',
    'pipelines',
    'deployments',
    'pipelines_config/ssh/known_hosts',
  ].map((part) => `${REPO_PATH}/${part}`),
];

const PAGE_SIZE = 2;

export function acmeAnswers(): Answers {
  const developers = group('developers');
  return new Map<string, unknown[] | object | Handler>([
    ['/2.0/user/workspaces', [{ administrator: true, workspace: { slug: 'acme', uuid: '{acme}' } }]],
    ['/2.0/workspaces/acme', { type: 'workspace', uuid: '{acme}', slug: 'acme', name: 'Acme' }],
    ['/2.0/workspaces/acme/members', ['ann', 'bob', 'cid', 'dot', 'eve'].map((name) => ({ user: account(name) }))],
    [
      '/2.0/workspaces/acme/permissions',
      ['ann', 'bob', 'cid', 'dot', 'eve'].map((name) => ({ permission: name === 'ann' ? 'owner' : 'member', user: account(name) })),
    ],
    ['/2.0/workspaces/acme/permissions/repositories', [{ permission: 'write', user: account('bob'), repository: repository() }]],
    [
      '/1.0/groups/acme',
      (_, response) => json(response, [{ slug: 'developers', name: 'DEVELOPERS', members: [account('bob'), account('cid')] }]),
    ],
    ['/2.0/workspaces/acme/projects', [{ uuid: '{web}', key: 'WEB', name: 'Web', is_private: true }]],
    ['/2.0/repositories/acme', [repository()]],
    [`${PROJECT_PATH}/permissions-config/users`, [{ permission: 'admin', user: account('dot') }]],
    [`${PROJECT_PATH}/permissions-config/groups`, []],
    [
      `${REPO_PATH}/permissions-config/users`,
      ['bob', 'cid', 'zoe'].map((name) => ({ permission: name === 'bob' ? 'write' : 'read', user: account(name) })),
    ],
    [`${REPO_PATH}/permissions-config/groups`, [{ permission: 'read', group: developers }]],
    [
      `${REPO_PATH}/branch-restrictions`,
      [{ id: 1, kind: 'push', branch_match_kind: 'glob', pattern: 'main', users: [], groups: [developers] }],
    ],
    [`${REPO_PATH}/effective-branching-model`, { development: { name: 'main' }, branch_types: [] }],
    [`${PROJECT_PATH}/branching-model`, { type: 'project_branching_model', branch_types: [] }],
    [`${PROJECT_PATH}/branching-model/settings`, { type: 'branching_model_settings', branch_types: [] }],
    [`${REPO_PATH}/override-settings`, { type: 'repository_inheritance_state', override_settings: {} }],
    [`${REPO_PATH}/refs/branches/main`, { type: 'branch', name: 'main' }],
    [`${REPO_PATH}/pipelines_config`, { type: 'pipelines_config', enabled: true }],
    [`${OIDC_PATH}/.well-known/openid-configuration`, { issuer: 'https://api.example/oidc' }],
    [`${OIDC_PATH}/keys.json`, { keys: [] }],
    ...EMPTY.map((path): [string, unknown[]] => [path, []]),
  ]);
}

/** `gate` sees every call first, and answers it if it gives true. */
export async function serveAcme(answers: Answers, gate: (...args: Parameters<Handler>) => boolean = () => false): Promise<Upstream> {
  return await serve((request, response, body) => {
    if (gate(request, response, body)) return;
    const url = new URL(request.url ?? '', `http://${request.headers.host}`);
    const answer = answers.get(decodeURIComponent(url.pathname));
    if (answer === undefined) return json(response, { type: 'error', error: { message: 'no such thing' } }, 404);
    if (typeof answer === 'function') return (answer as Handler)(request, response, body);
    if (!Array.isArray(answer)) return json(response, answer);
    sendPage(response, answer, url);
  });
}

function sendPage(response: ServerResponse, all: unknown[], url: URL): void {
  const page = Number(url.searchParams.get('page') ?? 1);
  const values = all.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const next = page * PAGE_SIZE < all.length ? `${url.origin}${url.pathname}?page=${page + 1}` : undefined;
  json(response, { pagelen: PAGE_SIZE, size: all.length, page, values, ...(next === undefined ? {} : { next }) });
}

export const refuse =
  (status: number): Handler =>
  (_, response) =>
    json(response, { type: 'error', error: { message: 'refused', detail: 'a detail' } }, status);

export function acmeConfig(upstream: Upstream): CloudConfig {
  return readCloudConfig({ BITBUCKET_CLOUD_URL: upstream.url, BITBUCKET_CLOUD_EMAIL: 'a@b.c', BITBUCKET_CLOUD_API_TOKEN: 'token' });
}
