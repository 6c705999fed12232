/**
 * Pages of what changed between two times: which facts differ, each told with the names of a time at which it holds.
 */
import type { GapFact } from '../graph/fact.ts';
import { byId } from '../graph/gap.ts';
import { type ChangeKind, changeKindOfEdge } from '../graph/model/change-kinds.ts';
import { hiddenRow } from '../graph/model/gaps.ts';
import { changeId } from '../graph/store/fact-change.ts';
import type { FactChange, Store } from '../graph/store/port.ts';
import { nameGaps } from './gap-text.ts';
import type { Moment } from './moment.ts';
import { afterText, edgesOf, type PageStart } from './paging.ts';
import type { Change, Page } from './port.ts';
import { requireWanted } from './requests.ts';
import { changeKindOf, keysOfFact, tellChange, toldSide } from './told-change.ts';
import { readUnreadGaps } from './unread.ts';

/** Two times by the snapshots that hold then. */
export interface Interval<M extends Moment = Moment> {
  /** null before the first snapshot. */
  readonly from: M | null;
  readonly to: M;
}

const READ_GROWTH = 4;
/** Facts of one read. */
const READ_MAX = 10_000;

/** Errors: CURSOR, TIMEOUT. */
export async function changePage(
  interval: Interval,
  start: PageStart,
  { kinds }: { readonly kinds: readonly ChangeKind[] | null },
): Promise<Page<Change>> {
  const hidden = await readHidingGaps(interval, kinds);
  const found: FactChange[] = [];
  const isAsked = (change: FactChange) => kinds === null || kinds.includes(changeKindOf(change));
  // Where most changes are of other kinds the reads grow, so that their number stays small.
  for (
    let [size, after] = [start.first + 1, afterText(start)];
    found.length <= start.first;
    size = Math.min(size * READ_GROWTH, READ_MAX)
  ) {
    requireWanted(start.signal);
    const changes = await readChanges(interval, size, after);
    found.push(...changes.filter(isAsked));
    const last = changes.at(-1);
    if (last === undefined || changes.length < size) break;
    after = changeId(last);
  }
  const told = await tellAll(interval, found.slice(0, start.first));
  return {
    ...edgesOf(start, found, { position: changeId, node: (_, index) => told[index] as Change }),
    complete: hidden.length === 0,
    snapshot: interval.to.info,
    // Counting reads them all.
    totalCount: async () => null,
    gaps: () => nameGaps(hidden, interval.to.names),
  };
}

/** Each is named at a time at which it holds. */
async function tellAll({ from, to }: Interval, changes: readonly FactChange[]): Promise<Change[]> {
  const keysOn = (isAfter: boolean) =>
    changes.flatMap((change) => ((change.after !== null) === isAfter ? keysOfFact(toldSide(change).fact) : []));
  const [earlier, later] = await Promise.all([(from ?? to).names.read(keysOn(false)), to.names.read(keysOn(true))]);
  return changes.map((change) =>
    change.after === null
      ? tellChange(change, { names: earlier, heldAt: (from ?? to).info.at })
      : tellChange(change, { names: later, heldAt: to.info.at }),
  );
}

/** Everything that changed, in pages of the store; ends after so many. */
export async function* allChanges(interval: Interval, most: number, signal: AbortSignal | undefined): AsyncIterableIterator<FactChange> {
  let [left, after] = [most, null as string | null];
  while (left > 0) {
    requireWanted(signal);
    const size = Math.min(left, READ_MAX);
    const changes = await readChanges(interval, size, after);
    yield* changes;
    const last = changes.at(-1);
    if (last === undefined || changes.length < size) return;
    after = changeId(last);
    left -= changes.length;
  }
}

function readChanges({ from, to }: Interval, first: number, after: string | null): ReturnType<Store['readChanges']> {
  const query = { from: from?.info.at ?? 0, to: to.info.at, first };
  return to.store.readChanges(after === null ? query : { ...query, after });
}

/** What was hidden at either time, and what nobody had read at the first one: changes of these kinds may be missing, or be none. */
async function readHidingGaps({ from, to }: Interval, kinds: readonly ChangeKind[] | null): Promise<GapFact[]> {
  const recorded = [...((await from?.readGaps()) ?? []), ...(await to.readGaps())].map(({ fact }) => fact);
  const hides = ({ hides: what }: GapFact) => {
    const { adds } = hiddenRow(what);
    return kinds === null || adds === null || kinds.includes(changeKindOfEdge(adds.edge));
  };
  return byId([...recorded.filter(hides), ...(await readUnreadGaps(from, to))]);
}
