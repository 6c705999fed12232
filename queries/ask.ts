/**
 * Checks: one, or many at once. All references of a row of checks are resolved first and the engine is asked afterwards: two short
 * loops, each over memory of its own, cost less than one that does both.
 */
import type { IndexedQuestion } from '../graph/engine/port.ts';
import { CodedError, isCodedError } from '../graph/errors.ts';
import type { Action } from '../graph/model/actions.ts';
import { type Asked, EngineAnswer } from './answer.ts';
import type { Answer, CheckRequest } from './port.ts';
import { requireCheck, requireWanted } from './requests.ts';
import type { Setting } from './setting.ts';
import { UnreadAnswer } from './unread.ts';
import { indexedQuestion, type Placed, requireAskable, requireIdentity } from './view.ts';

/** How often a long row of checks looks whether it is to stop. */
const CHECKS_PER_LOOK = 16;
/** Fewer checks do not wait long enough for memory to be worth preparing. */
const WARMED_MIN = 16;

/** Errors: USAGE, the reference errors, NOT_AN_IDENTITY, ACTION_UNKNOWN, TIMEOUT. */
export function ask(setting: Setting, request: CheckRequest): Answer {
  requireWanted(setting.signal);
  return answered(place(setting, request));
}

/** What is asked of the engine, or the answer where nothing had been read. */
function place(setting: Setting, request: CheckRequest): Asked | UnreadAnswer {
  requireCheck(request);
  const { identity, action, resource } = request;
  if (setting.later === null) {
    // Nothing can be unread now: the ordinary case, without a detour.
    const { known: view } = setting;
    const target = view.place(resource);
    requireAskable(view, action, target, resource);
    const holder = view.place(identity);
    requireIdentity(holder, identity);
    return askedOf(setting, holder, action, target);
  }
  const target = setting.placeResource(resource, action);
  const holder = setting.placeIdentity(identity, target);
  if (target.placed !== undefined && holder.placed !== undefined) {
    return askedOf(setting, holder.placed, action, target.placed);
  }
  const unread = target.unread ?? holder.unread;
  const { later } = unread as NonNullable<typeof unread>;
  const flavor = later.engine.flavorOf(later.place(resource).index);
  return new UnreadAnswer(unread as NonNullable<typeof unread>, { action, flavor });
}

function askedOf({ known: view, at, signal }: Setting, identity: Placed, action: Action, target: Placed): Asked {
  return { view, identity, action, target, indexed: indexedQuestion(identity, action, target), at, signal };
}

function answered(placed: Asked | UnreadAnswer): Answer {
  return placed instanceof UnreadAnswer ? placed : new EngineAnswer(placed);
}

/** Errors: those of `ask` with the index of every bad entry (`indexes`), and what is wrong with each (`messages`). */
export function askAll(setting: Setting, requests: readonly CheckRequest[]): readonly Answer[] {
  const all: (Asked | UnreadAnswer)[] = [];
  const indexed: IndexedQuestion[] = [];
  const bad: { index: number; error: CodedError }[] = [];
  for (let index = 0; index < requests.length; index++) {
    if (index % CHECKS_PER_LOOK === 0) requireWanted(setting.signal);
    try {
      const placed = place(setting, requests[index]!);
      all.push(placed);
      if (!(placed instanceof UnreadAnswer)) indexed.push(placed.indexed);
    } catch (error) {
      if (!isCodedError(error) || error.code === 'STORE_EMPTY') throw error;
      bad.push({ index, error });
    }
  }
  if (bad.length > 0) throw badEntries(bad);
  if (indexed.length >= WARMED_MIN) setting.known.engine.warm(indexed);
  return all.map((placed, index) => {
    if (index % CHECKS_PER_LOOK === 0) requireWanted(setting.signal);
    return answered(placed);
  });
}

function badEntries(bad: readonly { index: number; error: CodedError }[]): CodedError {
  const [first] = bad as [(typeof bad)[number]];
  const more = bad.length === 1 ? '' : ` (and ${bad.length - 1} more)`;
  return new CodedError(first.error.code, `request ${first.index}: ${first.error.message}${more}`, {
    ...first.error.details,
    indexes: bad.map(({ index }) => index),
    codes: bad.map(({ error }) => error.code),
    messages: bad.map(({ error }) => error.message),
  });
}
