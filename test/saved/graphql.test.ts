/**
 * The GraphQL form of every saved question against the definitional engine: all worlds, and random ones.
 */
import { describe, expect, it } from 'vitest';
import { askByGraphql } from '../../api/saved.ts';
import { openMemoryStore } from '../../graph/store/memory.ts';
import { SAVED_QUESTIONS } from '../../queries/saved-questions.ts';
import { openStoreGrantpath } from '../../queries/store-grantpath.ts';
import { commitWorld } from '../support/commit-world.ts';
import { type AskedWorld, differences, NAMED_WORLDS, newComparison, randomWorld } from './rows.ts';

const LONG = process.env['GRANTPATH_TEST_LONG'] === '1';
const RANDOM_WORLDS = LONG ? 300 : 25;

describe('the GraphQL form of saved questions', () => {
  const seen = newComparison();
  const compare = async (asked: AskedWorld) => {
    const store = openMemoryStore({ now: () => 1000 });
    await commitWorld(store, asked.world);
    const grantpath = await openStoreGrantpath({ store, pollMs: 0 });
    try {
      return await differences(
        asked,
        { GraphQL: (question, values) => askByGraphql(grantpath, question, values) },
        { grantpath, most: 4, seen },
      );
    } finally {
      await grantpath.close();
    }
  };

  it('gives the rows of the definitional engine on every world', { timeout: 120_000 }, async () => {
    for (const world of NAMED_WORLDS) expect(await compare(world), world.title).toEqual([]);
  });

  it(`and on ${RANDOM_WORLDS} random ones`, { timeout: LONG ? 1_200_000 : 120_000 }, async () => {
    for (let seed = 0; seed < RANDOM_WORLDS; seed++) expect(await compare(randomWorld(seed))).toEqual([]);
  });

  it('and the comparison is not of nothing', () => {
    const empty = SAVED_QUESTIONS.filter(({ name }) => (seen.rows.get(name) ?? 0) === 0).map(({ name }) => name);
    expect(empty).toEqual([]);
    expect(seen.beyond).toBeLessThan(seen.asked / 100);
  });
});
