/**
 * Columns of nodes for the compiler out of the Neo4j store, in few large rows: a row costs more than what is in it.
 *
 * Nodes are read by blocks of their numbers, each block one row of lists. At the newest instant their labels and properties say what
 * holds; at earlier instants, and while others write, their statements do.
 */
import type { NodeFact, NodeKey } from '../fact.ts';
import { NODE_KIND_NAMES, NODE_KINDS } from '../model/node-kinds.ts';
import { GrowingKeys } from './growing-keys.ts';
import type { Read, ReadFrame } from './neo4j-frame.ts';
import { blocksOf, EACH_BLOCK, holds, inBlock, NODES_OF_BLOCK, spokenNodes } from './neo4j-rows.ts';
import type { NodeColumns } from './port.ts';

const labelCodes = NODE_KIND_NAMES.map((kind) => `WHEN n:${kind} THEN ${NODE_KINDS[kind].id}`).join(' ');
const kindCodes = NODE_KIND_NAMES.map((kind) => `WHEN '${kind}' THEN ${NODE_KINDS[kind].id}`).join(' ');

/** null where labels and properties do not say what holds at the instant. */
export async function scanNodesNow(frame: ReadFrame): Promise<NodeColumns | null> {
  if (!frame.isNow) return null;
  const { nodes } = frame.state;
  const found = new FoundNodes(nodes);
  const take = (numbers: number[], kinds: number[], keys: NodeKey[], inactive: number[], expiring: [number, unknown][]) => {
    for (let at = 0; at < numbers.length; at++) found.add(numbers[at] as number, kinds[at] as number, keys[at] as NodeKey);
    for (const number of inactive) found.inactive.add(number);
    for (const [number, expiresAt] of expiring) if (typeof expiresAt === 'number') found.expiresAt.set(number, expiresAt);
  };
  await frame.each(
    `${EACH_BLOCK} {
       ${NODES_OF_BLOCK} WITH n, CASE ${labelCodes} END AS kind WHERE kind IS NOT NULL
       RETURN collect(n.number) AS numbers, collect(kind) AS kinds, collect(n.key) AS keys,
         collect(CASE WHEN n.active = false THEN n.number END) AS inactive,
         collect(CASE WHEN n.expiresAt IS NOT NULL THEN [n.number, n.expiresAt] END) AS expiring
     } RETURN numbers, kinds, keys, inactive, expiring`,
    take,
    { lows: blocksOf(nodes) },
  );
  return found.columns();
}

/** In pieces that are of one instant though not of one state of the store: statements of the past never change. */
export async function scanNodesThen(read: Read, nodes: number): Promise<NodeColumns> {
  const found = new FoundNodes(nodes);
  for (const low of blocksOf(nodes)) {
    const { held, keys, whole } = await read((frame) => nodesOfBlock(frame, low));
    for (const [at, number] of keys.numbers.entries()) {
      const kind = held.get(number)?.kind;
      if (kind !== undefined) found.add(number, kind, keys.keys[at] as NodeKey);
    }
    for (const [number, { props }] of whole) {
      if (props['active'] === false) found.inactive.add(number);
      if (typeof props['expiresAt'] === 'number') found.expiresAt.set(number, props['expiresAt']);
    }
  }
  return found.columns();
}

/** Of the statement of a node that speaks. */
interface Held {
  readonly kind: number;
  readonly openedAt: number;
  readonly scope: number;
}

interface NodesOfBlock {
  /** By number. */
  readonly held: ReadonlyMap<number, Held>;
  /** Parallel, of all nodes whether they hold or not. */
  readonly keys: { readonly numbers: readonly number[]; readonly keys: readonly NodeKey[] };
  /** By number: the nodes of which a statement names a property that changes answers. It may be put together from several. */
  readonly whole: ReadonlyMap<number, NodeFact>;
}

async function nodesOfBlock(frame: ReadFrame, low: number): Promise<NodesOfBlock> {
  const held = new Map<number, Held>();
  const marked = new Set<number>();
  const take = (numbers: number[], kinds: number[], opened: number[], scopes: number[], named: number[]) => {
    for (const [at, number] of numbers.entries()) {
      const [openedAt, scope] = [opened[at] as number, scopes[at] as number];
      const other = held.get(number);
      if (other !== undefined && (openedAt < other.openedAt || (openedAt === other.openedAt && scope < other.scope))) continue;
      held.set(number, { kind: kinds[at] as number, openedAt, scope });
    }
    for (const number of named) marked.add(number);
  };
  let keys: NodesOfBlock['keys'] = { numbers: [], keys: [] };
  await Promise.all([
    frame.each(
      `${EACH_BLOCK} {
         MATCH (f:NodeFact) WHERE f.tenant = $tenant AND ${inBlock('f.node')} AND ${holds('f')}
         RETURN collect(f.node) AS numbers, collect(CASE f.kind ${kindCodes} END) AS kinds, collect(f.openedAt) AS opened,
           collect(f.scope) AS scopes,
           collect(CASE WHEN f.props CONTAINS '"active"' OR f.props CONTAINS '"expiresAt"' THEN f.node END) AS named
       } RETURN numbers, kinds, opened, scopes, named`,
      take,
      { lows: [low] },
    ),
    frame.each(
      `${EACH_BLOCK} { ${NODES_OF_BLOCK} RETURN collect(n.number) AS numbers, collect(n.key) AS keys } RETURN numbers, keys`,
      (numbers: number[], texts: NodeKey[]) => {
        keys = { numbers, keys: texts };
      },
      { lows: [low] },
    ),
  ]);
  const whole = await spokenNodes(frame, 'UNWIND $marked AS number MATCH (n:Node {tenant: $tenant, number: number})', {
    marked: [...marked],
  });
  return { held, keys, whole };
}

/** Nodes that hold, by number, in any order of coming in. */
class FoundNodes {
  readonly inactive = new Set<number>();
  readonly expiresAt = new Map<number, number>();
  readonly #kinds: Uint8Array;
  readonly #keys: NodeKey[] = [];
  readonly #numbers: number[] = [];

  constructor(nodes: number) {
    this.#kinds = new Uint8Array(nodes);
  }

  add(number: number, kind: number, key: NodeKey): void {
    this.#kinds[number] = kind;
    this.#keys[number] = key;
    this.#numbers.push(number);
  }

  columns(): NodeColumns {
    const keys = this.#keys;
    // Keys are ASCII: comparing them is comparing code units. Numbers of a first load are in their order already.
    const ordered = this.#numbers.sort((a, b) => ((keys[a] as NodeKey) < (keys[b] as NodeKey) ? -1 : 1));
    const column = new GrowingKeys(ordered.length);
    for (const number of ordered) column.add(keys[number] as NodeKey);
    const indexesOf = (isIn: (number: number) => boolean) =>
      Int32Array.from([...ordered.entries()].filter(([, number]) => isIn(number)).map(([index]) => index));
    const expiring = indexesOf((number) => this.expiresAt.has(number));
    return {
      length: ordered.length,
      keys: column.column(),
      storeId: Int32Array.from(ordered),
      kind: Uint8Array.from(ordered, (number) => this.#kinds[number] as number),
      inactive: indexesOf((number) => this.inactive.has(number)),
      expiring: { index: expiring, at: Float64Array.from(expiring, (index) => this.expiresAt.get(ordered[index] as number) as number) },
    };
  }
}
