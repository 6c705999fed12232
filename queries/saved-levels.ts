/**
 * Levels as saved questions meet them in GraphQL: what includes what, by the kind of the resource and what it lies in.
 */
import { isLeveled, levelMask } from '../graph/model/lattice.ts';
import { NODE_KIND_NAMES, type NodeKind } from '../graph/model/node-kinds.ts';
import type { Shown } from './saved-question.ts';

/** `kind` as the enum of GraphQL has it. */
export interface LeveledShown extends Shown {
  readonly kind: string;
  readonly within: readonly { readonly kind: string }[];
}

/** Does the greater level give the lesser one on this resource? A word that no row has is included in nothing. */
export function includesLevel({ kind, within }: LeveledShown, greater: string, lesser: string): boolean {
  const on = kindOf(kind);
  if (on === undefined || !isLeveled(on)) return false;
  const flavor = on === 'Instance' || within.some((place) => kindOf(place.kind) === 'Instance') ? 'dc' : 'cloud';
  const wanted = levelMask(flavor, on, lesser);
  return wanted !== 0 && (levelMask(flavor, on, greater) & wanted) === wanted;
}

/** The kind of a value of the enum. */
export function kindOf(value: string): NodeKind | undefined {
  return NODE_KIND_NAMES.find((kind) => kind.toUpperCase() === value.replaceAll('_', ''));
}
