/**
 * Why not, and what else must be met, in words.
 */
import type { Condition, Denial, Question } from '../graph/decision.ts';
import type { EdgeFact, NodeKey } from '../graph/fact.ts';
import { restrictionRow } from '../graph/model/restrictions.ts';
import { printInstant } from './instant.ts';
import type { ReadNames } from './names.ts';
import type { NamedCondition, NamedDenial } from './port.ts';
import { keysOfWitness, tellGrant, tellProof } from './told-proof.ts';

/** What is at hand when something is told. */
export interface Telling {
  readonly names: ReadNames;
  /** What a rule is and which branches it matches; null for what is no rule. */
  ruleOf(key: NodeKey): EdgeFact | null;
}

/** The keys that telling the denial speaks of, the asked identity apart. */
export function keysOfDenial(denial: Denial): NodeKey[] {
  switch (denial.kind) {
    case 'level':
      return [denial.resource, ...(denial.witness === null ? [] : keysOfWitness(denial.witness))];
    case 'scope':
      return [denial.credential];
    case 'rule':
      return [...denial.rules];
    default:
      return [denial.identity];
  }
}

export function tellDenial(denial: Denial, question: Question, telling: Telling): NamedDenial {
  const { names } = telling;
  const text = denialText(denial, question, telling);
  const base = { kind: denial.kind, text, held: null, needed: null, proof: null, restrictions: [] };
  switch (denial.kind) {
    case 'level': {
      const { held, needed, witness } = denial;
      const proof = held === null || witness === null ? null : tellProof(question, witness, held, names);
      return { ...base, held, needed, proof };
    }
    case 'scope':
      return { ...base, held: denial.held.join(' ') || null, needed: denial.needed.join(' ') || null };
    case 'rule':
      return { ...base, restrictions: denial.rules.map((rule) => names.ref(rule)) };
    default:
      return base;
  }
}

/** The sentence alone: it needs no proof to be told. */
export function denialText(denial: Denial, question: Question, telling: Telling): string {
  const { names } = telling;
  const who = names.ref(question.identity);
  switch (denial.kind) {
    case 'inactive':
      return `${names.ref(denial.identity)} is not active`;
    case 'expired':
      return `${names.ref(denial.identity)} expired at ${printInstant(denial.expiredAt)}`;
    case 'level': {
      const { held, needed, witness, resource } = denial;
      const on = names.ref(resource);
      if (needed === 'none') return `${question.action} cannot be done on ${on}`;
      const holding =
        held === null || witness === null ? `${who} holds nothing on ${on}` : tellGrant(question.identity, witness, held, names);
      return `${holding}, and ${question.action} needs ${needed} there`;
    }
    case 'scope': {
      const { held, needed, credential } = denial;
      const has = held.length === 0 ? 'has no scope' : `has only the scopes ${held.join(', ')}`;
      if (needed.length === 0 && held.length === 0) return `${names.ref(credential)} is of a kind that can never do ${question.action}`;
      const ways = needed.map((way) => way.replaceAll('+', ' with ')).join(' or ');
      return `${names.ref(credential)} ${has}, and ${ways === '' ? `none is known to allow ${question.action}` : `${question.action} needs ${ways}`}`;
    }
    case 'rule': {
      const rules = denial.rules.map((rule) => `${names.ref(rule)} (${tellRule(rule, denial.restriction, telling)})`);
      if (rules.length === 0) return `a rule of kind ${denial.restriction} may hold that is not known`;
      const exemptable = restrictionRow(denial.restriction).exemptKinds.length > 0;
      return `denied by ${rules.join(' and ')}: ${exemptable ? `${who} is not among those exempt` : 'it exempts nobody'}`;
    }
  }
}

/** Kind and matcher of a rule: ``push on `main` ``. */
function tellRule(key: NodeKey, restriction: string, telling: Telling): string {
  const rule = telling.ruleOf(key);
  const { glob, branchType } = rule?.props ?? {};
  const pattern = typeof glob === 'string' ? ` on \`${glob}\`` : typeof branchType === 'string' ? ` on branches of type ${branchType}` : '';
  return `${rule?.word ?? restriction}${pattern}`;
}

export function tellCondition({ restriction, value, rules, certain }: Condition, names: ReadNames): NamedCondition {
  const { doc } = restrictionRow(restriction);
  const counted = value === null ? '' : `: ${value}`;
  const refs = rules.map((rule) => names.ref(rule));
  return {
    text: `${doc}${counted} (${refs.join(', ')})${certain ? '' : ', if the rule matches'}`,
    restriction,
    value,
    rules: refs,
    certain,
  };
}
