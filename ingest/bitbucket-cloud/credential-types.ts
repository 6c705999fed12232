/**
 * What an answer says of the credential that it was given to, and whether that sort of credential can read permissions at all.
 */
import { type Row, SOURCES } from '../../graph/model/row.ts';

/** Header that names the type of the credential. */
export const CREDENTIAL_TYPE_HEADER = 'x-credential-type';

export interface CredentialTypeRow extends Row {
  /** For people. */
  readonly name: string;
  readonly readsPermissions: boolean;
}

const accessToken = {
  readsPermissions: false,
  source: `${SOURCES.openapi}; the word of the header from published clients`,
  confidence: 'inferred',
} as const;

export const CREDENTIAL_TYPES: ReadonlyMap<string, CredentialTypeRow> = new Map<string, CredentialTypeRow>([
  [
    'oauth2',
    {
      name: 'OAuth consumer',
      readsPermissions: true,
      doc: 'a token of an OAuth consumer: acts as its owner, cut down by scopes',
      source: SOURCES.recorded,
      confidence: 'recorded',
    },
  ],
  ['repo_access_token', { ...accessToken, name: 'access token of a repository', doc: 'acts as itself on its repository' }],
  ['project_access_token', { ...accessToken, name: 'access token of a project', doc: 'acts as itself on its project' }],
  ['workspace_access_token', { ...accessToken, name: 'access token of a workspace', doc: 'acts as itself on its workspace' }],
]);

/** What is said of a credential that cannot read permissions. */
export const CANNOT_READ_PERMISSIONS =
  'an access token can neither read nor change permissions, whatever its scopes: use an API token of a person who administers the workspace, or an OAuth consumer of the workspace';
