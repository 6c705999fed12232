/**
 * The GraphQL form of saved questions: the operation is executed page by page, and its answers become rows.
 *
 * INVARIANT: no row is left out silently: a list inside the answer that has a further page is an error.
 */
import { CodedError, ERROR_CODES, type ErrorCode } from '../graph/errors.ts';
import type { Grantpath } from '../queries/port.ts';
import { requireLeveledAction } from '../queries/saved-action.ts';
import { type SavedQuestion, type SavedRow, type SavedValue, sortedRows } from '../queries/saved-question.ts';
import { upperSnake } from './enums.ts';
import { executeOperation } from './execute.ts';

/** A question that needs more pages is one that nobody waits for. */
const PAGES_MAX = 10_000;

/** Errors: those of the operation, ACTION_UNKNOWN, LIMIT where a list inside the answer is longer than a page. */
export async function askByGraphql(
  grantpath: Grantpath,
  question: SavedQuestion,
  values: Readonly<Record<string, SavedValue>>,
): Promise<SavedRow[]> {
  const variables = variablesOf(question, values);
  const pages: Readonly<Record<string, unknown>>[] = [];
  for (let after: string | null = null; pages.length < PAGES_MAX; ) {
    const data = await execute(grantpath, question, after === null ? variables : { ...variables, after });
    pages.push(data);
    requireWhole(question, data);
    after = question.paged === null ? null : nextPage(data[question.paged]);
    if (after === null) return sortedRows(question.rows(pages, values));
  }
  throw new CodedError('LIMIT', `a saved question is answered in at most ${PAGES_MAX} pages, \`${question.name}\` needs more`, {
    max: PAGES_MAX,
  });
}

/** Only what the operation declares: some parameters are for the rows alone. */
function variablesOf({ parameters, graphql }: SavedQuestion, values: Readonly<Record<string, SavedValue>>): Record<string, unknown> {
  const declared = parameters.filter(({ name }) => graphql.includes(`$${name}:`));
  return Object.fromEntries(
    declared.map(({ name, kind }) => [name, kind === 'action' ? upperSnake(requireLeveledAction(String(values[name]))) : values[name]]),
  );
}

async function execute(
  grantpath: Grantpath,
  { graphql }: SavedQuestion,
  variables: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const { data, errors } = await executeOperation({ grantpath, source: graphql, variables });
  const [first] = errors ?? [];
  if (first !== undefined) {
    const { code, details } = first.extensions as { code?: string; details?: Record<string, string> };
    const known = code !== undefined && Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'INTERNAL';
    throw new CodedError(known, first.message, details ?? {}, first);
  }
  return data ?? {};
}

interface ReadPage {
  readonly pageInfo?: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

function nextPage(connection: unknown): string | null {
  const { pageInfo } = connection as ReadPage;
  return pageInfo?.hasNextPage === true ? (pageInfo.endCursor ?? null) : null;
}

/** Lists below the paged one are asked for at once. Errors: LIMIT. */
function requireWhole(question: SavedQuestion, data: Readonly<Record<string, unknown>>): void {
  const visit = (value: unknown, isPaged: boolean): void => {
    if (typeof value !== 'object' || value === null) return;
    if (!isPaged && (value as ReadPage).pageInfo?.hasNextPage === true)
      throw new CodedError(
        'LIMIT',
        `a list inside the answer of \`${question.name}\` is longer than one page: ask with \`--cypher\`, or of less at once`,
        {
          question: question.name,
        },
      );
    for (const inner of Object.values(value)) visit(inner, false);
  };
  for (const [field, value] of Object.entries(data)) visit(value, field === question.paged);
}
