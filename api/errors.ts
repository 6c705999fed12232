/**
 * Errors on their way out: every one has a code, what to do, and its details; a defect shows an id to look up and nothing else.
 *
 * INVARIANT: no message, stack or cause of an error that is not a `CodedError` or GraphQL's own leaves the process.
 */
import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { CodedError, ERROR_CODES, type ErrorCode, type ErrorDetails } from '../graph/errors.ts';

/** What the API writes its log with; a pino logger is one. */
export interface Log {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** An error as it stands in `errors` of a GraphQL answer. */
export interface PublicError {
  readonly message: string;
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: ErrorCode; readonly remedy: string; readonly [detail: string]: unknown };
}

/** An error that limits and scalars raise inside GraphQL. */
export function codedGraphQLError(code: ErrorCode, message: string, details: ErrorDetails = {}): GraphQLError {
  return new GraphQLError(message, { originalError: new CodedError(code, message, details) });
}

/** The error with code, remedy and details, and without internals. A defect is logged under the id that it shows. */
export function publicError(error: unknown, log: Log | undefined): GraphQLError {
  const coded = findCoded(error);
  const { nodes, source, positions, path } = error instanceof GraphQLError ? error : new GraphQLError('');
  const build = (code: ErrorCode, message: string, details: ErrorDetails = {}) => {
    const extensions = { ...details, code, remedy: ERROR_CODES[code].remedy };
    return new GraphQLError(message, {
      nodes: nodes ?? null,
      source: source ?? null,
      positions: positions ?? null,
      path: path ?? null,
      extensions,
    });
  };
  if (coded !== null) return build(coded.code, error instanceof GraphQLError && !error.path ? error.message : coded.message, coded.details);
  if (error instanceof GraphQLError && isOfCaller(error)) return build(codeOf(error), error.message);
  const errorId = randomUUID();
  log?.error({ errorId, err: error instanceof GraphQLError ? (error.originalError ?? error) : error }, 'a request hit a defect');
  return build('INTERNAL', `a defect of grantpath stopped this part of the answer; the log has it under \`${errorId}\``, { errorId });
}

/** The status for a whole request that failed before it was executed. */
export function statusOf(error: GraphQLError): number {
  const code = error.extensions['code'] as ErrorCode;
  return ERROR_CODES[code].http;
}

function findCoded(error: unknown): CodedError | null {
  for (let at = error; at instanceof Error; at = at instanceof GraphQLError ? at.originalError : undefined) {
    if (at instanceof CodedError) return at;
  }
  return null;
}

/** Raised by GraphQL itself about the request: syntax, validation, variables. What it raises at a path is about our answer. */
function isOfCaller(error: GraphQLError): boolean {
  if (error.path !== undefined) return false;
  const { originalError } = error;
  return originalError === undefined || originalError === null || (originalError instanceof GraphQLError && isOfCaller(originalError));
}

/** The HTTP layer gives a too large body its status and no code of ours. */
function codeOf(error: GraphQLError): ErrorCode {
  const http = error.extensions['http'] as { status?: number } | undefined;
  return http?.status === 413 ? 'LIMIT' : 'USAGE';
}
