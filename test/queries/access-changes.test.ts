/**
 * What effective access differs between two times is what the definitional engine says when everybody is asked of everything, on
 * generated worlds that turn into each other.
 */
import { describe, expect, it } from 'vitest';
import { type EdgeFact, factId, type GapFact, type NodeFact, type World } from '../../graph/fact.ts';
import type { EdgeKind } from '../../graph/model/edge-kinds.ts';
import { hiddenRow } from '../../graph/model/gaps.ts';
import { isAskable } from '../../graph/model/node-kinds.ts';
import { printWorld } from '../../graph/notation.ts';
import { Known } from '../../graph/spec/known.ts';
import { whatCan } from '../../graph/spec/lists.ts';
import { openMemoryStore } from '../../graph/store/memory.ts';
import type { Store } from '../../graph/store/port.ts';
import { accessChangePage } from '../../queries/access-changes.ts';
import { compileStore, viewOf } from '../../queries/compiled.ts';
import type { PageStart } from '../../queries/paging.ts';
import { openStoreGrantpath } from '../../queries/store-grantpath.ts';
import { commitWorld } from '../support/commit-world.ts';
import { Dice, seededSource } from '../twin/dice.ts';
import { generateWorld, type StaleEdge } from '../twin/generate-world.ts';

const LONG = process.env['GRANTPATH_TEST_LONG'] === '1';
const SEED = Number(process.env['GRANTPATH_TEST_SEED'] ?? (LONG ? Date.now() % 0x7fffffff : 20261124));
const CASES = LONG ? 300 : 30;
/** Between the instants at which things of generated worlds expire. */
const ASKED_AT = 1_500;

/** Edges that carry permissions. */
const CARRYING: readonly EdgeKind[] = ['CONTAINS', 'CONTAINS', 'ACTS_AS', 'MEMBER_OF', 'HOLDS', 'HAS_SCOPE', 'REPORTED'];

/** A later state of a world in which one fact differs: only then is it seen whether it alone touches whom it must. */
function turnedOnce(dice: Dice, world: World): World {
  const kind = dice.pick(CARRYING);
  const own = dice.pickAny(world.edges.filter((edge) => edge.kind === kind));
  const without = <T>(facts: readonly T[], gone: T | null) => facts.filter((fact) => fact !== gone);
  switch (dice.pick(['edge goes', 'edge comes', 'edge turns', 'gap goes', 'gap comes', 'node turns'] as const)) {
    case 'edge goes':
      return { ...world, edges: without(world.edges, own) };
    case 'edge turns':
      return { ...world, edges: world.edges.map((edge) => (edge === own ? { ...edge, stale: edge.stale !== true } : edge)) };
    case 'edge comes': {
      const keys = new Set(world.nodes.map(({ key }) => key));
      const held = new Set(world.edges.map(factId));
      const fits = (edge: StaleEdge) => edge.kind === kind && keys.has(edge.from) && keys.has(edge.to) && !held.has(factId(edge));
      const coming = Array.from({ length: 5 }, () => generateWorld(dice).edges.filter(fits)).flat();
      return { ...world, edges: [...world.edges, ...coming.slice(0, 1)] };
    }
    case 'gap goes':
      return { ...world, gaps: without(world.gaps, dice.pickAny(world.gaps)) };
    case 'gap comes': {
      const keys = new Set(world.nodes.map(({ key }) => key));
      const held = new Set(world.gaps.map(factId));
      const coming = Array.from({ length: 5 }, () => generateWorld(dice).gaps).flat();
      const counts = coming.filter(({ hides }) => hiddenRow(hides).reportsStandIn || /^every/.test(hiddenRow(hides).takes));
      const fits = (gap: GapFact) => keys.has(gap.scope) && (gap.subject === '' || keys.has(gap.subject)) && !held.has(factId(gap));
      return { ...world, gaps: [...world.gaps, ...counts.filter(fits).slice(0, 1)] };
    }
    case 'node turns': {
      const turning = dice.pickAny(world.nodes.filter((node) => isAskable(node.kind)));
      const turn = (node: NodeFact) => ({ ...node, props: { ...node.props, active: node.props['active'] === false } });
      return { ...world, nodes: world.nodes.map((node) => (node === turning ? turn(node) : node)) };
    }
  }
}

/** A later state of a world: most facts stay, some go, some of another world come, some turn stale or fresh. */
function turned(dice: Dice, world: World): World {
  const other = generateWorld(dice);
  const share = dice.pick([3, 15, 60]);
  const keep = <T>(mine: readonly T[], others: readonly T[], idOf: (fact: T) => string): T[] => {
    const kept = mine.filter(() => !dice.chance(share));
    const came = others.filter(() => dice.chance(share));
    return [...new Map([...came, ...kept].map((fact) => [idOf(fact), fact])).values()];
  };
  const nodes = new Map([...other.nodes, ...world.nodes].map((node) => [node.key, node]));
  for (const node of other.nodes) if (dice.chance(share)) nodes.set(node.key, node);
  return {
    nodes: [...nodes.values()],
    edges: keep(world.edges, other.edges, factId).map((edge) => (dice.chance(share / 3) ? { ...edge, stale: edge.stale !== true } : edge)),
    gaps: keep<GapFact>(world.gaps, other.gaps, factId),
  };
}

async function worldAt(store: Store, at: number): Promise<World> {
  const occurrences = await Array.fromAsync(store.scanFacts(at));
  const facts = <T>(type: string) => occurrences.flatMap(({ fact, stale }) => (fact.type === type ? [{ ...fact, stale } as T] : []));
  return { nodes: facts<NodeFact>('node'), edges: facts<EdgeFact>('edge'), gaps: facts<GapFact>('gap') };
}

/** Every pair whose permission or actions differ, by asking the definitional engine of everybody. */
function differencesOf(before: World, after: World): string[] {
  const sides = [before, after].map((world) => new Known(world));
  const keys = new Set(sides.flatMap(({ nodes }) => [...nodes.values()].flatMap(({ key, kind }) => (isAskable(kind) ? [key] : []))));
  return [...keys].sort().flatMap((identity) => {
    const [was, is] = sides.map((known) => {
      const askable = known.nodes.get(identity) !== undefined && isAskable(known.nodes.get(identity)!.kind);
      const { entries } = askable ? whatCan(known, identity, null, ASKED_AT) : { entries: [] };
      return new Map(entries.map((entry) => [entry.target.key, entry]));
    });
    const resources = [...new Set([...was!.keys(), ...is!.keys()])].sort();
    return resources.flatMap((resource) => {
      const [held, holds] = [was!.get(resource), is!.get(resource)];
      const gained = (holds?.actions ?? []).filter((action) => held?.actions.includes(action) !== true);
      const lost = (held?.actions ?? []).filter((action) => holds?.actions.includes(action) !== true);
      if (held?.permission === holds?.permission && gained.length === 0 && lost.length === 0) return [];
      return [
        `${identity} ${resource} ${held?.permission ?? null} -> ${holds?.permission ?? null} +${gained.toSorted()} -${lost.toSorted()}`,
      ];
    });
  });
}

async function makeCase(seed: number) {
  const dice = new Dice(seededSource(seed));
  const clock = { now: 1_000 };
  const store = openMemoryStore({ now: () => clock.now });
  const first = generateWorld(dice);
  const from = await commitWorld(store, first);
  clock.now = 1_100;
  const to = await commitWorld(store, seed % 5 === 0 ? turned(dice, first) : turnedOnce(dice, first));
  clock.now = ASKED_AT;
  return { store, clock, from, to, dice };
}

describe(`access changes on generated worlds, with seed ${SEED}`, () => {
  it('are those of the definitional engine, and nobody is touched in vain who was not named', { timeout: 600_000 }, async () => {
    let [found, untouched] = [0, 0];
    for (let seed = SEED; seed < SEED + CASES; seed++) {
      const { store, clock, from, to } = await makeCase(seed);
      const [before, after] = [await worldAt(store, from.at), await worldAt(store, to.at)];
      const expected = differencesOf(before, after);
      const grantpath = await openStoreGrantpath({ store, pollMs: 0, now: () => clock.now });
      const page = await grantpath.accessChanges(from.at, null, { first: 1000 });
      const told = page.edges.map(({ node: { identity, resource, before: was, after: is, gained, lost } }) =>
        [identity.key, resource.key, `${was} -> ${is}`, `+${gained.toSorted()}`, `-${lost.toSorted()}`].join(' '),
      );
      expect(told, `seed ${seed}\n${printWorld(before)}\n----\n${printWorld(after)}`).toEqual(expected);
      expect(page.compared).toBe(page.touched);
      found += told.length;
      untouched += new Known(after).nodes.size - page.touched;
      await grantpath.close();
    }
    expect(found).toBeGreaterThan(CASES);
    expect(untouched).toBeGreaterThan(CASES);
  });

  it('are some of them where the comparison is bounded, and it says so', async () => {
    // A seed whose worlds turn altogether.
    const { store, from, to } = await makeCase(SEED - (SEED % 5));
    const views = { from: viewOf(store, await compileStore(store, from)), to: viewOf(store, await compileStore(store, to)) };
    const start: PageStart = { info: to, later: null, at: ASKED_AT, first: 1000, after: null, signal: undefined, cursorOf: String };
    const whole = await accessChangePage(views, start);
    expect([whole.compared, whole.touched > 2]).toEqual([whole.touched, true]);
    const rowsOf = ({ edges }: typeof whole) => edges.map(({ node }) => JSON.stringify(node));
    for (const limits of [
      { identities: 2, entries: 1_000 },
      { identities: 1_000, entries: 1 },
    ]) {
      const part = await accessChangePage(views, start, limits);
      expect([part.complete, part.touched]).toEqual([false, whole.touched]);
      expect(part.compared).toBeLessThan(whole.touched);
      expect(rowsOf(whole)).toEqual(expect.arrayContaining(rowsOf(part)));
    }
  });
});
