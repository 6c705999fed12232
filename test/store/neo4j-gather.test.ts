/** The facts of a commit for Neo4j in memory: what digests tell apart, and the open edges of a scope as bytes. Needs no server. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EdgeFact, type Fact, factId, type GapFact, type NodeFact, type StatedFact } from '../../graph/fact.ts';
import { type Digests, GatheredFacts } from '../../graph/store/neo4j-gather.ts';
import { decodeOpenEdges, encodeOpenEdges, type OpenEdge } from '../../graph/store/neo4j-scope-edges.ts';
import { node } from './commit-facts.ts';

const edge = (from: string, to: string, rest: Partial<EdgeFact> = {}): EdgeFact => ({
  type: 'edge',
  kind: 'HOLDS',
  from,
  to,
  word: 'read',
  props: {},
  ...rest,
});
const gap = (scope: string, detail = ''): GapFact => ({ type: 'gap', reason: 'denied', hides: 'group-grants', scope, subject: '', detail });

/** Digests of one scope that states the facts, beside another one. */
async function digestsOf(facts: readonly Fact[]): Promise<Digests> {
  const gathered = new GatheredFacts(['other', 'a']);
  const stated = (fact: Fact, scope: string): StatedFact => ({ fact, scope, endpoint: '/x', fetchedAt: 1 });
  await gathered.addAll([stated(edge('user:z', 'repository:z/z'), 'other'), ...facts.map((fact) => stated(fact, 'a'))]);
  const { order, start } = await gathered.edgesByScope();
  return gathered.digests(1, order.subarray(start[1], start[2]));
}

const KEYS = ['user:a', 'user:b', 'group:x/y', 'repository:x/z'];
const facts = fc.array(
  fc.oneof(
    fc
      .record({
        from: fc.constantFrom(...KEYS),
        to: fc.constantFrom(...KEYS),
        word: fc.constantFrom('read', 'write', 'ü %'),
        glob: fc.option(fc.constantFrom('a', 'b')),
      })
      .map(({ from, to, word, glob }): Fact => edge(from, to, { word, props: glob === null ? {} : { glob } })),
    fc.record({ key: fc.constantFrom(...KEYS), name: fc.constantFrom('A', 'B') }).map(({ key, name }): Fact => node(key, { name })),
    fc.record({ key: fc.constantFrom(...KEYS), detail: fc.constantFrom('', 'more') }).map(({ key, detail }): Fact => gap(key, detail)),
  ),
  { maxLength: 12 },
);
/** What a scope states: of several statements of one fact the last. */
const contentOf = (stated: readonly Fact[]) =>
  JSON.stringify(
    [...new Map(stated.map((fact) => [fact.type === 'node' ? fact.key : factId(fact), fact]))].sort(([a], [b]) => (a < b ? -1 : 1)),
  );

describe('the digests of a scope', () => {
  it('are equal for equal statements, in whatever order they come, and for no others', async () => {
    await fc.assert(
      fc.asyncProperty(facts, facts, async (one, two) => {
        const [first, second] = [await digestsOf(one), await digestsOf(two)];
        expect(first.join() === second.join()).toBe(contentOf(one) === contentOf(two));
        const lasting = [...new Map(one.map((fact) => [fact.type === 'node' ? fact.key : factId(fact), fact])).values()];
        expect(await digestsOf(lasting.toReversed())).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });

  it('say of which sort something changed', async () => {
    const [base, more] = [
      await digestsOf([node('user:a'), edge('user:a', 'repository:x/z'), gap('repository:x/z')]),
      await digestsOf([node('user:a'), edge('user:a', 'repository:x/z', { props: { a: 1 } }), gap('repository:x/z')]),
    ];
    expect([base[0] === more[0], base[1] === more[1], base[2] === more[2]]).toEqual([true, false, true]);
    expect(await digestsOf([])).toEqual(['', '', '']);
  });

  it('are of a node as it is stored: aliases and properties in any order, half characters replaced', async () => {
    const one: NodeFact = node('user:a', { name: 'A\ud800', aliases: ['user:2', 'user:1'], props: { x: 1, y: '\udc00' } });
    const two: NodeFact = node('user:a', { name: 'A\ufffd', aliases: ['user:1', 'user:2'], props: { y: '\ufffd', x: 1 } });
    expect(await digestsOf([one])).toEqual(await digestsOf([two]));
  });
});

describe('a fact whose scope the commit does not list', () => {
  it('is a defect', async () => {
    const gathered = new GatheredFacts(['a']);
    const stated = { fact: node('user:a'), scope: 'b', endpoint: '/x', fetchedAt: 1 };
    await expect(gathered.addAll([stated])).rejects.toThrow('the scope `b` of a fact is listed by its commit');
  });
});

describe('open edges as bytes', () => {
  it('come back as they were', () => {
    const one = fc.record({
      kind: fc.integer({ min: 1, max: 9 }),
      from: fc.nat(),
      to: fc.nat(),
      word: fc.constantFrom('', 'read', '%C3%BC'),
      props: fc.constantFrom('', '{"glob":"ü"}', '{"a b":1}'),
      stale: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(one), (edges: OpenEdge[]) => {
        expect(decodeOpenEdges(encodeOpenEdges(edges))).toEqual(edges);
        // As they lie in a longer buffer, at any place.
        const bytes = encodeOpenEdges(edges);
        const apart = new Uint8Array(bytes.length + 3);
        apart.set(bytes, 3);
        expect(decodeOpenEdges(apart.subarray(3))).toEqual(edges);
      }),
    );
    expect(decodeOpenEdges(new Uint8Array(0))).toEqual([]);
  });
});
