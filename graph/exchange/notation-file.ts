/**
 * A small world in the notation as a plan: how facts that no connector reads get in, such as whose token it is and what it may do.
 *
 * A reference that a node of the store answers to, by key, reference or alias, is that node; any other one is a new node, whose key
 * is the reference. The import states every node that it names, with the content that it has: so its facts never lose an end.
 * What a line `IS` said of a new node therefore stays until another one says otherwise or no line names the node any more.
 */
import { readFileSync, statSync } from 'node:fs';
import { CodedError } from '../errors.ts';
import {
  type EdgeFact,
  encodeKeyPart,
  type Fact,
  factId,
  type NodeFact,
  type NodeKey,
  type Ref,
  refPath,
  refWord,
  type StatedFact,
} from '../fact.ts';
import { NODE_KINDS } from '../model/node-kinds.ts';
import { parseWorld } from '../notation.ts';
import { checkFact } from './check-fact.ts';
import { COUNT_OF, noFacts } from './format.ts';
import { LineErrors } from './line-errors.ts';
import { failLine, shown } from './parse-line.ts';
import type { ImportPlan } from './plan.ts';

/** A file that people write; larger ones are made by programs, which write the other format. */
export const NOTATION_BYTES_MAX = 16 * 1024 * 1024;

const ENDPOINT = 'notation';
const [FRESH, UNREAD] = ['notation', 'notation, stale'] as const;

type Answers = ReadonlyMap<Ref, readonly NodeFact[]>;

export interface NotationOptions {
  /** Nodes of the store that answer to references, by reference, each once. */
  readonly answering: (refs: readonly Ref[]) => Promise<Answers>;
  /** When the file is read, milliseconds since 1970. */
  readonly fetchedAt: number;
}

/** Errors: IMPORT with the lines that are wrong. */
export async function planNotation(path: string, { answering, fetchedAt }: NotationOptions): Promise<ImportPlan> {
  const world = new NotationReader();
  const errors = new LineErrors();
  for (const [index, line] of readText(path).split('\n').entries()) errors.during(index + 1, () => world.read(line, index + 1));
  errors.throwIfAny();
  const { facts, undeclared } = world.resolve(await readAnswers(world.refs(), answering), errors);
  errors.throwIfAny();
  const counts = noFacts();
  for (const { fact } of facts) counts[COUNT_OF[fact.type]]++;
  const stale = facts.filter((each) => each.stale).length;
  return {
    name: null,
    at: null,
    counts,
    stale,
    fresh: new Set([FRESH]),
    unread: new Set(stale > 0 ? [UNREAD] : []),
    undeclared,
    facts: () => facts.map((each): StatedFact => ({ fact: each.fact, scope: each.stale ? UNREAD : FRESH, endpoint: ENDPOINT, fetchedAt })),
  };
}

function readText(path: string): string {
  try {
    if (statSync(path).size > NOTATION_BYTES_MAX)
      throw new CodedError('IMPORT', `a file of the notation has at most ${NOTATION_BYTES_MAX} bytes, \`${path}\` has more`, {
        file: path,
      });
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new CodedError('IMPORT', `an import is read from a file in UTF-8, but \`${path}\` cannot be read as one`, { file: path }, cause);
  }
}

interface Named {
  readonly node: NodeFact;
  readonly line: number;
  /** By `IS`: with a kind and a content of its own. */
  readonly declared: boolean;
}

interface Said {
  readonly fact: Fact;
  readonly line: number;
  readonly stale: boolean;
}

/** Collects lines, then puts nodes to references. */
class NotationReader {
  readonly #named = new Map<Ref, Named>();
  /** What else a declared node answers to. */
  readonly #declaredAs = new Map<Ref, Ref>();
  readonly #said: Said[] = [];

  /** Errors: NOTATION, IMPORT. */
  read(text: string, line: number): void {
    const { nodes, edges, gaps } = parseLine(text);
    const declares = edges.length === 0 && gaps.length === 0;
    for (const node of nodes) {
      const known = this.#named.get(node.key);
      if (declares && known?.declared === true) failLine(`${shown(node.key)} is declared in line ${known.line} too`);
      if (declares || known === undefined) this.#named.set(node.key, { node, line, declared: declares });
      if (declares) for (const other of [node.ref, ...node.aliases]) this.#declaredAs.set(other, node.key);
    }
    for (const { stale = false, ...fact } of edges) this.#said.push({ fact, line, stale });
    for (const fact of gaps) this.#said.push({ fact, line, stale: false });
  }

  refs(): Ref[] {
    return [...this.#named.keys()];
  }

  /** The facts with the keys of nodes, each once. What is wrong with a line goes to `errors`. */
  resolve(answers: Answers, errors: LineErrors): { facts: Said[]; undeclared: Ref[] } {
    const nodes = new Map<NodeKey, Said>();
    const keyOf = new Map<Ref, NodeKey>();
    const undeclared: Ref[] = [];
    // Declared nodes first: what they say of themselves counts, and others may be named by what they answer to.
    for (const [ref, named] of [...this.#named].sort(([, a], [, b]) => Number(b.declared) - Number(a.declared))) {
      errors.during(named.line, () => {
        const other = named.declared ? undefined : keyOf.get(this.#declaredAs.get(ref) ?? '');
        const found = other === undefined ? find(ref, answers) : undefined;
        const fact = other === undefined ? nodeOf(named, found ?? null) : null;
        keyOf.set(ref, other ?? (fact as NodeFact).key);
        if (fact === null || (nodes.has(fact.key) && !named.declared)) return;
        if (nodes.has(fact.key)) failLine(`${shown(ref)} is the node that line ${nodes.get(fact.key)?.line} declares`);
        checkFact(fact, () => undefined);
        nodes.set(fact.key, { fact, line: named.line, stale: false });
        if (!named.declared && found === null && fact.kind !== 'Scope' && fact.kind !== 'Anonymous') undeclared.push(ref);
      });
    }
    const facts = new Map<string, Said>([...nodes.values()].map((said) => [factId(said.fact), said]));
    for (const said of this.#said) {
      errors.during(said.line, () => {
        const fact = withKeys(said.fact, (ref) => keyOf.get(ref) ?? ref);
        const before = facts.get(factId(fact));
        if (before !== undefined) failLine(`the fact of line ${before.line} stands twice`);
        checkFact(fact, (key) => (nodes.get(key)?.fact as NodeFact | undefined)?.kind);
        facts.set(factId(fact), { ...said, fact });
      });
    }
    return { facts: [...facts.values()], undeclared };
  }
}

interface BranchParts {
  readonly repository: Ref;
  readonly name: string;
}

/** null for what is no reference to a branch. */
function branchParts(ref: Ref): BranchParts | null {
  const path = refPath(ref);
  const hash = path.indexOf('#');
  if (refWord(ref) !== NODE_KINDS.Branch.ref || hash < 1) return null;
  return { repository: `${NODE_KINDS.Repository.ref}:${path.slice(0, hash)}`, name: path.slice(hash + 1) };
}

function branchKey(repository: NodeFact, name: string): NodeKey {
  return `${NODE_KINDS.Branch.ref}:${refPath(repository.key)}#${encodeKeyPart(name)}`;
}

/** All that `find` asks of the store, in two readings: the key of a branch is made of that of its repository. */
async function readAnswers(refs: readonly Ref[], answering: NotationOptions['answering']): Promise<Answers> {
  const branches = refs.flatMap((ref) => branchParts(ref) ?? []);
  const named = await answering([...refs, ...branches.map(({ repository }) => repository)]);
  const keys = branches.flatMap(({ repository, name }) => (named.get(repository) ?? []).map((node) => branchKey(node, name)));
  return new Map([...named, ...(await answering(keys))]);
}

/** The one node of the store that answers. Errors: IMPORT for several. */
function find(ref: Ref, answers: Answers): NodeFact | null {
  const found = only(ref, answers);
  const branch = branchParts(ref);
  if (found !== null || branch === null) return found;
  // A branch need not be in the store: it is its repository and its name.
  const repository = only(branch.repository, answers);
  if (repository === null) return null;
  const key = branchKey(repository, branch.name);
  return only(key, answers) ?? { type: 'node', kind: 'Branch', key, ref, name: branch.name, aliases: [], props: {} };
}

function only(ref: Ref, answers: Answers): NodeFact | null {
  const answering = answers.get(ref) ?? [];
  const [first, second] = answering;
  if (first === undefined || second === undefined) return first ?? null;
  const byKey = answering.find(({ key }) => key === ref);
  if (byKey !== undefined) return byKey;
  const keys = answering.map(({ key }) => shown(key));
  return failLine(`${shown(ref)} names ${answering.length} nodes of the store: write one of ${keys.slice(0, 20).join(', ')}`);
}

/** One line as a world. The number of the line is put before the message by others. */
function parseLine(text: string): ReturnType<typeof parseWorld> {
  try {
    return parseWorld(text);
  } catch (error) {
    if (error instanceof CodedError) throw new CodedError(error.code, error.message.replace(/^line 1: /, ''));
    throw error;
  }
}

/** The node that is stated: of the store with what the line says of it, or a new one. */
function nodeOf({ node, declared }: Named, known: NodeFact | null): NodeFact {
  const ownKey = /^[!-~]+$/.test(node.key) ? node.key : `${refWord(node.key)}:${encodeKeyPart(refPath(node.key))}`;
  if (known === null) return { ...node, key: ownKey };
  if (!declared) return known;
  // A node of such a key is one that a file declared: what it said before does not count.
  if (known.key === ownKey) return { ...node, key: ownKey };
  if (known.kind !== node.kind) failLine(`${shown(node.key)} is a ${known.kind} of the store, the line says ${node.kind}`);
  return {
    ...known,
    ref: node.ref === node.key ? known.ref : node.ref,
    name: node.name === '' ? known.name : node.name,
    aliases: [...new Set([...known.aliases, ...node.aliases])].sort(),
    props: { ...known.props, ...node.props },
  };
}

function withKeys(fact: Fact, keyOf: (ref: Ref) => NodeKey): Fact {
  if (fact.type === 'edge') return { ...fact, from: keyOf(fact.from), to: keyOf(fact.to) } satisfies EdgeFact;
  if (fact.type === 'gap') return { ...fact, scope: keyOf(fact.scope), subject: fact.subject === '' ? '' : keyOf(fact.subject) };
  return fact;
}
