/** Opens the store that an address names: `sqlite:PATH`, or one in Neo4j. */
import { CodedError } from '../errors.ts';
import { isNeo4jAddress } from './neo4j-address.ts';
import type { Store } from './port.ts';
import { openSqliteStore } from './sqlite.ts';

export interface StoreOptions {
  readonly tenant?: string;
  /** Never writes; a store that is not there is an error. */
  readonly readOnly?: boolean;
  /** How a store in Neo4j is entered. */
  readonly neo4j?: { readonly user?: string; readonly password?: string; readonly database?: string };
  /** The clock, milliseconds since 1970. */
  readonly now?: () => number;
}

/** A promise, because a store may be on another machine. Errors: CONFIG for an address that no store answers to, and those of the store. */
export async function openStore(url: string, { neo4j = {}, ...options }: StoreOptions = {}): Promise<Store> {
  const colon = url.indexOf(':');
  const [scheme, path] = [url.slice(0, colon), url.slice(colon + 1)];
  if (scheme === 'sqlite' && path !== '') return openSqliteStore({ path, ...options });
  if (isNeo4jAddress(url)) {
    // Who keeps facts in a file does not wait for a driver.
    const { openNeo4jStore } = await import('./neo4j.ts');
    return openNeo4jStore({ address: url, ...neo4j, ...options });
  }
  throw new CodedError(
    'CONFIG',
    `expected a store address \`sqlite:PATH\`, \`bolt://HOST:PORT\` or \`neo4j://HOST:PORT\`, got \`${scheme === '' ? url : scheme}\`: set GRANTPATH_STORE, e.g. sqlite:.grantpath/store.sqlite`,
  );
}
