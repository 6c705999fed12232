/**
 * Keys -> what people read: references and names at one snapshot. The only place where answers get their names.
 *
 * INVARIANT: a printed reference resolves to its node alone: the short one where it is unique at that instant, else the key.
 * Reads are batched where the caller knows its keys beforehand (`read`); what was read is remembered, up to a bound.
 */
import { decodeKeyPart, type NodeFact, type NodeKey, type Ref, refPath, refWord } from '../graph/fact.ts';
import { kindsOfRefWord, NODE_KINDS } from '../graph/model/node-kinds.ts';
import type { Store } from '../graph/store/port.ts';
import { Lru } from './lru.ts';
import type { NamedNode } from './port.ts';

type NameStore = Pick<Store, 'readNodes' | 'readNodesByRef'>;

const NAMES_KEPT_MAX = 50_000;
const PERMISSION = `${NODE_KINDS.Permission.ref}:`;

export class Names {
  readonly #store: NameStore;
  readonly #at: number;
  readonly #known = new Lru<NodeKey, NamedNode>(NAMES_KEPT_MAX);

  /** `at` is the instant of a snapshot. */
  constructor(store: NameStore, at: number) {
    this.#store = store;
    this.#at = at;
  }

  /** In the order asked; null for a key that nothing has. One read for all that is not known yet. */
  read(keys: readonly NodeKey[]): (NamedNode | null)[] {
    const missing = [...new Set(keys)].filter((key) => this.#known.get(key) === undefined && !isPermission(key));
    const observed = missing.length === 0 ? [] : this.#store.readNodes(missing, this.#at);
    const byKey = new Map(observed.map((fact) => [fact.key, this.name(fact)]));
    return keys.map((key) => this.#known.get(key) ?? byKey.get(key) ?? this.#nameOfUnobserved(key));
  }

  /** The name of a fact that was read already. */
  name(fact: NodeFact): NamedNode {
    const known = this.#known.get(fact.key);
    if (known !== undefined) return known;
    const ref = this.#isUnique(fact) ? fact.ref : fact.key;
    const named: NamedNode = { key: fact.key, ref, kind: fact.kind, name: fact.name === '' ? nameInRef(fact.ref) : fact.name };
    this.#known.set(fact.key, named);
    return named;
  }

  /** The reference of a key; the key itself where nothing has it. */
  ref(key: NodeKey): Ref {
    const known = this.#known.get(key);
    return known !== undefined ? known.ref : (this.read([key])[0]?.ref ?? key);
  }

  #isUnique({ ref, key, kind }: NodeFact): boolean {
    if (ref === key) return true;
    // A branch is resolved by way of its repository, whose reference must be unique then.
    if (kind === 'Branch' && repositoryOf(ref) !== this.ref(repositoryOf(key))) return false;
    const answering = this.#store.readNodesByRef(ref, this.#at);
    return answering.length === 1 && answering[0]?.key === key;
  }

  /** Permissions are derived, and a branch may be but a name. */
  #nameOfUnobserved(key: NodeKey): NamedNode | null {
    const word = refWord(key);
    const path = refPath(key);
    if (word === NODE_KINDS.Anonymous.ref && path === '') return { key, ref: key, kind: 'Anonymous', name: 'anonymous' };
    if (isPermission(key)) {
      const at = path.indexOf('@');
      const name = `${path.slice(0, at)}@${this.ref(path.slice(at + 1))}`;
      return at < 0 ? null : { key, ref: `${word}:${name}`, kind: 'Permission', name };
    }
    if (!(kindsOfRefWord(word) as readonly string[]).includes('Branch') || !path.includes('#')) return null;
    const [repository] = this.read([repositoryOf(key)]);
    const branch = decodeKeyPart(path.slice(path.indexOf('#') + 1));
    return repository == null ? null : { key, ref: `${word}:${refPath(repository.ref)}#${branch}`, kind: 'Branch', name: branch };
  }
}

/** A derived node: no store has it. */
function isPermission(key: NodeKey): boolean {
  return key.startsWith(PERMISSION);
}

/** The key or reference of the repository that a branch's says. */
function repositoryOf(branch: string): string {
  return `${NODE_KINDS.Repository.ref}:${refPath(branch).split('#', 1)[0] ?? ''}`;
}

/** What a reference calls the node within its container. */
function nameInRef(ref: Ref): string {
  const path = refPath(ref);
  const hash = path.indexOf('#');
  if (hash >= 0) return path.slice(hash + 1);
  return path === '' ? refWord(ref) : path.slice(path.lastIndexOf('/') + 1);
}
