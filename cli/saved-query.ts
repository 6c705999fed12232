/** Saved questions on the command line: the list of them, their text, and their rows in either form. */
import { CodedError } from '../graph/errors.ts';
import { isNeo4jAddress } from '../graph/store/neo4j-address.ts';
import { printInstant } from '../queries/instant.ts';
import type { Grantpath } from '../queries/port.ts';
import { type Cell, type SavedColumn, type SavedQuestion, type SavedRow, type SavedValue, savedValues } from '../queries/saved-question.ts';
import { SAVED_QUESTIONS } from '../queries/saved-questions.ts';
import { asking } from './asking.ts';
import { type Call, EXIT } from './command.ts';
import { printJson, printLine, printTable } from './print.ts';

export function listQuestions({ io, json }: Call): number {
  if (json) {
    printJson(
      io,
      SAVED_QUESTIONS.map(({ name, text, note, parameters, columns }) => ({ name, text, note, parameters, columns })),
    );
    return EXIT.done;
  }
  printTable(
    io,
    '',
    ['Name', 'Question', 'Parameters'],
    SAVED_QUESTIONS.map(({ name, text, parameters }) => [name, text, parameters.map(parameterText).join(' ')]),
  );
  printLine(io);
  printLine(io, 'ask one: grantpath query NAME [NAME=VALUE ...]; in Cypher: with --cypher, of a store in Neo4j; to read it: with --show');
  return EXIT.done;
}

/** The text of the form, to be copied. */
export function showQuestion({ io }: Call, { graphql, cypher, text, note }: SavedQuestion, inCypher: boolean): number {
  const mark = inCypher ? '//' : '#';
  for (const line of [text, ...(note === '' ? [] : [note])]) printLine(io, `${mark} ${line}`);
  for (const line of (inCypher ? cypher : graphql).split('\n')) printLine(io, line);
  return EXIT.done;
}

/** Errors: USAGE for parameters, CONFIG for Cypher elsewhere than in Neo4j, and those of the question. */
export async function askQuestion(
  call: Call,
  question: SavedQuestion,
  { given, inCypher }: { given: readonly string[]; inCypher: boolean },
): Promise<number> {
  const values = savedValues(question, parseGiven(given));
  const rows = await asking(call, (grantpath) =>
    inCypher ? inNeo4j(call, grantpath, question, values) : inGraphql(grantpath, question, values),
  );
  const { io, json } = call;
  const names = question.columns.map(({ name }) => name);
  if (json)
    printJson(io, {
      question: question.name,
      form: inCypher ? 'cypher' : 'graphql',
      columns: names,
      rows: rows.map((row) => objectOf(question.columns, row)),
    });
  else {
    printTable(
      io,
      '',
      names,
      rows.map((row) => row.map((cell, at) => cellText(question.columns[at], cell))),
    );
    printLine(io, `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`);
  }
  return EXIT.done;
}

async function inGraphql(grantpath: Grantpath, question: SavedQuestion, values: Readonly<Record<string, SavedValue>>): Promise<SavedRow[]> {
  const { askByGraphql } = await import('../api/saved.ts');
  return askByGraphql(grantpath, question, values);
}

async function inNeo4j(
  { config }: Call,
  grantpath: Grantpath,
  question: SavedQuestion,
  values: Readonly<Record<string, SavedValue>>,
): Promise<SavedRow[]> {
  const { store: address, tenant, neo4j } = config;
  if (!isNeo4jAddress(address))
    throw new CodedError(
      'CONFIG',
      `Cypher is asked of a store in Neo4j, got \`${address.slice(0, address.indexOf(':') + 1)}\`: set GRANTPATH_STORE, or leave out --cypher`,
      {
        option: '--cypher',
      },
    );
  const [{ openNeo4jQuestions }, { askByCypher }] = await Promise.all([
    import('../graph/store/neo4j-questions.ts'),
    import('../queries/ask-cypher.ts'),
  ]);
  const questions = await openNeo4jQuestions({ address, tenant, ...neo4j });
  try {
    return await askByCypher({ grantpath, questions }, question, values);
  } finally {
    await questions.close();
  }
}

/** Errors: USAGE. */
function parseGiven(given: readonly string[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const text of given) {
    const equals = text.indexOf('=');
    const name = text.slice(0, equals);
    if (equals < 1) throw new CodedError('USAGE', `a parameter is NAME=VALUE, got \`${text.slice(0, 80)}\``);
    if (values.has(name)) throw new CodedError('USAGE', `a parameter is given once, got \`${name}\` twice`);
    values.set(name, text.slice(equals + 1));
  }
  return Object.fromEntries(values);
}

function parameterText({ name, default: standard }: SavedQuestion['parameters'][number]): string {
  return standard === undefined ? name : `[${name}=${standard}]`;
}

function objectOf(columns: readonly SavedColumn[], row: SavedRow): Record<string, Cell> {
  return Object.fromEntries(
    columns.map((column, at) => [column.name, column.holds === 'instant' ? cellText(column, row[at] ?? null) || null : (row[at] ?? null)]),
  );
}

function cellText(column: SavedColumn | undefined, cell: Cell): string {
  if (cell === null) return '';
  return column?.holds === 'instant' && typeof cell === 'number' ? printInstant(cell) : String(cell);
}
