/**
 * Credentials of the upstream: who puts what into the `Authorization` header.
 *
 * OAuth 2 client credentials: a token is fetched when first needed, renewed before its `expires_in` runs out, and once when the
 * upstream refuses it. An API token goes as it is, with the e-mail of its owner.
 * INVARIANT: secrets live in private fields; nothing here prints or throws them.
 */
import { CodedError, isCodedError } from '../graph/errors.ts';
import type { Clock } from './clock.ts';
import type { HttpClient } from './http.ts';

export interface Authorizer {
  /** The header's value. Errors: UPSTREAM_AUTH and those of the network. */
  authorization(): Promise<string>;
  /** The upstream refused this value (401): true if another one may be had now. */
  renew(refused: string): Promise<boolean>;
}

/** Basic authentication with a value that never changes: an Atlassian account's e-mail and API token. */
export class ApiTokenAuthorizer implements Authorizer {
  readonly #value: string;

  constructor({ email, token }: { email: string; token: string }) {
    this.#value = basic(email, token);
  }

  async authorization(): Promise<string> {
    return this.#value;
  }

  async renew(): Promise<boolean> {
    return false;
  }
}

/** A key that goes as it is: an API key of an Atlassian organisation. */
export class KeyAuthorizer implements Authorizer {
  readonly #value: string;

  constructor(key: string) {
    this.#value = `Bearer ${key}`;
  }

  async authorization(): Promise<string> {
    return this.#value;
  }

  async renew(): Promise<boolean> {
    return false;
  }
}

/** Renewed this long before the token dies, so that a call does not start with a dying one. */
const MARGIN_MS = 60_000;

/** A token without `expires_in` is trusted this long. */
const LIFE_MS = 3_600_000;

export interface ClientCredentialsOptions {
  /** A client of the token endpoint's origin, without an authorizer. */
  readonly http: HttpClient;
  readonly path: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: Clock;
}

export class ClientCredentialsAuthorizer implements Authorizer {
  readonly #http: HttpClient;
  readonly #path: string;
  readonly #basic: string;
  readonly #clock: Clock;
  #value = '';
  #renewAt = 0;
  #fetching: Promise<void> | null = null;
  #scopes: readonly string[] = [];

  constructor(options: ClientCredentialsOptions) {
    this.#http = options.http;
    this.#path = options.path;
    this.#basic = basic(options.clientId, options.clientSecret);
    this.#clock = options.clock;
  }

  /** What the token endpoint said the token may do; empty before the first token. */
  get scopes(): readonly string[] {
    return this.#scopes;
  }

  async authorization(): Promise<string> {
    if (this.#value === '' || this.#clock.now() >= this.#renewAt) await this.#fetchOnce();
    return this.#value;
  }

  async renew(refused: string): Promise<boolean> {
    // Of several parallel calls that are refused the first one fetches, and the others use what it got.
    if (refused === this.#value) this.#value = '';
    return true;
  }

  async #fetchOnce(): Promise<void> {
    this.#fetching ??= this.#fetchToken().finally(() => {
      this.#fetching = null;
    });
    await this.#fetching;
  }

  async #fetchToken(): Promise<void> {
    const { status, body } = await this.#http.postForm(this.#path, { grant_type: 'client_credentials' }, this.#basic).catch((error) => {
      if (isCodedError(error, 'BUDGET')) throw new CodedError('UPSTREAM_AUTH', 'the token endpoint gives no token for now', {});
      throw error;
    });
    const granted = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const token = granted['access_token'];
    if (status !== 200 || typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
      throw new CodedError('UPSTREAM_AUTH', `the token endpoint must give a token for the client id and secret, got status ${status}`, {
        status,
      });
    }
    const expiresInSeconds = Number(granted['expires_in']);
    const lifeMs = expiresInSeconds > 0 ? expiresInSeconds * 1000 : LIFE_MS;
    this.#value = `Bearer ${token}`;
    this.#renewAt = this.#clock.now() + Math.max(lifeMs / 2, lifeMs - MARGIN_MS);
    this.#scopes = String(granted['scopes'] ?? granted['scope'] ?? '')
      .split(/[\s,]+/)
      .filter((scope) => /^[a-z][a-z:_-]{1,40}$/.test(scope))
      .sort();
  }
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}
