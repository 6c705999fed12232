/**
 * Why an UNKNOWN is not known: the gaps and stale facts that lie on some optimistic way from the identity to what it lacks.
 */
import type { GapFact, NodeKey } from '../fact.ts';
import { staleGap } from '../gap.ts';
import type { EdgeKind } from '../model/edge-kinds.ts';
import type { Known } from './known.ts';
import { holders } from './level.ts';

/** `ends`: holders at which a way may end, with what is uncertain about the end itself. */
export function gapsOnWays(known: Known, identity: NodeKey, ends: readonly { holder: NodeKey; gaps: readonly GapFact[] }[]): GapFact[] {
  const forward = holders(known, identity, 'optimistic');
  const reached = ends.filter(({ holder }) => forward.has(holder));
  const gaps = reached.flatMap((end) => end.gaps);
  for (const to of forward) {
    const onward = holders(known, to, 'optimistic');
    if (!reached.some(({ holder }) => onward.has(holder) && (holder !== 'anonymous:' || to === holder))) continue;
    for (const from of forward) for (const kind of ['ACTS_AS', 'MEMBER_OF'] as const) gaps.push(...uncertainty(known, kind, from, to));
  }
  return gaps;
}

/** Stale facts and gaps by which an edge may be there. Nothing where a fact says for certain that it is. */
export function uncertainty(known: Known, kind: EdgeKind, from: NodeKey, to: NodeKey): GapFact[] {
  const observed = known.edges(kind, 'optimistic').filter((edge) => edge.from === from && edge.to === to);
  return observed.some((edge) => edge.stale !== true) ? [] : [...observed.map(staleGap), ...known.gapsAdding(kind, from, to)];
}
