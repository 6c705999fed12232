/**
 * One operation from text to answer, for callers in this process: parse, validate, limits, time, errors. The HTTP server takes
 * the same steps by the same functions.
 */
import { execute, type GraphQLError, type GraphQLSchema, validate } from 'graphql';
import type { Grantpath } from '../queries/port.ts';
import type { Context } from './context.ts';
import { Deadline } from './deadline.ts';
import { type Log, publicError } from './errors.ts';
import { assertWithinLimits, DEFAULT_LIMITS, type Limits, parseDocument } from './limits.ts';
import { createLoaders } from './loaders.ts';
import { SCHEMA } from './schema.ts';

export interface OperationRequest {
  readonly grantpath: Grantpath;
  /** The GraphQL document. */
  readonly source: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  /** Which operation of the document; needed where it has several. */
  readonly operationName?: string | null | undefined;
  readonly limits?: Partial<Limits> | undefined;
  readonly log?: Log | undefined;
}

/** As it goes out as JSON. `data` is absent where the operation was not begun. */
export interface OperationResult {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLError[];
}

/** Never throws: what goes wrong is in `errors`, each with `extensions.code` and `extensions.remedy`. */
export async function executeOperation(request: OperationRequest): Promise<OperationResult> {
  const limits = { ...DEFAULT_LIMITS, ...request.limits };
  const deadline = new Deadline(limits.timeoutMs);
  try {
    const result = await run(SCHEMA, request, limits, deadline);
    return result.errors === undefined ? result : { ...result, errors: result.errors.map((error) => publicError(error, request.log)) };
  } catch (error) {
    return { errors: [publicError(error, request.log)] };
  } finally {
    deadline.end();
  }
}

/** What resolvers are given with every field. */
export function createContext(grantpath: Grantpath, { signal }: Deadline): Context {
  return { grantpath, signal, loaders: createLoaders(grantpath, signal) };
}

async function run(schema: GraphQLSchema, request: OperationRequest, limits: Limits, deadline: Deadline): Promise<OperationResult> {
  const { grantpath, source, operationName } = request;
  const document = parseDocument(source, limits);
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors };
  const variables = request.variables ?? {};
  assertWithinLimits({ schema, document, operationName, variables, limits });
  const contextValue = createContext(grantpath, deadline);
  const result = await execute({ schema, document, variableValues: variables, operationName: operationName ?? null, contextValue });
  return result as OperationResult;
}
