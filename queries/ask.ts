/**
 * Checks: one, or many at once.
 */
import { CodedError, isCodedError } from '../graph/errors.ts';
import { EngineAnswer } from './answer.ts';
import type { Answer, CheckRequest } from './port.ts';
import type { Setting } from './setting.ts';
import { UnreadAnswer } from './unread.ts';

/** How often a long row of checks looks whether it is to stop. */
const CHECKS_PER_LOOK = 16;

/** Errors: the reference errors, NOT_AN_IDENTITY, ACTION_UNKNOWN. */
export function ask(setting: Setting, { identity, action, resource }: CheckRequest): Answer {
  const target = setting.placeResource(resource, action);
  const holder = setting.placeIdentity(identity, target);
  if (target.placed !== undefined && holder.placed !== undefined) {
    const { known: view, at, signal } = setting;
    return new EngineAnswer({ view, identity: holder.placed, action, target: target.placed, at, signal });
  }
  const unread = target.unread ?? holder.unread;
  const { later } = unread as NonNullable<typeof unread>;
  const flavor = later.engine.flavorOf(later.place(resource).index);
  return new UnreadAnswer(unread as NonNullable<typeof unread>, { action, flavor });
}

/** Errors: those of `ask` with the index of every bad entry (`indexes`), and what is wrong with each (`messages`). */
export function askAll(setting: Setting, requests: readonly CheckRequest[]): readonly Answer[] {
  const answers: Answer[] = [];
  const bad: { index: number; error: CodedError }[] = [];
  for (const [index, request] of requests.entries()) {
    if (index % CHECKS_PER_LOOK === 0) setting.signal?.throwIfAborted();
    try {
      answers.push(ask(setting, request));
    } catch (error) {
      if (!isCodedError(error) || error.code === 'STORE_EMPTY') throw error;
      bad.push({ index, error });
    }
  }
  const [first] = bad;
  if (first === undefined) return answers;
  const more = bad.length === 1 ? '' : ` (and ${bad.length - 1} more)`;
  throw new CodedError(first.error.code, `request ${first.index}: ${first.error.message}${more}`, {
    ...first.error.details,
    indexes: bad.map(({ index }) => index),
    codes: bad.map(({ error }) => error.code),
    messages: bad.map(({ error }) => error.message),
  });
}
