/**
 * A set of edges as parallel arrays: each (kind, from, to, word) has a position, in the order of adding.
 *
 * Open addressing in one Int32Array. Ten million edges as strings in a Set would be a gigabyte and minutes.
 */
import { GrowingEdges } from './growing-edges.ts';

const CAPACITY_MIN = 16;

export class EdgeSet extends GrowingEdges {
  /** Position + 1 of an edge, 0 for free; at least twice as many as edges. */
  #slots: Int32Array;
  #mask: number;

  constructor(capacity: number) {
    const size = Math.max(capacity, CAPACITY_MIN);
    super(size);
    this.#mask = slotsFor(size) - 1;
    this.#slots = new Int32Array(this.#mask + 1);
  }

  /** Empties the set for about so many edges: clearing costs what is needed now, not what was needed once. */
  reset(capacity: number): void {
    const slots = slotsFor(Math.max(capacity, CAPACITY_MIN));
    if (slots > this.#slots.length) this.#slots = new Int32Array(slots);
    else this.#slots.fill(0, 0, slots);
    this.#mask = slots - 1;
    this.length = 0;
  }

  /** The position of the edge; that of a new one is the length before. */
  add(kind: number, from: number, to: number, word: number): number {
    const slot = this.#slotOf(kind, from, to, word);
    const found = (this.#slots[slot] as number) - 1;
    if (found >= 0) return found;
    const position = this.append(kind, from, to, word);
    this.#slots[slot] = position + 1;
    if (this.length * 2 > this.#mask) this.#rehash();
    return position;
  }

  /** -1 for an edge that the set does not have. */
  find(kind: number, from: number, to: number, word: number): number {
    return (this.#slots[this.#slotOf(kind, from, to, word)] as number) - 1;
  }

  /** The slot of the edge, or the free one where it would be. */
  #slotOf(kind: number, from: number, to: number, word: number): number {
    let slot = hash(kind, from, to, word) & this.#mask;
    for (;;) {
      const at = (this.#slots[slot] as number) - 1;
      if (at < 0) return slot;
      if (this.from[at] === from && this.to[at] === to && this.word[at] === word && this.kind[at] === kind) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }

  #rehash(): void {
    const size = (this.#mask + 1) * 2;
    this.#slots = new Int32Array(size);
    this.#mask = size - 1;
    for (let at = 0; at < this.length; at++) {
      const slot = this.#slotOf(this.kind[at] as number, this.from[at] as number, this.to[at] as number, this.word[at] as number);
      this.#slots[slot] = at + 1;
    }
  }
}

function slotsFor(capacity: number): number {
  let size = CAPACITY_MIN;
  while (size < capacity * 2) size *= 2;
  return size;
}

function hash(kind: number, from: number, to: number, word: number): number {
  const mixed = Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b) ^ Math.imul(word * 16 + kind, 0xc2b2ae35);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 7;
}
