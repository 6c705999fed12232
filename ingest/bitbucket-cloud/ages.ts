/**
 * How old a reading may be before it is read again, as a share of the age that a run allows.
 *
 * Nothing but a re-read proves that a grant, a rule, a variable or a key is unchanged: `updated_on` of a repository does not move
 * with them. So a run that does not read everything says how old its knowledge may be, and holds to it for each sort of thing.
 * An endpoint without a row of its own has that of what it is asked of.
 */
import type { NodeKey } from '../../graph/fact.ts';
import { repositoryKey } from './containers.ts';
import { decodeRepositoryPermission } from './decode.ts';
import { ENDPOINTS, type EndpointId, type EndpointRow, primaryOf } from './endpoints.ts';

export interface AgeRow {
  /** Of the allowed age; 0 is read by every run. */
  readonly share: number;
  /** Its items speak of repositories: one that is not listed any more makes the whole reading too old. */
  readonly ofListed?: (item: unknown) => NodeKey | null;
  readonly doc: string;
}

export const AGES_BY_CONTAINER: Readonly<Record<EndpointRow['of'], AgeRow>> = {
  credential: { share: 0, doc: 'says where to look' },
  organisation: { share: 0, doc: 'the audit log: says what need not be read' },
  group: { share: 0, doc: 'a call for each group of the directory; memberships decide much' },
  workspace: { share: 0, doc: 'few calls, and they tell what there is: members, roles, groups, projects, repositories' },
  project: { share: 0.25, doc: 'few calls, and a grant on a project reaches every repository of it' },
  repository: { share: 1, doc: 'most calls of a run, each about one repository' },
  pipeline: { share: 1, doc: 'calls for each repository with Pipelines on, about what they did lately' },
  environment: { share: 1, doc: 'a call for each environment, for its variables' },
  user: { share: 1, doc: 'a call for each member whose keys may be seen' },
  branch: { share: 1, doc: 'a call for each branch worth reading, for the commit that it points to' },
  head: { share: 1, doc: 'what a commit holds never changes: a reading of another commit is none' },
};

export const AGES_BY_ENDPOINT: Readonly<Partial<Record<EndpointId, AgeRow>>> = {
  'effective-permissions': {
    share: 1,
    ofListed: (item) => {
      const uuid = decodeRepositoryPermission(item)?.repository.uuid;
      return uuid === undefined ? null : repositoryKey(uuid);
    },
    doc: 'a row for each user and repository: many pages, and no verdict needs them where the grants are read',
  },
};

/** In milliseconds, of a run that allows `maxAgeMs`. What stands in for another endpoint may be as old as that. */
export function allowedAgeMs(endpoint: EndpointId, maxAgeMs: number): number {
  const primary = primaryOf(endpoint) ?? endpoint;
  return (AGES_BY_ENDPOINT[primary] ?? AGES_BY_CONTAINER[ENDPOINTS[primary].of]).share * maxAgeMs;
}
