/**
 * The rows of `edge_fact` that one commit opens, in columns and in the order of their ids: what posting lists and column
 * segments are made of.
 */
import { larger } from './edge-set.ts';

const ROWS_AT_FIRST = 1024;

export class OpenedRows {
  /** The id of the first row; the others follow without a gap. */
  readonly firstRow: number;
  /** Columns, `length` entries count. */
  length = 0;
  kind = new Uint8Array(ROWS_AT_FIRST);
  from = new Int32Array(ROWS_AT_FIRST);
  to = new Int32Array(ROWS_AT_FIRST);
  word = new Uint16Array(ROWS_AT_FIRST);
  scope = new Int32Array(ROWS_AT_FIRST);

  constructor(firstRow: number) {
    this.firstRow = firstRow;
  }

  /** The id of the last row that was added. */
  get lastRow(): number {
    return this.firstRow + this.length - 1;
  }

  add(kind: number, from: number, to: number, word: number, scope: number): void {
    const at = this.length++;
    if (at === this.kind.length) this.#grow();
    this.kind[at] = kind;
    this.from[at] = from;
    this.to[at] = to;
    this.word[at] = word;
    this.scope[at] = scope;
  }

  #grow(): void {
    const size = this.kind.length * 2;
    this.kind = larger(this.kind, new Uint8Array(size));
    this.from = larger(this.from, new Int32Array(size));
    this.to = larger(this.to, new Int32Array(size));
    this.word = larger(this.word, new Uint16Array(size));
    this.scope = larger(this.scope, new Int32Array(size));
  }
}
