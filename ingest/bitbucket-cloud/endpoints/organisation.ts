/**
 * The endpoints of the organisation API of Atlassian, read with a key of their own: groups and people where Bitbucket's 1.0 shows
 * none, and the audit log, which tells what did not change.
 *
 * `-` in the place of a directory means all directories of the organisation.
 */
import { SOURCES } from '../../../graph/model/row.ts';
import { KEPT } from '../kept-fields.ts';
import type { EndpointRow, OrganisationEndpointId } from './row.ts';

const PLAIN_ORGANISATION = {
  family: 'organisation',
  paging: 'cursor',
  deprecated: false,
  missing: 'gap',
  scopes: { oauth: [], apiToken: null },
  source: SOURCES.organisation,
} as const;

export const ORGANISATION_ENDPOINTS: Readonly<Record<OrganisationEndpointId, EndpointRow>> = {
  'directory-groups': {
    ...PLAIN_ORGANISATION,
    path: '/admin/v2/orgs/{organisation}/directories/-/groups',
    query: 'limit=100&resourceIds=ari%3Acloud%3Abitbucket%3A%3Aworkspace%2F{workspace_id}',
    of: 'workspace',
    bucket: 'organisation',
    deprecated: true,
    keeps: KEPT.directoryGroups,
    hides: ['groups'],
    doc: 'the groups of the directories that have a role on the workspace; announced to end on 2027-06-30. Which group of the workspace one is, is concluded from its name',
    confidence: 'inferred',
  },
  'directory-members': {
    ...PLAIN_ORGANISATION,
    path: '/admin/v2/orgs/{organisation}/directories/{directory}/users',
    query: 'limit=100&groupIds={group}',
    of: 'group',
    bucket: 'organisation',
    deprecated: true,
    keeps: KEPT.directoryMembers,
    hides: ['group-members'],
    doc: 'the members of a group of the directory, told from others by account id; announced to end on 2027-06-30',
    confidence: 'inferred',
  },
  'event-actions': {
    ...PLAIN_ORGANISATION,
    path: '/admin/v1/orgs/{organisation}/event-actions',
    of: 'organisation',
    bucket: 'audit log',
    keeps: KEPT.eventActions,
    hides: [],
    doc: 'the names of the actions that the audit log knows',
    confidence: 'documented',
  },
  'audit-events': {
    ...PLAIN_ORGANISATION,
    path: '/admin/v1/orgs/{organisation}/events-stream',
    query: 'limit=100&sortOrder=asc&from={from}&to={to}',
    of: 'organisation',
    bucket: 'audit log',
    keeps: KEPT.auditEvents,
    hides: [],
    doc: 'what was done in the organisation, 180 days back; who did it and from where is not kept',
    confidence: 'documented',
  },
};
