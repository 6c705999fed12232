/** The SQLite store keeps the contract. */
import { join } from 'node:path';
import { openSqliteStore } from '../../graph/store/sqlite.ts';
import { temporaryFolder } from './commit-facts.ts';
import { storeContract } from './contract.ts';

storeContract('SQLite', (options) => openSqliteStore({ path: join(temporaryFolder(), 'store.sqlite'), ...options }));
