/**
 * The definitional engine against the compiled one, fresh and reloaded: decisions, proofs in order, lists. Each proof is replayed
 * by the third checker. The seed is fixed here and new in the long run; `GRANTPATH_TEST_SEED` sets it.
 */
import { describe, expect, it } from 'vitest';
import { parseWorld } from '../../graph/notation.ts';
import { CORPUS } from './corpus.ts';
import { Histogram } from './histogram.ts';
import { findDifference, runTwin } from './twin.ts';

const LONG = process.env['GRANTPATH_TEST_LONG'] === '1';
const DECISIONS = LONG ? 200_000 : 25_000;
const SEED = Number(process.env['GRANTPATH_TEST_SEED'] ?? (LONG ? Date.now() % 0x7fffffff : 20261124));

describe('the corpus', () => {
  it.each([...CORPUS])('$title', ({ facts, questions }) => {
    expect(findDifference({ world: parseWorld(facts), questions })).toBe(null);
  });
});

describe('generated worlds', () => {
  it(`agree on ${DECISIONS} decisions, with seed ${SEED}`, { timeout: 1_800_000 }, () => {
    const histogram = new Histogram();
    const { decisions, failure } = runTwin({ seed: SEED, decisions: DECISIONS, histogram });
    expect(failure ?? 'no difference').toBe('no difference');
    expect(decisions).toBeGreaterThanOrEqual(DECISIONS);
    console.log(`twin, seed ${SEED}: ${histogram}`);
    // What is rare is not tested: each of these must make up a share of the decisions.
    const shares = { ALLOW: 15, DENY: 30, UNKNOWN: 5, 'denied by level alone': 10, 'denied by scope alone': 2, 'denied by rule alone': 1 };
    for (const [name, percent] of Object.entries(shares))
      expect((histogram.get(name) * 100) / decisions, name).toBeGreaterThanOrEqual(percent);
  });
});
