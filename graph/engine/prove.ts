/**
 * Witnesses of an ALLOW, lazily in the order of proofs.
 *
 * Where nothing but a level and perhaps scopes, each way as many, is needed, the chains of levels come in order and so do the witnesses. Where
 * exemptions are needed too, a fact that two chains share counts once: all combinations of chains up to a size are made, and those
 * of exactly that size are ordered. What contains an earlier one is dropped.
 */
import type { Witness } from '../decision.ts';
import type { RestrictionKind } from '../model/restrictions.ts';
import { restrictionRow, restrictionsOf } from '../model/restrictions.ts';
import { Chains, compareChains, type Tails, Work } from './chains.ts';
import { lift } from './levels.ts';
import { Nearest } from './nearest.ts';
import type { Chain, DenseLink, DenseWitness, IndexedQuestion, NodeIndex } from './port.ts';
import { ACCEPT, actionCode, NO_SLOT, REPORTABLE, wordOf } from './tables.ts';
import type { Verdicts } from './verdicts.ts';

/** The rules for each of which an exempt chain is needed, with the kind that they are needed for. */
type Need = readonly { readonly restriction: RestrictionKind; readonly rule: NodeIndex }[];

export class Prover {
  readonly #verdicts: Verdicts;
  readonly #nearest: Nearest;

  constructor(verdicts: Verdicts) {
    this.#verdicts = verdicts;
    this.#nearest = new Nearest(verdicts.graph, verdicts.certain);
  }

  /** Every witness of an ALLOW, which the question must have, told in keys. Errors while it is read: LIMIT, TIMEOUT. */
  *witnesses(question: IndexedQuestion, signal?: AbortSignal): IterableIterator<Witness> {
    for (const witness of this.dense(question, signal)) yield this.#told(witness);
  }

  /** The same in dense indexes. */
  *dense(question: IndexedQuestion, signal?: AbortSignal): IterableIterator<DenseWitness> {
    const { graph } = this.#verdicts;
    const { identity, action, target } = question;
    const code = actionCode(action);
    const reports = REPORTABLE[code] === 1;
    const needed = this.#verdicts.needed(code, target);
    const scopes = this.#scopes(identity, this.#verdicts.scopeAsk(code, target));
    const isEven = scopes.every(({ length }) => length === scopes[0]!.length);
    const needs = this.#needs(question);
    const [only] = needed;
    if (only !== undefined && isEven && needed.length === 1 && needs.length === 1 && needs[0]!.length === 0) {
      yield* this.#simple(identity, only.resource, { wanted: only.mask, reports, scopes, signal });
      return;
    }
    const work = new Work(signal);
    this.#verdicts.certain.mark(identity);
    const chains = needed.map(({ resource, mask }) => new Chains(graph, identity, this.#tails(resource, mask, reports), work));
    yield* this.#combined({ identity, chains, scopes, needs, work });
  }

  /** Every chain to any level on the nearest resources with levels, as witnesses. */
  *witnessesOfAnyLevel(identity: NodeIndex, target: NodeIndex, signal?: AbortSignal): IterableIterator<Witness> {
    const { graph, certain } = this.#verdicts;
    const resources = graph.leveled(target);
    const [only] = resources;
    const scopes = [[]];
    if (only !== undefined && resources.length === 1) {
      for (const witness of this.#simple(identity, only, { wanted: 0xff, reports: true, scopes, signal })) yield this.#told(witness);
      return;
    }
    const work = new Work(signal);
    certain.mark(identity);
    const chains = resources.map((resource) => new Chains(graph, identity, this.#tails(resource, 0xff, true), work));
    for (const witness of this.#combined({ identity, chains, scopes, needs: [[]], work })) yield this.#told(witness);
  }

  /** The first chain to a grant that gives one of the wanted levels; null where there is none. */
  nearest(identity: NodeIndex, resource: NodeIndex, wanted: number, reports: boolean): Witness | null {
    const { done, value } = this.#simple(identity, resource, { wanted, reports, scopes: [[]], signal: undefined }).next();
    return done ? null : this.#told(value);
  }

  /** A level, and perhaps scopes. The first comes without a search where the closures tell it: most callers ask for no more. */
  *#simple(
    identity: NodeIndex,
    resource: NodeIndex,
    { wanted, reports, scopes, signal }: { wanted: number; reports: boolean; scopes: readonly Chain[]; signal: AbortSignal | undefined },
  ): IterableIterator<DenseWitness, undefined> {
    const first = this.#nearest.find(identity, resource, wanted, reports);
    if (first === 'none') return;
    const isSaid = first !== 'unsaid';
    if (isSaid) for (const each of scopes) yield { level: first, scopes: each, exemptions: [] };
    this.#verdicts.certain.mark(identity);
    const chains = new Chains(this.#verdicts.graph, identity, this.#tails(resource, wanted, reports), new Work(signal)).inOrder();
    if (isSaid) chains.next();
    for (const level of chains) for (const each of scopes) yield { level, scopes: each, exemptions: [] };
  }

  *#combined(parts: Parts): IterableIterator<DenseWitness> {
    const kept: ReadonlySet<string>[] = [];
    for (const witness of ordered(parts, this.#exemptChains(parts))) {
      const ids = new Set(linksOf(witness).map(linkName));
      if (kept.some((other) => other.isSubsetOf(ids))) continue;
      kept.push(ids);
      yield witness;
    }
  }

  /** Chains of exemption by the rule that lists an end. */
  #exemptChains({ identity, needs, work }: Parts): ReadonlyMap<NodeIndex, Upto> {
    const { graph } = this.#verdicts;
    const { off, val } = graph.exempt;
    const rules = new Set(needs.flatMap((need) => need.map(({ rule }) => rule)));
    return new Map(
      [...rules].map((rule) => {
        const tails = new Map<NodeIndex, Chain[]>();
        for (let i = off[rule] ?? 0; i < (off[rule + 1] ?? 0); i++) {
          const to = val[i]! >> 1;
          if ((val[i]! & 1) === 0 && to !== graph.anonymous) tails.set(to, [[{ from: rule, kind: 'EXEMPTS', word: '', to }]]);
        }
        return [rule, new Upto([new Chains(graph, identity, tails, work)])];
      }),
    );
  }

  /** What follows a holder: its grant, and the containments down to the resource. Only what the identity certainly is. */
  #tails(resource: NodeIndex, wanted: number, reports: boolean): Tails {
    const { graph, certain } = this.#verdicts;
    const tails = new Map<NodeIndex, Chain[]>();
    const add = (holder: NodeIndex, chain: Chain) => {
      const known = tails.get(holder);
      if (known === undefined) tails.set(holder, [chain]);
      else known.push(chain);
    };
    const climb = (at: NodeIndex, mask: number, way: Chain) => {
      const slot = graph.slotOf(at);
      if (slot === NO_SLOT) return;
      const accepted = ACCEPT[(slot << 8) | mask]!;
      const families = reports && graph.standsIn(at) ? (['HOLDS', 'REPORTED'] as const) : (['HOLDS'] as const);
      for (const kind of families) {
        const { off, val } = (kind === 'HOLDS' ? graph.grants : graph.reports).byResource;
        for (let i = off[at] ?? 0; i < (off[at + 1] ?? 0); i++) {
          const [holder, code] = [val[i]! >> 3, val[i]! & 7];
          if (((accepted >> code) & 1) === 0 || !(certain.has(holder) || holder === graph.anonymous)) continue;
          add(holder, [{ from: holder, kind, word: wordOf(slot, code), to: at }, ...way]);
        }
      }
      const { off, val } = graph.containerUp;
      for (let i = off[at] ?? 0; i < (off[at + 1] ?? 0); i++) {
        const container = val[i]! >> 1;
        const lifted = val[i]! & 1 ? 0 : lift(graph, container, at, mask);
        if (lifted !== 0) climb(container, lifted, [{ from: container, kind: 'CONTAINS', word: '', to: at }, ...way]);
      }
    };
    climb(resource, wanted, []);
    return tails;
  }

  /** One empty entry where no scope is needed, else one for each set of certain scopes that does, in order. */
  #scopes(identity: NodeIndex, ask: number): Chain[] {
    const { graph, fitness } = this.#verdicts;
    if (!fitness.hasScopes(identity)) return [[]];
    const links = (way: readonly number[]) =>
      way.map((slot): DenseLink => ({ from: identity, kind: 'HAS_SCOPE', word: '', to: graph.sections.scopeNode[slot]! }));
    return fitness
      .waysHeld(identity, ask)
      .map((way) => links(way).sort((a, b) => a.to - b.to))
      .sort(compareChains);
  }

  /** Every way to be exempt from all that binds. What needs nothing leaves out what needs something: that would contain it. */
  #needs({ action, target, branch }: IndexedQuestion): Need[] {
    if (branch === null) return [[]];
    const { rules } = this.#verdicts;
    const bound = rules.bound(target, branch);
    const unread = rules.areHidden(target);
    let combined: Need[] = [[]];
    for (const restriction of restrictionsOf(action)) {
      const row = restrictionRow(restriction);
      const own = bound.filter(({ kind }) => kind === restriction);
      const certain = own.filter((rule) => rule.certain);
      const mustBeMet = certain.length > 0 || (unread && row.effect === 'forbids');
      if (!mustBeMet && own.length === 0) continue;
      const lent = bound.filter((rule) => rule.certain && row.exemptAlsoBy.includes(rule.kind));
      const byOne = [...certain, ...lent].map(({ node }): Need => [{ restriction, rule: node }]);
      const byEach: Need[] = mustBeMet ? [] : [own.map(({ node }) => ({ restriction, rule: node }))];
      combined = combined.flatMap((set) => [...byOne, ...byEach].map((more) => [...set, ...more]));
    }
    return combined;
  }

  #told({ level, scopes, exemptions }: DenseWitness): Witness {
    const { graph } = this.#verdicts;
    const told = ({ from, kind, word, to }: DenseLink) => graph.link(from, kind, to, word);
    return {
      level: level.map(told),
      scopes: scopes.map(told),
      exemptions: exemptions.map(({ restriction, chain }) => ({ restriction, chain: chain.map(told) })),
    };
  }
}

interface Parts {
  readonly identity: NodeIndex;
  readonly chains: readonly Chains[];
  readonly scopes: readonly Chain[];
  readonly needs: readonly Need[];
  readonly work: Work;
}

/** Chains up to a length, taken from their sources as they are asked for. */
class Upto {
  readonly #sources: { readonly rest: Iterator<Chain>; next: Chain | null }[];
  readonly #taken: Chain[] = [];

  constructor(chains: readonly Chains[]) {
    this.#sources = chains.map((each) => {
      const rest = each.inOrder();
      return { rest, next: rest.next().value ?? null };
    });
  }

  /** The length of the next chain that was not taken; infinite after the last. */
  get nextLength(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#sources.map(({ next }) => next?.length ?? Number.POSITIVE_INFINITY));
  }

  get longest(): number {
    return this.#taken.reduce((most, { length }) => Math.max(most, length), 0);
  }

  take(length: number): readonly Chain[] {
    for (const source of this.#sources) {
      while (source.next !== null && source.next.length <= length) {
        this.#taken.push(source.next);
        source.next = source.rest.next().value ?? null;
      }
    }
    return this.#taken;
  }
}

/** Every combination, by size, then by its facts. */
function* ordered({ chains, scopes, needs, work }: Parts, exempt: ReadonlyMap<NodeIndex, Upto>): IterableIterator<DenseWitness> {
  const levels = new Upto(chains);
  const upto = [levels, ...exempt.values()];
  const longestNeed = Math.max(...needs.map(({ length }) => length));
  const longestWay = Math.max(...scopes.map(({ length }) => length));
  for (let size = 1; ; size++) {
    const witnesses: DenseWitness[] = [];
    for (const level of levels.take(size)) {
      for (const each of scopes) {
        for (const need of needs) {
          for (const exemptions of choices(need, exempt, size)) {
            work.tick();
            const witness = { level, scopes: each, exemptions };
            if (new Set(linksOf(witness).map(linkName)).size === size) witnesses.push(witness);
          }
        }
      }
    }
    yield* witnesses.sort(compareWitnesses);
    const next = Math.min(...upto.map(({ nextLength }) => nextLength));
    const most = levels.longest + longestWay + longestNeed * Math.max(0, ...[...exempt.values()].map(({ longest }) => longest));
    if (next === Number.POSITIVE_INFINITY && size >= most) return;
  }
}

function* choices(need: Need, exempt: ReadonlyMap<NodeIndex, Upto>, size: number): IterableIterator<DenseWitness['exemptions']> {
  const [first, ...others] = need;
  if (first === undefined) return yield [];
  for (const chain of exempt.get(first.rule)?.take(size) ?? [])
    for (const more of choices(others, exempt, size)) yield [{ restriction: first.restriction, chain }, ...more];
}

function linksOf({ level, scopes, exemptions }: DenseWitness): DenseLink[] {
  return [...level, ...scopes, ...exemptions.flatMap(({ chain }) => chain)];
}

function linkName({ from, kind, word, to }: DenseLink): string {
  return `${from} ${kind} ${word} ${to}`;
}

/** The order of proofs: facts, each once, then all links. */
function compareWitnesses(a: DenseWitness, b: DenseWitness): number {
  const once = (witness: DenseWitness) => [...new Map(linksOf(witness).map((link) => [linkName(link), link])).values()];
  return compareChains(once(a), once(b)) || compareChains(linksOf(a), linksOf(b));
}
