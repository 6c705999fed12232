/**
 * The one door to the YAML parser: a file as plain maps, lists and scalars, or why it is none. Nothing of it is ever executed.
 *
 * The file may come from anybody, so everything is bounded: its length, its depth, and what its aliases lead to, which is one
 * thing in many places and not a copy each. A problem is a word of ours, never a text of the file.
 */
import { CST, isAlias, isMap, isScalar, isSeq, Lexer, type Node, parseDocument } from 'yaml';
import type { TextBody } from '../read-body.ts';

export type YamlTree = string | number | boolean | null | readonly YamlTree[] | YamlMap;
export type YamlMap = ReadonlyMap<string, YamlTree>;

/** Why a file is no definition: each is a property that people are shown. */
export const YAML_PROBLEMS = {
  size: 'larger than is read',
  encoding: 'not UTF-8',
  syntax: 'not YAML',
  documents: 'several documents',
  'duplicate key': 'a key stands twice in a map',
  alias: 'an alias that leads nowhere, or into itself',
  depth: 'nested too deep',
  amount: 'too many parts, or aliases that multiply',
  'no map': 'not a map',
} as const satisfies Record<string, string>;

export type YamlProblem = keyof typeof YAML_PROBLEMS;

/** Deeper than any definition that somebody wrote; a step lies at eight. */
const DEPTH_MAX = 64;
/** A file of 300 steps of ten lines has some 20,000; the worst of this size takes the parser a second or two. */
const TOKENS_MAX = 60_000;
/** Parts that are looked at, those of merged maps again. */
const PARTS_MAX = 100_000;

/** A file of a repository. A problem where it is no map of YAML. */
export function parseYaml(file: TextBody): YamlMap | YamlProblem {
  if ('problem' in file) return file.problem;
  const refusal = refusalOf(file.text);
  if (refusal !== null) return refusal;
  try {
    const document = parseDocument(file.text, {
      // Messages with an excerpt could hold anything; keys are compared in linear time below.
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: 'error',
    });
    const [error] = document.errors;
    if (error !== undefined) return error.code === 'MULTIPLE_DOCS' ? 'documents' : error.code === 'BAD_ALIAS' ? 'alias' : 'syntax';
    const tree = new TreeMaker().make(document.contents, 0);
    return tree instanceof Map ? tree : 'no map';
  } catch (error) {
    if (error instanceof Refusal) return error.problem;
    // A stack that is used up: the file is nested in a way that was not counted.
    if (error instanceof RangeError) return 'depth';
    return 'syntax';
  }
}

class Refusal extends Error {
  readonly problem: YamlProblem;

  constructor(problem: YamlProblem) {
    super(problem);
    this.problem = problem;
  }
}

/** Looks at the tokens, which takes a time in proportion to the text, before the parser does, which descends by recursion. */
function refusalOf(text: string): YamlProblem | null {
  let [tokens, open, heads] = [0, 0, 0];
  let isScalarNext = false;
  for (const token of new Lexer().lex(text)) {
    if (++tokens > TOKENS_MAX) return 'amount';
    // Whatever follows the mark of a scalar is text.
    const mark = isScalarNext ? '' : token;
    isScalarNext = token === CST.SCALAR;
    if (mark === '[' || mark === '{') open++;
    else if ((mark === ']' || mark === '}') && open > 0) open--;
    // `- - -` nests as deep as it is long.
    if (mark === '-' || mark === '?' || mark === ':') heads++;
    else if (!/^[ \t]+$/.test(mark)) heads = 0;
    if (open > DEPTH_MAX || heads > DEPTH_MAX) return 'depth';
  }
  return null;
}

class TreeMaker {
  /** What an anchor names; undefined while it is being made. */
  readonly #anchored = new Map<string, YamlTree | undefined>();
  #parts = 0;

  make(node: unknown, depth: number): YamlTree {
    this.#count(1);
    if (depth > DEPTH_MAX) throw new Refusal('depth');
    if (isAlias(node)) return this.#aliased(node.source);
    const anchor = (node as Node & { readonly anchor?: string })?.anchor;
    if (anchor !== undefined) this.#anchored.set(anchor, undefined);
    const made = this.#plain(node, depth);
    if (anchor !== undefined) this.#anchored.set(anchor, made);
    return made;
  }

  #plain(node: unknown, depth: number): YamlTree {
    if (isSeq(node)) return node.items.map((item) => this.make(item, depth + 1));
    if (!isMap(node)) return isScalar(node) ? scalarOf(node.value) : null;
    const own = new Map<string, YamlTree>();
    const merged: YamlTree[] = [];
    for (const { key, value } of node.items) {
      const name = String(this.make(key, depth + 1));
      const made = this.make(value, depth + 1);
      if (name === '<<') merged.push(made);
      else if (own.has(name)) throw new Refusal('duplicate key');
      else own.set(name, made);
    }
    for (const map of merged.flat()) this.#merge(own, map);
    return own;
  }

  /** What a map says itself counts, then the first that is merged. */
  #merge(own: Map<string, YamlTree>, other: YamlTree): void {
    if (!(other instanceof Map)) return;
    this.#count(other.size);
    for (const [name, value] of other as YamlMap) if (!own.has(name)) own.set(name, value);
  }

  #aliased(name: string): YamlTree {
    const found = this.#anchored.get(name);
    if (found === undefined) throw new Refusal('alias');
    return found;
  }

  #count(parts: number): void {
    this.#parts += parts;
    if (this.#parts > PARTS_MAX) throw new Refusal('amount');
  }
}

function scalarOf(value: unknown): string | number | boolean | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : String(value);
}
