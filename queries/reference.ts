/**
 * References -> nodes at one snapshot: `kind:path`, split at the first `:` and the first `#`. Many are looked up by one read.
 *
 * A key answers before a name does. A branch is its repository and its name, and need not exist. Whatever is wrong with a
 * reference is told with what would have been right.
 */
import { CodedError, isCodedError } from '../graph/errors.ts';
import { decodeKeyPart, encodeKeyPart, type NodeFact, type NodeKey, type Ref, refPath, refWord } from '../graph/fact.ts';
import { kindsOfRefWord, NODE_KIND_NAMES, NODE_KINDS, type NodeKind } from '../graph/model/node-kinds.ts';
import type { Store } from '../graph/store/port.ts';
import { shown } from './requests.ts';

export type ReferenceStore = Pick<Store, 'readNodesByRefs' | 'suggestRefs' | 'findNodes'>;

export interface Resolved {
  readonly kind: NodeKind;
  /** Of the node; of the repository where the reference names a branch. */
  readonly key: NodeKey;
  readonly branch: string | null;
  /** The observed node; null for a branch that is only a name, and for anonymous where nothing is public. */
  readonly fact: NodeFact | null;
}

/** A connector keeps so much of a name. */
export const NAME_CHARS_MAX = 4096;
/** Instance, project, repository, environment and name: no path has more parts. */
const PATH_PARTS_MAX = 5;
/** A key spells a character in up to three bytes, and a byte as `%C3`. */
const ENCODED_CHARS_MAX = 9;
/** The kind and what stands between the parts. */
const REF_FRAME_CHARS = 100;
/** The longest reference or key that can be printed: whatever is printed is taken again. */
export const REF_CHARS_MAX = PATH_PARTS_MAX * NAME_CHARS_MAX * ENCODED_CHARS_MAX + REF_FRAME_CHARS;
const NEAREST_MAX = 5;
/** Of so many names that look like the asked one, those of its kind are told. */
const NEAREST_CONSIDERED = 50;
const CANDIDATES_MAX = 20;

const WORDS: ReadonlySet<string> = new Set(NODE_KIND_NAMES.map((kind) => NODE_KINDS[kind].ref));
const PATHLESS: ReadonlySet<string> = new Set([NODE_KINDS.Anonymous.ref, NODE_KINDS.Everyone.ref]);

/** What nodes answer to, as one read gave it. */
type Answering = (ref: Ref) => readonly NodeFact[];

/** A reference of the right form: what to look up, and what the answers make of it. Errors of `resolve`: REFERENCE_AMBIGUOUS. */
interface Lookup {
  readonly refs: readonly Ref[];
  /** null where nothing answers. */
  resolve(answering: Answering): Resolved | null;
}

/** Errors: REFERENCE_MALFORMED, REFERENCE_AMBIGUOUS, REFERENCE_UNKNOWN. */
export async function resolveReference(store: ReferenceStore, ref: Ref, at: number): Promise<Resolved> {
  const [found = null] = await findReferences(store, [ref], at);
  if (found === null) throw await unknownReference(store, ref, at);
  if (found instanceof CodedError) throw found;
  return found;
}

/** In the order asked, by one read; null where nothing answers, and the error in place of what is malformed or ambiguous. */
export async function findReferences(store: ReferenceStore, refs: readonly Ref[], at: number): Promise<(Resolved | CodedError | null)[]> {
  const lookups = refs.map((ref) => orError(() => lookupOf(ref)));
  const asked = new Set(lookups.flatMap((lookup) => (lookup instanceof CodedError ? [] : lookup.refs)));
  const nodes = asked.size === 0 ? new Map<Ref, NodeFact[]>() : await store.readNodesByRefs([...asked], at);
  const answering = (ref: Ref) => nodes.get(ref) ?? [];
  return lookups.map((lookup) => (lookup instanceof CodedError ? lookup : orError(() => lookup.resolve(answering))));
}

/** REFERENCE_UNKNOWN, with the names that may have been meant. */
export async function unknownReference(store: ReferenceStore, ref: Ref, at: number): Promise<CodedError> {
  const { how, refs } = await suggestions(store, ref, at);
  return new CodedError('REFERENCE_UNKNOWN', `a reference names what the store knows, got ${shown(ref)}${listed(how, refs)}`, {
    ref,
    nearest: refs,
  });
}

/** Errors: REFERENCE_MALFORMED. */
function lookupOf(ref: Ref): Lookup {
  checkForm(ref);
  return refWord(ref) === NODE_KINDS.Branch.ref
    ? lookupOfBranch(ref)
    : { refs: [ref], resolve: (answering) => nodeOf(ref, answering(ref)) };
}

function nodeOf(ref: Ref, answering: readonly NodeFact[]): Resolved | null {
  const fact = onlyOne(ref, answering, ({ key }) => key);
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

function lookupOfBranch(ref: Ref): Lookup {
  const path = refPath(ref);
  const hash = path.indexOf('#');
  const [place, branch] = [path.slice(0, hash), path.slice(hash + 1)];
  if (hash < 1 || branch === '')
    throw new CodedError('REFERENCE_MALFORMED', `a branch is \`branch:REPOSITORY#NAME\`, got ${shown(ref)}`, { ref, kinds: [] });
  const named = `${NODE_KINDS.Repository.ref}:${place}`;
  return {
    refs: [ref, named],
    resolve(answering) {
      // A branch whose repository moved keeps its key; a key spells the name encoded.
      const observed = answering(ref).filter(({ kind }) => kind === 'Branch');
      const repositories = answering(named).filter(({ kind }) => kind === 'Repository');
      const repository = onlyOne(named, repositories, ({ key }) => `${NODE_KINDS.Branch.ref}:${refPath(key)}#${branch}`, ref);
      if (repository === null) return null;
      const isKey = repository.key === named && (repository.ref !== named || observed.some(({ key }) => key === ref));
      const own = `${NODE_KINDS.Branch.ref}:${refPath(repository.key)}#`;
      const fact = observed.find(({ key }) => key.startsWith(own)) ?? null;
      return { kind: 'Branch', key: repository.key, branch: isKey ? decodeKeyPart(branch) : branch, fact };
    },
  };
}

/** An error of what is asked stands in the place of its answer: it concerns one of many. */
function orError<T>(work: () => T): T | CodedError {
  try {
    return work();
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return error;
  }
}

/** The one that answers; of several the one whose key it is. Errors: REFERENCE_AMBIGUOUS with the candidates. */
function onlyOne(ref: Ref, answering: readonly NodeFact[], stableRef: (fact: NodeFact) => Ref, asked = ref): NodeFact | null {
  if (answering.length < 2) return answering[0] ?? null;
  const byKey = answering.find(({ key }) => key === ref);
  if (byKey !== undefined) return byKey;
  const candidates = answering.map(stableRef).slice(0, CANDIDATES_MAX);
  throw new CodedError(
    'REFERENCE_AMBIGUOUS',
    `a reference names one node, got ${shown(asked)} for ${answering.length}${listed('candidates', candidates)}`,
    {
      ref: asked,
      candidates,
    },
  );
}

/** Names that may have been meant, and how they were found. Of a branch that of its repository is looked for. */
async function suggestions(store: ReferenceStore, ref: Ref, at: number): Promise<{ how: string; refs: Ref[] }> {
  const path = refPath(ref);
  const isBranch = refWord(ref) === NODE_KINDS.Branch.ref;
  if (!isBranch) return suggestionsOf(store, ref, at);
  const hash = path.indexOf('#');
  const { how, refs } = await suggestionsOf(store, `${NODE_KINDS.Repository.ref}:${path.slice(0, hash)}`, at);
  const repositories = refs.filter((other) => refWord(other) === NODE_KINDS.Repository.ref);
  return { how, refs: repositories.map((other) => `${refWord(ref)}:${refPath(other)}${path.slice(hash)}`) };
}

/** The nearest of the asked kind; else those that share its container, else the first of its kind, else the nearest of any kind. */
async function suggestionsOf(store: ReferenceStore, ref: Ref, at: number): Promise<{ how: string; refs: Ref[] }> {
  const word = refWord(ref);
  const near = await store.suggestRefs(ref, at, NEAREST_CONSIDERED);
  const alike = near.filter((other) => refWord(other) === word);
  if (alike.length > 0) return { how: 'nearest', refs: alike.slice(0, NEAREST_MAX) };
  const container = ref.slice(0, Math.max(ref.indexOf(':'), ref.lastIndexOf('/'), ref.lastIndexOf('#')) + 1);
  const beside = container === `${word}:` ? [] : await firstRefs(store, container, at);
  if (beside.length > 0) return { how: `some in ${shown(container)}`, refs: beside };
  const ofKind = await firstRefs(store, `${word}:`, at);
  if (ofKind.length > 0) return { how: 'some of its kind', refs: ofKind };
  return { how: near.length > 0 ? 'nearest' : `it knows no \`${word}:\``, refs: near.slice(0, NEAREST_MAX) };
}

/** The first references that begin like this, in order. */
async function firstRefs(store: ReferenceStore, prefix: string, at: number): Promise<Ref[]> {
  const query = { text: '', kinds: kindsOfRefWord(refWord(prefix)), at, first: NEAREST_MAX, after: { ref: prefix, key: '' } };
  const found = await store.findNodes(query);
  return [...new Set(found.map(({ ref }) => ref))].filter((ref) => ref.startsWith(prefix));
}

/** Without any names what is said instead of them. */
function listed(what: string, refs: readonly Ref[]): string {
  return refs.length === 0 ? `; ${what}` : `; ${what}: ${refs.map((ref) => `\`${ref}\``).join(', ')}`;
}

function pathForm(word: string): string {
  const kind = NODE_KIND_NAMES.find((name) => NODE_KINDS[name].ref === word);
  return kind === undefined ? 'PATH' : NODE_KINDS[kind].path;
}
