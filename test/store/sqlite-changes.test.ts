/** Changes in a SQLite file: walked or listed they are the same, page by page; what is looked at grows with what changed. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeId } from '../../graph/store/fact-change.ts';
import type { FactChange } from '../../graph/store/port.ts';
import { openSqliteStore } from '../../graph/store/sqlite.ts';
import { ChangeReader } from '../../graph/store/sqlite-changes.ts';
import { FactReader } from '../../graph/store/sqlite-facts.ts';
import { commitFacts, node, temporaryFolder } from './commit-facts.ts';

function readerOf(database: DatabaseSync, listedMax?: number): ChangeReader {
  const statement = (sql: string) => database.prepare(sql);
  return new ChangeReader({
    database,
    statement,
    facts: new FactReader(database, statement),
    ...(listedMax === undefined ? {} : { listedMax }),
  });
}

describe('changes in a SQLite file', () => {
  it('are the same whether nodes are walked or statements are listed, page by page', async () => {
    const path = join(temporaryFolder(), 'store.sqlite');
    let now = 0;
    const store = openSqliteStore({ path, now: () => now });
    const members = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => `user:${from + i} MEMBER_OF group:acme/g${(from + i) % 9}`).join('\n');
    for (const [scopes, unread] of [
      [{ a: `${members(0, 900)}\ngroup:acme/g0 HIDES group-members BECAUSE denied`, b: [node('user:5')] }, []],
      [{ a: members(300, 1_300), b: [node('user:5', { kind: 'ServiceUser' })] }, []],
      [{ a: members(300, 310), b: [] }, ['a']],
      [{ a: members(250, 1_200), b: [node('user:5')] }, []],
    ] as const) {
      now += 10;
      await commitFacts(store, scopes, { unread });
    }
    await store.close();
    const database = new DatabaseSync(path, { readOnly: true });
    const [listed, walked] = [readerOf(database), readerOf(database, 0)];
    const instants = [0, 10, 15, 20, 30, 40];
    for (const from of instants)
      for (const to of instants.filter((instant) => instant >= from)) {
        const all = listed.changes({ from, to, first: 10_000 });
        expect(walked.changes({ from, to, first: 10_000 })).toEqual(all);
        for (const reader of [listed, walked]) {
          const paged: FactChange[] = [];
          for (let page: FactChange[] = [], more = true; more; more = page.length === 333) {
            const last = paged.at(-1);
            page = reader.changes({ from, to, first: 333, ...(last === undefined ? {} : { after: changeId(last) }) });
            paged.push(...page);
          }
          expect(paged.map(changeId)).toEqual(all.map(changeId));
        }
        // From anywhere, also from ids that no fact has.
        for (const after of fc.sample(fc.constantFrom('group:acme/g4 IS', 'user:5', 'user:5 IS User', 'user:77 MEMBER_OF', 'zone:'), 3))
          expect(walked.changes({ from, to, first: 7, after })).toEqual(all.filter((change) => changeId(change) > after).slice(0, 7));
      }
    database.close();
  });

  it('are looked for among what was opened and closed in between, by the end of the tables and by indexes', async () => {
    const path = join(temporaryFolder(), 'store.sqlite');
    const store = openSqliteStore({ path });
    await commitFacts(store, { a: 'user:ann MEMBER_OF group:acme/dev' });
    await store.close();
    const database = new DatabaseSync(path, { readOnly: true });
    const planned: string[] = [];
    const statement = (sql: string) => database.prepare(sql);
    const prepare = database.prepare.bind(database);
    database.prepare = (sql: string) => {
      if (/valid_to > \? AND/.test(sql))
        planned.push(
          ...prepare(`EXPLAIN QUERY PLAN ${sql}`)
            .all()
            .map(({ detail }) => String(detail)),
        );
      return prepare(sql);
    };
    new ChangeReader({ database, statement, facts: new FactReader(database, statement) }).changes({ from: 1, to: 2, first: 5 });
    for (const index of ['node_fact_by_end', 'edge_closed_by_end', 'gap_fact_by_end'])
      expect(planned.filter((detail) => detail.includes(index)).length, index).toBeGreaterThan(0);
    expect(planned.filter((detail) => /^SCAN f\b/.test(detail))).toEqual([]);
    database.close();
  });
});
