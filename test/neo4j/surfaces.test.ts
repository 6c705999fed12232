/**
 * Every world over a store in Neo4j: whatever an expectation asks, the whole answer is that of the library over SQLite, which
 * the worlds themselves are held to.
 */
import { expect, it } from 'vitest';
import { parseWorld } from '../../graph/notation.ts';
import { LIBRARY_SURFACE, librarySurface } from '../support/library-surface.ts';
import type { Asker } from '../support/surface.ts';
import { WORLDS } from '../worlds/index.ts';
import { type Expectation, type NamedWorld, parseExpectations } from '../worlds/world.ts';
import { describeOnNeo4j } from './shared-server.ts';
import { writeWorldTenant } from './world-tenant.ts';

const NEO4J_SURFACE = librarySurface('library over Neo4j', writeWorldTenant);
const TIMEOUT = { timeout: 120_000 };

function ask(asker: Asker, expectation: Expectation): Promise<unknown> {
  if (expectation.ask === 'check') return asker.check(expectation);
  return expectation.ask === 'whoCan' ? asker.whoCan(expectation) : asker.whatCan(expectation);
}

describeOnNeo4j(NEO4J_SURFACE.name, () => {
  it.each(WORLDS)('$title', TIMEOUT, async ({ facts, expect: lines, why }: NamedWorld) => {
    const world = parseWorld(facts);
    const [here, there] = [await LIBRARY_SURFACE.open(world), await NEO4J_SURFACE.open(world)];
    try {
      for (const expectation of parseExpectations(lines))
        expect(await ask(there, expectation), `${expectation.line}: ${why}`).toEqual(await ask(here, expectation));
    } finally {
      await here.close?.();
      await there.close?.();
    }
  });
});
