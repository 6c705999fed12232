/**
 * Pages: where one begins, and how its entries become edges with cursors.
 *
 * INVARIANT: all pages of a list are of one snapshot and one instant: those of its first page, which the cursor carries.
 */
import { CodedError } from '../graph/errors.ts';
import type { NodeKey, Ref } from '../graph/fact.ts';
import { hashQuestion, type Position, readCursor, writeCursor } from './cursor.ts';
import type { At, Edge, PageRequest, SnapshotRef } from './port.ts';
import { requireFirst, requirePage, requireTime } from './requests.ts';
import type { Snapshots } from './snapshots.ts';

export const FIRST_DEFAULT = 100;

/** What time a question is about. */
export interface Asked {
  /** The snapshot that answers, null before the first. */
  readonly info: SnapshotRef | null;
  /** Instant for expiry and activity. */
  readonly at: number;
  /** A later snapshot, where the question is about a past time: what it has beside `info` had not been read then. */
  readonly later: SnapshotRef | null;
}

/** Errors: TIME_MALFORMED, STORE_EMPTY, those of the store. */
export async function askedOf(snapshots: Snapshots, at: At, now: number): Promise<Asked> {
  requireTime(at);
  const info = await snapshots.infoAt(at ?? null);
  const newest = at === null || at === undefined ? info : await snapshots.infoAt(null);
  const isPast = at !== null && at !== undefined && newest !== null && newest.id !== info?.id;
  return { info, at: at ?? now, later: isPast ? newest : null };
}

export interface PageStart extends Asked {
  readonly first: number;
  /** The position after which to go on, null for the first page. */
  readonly after: Position | null;
  readonly signal: AbortSignal | undefined;
  cursorOf(position: Position): string;
}

/** `question` is all that makes the list what it is, checked. Errors: USAGE, LIMIT, CURSOR, TIME_MALFORMED, TIMEOUT, STORE_EMPTY. */
export async function startPage(snapshots: Snapshots, question: readonly unknown[], request: PageRequest, now: number): Promise<PageStart> {
  const first = request.first ?? FIRST_DEFAULT;
  requireFirst(first);
  requirePage(request);
  requireTime(request.at);
  const hash = hashQuestion([...question, request.at ?? null]);
  const cursor = request.after === null || request.after === undefined ? null : readCursor(hash, request.after);
  const asked = await askedOf(snapshots, request.at, now);
  const info = cursor === null ? asked.info : await snapshots.findInfo({ id: cursor.snapshot, at: cursor.snapshotAt });
  if (cursor !== null && info === null) throw new CodedError('CURSOR', 'a cursor is of a snapshot of this store, got one of another');
  const at = cursor?.at ?? asked.at;
  const cursorOf = (position: Position) => writeCursor(hash, { snapshot: info?.id ?? '', snapshotAt: info?.at ?? at, at, position });
  return { ...asked, info, at, first, after: cursor?.position ?? null, signal: request.signal, cursorOf };
}

/** Of a list whose positions are indexes: where the page begins. Errors: CURSOR. */
export function startIndex({ after }: PageStart): number {
  if (after === null) return 0;
  if (typeof after !== 'number') throw wrongPosition();
  return after + 1;
}

/** Of a list whose positions are texts. Errors: CURSOR. */
export function afterText({ after }: PageStart): string | null {
  if (after === null || typeof after === 'string') return after;
  throw wrongPosition();
}

/** Of a list whose positions are a reference and a key. Errors: CURSOR. */
export function afterNode({ after }: PageStart): { ref: Ref; key: NodeKey } | null {
  if (after === null) return null;
  if (typeof after === 'number' || typeof after === 'string') throw wrongPosition();
  return { ref: after[0], key: after[1] };
}

/** The page of what was found, which is one more than asked where there are more. */
export function edgesOf<T, N>(
  { first, cursorOf }: PageStart,
  found: readonly T[],
  show: { position(entry: T, index: number): Position; node(entry: T, index: number): N },
): { edges: Edge<N>[]; hasNextPage: boolean } {
  const edges = found.slice(0, first).map((entry, index) => ({
    cursor: cursorOf(show.position(entry, index)),
    node: show.node(entry, index),
  }));
  return { edges, hasNextPage: found.length > first };
}

function wrongPosition(): CodedError {
  return new CodedError('CURSOR', 'a cursor is one that a page gave, got one with another position');
}
