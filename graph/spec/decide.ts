/**
 * The definitional engine: the verdict by the two completions, and all that a decision says beside it.
 *
 * ALLOW is allowed in the pessimistic completion, DENY is refused in the optimistic one, UNKNOWN is the rest.
 */
import type { Condition, Decision, Denial, Question } from '../decision.ts';
import { type GapFact, type NodeKey, refPath } from '../fact.ts';
import { byId, scopeGap, staleGap } from '../gap.ts';
import { type Action, actionRow } from '../model/actions.ts';
import { assumptionsOf } from '../model/assumptions.ts';
import { blindSpotsOf } from '../model/blind-spots.ts';
import { credentialRow, isScopeWord, scopeWays } from '../model/credentials.ts';
import { greatestLevel, type LevelMask, levelRow } from '../model/lattice.ts';
import { RESTRICTION_NAMES, restrictionRow, restrictionsOf } from '../model/restrictions.ts';
import type { Completion, Known } from './known.ts';
import { grantsFor, holders, levelHeld } from './level.ts';
import { nearestWitness } from './prove.ts';
import { bindingRules, blockingKinds } from './rules.ts';
import { gapsOnWays, uncertainty } from './unknown.ts';

/** What the action needs where: empty if it cannot be asked of this target. */
export function neededAt(known: Known, { action, target }: Question): { resource: NodeKey; level: string; mask: LevelMask }[] {
  return known.leveled(target.key).flatMap((resource) => {
    const as = known.leveledAs(resource);
    const level = as === null ? undefined : actionRow(action).needs[as.flavor][as.kind];
    const row = as === null || level === undefined ? null : levelRow(as.flavor, as.kind, level);
    return row === null ? [] : [{ resource, level: row.level, mask: 1 << row.code }];
  });
}

export function decide(known: Known, question: Question, at: number): Decision {
  const pessimistic = refusals(known, question, at, 'pessimistic');
  const optimistic = pessimistic.length === 0 ? [] : refusals(known, question, at, 'optimistic');
  const verdict = pessimistic.length === 0 ? 'ALLOW' : optimistic.length > 0 ? 'DENY' : 'UNKNOWN';
  const { identity, action, target } = question;
  const binding = target.branch === null ? [] : bindingRules(known, target.key, target.branch).map((bound) => bound.kind);
  const restrictions = restrictionsOf(action).filter((restriction) => binding.includes(restriction));
  return {
    verdict,
    denials: verdict === 'DENY' ? optimistic : pessimistic,
    conditions: conditions(known, question),
    assumptions: assumptionsOf({ kind: known.kindOf(identity) ?? 'User', action, on: known.kindOf(target.key), held: known.scopesOf(identity, 'pessimistic'), restrictions }),
    gaps: verdict === 'UNKNOWN' ? gapsBehind(known, question, pessimistic) : [],
    blindSpots: blindSpotsOf({ flavor: known.flavorOf(target.key), action, answer: verdict }),
  };
}

/** Every independent reason why not, under one completion. Empty means allowed. */
export function refusals(known: Known, question: Question, at: number, completion: Completion): Denial[] {
  const { identity, action, target } = question;
  const as = holders(known, identity, completion);
  return [
    ...unfit(known, question, at, completion),
    ...missingLevel(known, question, as, completion),
    ...missingScope(known, question, completion),
    ...(target.branch === null ? [] : blockingKinds(known, as, action, target.key, target.branch, completion)).map((restriction): Denial => {
      const rules = bindingRules(known, target.key, target.branch ?? '').filter((bound) => bound.kind === restriction && (completion === 'pessimistic' || bound.certain));
      return { kind: 'rule', restriction, rules: rules.map(({ rule }) => rule.from) };
    }),
  ];
}

/** Inactive or expired: the identity itself, or the owner that it acts as. A hidden owner, or one that is stale, may be so. */
function unfit(known: Known, { identity }: Question, at: number, completion: Completion): Denial[] {
  const worst = completion === 'pessimistic';
  const owners = known.edges('ACTS_AS', worst ? 'optimistic' : 'pessimistic').filter((edge) => edge.from === identity);
  const owned = credentialRow(known.kindOf(identity))?.actsAs === 'owner';
  return [identity, ...owners.map((edge) => edge.to)].sort().flatMap((key): Denial[] => {
    const { active, expiresAt } = known.nodes.get(key)?.props ?? {};
    const hidden = known.unsure(key).length > 0 || (owned && key === identity && known.gapsHiding('owner', key).length > 0);
    const denials: Denial[] = active === false || (worst && hidden) ? [{ kind: 'inactive', identity: key }] : [];
    if (typeof expiresAt === 'number' && expiresAt <= at) denials.push({ kind: 'expired', identity: key, expiredAt: expiresAt });
    return denials;
  });
}

function missingLevel(known: Known, question: Question, as: ReadonlySet<NodeKey>, completion: Completion): Denial[] {
  const needed = neededAt(known, question);
  if (needed.length === 0) return [{ kind: 'level', resource: question.target.key, held: null, needed: 'none', witness: null }];
  if (needed.some(({ resource, mask }) => (levelHeld(known, as, resource, question.action, completion) & mask) !== 0)) return [];
  const certainly = holders(known, question.identity, 'pessimistic');
  return needed.map(({ resource, level }): Denial => {
    const held = greatestHeld(known, certainly, resource, question.action, 'pessimistic');
    return { kind: 'level', resource, held, needed: level, witness: held === null ? null : nearestWitness(known, question.identity, question.action, resource, held) };
  });
}

/** The greatest levels that the holders have on the resource, null for none. */
export function greatestHeld(known: Known, holding: ReadonlySet<NodeKey>, resource: NodeKey, action: Action, completion: Completion): string | null {
  const as = known.leveledAs(resource);
  return as === null ? null : greatestLevel(as.flavor, as.kind, levelHeld(known, holding, resource, action, completion));
}

function missingScope(known: Known, question: Question, completion: Completion): Denial[] {
  const { identity } = question;
  const ways = waysByScope(known, question);
  const held = known.scopesOf(identity, completion);
  const unread = ways.length > 0 && known.gapsHiding('scopes', identity).length > 0;
  const mayBe = completion === 'optimistic' && (unread || !held.every(isScopeWord));
  if (mayBe || ways.some((way) => way.every((scope) => held.includes(scope)))) return [];
  return [{ kind: 'scope', credential: identity, held: known.scopesOf(identity, 'pessimistic'), needed: ways.map((way) => way.join('+')) }];
}

/** The sets of scopes each of which would do; the empty set where none is needed. */
export function waysByScope(known: Known, { identity, action, target }: Question): readonly (readonly string[])[] {
  const row = credentialRow(known.kindOf(identity));
  if (row === null || row.scopes === null) return row?.gitOnly && !actionRow(action).git ? [] : [[]];
  return scopeWays(row.scopes, action, known.kindOf(target.key));
}

/** Why it is not known that scopes allow the action: they are unread, a word has no row, or what is stale makes a way whole. */
function gapsOfScopes(known: Known, question: Question): GapFact[] {
  const unread = known.gapsHiding('scopes', question.identity);
  const names = known.scopesOf(question.identity, 'optimistic');
  const held = known.edges('HAS_SCOPE', 'optimistic').filter((edge) => edge.from === question.identity);
  const whole = waysByScope(known, question).filter((way) => unread.length > 0 || way.every((scope) => names.includes(scope)));
  const strange = held.filter(({ to }) => !isScopeWord(refPath(to)));
  const stale = held.filter((edge) => edge.stale === true && (strange.includes(edge) || whole.flat().includes(refPath(edge.to))));
  return [...unread, ...strange.map(scopeGap), ...stale.map(staleGap)];
}

/** Merge checks, where a rule that enforces them matches the same branch. */
function conditions(known: Known, { action, target }: Question): Condition[] {
  if (target.branch === null) return [];
  const rules = bindingRules(known, target.key, target.branch);
  const enforcing = rules.filter((bound) => restrictionRow(bound.kind).effect === 'enforces');
  return RESTRICTION_NAMES.flatMap((restriction): Condition[] => {
    const row = restrictionRow(restriction);
    const own = rules.filter((bound) => bound.kind === restriction);
    if (row.effect !== 'condition' || !row.blocks.includes(action) || own.length * enforcing.length === 0) return [];
    const values = own.map(({ rule }) => rule.props['value']).filter((value) => typeof value === 'number');
    const certain = own.some((bound) => bound.certain) && enforcing.some((bound) => bound.certain);
    return [{ restriction, value: values.length === 0 ? null : Math.max(...values), rules: own.map(({ rule }) => rule.from), certain }];
  });
}

/** The gaps and stale facts for which an UNKNOWN is not known, by id. */
function gapsBehind(known: Known, question: Question, denials: readonly Denial[]): GapFact[] {
  const { identity, action, target } = question;
  const wanted = neededAt(known, question).flatMap(({ resource, mask }) => grantsFor(known, resource, action, 'optimistic').filter((grant) => grant.mask & mask));
  const behind = (denial: Denial): readonly GapFact[] => {
    if (denial.kind === 'level') return gapsOnWays(known, identity, wanted);
    if (denial.kind === 'scope') return gapsOfScopes(known, question);
    if (denial.kind !== 'rule') return [...known.unsure(denial.identity), ...known.gapsHiding('owner', identity), ...uncertainty(known, 'ACTS_AS', identity, denial.identity)];
    const kinds = [denial.restriction, ...restrictionRow(denial.restriction).exemptAlsoBy];
    const rules = bindingRules(known, target.key, target.branch ?? '').filter((bound) => kinds.includes(bound.kind));
    const listed = rules.flatMap(({ rule }) => [...known.nodes.keys()].filter((holder) => known.joins('EXEMPTS', rule.from, holder, 'optimistic')).map((holder) => ({ rule, holder })));
    const ends = listed.map(({ rule, holder }) => ({ holder, gaps: uncertainty(known, 'EXEMPTS', rule.from, holder) }));
    return [...known.gapsHiding('rules', target.key), ...rules.flatMap((bound) => bound.gaps), ...gapsOnWays(known, identity, ends)];
  };
  return byId(denials.flatMap(behind));
}
