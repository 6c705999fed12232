/** Reading a real Neo4j while somebody writes, in pieces, and beyond the sizes at which a read takes another way. */
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { type Fact, factId } from '../../graph/fact.ts';
import { openMemoryStore } from '../../graph/store/memory.ts';
import { type Neo4jStoreOptions, openNeo4jStore } from '../../graph/store/neo4j.ts';
import type { EdgeColumns, Store } from '../../graph/store/port.ts';
import { describeOnNeo4j, freshTenant, openDriver } from '../neo4j/shared-server.ts';
import { commitFacts, failureOf, node } from './commit-facts.ts';
import { keysOf } from './laws.ts';

const BASE = `
  user:ann MEMBER_OF group:acme/dev
  user:bob MEMBER_OF group:acme/dev
  group:acme/dev HOLDS write ON repository:acme/api
  user:ann HOLDS odd%20level ON repository:acme/api
  anonymous: HOLDS read ON repository:acme/web
  restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
  restriction:acme/api#1 EXEMPTS user:ann
  user:eve IS User active=false expiresAt=2026-01-31T12:00:00Z
`;

describeOnNeo4j('reading Neo4j', (server) => {
  const open = async (options: Partial<Neo4jStoreOptions> = {}): Promise<Store> => {
    const store = await openNeo4jStore({ ...server, tenant: freshTenant(), ...options });
    onTestFinished(() => store.close());
    return store;
  };
  const direct = openDriver();
  const cypher = (text: string, parameters: Record<string, unknown> = {}) => direct.executeQuery(text, parameters);
  afterAll(() => direct.close());

  it('gives one state while a change is applied in several transactions, and afterwards', { timeout: 120_000 }, async () => {
    const writer = await open({ commitLimits: { transactionFacts: 1, batchRows: 60 } });
    const reader = await open({ tenant: writer.tenant });
    const people = (from: number): Fact[] => Array.from({ length: 1_500 }, (_, i) => node(`user:${from + i}`));
    const members = (from: number): Fact[] =>
      people(from).map((fact) => ({
        type: 'edge',
        kind: 'MEMBER_OF',
        from: factId(fact).split(' ')[0] ?? '',
        to: 'group:acme/dev',
        word: '',
        props: {},
      }));
    const group = node('group:acme/dev', { kind: 'Group' });
    const { at } = await commitFacts(writer, { a: [group, ...people(0), ...members(0)], b: BASE });
    const picture = async (instant: number) => [
      (await Array.fromAsync(reader.scanFacts(instant))).map(({ fact, validFrom }) => `${factId(fact)} ${validFrom}`),
      edgesOf(await reader.scanEdgeColumns(instant)),
      keysOf((await reader.scanNodeColumns(instant)).keys),
      await reader.readSources(instant),
      (await reader.readEdgesOf({ key: 'group:acme/dev', end: 'to', at: instant, first: 2_000 })).length,
      await reader.countNodes({ text: '', at: instant }),
    ];
    const before = await picture(at);
    let isDone = false;
    const change = commitFacts(writer, { a: [group, ...people(1_000), ...members(1_000)], b: '' }, { unread: ['b'] }).finally(() => {
      isDone = true;
    });
    let looks = 0;
    for (; !isDone; looks++) expect(await picture(at)).toEqual(before);
    const later = await change;
    expect(looks).toBeGreaterThan(0);
    expect(await picture(at)).toEqual(before);
    const after = await picture(later.at);
    expect(after).not.toEqual(before);
    expect(after[4]).toBe(1_500 + 2);
  });

  it('waits while statements are being committed, unless their writer is dead', async () => {
    const store = await open();
    const { at } = await commitFacts(store, { a: BASE });
    const { tenant } = store;
    await cypher('MATCH (s:GrantpathStore {tenant: $tenant}) SET s.writes = s.writes + 1, s.heartbeatAt = timestamp()', { tenant });
    let isRead = false;
    const reading = store.readSnapshotAt().then((snapshot) => {
      isRead = true;
      return snapshot;
    });
    // More ways to the server and back than a read makes.
    for (let i = 0; i < 20; i++) await cypher('RETURN 1');
    expect(isRead).toBe(false);
    await cypher('MATCH (s:GrantpathStore {tenant: $tenant}) SET s.writes = s.writes + 1', { tenant });
    expect((await reading)?.at).toBe(at);
    await cypher('MATCH (s:GrantpathStore {tenant: $tenant}) SET s.writes = s.writes + 1, s.heartbeatAt = timestamp() - 60000', { tenant });
    expect((await store.readSnapshotAt())?.at).toBe(at);
  });

  it('gives in pieces what it gives as a whole', async () => {
    const store = await open();
    await commitFacts(store, { a: BASE, b: 'user:ann MEMBER_OF group:acme/dev', c: BASE });
    await commitFacts(store, { a: 'user:bob MEMBER_OF group:acme/dev', c: '' }, { unread: ['a', 'c'] });
    const member: Fact = { type: 'edge', kind: 'MEMBER_OF', from: 'user:ann', to: 'anonymous:', word: '', props: {} };
    const { at } = await commitFacts(store, { d: [member, node('user:ann', { props: { active: false } })] }, { connector: 'test/two' });
    const scan = async () => ({ nodes: await store.scanNodeColumns(at), edges: edgesOf(await store.scanEdgeColumns(at)) });
    const whole = await scan();
    expect(whole.edges.filter((edge) => edge.endsWith(' 1')).length).toBeGreaterThan(0);
    expect(whole.nodes.inactive.length).toBe(2);
    // As it is while a large change is under way that has written nothing yet.
    await cypher('MATCH (s:GrantpathStore {tenant: $tenant}) SET s.applying = $at', { tenant: store.tenant, at: at + 1 });
    expect(await scan()).toEqual(whole);
  });

  it('takes the same way through many nodes in blocks, by text and by walking', { timeout: 120_000 }, async () => {
    const [store, memory] = [await open(), openMemoryStore()];
    const people = Array.from({ length: 10_500 }, (_, i) =>
      node(`user:${i}`, {
        ref: `user:${['ä', '😀', '\uffee', 'z'][i % 4]}${i % 97}`,
        name: `Somebody ${i}`,
        props: i % 100 === 0 ? { active: false } : {},
      }),
    );
    const [{ at }, { at: other }] = [await commitFacts(store, { a: people }), await commitFacts(memory, { a: people })];
    const columns = await store.scanNodeColumns(at);
    expect({ ...columns, storeId: null }).toEqual({ ...(await memory.scanNodeColumns(other)), storeId: null });
    for (const text of ['', 'somebody', 'BODY 77', 'nobody'])
      for (const after of [undefined, { ref: 'user:😀12', key: 'user:5' }, { ref: 'user:\uffee', key: '' }, { ref: 'user:zz', key: '' }]) {
        const page = { text, first: 40, ...(after !== undefined && { after }) };
        expect(await store.findNodes({ ...page, at })).toEqual(await memory.findNodes({ ...page, at: other }));
      }
    expect(await store.suggestRefs('user:z96x', at, 3)).toEqual(await memory.suggestRefs('user:z96x', other, 3));
  });

  it('keeps a large snapshot, and none that is half replaced', { timeout: 120_000 }, async () => {
    const store = await open();
    const bytes = Uint8Array.from({ length: 13 * 1024 * 1024 + 1 }, (_, at) => (at * 31) >>> 3);
    await store.writeCache('x', bytes);
    expect(Buffer.compare((await store.readCache('x')) ?? Buffer.of(), bytes)).toBe(0);
    const part = 'MATCH (c:GrantpathCache {tenant: $tenant, name: "x", part: toInteger($part)})';
    await cypher(`${part} SET c.stamp = 'another'`, { tenant: store.tenant, part: 3 });
    expect(await store.readCache('x')).toBeNull();
    await store.writeCache('x', bytes.subarray(0, 1_500_000));
    expect((await store.readCache('x'))?.length).toBe(1_500_000);
    await cypher(`${part} DELETE c`, { tenant: store.tenant, part: 2 });
    expect(await store.readCache('x')).toBeNull();
  });

  it('of a store that is opened to read writes nothing', async () => {
    const writer = await open();
    await commitFacts(writer, { a: BASE });
    const store = await open({ tenant: writer.tenant, readOnly: true });
    expect(await store.countNodes({ text: '', at: Infinity })).toBe(8);
    for (const write of [() => store.writeCache('x', new Uint8Array(1)), () => store.startRun('test/one')])
      expect((await failureOf(write)).code).toBe('STORE_UNREADABLE');
  });
});

function edgesOf({ length, kind, from, to, word, stale, words }: EdgeColumns): string[] {
  const texts = Array.from({ length }, (_, i) => [kind[i], from[i], words[word[i] as number], to[i], stale[i]].join(' '));
  return [...new Set(texts)].sort();
}
