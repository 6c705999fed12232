/**
 * The answer to one check. The verdict is computed when asked; reasons, proofs and names only when they are read: a tool that
 * wants a thousand verdicts pays for nothing else.
 */
import type { Decision, Question, Witness } from '../graph/decision.ts';
import type { IndexedQuestion } from '../graph/engine/port.ts';
import { CodedError, invariant } from '../graph/errors.ts';
import type { NodeKey } from '../graph/fact.ts';
import { gapPhrase, keysOfGap, nameGap } from './gap-text.ts';
import { nameBlindSpot, nameRow } from './model-row.ts';
import type { Answer, NamedCondition, NamedDenial, NamedGap, NamedRow, Proof, SnapshotRef } from './port.ts';
import { requireFirst, shown } from './requests.ts';
import { denialText, keysOfDenial, type Telling, tellCondition, tellDenial } from './told-denial.ts';
import { keysOfWitness, provenResource, tellGrant, tellProof } from './told-proof.ts';
import type { Placed, View } from './view.ts';

export interface Asked {
  readonly view: View;
  readonly identity: Placed;
  readonly action: Question['action'];
  readonly target: Placed;
  /** The same in dense indexes. */
  readonly indexed: IndexedQuestion;
  /** Instant for expiry and activity. */
  readonly at: number;
  readonly signal?: AbortSignal | undefined;
}

export class EngineAnswer implements Answer {
  readonly verdict: Answer['verdict'];
  readonly #asked: Asked;
  #decision: Decision | undefined;
  #rest: Iterator<Witness> | undefined;
  #witnesses: Witness[] | undefined;

  constructor(asked: Asked) {
    this.#asked = asked;
    const allowed = asked.view.engine.check(asked.indexed, asked.at);
    this.verdict = allowed === null ? 'UNKNOWN' : allowed ? 'ALLOW' : 'DENY';
  }

  get snapshot(): SnapshotRef {
    return this.#asked.view.info;
  }

  get assumptions(): readonly NamedRow[] {
    return this.#decide().assumptions.map(nameRow);
  }

  get blindSpots(): readonly NamedRow[] {
    return this.#decide().blindSpots.map(nameBlindSpot);
  }

  /** The question in keys. */
  get question(): Question {
    return questionOf(this.#asked);
  }

  async reason(): Promise<string> {
    const { question } = this;
    if (this.verdict === 'ALLOW') {
      const first = this.#witness(0);
      if (first === null) return 'allowed';
      // Whoever reads why a branch may be changed is likely to read what the change must still meet.
      const more = question.target.branch === null ? [] : this.#keysOfDecision();
      return tellAllowed(question, first, neededFor(this.#asked, first), await this.#telling([...keysOfWitness(first), ...more]));
    }
    const telling = await this.#telling(this.#keysOfDecision());
    if (this.verdict === 'DENY') {
      const [denial] = this.#decide().denials;
      return denial === undefined ? 'denied' : denialText(denial, question, telling);
    }
    const [gap, ...others] = this.#decide().gaps;
    if (gap === undefined) return 'not known';
    const more = others.length === 0 ? '' : ` and ${others.length} more ${others.length === 1 ? 'gap' : 'gaps'}`;
    return `not known: ${gapPhrase(gap, (key) => telling.names.ref(key))}${more}`;
  }

  async denials(): Promise<readonly NamedDenial[]> {
    const { denials } = this.#decide();
    if (denials.length === 0) return [];
    const telling = await this.#telling(this.#keysOfDecision());
    return denials.map((denial) => tellDenial(denial, this.question, telling));
  }

  async conditions(): Promise<readonly NamedCondition[]> {
    const { conditions } = this.#decide();
    if (conditions.length === 0) return [];
    const { names } = await this.#telling(this.#keysOfDecision());
    return conditions.map((condition) => tellCondition(condition, names));
  }

  async gaps(): Promise<readonly NamedGap[]> {
    const { gaps } = this.#decide();
    if (gaps.length === 0) return [];
    const { names } = await this.#telling(this.#keysOfDecision());
    return gaps.map((gap) => nameGap(gap, names));
  }

  async proofs(first: number, offset = 0): Promise<readonly Proof[]> {
    requireFirst(first);
    if (!Number.isSafeInteger(offset) || offset < 0)
      throw new CodedError('USAGE', `\`offset\` is a whole number from 0, got ${shown(offset)}`);
    const witnesses: Witness[] = [];
    for (let at = offset; at < offset + first; at++) {
      const witness = this.#witness(at);
      if (witness === null) break;
      witnesses.push(witness);
    }
    if (witnesses.length === 0) return [];
    const { names } = await this.#telling(witnesses.flatMap(keysOfWitness));
    return witnesses.map((witness) => tellProof(this.question, witness, neededFor(this.#asked, witness), names));
  }

  /** Reads the names of these keys, and of the identity. */
  async #telling(keys: readonly NodeKey[]): Promise<Telling> {
    const { view, identity } = this.#asked;
    const names = await view.names.read([identity.key, ...keys]);
    return { names, ruleOf: (key) => view.ruleOf(key) };
  }

  /** All that denials, conditions and gaps speak of: whatever is told first, the rest of it needs no further read. */
  #keysOfDecision(): NodeKey[] {
    const { denials, conditions, gaps } = this.#decide();
    return [...denials.flatMap(keysOfDenial), ...conditions.flatMap(({ rules }) => rules), ...gaps.flatMap(keysOfGap)];
  }

  #decide(): Decision {
    if (this.#decision === undefined) {
      this.#decision = this.#asked.view.engine.decide(this.#asked.indexed, this.#asked.at);
      invariant(this.#decision.verdict === this.verdict, 'verdict and decision of one question agree');
    }
    return this.#decision;
  }

  /** Each witness is enumerated once, however often proofs are read. */
  #witness(position: number): Witness | null {
    if (this.verdict !== 'ALLOW') return null;
    this.#rest ??= this.#asked.view.engine.witnesses(this.#asked.indexed, this.#asked.at, this.#asked.signal);
    this.#witnesses ??= [];
    while (this.#witnesses.length <= position) {
      const next = this.#rest.next();
      if (next.done) return null;
      this.#witnesses.push(next.value);
    }
    return this.#witnesses[position] ?? null;
  }
}

export function questionOf({ identity, action, target }: Pick<Asked, 'identity' | 'action' | 'target'>): Question {
  return { identity: identity.key, action, target: { kind: target.kind, key: target.key, branch: target.branch } };
}

/** The level that the action needs on the resource that the witness ends at. */
export function neededFor({ view, action, target }: Pick<Asked, 'view' | 'action' | 'target'>, witness: Witness): string {
  const resource = provenResource(witness, target.key);
  const needed = view.engine.neededAt(action, target.index);
  const there = needed.length === 1 ? needed[0] : needed.find((each) => view.keys.keyOf(each.resource) === resource);
  invariant(there !== undefined, `a witness ends where its action needs a level, got ${resource}`);
  return there.level;
}

/** The first proof of an ALLOW in one sentence. */
export function tellAllowed(question: Question, witness: Witness, needed: string, telling: Telling): string {
  const { names } = telling;
  const exempt = witness.exemptions.map(({ restriction, chain }) => {
    const last = chain.at(-1);
    if (last === undefined) return '';
    // A rule of one kind may exempt from rules of another: being exempt from `push` is being exempt from `restrict_merges`.
    const kind = telling.ruleOf(last.from)?.word ?? restriction;
    const from = kind === restriction ? '' : ` from ${restriction}`;
    const through = last.to === question.identity ? '' : ` through ${names.ref(last.to)}`;
    return `, and is exempt${from} by ${names.ref(last.from)} (${kind})${through}`;
  });
  return `${tellGrant(question.identity, witness, needed, names)}${exempt.join('')}`;
}
