/** Edges as parallel arrays that grow: what a commit states, opens and closes. Ends, texts and scopes mean what their owner says. */
import { EDGE_KIND_NAMES, EDGE_KINDS } from '../model/edge-kinds.ts';

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

  /** Positions in the order of a column whose values are below `values`, those of one value in the order of coming in. Shape: those of value `v` are `order[start[v]..start[v + 1]]`. */
  orderedBy(column: Uint8Array | Int32Array, values: number): { readonly order: Int32Array; readonly start: Int32Array } {
    const start = new Int32Array(values + 1);
    for (let at = 0; at < this.length; at++) start[(column[at] as number) + 1]!++;
    for (let value = 0; value < values; value++) start[value + 1]! += start[value] as number;
    const next = start.slice();
    const order = new Int32Array(this.length);
    for (let at = 0; at < this.length; at++) order[next[column[at] as number]!++] = at;
    return { order, start };
  }

  #grow(size: number): void {
    const larger = <T extends Uint8Array | Int32Array>(from: T, into: T): T => {
      into.set(from);
      return into;
    };
    this.kind = larger(this.kind, new Uint8Array(size));
    this.from = larger(this.from, new Int32Array(size));
    this.to = larger(this.to, new Int32Array(size));
    this.text = larger(this.text, new Int32Array(size));
    this.scope = larger(this.scope, new Int32Array(size));
  }
}
