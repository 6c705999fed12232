/** Edges in blocks: every instant gives what was stated, over more than one block and with edges that were closed. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { type EdgeFact, type Fact, factId } from '../../graph/fact.ts';
import { openSqliteStore } from '../../graph/store/sqlite.ts';
import { BLOCK_EDGES_MAX } from '../../graph/store/sqlite-blocks.ts';
import { commitFacts, node, temporaryFolder } from './commit-facts.ts';

const USERS = 300;
const GROUPS = 250;
/** By run: the first opens many blocks, the others close and open some. */
const LESS = [9, 5, 3];

const NODES: readonly Fact[] = [
  ...Array.from({ length: USERS }, (_, i) => node(`user:${i}`)),
  ...Array.from({ length: GROUPS }, (_, i) => node(`group:acme/${i}`, { kind: 'Group' })),
];

/** Every user in every group, less one pair in so many. */
function members(less: number): EdgeFact[] {
  const pairs = Array.from({ length: USERS * GROUPS }, (_, pair) => pair).filter((pair) => (pair + 1) % less !== 0);
  return pairs.map((pair) => ({
    type: 'edge',
    kind: 'MEMBER_OF',
    from: `user:${pair % USERS}`,
    to: `group:acme/${Math.floor(pair / USERS)}`,
    word: '',
    props: {},
  }));
}

it('columns, lists and single edges are what was stated', { timeout: 120_000 }, async () => {
  const path = join(temporaryFolder(), 'store.sqlite');
  const store = openSqliteStore({ path });
  onTestFinished(() => store.close());
  const instants = await Array.fromAsync(LESS, async (less) => (await commitFacts(store, { nodes: NODES, a: members(less) })).at);
  const database = new DatabaseSync(path, { readOnly: true });
  onTestFinished(() => database.close());
  const keys = database
    .prepare('SELECT key FROM node ORDER BY id')
    .all()
    .map(({ key }) => key as string);
  const blocks = Number(database.prepare('SELECT count(*) AS n FROM edge_block').get()?.['n']);
  expect(blocks).toBeGreaterThanOrEqual(Math.floor(members(LESS[0] as number).length / BLOCK_EDGES_MAX));
  for (const [run, at] of instants.entries()) {
    const stated = members(LESS[run] as number).map(factId);
    const { length, from, to } = await store.scanEdgeColumns(at);
    const scanned = Array.from({ length }, (_, edge) => `${keys[from[edge] as number]} MEMBER_OF ${keys[to[edge] as number]}`);
    expect(scanned.sort()).toEqual(stated.toSorted());
    const group = 'group:acme/77';
    const listed = (await store.readEdgesOf({ key: group, end: 'to', at, first: USERS })).map(({ fact }) => factId(fact));
    expect(listed).toEqual(stated.filter((id) => id.endsWith(` ${group}`)).sort());
    const some = ['user:0 MEMBER_OF group:acme/0', 'user:299 MEMBER_OF group:acme/249', 'user:8 MEMBER_OF group:acme/0'];
    expect([...(await store.readEdges(some, at)).keys()]).toEqual(some.filter((id) => stated.includes(id)));
  }
});

it('a block fills a page of the file', async () => {
  const path = join(temporaryFolder(), 'store.sqlite');
  const store = openSqliteStore({ path });
  onTestFinished(() => store.close());
  await commitFacts(store, { nodes: NODES, a: members(LESS[0] as number) });
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  const blocks = Number(database.prepare('SELECT count(*) AS n FROM edge_block').get()?.['n']);
  // `pgno` of a table's own pages: leaves, a few inner ones, and no overflow page.
  const pages = Number(database.prepare("SELECT count(*) AS n FROM dbstat WHERE name = 'edge_block'").get()?.['n']);
  expect(pages).toBeLessThan(blocks * 1.02);
});

it('a block that is missing is noticed', async () => {
  const path = join(temporaryFolder(), 'store.sqlite');
  const store = openSqliteStore({ path });
  onTestFinished(() => store.close());
  const edges = ['user:1 MEMBER_OF group:acme/1', 'user:2 MEMBER_OF group:acme/1'];
  const { at } = (await Array.fromAsync(edges, (_, run) => commitFacts(store, { nodes: NODES, a: edges.slice(0, run + 1).join('\n') }))).at(
    -1,
  ) as {
    at: number;
  };
  expect((await store.scanEdgeColumns(at)).length).toBe(2);
  const database = new DatabaseSync(path);
  database.exec('DELETE FROM edge_block WHERE first = 1');
  database.close();
  await expect(store.scanEdgeColumns(at)).rejects.toThrow('blocks of edges follow each other');
});
