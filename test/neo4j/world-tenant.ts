/** A world committed as a tenant of the shared server. Committed in 1970, so that an expectation may ask of any later time. */
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import { commitWorld } from '../support/commit-world.ts';
import { COMMITTED_AT, type WriteWorldStore } from '../support/world-store.ts';
import { freshTenant, NEO4J } from './shared-server.ts';

export const writeWorldTenant: WriteWorldStore = async (world) => {
  const tenant = freshTenant();
  const store = await openNeo4jStore({ ...NEO4J, tenant, now: () => COMMITTED_AT });
  await commitWorld(store, world);
  await store.close();
  // Tenants are removed together, when the test file is over.
  return { url: NEO4J.address, tenant, neo4j: entryOf(NEO4J), remove: () => {} };
};

/** How the store is entered, as the library takes it. */
export function entryOf({ user, password }: typeof NEO4J) {
  return { ...(user !== undefined && { user }), ...(password !== undefined && { password }) };
}
