/**
 * What questions are asked of: a compiled snapshot and an instant; of a past time with a later snapshot, which knows what had
 * not been read yet.
 */
import { CodedError } from '../graph/errors.ts';
import type { GapFact, Ref } from '../graph/fact.ts';
import type { Action } from '../graph/model/actions.ts';
import type { SnapshotRef } from './port.ts';
import { unknownReference } from './reference.ts';
import { readUnreadGaps, snapshotOf, Unread, unreadGapsOf } from './unread.ts';
import { type Placed, requireAskable, requireIdentity, type View } from './view.ts';

/** Where a reference lies, or that nothing had been read of it. */
export type Place = Placed | Unread;

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
  async readUnreadGaps(): Promise<readonly GapFact[]> {
    return this.later === null ? [] : readUnreadGaps(this.view, this.later);
  }

  /** In the order asked, by one read for all; in place of a reference that something is wrong with, its error. */
  async placeAll(refs: readonly Ref[]): Promise<readonly (Place | CodedError)[]> {
    const answers = this.view ?? (this.later === null ? this.known : null);
    const found: (Place | CodedError | null)[] = answers === null ? refs.map(() => null) : await answers.findAll(refs);
    const unplaced = new Map<Ref, Promise<Unread | CodedError>>();
    for (let at = 0; at < refs.length; at++) {
      const ref = refs[at] as Ref;
      if (found[at] === null && !unplaced.has(ref)) unplaced.set(ref, this.#placeUnknown(ref));
    }
    if (unplaced.size === 0) return found as (Place | CodedError)[];
    const [keys, values] = [[...unplaced.keys()], await Promise.all(unplaced.values())];
    const outcomes = new Map(keys.map((ref, at) => [ref, values[at] as Unread | CodedError]));
    return found.map((each, at) => each ?? (outcomes.get(refs[at] as Ref) as Unread | CodedError));
  }

  /** Errors: those of the place. */
  async place(ref: Ref): Promise<Place> {
    const [place] = await this.placeAll([ref]);
    if (place instanceof CodedError) throw place;
    return place as Place;
  }

  /** What nothing answers to at the asked time. */
  async #placeUnknown(ref: Ref): Promise<Unread | CodedError> {
    const { view, later, snapshot } = this;
    if (later === null) return unknownReference(this.known.store, ref, this.known.info.at);
    const [placed = null] = await later.findAll([ref]);
    if (placed instanceof CodedError) return placed;
    const unknownTo = ({ store, info }: View) => unknownReference(store, ref, info.at);
    if (placed === null) return unknownTo(view ?? later);
    const own = unreadGapsOf(placed, view, later);
    // Before the first snapshot nobody was known, and whoever lies in no workspace may have been in any.
    const gaps = own.length > 0 || view !== null ? own : await this.readUnreadGaps();
    const unknown = gaps.length === 0 && view !== null ? await unknownTo(view) : null;
    return new Unread({ gaps, later, placed, snapshot, unknown });
  }
}

/** A place as what an action is asked of. An action of null is any. Errors: those of the place, ACTION_UNKNOWN. */
export function requireTarget(setting: Setting, place: Place | CodedError, { ref, action }: { ref: Ref; action: Action | null }): Place {
  if (place instanceof CodedError) throw place;
  if (place instanceof Unread) {
    if (place.unknown !== null) throw place.unknown;
    if (action !== null) requireAskable(place.later, action, place.placed, ref);
  } else if (action !== null) requireAskable(setting.known, action, place, ref);
  return place;
}

/** A place as who asks, and of a target that had not been read that target: nothing more is to be known. Errors: those of the place, NOT_AN_IDENTITY. */
export function requireHolder(place: Place | CodedError, ref: Ref, target: Place | null = null): Place {
  if (place instanceof CodedError) throw place;
  if (target instanceof Unread) {
    // It is enough that the identity is known at any time.
    requireIdentity(place instanceof Unread ? place.placed : place, ref);
    return target;
  }
  if (place instanceof Unread) {
    if (place.unknown !== null) throw place.unknown;
    requireIdentity(place.placed, ref);
  } else requireIdentity(place, ref);
  return place;
}
