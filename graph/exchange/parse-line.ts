/**
 * Lines of the file -> header, facts, end. Only what a line may hold gets through: a field that the format does not have is an
 * error, so that nothing is dropped in silence and nothing foreign is kept.
 *
 * Errors here are IMPORT without the number of the line; whoever reads the file puts it before the message.
 */
import { CodedError } from '../errors.ts';
import type { Fact, Props, Scalar, Source } from '../fact.ts';
import { EDGE_KIND_NAMES, isEdgeKind } from '../model/edge-kinds.ts';
import { GAP_REASONS, HIDDEN_NAMES, isGapReason, isHidden } from '../model/gaps.ts';
import { isNodeKind, NODE_KIND_NAMES } from '../model/node-kinds.ts';
import { type FactCounts, type FactLine, type FileHeader, FORMAT_NAME, FORMAT_VERSION, parseTime } from './format.ts';

const TOLD_CHARS_MAX = 80;

/** Text of the file in a message: short, between backticks. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return `\`${text.replaceAll('`', "'").slice(0, TOLD_CHARS_MAX)}\``;
}

export function failLine(why: string): never {
  throw new CodedError('IMPORT', why);
}

export function parseHeader(text: string): FileHeader {
  const line = Fields.of(text);
  if (line.raw('format') !== FORMAT_NAME)
    failLine(`expected a header \`{"format":"${FORMAT_NAME}","version":${FORMAT_VERSION},...}\`, got ${shown(text)}`);
  const version = line.raw('version');
  if (version !== FORMAT_VERSION) {
    const isNewer = typeof version === 'number' && version > FORMAT_VERSION;
    failLine(
      `this grantpath reads version ${FORMAT_VERSION} of the format, got ${shown(version)}${isNewer ? ': use a newer grantpath' : ''}`,
    );
  }
  const header = { at: line.time('at'), connectors: line.texts('connectors') };
  line.end();
  return header;
}

/** A fact, or the counts of the last line. */
export function parseLine(text: string): { readonly line: FactLine } | { readonly end: FactCounts } {
  const fields = Fields.of(text);
  const type = fields.raw('type');
  if (type === 'end') {
    const end = { nodes: fields.count('nodes'), edges: fields.count('edges'), gaps: fields.count('gaps') };
    fields.end();
    return { end };
  }
  const line = {
    fact: parseFact(type, fields),
    stale: fields.flag('stale'),
    validFrom: fields.time('validFrom'),
    sources: fields.list('sources').map(parseSource),
  };
  if (line.sources.length === 0) failLine('expected at least one source in `sources`');
  if (line.stale && line.fact.type === 'gap') failLine('a gap is never stale');
  fields.end();
  return { line };
}

function parseFact(type: unknown, fields: Fields): Fact {
  switch (type) {
    case 'node':
      return {
        type,
        kind: fields.oneOf('kind', isNodeKind, NODE_KIND_NAMES),
        key: fields.text('key'),
        ref: fields.text('ref'),
        name: fields.text('name', ''),
        aliases: fields.texts('aliases', []),
        props: fields.props('props'),
      };
    case 'edge':
      return {
        type,
        kind: fields.oneOf('kind', isEdgeKind, EDGE_KIND_NAMES),
        from: fields.text('from'),
        to: fields.text('to'),
        word: fields.text('word', ''),
        props: fields.props('props'),
      };
    case 'gap':
      return {
        type,
        reason: fields.oneOf('reason', isGapReason, Object.keys(GAP_REASONS)),
        hides: fields.oneOf('hides', isHidden, HIDDEN_NAMES),
        scope: fields.text('scope'),
        subject: fields.text('subject', ''),
        detail: fields.text('detail', ''),
      };
    default:
      return failLine(`\`type\` is node, edge, gap or end, got ${shown(type)}`);
  }
}

function parseSource(value: unknown): Source {
  const fields = new Fields(value, 'a source');
  const source = {
    connector: fields.word('connector'),
    endpoint: fields.text('endpoint'),
    run: fields.word('run'),
    fetchedAt: fields.time('fetchedAt'),
  };
  fields.end();
  return source;
}

/** The fields of an object, each taken once and checked. */
class Fields {
  readonly #what: string;
  readonly #left: Map<string, unknown>;

  static of(text: string): Fields {
    try {
      return new Fields(JSON.parse(text) as unknown, 'a line');
    } catch (error) {
      if (error instanceof CodedError) throw error;
      return failLine(`a line is a JSON object, got ${shown(text)}`);
    }
  }

  constructor(value: unknown, what: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) failLine(`${what} is a JSON object, got ${shown(value)}`);
    this.#what = what;
    this.#left = new Map(Object.entries(value));
  }

  raw(name: string): unknown {
    const value = this.#left.get(name);
    this.#left.delete(name);
    return value;
  }

  text(name: string, absent?: string): string {
    const value = this.raw(name) ?? absent;
    return typeof value === 'string' ? value : failLine(`\`${name}\` is a text, got ${shown(value)}`);
  }

  /** Printable ASCII without blanks. */
  word(name: string): string {
    const text = this.text(name);
    return /^[!-~]+$/.test(text) ? text : failLine(`\`${name}\` is printable ASCII without blanks, got ${shown(text)}`);
  }

  oneOf<T extends string>(name: string, is: (text: string) => text is T, names: readonly string[]): T {
    const text = this.text(name);
    return is(text) ? text : failLine(`unknown ${name} ${shown(text)}: expected one of ${names.join(', ')}`);
  }

  time(name: string): number {
    const text = this.text(name);
    return parseTime(text) ?? failLine(`\`${name}\` is an instant like \`2026-01-31T12:00:00.000Z\`, got ${shown(text)}`);
  }

  flag(name: string): boolean {
    const value = this.raw(name) ?? false;
    return typeof value === 'boolean' ? value : failLine(`\`${name}\` is true or false, got ${shown(value)}`);
  }

  count(name: string): number {
    const value = this.raw(name);
    return Number.isSafeInteger(value) && (value as number) >= 0
      ? (value as number)
      : failLine(`\`${name}\` is a number of facts, got ${shown(value)}`);
  }

  list(name: string, absent?: readonly unknown[]): readonly unknown[] {
    const value = this.raw(name) ?? absent;
    return Array.isArray(value) ? (value as unknown[]) : failLine(`\`${name}\` is a list, got ${shown(value)}`);
  }

  texts(name: string, absent?: readonly string[]): readonly string[] {
    const list = this.list(name, absent);
    const other = list.find((each) => typeof each !== 'string');
    return other === undefined ? (list as string[]) : failLine(`\`${name}\` is a list of texts, got ${shown(other)} in it`);
  }

  props(name: string): Props {
    const value = this.raw(name) ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) return failLine(`\`${name}\` is an object, got ${shown(value)}`);
    for (const [prop, scalar] of Object.entries(value as Record<string, unknown>)) {
      if (!isScalar(scalar)) failLine(`property \`${prop}\` is a text, a number, true, false or null, got ${shown(scalar)}`);
    }
    return value as Props;
  }

  /** Nothing may be left. */
  end(): void {
    const [name] = this.#left.keys();
    if (name !== undefined) failLine(`${this.#what} has no field ${shown(name)} here`);
  }
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'boolean'].includes(typeof value) || (typeof value === 'number' && Number.isFinite(value));
}
