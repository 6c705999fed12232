/** A world as a compiled engine: fresh, or saved and loaded again. */
import { compile } from '../../graph/engine/compile.ts';
import { Engine } from '../../graph/engine/engine.ts';
import type { KeyTable } from '../../graph/engine/key-table.ts';
import type { EngineInterface } from '../../graph/engine/port.ts';
import { loadSnapshot, type Snapshot, saveSnapshot } from '../../graph/engine/snapshot.ts';
import { factId, type NodeKey, type World } from '../../graph/fact.ts';
import { EDGE_KINDS } from '../../graph/model/edge-kinds.ts';
import { NODE_KINDS } from '../../graph/model/node-kinds.ts';
import { plainNode } from '../../graph/notation.ts';
import { GrowingKeys } from '../../graph/store/growing-keys.ts';
import type { EdgeColumns, KeyColumn, NodeColumns } from '../../graph/store/port.ts';

const ANONYMOUS: NodeKey = 'anonymous:';
/** Store ids are in another order than keys, with holes: the compiler must not lean on either. */
const STORE_ID_STEP = 3;

export interface CompiledWorld {
  readonly engine: EngineInterface;
  /** Those of the engine. */
  readonly keys: KeyTable;
  readonly snapshot: Snapshot;
}

export function compileWorld(world: World): CompiledWorld {
  return openCompiled(snapshotOf(world));
}

/** As a process that starts again sees it: the bytes are a copy, nothing of the first engine is left. */
export function reloadWorld({ snapshot }: CompiledWorld): CompiledWorld {
  return openCompiled(loadSnapshot(saveSnapshot(snapshot).slice()));
}

export function openCompiled(snapshot: Snapshot): CompiledWorld {
  const engine = new Engine(snapshot);
  return { engine, keys: engine.keys, snapshot };
}

/** Keys in the order given. */
export function keyColumn(keys: readonly NodeKey[]): KeyColumn {
  const growing = new GrowingKeys(keys.length);
  for (const key of keys) growing.add(key);
  return growing.column();
}

export function snapshotOf(world: World): Snapshot {
  const anonymous = plainNode(ANONYMOUS);
  const stated = new Map(world.nodes.map((node) => [node.key, node]));
  const added = anonymous !== null && !stated.has(ANONYMOUS) ? [anonymous] : [];
  const nodes = [...stated.values(), ...added].sort((a, b) => (a.key < b.key ? -1 : 1));
  const ends = new Set(world.edges.flatMap(({ from, to }) => [from, to]));
  const storeIdByKey = new Map(
    nodes.map(({ key }, index) => [key, stated.has(key) || ends.has(key) ? (nodes.length - index) * STORE_ID_STEP : -1]),
  );
  const columns: NodeColumns = {
    length: nodes.length,
    keys: keyColumn(nodes.map(({ key }) => key)),
    storeId: Int32Array.from(storeIdByKey.values()),
    kind: Uint8Array.from(nodes, ({ kind }) => NODE_KINDS[kind].id),
    inactive: Int32Array.from(nodes.flatMap(({ props }, index) => (props['active'] === false ? [index] : []))),
    expiring: expiringOf(nodes.map(({ props }) => props['expiresAt'])),
  };
  const rules = world.edges.filter(({ kind }) => kind === 'RESTRICTS' || kind === 'CLASSIFIES');
  return compile({
    nodes: columns,
    edges: edgeColumns(world, (key) => storeIdByKey.get(key) ?? -1),
    rules: rules.toSorted((a, b) => (factId(a) < factId(b) ? -1 : 1)),
    gaps: world.gaps,
    snapshot: { id: 'world', at: 0 },
  });
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
