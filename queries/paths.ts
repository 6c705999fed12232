/**
 * Paths: proofs as a list. A path without an asked action is told as a proof of the action that stands for the level that it
 * gives: `repository.write` for write.
 */
import type { Witness } from '../graph/decision.ts';
import { type Action, actionRow, actionsOn } from '../graph/model/actions.ts';
import { greatestLevel, isLeveled, levelMask, passDown } from '../graph/model/lattice.ts';
import type { LeveledKind } from '../graph/model/levels.ts';
import type { Flavor } from '../graph/model/row.ts';
import { neededFor, questionOf } from './answer.ts';
import type { ReadNames } from './names.ts';
import type { Path } from './port.ts';
import type { RowContext } from './rows.ts';
import { tellProof } from './told-proof.ts';
import { indexedQuestion, type Placed, type View } from './view.ts';

export interface PathQuestion {
  readonly from: Placed;
  readonly to: Placed;
  readonly action: Action | null;
}

/** Witnesses in order, lazily. Errors while it is read: LIMIT, TIMEOUT. */
export function pathWitnesses({ view, at, signal }: RowContext, { from, to, action }: PathQuestion): IterableIterator<Witness> {
  if (action !== null) return view.engine.witnesses(indexedQuestion(from, action, to), at, signal);
  return view.engine.witnessesOfAnyLevel(from.index, to.index, at, signal);
}

export function tellPath(
  { view, names }: Pick<RowContext, 'view'> & { readonly names: ReadNames },
  { from, to, action }: PathQuestion,
  witness: Witness,
): Path {
  if (action !== null) {
    const question = questionOf({ identity: from, action, target: to });
    return { action, ...tellProof(question, witness, neededFor({ view, action, target: to }, witness), names) };
  }
  const { flavor, kind, level } = levelAtEnd(view, witness);
  const standing = actionFor(flavor, kind, level);
  return { action: standing, ...tellProof(questionOf({ identity: from, action: standing, target: to }), witness, level, names) };
}

interface LevelAt {
  readonly flavor: Flavor;
  readonly kind: LeveledKind;
  readonly level: string;
}

/** The level that a chain gives on the resource that it ends at. */
function levelAtEnd(view: View, { level: chain }: Witness): LevelAt {
  let at: LevelAt = { flavor: 'cloud', kind: 'Repository', level: 'read' };
  for (const { kind: edge, to, word } of chain) {
    if (edge !== 'HOLDS' && edge !== 'REPORTED' && edge !== 'CONTAINS') continue;
    const index = view.keys.indexOf(to);
    const kind = view.engine.kindOf(index);
    if (!isLeveled(kind)) continue;
    const flavor = view.engine.flavorOf(index);
    const passed = edge === 'CONTAINS' ? passDown(flavor, at.kind, kind, levelMask(flavor, at.kind, at.level)) : 0;
    const level = edge === 'CONTAINS' ? (greatestLevel(flavor, kind, passed)?.split('+')[0] ?? at.level) : word;
    at = { flavor, kind, level };
  }
  return at;
}

/** Of the actions of the kind that need exactly this level, the first of the table. */
function actionFor(flavor: Flavor, kind: LeveledKind, level: string): Action {
  const actions = actionsOn(kind).filter((action) => actionRow(action).needs[flavor][kind] !== undefined);
  return actions.find((action) => actionRow(action).needs[flavor][kind] === level) ?? actions[0] ?? 'repository.read';
}
