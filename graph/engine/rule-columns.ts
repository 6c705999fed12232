/**
 * Rules and branching models as columns, grouped by repository.
 *
 * The store gives the properties of rules apart from the columns, ordered by fact id. Because dense indexes are in the order of
 * keys, sorting the columns alike pairs them up without looking up a key, which takes longer than all the rest; a few pairs are
 * checked, and if one is wrong all are looked up by key.
 */
import { decodeKeyPart, type EdgeFact } from '../fact.ts';
import type { EdgeKind } from '../model/edge-kinds.ts';
import type { CompileInput } from './compile.ts';
import type { EdgeList } from './edge-runs.ts';
import type { KeyTable } from './key-table.ts';
import type { SectionName, Sections } from './snapshot.ts';

/** One in so many pairs is checked. */
const CHECK_EVERY = 16;

export const CLASS_STALE = 1;
export const CLASS_PATTERN = 2;

interface Placed {
  readonly rule: EdgeFact & { readonly stale?: boolean };
  readonly from: number;
  readonly to: number;
}

export interface RuleColumns {
  readonly sections: { [Name in SectionName]?: Sections[Name] };
  readonly texts: readonly string[];
}

/** The edges as columns, each with its properties in `input.rules`. */
export interface RuleEdges {
  readonly restricts: EdgeList;
  readonly classifies: EdgeList;
}

export function compileRules(input: CompileInput, keys: KeyTable, { restricts, classifies }: RuleEdges): RuleColumns {
  const place = (kind: EdgeKind, list: EdgeList) =>
    placed(
      input.rules.filter((rule) => rule.kind === kind),
      { keys, words: input.edges.words, list },
    );
  const limits = place('RESTRICTS', restricts);
  const classes = place('CLASSIFIES', classifies);
  const texts = new Texts();
  const nodes = input.nodes.length;
  limits.sort((a, b) => a.to - b.to || a.from - b.from || order(a.rule.word, b.rule.word));
  classes.sort((a, b) => a.from - b.from || a.to - b.to || order(a.rule.word, b.rule.word));
  const sections = {
    ruleOff: offsets(nodes, limits, 'to'),
    ...limitColumns(limits, texts),
    classOff: offsets(nodes, classes, 'from'),
    ...classColumns(classes, texts),
  };
  return { sections, texts: texts.all };
}

function limitColumns(limits: readonly Placed[], texts: Texts) {
  const columns = {
    ruleNode: new Int32Array(limits.length),
    ruleWord: new Int32Array(limits.length),
    ruleGlob: new Int32Array(limits.length),
    ruleType: new Int32Array(limits.length),
    ruleValue: new Float64Array(limits.length),
    ruleStale: new Uint8Array(limits.length),
  };
  for (let at = 0; at < limits.length; at++) {
    const { rule, from } = limits[at]!;
    const { glob, branchType, value } = rule.props;
    columns.ruleNode[at] = from;
    columns.ruleWord[at] = texts.at(rule.word);
    columns.ruleGlob[at] = texts.atText(glob);
    columns.ruleType[at] = texts.atText(branchType);
    columns.ruleValue[at] = typeof value === 'number' ? value : Number.NaN;
    columns.ruleStale[at] = rule.stale === true ? 1 : 0;
  }
  return columns;
}

function classColumns(classes: readonly Placed[], texts: Texts) {
  const columns = {
    classNode: new Int32Array(classes.length),
    classWord: new Int32Array(classes.length),
    className: new Int32Array(classes.length),
    classFlags: new Uint8Array(classes.length),
  };
  for (let at = 0; at < classes.length; at++) {
    const { rule, to } = classes[at]!;
    columns.classNode[at] = to;
    columns.classWord[at] = texts.at(rule.word);
    columns.className[at] = texts.at(decodeKeyPart(rule.to.slice(rule.to.indexOf('#') + 1)));
    columns.classFlags[at] = (rule.stale === true ? CLASS_STALE : 0) | (rule.to.startsWith('pattern:') ? CLASS_PATTERN : 0);
  }
  return columns;
}

/** The facts with the dense indexes of their ends; those of which an end is no node are left out. */
function placed(
  facts: readonly Placed['rule'][],
  { keys, words, list }: { keys: KeyTable; words: readonly string[]; list: EdgeList },
): Placed[] {
  const wordOf = (row: number) => words[list.word[row]!]!;
  const compare = (a: number, b: number) => list.from[a]! - list.from[b]! || order(wordOf(a), wordOf(b)) || list.to[a]! - list.to[b]!;
  const sorted = Array.from(list.from.keys()).sort(compare);
  // What several scopes state comes several times.
  const rows = sorted.filter((row, at) => at === 0 || compare(sorted[at - 1]!, row) !== 0);
  const inStep =
    rows.length === facts.length &&
    facts.every(({ from, to, word }, at) => {
      const row = rows[at]!;
      if (word !== wordOf(row)) return false;
      return at % CHECK_EVERY !== 0 || (keys.keyOf(list.from[row]!) === from && keys.keyOf(list.to[row]!) === to);
    });
  if (inStep) return facts.map((rule, at) => ({ rule, from: list.from[rows[at]!]!, to: list.to[rows[at]!]! }));
  return facts
    .map((rule) => ({ rule, from: keys.indexOf(rule.from), to: keys.indexOf(rule.to) }))
    .filter(({ from, to }) => from >= 0 && to >= 0);
}

function offsets(nodes: number, rows: readonly Placed[], end: 'from' | 'to'): Int32Array {
  if (rows.length === 0) return new Int32Array(0);
  const off = new Int32Array(nodes + 1);
  for (let at = 0; at < rows.length; at++) off[rows[at]![end] + 1]!++;
  for (let row = 0; row < nodes; row++) off[row + 1]! += off[row]!;
  return off;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

class Texts {
  readonly all: string[] = [];
  readonly #at = new Map<string, number>();

  at(text: string): number {
    let at = this.#at.get(text);
    if (at === undefined) {
      at = this.all.push(text) - 1;
      this.#at.set(text, at);
    }
    return at;
  }

  /** -1 for what is no text. */
  atText(value: unknown): number {
    return typeof value === 'string' ? this.at(value) : -1;
  }
}
