/**
 * Every world on every surface: one case, the same answer everywhere. A surface that cannot be opened fails; none is left out.
 */
import { describe, expect, it } from 'vitest';
import { parseWorld, printWorld } from '../graph/notation.ts';
import { AUTHZEN_SURFACE } from './support/authzen-surface.ts';
import { CLI_SURFACE } from './support/cli-surface.ts';
import { ENGINE_SURFACE, RELOADED_SURFACE } from './support/engine-surface.ts';
import { GRAPHQL_SURFACE } from './support/graphql-surface.ts';
import { LIBRARY_SURFACE } from './support/library-surface.ts';
import { SPEC_SURFACE } from './support/spec-surface.ts';
import type { Asker, Surface } from './support/surface.ts';
import { WORLDS } from './worlds/index.ts';
import { type Expectation, type NamedWorld, parseExpectations } from './worlds/world.ts';

const SURFACES: readonly Surface[] = [
  SPEC_SURFACE,
  ENGINE_SURFACE,
  RELOADED_SURFACE,
  LIBRARY_SURFACE,
  GRAPHQL_SURFACE,
  AUTHZEN_SURFACE,
  CLI_SURFACE,
];

describe('the worlds', () => {
  it('are at least 60, each with its own title', () => {
    expect(WORLDS.length).toBeGreaterThanOrEqual(60);
    expect(new Set(WORLDS.map(({ title }) => title)).size).toBe(WORLDS.length);
  });

  it('are given back by the notation', () => {
    for (const { facts } of WORLDS) {
      const printed = printWorld(parseWorld(facts));
      expect(printWorld(parseWorld(printed))).toBe(printed);
    }
  });
});

describe.each(SURFACES)('$name', (surface) => {
  it.each(WORLDS)('$title', async (world: NamedWorld) => {
    const asker = await surface.open(parseWorld(world.facts));
    try {
      for (const expectation of parseExpectations(world.expect))
        expect(await answerTo(asker, expectation), world.why).toBe(expectation.line);
    } finally {
      await asker.close?.();
    }
  });
});

/** The expectation's own line if the answer fits it, else the line that the answer would be. */
async function answerTo(asker: Asker, expectation: Expectation): Promise<string> {
  if (expectation.ask !== 'check') {
    const list = expectation.ask === 'whoCan' ? await asker.whoCan(expectation) : await asker.whatCan(expectation);
    const fits = [...list.refs].sort().join(' ') === [...expectation.refs].sort().join(' ') && list.complete === expectation.complete;
    return fits ? expectation.line : `${expectation.line.split(' -> ')[0]} -> ${list.refs.join(' ')}${list.complete ? '' : ' + more'}`;
  }
  const { verdict, proof, denials, gapReasons, conditions } = await asker.check(expectation);
  const { via, by, because } = expectation;
  const required =
    conditions.map(({ restriction, value }) => (value === null ? restriction : `${restriction}=${value}`)).join() || 'nothing';
  const causes = denials.flatMap(({ kind, rules }) => [kind, ...rules]);
  const fits =
    verdict === expectation.verdict &&
    (verdict === 'ALLOW') === (proof !== '') &&
    (via === undefined || proof.split(/[\s,]+/).includes(via)) &&
    (by === undefined || causes.includes(by)) &&
    (because === undefined || gapReasons.includes(because)) &&
    (expectation.conditions === undefined || required === expectation.conditions) &&
    (verdict === 'UNKNOWN') === gapReasons.length > 0;
  return fits
    ? expectation.line
    : `${expectation.line.split(' -> ')[0]} -> ${verdict} ${proof} ${causes.join(' ')} ${gapReasons.join(' ')} with ${required}`;
}
