/**
 * Runs that follow from their number, so that whoever knows which were committed, and when, knows all that a store must say: the
 * memory store that commits the same is the measure of it.
 *
 * From one number to the next people come, go and change their names, grants move through the levels, and every other run fails to
 * read the rules: they become stale, and a gap is there.
 */
import { expect } from 'vitest';
import type { Fact, Occurrence, StatedFact } from '../../graph/fact.ts';
import { openMemoryStore } from '../../graph/store/memory.ts';
import type { KeptPage, RunCommit, ScopeOutcome, SnapshotInfo, Store } from '../../graph/store/port.ts';
import { factsOf, node } from '../store/commit-facts.ts';
import { expectColumnsOfFacts } from '../store/laws.ts';

export const CONNECTOR = 'test/numbered';
/** People of one run; a tenth of them is others in the next one. */
const PEOPLE = 120;
const LEVELS = ['read', 'write', 'admin'];

/** Limits of a commit that make such a run some ten transactions. */
export const SMALL_STEPS = { transactionFacts: 0, batchRows: 40 } as const;

export function numberedRun(number: number): RunCommit {
  const first = number * (PEOPLE / 10);
  const people = Array.from({ length: PEOPLE }, (_, i) => first + i);
  const groups = factsOf('project:acme/WEB CONTAINS repository:acme/api\ngroup:acme/dev HOLDS write ON project:acme/WEB');
  const isUnread = number % 2 === 0;
  const rules = isUnread
    ? 'repository:acme/api HIDES rules BECAUSE denied "no role"'
    : `restriction:acme/api#${number} RESTRICTS push ON repository:acme/api glob=main
       restriction:acme/api#${number} EXEMPTS group:acme/dev`;
  const scopes: readonly (readonly [string, ScopeOutcome, readonly Fact[]])[] = [
    ['people', 'complete', [...groups, ...people.flatMap((i) => factsOfPerson(i, number))]],
    ['rules', isUnread ? 'unread' : 'complete', factsOf(rules)],
  ];
  return {
    facts: scopes.flatMap(([scope, , facts]) =>
      facts.map((fact): StatedFact => ({ fact, scope, endpoint: `/${scope}`, fetchedAt: number })),
    ),
    scopes: new Map(scopes.map(([scope, outcome]) => [scope, outcome])),
    closeUnlisted: true,
    report: { number },
  };
}

function factsOfPerson(i: number, number: number): Fact[] {
  const key = `user:${i}`;
  const name = (i + number) % 5 === 0 ? `Person ${i}, as of run ${number}` : `Person ${i}`;
  const level = LEVELS[(i + (i % 3 === 0 ? number : 0)) % 3] ?? '';
  const facts: Fact[] = [
    node(key, { name, aliases: [`user:{${i}}`], props: i % 11 === 0 ? { active: false } : {} }),
    { type: 'edge', kind: 'HOLDS', from: key, to: 'repository:acme/api', word: level, props: {} },
  ];
  if (i % 2 === 0) facts.push({ type: 'edge', kind: 'MEMBER_OF', from: key, to: 'group:acme/dev', word: '', props: {} });
  return facts;
}

export function numberedPage(number: number): Omit<KeptPage, 'sequence'> {
  return { scope: 'people', endpoint: '/people', path: `/people/${number}`, status: 200, fetchedAt: number, next: null, body: { number } };
}

/** Commits the next runs of a connector until it has so many. */
export async function commitUpTo(store: Store, last: number, connector = CONNECTOR): Promise<void> {
  for (let number = numbersOf(await committedIn(store), connector).length + 1; number <= last; number++) {
    const run = await store.startRun(connector);
    await run.commit(numberedRun(number));
  }
}

/** Snapshots, the oldest first. */
export async function committedIn(store: Store): Promise<SnapshotInfo[]> {
  return (await store.readSnapshots({ first: 1_000_000 })).toReversed();
}

/** Numbers of the committed runs of a connector. */
export function numbersOf(snapshots: readonly SnapshotInfo[], connector = CONNECTOR): number[] {
  return snapshots.flatMap((snapshot) => (snapshot.connector === connector ? [Number(snapshot.report['number'])] : []));
}

/**
 * Everything that holds at every committed instant is what a memory store says that committed the same, and no run was left out
 * or came twice. Returns the numbers of the runs of `CONNECTOR`.
 */
export async function expectAsCommitted(store: Store): Promise<number[]> {
  const committed = await committedIn(store);
  const numbers = numbersOf(committed);
  expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  let now = 0;
  const memory = openMemoryStore({ now: () => now });
  for (const { at, connector, report } of committed) {
    now = at;
    const run = await memory.startRun(connector);
    expect((await run.commit(numberedRun(Number(report['number'])))).at).toBe(at);
  }
  for (const { at } of committed) {
    expect(await told(store, at)).toEqual(await told(memory, at));
    await expectColumnsOfFacts(store, at);
  }
  return numbers;
}

/** All that is read of an instant. Runs have other ids in every store: they are called by their instants. */
export async function told(store: Store, at: number): Promise<unknown> {
  const instants = new Map((await store.readSnapshots({ first: 1_000_000 })).map(({ id, at: instant }) => [id, instant]));
  const occurrences = (await Array.fromAsync(store.scanFacts(at))).map(({ sources, ...rest }: Occurrence) => ({
    ...rest,
    sources: sources.map(({ run, ...source }) => JSON.stringify({ ...source, run: instants.get(run) ?? run })).sort(),
  }));
  return { occurrences, sources: await store.readSources(at), counts: await store.countFacts(at) };
}
