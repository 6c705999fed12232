/**
 * One compiled snapshot with what is needed to ask it in references: engine, keys, names, and the references resolved so far.
 *
 * INVARIANT: a view never changes what it answers: facts, names and references are those of its snapshot's instant.
 */
import type { EngineInterface, IndexedQuestion, NodeIndex } from '../graph/engine/port.ts';
import { CodedError, invariant } from '../graph/errors.ts';
import type { Ref } from '../graph/fact.ts';
import { ACTION_NAMES, type Action, actionsOn, isAction } from '../graph/model/actions.ts';
import { isAskable, NODE_KINDS } from '../graph/model/node-kinds.ts';
import type { Store } from '../graph/store/port.ts';
import type { NodeTable } from './key-table.ts';
import { Lru } from './lru.ts';
import { Moment } from './moment.ts';
import type { SnapshotRef } from './port.ts';
import { findReference, type Resolved, resolveReference } from './reference.ts';

/** A resolved reference with its place in the snapshot; `index` is that of the repository where it names a branch. */
export interface Placed extends Resolved {
  readonly index: NodeIndex;
}

const REFERENCES_KEPT_MAX = 200_000;
/** Longer ones are rare, and would fill the memory. */
const REFERENCE_KEPT_CHARS_MAX = 1000;

export class View extends Moment {
  readonly engine: EngineInterface;
  readonly keys: NodeTable;
  readonly #placed = new Lru<Ref, Placed>(REFERENCES_KEPT_MAX);

  constructor({ info, engine, keys, store }: { info: SnapshotRef; engine: EngineInterface; keys: NodeTable; store: Store }) {
    super(store, info);
    this.engine = engine;
    this.keys = keys;
  }

  /** Errors: REFERENCE_MALFORMED, REFERENCE_AMBIGUOUS, REFERENCE_UNKNOWN. */
  place(ref: Ref): Placed {
    const known = this.#placed.get(ref);
    if (known !== undefined) return known;
    return this.#keep(ref, resolveReference(this.store, ref, this.info.at));
  }

  /** As `place`, but null where nothing answers. */
  find(ref: Ref): Placed | null {
    const known = this.#placed.get(ref);
    if (known !== undefined) return known;
    const found = findReference(this.store, ref, this.info.at);
    return found === null ? null : this.#keep(ref, found);
  }

  #keep(ref: Ref, resolved: Resolved): Placed {
    const index = this.keys.indexOf(resolved.key);
    invariant(index >= 0, `what a store reads at a snapshot is compiled in it, got ${resolved.key}`);
    // The node's properties are not kept: topology lives in memory, properties in the store.
    const placed = { ...resolved, fact: null, index };
    if (ref.length <= REFERENCE_KEPT_CHARS_MAX) this.#placed.set(ref, placed);
    return placed;
  }
}

/** Errors: NOT_AN_IDENTITY. */
export function requireIdentity({ kind }: Pick<Resolved, 'kind'>, ref: Ref): void {
  if (!isAskable(kind))
    throw new CodedError('NOT_AN_IDENTITY', `what asks is an identity, a credential or a group, got \`${ref}\`, which is a ${kind}`, {
      ref,
      kind,
    });
}

/** Errors: ACTION_UNKNOWN with the actions that can be asked of such a resource. `askable` says what its flavor has. */
export function requireAction(
  action: string,
  { kind }: Pick<Resolved, 'kind'>,
  ref: Ref,
  askable: (action: Action) => boolean,
): asserts action is Action {
  const known = isAction(action);
  if (known && actionsOn(kind).includes(action) && askable(action)) return;
  const actions = actionsOn(kind).filter(askable);
  const got = known ? `got \`${action}\` of \`${ref}\`` : `got \`${action}\`, which no row has`;
  const hint =
    known && action.startsWith('branch.') && kind === 'Repository'
      ? `; ask it of a branch: \`${NODE_KINDS.Branch.ref}:${ref.slice(ref.indexOf(':') + 1)}#NAME\``
      : '';
  const listed = actions.length === 0 ? `nothing can be asked of a ${kind}` : `a ${kind} takes ${actions.join(', ')}`;
  throw new CodedError('ACTION_UNKNOWN', `${listed}; ${got}${hint}`, { action, kind, actions });
}

/** Errors: ACTION_UNKNOWN with all actions. */
export function requireKnownAction(action: string): asserts action is Action {
  if (!isAction(action))
    throw new CodedError('ACTION_UNKNOWN', `an action is one of ${ACTION_NAMES.join(', ')}; got \`${action}\``, {
      action,
      actions: ACTION_NAMES,
    });
}

/** Errors: ACTION_UNKNOWN. */
export function requireAskable(view: View, action: string, target: Placed, ref: Ref): asserts action is Action {
  // All that is wrong is found out again below, where it is told.
  if (isAction(action) && view.engine.isAskable(action, target.index, target.kind)) return;
  requireAction(action, target, ref, (each) => view.engine.isAskable(each, target.index, target.kind));
}

/** Errors: the reference errors, NOT_AN_IDENTITY, ACTION_UNKNOWN. */
export function indexedQuestion(identity: Placed, action: Action, target: Placed): IndexedQuestion {
  return { identity: identity.index, action, target: target.index, targetKind: target.kind, branch: target.branch };
}
