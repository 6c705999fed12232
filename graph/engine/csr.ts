/**
 * Rows of integers in two arrays: `off` (rows + 1 offsets) and `val`. The builders are stable counting sorts.
 */

export interface Csr {
  readonly off: Int32Array;
  readonly val: Int32Array;
}

export const EMPTY_CSR: Csr = { off: new Int32Array(0), val: new Int32Array(0) };

/** Rows by key, values in the order of the input. No arrays at all for no input. Cost: O(rows + keys). */
export function csrOf(rows: number, keys: Int32Array, values: Int32Array): Csr {
  if (keys.length === 0) return EMPTY_CSR;
  const off = new Int32Array(rows + 1);
  for (let i = 0; i < keys.length; i++) off[keys[i]! + 1]!++;
  for (let row = 0; row < rows; row++) off[row + 1]! += off[row]!;
  const next = off.slice(0, rows);
  const val = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) val[next[keys[i]!]!++] = values[i]!;
  return { off, val };
}

/**
 * Turns rows of `column << 3 | code` into rows by column of `row << 3 | code`, ascending. Into arrays that are given: `off` of
 * columns + 1 zeros, `val` as long as the input.
 */
export function transposePacked(rows: number, from: Csr, columns: number, into: Csr): void {
  const { off, val } = into;
  const { off: start, val: packed } = from;
  const length = start[rows]!;
  for (let i = 0; i < length; i++) off[(packed[i]! >> 3) + 1]!++;
  for (let column = 0; column < columns; column++) off[column + 1]! += off[column]!;
  const next = off.slice(0, columns);
  for (let row = 0; row < rows; row++) {
    const base = row << 3;
    for (let i = start[row]!, end = start[row + 1]!; i < end; i++) {
      const value = packed[i]!;
      val[next[value >> 3]!++] = base | (value & 7);
    }
  }
}

/** Sorts the codes of equal columns in rows that are sorted by column, drops repetitions in place, and returns how many are left. */
export function dedupePacked(rows: number, { off, val }: Csr): number {
  let to = 0;
  for (let row = 0; row < rows; row++) {
    const from = off[row]!;
    const end = off[row + 1]!;
    off[row] = to;
    const first = to;
    for (let i = from; i < end; i++) {
      const value = val[i]!;
      let at = to;
      while (at > first && val[at - 1]! > value) at--;
      if (at > first && val[at - 1] === value) continue;
      if (at < to) val.copyWithin(at + 1, at, to);
      val[at] = value;
      to++;
    }
  }
  off[rows] = to;
  return to;
}
