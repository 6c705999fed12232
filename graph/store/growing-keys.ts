/**
 * Keys one after the other in one array of bytes that grows: no text is kept of any of them.
 *
 * INVARIANT: what is added is ASCII. A key that is not would stand at another place as bytes than as text.
 */
import { invariant } from '../errors.ts';
import type { NodeKey } from '../fact.ts';
import type { KeyColumn } from './port.ts';

const BYTES_AT_FIRST = 1 << 16;
/** Positions are signed numbers of 32 bits. */
const BYTES_MAX = 0x7fffffff;
/** The most bytes that a unit of a text may need. */
const BYTES_PER_UNIT = 3;

export class GrowingKeys {
  readonly #start: Int32Array;
  #bytes = Buffer.alloc(BYTES_AT_FIRST);
  #length = 0;
  #keys = 0;

  /** `capacity` is the most keys that may come. */
  constructor(capacity: number) {
    this.#start = new Int32Array(capacity + 1);
  }

  add(key: NodeKey): void {
    const needed = this.#length + key.length * BYTES_PER_UNIT;
    if (needed > this.#bytes.length) this.#grow(needed);
    const written = this.#bytes.write(key, this.#length, 'utf8');
    // Only ASCII has as many bytes as units.
    invariant(written === key.length, `a key is ASCII, got \`${key}\``);
    this.#length += written;
    this.#start[++this.#keys] = this.#length;
  }

  column(): KeyColumn {
    return { start: this.#start.slice(0, this.#keys + 1), bytes: new Uint8Array(this.#bytes.subarray(0, this.#length)) };
  }

  #grow(needed: number): void {
    invariant(needed <= BYTES_MAX, `keys are of ${BYTES_MAX} bytes together at most`);
    const larger = Buffer.alloc(Math.min(Math.max(needed, this.#bytes.length * 2), BYTES_MAX));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
