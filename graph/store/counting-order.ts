/** Sorting by counting: for columns of small numbers, stable, in two passes over each. */

/**
 * Positions of the first `length` entries in the order of their values, which are below `values`; those of one value in the order
 * in which they stand. Shape: those of value `v` are `order[start[v]..start[v + 1]]`.
 */
export function countingOrder(
  column: Uint8Array | Int32Array,
  length: number,
  values: number,
): { readonly order: Int32Array; readonly start: Int32Array } {
  const start = new Int32Array(values + 1);
  for (let at = 0; at < length; at++) start[(column[at] as number) + 1]!++;
  for (let value = 0; value < values; value++) start[value + 1]! += start[value] as number;
  const next = start.slice();
  const order = new Int32Array(length);
  for (let at = 0; at < length; at++) order[next[column[at] as number]!++] = at;
  return { order, start };
}
