/**
 * Rows of integers in two arrays: `off` (rows + 1 offsets) and `val`. The builders are counting sorts that keep the order of
 * the input.
 *
 * A sort counts row r at `off[r + 1]`, turns the counts into starts, still one place to the right, and moves each start on as
 * it places. It ends up as the end of its row, which is the offset of the next: no second array of positions is needed.
 */

export interface Csr {
  readonly off: Int32Array;
  readonly val: Int32Array;
}

/** Lengths of the arrays for so many entries: no arrays at all for none. */
export function rowsLength(rows: number, entries: number): { off: number; val: number } {
  return entries === 0 ? { off: 0, val: 0 } : { off: rows + 1, val: entries };
}

/** Counts of row r at `off[r + 1]` -> where row r starts, at the same place. */
export function countsToStarts(off: Int32Array): void {
  let start = 0;
  for (let at = 1; at < off.length; at++) {
    const count = off[at]!;
    off[at] = start;
    start += count;
  }
}

/**
 * Turns rows of `column << bits | code` into rows by column of `row << 3 | code`, ascending. Into rows whose `off` has the
 * counts.
 */
export function transposePacked({ off: start, val: packed }: Csr, bits: number, { off, val }: Csr): void {
  countsToStarts(off);
  const rows = start.length - 1;
  for (let row = 0; row < rows; row++) {
    const base = row << 3;
    for (let i = start[row]!, end = start[row + 1]!; i < end; i++) {
      const value = packed[i]!;
      val[off[(value >> bits) + 1]!++] = base | (value & 7);
    }
  }
}

/**
 * Sorts the codes of equal columns in rows that are sorted by column and drops repetitions, in place. Counts what is left by
 * column into the offsets of its transposition, and returns how much that is.
 */
export function dedupePacked({ off, val }: Csr, countOfColumn: Int32Array): number {
  const rows = off.length - 1;
  let to = 0;
  let from = 0;
  for (let row = 0; row < rows; row++) {
    const end = off[row + 1]!;
    const first = to;
    let last = -1;
    off[row] = to;
    for (; from < end; from++) {
      const value = val[from]!;
      if (value > last) last = val[to] = value;
      else if (value === last || !insert(val, { first, end: to, value })) continue;
      to++;
      countOfColumn[(value >> 3) + 1]!++;
    }
  }
  off[rows] = to;
  return to;
}

/** Puts a code before greater ones of the same column at the end of a row that has room behind it; false if it is there. */
function insert(val: Int32Array, { first, end, value }: { first: number; end: number; value: number }): boolean {
  let at = end;
  while (at > first && val[at - 1]! > value) at--;
  if (at > first && val[at - 1] === value) return false;
  val.copyWithin(at + 1, at, end);
  val[at] = value;
  return true;
}

/** The first position from `start` on, before `end`, whose value is not below the key; `end` where there is none. Values ascend. */
export function lowerBound(values: Int32Array, start: number, end: number, key: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The larger array with the content of the smaller at its begin. */
export function grown<A extends Int32Array | Uint16Array>(from: A, into: A): A {
  into.set(from);
  return into;
}
