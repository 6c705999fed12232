/**
 * The time before the first complete run of a scope: nothing had been read, so nothing is allowed and nothing refused.
 *
 * What lies in a workspace or instance that a later snapshot has and the asked one has not is such a scope. Each gives one gap.
 */
import { factId, type GapFact, type NodeKey, type Ref } from '../graph/fact.ts';
import type { Action } from '../graph/model/actions.ts';
import { blindSpotsOf } from '../graph/model/blind-spots.ts';
import type { Flavor } from '../graph/model/row.ts';
import { gapPhrase, nameGaps } from './gap-text.ts';
import { nameBlindSpot } from './model-row.ts';
import type { Moment } from './moment.ts';
import type { Answer, NamedGap, Page, SnapshotRef } from './port.ts';
import { findReference } from './reference.ts';
import type { View } from './view.ts';

/** What an answer says was asked where no snapshot holds yet. */
export const NO_SNAPSHOT = 'none';

/** The roots of a later moment that were not read yet at the asked one, as gaps ordered by fact id. */
export function unreadGaps(asked: Moment | null, later: Moment): GapFact[] {
  const keys = [...later.roots].filter((key) => asked?.roots.has(key) !== true);
  return keys.map(unreadGap).sort((a, b) => (factId(a) < factId(b) ? -1 : 1));
}

/** Of a reference that the asked moment does not know: the gaps that stand for it; empty where it lies in nothing unread. */
export function unreadGapsOf(ref: Ref, asked: Moment | null, later: Moment): GapFact[] {
  const found = findReference(later.store, ref, later.info.at);
  const roots = found === null ? [] : later.rootsOf(found.key);
  return roots.filter((key) => asked?.roots.has(key) !== true).map(unreadGap);
}

function unreadGap(scope: NodeKey): GapFact {
  return { type: 'gap', reason: 'before-first-run', hides: 'everything', scope, subject: '', detail: '' };
}

export function snapshotOf(asked: Moment | null, at: number): SnapshotRef {
  return asked?.info ?? { id: NO_SNAPSHOT, at };
}

export interface Unread {
  readonly gaps: readonly GapFact[];
  /** Knows what the question speaks of. */
  readonly later: View;
  readonly snapshot: SnapshotRef;
}

/** The answer to a check of something that had not been read. */
export class UnreadAnswer implements Answer {
  readonly verdict = 'UNKNOWN';
  readonly denials = [];
  readonly conditions = [];
  readonly assumptions = [];
  readonly snapshot: SnapshotRef;
  readonly #unread: Unread;
  readonly #question: { readonly action: Action; readonly flavor: Flavor };

  constructor(unread: Unread, question: { readonly action: Action; readonly flavor: Flavor }) {
    this.#unread = unread;
    this.#question = question;
    this.snapshot = unread.snapshot;
  }

  get reason(): string {
    const { gaps, later } = this.#unread;
    return `not known: ${gaps.map((gap) => gapPhrase(gap, (key) => later.names.ref(key))).join(' and ')}`;
  }

  get gaps(): readonly NamedGap[] {
    return nameGaps(this.#unread.gaps, this.#unread.later.names);
  }

  get blindSpots() {
    return blindSpotsOf({ ...this.#question, answer: 'UNKNOWN' }).map(nameBlindSpot);
  }

  proofs(): readonly [] {
    return [];
  }
}

/** The list of something that had not been read. */
export function unreadPage<T>({ gaps, later, snapshot }: Omit<Unread, 'later'> & { readonly later: Moment }): Page<T> {
  return { edges: [], hasNextPage: false, totalCount: 0, complete: false, gaps: nameGaps(gaps, later.names), snapshot };
}
