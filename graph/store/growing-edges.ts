/**
 * Edges in columns that grow: what a set of edges, the facts of a commit and the statements that it opens have in common.
 */
export class GrowingEdges {
  /** Entries of the columns that count. */
  length = 0;
  kind: Uint8Array;
  from: Int32Array;
  to: Int32Array;
  word: Uint16Array;

  constructor(capacity: number) {
    this.kind = new Uint8Array(capacity);
    this.from = new Int32Array(capacity);
    this.to = new Int32Array(capacity);
    this.word = new Uint16Array(capacity);
  }

  /** Returns the position, which is the length before. */
  append(kind: number, from: number, to: number, word: number): number {
    const at = this.length++;
    if (at === this.kind.length) this.grow(at * 2);
    this.kind[at] = kind;
    this.from[at] = from;
    this.to[at] = to;
    this.word[at] = word;
    return at;
  }

  /** Who has more columns grows them too. */
  protected grow(size: number): void {
    this.kind = larger(this.kind, new Uint8Array(size));
    this.from = larger(this.from, new Int32Array(size));
    this.to = larger(this.to, new Int32Array(size));
    this.word = larger(this.word, new Uint16Array(size));
  }
}

/** The larger array with the content of the smaller at its begin. */
export function larger<T extends Uint8Array | Uint16Array | Int32Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
