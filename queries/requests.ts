/**
 * What callers without types hand over: every argument is looked at before it is used, so that a wrong one is told by name.
 *
 * INVARIANT: whatever arrives, what is thrown is a `CodedError` that says what is right, what came, and nothing else happens.
 */
import { CodedError, isCodedError } from '../graph/errors.ts';
import type { Ref } from '../graph/fact.ts';
import { CHANGE_KIND_NAMES, isChangeKind } from '../graph/model/change-kinds.ts';
import { EDGE_KIND_NAMES, isEdgeKind } from '../graph/model/edge-kinds.ts';
import { isNodeKind, NODE_KIND_NAMES } from '../graph/model/node-kinds.ts';
import { type CheckRequest, FIRST_MAX, type PageRequest, type Proof } from './port.ts';

const SHOWN_CHARS_MAX = 200;

/** A value in a message: short, between backticks where it is a text, number or the like. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = String(value);
  return `\`${text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}...` : text}\``;
}

/** The options of a question; none are an empty object. Errors: USAGE. */
export function optionsOf<T extends object>(options: T | null | undefined): Partial<T> {
  if (options === undefined || options === null) return {};
  if (typeof options !== 'object' || Array.isArray(options))
    throw wrong('the last argument of a question is an object of options', options);
  return options;
}

/** Errors: USAGE, REFERENCE_MALFORMED. */
export function requireCheck(request: CheckRequest): void {
  if (typeof request !== 'object' || request === null) throw wrong('a check is an object `{ identity, action, resource }`', request);
  requireRef('identity', request.identity);
  requireText('action', request.action, 'branch.push');
  requireRef('resource', request.resource);
}

/** At most so many requests at once. Errors: USAGE, LIMIT. */
export function requireChecks(requests: readonly CheckRequest[]): void {
  if (!Array.isArray(requests)) throw wrong('`checks` takes a list of `{ identity, action, resource }`', requests);
  if (requests.length > FIRST_MAX)
    throw new CodedError('LIMIT', `\`checks\` takes at most ${FIRST_MAX} requests, got ${requests.length}`, { max: FIRST_MAX });
}

/** Only that it is a text: its form is looked at where it is resolved. Errors: REFERENCE_MALFORMED. */
export function requireRef(what: string, ref: Ref): void {
  if (typeof ref !== 'string')
    throw new CodedError('REFERENCE_MALFORMED', `\`${what}\` is a reference \`kind:path\` like \`user:evan\`, got ${shown(ref)}`, { what });
}

/** Errors: USAGE. */
export function requireText(what: string, text: string, example: string): void {
  if (typeof text !== 'string') throw wrong(`\`${what}\` is a text like \`${example}\``, text);
}

/** Errors: USAGE. */
export function requireTexts(what: string, texts: readonly string[]): void {
  const list: unknown = texts;
  if (!Array.isArray(list)) throw wrong(`\`${what}\` is a list of texts`, list);
  for (const text of list as unknown[]) if (typeof text !== 'string') throw wrong(`\`${what}\` is a list of texts`, text);
}

/** Errors: USAGE. */
export function requireFlag(what: string, flag: boolean | undefined): void {
  if (flag !== undefined && typeof flag !== 'boolean') throw wrong(`\`${what}\` is true or false`, flag);
}

/** Errors: USAGE with the kinds that there are. */
export function requireNodeKinds(kinds: readonly string[] | null | undefined): void {
  requireOneOf('kinds', kinds, isNodeKind, NODE_KIND_NAMES);
}

/** Errors: USAGE with the kinds that there are. */
export function requireEdgeKinds(kinds: readonly string[] | null | undefined): void {
  requireOneOf('kinds', kinds, isEdgeKind, EDGE_KIND_NAMES);
}

/** Errors: USAGE for what is no number, LIMIT for one out of range. */
export function requireFirst(first: number): void {
  const contract = `\`first\` is a whole number from 0 to ${FIRST_MAX}`;
  if (typeof first !== 'number') throw wrong(contract, first);
  if (!Number.isInteger(first) || first < 0 || first > FIRST_MAX)
    throw new CodedError('LIMIT', `${contract}, got ${shown(first)}`, { first: String(first), max: FIRST_MAX });
}

/** Position and signal of a page. Errors: CURSOR, USAGE, TIMEOUT. */
export function requirePage({ after, signal }: PageRequest): void {
  if (after !== undefined && after !== null && typeof after !== 'string')
    throw new CodedError('CURSOR', `a cursor is one that a page gave, got ${shown(after)}`);
  requireSignal(signal);
  requireWanted(signal);
}

/** Errors: USAGE. */
export function requireSignal(signal: AbortSignal | null | undefined): void {
  if (signal !== undefined && signal !== null && !(signal instanceof AbortSignal)) throw wrong('`signal` is an AbortSignal', signal);
}

/** Is the answer still wanted? Errors: TIMEOUT, or the coded error that the signal was given. */
export function requireWanted(signal: AbortSignal | null | undefined): void {
  if (!signal?.aborted) return;
  if (isCodedError(signal.reason)) throw signal.reason;
  throw new CodedError('TIMEOUT', 'a question was stopped by its signal before its answer was complete', {}, signal.reason);
}

/** Errors: TIME_MALFORMED. */
export function requireTime(at: number | null | undefined): void {
  if (at !== null && at !== undefined) requireInstant('at', at);
}

/** Of a time that must be given. Errors: TIME_MALFORMED. */
export function requireInstant(what: string, at: number): void {
  if (typeof at !== 'number' || Number.isNaN(new Date(at).getTime()))
    throw new CodedError('TIME_MALFORMED', `\`${what}\` is a number of milliseconds since 1970 that a date can hold, got ${shown(at)}`);
}

/** Errors: USAGE with the kinds that there are. */
export function requireChangeKinds(kinds: readonly string[] | null | undefined): void {
  requireOneOf('kinds', kinds, isChangeKind, CHANGE_KIND_NAMES);
}

/** Errors: USAGE. */
export function requireProof(proof: Proof): Proof {
  const given: unknown = proof;
  const steps: unknown = typeof given === 'object' && given !== null ? (given as Proof).steps : null;
  const isStep = (step: unknown) => {
    const fact: unknown = typeof step === 'object' && step !== null ? (step as Proof['steps'][number]).fact : 0;
    return fact === null || typeof fact === 'string';
  };
  if (!Array.isArray(steps) || !steps.every(isStep)) throw wrong('a proof is one that an answer gave', given);
  return proof;
}

function requireOneOf(
  what: string,
  given: readonly string[] | null | undefined,
  is: (name: string) => boolean,
  names: readonly string[],
): void {
  if (given === null || given === undefined) return;
  const contract = `\`${what}\` is a list of ${names.join(', ')}`;
  const list: unknown = given;
  if (!Array.isArray(list)) throw wrong(contract, list);
  for (const name of list as unknown[]) if (typeof name !== 'string' || !is(name)) throw wrong(contract, name, { [what]: names });
}

function wrong(contract: string, got: unknown, details: { readonly [what: string]: readonly string[] } = {}): CodedError {
  return new CodedError('USAGE', `${contract}, got ${shown(got)}`, details);
}
