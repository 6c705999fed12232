/**
 * Bad input on a real Neo4j: databases that are not for us, text that looks like Cypher, tenants with the same keys, wrong
 * addresses. Each gives its code and exit status, and nothing is changed.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../graph/errors.ts';
import { edgeId, type Fact } from '../../graph/fact.ts';
import { openMemoryStore } from '../../graph/store/memory.ts';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import { MIGRATIONS } from '../../graph/store/neo4j-schema.ts';
import type { Store } from '../../graph/store/port.ts';
import { commitFacts, factsOf, failureOf, keptPage, node } from '../store/commit-facts.ts';
import { expectReadsOfFacts } from '../store/laws.ts';
import { graphOf } from '../store/neo4j-changes.ts';
import { type Ran, runMain } from '../support/run-main.ts';
import { FaultSetting } from './fault-setting.ts';
import { told } from './numbered-runs.ts';
import { describeOnPrivateNeo4j } from './private-server.ts';

const TIMEOUT = { timeout: 240_000 };
const NOW = Number.MAX_SAFE_INTEGER;
/** Text that means something to Cypher, to its parameters, to quotes or to none of them. */
const ODD = [
  `o'brien`,
  `"quoted"`,
  '`Node`',
  '$tenant',
  '#{tenant}',
  `}) DETACH DELETE n //`,
  `' OR true MATCH (n) DETACH DELETE n //`,
  `{tenant: "other"}`,
  String.raw`\u0027 \\ \n`,
  'two\nlines\tand a tab',
  'ünïcödé 😀',
];

/** Of the same: for what takes a commit each. */
const MOST_ODD = ODD.slice(4, 7);

/** Of these commands each opens the store in its own way. */
const COMMANDS: readonly (readonly string[])[] = [
  ['store', 'status'],
  ['store', 'migrate'],
  ['check', 'user:ann', 'repository.write', 'repository:acme/api'],
  ['export'],
  ['demo', '--no-serve'],
];

function expectError({ status, stderr }: Ran, code: ErrorCode, said: RegExp | string): void {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  expect(line).toMatch(new RegExp(`^error ${code}: `));
  expect(line).toMatch(said);
  expect(status).toBe(ERROR_CODES[code].exit);
}

describeOnPrivateNeo4j('a database', () => {
  const setting = FaultSetting.forSuite();
  const run = (args: readonly string[], env: Record<string, string> = {}) =>
    runMain(args, { env: { GRANTPATH_STORE: setting.server.address, ...env } });

  /** All that is in the database, and its schema. */
  const everything = async () => [
    await setting.cypher('MATCH (n) RETURN labels(n) AS labels, properties(n) AS of ORDER BY toString(elementId(n))'),
    await setting.cypher('MATCH ()-[r]->() RETURN type(r) AS type, properties(r) AS of ORDER BY toString(elementId(r))'),
    await setting.cypher('SHOW INDEXES YIELD name, labelsOrTypes, properties ORDER BY name'),
  ];

  it('that holds another graph is refused, and stays as it is', TIMEOUT, async () => {
    await setting.cypher('CREATE INDEX person_name FOR (p:Person) ON (p.name)');
    await setting.cypher("CREATE (:Person {name: 'Keanu', key: 'user:ann', tenant: 'default'})-[:ACTED_IN]->(:Movie {title: 'Speed'})");
    const before = await everything();
    for (const readOnly of [false, true]) {
      const failure = await failureOf(() => openNeo4jStore({ address: setting.server.address, readOnly }));
      expect([failure.code, failure.message]).toEqual([
        'STORE_UNREADABLE',
        `expected an empty database or one of grantpath, got one with another graph at \`${setting.server.address}\`: choose another database (NEO4J_DATABASE)`,
      ]);
    }
    for (const command of COMMANDS) expectError(await run(command), 'STORE_UNREADABLE', 'got one with another graph');
    expect(await everything()).toEqual(before);
    await setting.cypher('MATCH (n) DETACH DELETE n');
  });

  it('of a newer form is refused, as a whole or for a tenant, and stays as it is', TIMEOUT, async () => {
    const store = await setting.open('default');
    await commitFacts(store, { a: 'user:ann HOLDS write ON repository:acme/api' });
    await store.close();
    const newer = MIGRATIONS.length + 1;
    for (const label of ['GrantpathDatabase', 'GrantpathStore']) {
      const set = (version: number) => setting.cypher(`MATCH (s:${label}) SET s.schemaVersion = toInteger($version)`, { version });
      await set(newer);
      const before = await everything();
      for (const readOnly of [false, true]) {
        const failure = await failureOf(() => setting.open('default', { readOnly }));
        expect([failure.code, failure.details]).toEqual(['STORE_NEWER', { version: newer }]);
      }
      for (const command of COMMANDS)
        expectError(await run(command), 'STORE_NEWER', `expected a store of version ${MIGRATIONS.length} or older, got version ${newer}`);
      expect(await everything()).toEqual(before);
      await set(MIGRATIONS.length);
    }
    expect((await run(['check', 'user:ann', 'repository.write', 'repository:acme/api'])).stdout).toMatch(/^ALLOW/);
  });

  it('that is not reached, or not the one that was meant, is told by its code', TIMEOUT, async () => {
    const wrong: readonly (readonly [Record<string, string>, ErrorCode, RegExp | string])[] = [
      [{ GRANTPATH_STORE: 'bolt://127.0.0.1:1' }, 'STORE_UNREACHABLE', 'expected a Neo4j server at `bolt://127.0.0.1:1`'],
      [{ GRANTPATH_STORE: 'neo4j+s://' }, 'CONFIG', 'expected the address of a Neo4j server'],
      [{ GRANTPATH_STORE: 'bolt://ann:secret-word@127.0.0.1' }, 'CONFIG', 'without user and password'],
      [{ GRANTPATH_STORE: `${setting.server.address}/graph` }, 'CONFIG', 'NEO4J_DATABASE'],
      [{ NEO4J_DATABASE: 'nowhere' }, 'CONFIG', 'expected NEO4J_DATABASE to be a database'],
      [{ NEO4J_DATABASE: 'system' }, 'CONFIG', 'expected NEO4J_DATABASE to be a database for data'],
      [{ GRANTPATH_TENANT: "x'} DETACH" }, 'CONFIG', 'GRANTPATH_TENANT must be'],
      [{ GRANTPATH_TENANT: 'nobody' }, 'STORE_EMPTY', 'tenant `nobody`'],
    ];
    for (const [env, code, said] of wrong) {
      const ran = await run(['check', 'user:ann', 'repository.write', 'repository:acme/api'], env);
      expectError(ran, code, said);
      expect(ran.stdout + ran.stderr).not.toContain('secret-word');
    }
  });

  it('stays untouched by text that looks like Cypher, wherever a connector may say it', TIMEOUT, async () => {
    const victim = await setting.open('other');
    await commitFacts(victim, { a: 'user:ann HOLDS write ON repository:acme/api' });
    const untouched = await graphOf('other', setting.server);
    const facts: Fact[] = [
      node('repository:acme/api', { kind: 'Repository' }),
      ...ODD.flatMap((text, i): Fact[] => [
        node(`user:${i}`, { ref: `user:${text}`, name: text, aliases: [`user:alias ${text}`], props: { [text]: text, note: text } }),
        { type: 'edge', kind: 'HOLDS', from: `user:${i}`, to: 'repository:acme/api', word: text, props: { [text]: text } },
        { type: 'gap', reason: 'denied', hides: 'user-grants', scope: `user:${i}`, subject: '', detail: text },
      ]),
    ];
    const changed = facts.map((fact): Fact => (fact.type === 'node' ? { ...fact, name: `${fact.name} again` } : fact));
    let now = 1_000;
    const clock = { now: () => now };
    const stores = [await setting.open('odd', clock), openMemoryStore(clock)] as const;
    for (const store of stores) {
      for (const text of MOST_ODD)
        await commitFacts(store, { [text]: 'user:x IS User' }, { connector: `test/${text}`, report: { [text]: text } });
      await commitFacts(store, { all: facts });
      await commitFacts(store, { all: changed, rest: facts }, { unread: ['rest'] });
      now = 1_000;
    }
    const [store, memory] = stores;
    for (const { at } of await memory.readSnapshots()) expect(await told(store, at)).toEqual(await told(memory, at));
    await expectReadsOfFacts(store, NOW);
    for (const text of ODD) {
      const asked = (each: Store) =>
        Promise.all([
          each.findNodes({ text, at: NOW, first: 100 }),
          each.countNodes({ text, at: NOW }),
          each.readNodesByRefs([`user:${text}`, `user:alias ${text}`], NOW),
          each.readNodes([`user:${text}`], NOW),
          each.suggestRefs(`user:${text}x`, NOW, 3),
          each.readEdgesOf({ key: text, end: 'from', at: NOW, first: 10 }),
          each.readScopes(`test/${text}`),
          each
            .readEdges([text, edgeId('user:0', 'HOLDS', text, 'repository:acme/api')], NOW)
            .then((found) => [...found].map(([id, { fact }]) => [id, fact])),
        ]);
      expect(await asked(store)).toEqual(await asked(memory));
    }
    for (const text of MOST_ODD) {
      const run = await store.startRun(`test/${text}`);
      await run.keepPage(keptPage(text, text, { body: { [text]: text }, next: text }));
      expect((await Array.fromAsync(run.pages())).map(({ scope, path, next, body }) => [scope, path, next, body])).toEqual([
        [text, text, text, { [text]: text }],
      ]);
      await run.abandon();
      await store.writeCache(text, Buffer.from(text));
      expect(Buffer.from((await store.readCache(text)) ?? []).toString()).toBe(text);
    }
    expect(await graphOf('other', setting.server)).toEqual(untouched);
  });

  it('takes such text as data in arguments, in files and in their names', TIMEOUT, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'grantpath-odd-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const env = { GRANTPATH_STORE: setting.server.address, GRANTPATH_TENANT: 'files' };
    const odd = ODD.slice(0, 7).join(' ').replaceAll('/', '');
    const file = join(folder, `${odd}.facts`);
    const lines = ODD.flatMap((text, i) => [
      `user:{${i}} IS User ref=${JSON.stringify(`user:${text}`)} name=${JSON.stringify(text)}`,
      `user:{${i}} HOLDS read ON repository:acme/api`,
    ]);
    writeFileSync(file, `${lines.join('\n')}\n`);
    const imported = await runMain(['import', file, '--name', `"'\`$tenant})//`], { env });
    expect([imported.status, imported.stderr.split('\n').filter((line) => line.startsWith('error'))]).toEqual([0, []]);
    for (const text of ODD) {
      const check = await runMain(['check', `user:${text}`, 'repository.read', 'repository:acme/api', '--json'], { env });
      expect([check.status, JSON.parse(check.stdout)]).toEqual([0, expect.objectContaining({ verdict: 'ALLOW' })]);
    }
    const unknown = await runMain(['check', `user:no ${odd}`, 'repository.read', 'repository:acme/api'], { env });
    expectError(unknown, 'REFERENCE_UNKNOWN', '');
    const out = join(folder, `out ${odd}`);
    expect((await runMain(['export', out], { env })).status).toBe(0);
    const written = readFileSync(out, 'utf8').trim().split('\n');
    const names = written.map((line) => JSON.parse(line) as { key?: string; name?: string }).filter(({ key }) => key?.startsWith('user:'));
    expect(new Set(names.map(({ name }) => name))).toEqual(new Set(ODD));
  });

  it('holds two tenants with the same keys, who never see each other through the port', TIMEOUT, async () => {
    const worlds = {
      full: 'user:ann MEMBER_OF group:acme/dev\ngroup:acme/dev HOLDS admin ON repository:acme/api\nrepository:acme/api HIDES user-grants BECAUSE denied',
      bare: 'user:ann IS User name="Another Ann"\nrepository:acme/api IS Repository\nanonymous: HOLDS read ON repository:acme/api',
    };
    let now = 0;
    const clock = { now: () => now };
    const stores: Record<string, { store: Store; memory: Store }> = {};
    // Turn by turn, so that a mixture has every occasion.
    for (const [tenant, facts] of Object.entries(worlds)) {
      now += 10;
      stores[tenant] = { store: await setting.open(tenant, clock), memory: openMemoryStore(clock) };
      for (const store of Object.values(stores[tenant] ?? {})) await commitFacts(store, { a: facts, b: 'user:bob IS User' });
    }
    const others = Object.values(stores);
    now += 10;
    for (const { store, memory } of others) for (const each of [store, memory]) await commitFacts(each, { b: '' }, { unread: ['b'] });
    const [full, bare] = others.map(({ store }) => store) as [Store, Store];
    for (const { store, memory } of others) {
      for (const { at } of await memory.readSnapshots()) expect(await told(store, at)).toEqual(await told(memory, at));
      await expectReadsOfFacts(store, NOW);
      for (const asked of [
        (each: Store) => each.findNodes({ text: 'ann', at: NOW, first: 10 }),
        (each: Store) => each.countNodes({ text: '', at: NOW }),
        (each: Store) => each.readNodesByRefs(['user:ann', 'group:acme/dev', 'anonymous:'], NOW),
        async (each: Store) =>
          (await each.readEdgesOf({ key: 'repository:acme/api', end: 'to', at: NOW, first: 10 })).map(({ fact }) => fact),
        (each: Store) => each.suggestRefs('group:acme/devs', NOW, 5),
        (each: Store) => each.readScopes('test/one'),
        async (each: Store) => (await each.readSnapshots()).map(({ at }) => at),
        async (each: Store) => (await each.readStatus()).snapshots,
      ])
        expect(await asked(store)).toEqual(await asked(memory));
    }
    // Runs, pages, caches and versions of one are nothing to the other.
    const versions = await Promise.all([full.readVersion(), bare.readVersion()]);
    const [one, two] = [await full.startRun('test/one'), await bare.startRun('test/one')];
    expect(one.id).not.toBe(two.id);
    await one.keepPage(keptPage('a', '/1'));
    expect(await Array.fromAsync(two.pages())).toEqual([]);
    await two.abandon();
    expect((await Array.fromAsync(one.pages())).length).toBe(1);
    const { id } = await one.commit({ facts: [], scopes: new Map(), closeUnlisted: true, report: {} });
    expect((await Array.fromAsync(full.readPages(id))).length).toBe(1);
    expect([await Array.fromAsync(bare.readPages(id)), await bare.readSnapshots({ after: id })]).toEqual([[], []]);
    expect([await full.readVersion(), await bare.readVersion()]).toEqual([expect.not.stringMatching(`^${versions[0]}$`), versions[1]]);
    await full.writeCache('x', Buffer.from('full'));
    expect([await full.readCache('x'), await bare.readCache('x')]).toEqual([expect.anything(), null]);
    expect(await full.countNodes({ text: '', at: NOW })).toBe(0);
    expect(await bare.countNodes({ text: '', at: NOW })).toBe(factsOf(worlds.bare).filter(({ type }) => type === 'node').length + 1);
  });
});
