/**
 * The columns that the engine is compiled from against the facts of the same store: people are shown facts, verdicts come from
 * columns, and a store may keep the two apart.
 */
import { edgeId, type FactId, factId, type Occurrence } from '../graph/fact.ts';
import { type EdgeKind, edgeKindOfId } from '../graph/model/edge-kinds.ts';
import { nodeKindOfId } from '../graph/model/node-kinds.ts';
import type { EdgeColumns, NodeColumns, Store } from '../graph/store/port.ts';
import type { Difference } from './verify.ts';

export class ColumnCheck {
  /** What the columns say, by fact, as far as no fact was met yet. */
  readonly #said: Map<FactId, string>;

  private constructor(said: Map<FactId, string>) {
    this.#said = said;
  }

  /** Cost: a text for each node and edge. */
  static async of(store: Store, at: number): Promise<ColumnCheck> {
    const [nodes, edges] = await Promise.all([store.scanNodeColumns(at), store.scanEdgeColumns(at)]);
    return new ColumnCheck(new Map([...saidOfNodes(nodes), ...saidOfEdges(nodes, edges)]));
  }

  /** Once for each fact of the instant. */
  take({ fact, stale }: Occurrence): Difference[] {
    if (fact.type === 'gap') return [];
    const id = factId(fact);
    const said = this.#said.get(id);
    this.#said.delete(id);
    const { active, expiresAt } = fact.props;
    const expected = fact.type === 'edge' ? edgeText(stale) : nodeText(active !== false, typeof expiresAt === 'number' ? expiresAt : null);
    if (said === expected) return [];
    return [{ is: 'columns', id, detail: `the fact is ${expected}, for the engine it is ${said ?? 'not there'}` }];
  }

  /** What no fact says. */
  rest(): Difference[] {
    return [...this.#said].map(([id, said]) => ({ is: 'columns', id, detail: `there is no such fact, for the engine it is ${said}` }));
  }
}

function* saidOfNodes({ length, keys, kind, inactive, expiring }: NodeColumns): Generator<[FactId, string]> {
  const [isInactive, expiresAt] = [new Set(inactive), new Map<number, number>()];
  for (const [position, index] of expiring.index.entries()) expiresAt.set(index, expiring.at[position] as number);
  for (let index = 0; index < length; index++) {
    const id = `${keyAt(keys, index)} IS ${nodeKindOfId(kind[index] as number)}`;
    yield [id, nodeText(!isInactive.has(index), expiresAt.get(index) ?? null)];
  }
}

/** An edge that several scopes state comes several times, and says the same. */
function* saidOfEdges({ length: nodes, keys, storeId }: NodeColumns, edges: EdgeColumns): Generator<[FactId, string]> {
  const keyOf = new Map<number, string>();
  for (let index = 0; index < nodes; index++) keyOf.set(storeId[index] as number, keyAt(keys, index));
  const end = (id: number | undefined) => keyOf.get(id as number) ?? '(no node)';
  for (let row = 0; row < edges.length; row++) {
    const kind = edgeKindOfId(edges.kind[row] as number) as EdgeKind;
    const word = edges.words[edges.word[row] as number] ?? '';
    yield [edgeId(end(edges.from[row]), kind, word, end(edges.to[row])), edgeText(edges.stale[row] === 1)];
  }
}

function keyAt({ start, bytes }: NodeColumns['keys'], index: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1', start[index], start[index + 1]);
}

function edgeText(stale: boolean): string {
  return stale ? 'stale' : 'fresh';
}

function nodeText(active: boolean, expiresAt: number | null): string {
  const until = expiresAt === null ? '' : ` until ${expiresAt}`;
  return `${active ? 'active' : 'inactive'}${until}`;
}
