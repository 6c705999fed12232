/** Counts of what generated cases were made of and what they answered: shows that nothing is rare. */
import type { Decision } from '../../graph/decision.ts';
import type { World } from '../../graph/fact.ts';

export class Histogram {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  addWorld({ edges, gaps }: World): void {
    this.add('worlds');
    if (edges.some(({ stale }) => stale === true)) this.add('worlds with stale facts');
    if (gaps.length > 0) this.add('worlds with gaps');
    this.add('facts', edges.length);
  }

  addDecision({ verdict, denials, conditions, gaps }: Decision, proofs: number): void {
    this.add(verdict);
    for (const { kind } of denials) this.add(`denied by ${kind}${denials.length === 1 ? ' alone' : ''}`);
    if (denials.length > 1) this.add('several denials');
    if (proofs > 1) this.add('several proofs');
    if (proofs >= 10) this.add('ten proofs');
    if (proofs >= 50) this.add('fifty proofs');
    if (conditions.length > 0) this.add('conditions');
    for (const hides of new Set(gaps.map((gap) => gap.hides))) this.add(`behind ${hides}`);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  toString(): string {
    return [...this.#counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  }
}
