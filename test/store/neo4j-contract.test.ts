/** The contract of a store on a real Neo4j: a tenant of its own for each store that a test opens. */
import { vi } from 'vitest';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import type { Store } from '../../graph/store/port.ts';
import { describeOnNeo4j, freshTenant } from '../neo4j/shared-server.ts';
import { type OpenOptions, storeContract } from './contract.ts';

// A cold server plans every statement anew.
vi.setConfig({ testTimeout: 120_000 });

describeOnNeo4j('Neo4j', (server) => {
  const open = (tenant: string, options?: OpenOptions): Promise<Store> => openNeo4jStore({ ...server, tenant, ...options });

  storeContract('Neo4j', {
    open: (options) => open(freshTenant(), options),
    reopen: (store, options) => open(store.tenant, options),
  });
});
