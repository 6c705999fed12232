/** Opens the store that an address names: `sqlite:PATH`. */
import { CodedError } from '../errors.ts';
import type { Store } from './port.ts';
import { openSqliteStore } from './sqlite.ts';

export interface StoreOptions {
  readonly tenant?: string;
  /** Never writes; a store that is not there is an error. */
  readonly readOnly?: boolean;
  /** The clock, milliseconds since 1970. */
  readonly now?: () => number;
}

/** Errors: CONFIG for an address that no store answers to, and those of the store. */
export function openStore(url: string, options: StoreOptions = {}): Store {
  const colon = url.indexOf(':');
  const [scheme, path] = [url.slice(0, colon), url.slice(colon + 1)];
  if (scheme === 'sqlite' && path !== '') return openSqliteStore({ path, ...options });
  throw new CodedError(
    'CONFIG',
    `expected a store address \`sqlite:PATH\`, got \`${scheme === '' ? url : scheme}\`: set GRANTPATH_STORE, e.g. sqlite:.grantpath/store.sqlite`,
  );
}
