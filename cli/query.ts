/** `query`: a saved question in GraphQL or Cypher, or a GraphQL document from a file, answered as the server would. */
import { existsSync, readFileSync } from 'node:fs';
import { CodedError, ERROR_CODES, type ErrorCode } from '../graph/errors.ts';
import { SAVED_QUESTIONS, unknownQuestion } from '../queries/saved-questions.ts';
import { asking } from './asking.ts';
import { type Call, type CommandSpec, EXIT } from './command.ts';
import { textOf, textsOf } from './options.ts';
import { plain } from './plain.ts';
import { printJson } from './print.ts';
import { printResult } from './result-tables.ts';
import { askQuestion, listQuestions, showQuestion } from './saved-query.ts';

export const QUERY: CommandSpec = {
  name: 'query',
  doc: 'answer a saved question, or a GraphQL document from a file',
  args: [
    { name: 'NAME', doc: 'a saved question, or a file such as ./who.graphql; - for standard input', required: false },
    { name: 'PARAMETER', doc: 'of a saved question: name=value', required: false, repeatable: true },
  ],
  options: [
    { flags: '--list', doc: 'show the saved questions' },
    { flags: '--cypher', doc: 'ask the saved question in Cypher, of a store in Neo4j' },
    { flags: '--show', doc: 'print the text of the saved question instead of asking it' },
    { flags: '--variables JSON', doc: 'of a document: values of its variables, a JSON object' },
    { flags: '--operation NAME', doc: 'of a document: which operation, where it has several' },
  ],
  examples: [
    'query who-can-push branch=branch:acme/api#main',
    'query --list',
    'query inherited-admins --cypher',
    `query admins.graphql --variables '{"resource":"repository:acme/api"}' --json`,
  ],
  run,
};

async function run(call: Call): Promise<number> {
  const { args, options, at } = call;
  if (at !== null) throw new CodedError('USAGE', 'a query says its own times: a document by `at` in it, and a saved question is of now');
  if (options['list'] === true) return listQuestions(call);
  const name = textOf(args, 'NAME') ?? '';
  if (name === '')
    throw new CodedError('USAGE', 'a query is the name of a saved question or a file, got none: see `grantpath query --list`');
  const question = SAVED_QUESTIONS.find((each) => each.name === name);
  const inCypher = options['cypher'] === true;
  if (question === undefined) {
    const isFile = name === '-' || existsSync(name);
    if (!isFile && /^[a-z-]+$/.test(name)) throw unknownQuestion(name);
    if (inCypher || options['show'] === true)
      throw new CodedError('USAGE', `--cypher and --show are for saved questions, got a document \`${name}\``);
    return answerDocument(call, name);
  }
  if (options['show'] === true) return showQuestion(call, question, inCypher);
  return askQuestion(call, question, { given: textsOf(args, 'PARAMETER'), inCypher });
}

async function answerDocument(call: Call, file: string): Promise<number> {
  const { options, io, json } = call;
  const source = readDocument(file);
  const variables = parseVariables(textOf(options, 'variables'));
  const operationName = textOf(options, 'operation') ?? null;
  const { executeOperation } = await import('../api/execute.ts');
  return asking(call, async (grantpath) => {
    const result = await executeOperation({ grantpath, source, variables, operationName });
    if (json) printJson(io, result);
    else printResult(io, result.data ?? {});
    for (const { message, extensions } of result.errors ?? [])
      io.stderr.write(`error ${extensions['code']}: ${plain(message)}; ${extensions['remedy']}\n`);
    const [first] = result.errors ?? [];
    return first === undefined ? EXIT.done : ERROR_CODES[first.extensions['code'] as ErrorCode].exit;
  });
}

/** Errors: USAGE. */
function readDocument(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new CodedError('USAGE', `a query is read from a file, but \`${file}\` cannot be read`, { file }, cause);
  }
}

/** Errors: USAGE. */
function parseVariables(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below: what JSON.parse says of it helps nobody.
  }
  throw new CodedError('USAGE', `--variables is a JSON object, got \`${text.slice(0, 80)}\``);
}
