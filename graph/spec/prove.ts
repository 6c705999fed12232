/**
 * Witnesses: every inclusion-minimal set of observed facts that establishes an ALLOW, in order.
 *
 * All chains are enumerated, all combinations made, and those that contain another are dropped. There can be exponentially
 * many; this engine is for small worlds.
 */
import type { Link, Question, Witness } from '../decision.ts';
import { type NodeKey, refPath } from '../fact.ts';
import type { Action } from '../model/actions.ts';
import { type LevelMask, levelRow } from '../model/lattice.ts';
import { type RestrictionKind, restrictionRow, restrictionsOf } from '../model/restrictions.ts';
import { compareWitnesses, linkId, linkOf, witnessLinks } from '../proof.ts';
import { neededAt, waysByScope } from './decide.ts';
import { ANONYMOUS, type Known } from './known.ts';
import { grantsFor } from './level.ts';
import { bindingRules } from './rules.ts';

/** Every witness of an ALLOW in the order of proofs. Meaningless for another verdict. */
export function witnesses(known: Known, question: Question): Witness[] {
  const levels = neededAt(known, question).flatMap(({ resource, mask }) => levelChains(known, question.identity, question.action, resource, mask));
  const exemptions = requiredExemptions(known, question);
  const all = levels.flatMap((level) => scopeSets(known, question).flatMap((scopes) => exemptions.map((exempt): Witness => ({ level, scopes, exemptions: exempt }))));
  return minimal(all.sort(compareWitnesses));
}

/** Every chain from the identity to any level on the nearest resources that have levels, in the order of proofs. */
export function witnessesOfAnyLevel(known: Known, identity: NodeKey, target: NodeKey): Witness[] {
  const chains = known.leveled(target).flatMap((resource) => levelChains(known, identity, 'repository.read', resource, 0xff));
  return minimal(chains.map((level): Witness => ({ level, scopes: [], exemptions: [] })).sort(compareWitnesses));
}

/** The first witness of a level held, by any chain. */
export function nearestWitness(known: Known, identity: NodeKey, action: Action, resource: NodeKey, level: string): Witness | null {
  const as = known.leveledAs(resource);
  const mask = level.split('+').reduce((bits, name) => bits | (1 << (as === null ? 31 : (levelRow(as.flavor, as.kind, name)?.code ?? 31))), 0);
  const chains = levelChains(known, identity, action, resource, mask).map((chain): Witness => ({ level: chain, scopes: [], exemptions: [] }));
  return chains.sort(compareWitnesses)[0] ?? null;
}

/** Chains from the identity to a grant that gives one of the wanted levels on the resource. */
function levelChains(known: Known, identity: NodeKey, action: Action, resource: NodeKey, wanted: LevelMask): Link[][] {
  const ways = memberships(known, identity);
  if (!ways.has(ANONYMOUS)) ways.set(ANONYMOUS, [[]]);
  const enough = grantsFor(known, resource, action, 'pessimistic').filter(({ mask }) => mask & wanted);
  return enough.flatMap(({ holder, links }) => (ways.get(holder) ?? []).map((way) => [...way, ...links]));
}

/** Simple chains of ACTS_AS and MEMBER_OF from the identity, by where they lead. */
function memberships(known: Known, identity: NodeKey): Map<NodeKey, Link[][]> {
  const steps = [...known.edges('ACTS_AS', 'pessimistic'), ...known.edges('MEMBER_OF', 'pessimistic')];
  const found = new Map<NodeKey, Link[][]>();
  const walk = (at: NodeKey, way: Link[], visited: readonly NodeKey[]) => {
    found.set(at, [...(found.get(at) ?? []), way]);
    for (const step of steps) if (step.from === at && !visited.includes(step.to)) walk(step.to, [...way, linkOf(step)], [...visited, step.to]);
  };
  walk(identity, [], [identity]);
  return found;
}

/** One empty set where no scope is needed, else each set of held scopes that does. */
function scopeSets(known: Known, question: Question): Link[][] {
  const held = known.edges('HAS_SCOPE', 'pessimistic').filter((edge) => edge.from === question.identity);
  const sets = waysByScope(known, question).map((way) => way.map((scope) => held.find(({ to }) => refPath(to) === scope)));
  return sets.flatMap((set) => (set.every((edge) => edge !== undefined) ? [set.map(linkOf)] : []));
}

/** Every way to be exempt from all that binds: for each kind of restriction a chain, where one is needed. */
function requiredExemptions(known: Known, { identity, action, target }: Question): Witness['exemptions'][] {
  if (target.branch === null) return [[]];
  const rules = bindingRules(known, target.key, target.branch);
  const unread = known.gapsHiding('rules', target.key).length > 0;
  const ways = memberships(known, identity);
  const exempting = known.edges('EXEMPTS', 'pessimistic');
  const chainsTo = (rule: NodeKey, restriction: RestrictionKind) =>
    exempting.filter(({ from }) => from === rule).flatMap((exempt) => (ways.get(exempt.to) ?? []).map((way) => ({ restriction, chain: [...way, linkOf(exempt)] })));
  let combined: Witness['exemptions'][] = [[]];
  for (const kind of restrictionsOf(action)) {
    const hidden = unread && restrictionRow(kind).effect === 'forbids';
    const own = rules.filter((bound) => bound.kind === kind);
    const certain = own.filter((bound) => bound.certain);
    const lent = rules.filter((bound) => bound.certain && restrictionRow(kind).exemptAlsoBy.includes(bound.kind));
    const byOne = [...certain, ...lent].flatMap(({ rule }) => chainsTo(rule.from, kind)).map((entry) => [entry]);
    // Rules that only may hold must each be met; where none is certain that is a second way.
    const each = certain.length > 0 || hidden ? [[]] : own.map(({ rule }) => chainsTo(rule.from, kind));
    const byEach = each.reduce<Witness['exemptions'][]>((sets, chains) => sets.flatMap((set) => chains.map((entry) => [...set, entry])), [[]]);
    combined = combined.flatMap((set) => [...byOne, ...byEach].map((more) => [...set, ...more]));
  }
  return combined;
}

/** Drops what contains another, and repetitions. Takes witnesses in order. */
function minimal(ordered: readonly Witness[]): Witness[] {
  const ids = ordered.map((witness) => new Set(witnessLinks(witness).map(linkId)));
  return ordered.filter((_, at) => !ids.some((other, before) => before < at && other.isSubsetOf(ids[at] as Set<string>)));
}
