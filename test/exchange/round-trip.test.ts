/**
 * Out of one store and into another: the file is the same, byte for byte, and the stores hold the same facts.
 */
import { describe, expect, it } from 'vitest';
import { contentText, type Fact, type StatedFact } from '../../graph/fact.ts';
import { parseWorld } from '../../graph/notation.ts';
import { openMemoryStore } from '../../graph/store/memory.ts';
import { openStore } from '../../graph/store/open.ts';
import type { ScopeOutcome, SnapshotInfo, Store } from '../../graph/store/port.ts';
import { commitWorld } from '../support/commit-world.ts';
import { Dice, seededSource } from '../twin/dice.ts';
import { generateWorld } from '../twin/generate-world.ts';
import { WORLDS } from '../worlds/index.ts';
import { exportText, freshPath, importText, importWorld } from './files.ts';

const SEED = 20261124;
const GENERATED = 60;
const WITHOUT_ROW: ReadonlySet<string> = new Set(['triage', 'mystery_kind']);
/** A file system is slow, and one store is as good as the other. */
const SQLITE_EVERY = 8;

const openMemory = async () => openMemoryStore();
const openSqlite = () => openStore(`sqlite:${freshPath('.sqlite')}`);

/** All that holds now: content, and what is stale. */
async function contentOf(store: Store): Promise<string[]> {
  const { at } = (await store.readSnapshotAt()) as SnapshotInfo;
  return (await Array.fromAsync(store.scanFacts(at))).map(({ fact, stale }) => `${contentText(fact)} ${stale}`);
}

async function commit(
  store: Store,
  connector: string,
  facts: readonly (readonly [scope: string, fact: string, fetchedAt: number])[],
  outcomes: Record<string, ScopeOutcome> = {},
): Promise<SnapshotInfo> {
  const scopes = new Map<string, ScopeOutcome>(facts.map(([scope]) => [scope, 'complete']));
  for (const [scope, outcome] of Object.entries(outcomes)) scopes.set(scope, outcome);
  const stated = facts.flatMap(([scope, text, fetchedAt]) => {
    const { nodes, edges, gaps } = parseWorld(text);
    return [...nodes, ...edges, ...gaps].map(
      (fact: Fact): StatedFact => ({ fact, scope, endpoint: `/of-${scope.split(' ')[0]}`, fetchedAt }),
    );
  });
  const run = await store.startRun(connector);
  return run.commit({ facts: stated, scopes, closeUnlisted: true, report: {} });
}

/** Through another store and back into a third: the file stays the same, and so do the facts. */
async function expectRoundTrip(origin: Store, over: () => Promise<Store>, back: () => Promise<Store>): Promise<void> {
  const [text, facts] = [await exportText(origin), await contentOf(origin)];
  const [second, third] = [await over(), await back()];
  await importText(second, text, 'copy');
  expect(await contentOf(second)).toEqual(facts);
  expect(await exportText(second)).toBe(text);
  await importText(third, await exportText(second), 'another-name');
  expect(await contentOf(third)).toEqual(facts);
  expect(await exportText(third)).toBe(text);
  for (const store of [second, third]) await store.close();
}

describe('export, import, export gives the same bytes', () => {
  it(`of the ${WORLDS.length} worlds, every ${SQLITE_EVERY}th of them from SQLite to memory and back`, async () => {
    for (const [at, { facts, title }] of WORLDS.entries()) {
      const inSqlite = at % SQLITE_EVERY === 0;
      const origin = inSqlite ? await openSqlite() : openMemoryStore();
      await commitWorld(origin, parseWorld(facts));
      await expectRoundTrip(origin, openMemory, inSqlite ? openSqlite : openMemory).catch((cause: unknown) => {
        throw new Error(`the world ${title}`, { cause });
      });
      await origin.close();
    }
  });

  it(`of ${GENERATED} generated worlds, of every kind of fact and stale ones among them`, async () => {
    const dice = new Dice(seededSource(SEED));
    const met = new Set<string>();
    for (let at = 0; at < GENERATED; at++) {
      const generated = generateWorld(dice);
      // Words without a row are what no connector states and no import takes.
      const world = { ...generated, edges: generated.edges.filter(({ word }) => !WITHOUT_ROW.has(word)) };
      const origin = openMemoryStore();
      await commitWorld(origin, world);
      await expectRoundTrip(origin, at % SQLITE_EVERY === 0 ? openSqlite : openMemory, openMemory);
      for (const { kind, stale } of world.edges) met.add(`${kind}${stale === true ? ' stale' : ''}`);
      for (const { hides } of world.gaps) met.add(hides);
    }
    for (const kind of ['HOLDS', 'HOLDS stale', 'EXEMPTS', 'HAS_SCOPE', 'group-grants', 'exempt']) expect(met).toContain(kind);
  });

  it('of facts that several scopes and connectors state, since several runs', async () => {
    for (const origin of [openMemoryStore(), await openSqlite()]) {
      const ann = 'user:{1} IS User ref=user:ann name="Ann Ö" alias=user:a';
      await commit(origin, 'cloud/acme', [
        ['grants 1', `${ann}\nuser:{1} HOLDS read ON repository:acme/api`, 1000],
        ['grants 2', ann, 3000],
        ['members', `${ann}\nuser:{1} MEMBER_OF group:acme/dev`, 2000],
      ]);
      await commit(origin, 'cloud/beta', [['members', `${ann}\nrepository:acme/api HIDES group-grants BECAUSE denied "no role"`, 500]]);
      await commit(
        origin,
        'cloud/acme',
        [
          ['grants 1', `${ann}\nuser:{1} HOLDS write ON repository:acme/api`, 9000],
          ['grants 2', ann, 9500],
        ],
        {
          members: 'unread',
        },
      );
      const text = await exportText(origin);
      expect(text).toContain('"connectors":["cloud/acme","cloud/beta"]');
      // Of the two scopes of one endpoint the later reading.
      const line = text.split('\n').find((each) => each.includes('"key":"user:{1}"')) ?? '';
      const { sources } = JSON.parse(line) as { sources: { endpoint: string; fetchedAt: string }[] };
      expect(sources.map(({ endpoint, fetchedAt }) => [endpoint, fetchedAt])).toEqual([
        ['/of-grants', '1970-01-01T00:00:09.500Z'],
        ['/of-members', '1970-01-01T00:00:02.000Z'],
        ['/of-members', '1970-01-01T00:00:00.500Z'],
      ]);
      expect(text).toMatch(/"kind":"MEMBER_OF".*"stale":true/);
      await expectRoundTrip(origin, openSqlite, openMemory);
      await origin.close();
    }
  });

  it('of an import that was written by hand, and of a store with nothing in it', async () => {
    const origin = openMemoryStore();
    await importWorld(
      origin,
      'token:acme#ci ACTS_AS user:ann\ntoken:acme#ci HAS_SCOPE scope:account STALE\nuser:ann HOLDS read ON repository:acme/api',
    );
    expect(await exportText(origin)).toContain('"connectors":["import/notes"]');
    await expectRoundTrip(origin, openSqlite, openMemory);
    const empty = openMemoryStore();
    await commit(empty, 'cloud/acme', []);
    expect((await exportText(empty)).split('\n').length).toBe(3);
  });
});

describe('an export', () => {
  it('has nodes, edges, gaps, each in the order of their ids, then their number', async () => {
    const store = openMemoryStore();
    await commitWorld(
      store,
      parseWorld('user:b HOLDS read ON repository:a/r\nuser:a HOLDS write ON repository:a/r\nrepository:a/r HIDES rules BECAUSE denied'),
    );
    const lines = (await exportText(store))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ type, key, from, scope }) => [type, key ?? from ?? scope].filter((each) => each !== undefined).join(' '))).toEqual([
      '',
      'node repository:a/r',
      'node user:a',
      'node user:b',
      'edge user:a',
      'edge user:b',
      'gap repository:a/r',
      'end',
    ]);
    expect(lines.at(-1)).toEqual({ type: 'end', nodes: 3, edges: 2, gaps: 1 });
  });

  it('of a past instant is the same for ever', async () => {
    for (const store of [openMemoryStore(), await openSqlite()]) {
      const first = await commit(store, 'cloud/acme', [['grants', 'user:ann HOLDS read ON repository:acme/api', 1000]]);
      const text = await exportText(store);
      await commit(store, 'cloud/acme', [['grants', 'user:bob HOLDS read ON repository:acme/api', 2000]], { grants: 'unread' });
      expect(await exportText(store)).not.toBe(text);
      expect(await exportText(store, first.at)).toBe(text);
      await expect(exportText(store, first.at - 1)).rejects.toThrow('has none');
      await store.close();
    }
  });

  it('names no tenant', async () => {
    const store = openMemoryStore({ tenant: 'secret-customer' });
    await commitWorld(store, parseWorld('user:a HOLDS write ON repository:a/r'));
    expect(await exportText(store)).not.toContain('secret-customer');
  });
});

describe('an import', () => {
  it('replaces the last one of its name and nothing else; what stays was never interrupted', async () => {
    const origin = openMemoryStore();
    const store = await openSqlite();
    await commitWorld(store, parseWorld('user:own HOLDS admin ON repository:acme/own'), { connector: 'cloud/own' });
    await commit(origin, 'cloud/acme', [
      ['grants', 'user:ann HOLDS read ON repository:acme/api\nuser:bob HOLDS read ON repository:acme/api', 1000],
    ]);
    const first = await importText(store, await exportText(origin));
    expect(first.connector).toBe('import/cloud/acme');
    await commit(origin, 'cloud/acme', [
      ['grants', 'user:ann HOLDS read ON repository:acme/api\nuser:cy HOLDS read ON repository:acme/api', 2000],
    ]);
    const second = await importText(store, await exportText(origin));
    const edges = (await Array.fromAsync(store.scanFacts(second.at))).filter(({ fact }) => fact.type === 'edge');
    expect(edges.map(({ fact, validFrom }) => [fact.type === 'edge' ? fact.from : '', validFrom === second.at])).toEqual([
      ['user:ann', false],
      ['user:cy', true],
      ['user:own', false],
    ]);
    expect((await Array.fromAsync(store.scanFacts(first.at))).some(({ fact }) => fact.type === 'edge' && fact.from === 'user:bob')).toBe(
      true,
    );
    // Another name is another connector: both hold.
    await importText(store, await exportText(origin, (await origin.readSnapshots()).at(-1)?.at ?? 0), 'before');
    expect((await contentOf(store)).some((text) => text.includes('user:bob'))).toBe(true);
  });

  it('keeps who stated a fact first, beside a connector of the store that states it too', async () => {
    const origin = openMemoryStore();
    await commit(origin, 'cloud/acme', [['grants', 'user:ann HOLDS read ON repository:acme/api', 1000]]);
    const store = openMemoryStore();
    await commit(store, 'dc/corp', [['users', 'user:ann IS User', 4000]]);
    const { at } = await importText(store, await exportText(origin));
    const ann = (await Array.fromAsync(store.scanFacts(at))).find(({ fact }) => fact.type === 'node' && fact.key === 'user:ann');
    expect(ann?.sources.map(({ connector, endpoint }) => [connector, endpoint.split(',')[0]])).toEqual([
      ['dc/corp', '/of-users'],
      ['import/cloud/acme', '/of-grants of cloud/acme'],
    ]);
    const told = (await exportText(store)).split('\n').find((line) => line.includes('"key":"user:ann"')) ?? '';
    expect((JSON.parse(told) as { sources: { connector: string }[] }).sources.map(({ connector }) => connector)).toEqual([
      'cloud/acme',
      'dc/corp',
    ]);
  });

  it('of the same file again changes no fact, and of a file whose stale facts were read again makes them fresh', async () => {
    const origin = await openSqlite();
    await commit(origin, 'cloud/acme', [['grants', 'user:ann HOLDS read ON repository:acme/api', 1000]]);
    await commit(origin, 'cloud/acme', [], { grants: 'unread' });
    const store = await openSqlite();
    const text = await exportText(origin);
    await importText(store, text);
    await importText(store, text);
    expect(await exportText(store)).toBe(text);
    await commit(origin, 'cloud/acme', [['grants', 'user:ann HOLDS read ON repository:acme/api', 3000]]);
    await importText(store, await exportText(origin));
    expect(await exportText(store)).toBe(await exportText(origin));
    expect(await exportText(store)).not.toContain('"stale"');
  });

  it('of several connectors is called after all of them', async () => {
    const origin = openMemoryStore();
    await commit(origin, 'cloud/acme', [['a', 'user:ann IS User', 1]]);
    await commit(origin, 'cloud/beta', [['b', 'user:bob IS User', 1]]);
    expect((await importText(openMemoryStore(), await exportText(origin))).connector).toBe('import/cloud/acme+cloud/beta');
  });
});
