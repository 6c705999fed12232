/**
 * Concrete truths that a gap allows: the world in which the gap is closed and what it hid has come out as drawn.
 *
 * Rows of Bitbucket's own listing are left out of a world before a gap is closed: where they stand in for hidden grants, a
 * truth would have to bear them out.
 */
import { type EdgeFact, factId, type GapFact, type NodeKey, type Props, type World } from '../../graph/fact.ts';
import { SCOPES } from '../../graph/model/credentials.ts';
import { EDGE_KINDS, type EdgeKindRow } from '../../graph/model/edge-kinds.ts';
import { hiddenRow } from '../../graph/model/gaps.ts';
import { isLeveled, levelsOf } from '../../graph/model/lattice.ts';
import { BRANCH_TYPES, RESTRICTION_NAMES, restrictionRow } from '../../graph/model/restrictions.ts';
import { publicGrants } from '../../graph/model/visibility.ts';
import { plainNode } from '../../graph/notation.ts';
import { Known } from '../../graph/spec/known.ts';
import type { Dice } from './dice.ts';
import { BRANCHES, type StaleEdge } from './generate-world.ts';

/** Patterns whose meaning is documented: a truth leaves nothing open. */
const PLAIN_GLOBS = ['main', '*', 'release/*', 'm*n', '*e*', 'dev'];

export function withoutReports(world: World): World {
  return { ...world, edges: world.edges.filter(({ kind }) => kind !== 'REPORTED') };
}

export function closeGap(dice: Dice, world: World, gap: GapFact): World {
  const known = new Known(world);
  const gaps = world.gaps.filter((other) => other !== gap);
  const { adds, takes } = hiddenRow(gap.hides);
  let truth: World = { ...world, gaps };
  if (adds !== null) {
    const ends = endsOf(known, gap);
    for (let count = dice.between(0, 3); count > 0 && ends.length > 0; count--) {
      const added = addedEdge(dice, known, gap, dice.pick(ends));
      if (added !== null) truth = withEdge(truth, added);
    }
  }
  if (gap.hides === 'rules' || takes === 'everything')
    for (const repository of repositoriesUnder(known, gap.scope)) if (dice.chance(60)) truth = withRule(dice, truth, repository);
  if (gap.hides === 'activity' && dice.chance(50))
    truth = {
      ...truth,
      nodes: truth.nodes.map((node) => (node.key === gap.scope ? { ...node, props: { ...node.props, active: false } } : node)),
    };
  if (gap.hides === 'rule-match')
    truth = {
      ...truth,
      edges: truth.edges.map((edge) => (edge.from === gap.scope && edge.kind === 'RESTRICTS' ? { ...edge, props: matcher(dice) } : edge)),
    };
  if (gap.hides === 'branching-model')
    truth = withEdge(
      truth,
      edge(
        gap.scope,
        'CLASSIFIES',
        `branch:${gap.scope.slice('repository:'.length)}#${dice.pick(BRANCHES.slice(0, 4))}`,
        dice.pick(BRANCH_TYPES),
      ),
    );
  return truth;
}

/** The edge of a truth: fresh, in place of a stale one of the same id. Nodes that it names and the world lacks are added. */
export function withEdge({ nodes, edges, gaps }: World, added: StaleEdge): World {
  const there = new Set(nodes.map(({ key }) => key));
  const missing = [added.from, added.to].filter((key) => !there.has(key) && key !== 'anonymous:').flatMap((key) => plainNode(key) ?? []);
  return { nodes: [...nodes, ...missing], edges: [...edges.filter((other) => factId(other) !== factId(added)), added], gaps };
}

export function edge(from: NodeKey, kind: EdgeFact['kind'], to: NodeKey, word = '', props: Props = {}): StaleEdge {
  return { type: 'edge', kind, from, to, word, props };
}

/** A rule of a kind that forbids, on the repository, with an exempt list or without one. */
export function withRule(dice: Dice, world: World, repository: NodeKey, listed: 'anybody' | 'nobody' = 'anybody'): World {
  const key = `restriction:${repository.slice('repository:'.length)}#new${world.edges.length}`;
  const forbidding = RESTRICTION_NAMES.filter((kind) => restrictionRow(kind).effect === 'forbids');
  const ruled = withEdge(world, edge(key, 'RESTRICTS', repository, dice.pick(forbidding), matcher(dice)));
  const row: EdgeKindRow = EDGE_KINDS.EXEMPTS;
  const holder = dice.pickAny(world.nodes.filter(({ kind }) => row.to.includes(kind)));
  return listed === 'nobody' || holder === null || dice.chance(40) ? ruled : withEdge(ruled, edge(key, 'EXEMPTS', holder.key));
}

export function matcher(dice: Dice): Props {
  return dice.chance(75) ? { glob: dice.pick(PLAIN_GLOBS) } : { branchType: dice.pick(BRANCH_TYPES) };
}

/** The pairs that the gap speaks of, by asking what it may add between any two nodes. */
function endsOf(known: Known, gap: GapFact): { from: NodeKey; to: NodeKey }[] {
  const { adds } = hiddenRow(gap.hides);
  if (adds === null) return [];
  if (adds.edge === 'HAS_SCOPE') return SCOPES.map(({ scope }) => ({ from: gap.scope, to: `scope:${scope}` }));
  const keys = [...known.nodes.keys()];
  return keys.flatMap((from) =>
    keys.flatMap((to) => (from !== to && known.gapsAdding(adds.edge, from, to).includes(gap) ? [{ from, to }] : [])),
  );
}

/** Null where there is nothing that could be: a project of Cloud is never public. */
function addedEdge(dice: Dice, known: Known, gap: GapFact, { from, to }: { from: NodeKey; to: NodeKey }): StaleEdge | null {
  const { adds } = hiddenRow(gap.hides);
  const as = known.leveledAs(to);
  if (adds?.edge !== 'HOLDS' || as === null || !isLeveled(as.kind)) return edge(from, adds?.edge ?? 'HOLDS', to);
  const open = publicGrants(as.flavor, as.kind).filter(({ holder }) => holder === known.kindOf(from));
  const words =
    adds.level === 'public'
      ? open.map(({ level }) => level)
      : levelsOf(as.flavor, as.kind).flatMap(({ level, grantable }) => (grantable ? [level] : []));
  const word = dice.pickAny(words);
  return word === null ? null : edge(from, 'HOLDS', to, word);
}

function repositoriesUnder(known: Known, scope: NodeKey): NodeKey[] {
  return [...known.nodes.values()]
    .filter(({ kind, key }) => kind === 'Repository' && known.ancestors(key).includes(scope))
    .map(({ key }) => key);
}
