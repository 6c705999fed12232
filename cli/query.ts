/** `query`: a GraphQL document from a file, answered as the server would. */
import { readFileSync } from 'node:fs';
import { CodedError, ERROR_CODES, type ErrorCode } from '../graph/errors.ts';
import { asking } from './asking.ts';
import { type Call, type CommandSpec, EXIT } from './command.ts';
import { requiredText, textOf } from './options.ts';
import { plain } from './plain.ts';
import { printJson } from './print.ts';
import { printResult } from './result-tables.ts';

export const QUERY: CommandSpec = {
  name: 'query',
  doc: 'answer a GraphQL document; its times are in it, --at is not used',
  args: [{ name: 'FILE', doc: 'a file, e.g. who.graphql; - for standard input', required: true }],
  options: [
    { flags: '--variables JSON', doc: 'values of its variables, a JSON object' },
    { flags: '--operation NAME', doc: 'which operation, where it has several' },
  ],
  examples: ['query admins.graphql', `query admins.graphql --variables '{"resource":"repository:acme/api"}' --json`],
  run,
};

async function run(call: Call): Promise<number> {
  const { args, options, io, json, at } = call;
  if (at !== null) throw new CodedError('USAGE', 'a query says its own times: put `at` into the document instead of --at');
  const source = readDocument(requiredText(args, 'FILE'));
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
