/** Whoever answers questions in keys: the laws are asked of each. */
import type { Decision, ListEntry, Question, Target, WhatCanEntry } from '../../graph/decision.ts';
import type { GapFact, NodeKey, World } from '../../graph/fact.ts';
import type { Action } from '../../graph/model/actions.ts';
import { decide } from '../../graph/spec/decide.ts';
import { Known } from '../../graph/spec/known.ts';
import { engineAnswer, specAnswer, type TwinAnswer } from './compare.ts';
import { compileWorld } from './compile-world.ts';
import type { TwinQuestion } from './twin-case.ts';

export interface KeyedList<Entry> {
  readonly entries: readonly Entry[];
  readonly complete: boolean;
  readonly gaps: readonly GapFact[];
}

export interface Told {
  decide(question: Question, at: number): Decision;
  /** What is UNKNOWN too. */
  whoCan(action: Action, target: Target, at: number): KeyedList<ListEntry>;
  whatCan(identity: NodeKey, action: Action, at: number): KeyedList<WhatCanEntry>;
  answer(question: TwinQuestion): TwinAnswer;
}

export interface Teller {
  readonly name: string;
  open(world: World): Told;
}

function toldBy(answer: (question: TwinQuestion) => TwinAnswer, decide: Told['decide']): Told {
  return {
    answer,
    decide,
    whoCan: (action, target, at) => answer({ ask: 'whoCan', action, target, at, kinds: null, unknown: true }) as KeyedList<ListEntry>,
    whatCan: (identity, action, at) =>
      answer({ ask: 'whatCan', identity, action, at, kinds: null, unknown: true }) as KeyedList<WhatCanEntry>,
  };
}

export const TELLERS: readonly Teller[] = [
  {
    name: 'definitional engine',
    open: (world) => {
      const known = new Known(world);
      return toldBy(
        (question) => specAnswer(known, question),
        (question, at) => decide(known, question, at),
      );
    },
  },
  {
    name: 'compiled engine',
    open: (world) => {
      const compiled = compileWorld(world);
      const { engine, keys } = compiled;
      return toldBy(
        (question) => engineAnswer(compiled, question),
        ({ identity, action, target }, at) => {
          const asked = { target: keys.indexOf(target.key), targetKind: target.kind, branch: target.branch };
          return engine.decide({ identity: keys.indexOf(identity), action, ...asked }, at);
        },
      );
    },
  },
];
