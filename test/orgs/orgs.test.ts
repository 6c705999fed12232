/**
 * Real organisations: what the engine computes for every person and repository is what their configuration says, counted apart.
 * No login leaves the test: people are numbers in order.
 */
import { describe, expect, it } from 'vitest';
import type { ListEntry, Question, WhatCanEntry, Witness } from '../../graph/decision.ts';
import type { NodeKey, World } from '../../graph/fact.ts';
import { Known } from '../../graph/spec/known.ts';
import { hasSharedData } from '../support/shared-data.ts';
import { complaintAbout } from '../twin/checker.ts';
import { difference, engineAnswer, specAnswer } from '../twin/compare.ts';
import { type CompiledWorld, compileWorld, reloadWorld } from '../twin/compile-world.ts';
import { Dice, seededSource } from '../twin/dice.ts';
import type { TwinQuestion } from '../twin/twin-case.ts';
import { type Counts, countFiles } from './count.ts';
import { type Organisation, type OrgLevel, readKnative, readKubernetes, readRust, worldOf } from './organisation.ts';

const SEED = 20261124;
const LEVELS: readonly OrgLevel[] = ['read', 'write', 'admin'];
const SAMPLES = 40;

const there = hasSharedData('orgs');
const counted = there ? countFiles() : new Map<string, Counts>();
const organisations: readonly Organisation[] = there ? [...readKubernetes(), ...readKnative(), ...readRust()] : [];

describe.skipIf(!there)('real organisations (needs reference data)', () => {
  it('are at least ten, with a hundred thousand triples', () => {
    expect(organisations.length).toBeGreaterThanOrEqual(10);
    expect(organisations.map(({ name }) => name).sort()).toEqual([...counted.keys()].sort());
    const triples = [...counted.values()].reduce((sum, { read, write, admin }) => sum + read + write + admin, 0);
    expect(triples).toBeGreaterThan(100_000);
    console.log(`${organisations.length} organisations, ${triples} (person, repository, level) triples`);
  });
});

describe.skipIf(!there).each(organisations.map((org) => [org.name, org] as const))('%s', (_, org) => {
  const expected = counted.get(org.name) ?? { read: -1, write: -1, admin: -1 };
  const world = worldOf(org);
  const compiled = compileWorld(world);
  const people = world.nodes.filter(({ kind }) => kind === 'User').map(({ key }) => key);
  const repositories = world.nodes.filter(({ kind }) => kind === 'Repository').map(({ key }) => key);
  const dice = new Dice(seededSource(SEED));
  const target = (key: NodeKey) => ({ kind: 'Repository', key, branch: null }) as const;
  /** Mostly somebody who can: most people cannot do most things. */
  const likely = (): Question => {
    const [action, key] = [`repository.${dice.pick(LEVELS)}` as const, dice.pick(repositories)];
    const who = entriesOf<ListEntry>(compiled, { ask: 'whoCan', action, target: target(key), at: 0, kinds: ['User'], unknown: false });
    return { identity: dice.chance(80) && who.length > 0 ? dice.pick(who).key : dice.pick(people), action, target: target(key) };
  };

  it('holds as many (person, repository, level) triples as its configuration says, fresh and reloaded', () => {
    for (const each of [compiled, reloadWorld(compiled)]) expect(countHeld(each, people, repositories)).toEqual(expected);
  });

  it('lists by who-can as many triples, asked of each repository', () => {
    const counts = LEVELS.map((level) =>
      repositories.reduce((count, key) => {
        const list = engineAnswer(compiled, {
          ask: 'whoCan',
          action: `repository.${level}`,
          target: target(key),
          at: 0,
          kinds: ['User'],
          unknown: false,
        });
        return count + ('entries' in list ? list.entries.length : 0);
      }, 0),
    );
    // Who holds a greater level can do what the lesser one lets: the lists are cumulative, the count is by greatest level.
    expect(counts).toEqual([expected.read + expected.write + expected.admin, expected.write + expected.admin, expected.admin]);
  });

  it('lists by what-can what it lists by who-can, and answers each check so', () => {
    for (let sample = 0; sample < SAMPLES && repositories.length > 0; sample++) {
      const [identity, action] = [dice.pick(people), `repository.${dice.pick(LEVELS)}` as const];
      const what = entriesOf<WhatCanEntry>(compiled, { ask: 'whatCan', identity, action, at: 0, kinds: null, unknown: false });
      const can = new Set(what.map((entry) => entry.target.key));
      const key = can.size > 0 && dice.chance(70) ? dice.pick([...can]) : dice.pick(repositories);
      const who = entriesOf<ListEntry>(compiled, { ask: 'whoCan', action, target: target(key), at: 0, kinds: null, unknown: false });
      const answer = engineAnswer(compiled, { ask: 'check', identity, action, target: target(key), at: 0 });
      expect([can.has(key), who.some((entry) => entry.key === identity)]).toEqual([verdictOf(answer) === 'ALLOW', can.has(key)]);
    }
  });

  it('proves what it allows: each proof is replayed by the checker', () => {
    let proved = 0;
    for (let sample = 0; sample < SAMPLES && repositories.length > 0; sample++) {
      const question = likely();
      const answer = engineAnswer(compiled, { ask: 'check', ...question, at: 0 });
      const proofs: readonly Witness[] = 'proofs' in answer ? answer.proofs : [];
      expect(proofs.length > 0).toBe(verdictOf(answer) === 'ALLOW');
      if (proofs.length === 0) continue;
      const near = neighbourhood(world, question);
      for (const proof of proofs.slice(0, 5)) expect(complaintAbout(near, question, proof)).toBe(null);
      proved++;
    }
    if (expected.read + expected.write + expected.admin > SAMPLES) expect(proved).toBeGreaterThan(0);
  });

  it('answers as the definitional engine does on what surrounds a person and a repository', () => {
    for (let sample = 0; sample < SAMPLES / 4 && repositories.length > 0; sample++) {
      const question = { ask: 'check', ...likely(), at: 0 } as const;
      const spec = specAnswer(new Known(neighbourhood(world, question)), question);
      expect(difference(spec, engineAnswer(compiled, question)) ?? 'no difference').toBe('no difference');
    }
  });
});

/** Triples by greatest level, by asking every pair. */
function countHeld(
  { engine, keys }: CompiledWorld,
  people: readonly NodeKey[],
  repositories: readonly NodeKey[],
): Record<OrgLevel, number> {
  const counts: Record<OrgLevel, number> = { read: 0, write: 0, admin: 0 };
  const targets = repositories.map((key) => keys.indexOf(key));
  for (const person of people.map((key) => keys.indexOf(key))) {
    for (const resource of targets) {
      const can = (level: OrgLevel) =>
        engine.check({ identity: person, action: `repository.${level}`, target: resource, targetKind: 'Repository', branch: null }, 0) ===
        true;
      const held = can('admin') ? 'admin' : can('write') ? 'write' : can('read') ? 'read' : null;
      if (held !== null) counts[held] += 1;
    }
  }
  return counts;
}

function entriesOf<Entry>(compiled: CompiledWorld, question: TwinQuestion): readonly Entry[] {
  const answer = engineAnswer(compiled, question);
  return 'entries' in answer ? (answer.entries as readonly Entry[]) : [];
}

function verdictOf(answer: ReturnType<typeof engineAnswer>): string {
  return 'decision' in answer ? answer.decision.verdict : '';
}

/** All that can matter to one person and one repository: the groups upwards, the containers upwards, the grants between. */
function neighbourhood({ nodes, edges, gaps }: World, { identity, target }: Question): World {
  const memberOf = Map.groupBy(
    edges.filter(({ kind }) => kind === 'MEMBER_OF'),
    ({ from }) => from,
  );
  const holders = new Set([identity, 'anonymous:']);
  for (const at of holders) for (const { to } of memberOf.get(at) ?? []) holders.add(to);
  const resources = new Set([target.key]);
  for (const at of resources) for (const { kind, from, to } of edges) if (kind === 'CONTAINS' && to === at) resources.add(from);
  const kept = edges.filter(({ from, to }) => (holders.has(from) || resources.has(from)) && (holders.has(to) || resources.has(to)));
  return { nodes: nodes.filter(({ key }) => holders.has(key) || resources.has(key)), edges: kept, gaps };
}
