/** A world as a compiled engine: fresh, or saved and loaded again. Keys are kept in memory. */
import { compile } from '../../graph/engine/compile.ts';
import { Engine } from '../../graph/engine/engine.ts';
import type { EngineInterface, KeyTable } from '../../graph/engine/port.ts';
import { loadSnapshot, type Snapshot, saveSnapshot } from '../../graph/engine/snapshot.ts';
import { factId, type NodeKey, type World } from '../../graph/fact.ts';
import { EDGE_KINDS } from '../../graph/model/edge-kinds.ts';
import { NODE_KINDS } from '../../graph/model/node-kinds.ts';
import { plainNode } from '../../graph/notation.ts';
import type { EdgeColumns, NodeColumns } from '../../graph/store/port.ts';

const ANONYMOUS: NodeKey = 'anonymous:';
/** Store ids are in another order than keys, with holes: the compiler must not lean on either. */
const STORE_ID_STEP = 3;

export interface CompiledWorld {
  readonly engine: EngineInterface;
  readonly keys: MemoryKeys;
  readonly snapshot: Snapshot;
}

export class MemoryKeys implements KeyTable {
  readonly keys: readonly NodeKey[];
  readonly #indexByKey: ReadonlyMap<NodeKey, number>;

  /** `keys` in order, each once. */
  constructor(keys: readonly NodeKey[]) {
    this.keys = keys;
    this.#indexByKey = new Map(keys.map((key, index) => [key, index]));
  }

  keyOf(index: number): NodeKey {
    const key = this.keys[index];
    if (key === undefined) throw new Error(`no node ${index}`);
    return key;
  }

  indexOf(key: NodeKey): number {
    return this.#indexByKey.get(key) ?? -1;
  }
}

export function compileWorld(world: World): CompiledWorld {
  const { snapshot, keys } = snapshotOf(world);
  return { engine: new Engine(snapshot, keys), keys, snapshot };
}

/** As a process that starts again sees it: the bytes are a copy, nothing of the first engine is left. */
export function reloadWorld({ snapshot, keys }: CompiledWorld): CompiledWorld {
  const reloaded = loadSnapshot(saveSnapshot(snapshot).slice());
  return { engine: new Engine(reloaded, keys), keys, snapshot: reloaded };
}

export function snapshotOf(world: World): { snapshot: Snapshot; keys: MemoryKeys } {
  const anonymous = plainNode(ANONYMOUS);
  const stated = new Map(world.nodes.map((node) => [node.key, node]));
  const added = anonymous !== null && !stated.has(ANONYMOUS) ? [anonymous] : [];
  const nodes = [...stated.values(), ...added].sort((a, b) => (a.key < b.key ? -1 : 1));
  const keys = new MemoryKeys(nodes.map(({ key }) => key));
  const ends = new Set(world.edges.flatMap(({ from, to }) => [from, to]));
  const storeIds = Int32Array.from(nodes, ({ key }, index) =>
    stated.has(key) || ends.has(key) ? (nodes.length - index) * STORE_ID_STEP : -1,
  );
  const columns: NodeColumns = {
    length: nodes.length,
    storeId: storeIds,
    kind: Uint8Array.from(nodes, ({ kind }) => NODE_KINDS[kind].id),
    inactive: Int32Array.from(nodes.flatMap(({ props }, index) => (props['active'] === false ? [index] : []))),
    expiring: expiringOf(nodes.map(({ props }) => props['expiresAt'])),
  };
  const rules = world.edges.filter(({ kind }) => kind === 'RESTRICTS' || kind === 'CLASSIFIES');
  const snapshot = compile({
    nodes: columns,
    edges: edgeColumns(world, (key) => storeIds[keys.indexOf(key)] ?? -1),
    rules: rules.toSorted((a, b) => (factId(a) < factId(b) ? -1 : 1)),
    gaps: world.gaps,
    keys,
    snapshot: { id: 'world', at: 0 },
  });
  return { snapshot, keys };
}

function expiringOf(instants: readonly unknown[]): NodeColumns['expiring'] {
  const expiring = instants.flatMap((at, index) => (typeof at === 'number' ? [{ index, at }] : []));
  return { index: Int32Array.from(expiring, ({ index }) => index), at: Float64Array.from(expiring, ({ at }) => at) };
}

function edgeColumns({ edges }: World, storeIdOf: (key: NodeKey) => number): EdgeColumns {
  const words = [...new Set(edges.map(({ word }) => word))];
  return {
    length: edges.length,
    kind: Uint8Array.from(edges, ({ kind }) => EDGE_KINDS[kind].id),
    from: Int32Array.from(edges, ({ from }) => storeIdOf(from)),
    to: Int32Array.from(edges, ({ to }) => storeIdOf(to)),
    word: Uint16Array.from(edges, ({ word }) => words.indexOf(word)),
    stale: Uint8Array.from(edges, ({ stale }) => (stale === true ? 1 : 0)),
    words,
  };
}
