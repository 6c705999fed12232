/**
 * Facts: what a connector observed. A node, an edge, or a gap (a recorded reason why knowledge is missing).
 *
 * The id of a fact is a function of its content and readable: `user:{u1} HOLDS write repository:{r1}`. It is the same in every
 * run, store and export. Because keys hold neither blanks nor characters outside printable ASCII, comparing two ids is
 * comparing (from, kind, word, to): the compiled engine orders proofs by ids without having the ids.
 * One occurrence of a fact is `id@validFrom`. Intervals are half-open, in milliseconds since 1970, made of commit instants.
 */
import { type EdgeKind, isEdgeKind } from './model/edge-kinds.ts';
import type { GapReason, Hidden } from './model/gaps.ts';
import { NODE_KINDS, type NodeKind } from './model/node-kinds.ts';

/** `refword:path` that never changes, e.g. `repository:{e589...}` or `branch:{e589...}#main`. */
export type NodeKey = string;

/** Any node by a name that people use, e.g. `repository:acme/api`. Several may answer to one. */
export type Ref = string;

export type FactId = string;

export type Scalar = string | number | boolean | null;
export type Props = Readonly<Record<string, Scalar>>;

/**
 * Properties that change answers: `active` (false: may not act), `expiresAt` (instant in milliseconds). All others are for people.
 */
export interface NodeFact {
  readonly type: 'node';
  readonly kind: NodeKind;
  readonly key: NodeKey;
  /** The short reference, unique or not. */
  readonly ref: Ref;
  readonly name: string;
  /** Further references that resolve to this node, e.g. account id and uuid of a user. */
  readonly aliases: readonly Ref[];
  readonly props: Props;
}

export interface EdgeFact {
  readonly type: 'edge';
  readonly kind: EdgeKind;
  readonly from: NodeKey;
  readonly to: NodeKey;
  /** The qualifier that the edge kind's `word` names, '' where it has none. */
  readonly word: string;
  readonly props: Props;
}

export interface GapFact {
  readonly type: 'gap';
  readonly reason: GapReason;
  readonly hides: Hidden;
  /** What the gap is about. */
  readonly scope: NodeKey;
  /** The other end that the gap names, '' where it names none. */
  readonly subject: NodeKey | '';
  /** One sentence for people: the endpoint, the value. Never a secret. */
  readonly detail: string;
}

export type Fact = NodeFact | EdgeFact | GapFact;

/** Where a fact was seen. */
export interface Source {
  /** The connector, with the name of what it reads: `bitbucket-cloud/acme`. */
  readonly connector: string;
  /** The endpoint's path template. */
  readonly endpoint: string;
  readonly run: string;
  /** Milliseconds since 1970. */
  readonly fetchedAt: number;
}

/** A fact as a connector hands it over: with the part of the upstream that states it, which is closed or kept as a whole. */
export interface StatedFact {
  readonly fact: Fact;
  /** The unit that is read to its end or not: endpoint and container, e.g. `repository-user-grants repository:{r1}`. */
  readonly scope: string;
  readonly endpoint: string;
  readonly fetchedAt: number;
}

/** One occurrence of a fact in a store. */
export interface Occurrence<F extends Fact = Fact> {
  readonly fact: F;
  readonly validFrom: number;
  /** null while it holds. */
  readonly validTo: number | null;
  /** Could not be read again since: it may be gone. */
  readonly stale: boolean;
  readonly sources: readonly Source[];
}

/** All that holds at one instant. The order of facts means nothing. */
export interface World {
  readonly nodes: readonly NodeFact[];
  readonly edges: readonly (EdgeFact & { readonly stale?: boolean })[];
  readonly gaps: readonly GapFact[];
}

/** How sure the fact is where no endpoint shows it, as the property of its kind says; null otherwise. */
export function confidenceOf(fact: { readonly props: Props } | undefined): string | null {
  const confidence = fact?.props['confidence'];
  return typeof confidence === 'string' ? confidence : null;
}

export function factId(fact: Fact): FactId {
  switch (fact.type) {
    case 'node':
      return `${fact.key} IS ${fact.kind}`;
    case 'edge':
      return edgeId(fact.from, fact.kind, fact.word, fact.to);
    case 'gap':
      return `${fact.scope} HIDES ${fact.hides} ${fact.reason}${fact.subject === '' ? '' : ` ${fact.subject}`}`;
  }
}

/** The id of an edge from its parts. A word that is not printable ASCII without blanks is percent-encoded. */
export function edgeId(from: NodeKey, kind: EdgeKind, word: string, to: NodeKey): FactId {
  return word === '' ? `${from} ${kind} ${to}` : `${from} ${kind} ${encodeKeyPart(word)} ${to}`;
}

/** The parts of the id of an edge, its word as ids write it; null for what is not the id of one. */
export function edgeIdParts(id: FactId): { from: NodeKey; kind: EdgeKind; word: string; to: NodeKey } | null {
  const parts = id.split(' ');
  const [from = '', kind = '', ...rest] = parts;
  const to = rest.at(-1);
  if (!isEdgeKind(kind) || to === undefined || parts.length > 4) return null;
  return { from, kind, word: rest.length > 1 ? (rest[0] as string) : '', to };
}

/** Canonical text of all that a fact says; equal texts are equal facts. */
export function contentText(fact: Fact): string {
  switch (fact.type) {
    case 'node':
      return JSON.stringify([fact.kind, fact.key, fact.ref, fact.name, [...fact.aliases].sort(), sortedEntries(fact.props)]);
    case 'edge':
      return JSON.stringify([fact.kind, fact.from, fact.to, fact.word, sortedEntries(fact.props)]);
    case 'gap':
      return JSON.stringify([fact.reason, fact.hides, fact.scope, fact.subject, fact.detail]);
  }
}

/** A name made fit to be part of a key: printable ASCII without blanks, everything else percent-encoded, `%` too. */
export function encodeKeyPart(text: string): string {
  return text.replace(/[^!-$&-~]/gu, (char) =>
    [...new TextEncoder().encode(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

/** Undoes `encodeKeyPart`. A text that it did not write is given back as it is. */
export function decodeKeyPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The reference word of a key or reference: what stands before the first colon. */
export function refWord(ref: string): string {
  const colon = ref.indexOf(':');
  return colon < 0 ? ref : ref.slice(0, colon);
}

/** The key or reference of the repository that a branch's says. */
export function repositoryOfBranch(branch: string): string {
  return `${NODE_KINDS.Repository.ref}:${refPath(branch).split('#', 1)[0] ?? ''}`;
}

/** What stands after the first colon. */
export function refPath(ref: string): string {
  const colon = ref.indexOf(':');
  return colon < 0 ? '' : ref.slice(colon + 1);
}

function sortedEntries(props: Props): [string, Scalar][] {
  return Object.entries(props).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
