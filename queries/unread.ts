/**
 * The time before the first complete run of a scope: nothing had been read, so nothing is allowed and nothing refused.
 *
 * What lies in a workspace or instance that a later snapshot has and the asked one has not is such a scope. Each gives one gap.
 */
import type { CodedError } from '../graph/errors.ts';
import { factId, type GapFact, type NodeKey } from '../graph/fact.ts';
import type { Action } from '../graph/model/actions.ts';
import { blindSpotsOf } from '../graph/model/blind-spots.ts';
import type { Flavor } from '../graph/model/row.ts';
import { gapPhrase, keysOfGap, nameGaps } from './gap-text.ts';
import { nameBlindSpot } from './model-row.ts';
import { type Moment, ROOT_KINDS } from './moment.ts';
import type { Answer, NamedGap, Page, SnapshotRef } from './port.ts';
import type { Placed, View } from './view.ts';

/** What an answer says was asked where no snapshot holds yet. */
export const NO_SNAPSHOT = 'none';

/** The roots of a later moment that were not read yet at the asked one, as gaps ordered by fact id. */
export async function readUnreadGaps(asked: Moment | null, later: Moment): Promise<GapFact[]> {
  const [known, roots] = [asked === null ? null : await asked.readRoots(), await later.readRoots()];
  const keys = [...roots].filter((key) => known?.has(key) !== true);
  return keys.map(unreadGap).sort((a, b) => (factId(a) < factId(b) ? -1 : 1));
}

/** Of a place of the later view that the asked one does not know: the gaps that stand for it; empty where it lies in nothing unread. */
export function unreadGapsOf({ index }: Placed, asked: View | null, later: View): GapFact[] {
  const roots = later.engine.ancestorsOf(index).filter((node) => ROOT_KINDS.includes(later.engine.kindOf(node)));
  const keys = roots.map((node) => later.keys.keyOf(node)).filter((key) => asked === null || asked.keys.indexOf(key) < 0);
  return keys.map(unreadGap);
}

function unreadGap(scope: NodeKey): GapFact {
  return { type: 'gap', reason: 'before-first-run', hides: 'everything', scope, subject: '', detail: '' };
}

export function snapshotOf(asked: Moment | null, at: number): SnapshotRef {
  return asked?.info ?? { id: NO_SNAPSHOT, at };
}

interface UnreadParts {
  readonly gaps: readonly GapFact[];
  readonly later: View;
  readonly placed: Placed;
  readonly snapshot: SnapshotRef;
  readonly unknown: CodedError | null;
}

/** What was not known at the asked time, and is now. */
export class Unread {
  readonly gaps: readonly GapFact[];
  /** Knows what the question speaks of. */
  readonly later: View;
  /** Its place there. */
  readonly placed: Placed;
  readonly snapshot: SnapshotRef;
  /** The error of whoever needs it to have been known: no gap stands for it. */
  readonly unknown: CodedError | null;

  constructor({ gaps, later, placed, snapshot, unknown }: UnreadParts) {
    this.gaps = gaps;
    this.later = later;
    this.placed = placed;
    this.snapshot = snapshot;
    this.unknown = unknown;
  }
}

/** The answer to a check of something that had not been read. */
export class UnreadAnswer implements Answer {
  readonly verdict = 'UNKNOWN';
  readonly assumptions = [];
  readonly snapshot: SnapshotRef;
  readonly #unread: Unread;
  readonly #question: { readonly action: Action; readonly flavor: Flavor };

  constructor(unread: Unread, question: { readonly action: Action; readonly flavor: Flavor }) {
    this.#unread = unread;
    this.#question = question;
    this.snapshot = unread.snapshot;
  }

  get blindSpots() {
    return blindSpotsOf({ ...this.#question, answer: 'UNKNOWN' }).map(nameBlindSpot);
  }

  async reason(): Promise<string> {
    const { gaps, later } = this.#unread;
    const names = await later.names.read(gaps.flatMap(keysOfGap));
    return `not known: ${gaps.map((gap) => gapPhrase(gap, (key) => names.ref(key))).join(' and ')}`;
  }

  async denials(): Promise<readonly []> {
    return [];
  }

  async conditions(): Promise<readonly []> {
    return [];
  }

  gaps(): Promise<readonly NamedGap[]> {
    return nameGaps(this.#unread.gaps, this.#unread.later.names);
  }

  async proofs(): Promise<readonly []> {
    return [];
  }
}

/** The list of something that had not been read. */
export function unreadPage<T>({ gaps, later, snapshot }: Pick<Unread, 'gaps' | 'snapshot'> & { readonly later: Moment }): Page<T> {
  return {
    edges: [],
    hasNextPage: false,
    complete: false,
    snapshot,
    totalCount: async () => 0,
    gaps: () => nameGaps(gaps, later.names),
  };
}
