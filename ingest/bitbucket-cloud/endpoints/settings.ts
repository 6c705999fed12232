/**
 * The endpoints that say how projects and repositories are set up, who reviews their changes, and which repositories are copies of
 * them. None of them decides a verdict.
 */
import { SOURCES } from '../../../graph/model/row.ts';
import { KEPT } from '../kept-fields.ts';
import { type EndpointRow, PLAIN, PLAIN_OTHERS } from './row.ts';

const repository = { oauth: ['repository'], apiToken: 'read:repository:bitbucket' } as const;

export const SETTINGS_ENDPOINTS = {
  'project-branching-model': {
    ...PLAIN_OTHERS,
    path: '/2.0/workspaces/{workspace}/projects/{project_key}/branching-model',
    of: 'project',
    paging: 'single',
    scopes: { oauth: ['project:admin'], apiToken: 'read:repository:bitbucket' },
    keeps: KEPT.branchingModel,
    hides: ['settings'],
    doc: 'the branching model that repositories of the project may inherit; the one that applies to a repository is read there',
  },
  'project-branching-model-settings': {
    ...PLAIN_OTHERS,
    path: '/2.0/workspaces/{workspace}/projects/{project_key}/branching-model/settings',
    of: 'project',
    paging: 'single',
    scopes: { oauth: ['project:admin'], apiToken: 'admin:project:bitbucket' },
    keeps: KEPT.branchingModelSettings,
    hides: ['settings'],
    doc: 'which types of branches the project has switched off, and whether merged branches are deleted',
  },
  'project-default-reviewers': {
    ...PLAIN_OTHERS,
    path: '/2.0/workspaces/{workspace}/projects/{project_key}/default-reviewers',
    of: 'project',
    scopes: { oauth: ['project:admin'], apiToken: 'read:pullrequest:bitbucket' },
    keeps: KEPT.reviewers,
    hides: ['reviewers'],
    doc: 'who is asked to review every pull request of the project',
  },
  'effective-default-reviewers': {
    ...PLAIN,
    path: '/2.0/repositories/{workspace}/{repo_slug}/effective-default-reviewers',
    of: 'repository',
    scopes: { oauth: ['pullrequest'], apiToken: 'read:pullrequest:bitbucket' },
    keeps: KEPT.reviewers,
    hides: ['reviewers'],
    doc: 'who is asked to review every pull request of the repository, by its own settings or those of the project',
  },
  'override-settings': {
    ...PLAIN,
    path: '/2.0/repositories/{workspace}/{repo_slug}/override-settings',
    of: 'repository',
    paging: 'single',
    scopes: { oauth: ['repository:admin'], apiToken: 'admin:repository:bitbucket' },
    keeps: KEPT.overrideSettings,
    hides: ['settings'],
    doc: 'what the repository sets by itself and what it has from its project; the document does not name the settings',
    source: SOURCES.recorded,
    confidence: 'inferred',
  },
  'main-branch': {
    ...PLAIN,
    path: '/2.0/repositories/{workspace}/{repo_slug}/refs/branches/{name}',
    of: 'repository',
    paging: 'single',
    scopes: repository,
    keeps: KEPT.mainBranch,
    hides: ['settings', 'definitions'],
    doc: 'how pull requests into the main branch may be merged, and the commit that it points to; asked where the listing names a main branch',
  },
  forks: {
    ...PLAIN,
    path: '/2.0/repositories/{workspace}/{repo_slug}/forks',
    of: 'repository',
    scopes: repository,
    keeps: KEPT.forks,
    hides: ['forks'],
    doc: 'repositories that keep a copy of the content, of other workspaces too',
  },
} as const satisfies Record<string, EndpointRow>;
