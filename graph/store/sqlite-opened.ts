/**
 * The rows of `edge_fact` that one commit opens, in columns and in the order of their ids: what posting lists and column
 * segments are made of.
 */
import { GrowingEdges, larger } from './growing-edges.ts';

const ROWS_AT_FIRST = 1024;

export class OpenedRows extends GrowingEdges {
  /** The id of the first row; the others follow without a gap. */
  readonly firstRow: number;
  scope = new Int32Array(ROWS_AT_FIRST);

  constructor(firstRow: number) {
    super(ROWS_AT_FIRST);
    this.firstRow = firstRow;
  }

  /** The id of the last row that was added. */
  get lastRow(): number {
    return this.firstRow + this.length - 1;
  }

  add(kind: number, from: number, to: number, word: number, scope: number): void {
    this.scope[this.append(kind, from, to, word)] = scope;
  }

  protected override grow(size: number): void {
    super.grow(size);
    this.scope = larger(this.scope, new Int32Array(size));
  }
}
