/**
 * What a saved question is: one question of an analyst, as a GraphQL operation and as Cypher, which give the same rows.
 *
 * The Cypher form is written from the meaning of the tables, asks a database of today's definite ALLOW, and knows the facts that
 * hold now. The GraphQL form is an operation that is useful by itself, and a pure function from its answers to rows.
 * Rows are a set: each once, in the order of their cells. A cell of a `node` column is a reference; the Cypher form returns the node.
 */
import { CodedError } from '../graph/errors.ts';
import type { Action } from '../graph/model/actions.ts';
import type { NodeKind } from '../graph/model/node-kinds.ts';
import { shown } from './requests.ts';

export type Cell = string | number | boolean | null;
export type SavedRow = readonly Cell[];
export type SavedValue = string | number;

export interface SavedParameter {
  /** As in `$name` of both forms. */
  readonly name: string;
  /**
   * node: a reference in GraphQL, a key in Cypher. branch: the same, and Cypher has the key of its repository as `$nameRepository`.
   * action: an action that is asked of what has levels; Cypher has its rows of the tables as `$nameNeeds` and `$nameWays`.
   */
  readonly kind: 'node' | 'branch' | 'action' | 'number' | 'instant';
  readonly doc: string;
  /** Of a node: the kinds that it may be; empty for any. */
  readonly of?: readonly NodeKind[];
  /** Left out where a value must be given. */
  readonly default?: SavedValue;
  readonly example: string;
}

export interface SavedColumn {
  readonly name: string;
  /** An instant is in milliseconds since 1970. */
  readonly holds: 'node' | 'text' | 'number' | 'boolean' | 'instant';
}

export interface SavedQuestion {
  /** Kebab-case; the name of its file. */
  readonly name: string;
  /** The question as people ask it. */
  readonly text: string;
  /** What its words mean exactly, where that is not plain; '' else. */
  readonly note: string;
  readonly parameters: readonly SavedParameter[];
  readonly columns: readonly SavedColumn[];
  /** The one check that must be possible for the question to have a sense: of an action, or that of a parameter `$name`, to the thing that a parameter names. */
  readonly asks: { readonly action: Action | `$${string}`; readonly of: string } | null;
  readonly graphql: string;
  /** The top-level connection that is read page by page with `$after`; null for an operation that is asked once. */
  readonly paged: string | null;
  /** From the data of all pages in order. */
  readonly rows: (pages: readonly unknown[], values: Readonly<Record<string, SavedValue>>) => readonly SavedRow[];
  /** Returns the columns by name. */
  readonly cypher: string;
}

/** A question whose answers have the shape `Data`. */
export interface SavedQuestionOf<Data> extends Omit<SavedQuestion, 'rows' | 'paged' | 'note' | 'asks'> {
  readonly note?: string;
  readonly asks?: SavedQuestion['asks'];
  readonly paged?: keyof Data & string;
  readonly rows: (pages: readonly Data[], values: Readonly<Record<string, SavedValue>>) => readonly SavedRow[];
}

export function savedQuestion<Data>(question: SavedQuestionOf<Data>): SavedQuestion {
  const { rows, note = '', paged = null, asks = null } = question;
  return {
    ...question,
    note,
    paged,
    asks,
    graphql: question.graphql.trim(),
    cypher: question.cypher.trim(),
    // What GraphQL answers is of the shape that the operation asks for; a test asks every operation.
    rows: (pages, values) => rows(pages as readonly Data[], values),
  };
}

export const node = (name: string): SavedColumn => ({ name, holds: 'node' });
export const text = (name: string): SavedColumn => ({ name, holds: 'text' });

/** A connection as operations ask it. */
export interface Listed<Entry> {
  readonly edges: readonly Entry[];
}

/** A node as operations ask it. */
export interface Shown {
  readonly ref: string;
  readonly key: string;
}

/** The values of the parameters by name: what was given, and defaults. Errors: USAGE naming the parameter. */
export function savedValues(question: SavedQuestion, given: Readonly<Record<string, string>>): Record<string, SavedValue> {
  const known = question.parameters.map(({ name }) => name);
  const strange = Object.keys(given).find((name) => !known.includes(name));
  if (strange !== undefined) {
    const contract = known.length === 0 ? 'takes no parameter' : `takes ${known.map((name) => `\`${name}\``).join(', ')}`;
    throw new CodedError('USAGE', `\`${question.name}\` ${contract}, got ${shown(strange)}`, { parameter: strange });
  }
  return Object.fromEntries(
    question.parameters.map((parameter) => [parameter.name, parameterValue(question, parameter, given[parameter.name])]),
  );
}

function parameterValue(question: SavedQuestion, parameter: SavedParameter, given: string | undefined): SavedValue {
  const { name, kind, example } = parameter;
  if (given === undefined || given === '') {
    if (parameter.default !== undefined && given === undefined) return parameter.default;
    throw wrong(question, parameter, given === undefined ? 'got none' : 'got nothing after `=`');
  }
  if (kind === 'number') {
    if (!/^\d{1,9}$/.test(given)) throw wrong(question, parameter, `a whole number, got ${shown(given)}`);
    return Number(given);
  }
  if (kind === 'instant') {
    const instant = Date.parse(given);
    if (Number.isNaN(instant) || !/^\d{4}-\d\d-\d\d/.test(given))
      throw new CodedError('TIME_MALFORMED', `\`${name}\` is an instant like \`${example}\`, got ${shown(given)}`, { parameter: name });
    return instant;
  }
  return given;
}

function wrong(question: SavedQuestion, { name, doc, example }: SavedParameter, got: string): CodedError {
  return new CodedError('USAGE', `\`${question.name}\` needs \`${name}\` (${doc}), like \`${name}=${example}\`: ${got}`, {
    parameter: name,
  });
}

/** Each row once, in the order of cells: numbers by size, texts by code unit, null first. */
export function sortedRows(rows: Iterable<SavedRow>): SavedRow[] {
  const distinct = new Map<string, SavedRow>();
  for (const row of rows) distinct.set(JSON.stringify(row), row);
  return [...distinct.values()].sort(compareRows);
}

function compareRows(a: SavedRow, b: SavedRow): number {
  for (const [at, left] of a.entries()) {
    const right = b[at] ?? null;
    if (left === right) continue;
    if (left === null) return -1;
    if (right === null) return 1;
    return left < right ? -1 : 1;
  }
  return 0;
}
