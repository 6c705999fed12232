/** One question of both engines, and what differs. Engines are asked in keys; every proof is replayed by the checker. */
import type { Decision, ListEntry, Question, Target, WhatCanEntry, Witness } from '../../graph/decision.ts';
import type { GapFact, NodeKey, World } from '../../graph/fact.ts';
import { decide, greatestHeld, neededAt } from '../../graph/spec/decide.ts';
import type { Completion, Known } from '../../graph/spec/known.ts';
import { holders } from '../../graph/spec/level.ts';
import { whatCan, whoCan } from '../../graph/spec/lists.ts';
import { witnesses, witnessesOfAnyLevel } from '../../graph/spec/prove.ts';
import { ANY_LEVEL_ACTION, complaintAbout } from './checker.ts';
import type { CompiledWorld } from './compile-world.ts';
import type { TwinQuestion } from './twin-case.ts';

/** Proofs are compared as far as this. */
export const PROOFS_COMPARED = 50;

/** All that an engine says to a question. */
export type TwinAnswer =
  | {
      readonly check: boolean | null;
      readonly decision: Decision;
      readonly proofs: readonly Witness[];
      readonly held: readonly (string | null)[];
      readonly needed: readonly { readonly resource: NodeKey; readonly level: string }[];
    }
  | { readonly entries: readonly (ListEntry | WhatCanEntry)[]; readonly complete: boolean; readonly gaps: readonly GapFact[] }
  | { readonly proofs: readonly Witness[] };

const COMPLETIONS: readonly Completion[] = ['pessimistic', 'optimistic'];

export function specAnswer(known: Known, question: TwinQuestion): TwinAnswer {
  const { at } = question;
  switch (question.ask) {
    case 'check': {
      const decision = decide(known, question, at);
      const proofs = decision.verdict === 'ALLOW' ? witnesses(known, question).slice(0, PROOFS_COMPARED) : [];
      const check = decision.verdict === 'UNKNOWN' ? null : decision.verdict === 'ALLOW';
      const needed = neededAt(known, question).map(({ resource, level }) => ({ resource, level }));
      return { check, decision, proofs, held: COMPLETIONS.map((completion) => specHeld(known, question, completion)), needed };
    }
    case 'whoCan':
      return whoCan(known, question.action, question.target, at, listOptions(question));
    case 'whatCan':
      return whatCan(known, question.identity, question.action, at, listOptions(question));
    case 'anyLevel':
      return { proofs: witnessesOfAnyLevel(known, question.identity, question.target).slice(0, PROOFS_COMPARED) };
  }
}

export function engineAnswer({ engine, keys }: CompiledWorld, question: TwinQuestion): TwinAnswer {
  const { at } = question;
  const placed = (target: Target) => ({ target: keys.indexOf(target.key), targetKind: target.kind, branch: target.branch });
  switch (question.ask) {
    case 'check': {
      const { identity, action, target } = question;
      const indexed = { identity: keys.indexOf(identity), action, ...placed(target) };
      return {
        check: engine.check(indexed, at),
        decision: engine.decide(indexed, at),
        proofs: firstOf(engine.witnesses(indexed, at)),
        held: COMPLETIONS.map((completion) => engine.heldAt(indexed.identity, indexed.target, completion)),
        needed: engine.neededAt(action, indexed.target).map(({ resource, level }) => ({ resource: keys.keyOf(resource), level })),
      };
    }
    case 'whoCan': {
      const list = engine.whoCan({ action: question.action, ...placed(question.target) }, at, listOptions(question));
      const entries = Array.from({ length: list.length }, (_, position): ListEntry => {
        return { key: keys.keyOf(list.index[position] ?? -1), verdict: list.unknown[position] === 1 ? 'UNKNOWN' : 'ALLOW' };
      });
      return { entries, complete: list.complete, gaps: list.gaps };
    }
    case 'whatCan': {
      const list = engine.whatCan(keys.indexOf(question.identity), question.action, at, listOptions(question));
      const entries = Array.from({ length: list.length }, (_, position): WhatCanEntry => {
        const { target, verdict, permission, actions } = list.entry(position);
        return { target, verdict, permission, actions };
      });
      return { entries, complete: list.complete, gaps: list.gaps };
    }
    case 'anyLevel':
      return {
        proofs: firstOf(engine.witnessesOfAnyLevel(keys.indexOf(question.identity), keys.indexOf(question.target), at)),
      };
  }
}

/** Reads no further than it compares: proofs are made one by one. */
function firstOf(proofs: IterableIterator<Witness>): Witness[] {
  const first: Witness[] = [];
  for (const proof of proofs) if (first.push(proof) === PROOFS_COMPARED) break;
  return first;
}

/** What differs, as text; null where the two say the same. */
export function difference(spec: TwinAnswer, engine: TwinAnswer): string | null {
  const parts = (answer: TwinAnswer) => new Map(Object.entries(answer).map(([name, value]) => [name, JSON.stringify(value, null, 1)]));
  const [expected, got] = [parts(spec), parts(engine)];
  const wrong = [...expected].filter(([name, text]) => got.get(name) !== text && !sameValue(text, got.get(name) ?? 'null'));
  return wrong.length === 0 ? null : wrong.map(([name, text]) => `${name}:\nspec   ${text}\nengine ${got.get(name)}`).join('\n');
}

/** What the third checker has against the proofs of an answer; null for nothing. */
export function replayComplaint(world: World, question: TwinQuestion, answer: TwinAnswer): string | null {
  if (!('proofs' in answer) || question.ask === 'whoCan' || question.ask === 'whatCan') return null;
  if ('decision' in answer && answer.decision.verdict === 'ALLOW' && answer.proofs.length === 0) return 'an ALLOW has no proof';
  for (const proof of answer.proofs) {
    const complaint = complaintAbout(world, askedOf(world, question), proof, question.ask === 'anyLevel');
    if (complaint !== null) return `${complaint}\nproof ${JSON.stringify(proof)}`;
  }
  return null;
}

export function askedOf(world: World, question: Extract<TwinQuestion, { ask: 'check' | 'anyLevel' }>): Question {
  if (question.ask === 'check') return question;
  const kind = world.nodes.find(({ key }) => key === question.target)?.kind ?? 'Repository';
  return { identity: question.identity, action: ANY_LEVEL_ACTION, target: { kind, key: question.target, branch: null } };
}

function specHeld(known: Known, { identity, target }: Question, completion: Completion): string | null {
  const as = holders(known, identity, completion);
  const held = known.leveled(target.key).flatMap((resource) => greatestHeld(known, as, resource, ANY_LEVEL_ACTION, completion) ?? []);
  return held.length === 0 ? null : held.join('+');
}

function listOptions({ kinds, unknown }: Extract<TwinQuestion, { ask: 'whoCan' | 'whatCan' }>) {
  return { unknown, ...(kinds === null ? {} : { kinds }) };
}

/** Equal but for the order of properties. */
function sameValue(a: string, b: string): boolean {
  const canonical = (text: string) => JSON.stringify(sorted(JSON.parse(text)));
  return canonical(a) === canonical(b);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}
