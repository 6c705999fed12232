/** A change in several transactions on a real Neo4j: it comes to the same as in one, and one that was left half-way is taken back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import { type Neo4jStoreOptions, openNeo4jStore } from '../../graph/store/neo4j.ts';
import type { Store } from '../../graph/store/port.ts';
import { describeOnNeo4j, freshTenant, openDriver } from '../neo4j/shared-server.ts';
import { failureOf, heldAt } from './commit-facts.ts';
import { promisesOfFacts } from './contract-facts.ts';
import { promisesOfProperties } from './contract-properties.ts';
import { CHANGE_CONNECTOR, changeOf, graphOf } from './neo4j-changes.ts';

const [BEFORE_AT, CHANGED_AT] = [1_000, 2_000];
/** Every change takes several transactions, however small it is. */
const SMALLEST = { transactionFacts: 0, batchRows: 7 };
const SMALL = { transactionFacts: 0, batchRows: 60 };
const TIMEOUT = { timeout: 240_000 };

// A cold server plans every statement anew.
vi.setConfig({ testTimeout: 120_000 });

describeOnNeo4j('a change in several transactions', (server) => {
  const direct = openDriver(server);
  afterAll(() => direct.close());

  const open = async (tenant: string, options: Partial<Neo4jStoreOptions> = {}): Promise<Store> => {
    const store = await openNeo4jStore({ ...server, tenant, ...options });
    onTestFinished(() => store.close());
    return store;
  };
  const openBatching = (options: { readonly now?: () => number } = {}) => open(freshTenant(), { ...options, commitLimits: SMALLEST });

  promisesOfFacts(openBatching);
  promisesOfProperties(openBatching);

  const commit = async (store: Store, state: 0 | 1) => (await store.startRun(CHANGE_CONNECTOR)).commit(changeOf(state));

  it('makes the same graph as in one', TIMEOUT, async () => {
    const graphs = [];
    for (const commitLimits of [{}, SMALL]) {
      const clock = { now: BEFORE_AT };
      const store = await open(freshTenant(), { now: () => clock.now, commitLimits });
      await commit(store, 0);
      const before = await graphOf(store.tenant, server);
      clock.now = CHANGED_AT;
      await commit(store, 1);
      graphs.push([before, await graphOf(store.tenant, server)]);
    }
    const [atOnce, inBatches] = graphs;
    expect(atOnce?.[0]?.length).toBeGreaterThan(200);
    expect(atOnce?.[1]).not.toEqual(atOnce?.[0]);
    expect(inBatches).toEqual(atOnce);
  });

  it.each(['the next run', 'a recovery'])('stops when the lease is lost, shows nothing, and is taken back by %s', TIMEOUT, async (by) => {
    const clock = { now: BEFORE_AT };
    const store = await open(freshTenant(), { now: () => clock.now, commitLimits: SMALL });
    await commit(store, 0);
    const { tenant } = store;
    const [before, held] = [await graphOf(tenant, server), await heldAt(store, BEFORE_AT, { nodes: true })];
    clock.now = CHANGED_AT;
    const run = await store.startRun(CHANGE_CONNECTOR);
    const failure = failureOf(() => run.commit(changeOf(1)));
    await until(tenant, `s.applying = ${CHANGED_AT} AND EXISTS { MATCH (f:NodeFact {tenant: $tenant}) WHERE f.validFrom = ${CHANGED_AT} }`);
    await direct.executeQuery(
      "MATCH (s:GrantpathStore {tenant: $tenant}) SET s.holder = 'another', s.holderProcess = null, s.heartbeatAt = 0",
      {
        tenant,
      },
    );
    expect(await failure).toMatchObject({ code: 'STORE_BUSY' });

    const next = await open(tenant, { now: () => CHANGED_AT });
    expect([(await next.readSnapshotAt())?.at, await heldAt(next, CHANGED_AT, { nodes: true })]).toEqual([BEFORE_AT, held]);
    expect(await graphOf(tenant, server)).not.toEqual(before);
    // Aliases stay: who reads by one looks whether the node answers to it.
    const isLasting = (line: string) => !line.startsWith('GrantpathAlias ');
    const expectBefore = async () => expect((await graphOf(tenant, server)).filter(isLasting)).toEqual(before.filter(isLasting));
    if (by === 'a recovery') {
      expect(await next.recover()).toBe(true);
      await expectBefore();
      expect([await next.recover(), (await next.readStatus()).holder]).toEqual([false, null]);
    }
    const again = await next.startRun(CHANGE_CONNECTOR);
    expect(again.id).toBe(run.id);
    await expectBefore();
    await again.commit(changeOf(1));

    const other = await open(freshTenant(), { now: () => clock.now });
    clock.now = BEFORE_AT;
    await commit(other, 0);
    clock.now = CHANGED_AT;
    await commit(other, 1);
    expect(await graphOf(tenant, server)).toEqual(await graphOf(other.tenant, server));
  });

  /** Waits until something is true of the store. */
  async function until(tenant: string, condition: string): Promise<void> {
    for (;;) {
      const { records } = await direct.executeQuery(`MATCH (s:GrantpathStore {tenant: $tenant}) RETURN ${condition} AS is`, { tenant });
      if (records[0]?.get('is') === true) return;
      await sleep(2);
    }
  }
});
