/**
 * The organisation API of Atlassian: a key in the environment, and a client with limits of its own. It is an upstream beside
 * Bitbucket: another host, another credential, other limits.
 *
 * INVARIANT: the key goes to the configured origin only and is never printed.
 */
import { CodedError } from '../../graph/errors.ts';
import { KeyAuthorizer } from '../auth.ts';
import { DEFAULT_BUDGET } from '../budget.ts';
import { HttpClient, type HttpOptions } from '../http.ts';
import { type BaseAddress, parseBaseAddress } from '../origin.ts';
import { ORGANISATION_LIMITS } from './buckets.ts';

const DEFAULT_URL = 'https://api.atlassian.com';

export interface OrganisationConfig {
  readonly base: BaseAddress;
  readonly id: string;
  readonly key: string;
}

export interface OrganisationClient {
  readonly id: string;
  readonly http: HttpClient;
}

/** Null where neither is set. Errors: CONFIG naming the variable; a key is never repeated. */
export function readOrganisation(env: Readonly<Record<string, string | undefined>>): OrganisationConfig | null {
  const [url, id, key] = ['ATLASSIAN_ORG_URL', 'ATLASSIAN_ORG_ID', 'ATLASSIAN_ORG_API_KEY'].map((name) => env[name]?.trim() || undefined);
  if (id === undefined && key === undefined) return null;
  if (id === undefined || key === undefined) {
    const [missing, given] =
      id === undefined ? ['ATLASSIAN_ORG_ID', 'ATLASSIAN_ORG_API_KEY'] : ['ATLASSIAN_ORG_API_KEY', 'ATLASSIAN_ORG_ID'];
    throw new CodedError('CONFIG', `${missing} must be set, because ${given} is`, { option: missing });
  }
  if (!/^[A-Za-z0-9-]{1,64}$/.test(id))
    throw new CodedError(
      'CONFIG',
      'ATLASSIAN_ORG_ID must be the id of an organisation, as in the address of Atlassian Administration: letters, digits and dashes',
      { option: 'ATLASSIAN_ORG_ID' },
    );
  if (!/^[\x21-\x7e]{1,4096}$/.test(key))
    throw new CodedError('CONFIG', 'ATLASSIAN_ORG_API_KEY must be an API key of the organisation: no blanks, no other characters', {
      option: 'ATLASSIAN_ORG_API_KEY',
    });
  return { base: parseBaseAddress(url ?? DEFAULT_URL, 'ATLASSIAN_ORG_URL'), id, key };
}

/** The client waits where a limit is reached: it is counted by the minute. */
export function openOrganisation(
  { base, id, key }: OrganisationConfig,
  options: Omit<HttpOptions, 'base' | 'credentials'>,
): OrganisationClient {
  const http = new HttpClient({
    ...options,
    base,
    budget: { ...DEFAULT_BUDGET, whenSpent: 'wait' },
    buckets: ORGANISATION_LIMITS,
    credentials: [{ position: 1, kind: 'organisation key', authorizer: new KeyAuthorizer(key) }],
  });
  return { id, http };
}
