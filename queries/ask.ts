/**
 * Checks: one, or many at once. All references of a row of checks are placed first, by one read for all that are not known, and
 * the engine is asked afterwards: two short loops, each over memory of its own, cost less than one that does both.
 */
import type { IndexedQuestion } from '../graph/engine/port.ts';
import { CodedError, isCodedError } from '../graph/errors.ts';
import type { Ref } from '../graph/fact.ts';
import { type Asked, EngineAnswer } from './answer.ts';
import type { Answer, CheckRequest } from './port.ts';
import { requireCheck, requireWanted } from './requests.ts';
import { type Place, requireHolder, requireTarget, type Setting } from './setting.ts';
import { Unread, UnreadAnswer } from './unread.ts';
import { indexedQuestion } from './view.ts';

/** How often a long row of checks looks whether it is to stop. */
const CHECKS_PER_LOOK = 16;
/** Fewer checks do not wait long enough for memory to be worth preparing. */
const WARMED_MIN = 16;

/** Errors: USAGE, the reference errors, NOT_AN_IDENTITY, ACTION_UNKNOWN, TIMEOUT. */
export async function ask(setting: Setting, request: CheckRequest): Promise<Answer> {
  requireWanted(setting.signal);
  requireCheck(request);
  const places = await setting.placeAll([request.resource, request.identity]);
  requireWanted(setting.signal);
  return answered(askedOf(setting, request, places, 0));
}

/** Errors: those of `ask` with the index of every bad entry (`indexes`), and what is wrong with each (`messages`). */
export async function askAll(setting: Setting, requests: readonly CheckRequest[]): Promise<readonly Answer[]> {
  requireWanted(setting.signal);
  const bad: BadEntry[] = [];
  const refs: Ref[] = [];
  for (let index = 0; index < requests.length; index++) {
    const request = requests[index]!;
    try {
      requireCheck(request);
      refs.push(request.resource, request.identity);
    } catch (error) {
      bad.push(badEntry(index, error));
    }
  }
  const places = await setting.placeAll(refs);
  const wrong = bad.length === 0 ? null : new Set(bad.map(({ index }) => index));
  const all: (Asked | UnreadAnswer)[] = [];
  const indexed: IndexedQuestion[] = [];
  for (let index = 0, at = 0; index < requests.length; index++) {
    if (index % CHECKS_PER_LOOK === 0) requireWanted(setting.signal);
    if (wrong?.has(index)) continue;
    try {
      const asked = askedOf(setting, requests[index]!, places, at);
      all.push(asked);
      if (!(asked instanceof UnreadAnswer)) indexed.push(asked.indexed);
    } catch (error) {
      bad.push(badEntry(index, error));
    }
    at += 2;
  }
  if (bad.length > 0) throw badEntries(bad.sort((a, b) => a.index - b.index));
  if (indexed.length >= WARMED_MIN) setting.known.engine.warm(indexed);
  return all.map((asked, index) => {
    if (index % CHECKS_PER_LOOK === 0) requireWanted(setting.signal);
    return answered(asked);
  });
}

/** What is asked of the engine, or the answer where nothing had been read. Of the places that of the resource stands at `at`, that of the identity after it. */
function askedOf(setting: Setting, request: CheckRequest, places: readonly (Place | CodedError)[], at: number): Asked | UnreadAnswer {
  const { identity, action, resource } = request;
  const target = requireTarget(setting, places[at]!, { ref: resource, action });
  const holder = requireHolder(places[at + 1]!, identity, target);
  const { known: view, signal } = setting;
  if (!(target instanceof Unread) && !(holder instanceof Unread)) {
    return { view, identity: holder, action, target, indexed: indexedQuestion(holder, action, target), at: setting.at, signal };
  }
  const unread = (target instanceof Unread ? target : holder) as Unread;
  const flavor = target instanceof Unread ? target.later.engine.flavorOf(target.placed.index) : view.engine.flavorOf(target.index);
  return new UnreadAnswer(unread, { action, flavor });
}

function answered(asked: Asked | UnreadAnswer): Answer {
  return asked instanceof UnreadAnswer ? asked : new EngineAnswer(asked);
}

interface BadEntry {
  readonly index: number;
  readonly error: CodedError;
}

/** What is no error of the entry is thrown on. */
function badEntry(index: number, error: unknown): BadEntry {
  if (!isCodedError(error) || error.code === 'STORE_EMPTY') throw error;
  return { index, error };
}

function badEntries(bad: readonly BadEntry[]): CodedError {
  const [first] = bad as [BadEntry];
  const more = bad.length === 1 ? '' : ` (and ${bad.length - 1} more)`;
  return new CodedError(first.error.code, `request ${first.index}: ${first.error.message}${more}`, {
    ...first.error.details,
    indexes: bad.map(({ index }) => index),
    codes: bad.map(({ error }) => error.code),
    messages: bad.map(({ error }) => error.message),
  });
}
