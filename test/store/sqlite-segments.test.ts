/** Column segments say what the rows say, at every instant, over more than one segment and with rows that were closed. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import type { EdgeFact, Fact } from '../../graph/fact.ts';
import { openSqliteStore } from '../../graph/store/sqlite.ts';
import { commitFacts, node, temporaryFolder } from './commit-facts.ts';

const USERS = 300;
const GROUPS = 250;
/** By run: the first opens more rows than a segment has, the others close and open some. */
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

it('columns are what the rows of their instant say, in the order of the rows', { timeout: 120_000 }, () => {
  const path = join(temporaryFolder(), 'store.sqlite');
  const store = openSqliteStore({ path });
  onTestFinished(() => store.close());
  const instants = LESS.map((less) => commitFacts(store, { nodes: NODES, a: members(less) }).at);
  const database = new DatabaseSync(path, { readOnly: true });
  onTestFinished(() => database.close());
  const rowsAt = database.prepare(
    'SELECT kind, src, dst, word FROM edge_fact WHERE valid_from <= :at AND (valid_to IS NULL OR valid_to > :at) ORDER BY id',
  );
  rowsAt.setReturnArrays(true);
  expect(database.prepare('SELECT count(*) AS n FROM edge_segment').get()).toEqual({ n: 2 + 1 + 1 });
  for (const [run, at] of instants.entries()) {
    const { length, kind, from, to, word } = store.scanEdgeColumns(at);
    expect(length).toBe(members(LESS[run] as number).length);
    const rows = Array.from({ length }, (_, row) => [kind[row], from[row], to[row], word[row]]);
    expect(JSON.stringify(rows)).toBe(JSON.stringify(rowsAt.all({ at })));
  }
});

it('a segment that is missing is noticed', () => {
  const path = join(temporaryFolder(), 'store.sqlite');
  const store = openSqliteStore({ path });
  onTestFinished(() => store.close());
  const edges = ['user:1 MEMBER_OF group:acme/1', 'user:2 MEMBER_OF group:acme/1'];
  const { at } = edges.map((_, run) => commitFacts(store, { nodes: NODES, a: edges.slice(0, run + 1).join('\n') })).at(-1) as {
    at: number;
  };
  expect(store.scanEdgeColumns(at).length).toBe(2);
  const database = new DatabaseSync(path);
  database.exec('DELETE FROM edge_segment WHERE first = 1');
  database.close();
  expect(() => store.scanEdgeColumns(at)).toThrow('column segments follow each other');
});
