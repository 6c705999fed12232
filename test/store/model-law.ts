/**
 * Random runs of two connectors: stores and a model that writes the whole picture down after each run say the same at every
 * instant, and go on saying it after every later run.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { type Fact, factId, type Occurrence, type StatedFact } from '../../graph/fact.ts';
import type { ScopeOutcome, Store } from '../../graph/store/port.ts';
import { factsOf, node } from './commit-facts.ts';
import { expectChangesOfFacts, expectReadsOfFacts } from './laws.ts';
import { type ModelRun, NaiveModel } from './naive-model.ts';

export const LONG = process.env['GRANTPATH_TEST_LONG'] === '1';
export const SEED = Number(process.env['GRANTPATH_TEST_SEED'] ?? (LONG ? Date.now() % 0x7fffffff : 20261124));

/** Nodes that a connector of its own states from the first run on, so that every end has one. */
const BASE = factsOf(`
  user:ann IS User
  user:bob IS User
  group:acme/dev IS Group
  repository:acme/api IS Repository
`);
const NAMES = ['', 'Ann', 'Änne'];
const LEVELS = ['read', 'write', 'a b'];

const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  fc
    .record({
      key: fc.constantFrom('user:ann', 'user:bob'),
      kind: fc.constantFrom('User', 'ServiceUser'),
      name: fc.constantFrom(...NAMES),
      aliases: fc.subarray(['user:one', 'user:two']),
      props: fc.constantFrom({}, { active: false }, { active: true }, { expiresAt: 5 }, { expiresAt: 7, active: false }),
    })
    .map(({ key, ...rest }) => node(key, rest)),
  fc
    .record({
      from: fc.constantFrom('user:ann', 'user:bob', 'group:acme/dev', 'anonymous:'),
      word: fc.constantFrom(...LEVELS),
      props: fc.constantFrom({}, {}, { since: 1 }, { since: 'x', by: null }),
    })
    .map((edge): Fact => ({ type: 'edge', kind: 'HOLDS', to: 'repository:acme/api', ...edge })),
  fc
    .constantFrom('user:ann', 'user:bob')
    .map((from): Fact => ({ type: 'edge', kind: 'MEMBER_OF', from, to: 'group:acme/dev', word: '', props: {} })),
  fc
    .record({ reason: fc.constantFrom('denied', 'budget'), detail: fc.constantFrom('', 'why') })
    .map((gap): Fact => ({ type: 'gap', hides: 'user-grants', scope: 'repository:acme/api', subject: '', ...gap })),
);

const anyRun: fc.Arbitrary<ModelRun & { clockMs: number }> = fc.record({
  connector: fc.constantFrom('test/one', 'test/two'),
  scopes: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      outcome: fc.constantFrom<ScopeOutcome>('complete', 'complete', 'unread'),
      facts: fc.array(anyFact, { maxLength: 6 }),
      fetchedAt: fc.nat(3),
    }),
    { selector: ({ name }) => name, maxLength: 3 },
  ),
  closeUnlisted: fc.boolean(),
  /** The clock may stand still or go back. */
  clockMs: fc.integer({ min: -5, max: 20 }),
});

export interface StoresOfModel {
  /** Empty stores of any kind, two at least. */
  readonly open: (options: { readonly now: () => number }) => Promise<readonly Store[]>;
  readonly sequences: number;
}

export async function expectStoresOfModel({ open, sequences }: StoresOfModel): Promise<void> {
  const agree = async (runs: readonly (ModelRun & { clockMs: number })[]) => {
    const clock = { now: 1_000 };
    const stores = await open({ now: () => clock.now });
    try {
      await expectAgreement(stores, runs, clock);
    } finally {
      for (const store of stores) await store.close();
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(anyRun, { minLength: 1, maxLength: 8 }), agree), { seed: SEED, numRuns: sequences });
}

async function expectAgreement(
  stores: readonly Store[],
  runs: readonly (ModelRun & { clockMs: number })[],
  clock: { now: number },
): Promise<void> {
  const model = new NaiveModel();
  const base = {
    connector: 'test/base',
    scopes: [{ name: 'base', outcome: 'complete' as const, facts: BASE, fetchedAt: 1 }],
    closeUnlisted: false,
    clockMs: 0,
  };
  for (const run of [base, ...runs]) {
    clock.now += run.clockMs;
    const instants = await Array.fromAsync(stores, (store) => commitRun(store, run));
    expect(new Set(instants).size).toBe(1);
    model.commit(run, { at: instants[0] as number, run: `run of ${instants[0]}` });
  }
  const [first, ...others] = stores as [Store, ...Store[]];
  for (const { at } of model.pictures) {
    for (const store of stores) {
      for (const instant of [at - 0.5, at, at + 0.5]) expect(await shownAt(store, instant)).toEqual(sorted(model.at(instant)));
      await expectReadsOfFacts(store, at);
    }
    for (const other of others) expect(await other.readSources(at)).toEqual(await first.readSources(at));
  }
  const instants = model.pictures.map(({ at }) => at);
  for (const [index, to] of instants.entries()) {
    const from = instants[(index * 7) % (index + 1)] as number;
    for (const store of stores) await expectChangesOfFacts(store, from, to);
  }
  for (const connector of ['test/one', 'test/two'])
    for (const other of others) expect(await other.readScopes(connector)).toEqual(await first.readScopes(connector));
}

async function commitRun(store: Store, { connector, scopes, closeUnlisted }: ModelRun): Promise<number> {
  const facts = scopes.flatMap(({ name, facts: stated, fetchedAt }) =>
    stated.map((fact): StatedFact => ({ fact, scope: name, endpoint: `/${name}`, fetchedAt })),
  );
  const outcomes = new Map(scopes.map(({ name, outcome }) => [name, outcome]));
  const run = await store.startRun(connector);
  return (await run.commit({ facts, scopes: outcomes, closeUnlisted, report: {} })).at;
}

/** Runs have other ids in every store: the model calls them by their instants. */
async function shownAt(store: Store, at: number): Promise<Occurrence[]> {
  const runs = new Map((await store.readSnapshots()).map((snapshot) => [snapshot.id, `run of ${snapshot.at}`]));
  return (await Array.fromAsync(store.scanFacts(at))).map((occurrence) => ({
    ...occurrence,
    sources: bySource(occurrence.sources.map((source) => ({ ...source, run: runs.get(source.run) ?? source.run }))),
  }));
}

function sorted(occurrences: ReadonlyMap<string, Occurrence>): Occurrence[] {
  const all = [...occurrences.values()].map((each) => ({ ...each, sources: bySource(each.sources) }));
  return all.sort((a, b) => (factId(a.fact) < factId(b.fact) ? -1 : 1));
}

function bySource(sources: Occurrence['sources']): Occurrence['sources'] {
  return sources.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
