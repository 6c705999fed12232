/**
 * Changes between two times. What a change names is read at the time at which it holds.
 */
import { edgeIdParts } from '../../graph/fact.ts';
import { timeOf } from '../context.ts';
import type { AccessChangeResolvers, ChangeResolvers } from '../generated.ts';
import { decodedWord } from './answers.ts';

export const CHANGE: ChangeResolvers = {
  id: ({ change }) => change.id,
  turn: ({ change }) => change.turn,
  kind: ({ change }) => change.kind,
  text: ({ change }) => change.text,
  from: ({ change }) => ({ ref: change.from, at: change.heldAt }),
  to: ({ change }) => (change.to === null ? null : { ref: change.to, at: change.heldAt }),
  edge: ({ change }) => edgeIdParts(change.id)?.kind ?? null,
  word: ({ change }) => decodedWord(edgeIdParts(change.id)?.word ?? ''),
  differences: ({ change }) => [...change.differences],
  at: ({ change }) => change.at,
};

export const ACCESS_CHANGE: AccessChangeResolvers = {
  identity: ({ accessChange, ...time }) => ({ ...accessChange.identity, ...timeOf(time) }),
  resource: ({ accessChange, ...time }) => ({ ...accessChange.resource, ...timeOf(time) }),
  before: ({ accessChange }) => accessChange.before,
  after: ({ accessChange }) => accessChange.after,
  gained: ({ accessChange }) => [...accessChange.gained],
  lost: ({ accessChange }) => [...accessChange.lost],
};
