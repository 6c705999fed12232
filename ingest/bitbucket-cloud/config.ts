/**
 * The connector's settings, read from the environment. Names are part of the product; secrets come from nowhere else.
 */
import { CodedError } from '../../graph/errors.ts';
import { ApiTokenAuthorizer, type Authorizer, ClientCredentialsAuthorizer } from '../auth.ts';
import type { Clock } from '../clock.ts';
import { HttpClient, type HttpOptions } from '../http.ts';
import { type BaseAddress, parseBaseAddress } from '../origin.ts';

const DEFAULT_URL = 'https://api.bitbucket.org';
const DEFAULT_AUTH_URL = 'https://bitbucket.org/site/oauth2/access_token';

export type CloudCredential =
  | { readonly kind: 'client-credentials'; readonly clientId: string; readonly clientSecret: string }
  | { readonly kind: 'api-token'; readonly email: string; readonly token: string };

export interface CloudConfig {
  readonly base: BaseAddress;
  /** The token endpoint; its prefix is the whole path. */
  readonly auth: BaseAddress;
  readonly credential: CloudCredential;
}

/** Errors: CONFIG naming the variable. */
export function readCloudConfig(env: Readonly<Record<string, string | undefined>>): CloudConfig {
  const value = (name: string) => {
    const text = env[name]?.trim();
    return text === undefined || text === '' ? undefined : text;
  };
  return {
    base: parseBaseAddress(value('BITBUCKET_CLOUD_URL') ?? DEFAULT_URL, 'BITBUCKET_CLOUD_URL'),
    auth: parseBaseAddress(value('BITBUCKET_CLOUD_AUTH_URL') ?? DEFAULT_AUTH_URL, 'BITBUCKET_CLOUD_AUTH_URL'),
    credential: readCredential(value),
  };
}

function readCredential(value: (name: string) => string | undefined): CloudCredential {
  const [clientId, clientSecret] = [value('BITBUCKET_CLOUD_CLIENT_ID'), value('BITBUCKET_CLOUD_CLIENT_SECRET')];
  const [email, token] = [value('BITBUCKET_CLOUD_EMAIL'), value('BITBUCKET_CLOUD_API_TOKEN')];
  const oauth = clientId !== undefined || clientSecret !== undefined;
  const basic = email !== undefined || token !== undefined;
  if (oauth && basic) {
    throw new CodedError(
      'CONFIG',
      'one credential must be set, got two: unset BITBUCKET_CLOUD_CLIENT_ID and BITBUCKET_CLOUD_CLIENT_SECRET, or BITBUCKET_CLOUD_EMAIL and BITBUCKET_CLOUD_API_TOKEN',
    );
  }
  if (oauth) {
    const needed = { BITBUCKET_CLOUD_CLIENT_ID: clientId, BITBUCKET_CLOUD_CLIENT_SECRET: clientSecret };
    return {
      kind: 'client-credentials',
      clientId: need(needed, 'BITBUCKET_CLOUD_CLIENT_ID'),
      clientSecret: need(needed, 'BITBUCKET_CLOUD_CLIENT_SECRET'),
    };
  }
  if (basic) {
    const needed = { BITBUCKET_CLOUD_EMAIL: email, BITBUCKET_CLOUD_API_TOKEN: token };
    return { kind: 'api-token', email: need(needed, 'BITBUCKET_CLOUD_EMAIL'), token: need(needed, 'BITBUCKET_CLOUD_API_TOKEN') };
  }
  throw new CodedError(
    'CONFIG',
    'a credential must be set: BITBUCKET_CLOUD_CLIENT_ID with BITBUCKET_CLOUD_CLIENT_SECRET, or BITBUCKET_CLOUD_EMAIL with BITBUCKET_CLOUD_API_TOKEN',
  );
}

function need(values: Readonly<Record<string, string | undefined>>, name: string): string {
  const text = values[name];
  if (text === undefined)
    throw new CodedError('CONFIG', `${name} must be set, because ${Object.keys(values).find((other) => other !== name)} is`, {
      option: name,
    });
  return text;
}

export interface CloudClient {
  readonly http: HttpClient;
  /** What the credential was granted, as far as the upstream says; empty where it does not. */
  grantedScopes(): readonly string[];
  close(): Promise<void>;
}

/** A client of the configured upstream that authorizes itself. */
export function openCloudClient(
  config: CloudConfig,
  options: Omit<HttpOptions, 'base' | 'authorizer'> & { readonly clock: Clock },
): CloudClient {
  if (config.credential.kind === 'api-token') {
    const http = new HttpClient({ ...options, base: config.base, authorizer: new ApiTokenAuthorizer(config.credential) });
    return { http, grantedScopes: () => [], close: () => http.close() };
  }
  // The token endpoint has a budget of its own: its calls are not counted by the API's limit.
  const { budget: _, ...rest } = options;
  const tokens = new HttpClient({ ...rest, base: { origin: config.auth.origin, prefix: '' } });
  const oauth = new ClientCredentialsAuthorizer({ ...config.credential, http: tokens, path: config.auth.prefix, clock: options.clock });
  const authorizer: Authorizer = oauth;
  const http = new HttpClient({ ...options, base: config.base, authorizer });
  return {
    http,
    grantedScopes: () => oauth.scopes,
    close: async () => {
      await Promise.all([http.close(), tokens.close()]);
    },
  };
}
