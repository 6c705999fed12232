/**
 * The kept pages of all runs, made into facts again and committed run by run into an empty store, each at the instant at which it
 * was committed first: what the store should hold, by the rules of this version and without the network.
 *
 * Every run counts, not the newest alone: a scope that the last run did not come to has the facts of an earlier one, a fact holds
 * since the run that met it first, and of several connectors that tell a node differently the one that was last speaks.
 */
import { isCodedError } from '../graph/errors.ts';
import type { SnapshotInfo, Store } from '../graph/store/port.ts';
import { rebuildFacts } from './bitbucket-cloud/facts.ts';

/** What makes facts of the pages of a connector, by how its name begins. What is in no row keeps no pages: imports. */
const REBUILD: readonly { readonly prefix: string; readonly rebuild: typeof rebuildFacts }[] = [
  { prefix: 'bitbucket-cloud/', rebuild: rebuildFacts },
];

export interface ReplayedConnector {
  readonly connector: string;
  readonly runs: number;
  readonly pages: number;
}

export interface Replay {
  readonly replayed: ReadonlyMap<string, ReplayedConnector>;
  /** Connectors of which not every run has its pages, and why. */
  readonly left: ReadonlyMap<string, string>;
  /** Instants of runs of these. */
  readonly leftAt: ReadonlySet<number>;
  /** Runs whose pages are kept and give no facts. */
  readonly broken: readonly { readonly run: string; readonly connector: string; readonly message: string }[];
  /** Of a run of the fresh store, the run that it stands for. */
  readonly runOf: ReadonlyMap<string, string>;
}

export interface ReplayOptions {
  /** The newest snapshot that is replayed. */
  readonly upTo: SnapshotInfo;
  /** Told before each run, by its number from 1. Awaited: whoever listens may stop the replay by an error. */
  readonly onRun: (run: number, of: number) => Promise<void>;
}

/** A store that holds nothing, and its clock. */
export interface FreshStore {
  readonly store: Store;
  setClock(at: number): void;
}

/** Cost: every page of every run is read and understood. Errors: those of the stores. */
export async function replayRuns(store: Store, fresh: FreshStore, { upTo, onRun }: ReplayOptions): Promise<Replay> {
  const replayed = new Map<string, ReplayedConnector>();
  const left = new Map<string, string>();
  const leftAt = new Set<number>();
  const broken: { run: string; connector: string; message: string }[] = [];
  const runOf = new Map<string, string>();
  const snapshots = await snapshotsUpTo(store, upTo);
  for (const [index, { id, at, connector }] of snapshots.entries()) {
    await onRun(index + 1, snapshots.length);
    const leave = (why: string) => {
      left.set(connector, left.get(connector) ?? why);
      leftAt.add(at);
      replayed.delete(connector);
    };
    // Without one of its runs those after it would begin from something else.
    if (left.has(connector)) {
      leave('');
      continue;
    }
    fresh.setClock(at);
    try {
      const made = await replayRun(store, fresh.store, { id, connector });
      if (made === null) {
        leave('no pages are kept of it');
        continue;
      }
      const before = replayed.get(connector) ?? { connector, runs: 0, pages: 0 };
      replayed.set(connector, { connector, runs: before.runs + 1, pages: before.pages + made.pages });
      runOf.set(made.run, id);
    } catch (error) {
      if (!(error instanceof Error) || !isDamage(error)) throw error;
      broken.push({ run: id, connector, message: error.message });
      leave('the pages of a run give no facts');
    }
  }
  return { replayed, left, leftAt, broken, runOf };
}

/** What is wrong with what is kept, in contrast to a store that cannot be reached. Reading what cannot be there is a defect, and looks like one. */
export function isDamage(error: Error): boolean {
  return !isCodedError(error) || error.code === 'STORE_UNREADABLE';
}

/** null for a run that kept no pages, or of a connector that keeps none. */
async function replayRun(
  store: Store,
  fresh: Store,
  { id, connector }: { readonly id: string; readonly connector: string },
): Promise<{ readonly run: string; readonly pages: number } | null> {
  const row = REBUILD.find(({ prefix }) => connector.startsWith(prefix));
  if (row === undefined) return null;
  const pages = await Array.fromAsync(store.readPages(id));
  if (pages.length === 0) return null;
  const { facts, scopes, closeUnlisted } = row.rebuild(pages, await fresh.readScopes(connector));
  const run = await fresh.startRun(connector);
  try {
    await run.commit({ facts, scopes, closeUnlisted, report: {} });
  } catch (error) {
    await run.abandon();
    throw error;
  }
  return { run: run.id, pages: pages.length };
}

/** Oldest first. */
async function snapshotsUpTo(store: Store, { at }: SnapshotInfo): Promise<SnapshotInfo[]> {
  const snapshots: SnapshotInfo[] = [];
  for (let after: string | undefined; ; ) {
    const page: SnapshotInfo[] = await store.readSnapshots(after === undefined ? {} : { after });
    snapshots.push(...page.filter((snapshot) => snapshot.at <= at));
    after = page.at(-1)?.id;
    if (after === undefined) return snapshots.reverse();
  }
}
