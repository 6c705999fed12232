/**
 * Edges as a store gives them, in dense indexes and cut into runs of one kind: what every column of a snapshot is built from,
 * in place and by one kind at a time.
 *
 * A store gives edges of one kind together, and a loop over a run needs no decision about each edge: that halves its time.
 */
import { EDGE_KINDS, type EdgeKind } from '../model/edge-kinds.ts';
import type { EdgeColumns, NodeColumns } from '../store/port.ts';
import { type Csr, countsToStarts, grown } from './csr.ts';

const RUNS_AT_FIRST = 1024;

export interface EdgeRuns {
  /** Both ends are dense indexes of nodes. */
  readonly edges: EdgeColumns;
  /** Run r is the edges `start[r] .. start[r + 1]`. */
  readonly start: Int32Array;
  /** Of each run: `kind id << 1 | stale`. */
  readonly key: Uint16Array;
  readonly count: number;
}

/** Edges of one kind, in the order of the input. */
export interface EdgeList {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly word: Uint16Array;
  readonly stale: Uint8Array;
}

/** Leaves out edges of which an end is no node. The columns are not copied where store ids are dense indexes. */
export function edgeRuns(given: EdgeColumns, nodes: NodeColumns): EdgeRuns {
  const edges = denseEdges(given, nodes);
  const { kind, stale, length } = edges;
  let start = new Int32Array(RUNS_AT_FIRST);
  let key = new Uint16Array(RUNS_AT_FIRST);
  let count = 0;
  for (let i = 0; i < length; i = runEnd(kind, stale, i, length)) {
    // One place is left for the end of the last run.
    if (count + 1 === start.length) {
      start = grown(start, new Int32Array(count * 4));
      key = grown(key, new Uint16Array(count * 4));
    }
    start[count] = i;
    key[count++] = (kind[i]! << 1) | stale[i]!;
  }
  start[count] = length;
  return { edges, start, key, count };
}

/** Where the run ends that begins here. */
function runEnd(kind: Uint8Array, stale: Uint8Array, start: number, length: number): number {
  const [ofKind, asStale] = [kind[start]!, stale[start]!];
  let at = start + 1;
  while (at < length && kind[at] === ofKind && stale[at] === asStale) at++;
  return at;
}

/** How many edges of the kind there are; of those that are stale, or not, where it is said. */
export function countEdges({ start, key, count }: EdgeRuns, kind: EdgeKind, stale?: 0 | 1): number {
  const { id } = EDGE_KINDS[kind];
  let edges = 0;
  for (let run = 0; run < count; run++)
    if (key[run]! >> 1 === id && (stale === undefined || (key[run]! & 1) === stale)) edges += start[run + 1]! - start[run]!;
  return edges;
}

/** Edges of a kind as rows: of which end they are, the values are `other end << 1 | stale`. */
export interface RowsOfKind {
  readonly kind: EdgeKind;
  readonly by: 'from' | 'to';
}

/** Fills zeroed rows with the edges of some kinds. Within a row they are in the order of the kinds, then of the input. */
export function fillRows({ off, val }: Csr, runs: EdgeRuns, kinds: readonly RowsOfKind[]): void {
  for (const { kind, by } of kinds) countRows(off, runs, EDGE_KINDS[kind].id, runs.edges[by]);
  countsToStarts(off);
  for (const { kind, by } of kinds) {
    const [rows, others] = by === 'from' ? [runs.edges.from, runs.edges.to] : [runs.edges.to, runs.edges.from];
    placeRows({ off, val }, runs, EDGE_KINDS[kind].id, { rows, others });
  }
}

export function listEdges(runs: EdgeRuns, kind: EdgeKind): EdgeList {
  const { edges, start, key, count } = runs;
  const length = countEdges(runs, kind);
  const list = { from: new Int32Array(length), to: new Int32Array(length), word: new Uint16Array(length), stale: new Uint8Array(length) };
  let at = 0;
  for (let run = 0; run < count; run++) {
    if (key[run]! >> 1 !== EDGE_KINDS[kind].id) continue;
    for (let i = start[run]!, end = start[run + 1]!; i < end; i++) {
      list.from[at] = edges.from[i]!;
      list.to[at] = edges.to[i]!;
      list.word[at] = edges.word[i]!;
      list.stale[at++] = edges.stale[i]!;
    }
  }
  return list;
}

function countRows(off: Int32Array, { start, key, count }: EdgeRuns, kindId: number, rows: Int32Array): void {
  for (let run = 0; run < count; run++) {
    if (key[run]! >> 1 !== kindId) continue;
    for (let i = start[run]!, end = start[run + 1]!; i < end; i++) off[rows[i]! + 1]!++;
  }
}

function placeRows(
  { off, val }: Csr,
  { start, key, count }: EdgeRuns,
  kindId: number,
  { rows, others }: { rows: Int32Array; others: Int32Array },
): void {
  for (let run = 0; run < count; run++) {
    if (key[run]! >> 1 !== kindId) continue;
    const stale = key[run]! & 1;
    for (let i = start[run]!, end = start[run + 1]!; i < end; i++) val[off[rows[i]! + 1]!++] = (others[i]! << 1) | stale;
  }
}

function areDense({ length, storeId }: NodeColumns): boolean {
  for (let i = 0; i < length; i++) if (storeId[i] !== i) return false;
  return true;
}

function denseEdges(edges: EdgeColumns, nodes: NodeColumns): EdgeColumns {
  const { length } = edges;
  if (areDense(nodes) && areBelow(nodes.length, edges)) return edges;
  const indexOf = denseIndexes(nodes);
  const from = new Int32Array(length);
  const to = new Int32Array(length);
  let dangling = 0;
  for (let i = 0; i < length; i++) {
    const a = indexOf[edges.from[i]!] ?? -1;
    const b = indexOf[edges.to[i]!] ?? -1;
    from[i] = a;
    to[i] = b;
    if ((a | b) < 0) dangling++;
  }
  return dangling === 0 ? { ...edges, from, to } : withoutDangling({ ...edges, from, to }, length - dangling);
}

/** Without a decision about each: a difference below zero sets the sign of the whole. */
function areBelow(limit: number, { from, to, length }: EdgeColumns): boolean {
  const last = limit - 1;
  let signs = 0;
  for (let i = 0; i < length; i++) signs |= (last - from[i]!) | (last - to[i]!);
  return signs >= 0;
}

/** Dense index by store id, -1 for an id that is no node. */
function denseIndexes({ length, storeId }: NodeColumns): Int32Array {
  let most = -1;
  for (let i = 0; i < length; i++) if (storeId[i]! > most) most = storeId[i]!;
  const indexOf = new Int32Array(most + 1).fill(-1);
  for (let i = 0; i < length; i++) if (storeId[i]! >= 0) indexOf[storeId[i]!] = i;
  return indexOf;
}

function withoutDangling({ kind, from, to, word, stale, words, length }: EdgeColumns, left: number): EdgeColumns {
  const kept = {
    kind: new Uint8Array(left),
    from: new Int32Array(left),
    to: new Int32Array(left),
    word: new Uint16Array(left),
    stale: new Uint8Array(left),
  };
  let at = 0;
  for (let i = 0; i < length; i++) {
    if ((from[i]! | to[i]!) < 0) continue;
    kept.kind[at] = kind[i]!;
    kept.from[at] = from[i]!;
    kept.to[at] = to[i]!;
    kept.word[at] = word[i]!;
    kept.stale[at++] = stale[i]!;
  }
  return { ...kept, words, length: left };
}
