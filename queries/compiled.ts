/**
 * Store -> compiled snapshot -> view. The newest snapshot is kept beside the facts, compiled; what is kept is used if it is of
 * that snapshot and undamaged, else compiled anew: it is never trusted.
 */
import { compile } from '../graph/engine/compile.ts';
import { Engine } from '../graph/engine/engine.ts';
import { loadSnapshot, openSnapshot, type Snapshot, saveSnapshot } from '../graph/engine/snapshot.ts';
import { isCodedError } from '../graph/errors.ts';
import { NODE_KINDS } from '../graph/model/node-kinds.ts';
import type { NodeColumns, Store } from '../graph/store/port.ts';
import { StoreKeyTable } from './key-table.ts';
import type { SnapshotRef } from './port.ts';
import { View } from './view.ts';

export const COMPILED_CACHE = 'compiled';

/** Compiles the facts of a snapshot. Cost: a scan of the nodes and edges that hold at its instant. */
export function compileStore(store: Store, { id, at }: SnapshotRef): Snapshot {
  const nodes = withAnonymous(store, store.scanNodeColumns(at), at);
  return compile({
    nodes,
    edges: store.scanEdgeColumns(at),
    rules: store.scanEdgesOfKinds(['RESTRICTS', 'CLASSIFIES'], at),
    gaps: store.readGaps(at).map(({ fact }) => fact),
    keys: new StoreKeyTable(store, nodes.storeId, at),
    snapshot: { id, at },
  });
}

/** The kept snapshot if it is this one; null where there is none, or where it is foreign or damaged. */
export function loadKept(store: Store, { id, at }: SnapshotRef): Snapshot | null {
  const bytes = store.readCache(COMPILED_CACHE);
  if (bytes === null) return null;
  try {
    const snapshot = loadSnapshot(bytes);
    return snapshot.facts.id === id && snapshot.facts.at === at ? snapshot : null;
  } catch (error) {
    if (isCodedError(error, 'SNAPSHOT_FOREIGN') || isCodedError(error, 'SNAPSHOT_TORN')) return null;
    throw error;
  }
}

/** Keeps a compiled snapshot for the next start. A store that cannot be written to goes without. */
export function keep(store: Store, snapshot: Snapshot): void {
  try {
    store.writeCache(COMPILED_CACHE, saveSnapshot(snapshot));
  } catch (error) {
    if (!isCodedError(error)) throw error;
  }
}

/** Compiles the newest snapshot for the next start, unless it is kept already. */
export function keepNewest(store: Store, info: SnapshotRef): void {
  if (loadKept(store, info) === null) keep(store, compileStore(store, info));
}

export function viewOf(store: Store, snapshot: Snapshot): View {
  const { id, at } = snapshot.facts;
  const keys = new StoreKeyTable(store, snapshot.sections.storeId, at);
  return new View({ info: { id, at }, engine: new Engine(snapshot, keys), keys, store });
}

/** A view of a buffer that a worker compiled. */
export function viewOfBuffer(store: Store, buffer: ArrayBufferLike): View {
  return viewOf(store, openSnapshot(buffer));
}

/**
 * The columns with `anonymous:` among the nodes: it can always be asked about, and where nothing is public no connector states it.
 * Its store id is -1.
 */
function withAnonymous(store: Store, nodes: NodeColumns, at: number): NodeColumns {
  const { id: kind, ref } = NODE_KINDS.Anonymous;
  if (nodes.kind.includes(kind)) return nodes;
  const keys = new StoreKeyTable(store, nodes.storeId, at);
  let [low, high] = [0, nodes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys.keyOf(middle) < `${ref}:`) low = middle + 1;
    else high = middle;
  }
  const shifted = (index: Int32Array) => index.map((each) => (each >= low ? each + 1 : each));
  return {
    length: nodes.length + 1,
    storeId: inserted(new Int32Array(nodes.length + 1), nodes.storeId, low, -1),
    kind: inserted(new Uint8Array(nodes.length + 1), nodes.kind, low, kind),
    inactive: shifted(nodes.inactive),
    expiring: { index: shifted(nodes.expiring.index), at: nodes.expiring.at },
  };
}

function inserted<T extends Int32Array | Uint8Array>(into: T, from: T, at: number, value: number): T {
  into.set(from.subarray(0, at), 0);
  into[at] = value;
  into.set(from.subarray(at, into.length - 1), at + 1);
  return into;
}
