/**
 * The statements of edges that one commit opens, in columns and in the order of their ids: what blocks and posting lists are
 * made of.
 */
import { GrowingEdges, larger } from './growing-edges.ts';

const EDGES_AT_FIRST = 1024;

export class OpenedEdges extends GrowingEdges {
  /** The id of the first statement; the others follow without a gap. */
  readonly firstId: number;
  scope = new Int32Array(EDGES_AT_FIRST);

  constructor(firstId: number) {
    super(EDGES_AT_FIRST);
    this.firstId = firstId;
  }

  /** Returns its id. */
  open(kind: number, from: number, to: number, word: number, scope: number): number {
    const at = this.append(kind, from, to, word);
    this.scope[at] = scope;
    return this.firstId + at;
  }

  protected override grow(size: number): void {
    super.grow(size);
    this.scope = larger(this.scope, new Int32Array(size));
  }
}
