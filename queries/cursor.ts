/**
 * Cursors: opaque to callers, and bound to what they page.
 *
 * A cursor holds the snapshot, the instant of the question, the question's hash and the position after which to go on. It is
 * no secret: whoever forges one only skips entries of a question that he may ask anyway.
 * INVARIANT: a cursor of one question is refused by every other.
 */
import { createHash } from 'node:crypto';
import { CodedError } from '../graph/errors.ts';
import { REF_CHARS_MAX } from './reference.ts';

/** Of a list: the index of the entry. Of a search: reference and key, or the id of a fact. */
export type Position = number | string | readonly [string, string];

export interface CursorState {
  readonly snapshot: string;
  /** Instant of the snapshot. */
  readonly snapshotAt: number;
  /** Instant that expiry was evaluated at. */
  readonly at: number;
  readonly position: Position;
}

/** A position names two nodes at most, of keys and references that are longer than everything else; base64 of UTF-8 takes four for a character. */
const CURSOR_CHARS_MAX = 3 * REF_CHARS_MAX * 4;

/** What a question is, apart from its page: any change of it makes another hash. */
export function hashQuestion(question: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 12);
}

export function writeCursor(hash: string, { snapshot, snapshotAt, at, position }: CursorState): string {
  return Buffer.from(JSON.stringify([1, hash, snapshot, snapshotAt, at, position])).toString('base64url');
}

/** Errors: CURSOR for what is no cursor, or one of another question. */
export function readCursor(hash: string, cursor: string): CursorState {
  const parts = cursor.length > CURSOR_CHARS_MAX ? null : parse(cursor);
  if (parts === null) throw new CodedError('CURSOR', `a cursor is one that a page gave, got \`${cursor.slice(0, 60)}\``);
  const [, of, snapshot, snapshotAt, at, position] = parts;
  if (of !== hash) throw new CodedError('CURSOR', 'a cursor goes on with the question that gave it, got one of another question');
  return { snapshot, snapshotAt, at, position };
}

type Parts = readonly [version: 1, hash: string, snapshot: string, snapshotAt: number, at: number, position: Position];

function parse(cursor: string): Parts | null {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(parts) || parts.length !== 6) return null;
    const [version, hash, snapshot, snapshotAt, at, position] = parts as unknown[];
    const numbers = [snapshotAt, at].every((value) => Number.isFinite(value));
    const right = version === 1 && typeof hash === 'string' && typeof snapshot === 'string' && numbers && isPosition(position);
    return right ? (parts as unknown as Parts) : null;
  } catch {
    return null;
  }
}

function isPosition(value: unknown): value is Position {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0;
  return typeof value === 'string' || (Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string'));
}
