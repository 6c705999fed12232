/**
 * Verdicts: allowed in the pessimistic completion, or still allowed in the optimistic one. The parts of a refusal are asked in the
 * order of their cost, so that a question that is settled early costs little.
 *
 * The sets of holders belong to this object and are those of the last question: whoever asks them asks `allows` or `mayAllow` before.
 */
import { Fitness } from './fitness.ts';
import type { Graph } from './graph.ts';
import { CertainHolders, PossibleHolders } from './holders.ts';
import { certainlyHeld, possibleLevels } from './levels.ts';
import type { NodeIndex } from './port.ts';
import { Rules } from './rules.ts';
import { NEEDED, NO_SLOT, REPORTABLE, scopeAsk } from './tables.ts';

export class Verdicts {
  readonly graph: Graph;
  readonly fitness: Fitness;
  readonly rules: Rules;
  readonly certain: CertainHolders;
  readonly possible: PossibleHolders;
  /** Can the two completions differ at all? */
  readonly uncertain: boolean;
  readonly #one = new Int32Array(1);

  constructor(graph: Graph) {
    this.graph = graph;
    this.fitness = new Fitness(graph);
    this.rules = new Rules(graph);
    this.certain = new CertainHolders(graph);
    this.possible = new PossibleHolders(graph);
    this.uncertain = graph.uncertain || this.rules.uncertain;
  }

  /** Allowed whatever the gaps hide. `action` is its code; `target` the repository where a branch is asked. */
  allows(identity: NodeIndex, action: number, target: NodeIndex, branch: string | null, at: number): boolean {
    if (!this.fitness.isFit(identity, at, true) || !this.fitness.isInScope(identity, this.scopeAsk(action, target))) return false;
    this.certain.mark(identity);
    if (!this.holdsCertainly(action, target)) return false;
    return branch === null || this.rules.stopsAtWorst(action, target, branch, this.certain) === 0;
  }

  /** Allowed if the gaps hide the best. */
  mayAllow(identity: NodeIndex, action: number, target: NodeIndex, branch: string | null, at: number): boolean {
    if (!this.fitness.isFit(identity, at, false) || !this.fitness.mayBeInScope(identity, this.scopeAsk(action, target))) return false;
    this.markPossible(identity);
    if (!this.mayHold(action, target)) return false;
    return branch === null || this.rules.stopsAtBest(action, target, branch, this.possible) === 0;
  }

  /** What is asked of scopes for the action on this target. */
  scopeAsk(action: number, target: NodeIndex): number {
    return scopeAsk(action, this.graph.slotOf(target));
  }

  markPossible(identity: NodeIndex): void {
    this.#one[0] = identity;
    this.possible.mark(this.#one);
  }

  /** Do the certain holders hold the level that the action needs on one of the nearest resources with levels? */
  holdsCertainly(action: number, target: NodeIndex): boolean {
    const { graph, certain } = this;
    const slot = graph.slotOf(target);
    const reports = REPORTABLE[action] === 1;
    if (slot !== NO_SLOT) {
      const needed = NEEDED[action * 8 + slot]!;
      return needed !== 0 && certainlyHeld(graph, certain, target, needed, reports);
    }
    return this.needed(action, target).some(({ resource, mask }) => certainlyHeld(graph, certain, resource, mask, reports));
  }

  mayHold(action: number, target: NodeIndex): boolean {
    const reports = REPORTABLE[action] === 1;
    return this.needed(action, target).some(
      ({ resource, mask }) => (possibleLevels(this.graph, this.possible, resource, reports) & mask) !== 0,
    );
  }

  /** Does the action need a level on one of the nearest resources with levels? */
  isAskable(action: number, target: NodeIndex): boolean {
    const slot = this.graph.slotOf(target);
    return slot === NO_SLOT ? this.needed(action, target).length > 0 : NEEDED[action * 8 + slot] !== 0;
  }

  /** What the action needs on the nearest resources with levels; empty where it cannot be asked. */
  needed(action: number, target: NodeIndex): { readonly resource: NodeIndex; readonly mask: number }[] {
    return this.graph.leveled(target).flatMap((resource) => {
      const mask = NEEDED[action * 8 + this.graph.slotOf(resource)]!;
      return mask === 0 ? [] : [{ resource, mask }];
    });
  }
}
