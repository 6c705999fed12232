/** Keys as bytes: what was added comes back, however much it is, and what is not ASCII is refused. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { GrowingKeys } from '../../graph/store/growing-keys.ts';
import { openSqliteStore } from '../../graph/store/sqlite.ts';
import { commitFacts, node, temporaryFolder } from './commit-facts.ts';
import { keysOf } from './laws.ts';

describe('growing keys', () => {
  it('give back what was added, in this order, without a byte more', () => {
    const keys = ['user:a', '', 'anonymous:', 'user:~!"', 'user:a'];
    const growing = new GrowingKeys(keys.length + 3);
    for (const key of keys) growing.add(key);
    const column = growing.column();
    expect([[...column.start], keysOf(column)]).toEqual([[0, 6, 6, 16, 24, 30], keys]);
    expect(keysOf(new GrowingKeys(0).column())).toEqual([]);
  });

  it('grow beyond what they begin with, by one long key or by many', () => {
    const long = `user:${'x'.repeat(1_000_000)}`;
    const many = Array.from({ length: 20_000 }, (_, i) => `user:{${i}}`);
    const growing = new GrowingKeys(many.length + 1);
    for (const key of [long, ...many]) growing.add(key);
    expect(keysOf(growing.column())).toEqual([long, ...many]);
  });

  it.each(['user:é', 'user:\u0100', 'user:王', 'user:😀', 'user:\ud800'])('refuse %j, which is not ASCII', (key) => {
    const growing = new GrowingKeys(1);
    expect(() => growing.add(key)).toThrow(`a key is ASCII, got \`${key}\``);
  });
});

it('a scan of a store with a key that is not ASCII fails, and the store can be used after it', async () => {
  const store = openSqliteStore({ path: join(temporaryFolder(), 'store.sqlite') });
  onTestFinished(() => store.close());
  const { at } = await commitFacts(store, { a: [node('user:Zoë'), node('user:ann')] });
  await expect(store.scanNodeColumns(at)).rejects.toThrow('a key is ASCII, got `user:Zoë`');
  expect((await store.readNodes(['user:ann'], at)).length).toBe(1);
});
