/**
 * One compiled snapshot with what is needed to ask it in references: engine, keys, names, and the references placed so far.
 *
 * INVARIANT: a view never changes what it answers: facts, names and references are those of its snapshot's instant.
 */
import type { KeyTable } from '../graph/engine/key-table.ts';
import type { EngineInterface, IndexedQuestion, NodeIndex } from '../graph/engine/port.ts';
import { CodedError, invariant } from '../graph/errors.ts';
import type { EdgeFact, NodeKey, Ref } from '../graph/fact.ts';
import { ACTION_NAMES, type Action, actionsOn, isAction } from '../graph/model/actions.ts';
import { isAskable, NODE_KINDS } from '../graph/model/node-kinds.ts';
import type { Store } from '../graph/store/port.ts';
import { Lru } from './lru.ts';
import { Moment } from './moment.ts';
import type { SnapshotRef } from './port.ts';
import { findReferences, type Resolved } from './reference.ts';

/** A resolved reference with its place in the snapshot; `index` is that of the repository where it names a branch. */
export interface Placed extends Resolved {
  readonly index: NodeIndex;
}

const REFERENCES_KEPT_MAX = 200_000;
/** Longer ones are rare, and would fill the memory. */
const REFERENCE_KEPT_CHARS_MAX = 1000;

export class View extends Moment {
  readonly engine: EngineInterface;
  readonly #placed = new Lru<Ref, Placed>(REFERENCES_KEPT_MAX);

  constructor({ info, engine, store }: { info: SnapshotRef; engine: EngineInterface; store: Store }) {
    super(store, info);
    this.engine = engine;
  }

  get keys(): KeyTable {
    return this.engine.keys;
  }

  /**
   * Where references lie, in the order asked; null where nothing answers, and the error in place of what is malformed or ambiguous.
   * Those that are not known yet are read together, at once; where all are known nothing is read.
   */
  async findAll(refs: readonly Ref[]): Promise<(Placed | CodedError | null)[]> {
    const found: (Placed | CodedError | null)[] = [];
    const missing: number[] = [];
    for (let at = 0; at < refs.length; at++) {
      const known = this.#placed.get(refs[at]!) ?? null;
      if (known === null) missing.push(at);
      found.push(known);
    }
    if (missing.length === 0) return found;
    const asked = missing.map((at) => refs[at]!);
    const read = await findReferences(this.store, asked, this.info.at);
    for (let i = 0; i < read.length; i++) {
      const resolved = read[i]!;
      found[missing[i]!] = resolved === null || resolved instanceof CodedError ? resolved : this.#keep(asked[i]!, resolved);
    }
    return found;
  }

  /** What a rule is and which branches it matches, as the edge to what it restricts; null for what is no rule. */
  ruleOf(key: NodeKey): EdgeFact | null {
    const index = this.keys.indexOf(key);
    return index < 0 ? null : this.engine.ruleOf(index);
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
