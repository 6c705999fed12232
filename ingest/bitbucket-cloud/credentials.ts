/**
 * The credentials in the environment: one, and further ones under the same names with `_2`, `_3`, ... at the end, each with an
 * hourly budget of its own.
 */
import { CodedError } from '../../graph/errors.ts';

export type CloudCredential = {
  /** The number at the end of its variables; 1 for those without. */
  readonly position: number;
} & (
  | { readonly kind: 'client-credentials'; readonly clientId: string; readonly clientSecret: string }
  | { readonly kind: 'api-token'; readonly email: string; readonly token: string }
);

/** What people call the kinds that read permissions. */
export const KIND_NAMES: Readonly<Record<CloudCredential['kind'], string>> = {
  'client-credentials': 'OAuth consumer',
  'api-token': 'API token',
};

const NAMES = ['BITBUCKET_CLOUD_CLIENT_ID', 'BITBUCKET_CLOUD_CLIENT_SECRET', 'BITBUCKET_CLOUD_EMAIL', 'BITBUCKET_CLOUD_API_TOKEN'] as const;
const POSITION_MAX = 20;

type Environment = Readonly<Record<string, string | undefined>>;

/** The credentials by position; at least one. Errors: CONFIG naming the variable. */
export function readCredentials(env: Environment): readonly CloudCredential[] {
  const credentials = positionsOf(env).map((position) => readCredential(env, position));
  if (credentials.length === 0) {
    throw new CodedError(
      'CONFIG',
      'a credential must be set: BITBUCKET_CLOUD_CLIENT_ID with BITBUCKET_CLOUD_CLIENT_SECRET, or BITBUCKET_CLOUD_EMAIL with BITBUCKET_CLOUD_API_TOKEN',
    );
  }
  requireDifferent(credentials);
  return credentials;
}

function positionsOf(env: Environment): number[] {
  const positions = new Set<number>();
  for (const [name, text = ''] of Object.entries(env)) {
    const base = NAMES.find((each) => name === each || name.startsWith(`${each}_`));
    if (base === undefined || text.trim() === '') continue;
    const end = name.slice(base.length + 1);
    const position = name === base ? 1 : /^[1-9]\d?$/.test(end) ? Number(end) : 0;
    if (!(position >= (name === base ? 1 : 2) && position <= POSITION_MAX))
      throw new CodedError('CONFIG', `${base} must end in nothing or in _2 to _${POSITION_MAX}, got \`${name.slice(0, 80)}\``, {
        option: base,
      });
    positions.add(position);
  }
  return [...positions].sort((a, b) => a - b);
}

function readCredential(env: Environment, position: number): CloudCredential {
  const suffix = position === 1 ? '' : `_${position}`;
  const [idName, secretName, emailName, tokenName] = NAMES.map((name) => `${name}${suffix}`) as [string, string, string, string];
  const value = (name: string) => env[name]?.trim() || undefined;
  const oauth = value(idName) !== undefined || value(secretName) !== undefined;
  if (oauth && (value(emailName) !== undefined || value(tokenName) !== undefined)) {
    throw new CodedError(
      'CONFIG',
      `one credential must be set, got two: unset ${idName} and ${secretName}, or ${emailName} and ${tokenName}; a further one has its number at the end of its names, as in ${NAMES[0]}_${position + 1}`,
    );
  }
  const need = (name: string, other: string): string => {
    const text = value(name);
    if (text === undefined) throw new CodedError('CONFIG', `${name} must be set, because ${other} is`, { option: name });
    return text;
  };
  return oauth
    ? { position, kind: 'client-credentials', clientId: need(idName, secretName), clientSecret: need(secretName, idName) }
    : { position, kind: 'api-token', email: need(emailName, tokenName), token: need(tokenName, emailName) };
}

/** The upstream counts calls by account and by consumer: a second credential of the same one has no budget of its own. */
function requireDifferent(credentials: readonly CloudCredential[]): void {
  const known = new Map<string, number>();
  for (const credential of credentials) {
    const owner = credential.kind === 'api-token' ? `email ${credential.email.toLowerCase()}` : `client ${credential.clientId}`;
    const other = known.get(owner);
    if (other !== undefined) {
      const what = credential.kind === 'api-token' ? 'account' : 'consumer';
      throw new CodedError(
        'CONFIG',
        `credential ${credential.position} must be of another ${what} than credential ${other}: Bitbucket counts the calls of both as one`,
      );
    }
    known.set(owner, credential.position);
  }
}
