/**
 * The compiled engine: every question in dense indexes over one compiled snapshot.
 *
 * Cost: check O(grants of the resource and its containers, or holders * log of them); lists O(what they hold).
 * INVARIANT: it answers what the definitional engine answers. It never imports it.
 * One question at a time: scratch arrays belong to the engine. An iterator of witnesses copies what it needs when it begins.
 */
import type { Decision, Witness } from '../decision.ts';
import type { EdgeFact } from '../fact.ts';
import { type Action, actionRow } from '../model/actions.ts';
import { greatestLevel } from '../model/lattice.ts';
import type { NodeKind } from '../model/node-kinds.ts';
import type { Flavor } from '../model/row.ts';
import { Decider } from './decide.ts';
import { dependentsOf } from './dependents.ts';
import { Graph } from './graph.ts';
import type { KeyTable } from './key-table.ts';
import { certainLevels, possibleLevels } from './levels.ts';
import type { DenseWitness, EngineInterface, IdentityList, IndexedQuestion, ListRequest, NodeIndex, ResourceList } from './port.ts';
import { Prover } from './prove.ts';
import type { Snapshot } from './snapshot.ts';
import { actionCode, SLOTS } from './tables.ts';
import { Verdicts } from './verdicts.ts';
import { Warmer } from './warm.ts';
import { WhatCan } from './what-can.ts';
import { WhoCan } from './who-can.ts';

export class Engine implements EngineInterface {
  readonly snapshot: { readonly id: string; readonly at: number };
  readonly nodeCount: number;
  readonly keys: KeyTable;
  readonly #graph: Graph;
  readonly #verdicts: Verdicts;
  readonly #prover: Prover;
  readonly #decider: Decider;
  readonly #warmer: Warmer;
  readonly #whoCan: WhoCan;
  readonly #whatCan: WhatCan;

  constructor(snapshot: Snapshot) {
    this.snapshot = { id: snapshot.facts.id, at: snapshot.facts.at };
    this.#graph = new Graph(snapshot);
    this.nodeCount = this.#graph.nodeCount;
    this.keys = this.#graph.keys;
    this.#verdicts = new Verdicts(this.#graph);
    this.#prover = new Prover(this.#verdicts);
    this.#decider = new Decider(this.#verdicts, this.#prover);
    this.#warmer = new Warmer(this.#graph);
    this.#whoCan = new WhoCan(this.#verdicts, this.#decider);
    this.#whatCan = new WhatCan(this.#verdicts, this.#decider, this);
  }

  kindOf(index: NodeIndex): NodeKind {
    return this.#graph.kindOf(index);
  }

  flavorOf(index: NodeIndex): Flavor {
    return this.#graph.flavorOf(index);
  }

  ancestorsOf(index: NodeIndex): readonly NodeIndex[] {
    return this.#graph.ancestors(index);
  }

  holdersOf(identity: NodeIndex): readonly NodeIndex[] {
    const { certain } = this.#verdicts;
    const found = new Set<NodeIndex>();
    certain.mark(identity);
    certain.forEach((node) => {
      found.add(node);
    });
    if (identity !== this.#graph.anonymous) found.delete(this.#graph.anonymous);
    return [...found].sort((a, b) => a - b);
  }

  dependentsOf(nodes: readonly NodeIndex[]): readonly NodeIndex[] {
    return dependentsOf(this.#graph, nodes);
  }

  ruleOf(index: NodeIndex): EdgeFact | null {
    return this.#verdicts.rules.ruleOf(index);
  }

  isAskable(action: Action, target: NodeIndex, targetKind: NodeKind): boolean {
    return actionRow(action).on.includes(targetKind) && this.#verdicts.isAskable(actionCode(action), target);
  }

  check({ identity, action, target, branch }: IndexedQuestion, at: number): boolean | null {
    const code = actionCode(action);
    if (this.#verdicts.allows(identity, code, target, branch, at)) return true;
    return this.#verdicts.uncertain && this.#verdicts.mayAllow(identity, code, target, branch, at) ? null : false;
  }

  warm(questions: readonly IndexedQuestion[]): void {
    this.#warmer.warm(questions);
  }

  decide(question: IndexedQuestion, at: number): Decision {
    return this.#decider.decide(question, at);
  }

  *witnesses(question: IndexedQuestion, at: number, signal?: AbortSignal): IterableIterator<Witness> {
    if (this.check(question, at) === true) yield* this.#prover.witnesses(question, signal);
  }

  *denseWitnesses(question: IndexedQuestion, at: number, signal?: AbortSignal): IterableIterator<DenseWitness> {
    if (this.check(question, at) === true) yield* this.#prover.dense(question, signal);
  }

  witnessesOfAnyLevel(identity: NodeIndex, target: NodeIndex, _at: number, signal?: AbortSignal): IterableIterator<Witness> {
    return this.#prover.witnessesOfAnyLevel(identity, target, signal);
  }

  whoCan(question: Omit<IndexedQuestion, 'identity'>, at: number, request?: ListRequest): IdentityList {
    return this.#whoCan.list(question, at, request);
  }

  whatCan(identity: NodeIndex, action: Action | null, at: number, request?: ListRequest): ResourceList {
    return this.#whatCan.list(identity, action, at, request);
  }

  heldAt(identity: NodeIndex, target: NodeIndex, completion: 'pessimistic' | 'optimistic'): string | null {
    return this.permission(identity, target, true, completion);
  }

  /** The greatest levels on the nearest resources with levels, joined by `+`. `reports`: with what Bitbucket's own listing gives. */
  permission(identity: NodeIndex, target: NodeIndex, reports: boolean, completion: 'pessimistic' | 'optimistic'): string | null {
    const { certain, possible } = this.#verdicts;
    if (completion === 'pessimistic') certain.mark(identity);
    else this.#verdicts.markPossible(identity);
    const levels = this.#graph.leveled(target).flatMap((resource) => {
      const { flavor, kind } = SLOTS[this.#graph.slotOf(resource)]!;
      const mask =
        completion === 'pessimistic'
          ? certainLevels(this.#graph, certain, resource, reports)
          : possibleLevels(this.#graph, possible, resource, reports);
      return greatestLevel(flavor, kind, mask) ?? [];
    });
    return levels.length === 0 ? null : levels.join('+');
  }

  neededAt(action: Action, target: NodeIndex): readonly { resource: NodeIndex; level: string }[] {
    return this.#verdicts.needed(actionCode(action), target).map(({ resource, mask }) => {
      const { flavor, kind } = SLOTS[this.#graph.slotOf(resource)]!;
      return { resource, level: greatestLevel(flavor, kind, mask) ?? '' };
    });
  }
}
