/**
 * Keys of dense indexes, read from the store: the engine holds topology only.
 *
 * Shape: `storeId` has the store's id of each node by dense index, -1 for a node that the engine added (`anonymous:`).
 */
import type { KeyTable, NodeIndex } from '../graph/engine/port.ts';
import { invariant } from '../graph/errors.ts';
import type { NodeFact, NodeKey } from '../graph/fact.ts';
import type { Store } from '../graph/store/port.ts';
import { Lru } from './lru.ts';

/** Keys, with the node facts behind them. */
export interface NodeTable extends KeyTable {
  /** Node facts in the order asked, by one read; null for the node that the engine added. */
  read(indexes: ArrayLike<NodeIndex>): (NodeFact | null)[];
}

const KEYS_KEPT_MAX = 100_000;
const ADDED: NodeKey = 'anonymous:';

export class StoreKeyTable implements NodeTable {
  readonly #store: Pick<Store, 'readNodesByStoreId' | 'readStoreIds'>;
  readonly #at: number;
  readonly #storeId: Int32Array;
  readonly #keys = new Lru<NodeIndex, NodeKey>(KEYS_KEPT_MAX);
  readonly #indexes = new Lru<NodeKey, NodeIndex>(KEYS_KEPT_MAX);
  /** By store id, -1 for an id that the snapshot does not have. Made at the first question for an index. */
  #indexByStoreId: Int32Array | undefined;

  constructor(store: Pick<Store, 'readNodesByStoreId' | 'readStoreIds'>, storeId: Int32Array, at: number) {
    this.#store = store;
    this.#storeId = storeId;
    this.#at = at;
  }

  keyOf(index: NodeIndex): NodeKey {
    const known = this.#keys.get(index);
    if (known !== undefined) return known;
    if (this.#storeId[index] === -1) return ADDED;
    const [fact] = this.read([index]);
    invariant(fact, `a dense index has a node at its instant, got ${index}`);
    return fact.key;
  }

  indexOf(key: NodeKey): NodeIndex {
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const storeId = this.#store.readStoreIds([key]).get(key);
    const index = storeId === undefined ? this.#added(key) : (this.#inverse()[storeId] ?? -1);
    if (index >= 0) this.#indexes.set(key, index);
    return index < 0 ? this.#added(key) : index;
  }

  read(indexes: ArrayLike<NodeIndex>): (NodeFact | null)[] {
    const ids = Array.from(indexes, (index) => this.#storeId[index] ?? -1);
    const facts = this.#store.readNodesByStoreId(
      ids.filter((id) => id >= 0),
      this.#at,
    );
    return ids.map((id, at) => {
      const fact = facts.get(id) ?? null;
      if (fact !== null) this.#keys.set(indexes[at] as NodeIndex, fact.key);
      return fact;
    });
  }

  #added(key: NodeKey): NodeIndex {
    return key === ADDED ? this.#storeId.indexOf(-1) : -1;
  }

  #inverse(): Int32Array {
    if (this.#indexByStoreId === undefined) {
      // Counting: an iterator of a million entries takes longer than many a question.
      const { length } = this.#storeId;
      let last = -1;
      for (let index = 0; index < length; index++) last = Math.max(last, this.#storeId[index] as number);
      this.#indexByStoreId = new Int32Array(last + 1).fill(-1);
      for (let index = 0; index < length; index++) {
        const id = this.#storeId[index] as number;
        if (id >= 0) this.#indexByStoreId[id] = index;
      }
    }
    return this.#indexByStoreId;
  }
}
