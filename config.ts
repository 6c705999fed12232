/**
 * The environment: one table, read by the program, its help and the README.
 *
 * INVARIANT: a secret comes from the environment alone, is never taken from an argument and never printed. An address that has
 * one in it is refused without being repeated.
 */
import { CodedError } from './graph/errors.ts';

export interface SettingRow {
  readonly name: string;
  /** What holds when it is not set; null where nothing does. */
  readonly default: string | null;
  readonly secret: boolean;
  readonly doc: string;
}

export const SETTINGS = [
  {
    name: 'GRANTPATH_STORE',
    default: 'sqlite:.grantpath/store.sqlite',
    secret: false,
    doc: 'where facts are kept: `sqlite:PATH`; in Neo4j `neo4j://HOST:PORT` (routed) or `bolt://HOST:PORT` (one server), `+s` after the scheme encrypts, `+ssc` takes any certificate',
  },
  { name: 'NEO4J_USER', default: null, secret: false, doc: 'who asks Neo4j; without it there is no authentication' },
  { name: 'NEO4J_PASSWORD', default: null, secret: true, doc: 'the password of that user' },
  { name: 'NEO4J_DATABASE', default: null, secret: false, doc: 'the database in Neo4j; without it the default one of the user' },
  { name: 'GRANTPATH_TENANT', default: 'default', secret: false, doc: 'whose store it is: nothing crosses tenants' },
  { name: 'GRANTPATH_HOST', default: '127.0.0.1', secret: false, doc: 'the address that `serve` listens on' },
  { name: 'GRANTPATH_PORT', default: '4000', secret: false, doc: 'the port that `serve` listens on; 0 for any free one' },
  {
    name: 'GRANTPATH_PUBLIC_URL',
    default: null,
    secret: false,
    doc: 'where other tools reach the server, if something stands before it; the metadata of AuthZEN names it',
  },
  {
    name: 'BITBUCKET_CLOUD_URL',
    default: 'https://api.bitbucket.org',
    secret: false,
    doc: 'the API; the paths /2.0/... and /1.0/... lie below it',
  },
  {
    name: 'BITBUCKET_CLOUD_AUTH_URL',
    default: 'https://bitbucket.org/site/oauth2/access_token',
    secret: false,
    doc: 'the token endpoint, whole',
  },
  {
    name: 'BITBUCKET_CLOUD_CLIENT_ID',
    default: null,
    secret: false,
    doc: 'the key of an OAuth consumer of the workspace; a further credential has its four names with `_2`, `_3`, ... at the end, and a budget of its own',
  },
  { name: 'BITBUCKET_CLOUD_CLIENT_SECRET', default: null, secret: true, doc: 'its secret' },
  { name: 'BITBUCKET_CLOUD_EMAIL', default: null, secret: false, doc: 'instead of a consumer: the e-mail of an Atlassian account' },
  { name: 'BITBUCKET_CLOUD_API_TOKEN', default: null, secret: true, doc: 'an API token of that account' },
  {
    name: 'ATLASSIAN_ORG_ID',
    default: null,
    secret: false,
    doc: 'the Atlassian organisation that the workspaces belong to; with its key runs are incremental and groups have a second source',
  },
  { name: 'ATLASSIAN_ORG_API_KEY', default: null, secret: true, doc: 'an API key of that organisation, made without scopes' },
  { name: 'ATLASSIAN_ORG_URL', default: 'https://api.atlassian.com', secret: false, doc: 'its API; the paths /admin/... lie below it' },
] as const satisfies readonly SettingRow[];

export type SettingName = (typeof SETTINGS)[number]['name'];
export type Environment = Readonly<Record<string, string | undefined>>;

/** How a store in Neo4j is entered. */
export interface Neo4jSettings {
  /** Left out: without authentication. */
  readonly user?: string;
  readonly password?: string;
  /** Left out: the default one of the user. */
  readonly database?: string;
}

export interface Config {
  /** The address of the store: without anything secret. */
  readonly store: string;
  readonly neo4j: Neo4jSettings;
  readonly tenant: string;
  readonly host: string;
  readonly port: number;
  /** Where others reach the server; undefined where that is where it listens. */
  readonly publicUrl: string | undefined;
}

/** A store that was named otherwise than by the environment, and what named it. */
export interface NamedStore {
  readonly address: string;
  readonly option: string;
}

const PORT_MAX = 65_535;

/** What the environment says, with the defaults of the table. Errors: CONFIG naming the variable, or the option that named the store. */
export function readConfig(env: Environment, named?: NamedStore): Config {
  const { address, option } = named ?? { address: settingOf(env, 'GRANTPATH_STORE'), option: 'GRANTPATH_STORE' };
  return {
    store: requireNoSecrets(address, option),
    neo4j: readNeo4j(env),
    tenant: matching(env, 'GRANTPATH_TENANT', /^[A-Za-z0-9._-]{1,64}$/, '1 to 64 letters, digits, dots, dashes or underscores'),
    host: matching(env, 'GRANTPATH_HOST', /^[A-Za-z0-9.:_-]+$/, 'a host name or address without a port'),
    port: parsePort(settingOf(env, 'GRANTPATH_PORT'), 'GRANTPATH_PORT'),
    publicUrl: isSet(env, 'GRANTPATH_PUBLIC_URL') ? parsePublicUrl(settingOf(env, 'GRANTPATH_PUBLIC_URL')) : undefined,
  };
}

/** Is the variable set to something? Blanks alone are nothing. */
export function isSet(env: Environment, name: SettingName): boolean {
  return (env[name] ?? '').trim() !== '';
}

/** Errors: CONFIG naming the option. */
export function parsePort(text: string, option: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= PORT_MAX))
    throw new CodedError('CONFIG', `${option} must be a port from 0 to ${PORT_MAX}, got \`${text.slice(0, 40)}\``, { option });
  return port;
}

/**
 * An address is printed and logged, so nothing secret may be in it. Whether it can be used is the store's to say.
 * Errors: CONFIG, which does not repeat the address.
 */
function requireNoSecrets(address: string, option: string): string {
  if (!/^(?:neo4j|bolt)\b.*@/is.test(address)) return address;
  throw new CodedError('CONFIG', `${option} must be an address without user and password: set NEO4J_USER and NEO4J_PASSWORD instead`, {
    option,
  });
}

function readNeo4j(env: Environment): Neo4jSettings {
  // As it stands: a password may begin or end with a blank.
  const password = isSet(env, 'NEO4J_PASSWORD') ? env['NEO4J_PASSWORD'] : undefined;
  return {
    ...(isSet(env, 'NEO4J_USER') ? { user: settingOf(env, 'NEO4J_USER') } : {}),
    ...(password === undefined ? {} : { password }),
    ...(isSet(env, 'NEO4J_DATABASE') ? { database: settingOf(env, 'NEO4J_DATABASE') } : {}),
  };
}

/** It is handed to strangers: nothing but an address may be in it. */
function parsePublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (isPlain) return text.replace(/\/+$/, '');
  const option = 'GRANTPATH_PUBLIC_URL';
  throw new CodedError('CONFIG', `${option} must be an http or https URL without user, query and fragment`, { option });
}

function settingOf(env: Environment, name: SettingName): string {
  const row: SettingRow | undefined = SETTINGS.find((setting) => setting.name === name);
  return isSet(env, name) ? (env[name] as string).trim() : (row?.default ?? '');
}

function matching(env: Environment, name: SettingName, form: RegExp, told: string): string {
  const text = settingOf(env, name);
  if (!form.test(text)) throw new CodedError('CONFIG', `${name} must be ${told}, got \`${text.slice(0, 80)}\``, { option: name });
  return text;
}
