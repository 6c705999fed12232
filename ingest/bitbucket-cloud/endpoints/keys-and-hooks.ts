/**
 * The endpoints of deploy keys and webhooks: who reads with a key of its own, and where events are sent.
 */
import { KEPT } from '../kept-fields.ts';
import { type EndpointRow, PLAIN, PLAIN_OTHERS } from './row.ts';

const webhook = { oauth: ['webhook'], apiToken: 'read:webhook:bitbucket' } as const;

export const KEY_AND_HOOK_ENDPOINTS = {
  'workspace-webhooks': {
    ...PLAIN,
    path: '/2.0/workspaces/{workspace}/hooks',
    of: 'workspace',
    bucket: 'webhooks',
    scopes: webhook,
    keeps: KEPT.webhooks,
    hides: ['webhooks'],
    doc: 'where events of every repository are sent; for owners of the workspace',
  },
  'project-deploy-keys': {
    ...PLAIN_OTHERS,
    path: '/2.0/workspaces/{workspace}/projects/{project_key}/deploy-keys',
    of: 'project',
    scopes: { oauth: ['project', 'project:admin'], apiToken: 'admin:project:bitbucket' },
    keeps: KEPT.deployKeys,
    hides: ['deploy-keys'],
    doc: 'keys that read every repository of the project; of the key itself only its fingerprint is kept',
  },
  'repository-deploy-keys': {
    ...PLAIN,
    path: '/2.0/repositories/{workspace}/{repo_slug}/deploy-keys',
    of: 'repository',
    scopes: { oauth: ['repository', 'repository:admin'], apiToken: 'admin:repository:bitbucket' },
    keeps: KEPT.deployKeys,
    hides: ['deploy-keys'],
    doc: 'keys that read the repository; of the key itself only its fingerprint is kept',
  },
  'repository-webhooks': {
    ...PLAIN,
    path: '/2.0/repositories/{workspace}/{repo_slug}/hooks',
    of: 'repository',
    bucket: 'webhooks',
    scopes: webhook,
    keeps: KEPT.webhooks,
    hides: ['webhooks'],
    doc: 'where events of the repository are sent; of the address only origin and plain words of the path are kept',
  },
} as const satisfies Record<string, EndpointRow>;
