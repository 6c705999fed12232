/** Texts at the limits of the indexes of a real Neo4j: what is let through is kept and found, what is longer is refused and nothing is written. */
import { expect, it, onTestFinished } from 'vitest';
import type { NodeFact } from '../../graph/fact.ts';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import type { Store } from '../../graph/store/port.ts';
import { describeOnNeo4j, freshTenant } from '../neo4j/shared-server.ts';
import { commitFacts, failureOf, node } from './commit-facts.ts';
import { expectReadsOfFacts } from './laws.ts';

describeOnNeo4j('the limits of Neo4j', (server) => {
  const open = async (): Promise<Store> => {
    const store = await openNeo4jStore({ ...server, tenant: freshTenant() });
    onTestFinished(() => store.close());
    return store;
  };
  const letters = (count: number, letter = 'é') => letter.repeat(count);

  it.each<[string, NodeFact]>([
    ['a key', node(`user:${letters(7_490, 'k')}`)],
    ['a reference', node('user:a', { ref: `user:${letters(3_745)}` })],
    ['an alias', node('user:a', { aliases: [`user:${letters(3_745)}`] })],
    ['a name', node('user:a', { name: letters(15_900) })],
  ])('let %s through that is just short enough', async (_, fact) => {
    const store = await open();
    const { at } = await commitFacts(store, { a: [fact] });
    expect(await store.readNodes([fact.key], at)).toEqual([fact]);
    expect(await store.countNodes({ text: fact.name.slice(-20) || fact.ref.slice(-20), at })).toBe(1);
    await expectReadsOfFacts(store, at);
  });

  it.each<[string, NodeFact]>([
    ['a key', node(`user:${letters(7_500, 'k')}`)],
    ['a reference', node('user:a', { ref: `user:${letters(3_750)}` })],
    ['an alias', node('user:a', { aliases: [`user:${letters(3_750)}`] })],
    ['a name', node('user:a', { name: letters(16_000) })],
  ])('refuse %s that is too long', async (_, fact) => {
    const store = await open();
    const failure = await failureOf(() => commitFacts(store, { a: [fact] }));
    expect([failure.code, await store.readSnapshots()]).toEqual(['LIMIT', []]);
    expect(failure.message).toMatch(/ must be of \d+ bytes at most in a store on Neo4j, got \d+/);
  });

  it('refuse a scope whose name is too long', async () => {
    const store = await open();
    expect(await failureOf(() => commitFacts(store, { [letters(8_000, 's')]: '' }))).toMatchObject({ code: 'LIMIT' });
  });
});
