/**
 * The questions of grantpath as one interface: the library entry, the command line and GraphQL all ask through it, and nothing
 * else answers. References in, references out; names for people are put in here.
 *
 * Everything that can be long is paged. A page belongs to the snapshot that it was asked of: its cursor carries it.
 * What is known at once is a field; what names must be read for, or what costs work, is a method that gives a promise, so that who
 * wants a thousand verdicts pays for nothing else.
 * Whatever is handed over, what is thrown is a `CodedError`; of a wrong argument it says its name, what is right and what came.
 */
import type { Verdict } from '../graph/decision.ts';
import type { EdgeFact, FactId, GapFact, NodeFact, NodeKey, Occurrence, Ref, Scalar } from '../graph/fact.ts';
import type { Action } from '../graph/model/actions.ts';
import type { ChangeKind } from '../graph/model/change-kinds.ts';
import type { NodeKind } from '../graph/model/node-kinds.ts';
import type { RowId } from '../graph/model/row.ts';
import type { SnapshotInfo } from '../graph/store/port.ts';

/** Entries of one page, proofs of one answer, requests of one `checks`. */
export const FIRST_MAX = 1000;

/** An instant in milliseconds since 1970; left out or null means now. */
export type At = number | null | undefined;

export interface CheckRequest {
  readonly identity: Ref;
  readonly action: Action;
  readonly resource: Ref;
}

export interface PageRequest extends ChangesRequest {
  readonly at?: At;
}

/** A page of what lies between two times. */
export interface ChangesRequest {
  /** At most `FIRST_MAX`. */
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  /** Ends engine work with TIMEOUT when it fires. */
  readonly signal?: AbortSignal | undefined;
}

/** A node as an answer names it. `ref` resolves to this node alone. */
export interface NamedNode {
  readonly key: NodeKey;
  readonly ref: Ref;
  readonly kind: NodeKind;
  readonly name: string;
}

export interface ProofStep {
  readonly from: Ref;
  readonly edge: string;
  readonly to: Ref;
  /** The observed fact that the step is; null where a rule derives it. */
  readonly fact: FactId | null;
  readonly rule: RowId | null;
}

export interface Proof {
  /** The facts in the notation, in references. */
  readonly text: string;
  readonly steps: readonly ProofStep[];
}

export interface NamedDenial {
  readonly kind: 'inactive' | 'expired' | 'level' | 'scope' | 'rule';
  readonly text: string;
  readonly held: string | null;
  readonly needed: string | null;
  readonly proof: Proof | null;
  /** The rules of a denial by rule. */
  readonly restrictions: readonly Ref[];
}

export interface NamedCondition {
  readonly text: string;
  readonly restriction: string;
  readonly value: number | null;
  readonly rules: readonly Ref[];
  readonly certain: boolean;
}

export interface NamedGap {
  readonly id: FactId;
  readonly reason: GapFact['reason'];
  readonly hides: GapFact['hides'];
  readonly scope: Ref;
  readonly subject: Ref | null;
  readonly detail: string;
  /** One sentence: what is not known, why, and what to do. */
  readonly text: string;
}

export interface NamedRow {
  readonly id: RowId;
  readonly doc: string;
  readonly source: string;
}

export interface SnapshotRef {
  readonly id: string;
  readonly at: number;
}

export interface Answer {
  readonly verdict: Verdict;
  readonly assumptions: readonly NamedRow[];
  readonly blindSpots: readonly NamedRow[];
  readonly snapshot: SnapshotRef;
  /** One sentence. */
  reason(): Promise<string>;
  denials(): Promise<readonly NamedDenial[]>;
  conditions(): Promise<readonly NamedCondition[]>;
  gaps(): Promise<readonly NamedGap[]>;
  /** The first proofs in order; empty unless the verdict is ALLOW. `offset` skips. */
  proofs(first: number, offset?: number): Promise<readonly Proof[]>;
}

export interface Edge<T> {
  readonly cursor: string;
  readonly node: T;
}

export interface Page<T> {
  readonly edges: readonly Edge<T>[];
  readonly hasNextPage: boolean;
  /** False if an entry could be missing for want of knowledge; `gaps` says why. */
  readonly complete: boolean;
  readonly snapshot: SnapshotRef;
  /** null where counting would mean enumerating. */
  totalCount(): Promise<number | null>;
  gaps(): Promise<readonly NamedGap[]>;
}

export interface WhoCanRow {
  readonly identity: NamedNode;
  readonly verdict: 'ALLOW' | 'UNKNOWN';
  readonly permission: string;
  readonly actions: readonly Action[];
  /** null for an UNKNOWN. */
  proof(): Promise<Proof | null>;
}

export interface WhatCanRow {
  readonly resource: NamedNode;
  readonly verdict: 'ALLOW' | 'UNKNOWN';
  readonly permission: string;
  readonly actions: readonly Action[];
  proof(): Promise<Proof | null>;
}

/** A path is a proof of one action, from an identity to a resource. */
export interface Path extends Proof {
  readonly action: Action;
}

/** What was read of one endpoint, over all scopes. */
export interface CoverageRow {
  readonly connector: string;
  readonly endpoint: string;
  readonly facts: number;
  readonly stale: number;
  readonly gaps: number;
  readonly newestAt: number | null;
}

/** appeared: it holds at the later time alone. changed: it holds at both and does not say the same. */
export type Turn = 'appeared' | 'vanished' | 'changed';

/** What a fact says otherwise: a property by its name, or `kind`, `ref`, `name`, `aliases`, `detail`, `stale`. null for nothing. */
export interface Difference {
  readonly name: string;
  readonly before: Scalar | readonly string[];
  readonly after: Scalar | readonly string[];
}

/** A fact that differs between two times. */
export interface Change {
  /** Of the fact: as it is after, or was before it vanished. */
  readonly id: FactId;
  readonly turn: Turn;
  /** What it is a change of. */
  readonly kind: ChangeKind;
  /** The fact in the notation, in references; of a changed one what differs behind a colon. A gap is a sentence. */
  readonly text: string;
  /** Where an edge starts; a node itself; what a gap is about. */
  readonly from: Ref;
  /** Where an edge ends; the other end that a gap names; null where there is none. */
  readonly to: Ref | null;
  /** Empty where it appeared or vanished. */
  readonly differences: readonly Difference[];
  /** When it became so: the commit of a run. null where it only turned stale or fresh: no commit changed what it says. */
  readonly at: number | null;
  /** The instant at which the references are resolved: of what vanished the earlier one. */
  readonly heldAt: number;
  readonly before: Occurrence | null;
  readonly after: Occurrence | null;
}

/** What an identity may certainly do on a resource, at the two times, by the facts alone: expiry is evaluated at the later one for both. */
export interface AccessChange {
  readonly identity: NamedNode;
  readonly resource: NamedNode;
  /** The permission held; null for none that anything can be done with. */
  readonly before: string | null;
  readonly after: string | null;
  /** Actions that became possible. */
  readonly gained: readonly Action[];
  readonly lost: readonly Action[];
}

export interface AccessChangePage extends Page<AccessChange> {
  /** Identities and credentials whose permissions may hang on what changed. */
  readonly touched: number;
  /** How many of them were compared: where it is less, `complete` is false. */
  readonly compared: number;
}

/** From when something holds, and by which fact. */
export interface Since {
  readonly at: number;
  /** The fact that began last. */
  readonly fact: FactId;
  /** The fact in the notation, in references. */
  readonly text: string;
}

export interface Grantpath {
  check(request: CheckRequest, options?: { at?: At; signal?: AbortSignal }): Promise<Answer>;
  /** At most `FIRST_MAX`. Errors name the index of every bad entry (`details.indexes`). */
  checks(requests: readonly CheckRequest[], options?: { at?: At; signal?: AbortSignal }): Promise<readonly Answer[]>;
  whoCan(
    action: Action,
    resource: Ref,
    options?: PageRequest & { kinds?: readonly NodeKind[] | null | undefined; includeUnknown?: boolean },
  ): Promise<Page<WhoCanRow>>;
  whatCan(
    identity: Ref,
    action?: Action | null,
    options?: PageRequest & { kinds?: readonly NodeKind[] | null | undefined; includeUnknown?: boolean },
  ): Promise<Page<WhatCanRow>>;
  /** Every witness, shortest first. Without an action those of any permission on the resource. */
  paths(from: Ref, to: Ref, action?: Action | null, options?: PageRequest): Promise<Page<Path>>;
  /** Errors: REFERENCE_UNKNOWN with the nearest names, else some of its kind (`details.nearest`, empty where there are none), REFERENCE_AMBIGUOUS with the candidates. */
  node(ref: Ref, options?: { at?: At }): Promise<{ named: NamedNode; fact: NodeFact }>;
  find(text: string, options?: PageRequest & { kinds?: readonly NodeKind[] | null | undefined }): Promise<Page<NamedNode>>;
  /** Observed edges from or to a node. */
  edgesOf(
    key: NodeKey,
    end: 'from' | 'to',
    options?: PageRequest & {
      kinds?: readonly EdgeFact['kind'][] | undefined;
      /** Only edges whose other end's key has one of these reference words, e.g. `project`. Fact ids are ordered by it, so a store can seek. */
      otherWords?: readonly string[] | undefined;
    },
  ): Promise<Page<Occurrence<EdgeFact>>>;
  /** Nodes by key, in the order asked; null where there is none. One read for all: made for dataloader. */
  namedNodes(keys: readonly NodeKey[], at?: At): Promise<readonly (NamedNode | null)[]>;
  nodeFacts(keys: readonly NodeKey[], at?: At): Promise<readonly (NodeFact | null)[]>;
  /** Edges by fact id with their sources, in the order asked; null where there is none. Made for dataloader. */
  edgeFacts(ids: readonly FactId[], at?: At): Promise<readonly (Occurrence<EdgeFact> | null)[]>;
  /** Keys of all as which a node certainly holds permissions: itself, whom it acts as, and the groups of these, without `anonymous:`. In order; empty for what cannot hold any. */
  holdersOf(key: NodeKey, options?: { at?: At }): Promise<readonly NodeKey[]>;
  /** Keys of all that contains a node, directly or not, stale containment too. In order. */
  containersOf(key: NodeKey, options?: { at?: At }): Promise<readonly NodeKey[]>;
  gaps(options?: PageRequest): Promise<Page<NamedGap>>;
  /** The recorded gaps about a node, ordered by fact id. */
  gapsAbout(key: NodeKey, options?: { at?: At }): Promise<readonly NamedGap[]>;
  coverage(options?: { at?: At }): Promise<readonly CoverageRow[]>;
  snapshots(options?: PageRequest): Promise<Page<SnapshotInfo>>;
  /** Facts that differ between two times, ordered by id; `to` left out or null means now. `kinds` are kinds of change. Errors: USAGE where `from` is after `to`. */
  changes(from: number, to?: At, options?: ChangesRequest & { kinds?: readonly ChangeKind[] | null | undefined }): Promise<Page<Change>>;
  /** What effective access differs by them, ordered by identity and resource. Bounded: `touched` and `compared` say how far it got. */
  accessChanges(from: number, to?: At, options?: ChangesRequest): Promise<AccessChangePage>;
  /** From when a proof holds without a break, and by which fact: of its facts the one that began last. `at`: the instant of its answer. null where none of them is known then. */
  since(proof: Proof, options?: { at?: At }): Promise<Since | null>;
  /** Is a complete snapshot compiled? */
  ready(): boolean;
  /** Every question is refused from then on (USAGE), and what of an answer was not read before cannot be read any more. */
  close(): Promise<void>;
}
