/**
 * Answers as AuthZEN decisions. `decision` is true for ALLOW alone; the context says what a yes or no cannot.
 *
 * INVARIANT: an UNKNOWN is told as one, with its gaps: it is false because nothing may go forward on it, not because it is a no.
 * A name that nobody knows has no verdict at all, but an `error`.
 */
import { type CodedError, ERROR_CODES, type ErrorCode, isCodedError } from '../../graph/errors.ts';
import type { Action } from '../../graph/model/actions.ts';
import { printInstant } from '../../queries/instant.ts';
import type { Answer, NamedCondition, NamedDenial, NamedGap, NamedRow, Proof, SnapshotRef } from '../../queries/port.ts';
import type { AccessQuestion } from './request.ts';

export interface ToldSnapshot {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface ToldError {
  /** As an HTTP status would say it. */
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  /** Nearest names, candidates and the like. */
  readonly [detail: string]: unknown;
}

/** What is empty is left out, `proof` unless the verdict is ALLOW. */
export interface DecisionContext {
  readonly verdict: Answer['verdict'];
  /** One sentence. */
  readonly reason: string;
  /** The question as it was understood. */
  readonly identity: string;
  readonly action: Action;
  readonly resource: string;
  readonly snapshot: ToldSnapshot;
  readonly proof?: Proof;
  readonly denials?: readonly NamedDenial[];
  readonly conditions?: readonly NamedCondition[];
  readonly gaps?: readonly NamedGap[];
  readonly assumptions?: readonly NamedRow[];
  readonly blindSpots?: readonly NamedRow[];
}

export interface ErrorContext {
  readonly reason: string;
  readonly error: ToldError;
}

export interface ToldDecision {
  readonly decision: boolean;
  readonly context: DecisionContext | ErrorContext;
}

/** Errors about what a question names, rather than about its form or about us. */
const NAMING_ERRORS: readonly ErrorCode[] = [
  'REFERENCE_MALFORMED',
  'REFERENCE_UNKNOWN',
  'REFERENCE_AMBIGUOUS',
  'ACTION_UNKNOWN',
  'NOT_AN_IDENTITY',
];

/** Is something named that does not exist, or does not fit? Such a question is answered, with false. */
export function isNamingError(error: unknown): error is CodedError {
  return isCodedError(error) && NAMING_ERRORS.includes(error.code);
}

/** Errors: TIMEOUT while the proof is searched, those of the store. */
export async function tellAnswer({ identity, action, resource }: AccessQuestion, answer: Answer): Promise<ToldDecision> {
  const { verdict, assumptions, blindSpots, snapshot } = answer;
  const [reason, [proof], denials, conditions, gaps] = await Promise.all([
    answer.reason(),
    answer.proofs(1),
    answer.denials(),
    answer.conditions(),
    answer.gaps(),
  ]);
  return {
    decision: verdict === 'ALLOW',
    context: {
      verdict,
      reason,
      identity,
      action,
      resource,
      snapshot: tellSnapshot(snapshot),
      ...(proof === undefined ? {} : { proof }),
      ...(denials.length === 0 ? {} : { denials }),
      ...(conditions.length === 0 ? {} : { conditions }),
      ...(gaps.length === 0 ? {} : { gaps }),
      ...(assumptions.length === 0 ? {} : { assumptions }),
      ...(blindSpots.length === 0 ? {} : { blindSpots }),
    },
  };
}

export function tellFailure(error: CodedError): ToldDecision {
  return { decision: false, context: tellError(error) };
}

export function tellError({ code, message, details, remedy }: CodedError): ErrorContext {
  return { reason: message, error: { ...details, status: ERROR_CODES[code].http, code, message, remedy } };
}

/** How far a list is known. */
export interface Knowledge {
  readonly complete: boolean;
  readonly gaps: readonly NamedGap[];
  readonly snapshot: SnapshotRef;
}

export function tellKnowledge({ complete, gaps, snapshot }: Knowledge) {
  return { complete, ...(gaps.length === 0 ? {} : { gaps }), snapshot: tellSnapshot(snapshot) };
}

export function tellSnapshot({ id, at }: SnapshotRef): ToldSnapshot {
  return { id, at: printInstant(at) };
}
