/**
 * The keys of nodes by dense index, and dense indexes by key, over the two arrays of a `KeyColumn`: nothing is kept beside them.
 *
 * INVARIANT: keys are ASCII and ascending, so comparing bytes is comparing keys.
 */
import { invariant } from '../errors.ts';
import type { NodeKey } from '../fact.ts';
import type { KeyColumn } from '../store/port.ts';
import type { NodeIndex } from './port.ts';

export class KeyTable {
  readonly #column: KeyColumn;
  /** The same bytes: a decoder refuses views of shared memory, a buffer does not. */
  readonly #texts: Buffer;

  constructor(column: KeyColumn) {
    const { buffer, byteOffset, byteLength } = column.bytes;
    this.#column = column;
    this.#texts = Buffer.from(buffer, byteOffset, byteLength);
  }

  /** Cost: making one text. */
  keyOf(index: NodeIndex): NodeKey {
    const { start } = this.#column;
    invariant(index >= 0 && index + 1 < start.length, 'a dense index is one of a node of the snapshot');
    return this.#texts.toString('latin1', start[index], start[index + 1]);
  }

  /** -1 for a key that the snapshot does not have. Cost: O(log nodes), nothing is allocated. */
  indexOf(key: NodeKey): NodeIndex {
    const { start, bytes } = this.#column;
    const index = positionOf(this.#column, key);
    if (index + 1 >= start.length) return -1;
    const from = start[index]!;
    if (start[index + 1]! - from !== key.length) return -1;
    for (let i = 0; i < key.length; i++) if (bytes[from + i] !== key.charCodeAt(i)) return -1;
    return index;
  }
}

/** The first position of which the key is not less than the asked one: where it is, or where it would be put. */
export function positionOf({ start, bytes }: KeyColumn, key: NodeKey): number {
  let low = 0;
  let high = start.length - 1;
  // How much of the key the two ends of the range begin with: all between them do, and need not be compared so far again.
  let lowShared = 0;
  let highShared = 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    const from = start[middle]!;
    const length = start[middle + 1]! - from;
    const shorter = length < key.length ? length : key.length;
    let shared = lowShared < highShared ? lowShared : highShared;
    while (shared < shorter && bytes[from + shared] === key.charCodeAt(shared)) shared++;
    const isLess = shared === shorter ? length < key.length : bytes[from + shared]! < key.charCodeAt(shared);
    if (isLess) {
      low = middle + 1;
      lowShared = shared;
    } else {
      high = middle;
      highShared = shared;
    }
  }
  return low;
}
