/**
 * The allow-list of what is kept of a body: whatever a shape does not name never reaches the store.
 *
 * A shape mirrors the body: `KEEP` keeps a scalar, a list of one shape keeps every item, an object keeps the named fields. Where a
 * text may hold a secret, a shape keeps what is left without it: `ADDRESS` of a URL, `FINGERPRINT` of a public key, `NAME` of what is
 * documented nowhere and should be the name of something. Of an object whose fields are not documented `FLAGS` keeps those that are true
 * or false and are named by plain words.
 * INVARIANT: what is kept holds only fields that the shape names, and only scalars where it says so: an object in the place of
 * a scalar is left out, so that nothing can hide inside it.
 */

import { bareAddress, fingerprintOf, plainFlags, plainName } from './bare.ts';

export const KEEP = 'keep';
export const ADDRESS = 'address';
export const FINGERPRINT = 'fingerprint';
export const NAME = 'name';

export const FLAGS = 'flags';

export type Shape =
  | typeof KEEP
  | typeof ADDRESS
  | typeof FINGERPRINT
  | typeof NAME
  | typeof FLAGS
  | readonly [Shape]
  | { readonly [field: string]: Shape };

/** Texts beyond this are cut: no name, pattern or identifier that is read is longer. */
const TEXT_LENGTH_MAX = 4096;

/** The part of the body that the shape names; undefined where nothing of it is there. */
export function keepShape(body: unknown, shape: Shape): unknown {
  if (shape === KEEP) return keepScalar(body);
  if (shape === ADDRESS) return typeof body === 'string' ? bareAddress(body) : undefined;
  if (shape === FINGERPRINT) return typeof body === 'string' ? fingerprintOf(body) : undefined;
  if (shape === NAME) return typeof body === 'string' ? plainName(body) : undefined;
  if (shape === FLAGS) return plainFlags(body);
  if (isListShape(shape)) return Array.isArray(body) ? body.map((item) => keepShape(item, shape[0]) ?? null) : undefined;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body === null ? null : undefined;
  const kept: Record<string, unknown> = {};
  for (const [field, inner] of Object.entries(shape)) {
    if (!Object.hasOwn(body, field)) continue;
    const value = keepShape((body as Record<string, unknown>)[field], inner);
    if (value !== undefined) kept[field] = value;
  }
  return kept;
}

function keepScalar(value: unknown): unknown {
  if (typeof value === 'string') return value.length > TEXT_LENGTH_MAX ? value.slice(0, TEXT_LENGTH_MAX) : value;
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? value : undefined;
}

function isListShape(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
