/**
 * Branch restrictions: which rules bind a branch, and whether an identity is exempt.
 *
 * A rule `holds` if it is known to forbid something on this branch, `may hold` if that is not certain: stale, an undecided
 * pattern, an unread branching model, an upstream kind without a row. The worst and the best case over all ways in which the
 * uncertain rules may turn out are computed, not guessed.
 */
import { decodeKeyPart, type EdgeFact, factId, type GapFact, type NodeKey } from '../fact.ts';
import { kindGap, patternGap, staleGap } from '../gap.ts';
import type { Action } from '../model/actions.ts';
import { isRestrictionKind, MATCHERS, type RestrictionKind, restrictionRow, restrictionsOf } from '../model/restrictions.ts';
import type { Completion, Known, KnownEdge } from './known.ts';

export interface BindingRule {
  readonly rule: KnownEdge;
  readonly kind: RestrictionKind;
  readonly certain: boolean;
  /** Why it is not certain. */
  readonly gaps: readonly GapFact[];
}

/** The rules of the repository that bind, or may bind, a branch of this name, by the key of the rule. */
export function bindingRules(known: Known, repository: NodeKey, branch: string): BindingRule[] {
  const rules = known.edges('RESTRICTS', 'optimistic').filter((rule) => rule.to === repository);
  return rules.flatMap((rule) => bind(known, rule, branch) ?? []).sort((a, b) => (factId(a.rule) < factId(b.rule) ? -1 : 1));
}

/** The kinds of restriction that stop the holders from doing the action. */
export function blockingKinds(known: Known, as: ReadonlySet<NodeKey>, action: Action, repository: NodeKey, branch: string, completion: Completion): RestrictionKind[] {
  const rules = bindingRules(known, repository, branch);
  const unread = known.gapsHiding('rules', repository).length > 0;
  return restrictionsOf(action).filter((kind) => {
    // Hidden rules are of the kinds that are known to forbid; a kind without a row counts only where a rule shows it.
    const hidden = unread && restrictionRow(kind).effect === 'forbids';
    const own = rules.filter((bound) => bound.kind === kind);
    const lent = rules.filter((bound) => restrictionRow(kind).exemptAlsoBy.includes(bound.kind));
    const certain = own.filter((bound) => bound.certain);
    if (completion === 'pessimistic') {
      if ([...certain, ...lent.filter((bound) => bound.certain)].some(({ rule }) => isExempt(known, as, rule, 'pessimistic'))) return false;
      return certain.length > 0 || hidden || own.some(({ rule }) => !isExempt(known, as, rule, 'pessimistic'));
    }
    if (certain.length === 0 || [...own, ...lent].some(({ rule }) => isExempt(known, as, rule, 'optimistic'))) return false;
    const listable: readonly (string | undefined)[] = restrictionRow(kind).exemptKinds;
    return !(hidden && [...as].some((holder) => listable.includes(known.kindOf(holder))));
  });
}

/** Is one of the holders in the exempt list of the rule? */
export function isExempt(known: Known, as: ReadonlySet<NodeKey>, rule: EdgeFact, completion: Completion): boolean {
  return [...as].some((holder) => known.joins('EXEMPTS', rule.from, holder, completion));
}

/** Does the whole name match? `*` stands for any characters, `/` included. */
export function globMatches(glob: string, name: string): boolean {
  if (glob === '') return name === '';
  if (glob.startsWith('*')) return globMatches(glob.slice(1), name) || (name !== '' && globMatches(glob, name.slice(1)));
  return name !== '' && name[0] === glob[0] && globMatches(glob.slice(1), name.slice(1));
}

function bind(known: Known, rule: KnownEdge, branch: string): BindingRule | null {
  const match = matches(known, rule, branch);
  if (match === 'no') return null;
  const kind = isRestrictionKind(rule.word) ? rule.word : 'unknown';
  const gaps = [...known.gapsHiding('rule-match', rule.from), ...(match === 'yes' ? [] : match)];
  if (kind === 'unknown' && gaps.length === 0) gaps.push(kindGap(rule));
  if (rule.stale === true) gaps.push(staleGap(rule));
  return { rule, kind, certain: gaps.length === 0, gaps };
}

/** 'yes', 'no', or the gaps for which it cannot be told. */
function matches(known: Known, rule: KnownEdge, branch: string): 'yes' | 'no' | readonly GapFact[] {
  const { glob, branchType } = rule.props;
  if (known.gapsHiding('rule-match', rule.from).length > 0) return [];
  if (typeof glob === 'string') return MATCHERS.glob.undecided.test(glob) ? [patternGap(rule)] : globMatches(glob, branch) ? 'yes' : 'no';
  const named = known.edges('CLASSIFIES', 'optimistic').filter((edge) => edge.from === rule.to && edge.word === branchType && classifies(edge, branch));
  if (named.some((edge) => edge.stale !== true)) return 'yes';
  const gaps = [...known.gapsHiding('branching-model', rule.to), ...named.map(staleGap)];
  return gaps.length === 0 ? 'no' : gaps;
}

/** Does the branch, or the pattern, that the model gives a type cover this name? The name stands after `#` of the key. */
function classifies(edge: EdgeFact, branch: string): boolean {
  const name = decodeKeyPart(edge.to.slice(edge.to.indexOf('#') + 1));
  return edge.to.startsWith('pattern:') ? globMatches(name, branch) : name === branch;
}
