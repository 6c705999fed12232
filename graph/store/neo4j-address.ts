/** Where a Neo4j store is: what of an address is accepted, and what of it is shown. */
import { CodedError } from '../errors.ts';

export interface Neo4jAddress {
  /** `bolt://HOST:PORT` for one server, `neo4j://HOST:PORT` for a cluster; `+s` encrypted, `+ssc` encrypted with whatever certificate. */
  readonly address: string;
  /** Left out where the server asks nobody who it is. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** The server's default if left out. */
  readonly database?: string | undefined;
}

const SCHEMES = ['bolt:', 'bolt+s:', 'bolt+ssc:', 'neo4j:', 'neo4j+s:', 'neo4j+ssc:'];
const DEFAULT_PORT = '7687';

/** Does it name a store in Neo4j? What else is wrong with it, `parseAddress` says. */
export function isNeo4jAddress(address: string): boolean {
  return /^(?:bolt|neo4j)\b[^:]*:/.test(address);
}

/** The address without what cannot be in it, with its port. Errors: CONFIG, without the password that may stand in a wrong place. */
export function parseAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !SCHEMES.includes(url.protocol) || url.hostname === '') {
    const got = url === null ? 'no URL' : SCHEMES.includes(url.protocol) ? 'no host' : `\`${url.protocol}\``;
    throw wrong(`expected the address of a Neo4j server such as \`bolt://localhost:7687\`, got ${got}`);
  }
  if (url.username !== '' || url.password !== '')
    throw wrong('expected user and password of the Neo4j server in NEO4J_USER and NEO4J_PASSWORD, got some in its address');
  if ((url.pathname !== '' && url.pathname !== '/') || url.hash !== '')
    throw wrong('expected the database of the Neo4j server in NEO4J_DATABASE, got a path in its address');
  const isRouted = url.protocol.startsWith('neo4j');
  if (url.search !== '' && !isRouted) throw wrong(`expected no query in an address with \`${url.protocol}//\`, got one`);
  return `${url.protocol}//${url.hostname}:${url.port || DEFAULT_PORT}${url.search}`;
}

function wrong(message: string): CodedError {
  return new CodedError('CONFIG', message, { option: 'GRANTPATH_STORE' });
}
