/**
 * Facts as a file, version 1: all that holds at one instant, as JSON Lines in UTF-8, for another store or another tool.
 *
 *     {"format":"grantpath-facts","version":1,"at":"2026-01-31T12:00:00.000Z","connectors":["bitbucket-cloud/acme"]}
 *     {"type":"node","kind":"User","key":"user:{1}","ref":"user:ann","name":"Ann","aliases":["user:70121:a"],"validFrom":"...","sources":[...]}
 *     {"type":"edge","kind":"HOLDS","from":"user:{1}","word":"write","to":"repository:{2}","stale":true,"validFrom":"...","sources":[...]}
 *     {"type":"gap","reason":"denied","hides":"group-grants","scope":"repository:{2}","detail":"...","validFrom":"...","sources":[...]}
 *     {"type":"end","nodes":1,"edges":1,"gaps":1}
 *
 * A source is `{"connector","endpoint","run","fetchedAt"}`. Instants are ISO 8601 in UTC with milliseconds. `name`, `aliases`,
 * `word`, `subject`, `detail` and `props` are left out where empty, `stale` where false.
 *
 * - **Order**: nodes, edges, gaps, each by fact id (code units), each id once. So equal stores give equal bytes.
 * - **Sources** are, for each connector and endpoint, the last reading that met the fact.
 * - **validFrom** is when the fact began to hold. What happened after the instant is not in the file, so an export of a past
 *   instant is the same for ever.
 * - **The last line** counts the others: a file that was cut off is refused, its missing facts would be closed.
 * - **The tenant** is not in the file.
 */
import type { Occurrence } from '../fact.ts';

export const FORMAT_NAME = 'grantpath-facts';
export const FORMAT_VERSION = 1;

/** A fact with few sources takes some hundred bytes; this bounds what a line of a foreign file may make of memory. */
export const LINE_BYTES_MAX = 1024 * 1024;

/** Told of one file; reading ends with the last. More would not be read. */
export const ERRORS_MAX = 20;

export interface FileHeader {
  /** The instant that the facts are of. */
  readonly at: number;
  /** Who stated them, in order. */
  readonly connectors: readonly string[];
}

/** One line: an occurrence at the instant of the file. */
export type FactLine = Omit<Occurrence, 'validTo'>;

export interface FactCounts {
  nodes: number;
  edges: number;
  gaps: number;
}

/** The name of a count by the type of fact. */
export const COUNT_OF = { node: 'nodes', edge: 'edges', gap: 'gaps' } as const satisfies Record<string, keyof FactCounts>;

export function noFacts(): FactCounts {
  return { nodes: 0, edges: 0, gaps: 0 };
}

export function printTime(at: number): string {
  return new Date(at).toISOString();
}

/** Milliseconds since 1970; null for what `printTime` would not print. */
export function parseTime(text: string): number | null {
  const at = Date.parse(text);
  return Number.isNaN(at) || printTime(at) !== text ? null : at;
}
