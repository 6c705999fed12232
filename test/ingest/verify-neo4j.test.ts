/** A store in Neo4j against a rebuild from its raw pages: equal after several runs, and what is done to the graph is named. */
import { expect, it, onTestFinished } from 'vitest';
import { openMemoryStore } from '../../graph/store/memory.ts';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import { verifyStore } from '../../ingest/verify.ts';
import { describeOnNeo4j, freshTenant, openDriver } from '../neo4j/shared-server.ts';
import { openSample, smallWorkspace } from './sample.ts';

/** A server that was just started plans each statement first. */
const LONG_MS = 300_000;

describeOnNeo4j('store verify on Neo4j', (server) => {
  it(
    'finds nothing after runs with changes and refusals, and whatever was done to the graph',
    async () => {
      const tenant = freshTenant();
      const workspace = smallWorkspace();
      const sample = await openSample({ workspace, inMemory: true });
      onTestFinished(() => sample.close());
      const store = await openNeo4jStore({ ...server, tenant, now: () => sample.clock.at });
      onTestFinished(() => store.close());
      const driver = openDriver(server);
      onTestFinished(() => driver.close());
      const verify = async () => {
        let now = 0;
        const fresh = openMemoryStore({ now: () => now });
        const setClock = (at: number) => {
          now = at;
        };
        const { differences, counts } = await verifyStore(store, {
          at: null,
          fresh: { store: fresh, setClock },
          onProgress: async () => {},
        });
        return { found: Object.values(counts).reduce((sum, count) => sum + count, 0), differences };
      };
      const doneTo = async (cypher: string) => {
        const { records } = await driver.executeQuery(cypher, { tenant });
        expect(records.length, cypher).toBe(1);
      };

      await sample.sync({ store });
      workspace.repositories = workspace.repositories.filter(({ slug }) => slug !== 'docs');
      sample.server.faults.push({ at: /members/, does: { answer: 403 } });
      sample.clock.at += 3_600_000;
      await sample.sync({ store });
      expect(await verify()).toEqual({ found: 0, differences: [] });

      await doneTo(
        "MATCH (f:NodeFact {tenant: $tenant, ref: 'user:evan'}) WHERE f.validTo IS NULL WITH f LIMIT 1 SET f.name = f.name RETURN f",
      );
      expect((await verify()).found).toBe(0);
      await doneTo(
        'MATCH (:User {tenant: $tenant})-[r:MEMBER_OF]->(g:Group) WHERE r.scope IS NOT NULL WITH r LIMIT 1 DELETE r RETURN 1 AS done',
      );
      const { found, differences } = await verify();
      expect([found, differences]).toEqual([
        1,
        [expect.objectContaining({ is: 'missing', id: expect.stringContaining(' MEMBER_OF group:') })],
      ]);
      await doneTo("MATCH (f:NodeFact {tenant: $tenant, ref: 'user:evan'}) SET f.name = 'Eve' RETURN count(f) AS done");
      expect((await verify()).differences).toContainEqual({
        is: 'different',
        id: expect.stringMatching(/^user:\S+ IS User$/),
        detail: 'name is `Eve` in the store, by the pages `Evan Lindqvist`',
      });
    },
    LONG_MS,
  );
});
