/**
 * A store compared with a fresh rebuild from the raw pages of its runs, occurrence by occurrence: what holds, since when, how fresh
 * it is, and where it was seen. Then with itself: the columns that the engine compiles say what the facts say.
 *
 * What no pages are kept of (imports) cannot be rebuilt and is named. A fact that such a connector states beside others is compared
 * by the sources that the pages tell of alone: its properties, staleness and beginning are of both together.
 */
import { CodedError } from '../graph/errors.ts';
import { contentText, type Fact, type FactId, factId, type Occurrence, type Source } from '../graph/fact.ts';
import type { SnapshotInfo, Store } from '../graph/store/port.ts';
import { type FreshStore, isDamage, type Replay, type ReplayedConnector, replayRuns } from './replay.ts';
import { ColumnCheck } from './verify-columns.ts';

/** missing: the pages say it, the store does not. surplus: the reverse. different: both do, and not the same. columns: the columns for the engine say otherwise than the facts. unreadable: the store, or the pages of a run, cannot be understood. */
export const DIFFERENCES = ['missing', 'surplus', 'different', 'columns', 'unreadable'] as const;

export interface Difference {
  readonly is: (typeof DIFFERENCES)[number];
  /** The fact, or what cannot be read. */
  readonly id: FactId;
  /** One sentence for people. */
  readonly detail: string;
}

export interface Verification {
  readonly snapshot: SnapshotInfo;
  readonly verified: readonly ReplayedConnector[];
  /** `facts`: how many of the snapshot it states. */
  readonly left: readonly { readonly connector: string; readonly reason: string; readonly facts: number }[];
  /** Facts of the store that were compared. */
  readonly compared: number;
  /** At most `DIFFERENCES_MAX`, in the order of being found; `counts` has all. */
  readonly differences: readonly Difference[];
  readonly counts: Readonly<Record<Difference['is'], number>>;
}

export const DIFFERENCES_MAX = 20;

/** Facts between two tellings. */
const TELL_FACTS = 10_000;

export interface VerifyOptions {
  /** The store as of this instant; null for now. */
  readonly at: number | null;
  readonly fresh: FreshStore;
  /** Awaited: whoever listens may stop the work by an error. */
  readonly onProgress: (text: string) => Promise<void>;
}

/** Cost: see `replayRuns`; the rebuilt facts are held by the fresh store. Errors: STORE_EMPTY, those of the stores. */
export async function verifyStore(store: Store, { at, fresh, onProgress }: VerifyOptions): Promise<Verification> {
  const snapshot = await store.readSnapshotAt(at ?? undefined);
  if (snapshot === null) throw new CodedError('STORE_EMPTY', 'there is something to verify once a run was committed, the store has none');
  const replay = await replayRuns(store, fresh, {
    upTo: snapshot,
    onRun: (run, of) => onProgress(`rebuilding: run ${run} of ${of}`),
  });
  const found = new Findings(replay);
  for (const { run, connector, message } of replay.broken)
    found.add({ is: 'unreadable', id: `run ${run}`, detail: `its kept pages, of ${connector}, give no facts: ${message}` });
  await found.guard('the columns', () => compareColumns(store, snapshot.at, found));
  await found.guard('the facts', () => compareFacts(store, fresh.store, { at: snapshot.at, found, onProgress }));
  return found.verification(snapshot);
}

async function compareColumns(store: Store, at: number, found: Findings): Promise<void> {
  const columns = await ColumnCheck.of(store, at).catch((error: unknown) => {
    throw damageOf(error);
  });
  for await (const occurrence of factsOf(store, at)) found.addAll(columns.take(occurrence));
  found.addAll(columns.rest());
}

interface Comparison {
  readonly at: number;
  readonly found: Findings;
  readonly onProgress: VerifyOptions['onProgress'];
}

/** Walks through both in the order of ids. */
async function compareFacts(store: Store, fresh: Store, { at, found, onProgress }: Comparison): Promise<void> {
  const [kept, made] = [factsOf(store, at), fresh.scanFacts(at)];
  let [left, right] = [await take(kept), await take(made)];
  for (let walked = 0; left !== null || right !== null; walked++) {
    if (walked % TELL_FACTS === 0) await onProgress(`comparing: ${walked} facts`);
    const [leftId, rightId] = [left === null ? null : factId(left.fact), right === null ? null : factId(right.fact)];
    const isLeft = rightId === null || (leftId !== null && leftId <= rightId);
    const isRight = leftId === null || (rightId !== null && rightId <= leftId);
    found.compare(isLeft ? left : null, isRight ? right : null);
    if (isLeft) left = await take(kept);
    if (isRight) right = await take(made);
  }
}

/** The next one, null after the last. */
async function take(facts: AsyncIterator<Occurrence>): Promise<Occurrence | null> {
  const next = await facts.next();
  return next.done === true ? null : next.value;
}

/** Errors: a `Damage` where the store cannot be understood. */
async function* factsOf(store: Store, at: number): AsyncIterableIterator<Occurrence> {
  try {
    yield* store.scanFacts(at);
  } catch (error) {
    throw damageOf(error);
  }
}

/** What is wrong in the store that is looked at, in contrast to a defect of who looks. */
class Damage extends Error {}

function damageOf(error: unknown): unknown {
  return error instanceof Error && isDamage(error) ? new Damage(error.message, { cause: error }) : error;
}

class Findings {
  readonly #replay: Replay;
  readonly #differences: Difference[] = [];
  readonly #counts: Record<Difference['is'], number> = { missing: 0, surplus: 0, different: 0, columns: 0, unreadable: 0 };
  readonly #leftFacts = new Map<string, number>();
  #compared = 0;
  #last: FactId | null = null;

  constructor(replay: Replay) {
    this.#replay = replay;
  }

  add(difference: Difference): void {
    this.#counts[difference.is]++;
    if (this.#differences.length < DIFFERENCES_MAX) this.#differences.push(difference);
  }

  addAll(differences: Iterable<Difference>): void {
    for (const difference of differences) this.add(difference);
  }

  /** A store that is damaged is a finding, one that cannot be reached is an error. */
  async guard(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      const last = this.#last === null ? '' : `, the last that was compared is \`${this.#last}\``;
      this.add({ is: 'unreadable', id: what, detail: `they cannot be read to their end${last}: ${error.message}` });
    }
  }

  /** One fact as the store has it and as the pages give it; null where one of them does not. */
  compare(kept: Occurrence | null, made: Occurrence | null): void {
    const [told, rebuilt] = [this.#replayedSources(kept), this.#replayedSources(made)];
    for (const connector of new Set(kept?.sources.map((source) => source.connector)))
      if (!this.#replay.replayed.has(connector)) this.#leftFacts.set(connector, (this.#leftFacts.get(connector) ?? 0) + 1);
    const [first] = [...rebuilt, ...told];
    const fact = kept?.fact ?? made?.fact;
    // Of what no pages are kept of nothing can be said.
    if (first === undefined || fact === undefined) return;
    if (told.length > 0) this.#compared++;
    const id = factId(fact);
    this.#last = id;
    if (told.length === 0) this.add({ is: 'missing', id, detail: `the pages state it: ${first}` });
    else if (rebuilt.length === 0) this.add({ is: 'surplus', id, detail: `no page states it, though the store names ${first}` });
    else if (kept !== null && made !== null) {
      const apart = [...this.#contentApart(kept, made), ...sourcesApart(told, rebuilt)];
      if (apart.length > 0) this.add({ is: 'different', id, detail: apart.join('; ') });
    }
  }

  verification(snapshot: SnapshotInfo): Verification {
    const { replayed, left } = this.#replay;
    return {
      snapshot,
      verified: [...replayed.values()],
      left: [...left].map(([connector, reason]) => ({ connector, reason, facts: this.#leftFacts.get(connector) ?? 0 })),
      compared: this.#compared,
      differences: this.#differences,
      counts: this.#counts,
    };
  }

  #contentApart(kept: Occurrence, made: Occurrence): string[] {
    const isShared = [...kept.sources, ...made.sources].some(({ connector }) => !this.#replay.replayed.has(connector));
    if (isShared) return [];
    const apart = contentText(kept.fact) === contentText(made.fact) ? [] : partsApart(kept.fact, made.fact);
    if (kept.stale !== made.stale)
      apart.push(kept.stale ? 'stale in the store, by the pages it is not' : 'not stale in the store, by the pages it is');
    // What a run without pages said in between may have begun or cut an interval.
    if (kept.validFrom !== made.validFrom && !this.#replay.leftAt.has(kept.validFrom))
      apart.push(`holds in the store since ${instantOf(kept.validFrom)}, by the pages since ${instantOf(made.validFrom)}`);
    return apart;
  }

  /** Those that the pages tell of, as sorted texts. */
  #replayedSources(occurrence: Occurrence | null): string[] {
    const sources = occurrence?.sources.filter(({ connector }) => this.#replay.replayed.has(connector)) ?? [];
    return sources.map((source) => this.#sourceText(source)).sort();
  }

  #sourceText({ connector, endpoint, run, fetchedAt }: Source): string {
    return `${endpoint} of ${connector}, run ${this.#replay.runOf.get(run) ?? run}, ${instantOf(fetchedAt)}`;
  }
}

function partsApart(kept: Fact, made: Fact): string[] {
  const [told, rebuilt] = [partsOf(kept), partsOf(made)];
  const names = [...new Set([...Object.keys(told), ...Object.keys(rebuilt)])].sort();
  const apart = names.filter((name) => told[name] !== rebuilt[name]);
  return apart.map((name) => `${name} is ${shown(told[name])} in the store, by the pages ${shown(rebuilt[name])}`);
}

/** What two facts of one id may differ in. */
function partsOf(fact: Fact): Record<string, string> {
  if (fact.type === 'gap') return { detail: fact.detail };
  const props = Object.entries(fact.props).map(([name, value]) => [name, String(value)]);
  if (fact.type === 'edge') return Object.fromEntries(props);
  return { ...Object.fromEntries(props), ref: fact.ref, name: fact.name, aliases: [...fact.aliases].sort().join(' ') };
}

function shown(text: string | undefined): string {
  return text === undefined ? 'not said' : `\`${text}\``;
}

function sourcesApart(told: readonly string[], rebuilt: readonly string[]): string[] {
  const more = told.filter((source) => !rebuilt.includes(source)).map((source) => `the store has seen it at ${source}, the pages have not`);
  const less = rebuilt.filter((source) => !told.includes(source)).map((source) => `the pages show it at ${source}, the store does not`);
  if (more.length + less.length > 0 || told.length === rebuilt.length) return [...more, ...less];
  return [`the store has ${told.length} sources, the pages ${rebuilt.length}`];
}

function instantOf(at: number): string {
  return new Date(at).toISOString();
}
