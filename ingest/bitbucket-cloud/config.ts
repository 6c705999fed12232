/**
 * The connector's settings, read from the environment. Names are part of the product; secrets come from nowhere else.
 */
import { CodedError } from '../../graph/errors.ts';
import { ApiTokenAuthorizer, type Authorizer, ClientCredentialsAuthorizer } from '../auth.ts';
import { DEFAULT_BUDGET } from '../budget.ts';
import type { Clock } from '../clock.ts';
import { HttpClient, type HttpOptions } from '../http.ts';
import { type BaseAddress, parseBaseAddress } from '../origin.ts';
import { bucketLimits } from './buckets.ts';
import { CREDENTIAL_TYPE_HEADER } from './credential-types.ts';
import { type CloudCredential, KIND_NAMES, readCredentials } from './credentials.ts';
import { type OrganisationClient, type OrganisationConfig, openOrganisation, readOrganisation } from './organisation.ts';

const DEFAULT_URL = 'https://api.bitbucket.org';
const DEFAULT_AUTH_URL = 'https://bitbucket.org/site/oauth2/access_token';

export interface CloudConfig {
  readonly base: BaseAddress;
  /** The token endpoint; its prefix is the whole path. */
  readonly auth: BaseAddress;
  /** By position; at least one. */
  readonly credentials: readonly CloudCredential[];
  /** The Atlassian organisation that the workspaces belong to; null or left out where no key is given. */
  readonly organisation?: OrganisationConfig | null;
}

/** Errors: CONFIG naming the variable. */
export function readCloudConfig(env: Readonly<Record<string, string | undefined>>): CloudConfig {
  const value = (name: string) => {
    const text = env[name]?.trim();
    return text === undefined || text === '' ? undefined : text;
  };
  return {
    base: apiAddress(value('BITBUCKET_CLOUD_URL') ?? DEFAULT_URL, 'BITBUCKET_CLOUD_URL'),
    auth: parseBaseAddress(value('BITBUCKET_CLOUD_AUTH_URL') ?? DEFAULT_AUTH_URL, 'BITBUCKET_CLOUD_AUTH_URL'),
    credentials: readCredentials(env),
    organisation: readOrganisation(env),
  };
}

/** The address above both versions of the API. It may have a path, behind a proxy. */
function apiAddress(text: string, option: string): BaseAddress {
  const base = parseBaseAddress(text, option);
  const version = /\/([12]\.0)(\/|$)/.exec(base.prefix)?.[1];
  if (version !== undefined)
    throw new CodedError(
      'CONFIG',
      `${option} must be the address above /${version}, which is put after it, got \`${base.origin}${base.prefix}\``,
      {
        option,
      },
    );
  return base;
}

export interface CloudClient {
  readonly http: HttpClient;
  /** Null where no key of the organisation is given. */
  readonly organisation: OrganisationClient | null;
  /** What the credentials were granted, as far as the upstream says; empty where it does not. */
  grantedScopes(): readonly string[];
  close(): Promise<void>;
}

/** A client of the configured upstream that authorizes itself. */
export function openCloudClient(
  config: CloudConfig,
  options: Omit<HttpOptions, 'base' | 'credentials'> & { readonly clock: Clock },
): CloudClient {
  // The token endpoint has a budget of its own: its calls are not counted by the API's limit.
  const { budget: _, onSetAside: __, ...rest } = options;
  const tokens = new HttpClient({ ...rest, base: { origin: config.auth.origin, prefix: '' } });
  const consumers: ClientCredentialsAuthorizer[] = [];
  const authorizerOf = (credential: CloudCredential): Authorizer => {
    if (credential.kind === 'api-token') return new ApiTokenAuthorizer(credential);
    const consumer = new ClientCredentialsAuthorizer({ ...credential, http: tokens, path: config.auth.prefix, clock: options.clock });
    consumers.push(consumer);
    return consumer;
  };
  const credentials = config.credentials.map((credential) => ({
    position: credential.position,
    kind: KIND_NAMES[credential.kind],
    authorizer: authorizerOf(credential),
  }));
  const shownHeaders = [CREDENTIAL_TYPE_HEADER, ...(options.shownHeaders ?? [])];
  const buckets = bucketLimits(options.budget?.callsPerHour ?? DEFAULT_BUDGET.callsPerHour);
  const http = new HttpClient({ ...options, buckets, base: config.base, credentials, shownHeaders });
  const organisation = config.organisation ? openOrganisation(config.organisation, rest) : null;
  return {
    http,
    organisation,
    grantedScopes: () => [...new Set(consumers.flatMap(({ scopes }) => scopes))].sort(),
    close: async () => {
      await Promise.all([http.close(), tokens.close(), organisation?.http.close()]);
    },
  };
}
