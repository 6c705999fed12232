/**
 * Pages of what the store holds: nodes, edges, gaps, snapshots. No verdict is needed, so nothing is compiled.
 */
import { CodedError } from '../graph/errors.ts';
import { type EdgeFact, factId, type GapFact, type NodeKey, type Occurrence, refWord } from '../graph/fact.ts';
import { EDGE_KINDS, type EdgeKind, type EdgeKindRow } from '../graph/model/edge-kinds.ts';
import { type HiddenRow, hiddenRow } from '../graph/model/gaps.ts';
import { isAskable, NODE_KINDS, type NodeKind } from '../graph/model/node-kinds.ts';
import type { SnapshotInfo, Store } from '../graph/store/port.ts';
import { keysOfGap, nameGap, nameGaps } from './gap-text.ts';
import type { Moment } from './moment.ts';
import type { Names, ReadNames } from './names.ts';
import { afterNode, afterText, edgesOf, type PageStart } from './paging.ts';
import type { NamedGap, NamedNode, Page, SnapshotRef } from './port.ts';
import { REF_CHARS_MAX } from './reference.ts';
import { readUnreadGaps, snapshotOf, unreadPage } from './unread.ts';

/** What facts are read of. */
export interface Moments {
  /** null before the first snapshot. */
  readonly asked: Moment | null;
  /** Of a past time: what is known now. */
  readonly later: Moment | null;
  readonly at: number;
}

const EDGES_MAX = Number.MAX_SAFE_INTEGER;
const SNAPSHOTS_MAX = Number.MAX_SAFE_INTEGER;
const READ_GROWTH = 4;

/** Errors: LIMIT, CURSOR. */
export async function findPage(
  moments: Moments,
  start: PageStart,
  { text, kinds }: { text: string; kinds: readonly NodeKind[] | null },
): Promise<Page<NamedNode>> {
  if (text.length > REF_CHARS_MAX)
    throw new CodedError('LIMIT', `a text to find has at most ${REF_CHARS_MAX} characters, got ${text.length}`, { max: REF_CHARS_MAX });
  const { asked, hidden, named } = await readHidden(moments, ({ hides }) => shortensFind(hiddenRow(hides), kinds));
  if (asked === null) return named.page();
  const { store, names, info } = asked;
  const query = { text, at: info.at, ...(kinds === null ? {} : { kinds }) };
  const after = afterNode(start);
  const found = await store.findNodes({ ...query, first: start.first + 1, ...(after === null ? {} : { after }) });
  const called = await names.nameFacts(found);
  return {
    ...edgesOf(start, found, { position: ({ ref, key }) => [ref, key] as const, node: (_, index) => called[index] as NamedNode }),
    complete: hidden.length === 0,
    snapshot: info,
    totalCount: () => store.countNodes(query),
    gaps: named.gaps,
  };
}

/** Identities may be missing where lists of who can are short, resources where lists of what can are. */
function shortensFind({ shortens, lacks }: HiddenRow, kinds: readonly NodeKind[] | null): boolean {
  const mayLack = (kind: NodeKind) => lacks.length === 0 || lacks.includes(kind);
  return shortens.some(
    (list) =>
      kinds === null || kinds.some((kind) => mayLack(kind) && (list === 'whoCan' ? isAskable(kind) : NODE_KINDS[kind].is === 'resource')),
  );
}

export interface LinkQuestion {
  readonly key: NodeKey;
  readonly end: 'from' | 'to';
  readonly kinds: readonly EdgeFact['kind'][] | undefined;
  readonly otherWords: readonly string[] | undefined;
}

/** Errors: CURSOR. */
export async function linkPage(moments: Moments, start: PageStart, question: LinkQuestion): Promise<Page<Occurrence<EdgeFact>>> {
  const { key, end, kinds, otherWords } = question;
  const word = refWord(key);
  const { asked, hidden, named } = await readHidden(moments, (gap) => mayHideEdges(gap, question, word));
  if (asked === null) return named.page();
  const other = end === 'from' ? 'to' : 'from';
  const isAsked = ({ fact }: Occurrence<EdgeFact>) => otherWords === undefined || otherWords.includes(refWord(fact[other]));
  const read = (first: number, after: string | null) =>
    asked.store.readEdgesOf({
      key,
      end,
      at: asked.info.at,
      first,
      ...(kinds === undefined ? {} : { kinds }),
      ...(after === null ? {} : { after }),
    });
  const found: Occurrence<EdgeFact>[] = [];
  // Where most edges lead to other kinds the reads grow, so that their number stays small.
  for (let [first, after] = [start.first + 1, afterText(start)]; found.length <= start.first; first *= READ_GROWTH) {
    const edges = await read(first, after);
    for (const edge of edges) if (isAsked(edge)) found.push(edge);
    const last = edges.at(-1);
    if (last === undefined || edges.length < first) break;
    after = factId(last.fact);
  }
  return {
    ...edgesOf(start, found, { position: ({ fact }) => factId(fact), node: (occurrence) => occurrence }),
    complete: hidden.length === 0,
    snapshot: asked.info,
    // Counting reads them all.
    totalCount: async () => (await read(EDGES_MAX, null)).filter(isAsked).length,
    gaps: named.gaps,
  };
}

/** Could the gap hide an edge of these kinds at this end of the node? */
function mayHideEdges({ hides, scope, subject }: GapFact, { key, end, kinds }: LinkQuestion, word: string): boolean {
  const { adds, lacks } = hiddenRow(hides);
  // Something unknown that lies in the node: only edges that it could have at their other end are hidden.
  const couldEnd = (kind: EdgeKind) => edgeRow(kind)[end === 'from' ? 'to' : 'from'].some((other) => lacks.includes(other));
  if (adds === null) return scope === key && (kinds === undefined || lacks.length === 0 || kinds.some(couldEnd));
  if (kinds !== undefined && !kinds.includes(adds.edge)) return false;
  const isOther = end !== (adds.scopeIs === 'from' ? 'from' : 'to');
  if (!isOther) return scope === key || adds.scopeIs === 'container of to';
  return subject === '' ? adds.other.some((kind) => NODE_KINDS[kind].ref === word) : subject === key;
}

function edgeRow(kind: EdgeKind): EdgeKindRow {
  return EDGE_KINDS[kind];
}

/** Errors: CURSOR. */
export async function gapPage(moments: Moments, start: PageStart): Promise<Page<NamedGap>> {
  const { asked, at } = moments;
  const all = (await readGaps(moments)).map((gap) => ({ id: factId(gap), gap })).sort((a, b) => (a.id < b.id ? -1 : 1));
  const after = afterText(start);
  const rest = after === null ? all : all.filter(({ id }) => id > after);
  const found = rest.slice(0, start.first + 1);
  const names = await namesOf(moments)?.read(found.flatMap(({ gap }) => keysOfGap(gap)));
  return {
    ...edgesOf(start, names === undefined ? [] : found, {
      position: ({ id }) => id,
      node: ({ gap }) => nameGap(gap, names as ReadNames),
    }),
    complete: true,
    snapshot: snapshotOf(asked, at),
    totalCount: async () => all.length,
    gaps: async () => [],
  };
}

/** Newest first. Errors: CURSOR, STORE_EMPTY. */
export async function snapshotPage(store: Store, start: PageStart, newest: SnapshotRef): Promise<Page<SnapshotInfo>> {
  const after = afterText(start);
  const found = await store.readSnapshots({ first: start.first + 1, ...(after === null ? {} : { after }) });
  return {
    ...edgesOf(start, found, { position: ({ id }) => id, node: (info) => info }),
    complete: true,
    snapshot: newest,
    // There are as many as runs: reading them all is short.
    totalCount: async () => (await store.readSnapshots({ first: SNAPSHOTS_MAX })).length,
    gaps: async () => [],
  };
}

/** The gaps that could hide entries, recorded ones and those of what had not been read; the page of nothing where no snapshot holds. */
async function readHidden(moments: Moments, mayHide: (gap: GapFact) => boolean) {
  const { asked, later, at } = moments;
  const hidden = await readGaps(moments, mayHide);
  const names = namesOf(moments);
  return {
    asked,
    hidden,
    named: {
      gaps: async () => (names === undefined ? [] : nameGaps(hidden, names)),
      page: <T>(): Page<T> => {
        if (later === null) throw new CodedError('STORE_EMPTY', 'a question needs a store with a complete snapshot, this one has none');
        return unreadPage({ gaps: hidden, later, snapshot: snapshotOf(asked, at) });
      },
    },
  };
}

/** The recorded gaps that fit, and all of what had not been read at the asked time. */
async function readGaps({ asked, later }: Moments, fits: (gap: GapFact) => boolean = () => true): Promise<GapFact[]> {
  const recorded = asked === null ? [] : (await asked.readGaps()).map(({ fact }) => fact);
  const unread = later === null ? [] : await readUnreadGaps(asked, later);
  return [...recorded.filter(fits), ...unread];
}

/** What is known now knows what is asked about. */
function namesOf({ asked, later }: Moments): Names | undefined {
  return (later ?? asked)?.names;
}
