/**
 * Rules and branching models as columns, grouped by repository.
 *
 * The store gives the properties of rules apart from the columns, ordered by fact id. Because dense indexes are in the order of
 * keys, sorting the columns alike pairs them up without looking up a key; a few pairs are checked, and if one is wrong all are
 * looked up by key.
 */
import { decodeKeyPart, type EdgeFact } from '../fact.ts';
import type { CompileInput, EdgeList } from './compile.ts';
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

export function compileRules(input: CompileInput, restricts: EdgeList, classifies: EdgeList): RuleColumns {
  const facts = [...input.rules];
  const limits = placed(
    input,
    facts.filter(({ kind }) => kind === 'RESTRICTS'),
    restricts,
  );
  const classes = placed(
    input,
    facts.filter(({ kind }) => kind === 'CLASSIFIES'),
    classifies,
  );
  const texts = new Texts();
  const nodes = input.nodes.length;
  limits.sort((a, b) => a.to - b.to || a.from - b.from || order(a.rule.word, b.rule.word));
  classes.sort((a, b) => a.from - b.from || a.to - b.to || order(a.rule.word, b.rule.word));
  return {
    sections: {
      ruleOff: offsets(
        nodes,
        limits.map(({ to }) => to),
      ),
      ruleNode: Int32Array.from(limits, ({ from }) => from),
      ruleWord: Int32Array.from(limits, ({ rule }) => texts.at(rule.word)),
      ruleGlob: Int32Array.from(limits, ({ rule }) => texts.atText(rule.props['glob'])),
      ruleType: Int32Array.from(limits, ({ rule }) => texts.atText(rule.props['branchType'])),
      ruleValue: Float64Array.from(limits, ({ rule }) => (typeof rule.props['value'] === 'number' ? rule.props['value'] : Number.NaN)),
      ruleStale: Uint8Array.from(limits, ({ rule }) => (rule.stale === true ? 1 : 0)),
      classOff: offsets(
        nodes,
        classes.map(({ from }) => from),
      ),
      classNode: Int32Array.from(classes, ({ to }) => to),
      classWord: Int32Array.from(classes, ({ rule }) => texts.at(rule.word)),
      className: Int32Array.from(classes, ({ rule }) => texts.at(decodeKeyPart(rule.to.slice(rule.to.indexOf('#') + 1)))),
      classFlags: Uint8Array.from(
        classes,
        ({ rule }) => (rule.stale === true ? CLASS_STALE : 0) | (rule.to.startsWith('pattern:') ? CLASS_PATTERN : 0),
      ),
    },
    texts: texts.all,
  };
}

/** The facts with the dense indexes of their ends; those of which an end is no node are left out. */
function placed({ keys, edges }: CompileInput, facts: readonly Placed['rule'][], list: EdgeList): Placed[] {
  const rows = Array.from(list.from, (_, row) => row);
  const wordOf = (row: number) => edges.words[list.word[row]!]!;
  rows.sort((a, b) => list.from[a]! - list.from[b]! || order(wordOf(a), wordOf(b)) || list.to[a]! - list.to[b]!);
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

function offsets(nodes: number, rows: readonly number[]): Int32Array {
  if (rows.length === 0) return new Int32Array(0);
  const off = new Int32Array(nodes + 1);
  for (const row of rows) off[row + 1]!++;
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
