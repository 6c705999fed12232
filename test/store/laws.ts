/** Laws of every store: whatever way a fact is read, it is what the scan of all facts says. */
import { expect } from 'vitest';
import { type EdgeFact, factId, type NodeFact, type Occurrence } from '../../graph/fact.ts';
import { EDGE_KINDS } from '../../graph/model/edge-kinds.ts';
import { NODE_KINDS } from '../../graph/model/node-kinds.ts';
import type { Store } from '../../graph/store/port.ts';

/** Every read of an instant against the scan of all facts. */
export function expectReadsOfFacts(store: Store, at: number): void {
  const occurrences = [...store.scanFacts(at)];
  const ids = occurrences.map(({ fact }) => factId(fact));
  expect(ids).toEqual([...ids].sort());
  const nodes = occurrences.flatMap(({ fact }) => (fact.type === 'node' ? [fact] : []));
  const edges = occurrences.filter((each): each is Occurrence<EdgeFact> => each.fact.type === 'edge');
  const keys = nodes.map(({ key }) => key);
  expect(store.readNodes(keys, at)).toEqual(nodes.toSorted(byKey));
  expect(store.findNodes({ text: '', at, first: 1000 }).toSorted(byKey)).toEqual(nodes.toSorted(byKey));
  expect(store.countNodes({ text: '', at })).toBe(nodes.length);
  for (const ref of new Set(nodes.flatMap((node) => [node.key, node.ref, ...node.aliases])))
    expect(store.readNodesByRef(ref, at)).toEqual(
      nodes.filter((node) => node.key === ref || node.ref === ref || node.aliases.includes(ref)).toSorted(byKey),
    );
  for (const key of new Set(edges.flatMap(({ fact }) => [fact.from, fact.to])))
    for (const end of ['from', 'to'] as const)
      expect(store.readEdgesOf({ key, end, at, first: 1000 })).toEqual(edges.filter(({ fact }) => fact[end] === key));
  expect([...store.readEdges(ids, at)]).toEqual(edges.map((edge) => [factId(edge.fact), edge]));
  for (const kind of new Set(edges.map(({ fact }) => fact.kind)))
    expect([...store.scanEdgesOfKinds([kind], at)]).toEqual(
      edges.filter(({ fact }) => fact.kind === kind).map(({ fact, stale }) => ({ ...fact, stale })),
    );
  expect(store.readGaps(at)).toEqual(occurrences.filter(({ fact }) => fact.type === 'gap'));
  expectColumnsOfFacts(store, at);
}

function byKey(a: NodeFact, b: NodeFact): number {
  return a.key < b.key ? -1 : 1;
}

export function expectColumnsOfFacts(store: Store, at: number): void {
  const occurrences = [...store.scanFacts(at)];
  const nodes = occurrences.flatMap(({ fact }) => (fact.type === 'node' ? [fact] : [])).sort((a, b) => (a.key < b.key ? -1 : 1));
  expectNodeColumns(store, at, nodes);
  const edges = occurrences.flatMap(({ fact, stale }) => (fact.type === 'edge' ? [edgeText(store, fact, stale)] : []));
  const columns = store.scanEdgeColumns(at);
  for (const name of ['kind', 'from', 'to', 'word', 'stale'] as const) expect([name, columns[name].length]).toEqual([name, columns.length]);
  const found = Array.from({ length: columns.length }, (_, i) =>
    [columns.kind[i], columns.from[i], columns.words[columns.word[i] as number], columns.to[i], columns.stale[i]].join(' '),
  );
  expect([...new Set(found)].sort()).toEqual(edges.sort());
}

function expectNodeColumns(store: Store, at: number, nodes: readonly NodeFact[]): void {
  const { length, storeId, kind, inactive, expiring } = store.scanNodeColumns(at);
  expect([length, storeId.length, kind.length]).toEqual([nodes.length, nodes.length, nodes.length]);
  const facts = store.readNodesByStoreId([...storeId], at);
  expect([...storeId].map((id) => facts.get(id)?.key)).toEqual(nodes.map(({ key }) => key));
  expect([...kind]).toEqual(nodes.map((node) => NODE_KINDS[node.kind].id));
  expect([...inactive]).toEqual([...nodes.entries()].filter(([, { props }]) => props['active'] === false).map(([index]) => index));
  const expected = [...nodes.entries()].filter(([, { props }]) => typeof props['expiresAt'] === 'number');
  expect([...expiring.index]).toEqual(expected.map(([index]) => index));
  expect([...expiring.at]).toEqual(expected.map(([, { props }]) => props['expiresAt']));
}

function edgeText(store: Store, { kind, from, to, word }: EdgeFact, stale: boolean): string {
  const ids = store.readStoreIds([from, to]);
  return [EDGE_KINDS[kind].id, ids.get(from), word, ids.get(to), stale ? 1 : 0].join(' ');
}
