/** Edges as parallel arrays that grow: what a commit states, opens and closes. Ends, texts and scopes mean what their owner says. */
import { EDGE_KIND_NAMES, EDGE_KINDS } from '../model/edge-kinds.ts';
import { countingOrder } from './counting-order.ts';
import { larger } from './growing-edges.ts';

const EDGES_AT_FIRST = 64;

/** Ids of edge kinds are below this. */
export const EDGE_KIND_IDS = Math.max(...EDGE_KIND_NAMES.map((kind) => EDGE_KINDS[kind].id)) + 1;

export class EdgeList {
  /** Entries of the columns that count. */
  length = 0;
  kind = new Uint8Array(EDGES_AT_FIRST);
  from = new Int32Array(EDGES_AT_FIRST);
  to = new Int32Array(EDGES_AT_FIRST);
  text = new Int32Array(EDGES_AT_FIRST);
  scope = new Int32Array(EDGES_AT_FIRST);

  add(kind: number, from: number, to: number, text: number, scope: number): void {
    const at = this.length++;
    if (at === this.kind.length) this.#grow(at * 2);
    this.kind[at] = kind;
    this.from[at] = from;
    this.to[at] = to;
    this.text[at] = text;
    this.scope[at] = scope;
  }

  /** Positions in the order of a column whose values are below `values`: see `countingOrder`. */
  orderedBy(column: Uint8Array | Int32Array, values: number): ReturnType<typeof countingOrder> {
    return countingOrder(column, this.length, values);
  }

  #grow(size: number): void {
    this.kind = larger(this.kind, new Uint8Array(size));
    this.from = larger(this.from, new Int32Array(size));
    this.to = larger(this.to, new Int32Array(size));
    this.text = larger(this.text, new Int32Array(size));
    this.scope = larger(this.scope, new Int32Array(size));
  }
}
