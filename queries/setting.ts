/**
 * What questions are asked of: a compiled snapshot and an instant; of a past time with a later snapshot, which knows what had
 * not been read yet.
 */
import { CodedError } from '../graph/errors.ts';
import type { GapFact, Ref } from '../graph/fact.ts';
import type { Action } from '../graph/model/actions.ts';
import type { SnapshotRef } from './port.ts';
import { resolveReference } from './reference.ts';
import { snapshotOf, type Unread, unreadGaps, unreadGapsOf } from './unread.ts';
import { type Placed, requireAskable, requireIdentity, type View } from './view.ts';

/** A reference at its place, or why nothing can be said of it. */
export type Place = { readonly placed: Placed; readonly unread?: never } | { readonly placed?: never; readonly unread: Unread };

export interface SettingOptions {
  /** null before the first snapshot. */
  readonly view: View | null;
  /** null unless the question is about a past time. */
  readonly later: View | null;
  readonly at: number;
  readonly signal?: AbortSignal | undefined;
}

export class Setting {
  readonly view: View | null;
  readonly later: View | null;
  /** Instant for expiry and activity. */
  readonly at: number;
  readonly signal: AbortSignal | undefined;

  constructor({ view, later, at, signal }: SettingOptions) {
    this.view = view;
    this.later = later;
    this.at = at;
    this.signal = signal;
  }

  get snapshot(): SnapshotRef {
    return snapshotOf(this.view, this.at);
  }

  /** The view that answers; where nothing was read yet, the later one, whose tables and kinds tell whether a question has the right form. */
  get known(): View {
    const view = this.view ?? this.later;
    if (view === null) throw new CodedError('STORE_EMPTY', 'a question needs a store with a complete snapshot, this one has none');
    return view;
  }

  /** What had not been read yet at the asked time. */
  get unreadGaps(): readonly GapFact[] {
    return this.later === null ? [] : unreadGaps(this.view, this.later);
  }

  /** Errors: the reference errors, ACTION_UNKNOWN. An action of null is any. */
  placeResource(ref: Ref, action: Action | null): Place {
    const place = this.#place(ref);
    const view = place.unread === undefined ? this.known : place.unread.later;
    const target = place.placed ?? view.place(ref);
    if (action !== null) requireAskable(view, action, target, ref);
    return place;
  }

  /** Errors: the reference errors, NOT_AN_IDENTITY. `resource` is what it is asked about. */
  placeIdentity(ref: Ref, resource: Place | null = null): Place {
    const unread = resource?.unread;
    if (unread !== undefined) {
      // Nothing is known of the resource: it is enough that the identity is known at any time.
      requireIdentity(this.view?.find(ref) ?? unread.later.place(ref), ref);
      return resource as Place;
    }
    const place = this.#place(ref);
    requireIdentity(place.placed ?? place.unread.later.place(ref), ref);
    return place;
  }

  #place(ref: Ref): Place {
    const { view, later } = this;
    if (later === null) return { placed: this.known.place(ref) };
    const found = view?.find(ref) ?? null;
    if (found !== null) return { placed: found };
    const own = unreadGapsOf(ref, view, later);
    // Before the first snapshot nobody was known, and whoever lies in no workspace may have been in any.
    const gaps = own.length > 0 || view !== null ? own : this.unreadGaps;
    if (gaps.length === 0) resolveReference((view ?? later).store, ref, (view ?? later).info.at);
    later.place(ref);
    return { unread: { gaps, later, snapshot: this.snapshot } };
  }
}
