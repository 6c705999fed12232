/**
 * The endpoints of what pipelines do: the commit that a branch points to, and the definition of the pipelines there.
 *
 * The commit first, because the upstream documents files by commit alone: a branch's name may hold slashes, and a reading of a
 * commit is good for ever.
 */
import { KEPT } from '../kept-fields.ts';
import { parseDefinition } from '../pipeline-file.ts';
import { type EndpointRow, PLAIN } from './row.ts';

const repository = { oauth: ['repository'], apiToken: 'read:repository:bitbucket' } as const;

export const DEFINITION_ENDPOINTS = {
  branch: {
    ...PLAIN,
    path: '/2.0/repositories/{workspace}/{repo_slug}/refs/branches/{name}',
    of: 'branch',
    paging: 'single',
    scopes: repository,
    keeps: KEPT.branchHead,
    hides: ['definitions'],
    missing: { reads: [] },
    doc: 'the commit that a branch points to; 404 where there is no such branch',
  },
  'pipeline-definition': {
    ...PLAIN,
    path: '/2.0/repositories/{workspace}/{repo_slug}/src/{commit}/{path}',
    of: 'head',
    paging: 'text',
    parse: parseDefinition,
    scopes: repository,
    keeps: KEPT.definition,
    hides: ['definitions'],
    missing: { reads: [] },
    doc: 'the definition of the pipelines at a commit: its structure, without scripts and values; 404 where there is none',
  },
} as const satisfies Record<string, EndpointRow>;
