/**
 * The endpoints of what pipelines do and what they show to others: last runs, deployments, SSH keys, the OpenID identity.
 *
 * Those of a repository are asked only where its Pipelines are on: elsewhere they would be calls for nothing.
 */
import { SOURCES } from '../../../graph/model/row.ts';
import { KEPT_RUNS } from '../kept-runs.ts';
import { type EndpointRow, PLAIN, PLAIN_OTHERS } from './row.ts';

const pipeline = { oauth: ['pipeline'], apiToken: 'read:pipeline:bitbucket' } as const;
const repository = '/2.0/repositories/{workspace}/{repo_slug}';
const identity = '/2.0/workspaces/{workspace}/pipelines-config/identity/oidc';
const anybody = { oauth: [], apiToken: null } as const;

export const PIPELINE_RUN_ENDPOINTS = {
  'oidc-configuration': {
    ...PLAIN_OTHERS,
    path: `${identity}/.well-known/openid-configuration`,
    of: 'workspace',
    paging: 'single',
    scopes: anybody,
    keeps: KEPT_RUNS.oidcConfiguration,
    hides: ['oidc'],
    doc: 'who signs the identity that a step of a pipeline can show to others, and what it says; anybody may read it',
  },
  'oidc-keys': {
    ...PLAIN_OTHERS,
    path: `${identity}/keys.json`,
    of: 'workspace',
    paging: 'single',
    scopes: anybody,
    keeps: KEPT_RUNS.oidcKeys,
    hides: ['oidc'],
    doc: 'the ids of the public keys with which that identity is signed; anybody may read them',
  },
  'pipeline-runs': {
    ...PLAIN,
    path: `${repository}/pipelines`,
    of: 'pipeline',
    query: 'sort=-created_on',
    pagesMax: 1,
    scopes: pipeline,
    keeps: KEPT_RUNS.runs,
    hides: ['pipeline-runs'],
    doc: 'the newest hundred runs, one page: who and what ran the pipelines lately; no run is a fact of its own',
  },
  deployments: {
    ...PLAIN,
    path: `${repository}/deployments`,
    of: 'pipeline',
    query: 'sort=-state.started_on',
    pagesMax: 1,
    scopes: pipeline,
    keeps: KEPT_RUNS.deployments,
    hides: ['deployments'],
    doc: 'the newest hundred deployments, one page: the last one to each environment; that they can be sorted is known from clients',
    source: SOURCES.clients,
    confidence: 'recorded',
  },
  'pipeline-ssh-key': {
    ...PLAIN,
    path: `${repository}/pipelines_config/ssh/key_pair`,
    of: 'pipeline',
    paging: 'single',
    scopes: pipeline,
    keeps: KEPT_RUNS.sshKeyPair,
    hides: ['pipeline-keys'],
    missing: { reads: [] },
    doc: 'the fingerprint of the SSH key that every step has; 404 where there is none',
  },
  'pipeline-known-hosts': {
    ...PLAIN,
    path: `${repository}/pipelines_config/ssh/known_hosts`,
    of: 'pipeline',
    scopes: pipeline,
    keeps: KEPT_RUNS.knownHosts,
    hides: ['pipeline-keys'],
    doc: 'the hosts that steps connect to by SSH, with their fingerprints',
  },
} as const satisfies Record<string, EndpointRow>;
