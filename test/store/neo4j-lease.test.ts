/** Who may write to a store on a real Neo4j: one at a time, the dead lose it, the late are stopped. */
import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import { LEASE_MS } from '../../graph/store/neo4j-schema.ts';
import type { Run, Store } from '../../graph/store/port.ts';
import { describeOnNeo4j, freshTenant, openDriver } from '../neo4j/shared-server.ts';
import { commitFacts, failureOf, heldAt } from './commit-facts.ts';

const PAGE = { scope: 'a', endpoint: '/a', path: '/1', status: 200, fetchedAt: 1, next: null, body: { number: 1 } };
const NOTHING = { facts: [], scopes: new Map(), closeUnlisted: true, report: {} };
const TIMEOUT = { timeout: 120_000 };

describeOnNeo4j('the lease of a store', (server) => {
  const direct = openDriver(server);
  afterAll(() => direct.close());

  const open = async (tenant: string = freshTenant()): Promise<Store> => {
    const store = await openNeo4jStore({ ...server, tenant });
    onTestFinished(() => store.close());
    return store;
  };
  const set = (tenant: string, values: Record<string, unknown>) =>
    direct.executeQuery('MATCH (s:GrantpathStore {tenant: $tenant}) SET s += $values', { tenant, values });
  const get = async (tenant: string, name: string): Promise<unknown> =>
    (await direct.executeQuery('MATCH (s:GrantpathStore {tenant: $tenant}) RETURN s[$name] AS value', { tenant, name })).records[0]?.get(
      'value',
    );
  /** A run of a store that lost its lease to somebody who lives. */
  const robbed = async (): Promise<{ store: Store; run: Run }> => {
    const store = await open();
    await commitFacts(store, { a: 'user:ann MEMBER_OF group:acme/dev' });
    const run = await store.startRun('test/one');
    await set(store.tenant, { holder: 'another', holderProcess: null });
    return { store, run };
  };

  it('is held by one store, whose process is named to others', TIMEOUT, async () => {
    const one = await open();
    const two = await open(one.tenant);
    const run = await one.startRun('test/one');
    const failure = await failureOf(() => two.startRun('test/two'));
    expect(failure).toMatchObject({ code: 'STORE_BUSY', details: { holder: process.pid } });
    expect(failure.message).toContain(hostname());
    await run.abandon();
    expect((await two.startRun('test/two')).connector).toBe('test/two');
  });

  it('is renewed while its holder does nothing', TIMEOUT, async () => {
    const store = await open();
    await store.startRun('test/one');
    const first = await get(store.tenant, 'heartbeatAt');
    while ((await get(store.tenant, 'heartbeatAt')) === first) await sleep(100);
  });

  it('is taken over when it was not renewed, not before', TIMEOUT, async () => {
    const store = await open();
    await set(store.tenant, { holder: 'another', holderProcess: null });
    const renewed = (ms: number) =>
      direct.executeQuery('MATCH (s:GrantpathStore {tenant: $tenant}) SET s.heartbeatAt = timestamp() - toInteger($ms)', {
        tenant: store.tenant,
        ms,
      });
    await renewed(LEASE_MS / 3);
    expect(await failureOf(() => store.startRun('test/one'))).toMatchObject({ code: 'STORE_BUSY' });
    await renewed(LEASE_MS + 1);
    expect((await store.startRun('test/one')).connector).toBe('test/one');
  });

  it('of a process of this machine that ended is taken over at once', TIMEOUT, async () => {
    const store = await open();
    await store.startRun('test/one');
    const ours = JSON.parse(String(await get(store.tenant, 'holderProcess'))) as { pid: number; space: string | null };
    expect(ours.pid).toBe(process.pid);
    await store.close();
    const { pid } = spawnSync(process.execPath, ['--version']);
    await set(store.tenant, { holder: 'another', holderProcess: JSON.stringify({ ...ours, pid }) });
    await direct.executeQuery('MATCH (s:GrantpathStore {tenant: $tenant}) SET s.heartbeatAt = timestamp()', { tenant: store.tenant });
    const next = await open(store.tenant);
    if (ours.space === null) expect(await failureOf(() => next.startRun('test/one'))).toMatchObject({ code: 'STORE_BUSY' });
    else expect((await next.startRun('test/one')).connector).toBe('test/one');
  });

  it('that was lost stops every writing, and nothing of it is written', TIMEOUT, async () => {
    const { store, run } = await robbed();
    const [held, version] = [await heldAt(store, Number.MAX_SAFE_INTEGER, { nodes: true }), await store.readVersion()];
    for (const work of [() => run.keepPage(PAGE), () => run.commit(NOTHING), () => run.abandon()])
      expect(await failureOf(work)).toMatchObject({ code: 'STORE_BUSY' });
    expect([await heldAt(store, Number.MAX_SAFE_INTEGER, { nodes: true }), await store.readVersion()]).toEqual([held, version]);
    expect(await Array.fromAsync(run.pages())).toEqual([]);
    expect(await get(store.tenant, 'holder')).toBe('another');
  });

  it('that was lost is not prolonged by who lost it', TIMEOUT, async () => {
    const { store, run } = await robbed();
    await set(store.tenant, { heartbeatAt: 7 });
    await failureOf(() => run.commit(NOTHING));
    expect(await get(store.tenant, 'heartbeatAt')).toBe(7);
    await store.close();
    expect([await get(store.tenant, 'holder'), await get(store.tenant, 'heartbeatAt')]).toEqual(['another', 7]);
  });
});
