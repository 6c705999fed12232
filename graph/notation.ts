/**
 * The one text notation for small worlds: tests, proofs, error messages and what-if changes are written in it.
 *
 *     # a comment
 *     user:ann MEMBER_OF group:acme/dev
 *     group:acme/dev HOLDS write ON repository:acme/api
 *     restriction:acme/api#1 RESTRICTS push ON repository:acme/api glob=main
 *     user:ann HOLDS read ON repository:acme/api STALE
 *     token:acme#ci IS AccessToken expiresAt=2026-01-31T12:00:00Z
 *     repository:acme/api HIDES group-grants BECAUSE denied
 *     repository:acme/api HIDES grant-level BECAUSE unknown-value FOR user:ann "level `triage`"
 *
 * A node needs a line of its own (`IS`) only for what its reference does not say. A token that holds blanks is written as a JSON string.
 * INVARIANT: parse(print(world)) is the world, up to order.
 */
import { CodedError } from './errors.ts';
import {
  type EdgeFact,
  encodeKeyPart,
  type GapFact,
  type NodeFact,
  type NodeKey,
  type Props,
  refWord,
  type Scalar,
  type World,
} from './fact.ts';
import { EDGE_KINDS, isEdgeKind } from './model/edge-kinds.ts';
import { isGapReason, isHidden } from './model/gaps.ts';
import { isNodeKind, kindsOfRefWord, type NodeKind } from './model/node-kinds.ts';
import { isInstantName } from './model/node-props.ts';

type StaleEdge = World['edges'][number];

/** Reads facts, one a line. Errors: NOTATION with line number and text. */
export function parseWorld(text: string): World {
  const reader = new WorldReader();
  for (const [index, line] of text.split('\n').entries()) reader.read(line.trim(), index + 1);
  return reader.world();
}

/** Writes a world so that `parseWorld` gives it back. Lines are ordered: nodes, edges, gaps, each by text. */
export function printWorld(world: World): string {
  const named = new Set(world.edges.flatMap((edge) => [edge.from, edge.to]).concat(world.gaps.flatMap((gap) => [gap.scope, gap.subject])));
  const nodes = world.nodes.filter((node) => !named.has(node.key) || !isPlain(node)).map(printNode);
  return [...nodes.sort(), ...world.edges.map(printEdge).sort(), ...world.gaps.map(printGap).sort()].map((line) => `${line}\n`).join('');
}

export function printNode(node: NodeFact): string {
  const extra: string[] = [];
  if (node.name !== '') extra.push(`name=${quoted(node.name)}`);
  if (node.ref !== node.key) extra.push(`ref=${token(node.ref)}`);
  for (const alias of [...node.aliases].sort()) extra.push(`alias=${token(alias)}`);
  return [token(node.key), 'IS', node.kind, ...extra, ...printProps(node.props)].join(' ');
}

export function printEdge(edge: StaleEdge): string {
  const object = edge.word === '' ? [token(edge.to)] : [token(edge.word), 'ON', token(edge.to)];
  return [token(edge.from), edge.kind, ...object, ...printProps(edge.props), ...(edge.stale === true ? ['STALE'] : [])].join(' ');
}

export function printGap(gap: GapFact): string {
  const subject = gap.subject === '' ? [] : ['FOR', token(gap.subject)];
  return [
    token(gap.scope),
    'HIDES',
    gap.hides,
    'BECAUSE',
    gap.reason,
    ...subject,
    ...(gap.detail === '' ? [] : [JSON.stringify(gap.detail)]),
  ].join(' ');
}

/** A node as its reference alone describes it. */
export function plainNode(key: NodeKey, kind?: NodeKind): NodeFact | null {
  const known = kind ?? kindsOfRefWord(refWord(key))[0];
  return known === undefined || !key.includes(':') ? null : { type: 'node', kind: known, key, ref: key, name: '', aliases: [], props: {} };
}

class WorldReader {
  readonly #nodes = new Map<NodeKey, NodeFact>();
  readonly #declared = new Set<NodeKey>();
  readonly #edges: StaleEdge[] = [];
  readonly #gaps: GapFact[] = [];

  read(line: string, number: number): void {
    if (line === '' || line.startsWith('#')) return;
    const fail = (why: string): never => {
      throw new CodedError('NOTATION', `line ${number}: ${why} in \`${line}\``, { line: number });
    };
    const tokens = tokenize(line) ?? fail('an unclosed or malformed quoted text');
    const [subject, verb, ...rest] = tokens.map(({ text }) => text);
    if (subject === undefined || verb === undefined) return fail('expected `SUBJECT VERB ...`');
    if (verb === 'IS') this.#readNode(subject, rest, tokens.slice(2), fail);
    else if (verb === 'HIDES') this.#readGap(subject, rest, fail);
    else if (isEdgeKind(verb)) this.#readEdge(subject, verb, tokens.slice(2), fail);
    else fail(`unknown verb \`${verb}\`: expected IS, HIDES or an edge kind`);
  }

  world(): World {
    return { nodes: [...this.#nodes.values()], edges: this.#edges, gaps: this.#gaps };
  }

  #readNode(key: string, rest: string[], tokens: Token[], fail: (why: string) => never): void {
    const [kind] = rest;
    if (kind === undefined || !isNodeKind(kind)) return fail(`expected a node kind after IS, got \`${kind ?? ''}\``);
    if (this.#declared.has(key)) fail(`\`${key}\` is declared twice`);
    const plain = plainNode(key, kind) ?? fail(`expected a reference \`kind:path\`, got \`${key}\``);
    const props = readProps(tokens.slice(1), fail);
    const { name = '', ref = key, ...others } = props.single;
    this.#declared.add(key);
    this.#nodes.set(key, { ...plain, name: String(name), ref: String(ref), aliases: props.aliases, props: others });
  }

  #readEdge(from: string, kind: EdgeFact['kind'], tokens: Token[], fail: (why: string) => never): void {
    const stale = tokens.at(-1)?.text === 'STALE' && !tokens.at(-1)?.quoted;
    const body = stale ? tokens.slice(0, -1) : tokens;
    const worded = EDGE_KINDS[kind].word !== null;
    if (worded && body[1]?.text !== 'ON') fail(`expected \`${kind} ${EDGE_KINDS[kind].word?.toUpperCase()} ON TARGET\``);
    const to = body[worded ? 2 : 0]?.text ?? fail(`expected a target after ${kind}`);
    const props = readProps(body.slice(worded ? 3 : 1), fail).single;
    this.#mention(from, fail);
    this.#mention(to, fail);
    this.#edges.push({ type: 'edge', kind, from, to, word: worded ? (body[0]?.text ?? '') : '', props, ...(stale ? { stale } : {}) });
  }

  #readGap(scope: string, rest: string[], fail: (why: string) => never): void {
    const [hides, because, reason, ...tail] = rest;
    if (hides === undefined || !isHidden(hides)) return fail(`unknown hidden thing \`${hides ?? ''}\``);
    if (because !== 'BECAUSE' || reason === undefined || !isGapReason(reason))
      return fail('expected `BECAUSE REASON` with a reason of the gap table');
    const subject = tail[0] === 'FOR' ? (tail[1] ?? fail('expected a reference after FOR')) : '';
    const detail = (tail[0] === 'FOR' ? tail[2] : tail[0]) ?? '';
    this.#mention(scope, fail);
    if (subject !== '') this.#mention(subject, fail);
    this.#gaps.push({ type: 'gap', reason, hides, scope, subject, detail });
  }

  #mention(key: string, fail: (why: string) => never): void {
    if (!this.#nodes.has(key)) this.#nodes.set(key, plainNode(key) ?? fail(`expected a reference \`kind:path\`, got \`${key}\``));
  }
}

interface Token {
  readonly text: string;
  readonly quoted: boolean;
  /** The name before `=`, '' where the token is no property. */
  readonly name: string;
}

/** Splits a line at blanks; a JSON string is one token, also after `name=`. Null for a malformed one. */
function tokenize(line: string): Token[] | null {
  const tokens: Token[] = [];
  for (const match of line.matchAll(/(?:(?<name>[A-Za-z]+)=)?(?:(?<quoted>"(?:[^"\\]|\\.)*")(?=\s|$)|(?<bare>[^\s"]\S*|(?<==)))/g)) {
    const { name = '', quoted: literal, bare } = match.groups as { name?: string; quoted?: string; bare?: string };
    if (literal === undefined) tokens.push({ text: name === '' ? (bare ?? '') : (bare ?? ''), quoted: false, name });
    else {
      try {
        tokens.push({ text: JSON.parse(literal) as string, quoted: true, name });
      } catch {
        return null;
      }
    }
  }
  const printed = line.replace(/"(?:[^"\\]|\\.)*"/g, '');
  return printed.includes('"') ? null : tokens;
}

function readProps(tokens: Token[], fail: (why: string) => never): { single: Record<string, Scalar>; aliases: string[] } {
  const single: Record<string, Scalar> = {};
  const aliases: string[] = [];
  for (const { name, text, quoted: isText } of tokens) {
    if (name === '') return fail(`expected \`name=value\`, got \`${text}\``);
    if (name === 'alias') aliases.push(text);
    else single[name] = isText ? text : readScalar(name, text);
  }
  return { single, aliases };
}

function readScalar(name: string, text: string): Scalar {
  if (isInstantName(name) && /^\d{4}-/.test(text)) return Date.parse(text);
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function printProps(props: Props): string[] {
  return Object.entries(props)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      if (isInstantName(name) && typeof value === 'number') return `${name}=${new Date(value).toISOString()}`;
      return `${name}=${typeof value === 'string' ? quoted(value) : String(value)}`;
    });
}

/** A property's text, bare where reading it back gives the same text. */
function quoted(text: string): string {
  return /^[^\s"=]+$/.test(text) && typeof readScalar('', text) === 'string' && text !== 'STALE' ? text : JSON.stringify(text);
}

function token(text: string): string {
  return /^[^\s"=]+$/.test(text) && !/^[A-Za-z]+=/.test(text) ? text : JSON.stringify(text);
}

function isPlain(node: NodeFact): boolean {
  return printNode(node) === printNode(plainNode(node.key) ?? { ...node, name: `${encodeKeyPart(node.name)}?` });
}
