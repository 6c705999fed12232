/**
 * How large a request may be. Tokens are counted before it is parsed, all else in one walk over the operation before it runs.
 *
 * Cost counts the objects that an answer may hold: a list counts its `first`, its default, or `LIST_SIZE` where it takes none,
 * times what one entry costs. Texts and numbers cost nothing, and neither does introspection, which GraphQL bounds itself.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  Lexer,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  Source,
  TokenKind,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { CodedError } from '../graph/errors.ts';
import { FIRST_MAX } from '../queries/port.ts';

export interface Limits {
  /** Levels of fields below each other. */
  readonly depth: number;
  /** Aliases in one operation, each use of a fragment counted. */
  readonly aliases: number;
  /** Lexical tokens of a document. */
  readonly tokens: number;
  /** Objects that an answer may hold, as estimated. */
  readonly cost: number;
  readonly bodyBytes: number;
  readonly timeoutMs: number;
}

/**
 * `cost` admits `first: 1000` (and `checks` of 1000) with every field of one proof each. `tokens` admits the introspection
 * query several times over. `bodyBytes` admits 1000 requests of `checks` with the longest references in use.
 */
export const DEFAULT_LIMITS: Limits = { depth: 12, aliases: 50, tokens: 2000, cost: 500_000, bodyBytes: 1_048_576, timeoutMs: 10_000 };

/** What a list that takes no `first` counts for: steps of a proof, denials, gaps of an answer. */
const LIST_SIZE = 5;

/** Parses a document. Errors: LIMIT for too many tokens, GraphQL's own for syntax. */
export function parseDocument(source: string | Source, limits: Limits): DocumentNode {
  const text = typeof source === 'string' ? new Source(source) : source;
  assertTokens(text, limits.tokens);
  return parse(text);
}

function assertTokens(source: Source, max: number): void {
  const lexer = new Lexer(source);
  for (let count = 0; ; count++) {
    if (count > max) throw tooMuch('tokens', 'a document may have at most', max, `more than ${max}`);
    try {
      if (lexer.advance().kind === TokenKind.EOF) return;
    } catch {
      // The parser meets the same character and says so in its own words.
      return;
    }
  }
}

/** Errors: LIMIT with the limit's name, what it is and what came. The document is valid. */
export function assertWithinLimits(request: {
  schema: GraphQLSchema;
  document: DocumentNode;
  operationName: string | null | undefined;
  variables: Readonly<Record<string, unknown>> | null | undefined;
  limits: Limits;
}): void {
  const { schema, document, operationName, variables, limits } = request;
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return;
  const { depth, aliases, cost } = new SizeWalk(schema, document, operation, variables ?? {}).measure(operation.selectionSet, root, 0);
  if (depth > limits.depth) throw tooMuch('depth', 'fields may be nested at most', limits.depth, depth);
  if (aliases > limits.aliases) throw tooMuch('aliases', 'an operation may have at most', limits.aliases, aliases);
  if (cost > limits.cost) throw tooMuch('cost', 'an answer may be estimated to hold at most', limits.cost, cost);
}

interface Size {
  readonly depth: number;
  readonly aliases: number;
  readonly cost: number;
}

const NOTHING: Size = { depth: 0, aliases: 0, cost: 0 };

class SizeWalk {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #defaults: ReadonlyMap<string, unknown>;
  readonly #variables: Readonly<Record<string, unknown>>;
  /** By fragment and page size: spreading fragments in fragments would otherwise take exponential time. */
  readonly #measured = new Map<string, Size>();

  constructor(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ) {
    this.#schema = schema;
    this.#variables = variables;
    this.#fragments = new Map(
      document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
    );
    this.#defaults = new Map(
      (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
        variable.name.value,
        defaultValue && valueFromASTUntyped(defaultValue),
      ]),
    );
  }

  /** `pageSize` is how many `edges` the connection around has; 0 outside of one. */
  measure(set: SelectionSetNode, type: GraphQLNamedType, pageSize: number): Size {
    let [depth, aliases, cost] = [0, 0, 0];
    for (const selection of set.selections) {
      const size = this.#measureSelection(selection, type, pageSize);
      depth = Math.max(depth, size.depth);
      aliases += size.aliases;
      cost += size.cost;
    }
    return { depth, aliases, cost };
  }

  #measureSelection(selection: SelectionNode, type: GraphQLNamedType, pageSize: number): Size {
    if (selection.kind === Kind.FIELD) return this.#measureField(selection, type, pageSize);
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const narrowed = selection.typeCondition && this.#schema.getType(selection.typeCondition.name.value);
      return this.measure(selection.selectionSet, narrowed ?? type, pageSize);
    }
    const name = selection.name.value;
    const key = `${name} ${pageSize}`;
    const fragment = this.#fragments.get(name);
    const known = this.#measured.get(key);
    if (known !== undefined || fragment === undefined) return known ?? NOTHING;
    const size = this.measure(fragment.selectionSet, this.#schema.getType(fragment.typeCondition.name.value) ?? type, pageSize);
    this.#measured.set(key, size);
    return size;
  }

  #measureField(field: FieldNode, type: GraphQLNamedType, pageSize: number): Size {
    const name = field.name.value;
    const aliased = field.alias === undefined ? 0 : 1;
    const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    if (name.startsWith('__') || definition === undefined) return { depth: 0, aliases: aliased, cost: 0 };
    const inner = getNamedType(definition.type);
    const first = this.#countOf(field, definition);
    if (!isCompositeType(inner) || field.selectionSet === undefined) return { depth: 1, aliases: aliased, cost: 0 };
    const isList = isListType(getNullableType(definition.type));
    const child = this.measure(field.selectionSet, inner, isList ? 0 : (first ?? 0));
    const times = isList ? (first ?? (name === 'edges' ? pageSize : LIST_SIZE)) : 1;
    return { depth: child.depth + 1, aliases: child.aliases + aliased, cost: times * (1 + child.cost) };
  }

  /** How many entries the arguments ask for, null where they do not say. */
  #countOf(field: FieldNode, definition: GraphQLField<unknown, unknown>): number | null {
    let count: number | null = null;
    for (const { name, defaultValue } of definition.args) {
      if (name !== 'first' && name !== 'offset' && name !== 'requests') continue;
      const given = field.arguments?.find((argument) => argument.name.value === name)?.value;
      const value = this.#valueOf(given) ?? defaultValue;
      const asked = Array.isArray(value) ? value.length : typeof value === 'number' ? value : 1;
      if (asked < 0 || asked > FIRST_MAX) throw outOfRange(name, asked);
      if (name !== 'offset') count = asked;
    }
    return count;
  }

  #valueOf(node: ValueNode | undefined): unknown {
    if (node === undefined) return undefined;
    if (node.kind === Kind.VARIABLE) return this.#variables[node.name.value] ?? this.#defaults.get(node.name.value);
    return node.kind === Kind.LIST ? node.values : valueFromASTUntyped(node);
  }
}

function tooMuch(limit: string, contract: string, max: number, got: number | string): CodedError {
  return new CodedError('LIMIT', `${contract} \`${max}\` ${limit}, got \`${got}\``, { limit, max, got });
}

function outOfRange(argument: string, got: number): CodedError {
  const contract = argument === 'requests' ? `\`checks\` takes at most ${FIRST_MAX} requests` : `\`${argument}\` is 0 to ${FIRST_MAX}`;
  return new CodedError('LIMIT', `${contract}, got \`${got}\``, { limit: argument, max: FIRST_MAX, got });
}
