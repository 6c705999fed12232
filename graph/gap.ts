/**
 * Gaps that nobody recorded because a fact itself shows them: a stale fact, a pattern whose meaning is not documented, an
 * upstream kind or scope without a row. Answers list them beside the recorded ones.
 */
import { type EdgeFact, factId, type GapFact, refPath } from './fact.ts';

/** The fact could not be read again: it may be gone. */
export function staleGap(edge: EdgeFact): GapFact {
  return {
    type: 'gap',
    reason: 'stale',
    hides: 'fact',
    scope: edge.to,
    subject: edge.from,
    detail: edge.word === '' ? edge.kind : `${edge.kind} ${edge.word}`,
  };
}

/** Which branches the rule matches is not known. */
export function patternGap(rule: EdgeFact): GapFact {
  return {
    type: 'gap',
    reason: 'unknown-pattern',
    hides: 'rule-match',
    scope: rule.from,
    subject: '',
    detail: `pattern \`${String(rule.props['glob'] ?? '')}\``,
  };
}

/** What the rule forbids is not known. */
export function kindGap(rule: EdgeFact): GapFact {
  return {
    type: 'gap',
    reason: 'unknown-value',
    hides: 'rule-match',
    scope: rule.from,
    subject: '',
    detail: `restriction kind \`${rule.word}\``,
  };
}

/** What the scope allows is not known: anything that the level of its credential does. `held`: HAS_SCOPE. */
export function scopeGap(held: EdgeFact): GapFact {
  return {
    type: 'gap',
    reason: 'unknown-value',
    hides: 'scopes',
    scope: held.from,
    subject: held.to,
    detail: `scope \`${refPath(held.to)}\``,
  };
}

/** Each gap once, in the order of ids. Of two that differ in their detail alone, the one with the lesser detail stays. */
export function byId(gaps: readonly GapFact[]): GapFact[] {
  const sorted = gaps
    .map((gap) => ({ id: factId(gap), gap }))
    .sort((a, b) => (a.id < b.id || (a.id === b.id && a.gap.detail < b.gap.detail) ? -1 : 1));
  return sorted.filter(({ id }, position) => id !== sorted[position - 1]?.id).map(({ gap }) => gap);
}
