/**
 * Values on their way to the server and back.
 *
 * The driver sends every number as a float, and a float is no LIMIT, no list index and reads badly: here whole numbers go as
 * integers. They come back as plain numbers: instants in milliseconds and packed pairs of ids stay below 2^53.
 * Bytes are `Uint8Array` here; the driver knows them as `Int8Array` alone.
 */
import { int, type Record as Neo4jRecord } from 'neo4j-driver';

export type Parameters = Readonly<Record<string, unknown>>;
/** By the names of the columns. */
export type Row = Readonly<Record<string, unknown>>;

/** The value as the driver must have it. Cost: a copy of all lists and maps in it. */
export function toServer(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? int(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return new Int8Array(value.buffer, value.byteOffset, value.byteLength);
  if (Array.isArray(value)) return value.map(toServer);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, toServer);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toServer(inner)]));
}

export function rowOf(record: Neo4jRecord): Row {
  const row: Record<string, unknown> = {};
  record.keys.forEach((key, column) => {
    const value: unknown = record.get(column);
    row[String(key)] = value instanceof Int8Array ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : value;
  });
  return row;
}
