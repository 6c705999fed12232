/**
 * References -> nodes at one snapshot: `kind:path`, split at the first `:` and the first `#`.
 *
 * A key answers before a name does. A branch is its repository and its name, and need not exist. Whatever is wrong with a
 * reference is told with what would have been right.
 */
import { CodedError } from '../graph/errors.ts';
import { decodeKeyPart, encodeKeyPart, type NodeFact, type NodeKey, type Ref, refPath, refWord } from '../graph/fact.ts';
import { NODE_KIND_NAMES, NODE_KINDS, type NodeKind } from '../graph/model/node-kinds.ts';
import type { Store } from '../graph/store/port.ts';

export type ReferenceStore = Pick<Store, 'readNodesByRef' | 'suggestRefs'>;

export interface Resolved {
  readonly kind: NodeKind;
  /** Of the node; of the repository where the reference names a branch. */
  readonly key: NodeKey;
  readonly branch: string | null;
  /** The observed node; null for a branch that is only a name, and for anonymous where nothing is public. */
  readonly fact: NodeFact | null;
}

const REF_CHARS_MAX = 1000;
const NEAREST_MAX = 5;
/** Of so many names that look like the asked one, those of its kind are told. */
const NEAREST_CONSIDERED = 50;
const CANDIDATES_MAX = 20;

const WORDS: ReadonlySet<string> = new Set(NODE_KIND_NAMES.map((kind) => NODE_KINDS[kind].ref));
const PATHLESS: ReadonlySet<string> = new Set([NODE_KINDS.Anonymous.ref, NODE_KINDS.Everyone.ref]);

/** Errors: REFERENCE_MALFORMED, REFERENCE_AMBIGUOUS, REFERENCE_UNKNOWN. */
export function resolveReference(store: ReferenceStore, ref: Ref, at: number): Resolved {
  const found = findReference(store, ref, at);
  if (found !== null) return found;
  const nearest = nearestRefs(store, ref, at);
  throw new CodedError('REFERENCE_UNKNOWN', `a reference names what the store knows, got \`${ref}\`${listed('nearest', nearest)}`, {
    ref,
    nearest,
  });
}

/** As `resolveReference`, but null where nothing answers. */
export function findReference(store: ReferenceStore, ref: Ref, at: number): Resolved | null {
  checkForm(ref);
  if (refWord(ref) === NODE_KINDS.Branch.ref) return findBranch(store, ref, at);
  const fact = onlyOne(ref, store.readNodesByRef(ref, at), ({ key }) => key);
  if (fact !== null) return { kind: fact.kind, key: fact.key, branch: null, fact };
  return refWord(ref) === NODE_KINDS.Anonymous.ref ? { kind: 'Anonymous', key: 'anonymous:', branch: null, fact: null } : null;
}

/** A branch that nothing observed, as a node fact. */
export function unobservedBranch(repository: { key: NodeKey; ref: Ref }, branch: string): NodeFact {
  const word = NODE_KINDS.Branch.ref;
  const key = `${word}:${refPath(repository.key)}#${encodeKeyPart(branch)}`;
  return { type: 'node', kind: 'Branch', key, ref: `${word}:${refPath(repository.ref)}#${branch}`, name: branch, aliases: [], props: {} };
}

function checkForm(ref: Ref): void {
  const fail = (why: string, details: readonly string[] = []): never => {
    throw new CodedError('REFERENCE_MALFORMED', `a reference is \`kind:path\`, got \`${ref.slice(0, 100)}\`: ${why}`, {
      ref: ref.slice(0, 100),
      kinds: details,
    });
  };
  if (ref.length > REF_CHARS_MAX) fail(`longer than ${REF_CHARS_MAX} characters`);
  const word = refWord(ref);
  if (!ref.includes(':')) fail(`it has no colon; kinds are ${[...WORDS].join(', ')}`, [...WORDS]);
  if (!WORDS.has(word)) fail(`\`${word}\` is no kind; kinds are ${[...WORDS].join(', ')}`, [...WORDS]);
  if (word === NODE_KINDS.Anonymous.ref && refPath(ref) !== '') fail('`anonymous:` has no path');
  if (refPath(ref) === '' && !PATHLESS.has(word)) fail(`nothing follows the colon; the form is \`${word}:${pathForm(word)}\``);
}

function findBranch(store: ReferenceStore, ref: Ref, at: number): Resolved | null {
  const path = refPath(ref);
  const hash = path.indexOf('#');
  const [place, branch] = [path.slice(0, hash), path.slice(hash + 1)];
  if (hash < 1 || branch === '')
    throw new CodedError('REFERENCE_MALFORMED', `a branch is \`branch:REPOSITORY#NAME\`, got \`${ref}\``, { ref, kinds: [] });
  // A branch whose repository moved keeps its key; a key spells the name encoded.
  const observed = store.readNodesByRef(ref, at).filter(({ kind }) => kind === 'Branch');
  const named = `${NODE_KINDS.Repository.ref}:${place}`;
  const repositories = store.readNodesByRef(named, at).filter(({ kind }) => kind === 'Repository');
  const repository = onlyOne(named, repositories, ({ key }) => `${NODE_KINDS.Branch.ref}:${refPath(key)}#${branch}`, ref);
  if (repository === null) return null;
  const isKey = repository.key === named && (repository.ref !== named || observed.some(({ key }) => key === ref));
  const own = `${NODE_KINDS.Branch.ref}:${refPath(repository.key)}#`;
  const fact = observed.find(({ key }) => key.startsWith(own)) ?? null;
  return { kind: 'Branch', key: repository.key, branch: isKey ? decodeKeyPart(branch) : branch, fact };
}

/** The one that answers; of several the one whose key it is. Errors: REFERENCE_AMBIGUOUS with the candidates. */
function onlyOne(ref: Ref, answering: readonly NodeFact[], stableRef: (fact: NodeFact) => Ref, asked = ref): NodeFact | null {
  if (answering.length < 2) return answering[0] ?? null;
  const byKey = answering.find(({ key }) => key === ref);
  if (byKey !== undefined) return byKey;
  const candidates = answering.map(stableRef).slice(0, CANDIDATES_MAX);
  throw new CodedError(
    'REFERENCE_AMBIGUOUS',
    `a reference names one node, got \`${asked}\` for ${answering.length}${listed('candidates', candidates)}`,
    {
      ref: asked,
      candidates,
    },
  );
}

/** Names of the asked kind, the nearest first; names of other kinds where it has none. */
function nearestRefs(store: ReferenceStore, ref: Ref, at: number): Ref[] {
  const path = refPath(ref);
  const isBranch = refWord(ref) === NODE_KINDS.Branch.ref;
  const branch = isBranch ? path.slice(path.indexOf('#')) : '';
  const asked = isBranch ? `${NODE_KINDS.Repository.ref}:${path.slice(0, path.indexOf('#'))}` : ref;
  const near = store.suggestRefs(asked, at, NEAREST_CONSIDERED);
  const alike = near.filter((other) => refWord(other) === refWord(asked)).slice(0, NEAREST_MAX);
  if (isBranch) return alike.map((other) => `${refWord(ref)}:${refPath(other)}${branch}`);
  return alike.length > 0 ? alike : near.slice(0, NEAREST_MAX);
}

function listed(what: string, refs: readonly Ref[]): string {
  return refs.length === 0 ? '' : `; ${what}: ${refs.map((ref) => `\`${ref}\``).join(', ')}`;
}

function pathForm(word: string): string {
  const kind = NODE_KIND_NAMES.find((name) => NODE_KINDS[name].ref === word);
  return kind === undefined ? 'PATH' : NODE_KINDS[kind].path;
}
