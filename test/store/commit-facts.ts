/** Runs of a store written as a test likes to read them: facts in the notation, scope by scope. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type CodedError, isCodedError } from '../../graph/errors.ts';
import { type Fact, factId, type NodeFact, type Occurrence, type Ref, type StatedFact } from '../../graph/fact.ts';
import { parseWorld } from '../../graph/notation.ts';
import type { KeptPage, ScopeOutcome, SnapshotInfo, Store } from '../../graph/store/port.ts';

export interface CommitOptions {
  readonly connector?: string;
  /** Scopes that were tried and not read to their end. */
  readonly unread?: readonly string[];
  readonly closeUnlisted?: boolean;
  readonly fetchedAt?: number;
  readonly report?: SnapshotInfo['report'];
}

export const CONNECTOR = 'test/one';

/** Facts of the notation; nodes that edges name are facts too. */
export function factsOf(text: string): Fact[] {
  const { nodes, edges, gaps } = parseWorld(text);
  return [...nodes, ...edges, ...gaps];
}

export function node(key: string, { kind = 'User', ...rest }: Partial<NodeFact> = {}): NodeFact {
  return { type: 'node', kind, key, ref: key, name: '', aliases: [], props: {}, ...rest };
}

/** One run, committed at once. Scopes are complete unless they are said to be unread. */
export async function commitFacts(
  store: Store,
  scopes: Readonly<Record<string, string | readonly Fact[]>>,
  { connector = CONNECTOR, unread = [], closeUnlisted = false, fetchedAt = 1, report = {} }: CommitOptions = {},
): Promise<SnapshotInfo> {
  const stated = Object.entries(scopes).flatMap(([scope, facts]) =>
    (typeof facts === 'string' ? factsOf(facts) : facts).map((fact): StatedFact => ({ fact, scope, endpoint: `/${scope}`, fetchedAt })),
  );
  const outcomes = Object.keys(scopes).map((scope): [string, ScopeOutcome] => [scope, unread.includes(scope) ? 'unread' : 'complete']);
  const run = await store.startRun(connector);
  return run.commit({ facts: stated, scopes: new Map(outcomes), closeUnlisted, report });
}

export function keptPage(scope: string, path: string, rest: Partial<KeptPage> = {}): Omit<KeptPage, 'sequence'> {
  return { scope, path, endpoint: `/${scope}/{id}`, status: 200, fetchedAt: 1, next: null, body: {}, ...rest };
}

/** Ids of what holds, those of stale facts with a mark. */
export async function heldAt(store: Store, at: number, { nodes = false } = {}): Promise<string[]> {
  const occurrences = await Array.fromAsync(store.scanFacts(at));
  return occurrences
    .filter(({ fact }) => nodes || fact.type !== 'node')
    .map(({ fact, stale }) => `${factId(fact)}${stale ? ' (stale)' : ''}`);
}

/** The one occurrence of an id. */
export async function occurrenceOf(store: Store, id: string, at: number): Promise<Occurrence | undefined> {
  return (await Array.fromAsync(store.scanFacts(at))).find(({ fact }) => factId(fact) === id);
}

/** The nodes that answer to one reference. */
export async function readByRef(store: Store, ref: Ref, at: number): Promise<NodeFact[]> {
  return (await store.readNodesByRefs([ref], at)).get(ref) ?? [];
}

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'grantpath-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store whose clock goes 10, 20, 30 ... with each run; closed when the test is over. */
export async function openStepping(openStore: (options: { now: () => number }) => Promise<Store>): Promise<Store> {
  let now = 0;
  const store = await openStore({ now: () => now });
  onTestFinished(() => store.close());
  const { startRun } = store;
  store.startRun = (connector) => {
    now += 10;
    return startRun.call(store, connector);
  };
  return store;
}

/** The coded failure of a call that must fail. */
export async function failureOf(work: () => unknown): Promise<CodedError> {
  try {
    await work();
  } catch (error) {
    if (isCodedError(error)) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}
