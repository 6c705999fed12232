/**
 * Why not, and what else must be met, in words.
 */
import type { Condition, Denial, Question } from '../graph/decision.ts';
import type { NodeKey } from '../graph/fact.ts';
import { restrictionRow } from '../graph/model/restrictions.ts';
import type { Store } from '../graph/store/port.ts';
import { printInstant } from './instant.ts';
import type { Names } from './names.ts';
import type { NamedCondition, NamedDenial } from './port.ts';
import { tellGrant, tellProof } from './told-proof.ts';

export interface Telling {
  readonly names: Names;
  readonly store: Pick<Store, 'readEdgesOf'>;
  /** Instant of the snapshot. */
  readonly at: number;
}

export function tellDenial(denial: Denial, question: Question, telling: Telling): NamedDenial {
  const { names } = telling;
  const who = names.ref(question.identity);
  const base = { kind: denial.kind, held: null, needed: null, proof: null, restrictions: [] };
  switch (denial.kind) {
    case 'inactive':
      return { ...base, text: `${names.ref(denial.identity)} is not active` };
    case 'expired':
      return { ...base, text: `${names.ref(denial.identity)} expired at ${printInstant(denial.expiredAt)}` };
    case 'level': {
      const { held, needed, witness, resource } = denial;
      const on = names.ref(resource);
      const holding =
        held === null || witness === null ? `${who} holds nothing on ${on}` : tellGrant(question.identity, witness, held, names);
      const proof = held === null || witness === null ? null : tellProof(question, witness, held, names);
      const text =
        needed === 'none' ? `${question.action} cannot be done on ${on}` : `${holding}, and ${question.action} needs ${needed} there`;
      return { ...base, text, held, needed, proof };
    }
    case 'scope': {
      const { held, needed, credential } = denial;
      const has = held.length === 0 ? 'has no scope' : `has only the scopes ${held.join(', ')}`;
      const text =
        needed.length === 0
          ? `${names.ref(credential)} is of a kind that can never do ${question.action}`
          : `${names.ref(credential)} ${has}, and ${question.action} needs ${needed.join(' or ')}`;
      return { ...base, text, held: held.join(' ') || null, needed: needed.join(' ') || null };
    }
    case 'rule': {
      const restrictions = denial.rules.map((rule) => names.ref(rule));
      const rules = denial.rules
        .map((rule, index) => `${restrictions[index]} (${tellRule(rule, denial.restriction, telling)})`)
        .join(' and ');
      const exemptable = restrictionRow(denial.restriction).exemptKinds.length > 0;
      const why = exemptable ? `${who} is not among those exempt` : 'it exempts nobody';
      const text = rules === '' ? `a rule of kind ${denial.restriction} may hold that is not known` : `denied by ${rules}: ${why}`;
      return { ...base, text, restrictions };
    }
  }
}

/** Kind and matcher of a rule: ``push on `main` ``. */
export function tellRule(rule: NodeKey, restriction: string, { store, at }: Telling): string {
  const [occurrence] = store.readEdgesOf({ key: rule, end: 'from', kinds: ['RESTRICTS'], at, first: 1 });
  const { glob, branchType } = occurrence?.fact.props ?? {};
  const pattern = typeof glob === 'string' ? ` on \`${glob}\`` : typeof branchType === 'string' ? ` on branches of type ${branchType}` : '';
  return `${occurrence?.fact.word ?? restriction}${pattern}`;
}

export function tellCondition({ restriction, value, rules, certain }: Condition, { names }: Telling): NamedCondition {
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
