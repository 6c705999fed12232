/**
 * What effective access differs between two times by the facts that changed: whose access may hang on them is found in both
 * snapshots, and of each of these everything that he can do is compared.
 *
 * INVARIANT: both sides are asked of one instant for expiry, so what differs differs by a fact. Only what is certain is compared: gaps
 * that come and go are changes, told beside.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { ResourceEntry, ResourceList } from '../graph/engine/port.ts';
import { invariant } from '../graph/errors.ts';
import type { NodeKey } from '../graph/fact.ts';
import type { Action } from '../graph/model/actions.ts';
import { EDGE_KINDS, type Flow } from '../graph/model/edge-kinds.ts';
import { hiddenRow } from '../graph/model/gaps.ts';
import { isAskable, NODE_KINDS } from '../graph/model/node-kinds.ts';
import type { FactChange } from '../graph/store/port.ts';
import { allChanges, type Interval } from './changes.ts';
import { nameGaps } from './gap-text.ts';
import { type PageStart, startIndex } from './paging.ts';
import type { AccessChange, AccessChangePage } from './port.ts';
import { requireWanted } from './requests.ts';
import { toldSide } from './told-change.ts';
import { readUnreadGaps } from './unread.ts';
import type { View } from './view.ts';

/** Changed facts that are looked at. */
const CHANGES_MAX = 100_000;
/** Identities and credentials that are compared, and entries of their lists: about what a request has time for. */
const IDENTITIES_MAX = 10_000;
const ENTRIES_MAX = 100_000;
/** After so many others have their turn. */
const IDENTITIES_A_TURN = 100;

export interface AccessLimits {
  readonly identities: number;
  readonly entries: number;
}

const LIMITS: AccessLimits = { identities: IDENTITIES_MAX, entries: ENTRIES_MAX };

/** One pair in keys. */
interface Difference extends Pick<AccessChange, 'before' | 'after' | 'gained' | 'lost'> {
  readonly identity: NodeKey;
  readonly resource: NodeKey;
}

/** Errors: CURSOR, TIMEOUT. */
export async function accessChangePage(
  interval: Interval<View>,
  start: PageStart,
  limits: AccessLimits = LIMITS,
): Promise<AccessChangePage> {
  const { to, from } = interval;
  const unread = await readUnreadGaps(from, to);
  const { keys, isWhole } = await readTouched(interval, start.signal);
  const identities = dependentsOf(interval, keys);
  const { differences, compared } = await compareAll(interval, identities, { at: start.at, signal: start.signal, limits });
  const first = Math.min(startIndex(start), differences.length);
  const shown = differences.slice(first, first + start.first);
  const nodes = await tellAll(interval, shown);
  return {
    edges: nodes.map((node, offset) => ({ cursor: start.cursorOf(first + offset), node })),
    hasNextPage: first + shown.length < differences.length,
    complete: isWhole && compared === identities.length && unread.length === 0,
    snapshot: to.info,
    totalCount: async () => differences.length,
    gaps: () => nameGaps(unread, to.names),
    touched: identities.length,
    compared,
  };
}

/** The nodes on which access may hang by what changed. */
async function readTouched(interval: Interval, signal: AbortSignal | undefined): Promise<{ keys: Set<NodeKey>; isWhole: boolean }> {
  const keys = new Set<NodeKey>();
  let count = 0;
  for await (const change of allChanges(interval, CHANGES_MAX + 1, signal)) {
    if (++count > CHANGES_MAX) return { keys, isWhole: false };
    for (const key of touchedKeys(change)) keys.add(key);
  }
  return { keys, isWhole: true };
}

/** Flows by which nobody gets a permission: rules take some, forks, default reviewers and runs are for people. */
const GIVES_NOTHING: ReadonlySet<Flow> = new Set(['limits', 'exempts', 'classifies', 'copies', 'reviews', 'runs', 'uses']);

/** Of a grant, a membership or an owner who has it; of containment what is contained. */
function touchedKeys(change: FactChange): NodeKey[] {
  const { fact } = toldSide(change);
  if (fact.type === 'node') return isTouched(change) ? [fact.key] : [];
  if (fact.type === 'gap') {
    const { reportsStandIn, takes, adds } = hiddenRow(fact.hides);
    // Of a credential whose owner is not known nothing is certain.
    const isOfOwner = adds !== null && EDGE_KINDS[adds.edge].flow === 'acts-as';
    return reportsStandIn || isOfOwner || takes === 'every action' || takes === 'everything' ? [fact.scope] : [];
  }
  const { flow } = EDGE_KINDS[fact.kind];
  if (GIVES_NOTHING.has(flow)) return [];
  return flow === 'contains' ? [fact.to] : [fact.from];
}

/** Whoever can act, whatever is said of him; a resource only where it comes or goes, or is another thing: what else it says is for people. */
function isTouched({ before, after }: FactChange): boolean {
  const [was, is] = [before, after].map((side) => (side?.fact.type === 'node' ? side.fact.kind : null));
  const kinds = [was, is].flatMap((kind) => kind ?? []);
  return kinds.some(isAskable) || (was !== is && kinds.some((kind) => NODE_KINDS[kind].is === 'resource'));
}

/** Those who depend on the nodes in one of the snapshots, nearest first. */
function dependentsOf({ from, to }: Interval<View>, keys: ReadonlySet<NodeKey>): NodeKey[] {
  const found = new Set<NodeKey>();
  for (const view of from === null ? [to] : [to, from]) {
    const nodes = [...keys].map((key) => view.keys.indexOf(key)).filter((index) => index >= 0);
    for (const index of view.engine.dependentsOf(nodes)) if (isAskable(view.engine.kindOf(index))) found.add(view.keys.keyOf(index));
  }
  return [...found];
}

interface Comparing {
  readonly at: number;
  readonly signal: AbortSignal | undefined;
  readonly limits: AccessLimits;
}

/** Ordered by identity, then resource. Whose lists are longer than what is left of the bound is left out, and the next has his turn. */
async function compareAll(
  interval: Interval<View>,
  identities: readonly NodeKey[],
  { at, signal, limits }: Comparing,
): Promise<{ differences: Difference[]; compared: number }> {
  const differences: Difference[] = [];
  let [compared, entries] = [0, 0];
  for (const [position, identity] of identities.slice(0, limits.identities).entries()) {
    if (position % IDENTITIES_A_TURN === 0) await turn();
    requireWanted(signal);
    const [before, after] = [interval.from, interval.to].map((view) => listOf(view, identity, at, signal));
    const length = (before?.length ?? 0) + (after?.length ?? 0);
    if (entries + length > limits.entries) continue;
    entries += length;
    compared++;
    differences.push(...differencesOf(identity, entriesOf(before), entriesOf(after)));
  }
  const order = (a: Difference, b: Difference) =>
    a.identity === b.identity ? (a.resource < b.resource ? -1 : 1) : a.identity < b.identity ? -1 : 1;
  return { differences: differences.sort(order), compared };
}

/** All that it can certainly do something on; null where it is not known. */
function listOf(view: View | null, identity: NodeKey, at: number, signal: AbortSignal | undefined): ResourceList | null {
  const index = view?.keys.indexOf(identity) ?? -1;
  return view === null || index < 0 ? null : view.engine.whatCan(index, null, at, { signal });
}

type Entries = ReadonlyMap<NodeKey, ResourceEntry>;

/** By the key of the resource. */
function entriesOf(list: ResourceList | null | undefined): Entries {
  const entries = Array.from({ length: list?.length ?? 0 }, (_, position) => list?.entry(position) as ResourceEntry);
  return new Map(entries.map((entry) => [entry.target.key, entry]));
}

function differencesOf(identity: NodeKey, before: Entries, after: Entries): Difference[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((resource) => {
    const [was, is] = [before.get(resource), after.get(resource)];
    const gained = lacking(is, was);
    const lost = lacking(was, is);
    const [held, holds] = [was?.permission ?? null, is?.permission ?? null];
    if (held === holds && gained.length === 0 && lost.length === 0) return [];
    return [{ identity, resource, before: held, after: holds, gained, lost }];
  });
}

/** Actions of the one that the other does not have. */
function lacking(one: ResourceEntry | undefined, other: ResourceEntry | undefined): readonly Action[] {
  return one?.actions.filter((action) => other?.actions.includes(action) !== true) ?? [];
}

/** Named as they are called at the later time, or were before they vanished. */
async function tellAll({ from, to }: Interval<View>, differences: readonly Difference[]): Promise<AccessChange[]> {
  const keys = differences.flatMap(({ identity, resource }) => [identity, resource]);
  const [later, earlier] = await Promise.all([to.names.read(keys), from?.names.read(keys)]);
  const named = (key: NodeKey) => {
    const node = later.named(key) ?? earlier?.named(key) ?? null;
    invariant(node !== null, `what had or has access has a name, got ${key}`);
    return node;
  };
  return differences.map(({ identity, resource, ...rest }) => ({ ...rest, identity: named(identity), resource: named(resource) }));
}
