/** Random runs on a real Neo4j beside the memory store: fewer, because each read is a way to a server and back. */
import { it } from 'vitest';
import { openMemoryStore } from '../../graph/store/memory.ts';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import { describeOnNeo4j, freshTenant } from '../neo4j/shared-server.ts';
import { expectStoresOfModel, LONG, SEED } from './model-law.ts';

describeOnNeo4j(`Neo4j and the model, with seed ${SEED}`, (server) => {
  it('agree on everything at every instant, after every later run', { timeout: 1_200_000 }, async () => {
    await expectStoresOfModel({
      open: async (options) => [openMemoryStore(options), await openNeo4jStore({ ...server, tenant: freshTenant(), ...options })],
      sequences: LONG ? 100 : 6,
    });
  });

  it('agree where every change is applied in many transactions', { timeout: 1_200_000 }, async () => {
    const open = (options: { now: () => number }) =>
      openNeo4jStore({ ...server, tenant: freshTenant(), commitLimits: { transactionFacts: 2, batchRows: 2 }, ...options });
    await expectStoresOfModel({ open: async (options) => [openMemoryStore(options), await open(options)], sequences: LONG ? 50 : 3 });
  });
});
