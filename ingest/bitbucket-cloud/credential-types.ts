/**
 * What an answer says of the credential that it was given to, and whether that sort of credential can read permissions at all.
 */
import { CodedError } from '../../graph/errors.ts';
import { type Row, SOURCES } from '../../graph/model/row.ts';
import type { HttpAnswer } from '../http.ts';

/** Header that names the type of the credential. */
export const CREDENTIAL_TYPE_HEADER = 'x-credential-type';

export interface CredentialTypeRow extends Row {
  /** For people. */
  readonly name: string;
  /** What an access token is bound to; null for what is none and can read permissions. */
  readonly boundTo: 'repository' | 'project' | 'workspace' | null;
}

const accessToken = (boundTo: 'repository' | 'project' | 'workspace'): CredentialTypeRow => ({
  name: `access token of a ${boundTo}`,
  boundTo,
  doc: `acts as itself on its ${boundTo}`,
  source: `${SOURCES.openapi}; the word of the header from published clients`,
  confidence: 'inferred',
});

export const CREDENTIAL_TYPES: ReadonlyMap<string, CredentialTypeRow> = new Map<string, CredentialTypeRow>([
  [
    'oauth2',
    {
      name: 'OAuth consumer',
      boundTo: null,
      doc: 'a token of an OAuth consumer: acts as its owner, cut down by scopes',
      source: SOURCES.recorded,
      confidence: 'recorded',
    },
  ],
  ['repo_access_token', accessToken('repository')],
  ['project_access_token', accessToken('project')],
  ['workspace_access_token', accessToken('workspace')],
]);

/** What is said of a credential that cannot read permissions. */
export const CANNOT_READ_PERMISSIONS =
  'an access token can neither read nor change permissions, whatever its scopes: use an API token of a person who administers the workspace, or an OAuth consumer of the workspace';

/** A key of `CREDENTIAL_TYPES`, or a word without a row, never anything longer that a header might hold; null where the answer does not say. */
export function credentialTypeOf({ headers }: HttpAnswer): string | null {
  const word = headers?.[CREDENTIAL_TYPE_HEADER];
  return word !== undefined && /^[a-z][a-z0-9_]{1,40}$/.test(word) ? word : null;
}

/** Errors: CONFIG where what asked is of a type that cannot read permissions. */
export function requireReadsPermissions(position: number | null, answer: HttpAnswer): void {
  const boundTo = CREDENTIAL_TYPES.get(credentialTypeOf(answer) ?? '')?.boundTo ?? null;
  if (boundTo === null) return;
  throw new CodedError(
    'CONFIG',
    `a credential that can read permissions must be set, got a ${boundTo} access token${position === null ? '' : ` as credential ${position}`}: use an API token of a person who administers the workspace (BITBUCKET_CLOUD_EMAIL, BITBUCKET_CLOUD_API_TOKEN) or an OAuth consumer of it (BITBUCKET_CLOUD_CLIENT_ID, BITBUCKET_CLOUD_CLIENT_SECRET)`,
  );
}
