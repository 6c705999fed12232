/**
 * Entries of who-can and what-can lists. What costs engine work (permission, actions, proof) is computed when it is read.
 */
import type { ResourceEntry } from '../graph/engine/port.ts';
import { type Action, actionRow, actionsOn } from '../graph/model/actions.ts';
import { neededFor, questionOf } from './answer.ts';
import type { NamedNode, Proof, WhatCanRow, WhoCanRow } from './port.ts';
import { keysOfWitness, tellProof } from './told-proof.ts';
import { indexedQuestion, type Placed, type View } from './view.ts';

export interface RowContext {
  readonly view: View;
  /** Instant for expiry and activity. */
  readonly at: number;
  readonly signal?: AbortSignal | undefined;
}

export class WhoCanEntry implements WhoCanRow {
  readonly identity: NamedNode;
  readonly verdict: WhoCanRow['verdict'];
  readonly #context: RowContext;
  readonly #placed: Placed;
  readonly #action: Action;
  readonly #target: Placed;

  constructor(context: RowContext, question: { identity: NamedNode; index: number; unknown: boolean; action: Action; target: Placed }) {
    this.identity = question.identity;
    this.verdict = question.unknown ? 'UNKNOWN' : 'ALLOW';
    this.#context = context;
    this.#placed = { key: this.identity.key, kind: this.identity.kind, branch: null, fact: null, index: question.index };
    this.#action = question.action;
    this.#target = question.target;
  }

  get permission(): string {
    const completion = this.verdict === 'ALLOW' ? 'pessimistic' : 'optimistic';
    return this.#context.view.engine.heldAt(this.#placed.index, this.#target.index, completion) ?? '';
  }

  /** All that it may do there, with the verdict of the entry. */
  get actions(): readonly Action[] {
    const { view, at } = this.#context;
    const wanted = this.verdict === 'ALLOW' ? true : null;
    return actionsOn(this.#target.kind).filter(
      (action) =>
        view.engine.isAskable(action, this.#target.index, this.#target.kind) &&
        view.engine.check(indexedQuestion(this.#placed, action, this.#target), at) === wanted,
    );
  }

  proof(): Promise<Proof | null> {
    return firstProof(this.#context, { identity: this.#placed, action: this.#action, target: this.#target, verdict: this.verdict });
  }
}

export class WhatCanEntry implements WhatCanRow {
  readonly resource: NamedNode;
  readonly verdict: WhatCanRow['verdict'];
  readonly permission: string;
  readonly actions: readonly Action[];
  readonly #context: RowContext;
  readonly #identity: Placed;
  readonly #target: Placed;
  readonly #action: Action | null;

  constructor(context: RowContext, question: { identity: Placed; resource: NamedNode; entry: ResourceEntry; action: Action | null }) {
    const { identity, resource, entry, action } = question;
    this.resource = resource;
    this.verdict = entry.verdict;
    this.permission = entry.permission;
    this.actions = entry.actions;
    this.#context = context;
    this.#identity = identity;
    this.#action = action ?? strongest(entry.actions, entry.permission);
    this.#target = { ...entry.target, fact: null, index: entry.targetIndex };
  }

  /** Of the asked action, or of one that needs the permission held. */
  async proof(): Promise<Proof | null> {
    if (this.#action === null) return null;
    return firstProof(this.#context, { identity: this.#identity, action: this.#action, target: this.#target, verdict: this.verdict });
  }
}

/** The first proof of an ALLOW. */
async function firstProof(
  { view, at, signal }: RowContext,
  { identity, action, target, verdict }: { identity: Placed; action: Action; target: Placed; verdict: string },
): Promise<Proof | null> {
  if (verdict !== 'ALLOW') return null;
  const [witness] = view.engine.witnesses(indexedQuestion(identity, action, target), at, signal);
  if (witness === undefined) return null;
  const names = await view.names.read([identity.key, ...keysOfWitness(witness)]);
  return tellProof(questionOf({ identity, action, target }), witness, neededFor({ view, action, target }, witness), names);
}

/** One of the actions that needs the level, else the last of them. */
function strongest(actions: readonly Action[], permission: string): Action | null {
  const levels = permission.split('+');
  const needing = actions.find((action) =>
    Object.values(actionRow(action).needs).some((needs) => Object.values(needs).some((level) => levels.includes(level))),
  );
  return needing ?? actions.at(-1) ?? null;
}
