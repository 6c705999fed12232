/**
 * What a request carries with it, and the shapes of the parents that resolvers hand on to each other.
 *
 * INVARIANT: what is under one question is read at the instant of that question: every parent carries `at`.
 */
import type { EdgeFact, FactId, NodeKey, Occurrence, Ref, Source } from '../graph/fact.ts';
import type { EdgeKind } from '../graph/model/edge-kinds.ts';
import type { SnapshotInfo } from '../graph/store/port.ts';
import type {
  AccessChange,
  AccessChangePage,
  Answer,
  Change,
  Difference,
  Edge,
  Grantpath,
  NamedCondition,
  NamedDenial,
  NamedGap,
  NamedNode,
  Page,
  Path,
  Proof,
  ProofStep,
  SnapshotRef,
  WhatCanRow,
  WhoCanRow,
} from '../queries/port.ts';
import type { Loaders } from './loaders.ts';

export interface Context {
  readonly grantpath: Grantpath;
  /** Fires at the time limit, or when the caller has gone. */
  readonly signal: AbortSignal;
  readonly loaders: Loaders;
}

interface At {
  /** What is read is read at this instant. Milliseconds since 1970. */
  readonly at: number;
  /** The request named no time: what is asked further is asked of now, when credentials may have expired since. */
  readonly isNow?: boolean | undefined;
}

/** The time of a parent, for what hangs below it. */
export function timeOf({ at, isNow }: At): At {
  return isNow === true ? { at, isNow } : { at };
}

export type NodeParent = NamedNode & At;

export interface AnswerParent extends At {
  readonly answer: Answer;
}

export interface ProofParent extends At {
  readonly proof: Proof;
}

export interface PathParent extends At {
  readonly path: Path;
}

export interface StepParent extends At {
  readonly step: ProofStep;
}

/** Named by a reference as answers print it, or by a key as facts hold it. */
export type NodeRefParent = At & ({ readonly ref: Ref; readonly key?: never } | { readonly key: NodeKey; readonly ref?: never });

export interface DenialParent extends At {
  readonly denial: NamedDenial;
}

export interface ConditionParent extends At {
  readonly condition: NamedCondition;
}

export interface GapParent extends At {
  readonly gap: NamedGap;
}

/** `occurrence` is there where the fact was read already. */
export interface FactParent extends At {
  readonly id: FactId;
  readonly occurrence?: Occurrence<EdgeFact>;
}

/** A page with the entry type that its connection shows. `started` tells whether entries lie before it. */
export interface PageParent<T> extends At {
  readonly page: Page<T>;
  readonly started: boolean;
}

export interface EdgeParent<T> extends At {
  readonly edge: Edge<T>;
}

export type SourceParent = Source;
export type SnapshotRefParent = SnapshotRef;
export type NodePage = PageParent<NamedNode>;
export type PathPage = PageParent<Path>;
export type GapPage = PageParent<NamedGap>;
export type SnapshotPage = PageParent<SnapshotInfo>;
export type WhoCanPage = PageParent<WhoCanRow>;
export type WhatCanPage = PageParent<WhatCanRow>;
export type NodeEdgeParent = EdgeParent<NamedNode>;
export type PathEdgeParent = EdgeParent<Path>;
export type GapEdgeParent = EdgeParent<NamedGap>;
export type SnapshotEdgeParent = EdgeParent<SnapshotInfo>;
export type WhoCanEdgeParent = EdgeParent<WhoCanRow>;
export type WhatCanEdgeParent = EdgeParent<WhatCanRow>;

export type ChangePage = PageParent<Change>;
export type ChangeEdgeParent = EdgeParent<Change>;
export type AccessChangeEdgeParent = EdgeParent<AccessChange>;

export interface AccessChangePageParent extends PageParent<AccessChange> {
  readonly page: AccessChangePage;
}

export interface ChangeParent {
  readonly change: Change;
}

export type DifferenceParent = Difference;

export interface AccessChangeParent extends At {
  readonly accessChange: AccessChange;
}

/** `at` is when it began; the fact is read at the instant of the answer. */
export interface SinceParent {
  readonly at: number;
  readonly fact: FactParent;
}

export type DenialKind = NamedDenial['kind'];

/** Kinds of facts, and the edges that proofs derive. */
export type ShownEdgeKind = EdgeKind | 'IMPLIES' | 'ON';
