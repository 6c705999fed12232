/**
 * The effective level: the join, over every witness, of own grants, grants of every group, inheritance and public visibility.
 */
import type { Link } from '../decision.ts';
import type { GapFact, NodeKey } from '../fact.ts';
import { staleGap } from '../gap.ts';
import type { Action } from '../model/actions.ts';
import { hiddenRow } from '../model/gaps.ts';
import { fullMask, type LevelMask, levelMask, passDown } from '../model/lattice.ts';
import type { LeveledKind } from '../model/levels.ts';
import type { Flavor } from '../model/row.ts';
import { publicGrants } from '../model/visibility.ts';
import { linkOf } from '../proof.ts';
import { ANONYMOUS, type Completion, type Known, type KnownEdge } from './known.ts';

/** A grant, observed or added by a gap, on the resource or on one that contains it. */
export interface Grant {
  readonly holder: NodeKey;
  /** What it gives on the resource that was asked about. */
  readonly mask: LevelMask;
  /** The grant and the containments down to the resource; empty for an added grant. */
  readonly links: readonly Link[];
  /** What is uncertain about it. */
  readonly gaps: readonly GapFact[];
}

/** Everything as which the identity may hold a grant: itself, its owner, their groups, and anybody. */
export function holders(known: Known, identity: NodeKey, completion: Completion): Set<NodeKey> {
  const found = new Set([identity]);
  const isPart = (at: NodeKey, other: NodeKey) => known.joins('ACTS_AS', at, other, completion) || known.joins('MEMBER_OF', at, other, completion);
  for (const at of found) for (const other of known.nodes.keys()) if (isPart(at, other)) found.add(other);
  return found.add(ANONYMOUS);
}

/** The levels that these holders have on the resource. The action matters for Bitbucket's own listing, which speaks of `repository.*` only. */
export function levelHeld(known: Known, as: ReadonlySet<NodeKey>, resource: NodeKey, action: Action, completion: Completion): LevelMask {
  return grantsFor(known, resource, action, completion).reduce((mask, grant) => (as.has(grant.holder) ? mask | grant.mask : mask), 0);
}

/** Every grant that gives something on the resource, found by going up from it. */
export function grantsFor(known: Known, resource: NodeKey, action: Action, completion: Completion): Grant[] {
  const found: Grant[] = [];
  const climb = (at: NodeKey, way: readonly KnownEdge[]) => {
    const as = known.leveledAs(at);
    if (as === null) return;
    const uncertain = way.filter((edge) => edge.stale === true).map(staleGap);
    for (const edge of grantsOn(known, at, action, completion)) {
      const gaps = edge.stale === true ? [staleGap(edge), ...uncertain] : uncertain;
      found.push({ holder: edge.from, mask: passed(known, levelMask(as.flavor, as.kind, edge.word), at, way), links: [edge, ...way].map(linkOf), gaps });
    }
    for (const holder of completion === 'optimistic' ? known.nodes.keys() : []) {
      for (const gap of known.gapsAdding('HOLDS', holder, at)) found.push({ holder, mask: passed(known, addedLevel(as, gap), at, way), links: [], gaps: [gap, ...uncertain] });
    }
    // A way that meets itself gives nothing new.
    for (const edge of known.edges('CONTAINS', completion)) if (edge.to === at && !way.some(({ to }) => to === edge.from)) climb(edge.from, [edge, ...way]);
  };
  climb(resource, []);
  return found.filter(({ mask }) => mask !== 0);
}

/** Observed grants on one resource that count: Bitbucket's own listing only where grants that could count are under a gap. */
function grantsOn(known: Known, resource: NodeKey, action: Action, completion: Completion): KnownEdge[] {
  const standsIn = action.startsWith('repository.') && known.gaps.some((gap) => hiddenRow(gap.hides).reportsStandIn && known.ancestors(resource).includes(gap.scope));
  return [...known.edges('HOLDS', completion), ...(standsIn ? known.edges('REPORTED', completion) : [])].filter((edge) => edge.to === resource);
}

/** The most that a gap may add on the resource. */
function addedLevel({ flavor, kind }: { flavor: Flavor; kind: LeveledKind }, gap: GapFact): LevelMask {
  if (hiddenRow(gap.hides).adds?.level === 'any') return fullMask(flavor, kind);
  return publicGrants(flavor, kind).reduce((mask, row) => mask | levelMask(flavor, kind, row.level), 0);
}

/** What levels on the first resource give on the last of a way down. */
function passed(known: Known, mask: LevelMask, from: NodeKey, way: readonly KnownEdge[]): LevelMask {
  let at = known.leveledAs(from);
  for (const { to } of way) {
    const next = known.leveledAs(to);
    mask = at === null || next === null || at.flavor !== next.flavor ? 0 : passDown(next.flavor, at.kind, next.kind, mask);
    at = next;
  }
  return mask;
}
