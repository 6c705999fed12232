/** Laws of every store: whatever way a fact is read, it is what the scan of all facts says. */
import { expect } from 'vitest';
import { contentText, type EdgeFact, factId, type NodeFact, type NodeKey, type Occurrence } from '../../graph/fact.ts';
import { EDGE_KINDS } from '../../graph/model/edge-kinds.ts';
import { NODE_KINDS } from '../../graph/model/node-kinds.ts';
import type { KeyColumn, NodeColumns, Store } from '../../graph/store/port.ts';

/** Every read of an instant against the scan of all facts. */
export async function expectReadsOfFacts(store: Store, at: number): Promise<void> {
  const occurrences = await Array.fromAsync(store.scanFacts(at));
  const ids = occurrences.map(({ fact }) => factId(fact));
  expect(ids).toEqual([...ids].sort());
  const nodes = occurrences.flatMap(({ fact }) => (fact.type === 'node' ? [fact] : []));
  const edges = occurrences.filter((each): each is Occurrence<EdgeFact> => each.fact.type === 'edge');
  const keys = nodes.map(({ key }) => key);
  expect(await store.readNodes(keys, at)).toEqual(nodes.toSorted(byKey));
  expect((await store.findNodes({ text: '', at, first: 1000 })).toSorted(byKey)).toEqual(nodes.toSorted(byKey));
  expect(await store.countNodes({ text: '', at })).toBe(nodes.length);
  const refs = new Set(nodes.flatMap((node) => [node.key, node.ref, ...node.aliases]));
  const answering = await store.readNodesByRefs([...refs], at);
  expect(answering.size).toBe(refs.size);
  for (const ref of refs)
    expect(answering.get(ref)).toEqual(
      nodes.filter((node) => node.key === ref || node.ref === ref || node.aliases.includes(ref)).toSorted(byKey),
    );
  for (const key of new Set(edges.flatMap(({ fact }) => [fact.from, fact.to])))
    for (const end of ['from', 'to'] as const)
      expect(await store.readEdgesOf({ key, end, at, first: 1000 })).toEqual(edges.filter(({ fact }) => fact[end] === key));
  expect([...(await store.readEdges(ids, at))]).toEqual(edges.map((edge) => [factId(edge.fact), edge]));
  for (const kind of new Set(edges.map(({ fact }) => fact.kind)))
    expect(await store.scanEdgesOfKinds([kind], at)).toEqual(
      edges.filter(({ fact }) => fact.kind === kind).map(({ fact, stale }) => ({ ...fact, stale })),
    );
  expect(await store.readGaps(at)).toEqual(occurrences.filter(({ fact }) => fact.type === 'gap'));
  await expectColumnsOfFacts(store, at);
}

/** Changes applied to what held at the first instant give what holds at the second, and each of them is needed for that. */
export async function expectChangesOfFacts(store: Store, from: number, to: number): Promise<void> {
  const held = async (at: number) =>
    new Map((await Array.fromAsync(store.scanFacts(at))).map((occurrence) => [factId(occurrence.fact), occurrence]));
  const [facts, expected] = [await held(from), await held(to)];
  const changes = await store.readChanges({ from, to, first: 1000 });
  for (const { before, after } of changes) {
    if (before !== null) {
      expect(facts.get(factId(before.fact))).toEqual(before);
      facts.delete(factId(before.fact));
    }
    if (after !== null) facts.set(factId(after.fact), after);
  }
  const told = (occurrences: ReadonlyMap<string, Occurrence>) =>
    [...occurrences].map(([id, { fact, stale }]) => `${id} ${contentText(fact)} ${stale}`).sort();
  expect(told(facts)).toEqual(told(expected));
  for (const { before, after } of changes) {
    if (after !== null) expect(expected.get(factId(after.fact))).toEqual(after);
    if (before !== null && after !== null)
      expect([contentText(before.fact), before.stale]).not.toEqual([contentText(after.fact), after.stale]);
  }
}

function byKey(a: NodeFact, b: NodeFact): number {
  return a.key < b.key ? -1 : 1;
}

export async function expectColumnsOfFacts(store: Store, at: number): Promise<void> {
  const occurrences = await Array.fromAsync(store.scanFacts(at));
  const nodes = occurrences.flatMap(({ fact }) => (fact.type === 'node' ? [fact] : [])).sort((a, b) => (a.key < b.key ? -1 : 1));
  const nodeColumns = await store.scanNodeColumns(at);
  expectNodeColumns(nodeColumns, nodes);
  const keyById = new Map(nodes.map(({ key }, index) => [nodeColumns.storeId[index], key]));
  const held = new Set(keyById.values());
  const edges = occurrences.flatMap(({ fact, stale }) => (fact.type === 'edge' ? [edgeText(held, fact, stale)] : []));
  const columns = await store.scanEdgeColumns(at);
  for (const name of ['kind', 'from', 'to', 'word', 'stale'] as const) expect([name, columns[name].length]).toEqual([name, columns.length]);
  const found = Array.from({ length: columns.length }, (_, i) =>
    [
      columns.kind[i],
      keyById.get(columns.from[i]) ?? NOT_HELD,
      columns.words[columns.word[i] as number],
      keyById.get(columns.to[i]) ?? NOT_HELD,
      columns.stale[i],
    ].join(' '),
  );
  expect([...new Set(found)].sort()).toEqual(edges.sort());
}

function expectNodeColumns({ length, keys, storeId, kind, inactive, expiring }: NodeColumns, nodes: readonly NodeFact[]): void {
  expect([length, storeId.length, kind.length]).toEqual([nodes.length, nodes.length, nodes.length]);
  expect(keysOf(keys)).toEqual(nodes.map(({ key }) => key));
  expect(new Set(storeId).size).toBe(nodes.length);
  expect([...kind]).toEqual(nodes.map((node) => NODE_KINDS[node.kind].id));
  expect([...inactive]).toEqual([...nodes.entries()].filter(([, { props }]) => props['active'] === false).map(([index]) => index));
  const expected = [...nodes.entries()].filter(([, { props }]) => typeof props['expiresAt'] === 'number');
  expect([...expiring.index]).toEqual(expected.map(([index]) => index));
  expect([...expiring.at]).toEqual(expected.map(([, { props }]) => props['expiresAt']));
}

/** The keys of a column, with all of its bytes and no others. */
export function keysOf({ start, bytes }: KeyColumn): NodeKey[] {
  expect([start[0], start.at(-1)]).toEqual([0, bytes.length]);
  return Array.from({ length: start.length - 1 }, (_, index) =>
    Buffer.from(bytes.subarray(start[index], start[index + 1])).toString('latin1'),
  );
}

/** An end of an edge that is no node of the instant. */
const NOT_HELD = '-';

function edgeText(held: ReadonlySet<NodeKey>, { kind, from, to, word }: EdgeFact, stale: boolean): string {
  const end = (key: NodeKey) => (held.has(key) ? key : NOT_HELD);
  return [EDGE_KINDS[kind].id, end(from), word, end(to), stale ? 1 : 0].join(' ');
}
