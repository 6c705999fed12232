/**
 * Statements of many edges and sightings of many nodes in columns of numbers: what a statement of a large workspace costs is some
 * twenty bytes, where an object with its texts would cost some hundred.
 */
import { invariant } from '../graph/errors.ts';
import type { EdgeFact, NodeKey, Props } from '../graph/fact.ts';
import type { Where } from './statements.ts';

const LENGTH_AT_FIRST = 1024;

/** Rows of so many numbers each. */
class Rows {
  length = 0;
  readonly #width: number;
  #numbers: Int32Array;

  constructor(width: number) {
    this.#width = width;
    this.#numbers = new Int32Array(LENGTH_AT_FIRST * width);
  }

  add(...row: number[]): void {
    const start = this.length * this.#width;
    if (start === this.#numbers.length) {
      const larger = new Int32Array(start * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers.set(row, start);
    this.length++;
  }

  at(row: number, column: number): number {
    return this.#numbers[row * this.#width + column] as number;
  }

  /** Negative where row `a` comes first by the given columns, 0 where they are equal in them. */
  compare(a: number, b: number, columns: readonly number[]): number {
    for (const column of columns) {
      const difference = this.at(a, column) - this.at(b, column);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** Of each run of rows that are equal in the given columns the first, in an order that was sorted by them. */
  *firsts(order: Int32Array, columns: readonly number[]): Generator<number> {
    let before = -1;
    for (const row of order) {
      if (before < 0 || this.compare(before, row, columns) !== 0) yield row;
      before = row;
    }
  }

  /** Positions of rows in the order of the given columns; among equal ones in the order of `last`. */
  sorted(columns: readonly number[], last: (a: number, b: number) => number): Int32Array {
    return Int32Array.from({ length: this.length }, (_, row) => row).sort((a, b) => this.compare(a, b, columns) || last(a, b));
  }
}

/** Texts by number, each once. */
export class Numbering {
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  find(text: string): number | undefined {
    return this.#numbers.get(text);
  }

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}

/** Pages, and the scopes that they are of. */
export class Places {
  readonly #scopes = new Numbering();
  readonly #where: Where[] = [];
  readonly #scopeOf: number[] = [];

  /** Most of what is stated is of the page of the one before. */
  add(where: Where): number {
    if (this.#where.at(-1) !== where) {
      this.#where.push(where);
      this.#scopeOf.push(this.#scopes.of(where.scope));
    }
    return this.#where.length - 1;
  }

  at(place: number): Where {
    return this.#where[place] as Where;
  }

  scopeOf(place: number): number {
    return this.#scopeOf[place] as number;
  }
}

const [SCOPE, FROM, TO, FORM, PROPS, PLACE] = [0, 1, 2, 3, 4, 5];

export class EdgeColumn {
  readonly #rows = new Rows(6);
  readonly #places: Places;
  readonly #keys: Numbering;
  /** By the number of kind and word. */
  readonly #forms = new Numbering();
  readonly #parts: { readonly kind: EdgeFact['kind']; readonly word: string }[] = [];
  readonly #propsTexts = new Numbering();
  readonly #props: Props[] = [];
  #order: Int32Array | null = null;

  /** `keys`: those of nodes, which every edge shares. */
  constructor(places: Places, keys: Numbering) {
    this.#places = places;
    this.#keys = keys;
  }

  add({ kind, from, to, word, props }: Omit<EdgeFact, 'type'>, where: Where): void {
    this.#order = null;
    const place = this.#places.add(where);
    const form = this.#forms.of(`${kind} ${word}`);
    if (form === this.#parts.length) this.#parts.push({ kind, word });
    const text = this.#propsTexts.of(JSON.stringify(Object.entries(props).sort(([a], [b]) => (a < b ? -1 : 1))));
    if (text === this.#props.length) this.#props.push(props);
    this.#rows.add(this.#places.scopeOf(place), this.#keys.of(from), this.#keys.of(to), form, text, place);
  }

  /** Of each scope each edge once; where pages give one different properties, the smallest text of them. */
  *all(): Generator<{ readonly fact: EdgeFact; readonly where: Where }> {
    const [rows, columns] = [this.#rows, [SCOPE, FROM, TO, FORM] as number[]];
    this.#order ??= rows.sorted(columns, (a, b) => this.#compareProps(a, b) || rows.at(a, PLACE) - rows.at(b, PLACE));
    for (const row of rows.firsts(this.#order, columns)) yield { fact: this.#factAt(row), where: this.#places.at(rows.at(row, PLACE)) };
  }

  /** How many there are, whatever scopes state them. */
  count(): number {
    const [rows, columns] = [this.#rows, [FROM, TO, FORM] as number[]];
    const order = rows.sorted(columns, () => 0);
    return rows.firsts(order, columns).reduce((count) => count + 1, 0);
  }

  #compareProps(a: number, b: number): number {
    const [one, other] = [this.#rows.at(a, PROPS), this.#rows.at(b, PROPS)];
    if (one === other) return 0;
    return (this.#propsTexts.texts[one] as string) < (this.#propsTexts.texts[other] as string) ? -1 : 1;
  }

  #factAt(row: number): EdgeFact {
    const rows = this.#rows;
    const parts = this.#parts[rows.at(row, FORM)];
    invariant(parts !== undefined, 'a form that was numbered has its parts');
    const [from, to] = [this.#keys.texts[rows.at(row, FROM)] as NodeKey, this.#keys.texts[rows.at(row, TO)] as NodeKey];
    return { type: 'edge', kind: parts.kind, from, to, word: parts.word, props: this.#props[rows.at(row, PROPS)] as Props };
  }
}

const [NODE, NODE_SCOPE, NODE_PLACE] = [0, 1, 2];

/** Which scopes saw which nodes, by the numbers of nodes. */
export class SightingColumn {
  readonly #rows = new Rows(3);
  readonly #places: Places;
  /** By node: the scope that saw it last. */
  readonly #lastScope: number[] = [];
  #order: Int32Array | null = null;

  constructor(places: Places) {
    this.#places = places;
  }

  add(node: number, where: Where): void {
    const place = this.#places.add(where);
    const scope = this.#places.scopeOf(place);
    if (this.#lastScope[node] === scope) return;
    this.#lastScope[node] = scope;
    this.#order = null;
    this.#rows.add(node, scope, place);
  }

  /** Node by node, each scope once. */
  *all(): Generator<{ readonly node: number; readonly where: Where }> {
    const [rows, columns] = [this.#rows, [NODE, NODE_SCOPE] as number[]];
    this.#order ??= rows.sorted(columns, (a, b) => rows.at(a, NODE_PLACE) - rows.at(b, NODE_PLACE));
    for (const row of rows.firsts(this.#order, columns))
      yield { node: rows.at(row, NODE), where: this.#places.at(rows.at(row, NODE_PLACE)) };
  }
}
