/**
 * The questions of the engine figures, and the action that each level of the prototype stands for.
 *
 * 70 % are asked by users and 30 % by tokens, at random levels of random repositories: no locality, the worst for caches. Where
 * the prototype is there they are the very questions that it asks itself.
 * Equal work: the prototype's check of level 2 looks at restrictions, its proofs and lists do not. So level 2 is `branch.push` of
 * a branch that the push rules match when it is checked, and `repository.write` when it is proven or listed.
 */
import type { IndexedQuestion } from '../../graph/engine/port.ts';
import type { Action } from '../../graph/model/actions.ts';
import { type Numbering, principalIndex } from './columns.ts';
import type { Counts } from './organisation.ts';

export const QUESTION_COUNT = 200_000;
export const BRANCH = 'main';

/** By level. */
export const CHECKED: readonly Action[] = ['repository.read', 'repository.read', 'branch.push', 'repository.admin'];
export const PROVEN: readonly Action[] = ['repository.read', 'repository.read', 'repository.write', 'repository.admin'];

/** Parallel arrays in the numbering of the prototype. */
export interface Questions {
  readonly user: Int32Array;
  readonly identity: Int32Array;
  readonly resource: Int32Array;
  readonly level: Uint8Array;
}

export function drawQuestions({ U, G, W, P, R, T }: Counts, random: () => number, count = QUESTION_COUNT): Questions {
  const below = (n: number) => Math.floor(random() * n);
  const questions = {
    user: new Int32Array(count),
    identity: new Int32Array(count),
    resource: new Int32Array(count),
    level: new Uint8Array(count),
  };
  for (let i = 0; i < count; i++) {
    questions.user[i] = below(U);
    questions.identity[i] = random() < 0.7 ? questions.user[i]! : U + G + below(T);
    questions.resource[i] = W + P + below(R);
    questions.level[i] = 1 + below(3);
  }
  return questions;
}

/** A check as the engine takes it. */
export function checkOf(numbering: Numbering, { identity, resource, level }: Questions, i: number): IndexedQuestion {
  const pushes = level[i] === 2;
  return {
    identity: principalIndex(numbering, identity[i]!),
    action: CHECKED[level[i]!]!,
    target: numbering.workspace + resource[i]!,
    targetKind: pushes ? 'Branch' : 'Repository',
    branch: pushes ? BRANCH : null,
  };
}

/** A proof as the engine takes it: of users only. */
export function proofOf({ workspace }: Numbering, { user, resource, level }: Questions, i: number): IndexedQuestion {
  return { identity: user[i]!, action: PROVEN[level[i]!]!, target: workspace + resource[i]!, targetKind: 'Repository', branch: null };
}
