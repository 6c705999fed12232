/**
 * The definitional engine: the verdict by the two completions, and all that a decision says beside it.
 *
 * ALLOW is allowed in the pessimistic completion, DENY is refused in the optimistic one, UNKNOWN is the rest.
 */
import type { Condition, Decision, Denial, Question } from '../decision.ts';
import { type GapFact, type NodeKey, refPath } from '../fact.ts';
import { byId, staleGap } from '../gap.ts';
import { type Action, actionRow } from '../model/actions.ts';
import { assumptionsOf } from '../model/assumptions.ts';
import { blindSpotsOf } from '../model/blind-spots.ts';
import { credentialRow, scopesAllowing } from '../model/credentials.ts';
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
  const verdict = pessimistic.length === 0 ? 'ALLOW' : refusals(known, question, at, 'optimistic').length > 0 ? 'DENY' : 'UNKNOWN';
  const denials = verdict === 'ALLOW' ? [] : refusals(known, question, at, verdict === 'DENY' ? 'optimistic' : 'pessimistic');
  const { identity, action, target } = question;
  const binding = target.branch === null ? [] : bindingRules(known, target.key, target.branch).map((bound) => bound.kind);
  const restrictions = restrictionsOf(action).filter((restriction) => binding.includes(restriction));
  return {
    verdict,
    denials,
    conditions: conditions(known, question),
    assumptions: assumptionsOf({ kind: known.kindOf(identity) ?? 'User', action, held: heldScopes(known, identity, 'pessimistic'), restrictions }),
    gaps: verdict === 'UNKNOWN' ? gapsBehind(known, question, denials) : [],
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
    ...missingScope(known, identity, question, completion),
    ...(target.branch === null ? [] : blockingKinds(known, as, action, target.key, target.branch, completion)).map((restriction): Denial => {
      const rules = bindingRules(known, target.key, target.branch ?? '').filter((bound) => bound.kind === restriction && (completion === 'pessimistic' || bound.certain));
      return { kind: 'rule', restriction, rules: rules.map(({ rule }) => rule.from) };
    }),
  ];
}

/** Inactive or expired: the identity itself, or the owner that it acts as. A hidden owner, or one that is stale, may be so. */
function unfit(known: Known, { identity }: Question, at: number, completion: Completion): Denial[] {
  const owners = known.edges('ACTS_AS', completion === 'pessimistic' ? 'optimistic' : 'pessimistic').filter((edge) => edge.from === identity);
  const owned = credentialRow(known.kindOf(identity) ?? 'User')?.actsAs === 'owner';
  const hidden = completion === 'pessimistic' && owned && known.gapsHiding('owner', identity).length > 0;
  return [identity, ...owners.map((edge) => edge.to)].sort().flatMap((key): Denial[] => {
    const { active, expiresAt } = known.nodes.get(key)?.props ?? {};
    const denials: Denial[] = active === false || (hidden && key === identity) ? [{ kind: 'inactive', identity: key }] : [];
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

function missingScope(known: Known, identity: NodeKey, { action }: Question, completion: Completion): Denial[] {
  const row = credentialRow(known.kindOf(identity) ?? 'User');
  const held = heldScopes(known, identity, 'pessimistic');
  if (row?.gitOnly && !actionRow(action).git) return [{ kind: 'scope', credential: identity, held, needed: [] }];
  if (row === null || row.scopes === null) return [];
  const needed = scopesAllowing(row.scopes, action);
  const unread = completion === 'optimistic' && known.gapsHiding('scopes', identity).length > 0 && needed.length > 0;
  const allowed = unread || heldScopes(known, identity, completion).some((scope) => needed.includes(scope));
  return allowed ? [] : [{ kind: 'scope', credential: identity, held, needed }];
}

/** Names of the scopes of a credential, in order. */
export function heldScopes(known: Known, credential: NodeKey, completion: Completion): string[] {
  const scopes = known.edges('HAS_SCOPE', completion).filter((edge) => edge.from === credential);
  return scopes.map((edge) => refPath(edge.to)).sort();
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
  const behind = (denial: Denial): readonly GapFact[] => {
    if (denial.kind === 'level') {
      const ends = neededAt(known, question).flatMap(({ resource, mask }) => grantsFor(known, resource, action, 'optimistic').filter((grant) => grant.mask & mask));
      return gapsOnWays(known, identity, ends);
    }
    if (denial.kind === 'scope') {
      const stale = known.edges('HAS_SCOPE', 'optimistic').filter((edge) => edge.from === identity && edge.stale === true && denial.needed.includes(refPath(edge.to)));
      return [...known.gapsHiding('scopes', identity), ...stale.map(staleGap)];
    }
    if (denial.kind !== 'rule') return [...known.gapsHiding('owner', identity), ...uncertainty(known, 'ACTS_AS', identity, denial.identity)];
    const kinds = [denial.restriction, ...restrictionRow(denial.restriction).exemptAlsoBy];
    const rules = bindingRules(known, target.key, target.branch ?? '').filter((bound) => kinds.includes(bound.kind));
    const listed = rules.flatMap(({ rule }) => [...known.nodes.keys()].filter((holder) => known.joins('EXEMPTS', rule.from, holder, 'optimistic')).map((holder) => ({ rule, holder })));
    const ends = listed.map(({ rule, holder }) => ({ holder, gaps: uncertainty(known, 'EXEMPTS', rule.from, holder) }));
    return [...known.gapsHiding('rules', target.key), ...rules.flatMap((bound) => bound.gaps), ...gapsOnWays(known, identity, ends)];
  };
  return byId(denials.flatMap(behind));
}
