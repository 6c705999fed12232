/**
 * The facts of one commit as the store numbers them: edges in columns, keys as ids, grouped by scope.
 *
 * Facts come in any order and may be ten million; what is kept of an edge is 19 bytes. Keys get provisional ids in the order of
 * coming in and those of the store when all are known: a look-up then meets the very string that was kept, and a first load
 * numbers nodes in the order of keys, as the compiler wants them.
 */
import type { DatabaseSync } from 'node:sqlite';
import { invariant } from '../errors.ts';
import type { EdgeFact, GapFact, NodeKey, Props, StatedFact } from '../fact.ts';
import { EDGE_KINDS } from '../model/edge-kinds.ts';
import { propsText, wordText } from './contents.ts';
import { countingOrder } from './counting-order.ts';
import { GrowingEdges, larger } from './growing-edges.ts';
import { BulkInsert } from './sqlite-bulk.ts';
import { eachRow, readArrays } from './sqlite-rows.ts';
import { StatedFacts } from './stated-facts.ts';

const EDGES_AT_FIRST = 1024;
const WORDS_MAX = 0xffff;
/** Asking for one key costs about as much as reading so many. */
const ASKING_COSTS = 8;

export class GatheredFacts extends StatedFacts {
  /** By scope; absent where there are none. */
  readonly gaps = new Map<number, GapFact[]>();
  /** In the order of coming in. */
  readonly edges = new GatheredEdges();
  readonly propsTexts: (string | null)[] = [null];
  readonly #propsIds = new Map<string, number>();
  readonly #database: DatabaseSync;
  /** Provisional ids; by these, the ids of the store once `nameNodes` was called. */
  readonly #order = new KeyOrder();
  #ids: Int32Array | null = null;
  /** By word as facts have it, and by word as the store has it. */
  readonly #wordIds = new Map<string, number>();
  readonly #wordTexts = new Map<string, number>();

  constructor(database: DatabaseSync, scopeNames: readonly string[]) {
    super(scopeNames);
    this.#database = database;
    for (const [text] of readArrays(database, 'SELECT text FROM word ORDER BY id'))
      this.#wordTexts.set(text as string, this.#wordTexts.size);
  }

  addAll(facts: Iterable<StatedFact>): void {
    for (const stated of facts) this.add(stated);
  }

  protected override meet(key: NodeKey): void {
    this.#order.of(key);
  }

  /** The id of a key that was gathered: that of the store once `nameNodes` was called. */
  idOf(key: NodeKey): number {
    const at = this.#order.find(key);
    invariant(at !== undefined && this.#ids !== null, 'an id is asked of a key that was gathered and named');
    return this.#ids[at] as number;
  }

  /** The key of an id. Cost: looks at all. */
  keyOf(id: number): NodeKey {
    for (const [key, at] of this.#order.entries()) if (this.#ids?.[at] === id) return key;
    invariant(false, `an id that was gathered has a key, got ${id}`);
  }

  /** Takes the ids of known keys from the store, and numbers and writes new keys in their order. */
  nameNodes(): void {
    const count = Number(this.#database.prepare('SELECT coalesce(max(id), -1) + 1 AS n FROM node').get()?.['n']);
    const ids = new Int32Array(this.#order.size).fill(-1);
    this.#findKnown(ids, count);
    const fresh: NodeKey[] = [];
    for (const [key, at] of this.#order.entries()) if (ids[at] === -1) fresh.push(key);
    const insert = new BulkInsert(this.#database, 'node', ['id', 'key']);
    for (const [rank, key] of fresh.sort().entries()) {
      ids[this.#order.find(key) as number] = count + rank;
      insert.add(count + rank, key);
    }
    insert.flush();
    const { from, to, length } = this.edges;
    for (const ends of [from, to]) for (let at = 0; at < length; at++) ends[at] = ids[ends[at] as number] as number;
    this.#ids = ids;
  }

  /** Asks for each key, or reads all of the store: whatever costs less. */
  #findKnown(ids: Int32Array, count: number): void {
    if (this.#order.size * ASKING_COSTS < count) {
      const ask = this.#database.prepare('SELECT id FROM node WHERE key = ?');
      for (const [key, at] of this.#order.entries()) ids[at] = (ask.get(key)?.['id'] as number | undefined) ?? -1;
      return;
    }
    const take = (id: number, key: string) => {
      const at = this.#order.find(key);
      if (at !== undefined) ids[at] = id;
      return null;
    };
    eachRow(this.#database, { columns: 'id, key', from: 'node' }, take);
  }

  /** Edges of each scope: positions in the columns, in the order of coming in; see `countingOrder`. */
  edgesByScope(): ReturnType<typeof countingOrder> {
    return countingOrder(this.edges.scope, this.edges.length, this.scopeNames.length);
  }

  // Most scopes state many edges of one kind and one end.
  #lastKind: EdgeFact['kind'] = 'HOLDS';
  #lastKindId: number = EDGE_KINDS.HOLDS.id;
  #lastTo: NodeKey = '';
  #lastToId = -1;
  #lastWord: string | null = null;
  #lastWordId = -1;

  protected override addEdge({ kind, from, to, word, props }: EdgeFact, scope: number): void {
    if (kind !== this.#lastKind) {
      this.#lastKind = kind;
      this.#lastKindId = EDGE_KINDS[kind].id;
    }
    if (to !== this.#lastTo) {
      this.#lastTo = to;
      this.#lastToId = this.#order.of(to);
    }
    if (word !== this.#lastWord) {
      this.#lastWord = word;
      this.#lastWordId = this.#wordIds.get(word) ?? this.#newWord(word);
    }
    this.edges.add(this.#lastKindId, this.#order.of(from), this.#lastToId, this.#lastWordId, scope, this.#propsId(props));
  }

  protected override addGap(gap: GapFact, scope: number): void {
    this.#order.of(gap.scope);
    if (gap.subject !== '') this.#order.of(gap.subject);
    const gaps = this.gaps.get(scope);
    if (gaps === undefined) this.gaps.set(scope, [gap]);
    else gaps.push(gap);
  }

  #propsId(props: Props): number {
    for (const _ in props) {
      const text = propsText(props);
      let id = this.#propsIds.get(text);
      if (id === undefined) {
        id = this.propsTexts.push(text) - 1;
        this.#propsIds.set(text, id);
      }
      return id;
    }
    return 0;
  }

  /** Words are stored as fact ids write them, so that SQL can make and order ids. */
  #newWord(word: string): number {
    const text = wordText(word);
    let id = this.#wordTexts.get(text);
    if (id === undefined) {
      id = this.#wordTexts.size;
      invariant(id <= WORDS_MAX, 'words of edges are few: levels, kinds of rules and branch types');
      this.#database.prepare('INSERT INTO word (id, text) VALUES (?, ?)').run(id, text);
      this.#wordTexts.set(text, id);
    }
    this.#wordIds.set(word, id);
    return id;
  }
}

/** The edges of a commit. */
class GatheredEdges extends GrowingEdges {
  scope = new Int32Array(EDGES_AT_FIRST);
  /** Index into `propsTexts`. */
  props = new Int32Array(EDGES_AT_FIRST);

  constructor() {
    super(EDGES_AT_FIRST);
  }

  add(kind: number, from: number, to: number, word: number, scope: number, props: number): void {
    const at = this.append(kind, from, to, word);
    this.scope[at] = scope;
    this.props[at] = props;
  }

  protected override grow(size: number): void {
    super.grow(size);
    this.scope = larger(this.scope, new Int32Array(size));
    this.props = larger(this.props, new Int32Array(size));
  }
}

/** Keys numbered in the order of coming in. One map for each first letter: a smaller map is nearer to the processor. */
class KeyOrder {
  size = 0;
  readonly #maps: (Map<NodeKey, number> | undefined)[] = Array(LETTERS).fill(undefined);

  find(key: NodeKey): number | undefined {
    return this.#maps[key.charCodeAt(0) % LETTERS]?.get(key);
  }

  of(key: NodeKey): number {
    const letter = key.charCodeAt(0) % LETTERS;
    let map = this.#maps[letter];
    if (map === undefined) {
      map = new Map();
      this.#maps[letter] = map;
    }
    const known = map.get(key);
    if (known !== undefined) return known;
    map.set(key, this.size);
    return this.size++;
  }

  *entries(): IterableIterator<[NodeKey, number]> {
    for (const map of this.#maps) if (map !== undefined) yield* map;
  }
}

const LETTERS = 32;
