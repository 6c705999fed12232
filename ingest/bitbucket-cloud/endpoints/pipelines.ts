/**
 * The endpoints of Pipelines: whether they are on, environments, variables without their values, runners, schedules.
 *
 * The spelling of the paths is the upstream's: `pipelines_config` and `pipelines-config` are not the same.
 */
import { SOURCES } from '../../../graph/model/row.ts';
import { KEPT } from '../kept-fields.ts';
import { type EndpointRow, PLAIN, PLAIN_OTHERS } from './row.ts';

const pipeline = { oauth: ['pipeline'], apiToken: 'read:pipeline:bitbucket' } as const;
const runner = { oauth: ['runner'], apiToken: 'read:runner:bitbucket' } as const;
const configuration = '/2.0/repositories/{workspace}/{repo_slug}/pipelines_config';

export const PIPELINE_ENDPOINTS = {
  'workspace-variables': {
    ...PLAIN_OTHERS,
    path: '/2.0/workspaces/{workspace}/pipelines-config/variables',
    of: 'workspace',
    scopes: pipeline,
    keeps: KEPT.variables,
    hides: ['variables'],
    doc: 'the variables that every pipeline of the workspace sees; never a value',
  },
  'workspace-runners': {
    ...PLAIN_OTHERS,
    path: '/2.0/workspaces/{workspace}/pipelines-config/runners',
    of: 'workspace',
    scopes: runner,
    keeps: KEPT.runners,
    hides: ['runners'],
    doc: 'the runners that every repository of the workspace may use',
  },
  'pipelines-config': {
    ...PLAIN,
    path: configuration,
    of: 'repository',
    paging: 'single',
    scopes: { oauth: ['repository:admin'], apiToken: 'admin:repository:bitbucket' },
    keeps: KEPT.pipelinesConfig,
    hides: ['pipelines'],
    missing: { reads: [{ enabled: false }] },
    doc: 'whether Pipelines are on; 404 where they never were',
    source: SOURCES.clients,
    confidence: 'recorded',
  },
  environments: {
    ...PLAIN,
    path: '/2.0/repositories/{workspace}/{repo_slug}/environments',
    of: 'repository',
    scopes: pipeline,
    keeps: KEPT.environments,
    hides: ['environments'],
    doc: 'the deployment environments; only uuid and name are documented, type, lock and restriction are what live servers show',
    source: SOURCES.clients,
    confidence: 'recorded',
  },
  'repository-variables': {
    ...PLAIN,
    path: `${configuration}/variables`,
    of: 'repository',
    scopes: pipeline,
    keeps: KEPT.variables,
    hides: ['variables'],
    doc: 'the variables that every pipeline of the repository sees; never a value',
  },
  'environment-variables': {
    ...PLAIN,
    path: '/2.0/repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables',
    of: 'environment',
    scopes: pipeline,
    keeps: KEPT.variables,
    hides: ['variables'],
    doc: 'the variables that steps deploying to the environment see; never a value',
  },
  'repository-runners': {
    ...PLAIN,
    path: '/2.0/repositories/{workspace}/{repo_slug}/pipelines-config/runners',
    of: 'repository',
    scopes: runner,
    keeps: KEPT.runners,
    hides: ['runners'],
    doc: 'the runners of the repository alone',
  },
  'pipeline-schedules': {
    ...PLAIN,
    path: `${configuration}/schedules`,
    of: 'repository',
    scopes: pipeline,
    keeps: KEPT.schedules,
    hides: ['schedules'],
    doc: 'which pipelines run by the clock, and on which branch',
  },
} as const satisfies Record<string, EndpointRow>;
