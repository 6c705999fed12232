/**
 * All that a decision says beside its verdict: every independent reason why not, conditions, assumptions, gaps and blind spots.
 * The parts are the same as the definitional engine's, asked of dense indexes.
 */
import type { Condition, Decision, Denial } from '../decision.ts';
import type { GapFact } from '../fact.ts';
import { byId, scopeGap, staleGap } from '../gap.ts';
import { assumptionsOf } from '../model/assumptions.ts';
import { blindSpotsOf } from '../model/blind-spots.ts';
import { greatestLevel, levelRow } from '../model/lattice.ts';
import { RESTRICTION_NAMES, restrictionRow, restrictionsOf } from '../model/restrictions.ts';
import { Causes, joins } from './causes.ts';
import { ownerHidden } from './holders.ts';
import { certainLevels } from './levels.ts';
import type { IndexedQuestion, NodeIndex } from './port.ts';
import type { Prover } from './prove.ts';
import { type BoundRule, kindsOfBits } from './rules.ts';
import { stopIf } from './stop.ts';
import { actionCode, REPORTABLE, SLOTS } from './tables.ts';
import type { Verdicts } from './verdicts.ts';

export class Decider {
  readonly #verdicts: Verdicts;
  readonly #prover: Prover;
  #causes: Causes | undefined;

  constructor(verdicts: Verdicts, prover: Prover) {
    this.#verdicts = verdicts;
    this.#prover = prover;
  }

  decide(question: IndexedQuestion, at: number): Decision {
    const { graph, rules, fitness, uncertain } = this.#verdicts;
    const { identity, action, target, branch } = question;
    const code = actionCode(action);
    const allowed = this.#verdicts.allows(identity, code, target, branch, at);
    const verdict = allowed ? 'ALLOW' : uncertain && this.#verdicts.mayAllow(identity, code, target, branch, at) ? 'UNKNOWN' : 'DENY';
    const bound = branch === null ? [] : rules.bound(target, branch);
    const denials = allowed ? [] : this.#denials(question, at, verdict === 'UNKNOWN', bound);
    const binding = new Set(bound.map(({ kind }) => kind));
    return {
      verdict,
      denials,
      conditions: this.#conditions(question, bound),
      assumptions: assumptionsOf({
        kind: graph.kindOf(identity),
        action,
        on: graph.kindOf(target),
        held: fitness.heldScopes(identity),
        restrictions: restrictionsOf(action).filter((kind) => binding.has(kind)),
      }),
      gaps: verdict === 'UNKNOWN' ? byId(this.causesOf([identity], question, at)) : [],
      blindSpots: blindSpotsOf({ flavor: graph.flavorOf(target), action, answer: verdict }),
    };
  }

  /** Made when something is not known: most questions never need it. */
  get causes(): Causes {
    this.#causes ??= new Causes(this.#verdicts.graph, this.#verdicts.rules);
    return this.#causes;
  }

  /**
   * The gaps for which the verdict of each of these identities is UNKNOWN, which it must be; in no order, with repetitions.
   * They are walked together, apart by what they lack.
   */
  causesOf(
    identities: readonly NodeIndex[],
    { action, target, branch }: Omit<IndexedQuestion, 'identity'>,
    at: number,
    signal?: AbortSignal,
  ): GapFact[] {
    const { fitness, rules, certain } = this.#verdicts;
    const code = actionCode(action);
    const ask = this.#verdicts.scopeAsk(code, target);
    const bound = branch === null ? [] : rules.bound(target, branch);
    const gaps: GapFact[] = [];
    const lackLevel: NodeIndex[] = [];
    const stopped = new Map<number, NodeIndex[]>();
    for (const [position, identity] of identities.entries()) {
      stopIf(signal, position);
      if (!fitness.isFit(identity, at, true)) gaps.push(...this.ownerCauses(identity, at));
      if (!fitness.isInScope(identity, ask)) gaps.push(...this.scopeCauses(identity, ask));
      certain.mark(identity);
      if (!this.#verdicts.holdsCertainly(code, target)) lackLevel.push(identity);
      const bits = branch === null ? 0 : rules.stopsAtWorst(code, target, branch, certain);
      if (bits === 0) continue;
      const those = stopped.get(bits);
      if (those === undefined) stopped.set(bits, [identity]);
      else those.push(identity);
    }
    if (lackLevel.length > 0) {
      this.causes.begin(lackLevel);
      for (const { resource, mask } of this.#verdicts.needed(code, target)) this.causes.addLevel(resource, mask, REPORTABLE[code] === 1);
      for (const gap of this.causes.gaps()) gaps.push(gap);
    }
    for (const [bits, those] of stopped) {
      for (const restriction of kindsOfBits(bits)) {
        this.causes.begin(those);
        this.causes.addRule(restriction, { repository: target, branch: branch ?? '', bound });
        for (const gap of this.causes.gaps()) gaps.push(gap);
      }
    }
    return gaps;
  }

  /** Gaps over the scopes of a credential, scopes without a row, and stale scopes of a way that may be whole. */
  scopeCauses(identity: NodeIndex, ask: number): GapFact[] {
    const { graph, fitness } = this.#verdicts;
    const unread = graph.gapsHiding('scopes', identity);
    const held = fitness.scopesOf(identity);
    const names = new Set(held.map(({ slot }) => graph.scopeNames[slot]!));
    const whole = fitness.ways(identity, ask).filter((way) => unread.length > 0 || way.every((scope) => names.has(scope)));
    const counting = new Set(whole.flat());
    const gaps = [...unread];
    for (const { slot, stale } of held) {
      const edge = graph.edge(identity, 'HAS_SCOPE', graph.sections.scopeNode[slot]!);
      if (fitness.isStrange(slot)) gaps.push(scopeGap(edge));
      if (stale && (fitness.isStrange(slot) || counting.has(graph.scopeNames[slot]!))) gaps.push(staleGap(edge));
    }
    return gaps;
  }

  /** Gaps for which it is not known that the identity may act at all. */
  ownerCauses(identity: NodeIndex, at: number): GapFact[] {
    const { graph } = this.#verdicts;
    return this.#unfit(identity, at, true).flatMap(({ node }) => [
      ...graph.hidden.of('activity', node),
      ...graph.gapsHiding('owner', identity),
      ...this.#owners(identity)
        .filter(({ owner, stale }) => owner === node && stale && !joins(graph.ownerUp, identity, owner))
        .map(({ owner }) => staleGap(graph.edge(identity, 'ACTS_AS', owner))),
      ...(joins(graph.ownerUp, identity, node)
        ? []
        : (graph.hidden.owners.get(identity) ?? [])
            .filter((gap) => gap.other[graph.kindId(node)] === 1 && (gap.subject === -1 || gap.subject === node))
            .map(({ fact }) => fact)),
    ]);
  }

  #denials(question: IndexedQuestion, at: number, worst: boolean, bound: readonly BoundRule[]): Denial[] {
    const { graph, rules, certain, possible } = this.#verdicts;
    const { identity, action, target, branch } = question;
    const code = actionCode(action);
    certain.mark(identity);
    if (!worst) this.#verdicts.markPossible(identity);
    const key = graph.keyOf(identity);
    const unfit = this.#unfit(identity, at, worst).map(
      ({ node, expiredAt }): Denial =>
        expiredAt === null
          ? { kind: 'inactive', identity: graph.keyOf(node) }
          : { kind: 'expired', identity: graph.keyOf(node), expiredAt },
    );
    const bits =
      branch === null ? 0 : worst ? rules.stopsAtWorst(code, target, branch, certain) : rules.stopsAtBest(code, target, branch, possible);
    const stops = kindsOfBits(bits).map((restriction): Denial => {
      const counted = bound.filter((rule) => rule.kind === restriction && (worst || rule.certain));
      return { kind: 'rule', restriction, rules: counted.map(({ node }) => graph.keyOf(node)) };
    });
    return [
      ...unfit,
      ...this.#missingLevel(question, worst),
      ...this.#missingScope(identity, key, this.#verdicts.scopeAsk(code, target), worst),
      ...stops,
    ];
  }

  #owners(identity: NodeIndex): { owner: NodeIndex; stale: boolean }[] {
    const { off, val } = this.#verdicts.graph.ownerUp;
    return Array.from(val.subarray(off[identity] ?? 0, off[identity + 1] ?? 0), (value) => ({
      owner: value >> 1,
      stale: (value & 1) === 1,
    }));
  }

  /** Inactive or expired: the identity itself or an owner, by index. `expiredAt` null says inactive. */
  #unfit(identity: NodeIndex, at: number, worst: boolean): { node: NodeIndex; expiredAt: number | null }[] {
    const { graph, fitness } = this.#verdicts;
    const hidden = worst && ownerHidden(graph, identity);
    const owners = this.#owners(identity).filter(({ stale }) => worst || !stale);
    const nodes = [identity, ...owners.map(({ owner }) => owner)].sort((a, b) => a - b);
    return nodes.flatMap((node) => {
      const found: { node: NodeIndex; expiredAt: number | null }[] = [];
      if (fitness.isInactive(node) || (worst && fitness.isUnsure(node)) || (hidden && node === identity))
        found.push({ node, expiredAt: null });
      const expiresAt = fitness.expiresAt(node);
      if (expiresAt <= at) found.push({ node, expiredAt: expiresAt });
      return found;
    });
  }

  #missingLevel({ identity, action, target }: IndexedQuestion, worst: boolean): Denial[] {
    const { graph } = this.#verdicts;
    const code = actionCode(action);
    const needed = this.#verdicts.needed(code, target);
    if (needed.length === 0) return [{ kind: 'level', resource: graph.keyOf(target), held: null, needed: 'none', witness: null }];
    if (worst ? this.#verdicts.holdsCertainly(code, target) : this.#verdicts.mayHold(code, target)) return [];
    const reports = REPORTABLE[code] === 1;
    return needed.map(({ resource, mask }): Denial => {
      const levels = certainLevels(graph, this.#verdicts.certain, resource, reports);
      const held = this.#greatest(resource, levels);
      const witness = held === null ? null : this.#prover.nearest(identity, resource, this.#bitsOf(resource, held), reports);
      return { kind: 'level', resource: graph.keyOf(resource), held, needed: this.#greatest(resource, mask) ?? 'none', witness };
    });
  }

  #missingScope(identity: NodeIndex, key: string, ask: number, worst: boolean): Denial[] {
    const { fitness } = this.#verdicts;
    if (worst ? fitness.isInScope(identity, ask) : fitness.mayBeInScope(identity, ask)) return [];
    const needed = fitness.ways(identity, ask).map((way) => way.join('+'));
    return [{ kind: 'scope', credential: key, held: fitness.heldScopes(identity), needed }];
  }

  /** Merge checks, where a rule that enforces them matches the same branch. */
  #conditions({ action, branch }: IndexedQuestion, bound: readonly BoundRule[]): Condition[] {
    if (branch === null || bound.length === 0) return [];
    const { graph, rules } = this.#verdicts;
    const enforcing = bound.filter(({ kind }) => restrictionRow(kind).effect === 'enforces');
    if (enforcing.length === 0) return [];
    return RESTRICTION_NAMES.flatMap((restriction): Condition[] => {
      const row = restrictionRow(restriction);
      const own = bound.filter(({ kind }) => kind === restriction);
      if (row.effect !== 'condition' || !row.blocks.includes(action) || own.length === 0) return [];
      const values = own.flatMap(({ position }) => rules.valueOf(position) ?? []);
      const certain = own.some((rule) => rule.certain) && enforcing.some((rule) => rule.certain);
      return [
        { restriction, value: values.length === 0 ? null : Math.max(...values), rules: own.map(({ node }) => graph.keyOf(node)), certain },
      ];
    });
  }

  #greatest(resource: NodeIndex, mask: number): string | null {
    const { flavor, kind } = SLOTS[this.#verdicts.graph.slotOf(resource)]!;
    return greatestLevel(flavor, kind, mask);
  }

  /** The levels of a greatest one, as bits: each alone, without those that it implies. */
  #bitsOf(resource: NodeIndex, greatest: string): number {
    const { flavor, kind } = SLOTS[this.#verdicts.graph.slotOf(resource)]!;
    return greatest.split('+').reduce((bits, level) => bits | (1 << (levelRow(flavor, kind, level)?.code ?? 31)), 0);
  }
}
