/**
 * Who may call: the token endpoint for OAuth client credentials, and Basic authentication with an API token.
 *
 * Secrets are made anew for each server, so that nothing that opens anything is written down.
 */
import { randomBytes } from 'node:crypto';

export interface SampleCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly email: string;
  readonly apiToken: string;
}

export interface TokenLife {
  /** What `expires_in` says. */
  readonly expiresInSeconds: number;
  /** Calls that a token is good for, whatever `expires_in` says. */
  readonly callsMax: number;
}

/** Two hours, as recorded. */
const TOKEN_LIFE: TokenLife = { expiresInSeconds: 7200, callsMax: Number.POSITIVE_INFINITY };

const SCOPES = 'account pipeline project:admin repository:admin runner webhook';

export class SampleAccess {
  readonly credentials: SampleCredentials = {
    clientId: secret(),
    clientSecret: secret(),
    email: 'reader@acme.example',
    apiToken: secret(),
  };
  readonly #life: TokenLife;
  /** Calls left by access token. */
  readonly #tokens = new Map<string, number>();

  constructor(life: Partial<TokenLife> = {}) {
    this.#life = { ...TOKEN_LIFE, ...life };
  }

  /** How many access tokens were given out. */
  get tokensGiven(): number {
    return this.#tokens.size;
  }

  /** The answer of the token endpoint. */
  grant(authorization: string | undefined, form: string): { status: number; body: unknown } {
    const { clientId, clientSecret } = this.credentials;
    if (authorization !== basic(clientId, clientSecret))
      return { status: 401, body: { error: 'invalid_client', error_description: 'Invalid OAuth client credentials' } };
    if (new URLSearchParams(form).get('grant_type') !== 'client_credentials')
      return { status: 400, body: { error: 'unsupported_grant_type', error_description: 'Unsupported grant type' } };
    const token = secret();
    this.#tokens.set(token, this.#life.callsMax);
    const body = {
      access_token: token,
      scopes: SCOPES,
      token_type: 'bearer',
      expires_in: this.#life.expiresInSeconds,
      state: 'client_credentials',
      refresh_token: secret(),
    };
    return { status: 200, body };
  }

  /** May this call be answered? */
  admits(authorization: string | undefined): boolean {
    const { email, apiToken } = this.credentials;
    if (authorization === basic(email, apiToken)) return true;
    const token = authorization?.replace(/^Bearer /, '') ?? '';
    const left = this.#tokens.get(token) ?? 0;
    if (left <= 0) return false;
    this.#tokens.set(token, left - 1);
    return true;
  }
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}
