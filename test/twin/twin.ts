/** Both engines on generated cases, until they differ: the loop that the twin test and the fuzzer share. */
import fc from 'fast-check';
import type { World } from '../../graph/fact.ts';
import { Known } from '../../graph/spec/known.ts';
import { isEstablished } from './checker.ts';
import { difference, engineAnswer, replayComplaint, specAnswer } from './compare.ts';
import { type CompiledWorld, compileWorld, reloadWorld } from './compile-world.ts';
import type { Histogram } from './histogram.ts';
import { CHECKS_PER_CASE, printCase, type TwinCase, TwinCases } from './twin-case.ts';

export interface TwinRun {
  readonly decisions: number;
  /** Null where the engines agree; else all that is needed to see why not. */
  readonly failure: string | null;
}

/** Cases enough for so many decisions. */
export function runTwin({ seed, decisions, histogram }: { seed: number; decisions: number; histogram?: Histogram }): TwinRun {
  const cases = Math.ceil(decisions / CHECKS_PER_CASE);
  const property = fc.property(new TwinCases(), (each) => {
    const found = findDifference(each, histogram);
    if (found !== null) throw new Error(found);
  });
  const run = fc.check(property, { seed, numRuns: cases });
  const [smallest] = run.counterexample ?? [];
  if (smallest === undefined) return { decisions: cases * CHECKS_PER_CASE, failure: run.failed ? String(run.errorInstance) : null };
  return {
    decisions: run.numRuns * CHECKS_PER_CASE,
    failure: `seed ${run.seed}, path ${run.counterexamplePath}\n${printCase(smallest)}${findDifference(smallest)}`,
  };
}

/** What the engines do not agree upon in a case, or what the checker has against a proof. Null for nothing. */
export function findDifference({ world, questions }: TwinCase, histogram?: Histogram): string | null {
  histogram?.addWorld(world);
  const known = new Known(world);
  const engines = openEngines(world);
  if (typeof engines === 'string') return engines;
  for (const question of questions) {
    const expected = specAnswer(known, question);
    if ('decision' in expected) histogram?.addDecision(expected.decision, expected.proofs.length);
    const complaint = replayComplaint(world, question, expected);
    if (complaint !== null) return `the definitional engine, to the checker: ${complaint}`;
    // The checker judges what is established, not who may act at all.
    if (
      question.ask === 'check' &&
      'decision' in expected &&
      !expected.decision.denials.some(({ kind }) => kind === 'inactive' || kind === 'expired')
    ) {
      if (isEstablished(world, question) !== (expected.decision.verdict === 'ALLOW'))
        return `the checker establishes otherwise than ${expected.decision.verdict}`;
    }
    for (const [name, engine] of engines) {
      const differs = attempt(() => difference(expected, engineAnswer(engine, question)));
      if (differs !== null) return `${name} engine: ${differs}`;
    }
  }
  return null;
}

function openEngines(world: World): (readonly [string, CompiledWorld])[] | string {
  let engines: (readonly [string, CompiledWorld])[] = [];
  const failure = attempt(() => {
    const fresh = compileWorld(world);
    engines = [
      ['fresh', fresh],
      ['reloaded', reloadWorld(fresh)],
    ];
    return null;
  });
  return failure ?? engines;
}

/** A throw of an engine is a difference like any other. */
function attempt(ask: () => string | null): string | null {
  try {
    return ask();
  } catch (error) {
    return `throws ${error instanceof Error ? error.stack : String(error)}`;
  }
}
