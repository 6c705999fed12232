/** The SQLite store keeps the contract. */
import { join } from 'node:path';
import type { Store } from '../../graph/store/port.ts';
import { openSqliteStore } from '../../graph/store/sqlite.ts';
import { temporaryFolder } from './commit-facts.ts';
import { type OpenOptions, storeContract } from './contract.ts';

const pathOf = new Map<Store, string>();
const openAt = (path: string, options?: OpenOptions): Store => {
  const store = openSqliteStore({ path, ...options });
  pathOf.set(store, path);
  return store;
};

storeContract('SQLite', {
  open: async (options) => openAt(join(temporaryFolder(), 'store.sqlite'), options),
  reopen: async (store, options) => openAt(pathOf.get(store) as string, options),
});
