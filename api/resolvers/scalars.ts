/** The scalars: references, instants, JSON. Times are milliseconds inside and ISO 8601 outside. */
import { type GraphQLScalarTypeConfig, Kind, valueFromASTUntyped } from 'graphql';
import { isCodedError } from '../../graph/errors.ts';
import { parseInstant } from '../../queries/instant.ts';
import { codedGraphQLError } from '../errors.ts';

/** What a scalar does; its name and description are in the SDL. */
type ScalarResolver<I, O> = Required<Pick<GraphQLScalarTypeConfig<I, O>, 'serialize' | 'parseValue' | 'parseLiteral'>>;

export const REF: ScalarResolver<string, string> = {
  serialize: String,
  parseValue: readRef,
  parseLiteral: (node) => readRef(node.kind === Kind.STRING ? node.value : undefined),
};

export const DATE_TIME: ScalarResolver<number, string> = {
  serialize: (at) => new Date(at as number).toISOString(),
  parseValue: readInstant,
  parseLiteral: (node) => readInstant('value' in node ? node.value : undefined),
};

export const JSON_VALUE: ScalarResolver<unknown, unknown> = {
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
};

/** Only that it is a text: what it means is told where the index of a bad entry is known. */
function readRef(value: unknown): string {
  if (typeof value !== 'string')
    throw codedGraphQLError('REFERENCE_MALFORMED', `a reference is a text \`kind:path\`, got \`${shorten(value)}\``);
  return value;
}

function readInstant(value: unknown): number {
  try {
    return parseInstant(typeof value === 'string' ? value : shorten(value));
  } catch (error) {
    // GraphQL puts words of its own before an error that is not of its kind.
    throw isCodedError(error) ? codedGraphQLError(error.code, error.message) : error;
  }
}

function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'another value');
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}
