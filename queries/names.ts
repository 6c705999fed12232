/**
 * Keys -> what people read: references and names at one snapshot. The only place where answers get their names.
 *
 * Whoever tells something reads all names that it will speak of first, and tells it at once from what was read.
 * INVARIANT: a printed reference resolves to its node alone: the short one where it is unique at that instant, else the key.
 * INVARIANT: a read takes two calls of the store at most, and those that are asked for at the same time take them together. What was
 * read is remembered, up to a bound.
 */
import { invariant } from '../graph/errors.ts';
import { decodeKeyPart, type NodeFact, type NodeKey, type Ref, refPath, refWord, repositoryOfBranch } from '../graph/fact.ts';
import { NODE_KINDS } from '../graph/model/node-kinds.ts';
import type { Store } from '../graph/store/port.ts';
import { Lru } from './lru.ts';
import type { NamedNode } from './port.ts';

type NameStore = Pick<Store, 'readNodes' | 'readNodesByRefs'>;
type Named = ReadonlyMap<NodeKey, NamedNode>;

const NAMES_KEPT_MAX = 50_000;
/** Longer ones are rare, and would fill the memory. */
const KEY_KEPT_CHARS_MAX = 1000;
const PERMISSION = `${NODE_KINDS.Permission.ref}:`;
const BRANCH = `${NODE_KINDS.Branch.ref}:`;

export class Names {
  readonly #store: NameStore;
  readonly #at: number;
  readonly #known = new Lru<NodeKey, NamedNode>(NAMES_KEPT_MAX);
  /** What the reads of this turn lack. */
  #batch: { readonly keys: Set<NodeKey>; readonly named: Promise<Named> } | null = null;

  /** `at` is the instant of a snapshot. */
  constructor(store: NameStore, at: number) {
    this.#store = store;
    this.#at = at;
  }

  /** The names of all that is to be spoken of. */
  async read(keys: Iterable<NodeKey>): Promise<ReadNames> {
    const named = new Map<NodeKey, NamedNode | null>();
    const missing: NodeKey[] = [];
    for (const asked of keys) {
      const key = namedBy(asked);
      if (named.has(key)) continue;
      const known = this.#known.get(key) ?? null;
      named.set(key, known);
      if (known === null) missing.push(key);
    }
    if (missing.length > 0) {
      const found = await this.#readTogether(missing);
      for (const key of missing) named.set(key, found.get(key) ?? null);
    }
    return new ReadNames(named);
  }

  /** The names of facts that were read already, in their order. */
  async nameFacts(facts: readonly NodeFact[]): Promise<NamedNode[]> {
    const known = facts.map(({ key }) => this.#known.get(key));
    const unknown = facts.filter((_, position) => known[position] === undefined);
    const found = unknown.length === 0 ? null : await this.#name(unknown, new Set());
    return facts.map(({ key }, position) => known[position] ?? (found?.get(key) as NamedNode));
  }

  #readTogether(missing: readonly NodeKey[]): Promise<Named> {
    if (this.#batch === null) {
      const keys = new Set<NodeKey>();
      const named = endOfTurn().then(() => {
        this.#batch = null;
        return this.#name([], keys);
      });
      this.#batch = { keys, named };
    }
    for (const key of missing) this.#batch.keys.add(key);
    return this.#batch.named;
  }

  /** Names facts, and keys whose facts are still to be read. */
  async #name(facts: readonly NodeFact[], keys: Iterable<NodeKey>): Promise<Named> {
    const named = new Map<NodeKey, NamedNode>();
    const missing = new Set(keys);
    // A branch is called after its repository.
    for (const key of [...missing, ...facts.map((fact) => fact.key)]) {
      if (!key.startsWith(BRANCH)) continue;
      const repository = this.#known.get(repositoryOfBranch(key));
      if (repository === undefined) missing.add(repositoryOfBranch(key));
      else named.set(repository.key, repository);
    }
    const read = missing.size === 0 ? [] : await this.#store.readNodes([...missing], this.#at);
    const all = [...facts, ...read];
    const refs = all.filter(({ ref, key }) => ref !== key).map(({ ref }) => ref);
    const answering = refs.length === 0 ? new Map<Ref, NodeFact[]>() : await this.#store.readNodesByRefs(refs, this.#at);
    for (const ofBranches of [false, true]) {
      for (const fact of all) {
        if ((fact.kind === 'Branch') !== ofBranches) continue;
        const ref = isUnique(fact, answering, named) ? fact.ref : fact.key;
        named.set(fact.key, { key: fact.key, ref, kind: fact.kind, name: fact.name === '' ? nameInRef(fact.ref) : fact.name });
      }
    }
    for (const key of missing) {
      const unobserved = named.has(key) ? null : nameOfUnobserved(key, named);
      if (unobserved !== null) named.set(key, unobserved);
    }
    for (const [key, each] of named) if (key.length <= KEY_KEPT_CHARS_MAX) this.#known.set(key, each);
    return named;
  }
}

/** The names that one read gave. */
export class ReadNames {
  readonly #named: ReadonlyMap<NodeKey, NamedNode | null>;

  constructor(named: ReadonlyMap<NodeKey, NamedNode | null>) {
    this.#named = named;
  }

  /** null for a key that nothing has. */
  named(key: NodeKey): NamedNode | null {
    if (key.startsWith(PERMISSION)) return this.#permission(key);
    const named = this.#named.get(key);
    invariant(named !== undefined, `a name is read before it is told, got ${key}`);
    return named;
  }

  /** The reference of a key; the key itself where nothing has it. */
  ref(key: NodeKey): Ref {
    return this.named(key)?.ref ?? key;
  }

  /** A derived node: no store has it. It is called after its resource. */
  #permission(key: NodeKey): NamedNode | null {
    const path = refPath(key);
    const at = path.indexOf('@');
    if (at < 0) return null;
    const name = `${path.slice(0, at)}@${this.ref(path.slice(at + 1))}`;
    return { key, ref: `${PERMISSION}${name}`, kind: 'Permission', name };
  }
}

/** When all that can go on without waiting has gone on: what is asked for until then is asked for at the same time. */
function endOfTurn(): Promise<void> {
  return new Promise((resolve) => {
    void Promise.resolve().then(() => process.nextTick(resolve));
  });
}

/** The key whose node names a key: of a permission its resource. */
function namedBy(key: NodeKey): NodeKey {
  const at = key.startsWith(PERMISSION) ? key.indexOf('@') : -1;
  return at < 0 ? key : namedBy(key.slice(at + 1));
}

function isUnique({ ref, key, kind }: NodeFact, answering: ReadonlyMap<Ref, readonly NodeFact[]>, named: Named): boolean {
  if (ref === key) return true;
  // A branch is resolved by way of its repository, whose reference must be unique then.
  const repository = repositoryOfBranch(key);
  if (kind === 'Branch' && repositoryOfBranch(ref) !== (named.get(repository)?.ref ?? repository)) return false;
  const nodes = answering.get(ref);
  return nodes?.length === 1 && nodes[0]?.key === key;
}

/** `anonymous:` may be stated by nobody, and a branch may be but a name. */
function nameOfUnobserved(key: NodeKey, named: Named): NamedNode | null {
  if (key === `${NODE_KINDS.Anonymous.ref}:`) return { key, ref: key, kind: 'Anonymous', name: 'anonymous' };
  const repository = key.startsWith(BRANCH) && key.includes('#') ? named.get(repositoryOfBranch(key)) : undefined;
  if (repository === undefined) return null;
  const branch = decodeKeyPart(key.slice(key.indexOf('#') + 1));
  return { key, ref: `${BRANCH}${refPath(repository.ref)}#${branch}`, kind: 'Branch', name: branch };
}

/** What a reference calls the node within its container. */
function nameInRef(ref: Ref): string {
  const path = refPath(ref);
  const hash = path.indexOf('#');
  if (hash >= 0) return path.slice(hash + 1);
  return path === '' ? refWord(ref) : path.slice(path.lastIndexOf('/') + 1);
}
