/**
 * Store -> compiled snapshot -> view. The newest snapshot is kept beside the facts, compiled; what is kept is used if it is of
 * that snapshot and undamaged, else compiled anew: it is never trusted.
 */
import { compile } from '../graph/engine/compile.ts';
import { Engine } from '../graph/engine/engine.ts';
import { positionOf } from '../graph/engine/key-table.ts';
import { loadSnapshot, openSnapshot, type Snapshot, saveSnapshot } from '../graph/engine/snapshot.ts';
import { isCodedError } from '../graph/errors.ts';
import type { NodeKey } from '../graph/fact.ts';
import { NODE_KINDS } from '../graph/model/node-kinds.ts';
import type { KeyColumn, NodeColumns, Store } from '../graph/store/port.ts';
import type { SnapshotRef } from './port.ts';
import { View } from './view.ts';

export const COMPILED_CACHE = 'compiled';

/** Compiles the facts of a snapshot. Cost: a scan of the nodes and edges that hold at its instant. */
export async function compileStore(store: Store, { id, at }: SnapshotRef): Promise<Snapshot> {
  const [nodes, edges, rules, gaps] = await Promise.all([
    store.scanNodeColumns(at),
    store.scanEdgeColumns(at),
    store.scanEdgesOfKinds(['RESTRICTS', 'CLASSIFIES'], at),
    store.readGaps(at),
  ]);
  return compile({ nodes: withAnonymous(nodes), edges, rules, gaps: gaps.map(({ fact }) => fact), snapshot: { id, at } });
}

/** The kept snapshot if it is this one; null where there is none, or where it is foreign or damaged. */
export async function loadKept(store: Store, info: SnapshotRef): Promise<Snapshot | null> {
  return keptOf(await readKept(store), info);
}

/** What is kept, whatever it is of. */
export function readKept(store: Store): Promise<Uint8Array | null> {
  return store.readCache(COMPILED_CACHE);
}

/** What was read, if it is this snapshot: as of `loadKept`. */
export function keptOf(bytes: Uint8Array | null, { id, at }: SnapshotRef): Snapshot | null {
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
export async function keep(store: Store, snapshot: Snapshot): Promise<void> {
  try {
    await store.writeCache(COMPILED_CACHE, saveSnapshot(snapshot));
  } catch (error) {
    if (!isCodedError(error)) throw error;
  }
}

/** Compiles the newest snapshot for the next start, unless it is kept already. */
export async function keepNewest(store: Store, info: SnapshotRef): Promise<void> {
  if ((await loadKept(store, info)) === null) await keep(store, await compileStore(store, info));
}

export function viewOf(store: Store, snapshot: Snapshot): View {
  const { id, at } = snapshot.facts;
  return new View({ info: { id, at }, engine: new Engine(snapshot), store });
}

/** A view of a buffer that a worker compiled. */
export function viewOfBuffer(store: Store, buffer: ArrayBufferLike): View {
  return viewOf(store, openSnapshot(buffer));
}

/**
 * The columns with `anonymous:` among the nodes: it can always be asked about, and where nothing is public no connector states it.
 * Its store id is -1: no edge has it.
 */
function withAnonymous(nodes: NodeColumns): NodeColumns {
  const { id: kind, ref } = NODE_KINDS.Anonymous;
  if (nodes.kind.includes(kind)) return nodes;
  const key = `${ref}:`;
  const position = positionOf(nodes.keys, key);
  const shifted = (index: Int32Array) => index.map((each) => (each >= position ? each + 1 : each));
  return {
    length: nodes.length + 1,
    keys: withKey(nodes.keys, position, key),
    storeId: inserted(new Int32Array(nodes.length + 1), nodes.storeId, position, -1),
    kind: inserted(new Uint8Array(nodes.length + 1), nodes.kind, position, kind),
    inactive: shifted(nodes.inactive),
    expiring: { index: shifted(nodes.expiring.index), at: nodes.expiring.at },
  };
}

function withKey({ start, bytes }: KeyColumn, position: number, key: NodeKey): KeyColumn {
  const at = start[position]!;
  const added = Buffer.from(key, 'latin1');
  const wider = { start: new Int32Array(start.length + 1), bytes: new Uint8Array(bytes.length + added.length) };
  wider.start.set(start.subarray(0, position + 1));
  for (let index = position; index < start.length; index++) wider.start[index + 1] = start[index]! + added.length;
  wider.bytes.set(bytes.subarray(0, at));
  wider.bytes.set(added, at);
  wider.bytes.set(bytes.subarray(at), at + added.length);
  return wider;
}

function inserted<T extends Int32Array | Uint8Array>(into: T, from: T, at: number, value: number): T {
  into.set(from.subarray(0, at), 0);
  into[at] = value;
  into.set(from.subarray(at, into.length - 1), at + 1);
  return into;
}
