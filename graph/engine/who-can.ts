/**
 * Who can: everybody for whom a check says ALLOW, found from the resource down to its holders, their members and credentials.
 *
 * Who may hold the level is found for all at once; what is one identity's own (fitness, scopes, exemptions) is asked of each of them.
 */
import type { GapFact } from '../fact.ts';
import { byId } from '../gap.ts';
import { shortensWhoCan as shortens } from '../model/gaps.ts';
import { NODE_KINDS, type NodeKind } from '../model/node-kinds.ts';
import type { Decider } from './decide.ts';
import { Downward, LOOK } from './downward.ts';
import { OwnedCredentials } from './owned-credentials.ts';
import type { IdentityList, IndexedQuestion, ListRequest, NodeIndex } from './port.ts';
import { stopIf } from './stop.ts';
import { ASKABLE, actionCode, KIND_BITS, PLAIN, REPORTABLE } from './tables.ts';
import type { Verdicts } from './verdicts.ts';

export class WhoCan {
  readonly #verdicts: Verdicts;
  readonly #decider: Decider;
  #certain: Downward | undefined;
  #possible: Downward | undefined;
  #credentials: OwnedCredentials | undefined;

  constructor(verdicts: Verdicts, decider: Decider) {
    this.#verdicts = verdicts;
    this.#decider = decider;
  }

  list(question: Omit<IndexedQuestion, 'identity'>, at: number, request: ListRequest = {}): IdentityList {
    const { uncertain } = this.#verdicts;
    const wanted = request.kinds === undefined ? ASKABLE : askableOf(request.kinds);
    const allowed = this.#allowed(question, at, wanted, request.signal);
    const missing = this.#missing(question, request.kinds);
    if (!uncertain) return new SortedIdentities(allowed, new Int32Array(0), missing);
    const unknown = this.#unknown(question, at, wanted, new Set(allowed), request.signal);
    const gaps = unknown.length === 0 ? [] : this.#decider.causesOf(unknown, question, at, request.signal);
    return new SortedIdentities(
      allowed,
      request.unknown === true ? Int32Array.from(unknown) : new Int32Array(0),
      byId([...missing, ...gaps]),
    );
  }

  #allowed(
    { action, target, branch }: Omit<IndexedQuestion, 'identity'>,
    at: number,
    wanted: Uint8Array,
    signal: AbortSignal | undefined,
  ): Int32Array {
    const { fitness, rules, certain } = this.#verdicts;
    const code = actionCode(action);
    const ask = this.#verdicts.scopeAsk(code, target);
    const byRule = branch !== null && rules.matter(code, target);
    const downward = this.#certainly();
    const bySole = !byRule && this.#owned().areSole;
    const reached = this.#reach(downward, code, target, !bySole);
    if (bySole && !reached.isEverybody) return this.#owned().allowed(reached, { ask, at, wanted, signal });
    const { count } = reached;
    const found = new Int32Array(count);
    let length = 0;
    for (let i = 0; i < count; i++) {
      stopIf(signal, i);
      const about = reached.aboutAt(i);
      const kind = about & KIND_BITS;
      if (wanted[kind] === 0) continue;
      const node = reached.at(i);
      if (PLAIN[kind] === 1) {
        if (about & LOOK && !fitness.isFitItself(node, at, true)) continue;
      } else if (!fitness.isInScope(node, ask, kind) || !fitness.isFit(node, at, true)) continue;
      if (byRule) {
        certain.mark(node);
        if (rules.stopsAtWorst(code, target, branch, certain) !== 0) continue;
      }
      found[length++] = node;
    }
    return found.subarray(0, length);
  }

  /** Those who are not allowed, but might be. */
  #unknown(
    { action, target, branch }: Omit<IndexedQuestion, 'identity'>,
    at: number,
    wanted: Uint8Array,
    allowed: ReadonlySet<NodeIndex>,
    signal: AbortSignal | undefined,
  ): NodeIndex[] {
    const { graph, fitness, rules, possible } = this.#verdicts;
    const code = actionCode(action);
    const ask = this.#verdicts.scopeAsk(code, target);
    const byRule = branch !== null && rules.matter(code, target);
    this.#possible ??= new Downward(graph, true);
    const reached = this.#reach(this.#possible, code, target, true);
    const found: NodeIndex[] = [];
    for (let i = 0; i < reached.count; i++) {
      const node = reached.at(i);
      stopIf(signal, i);
      if (wanted[graph.kindId(node)] === 0 || allowed.has(node)) continue;
      if (!fitness.isFit(node, at, false) || !fitness.mayBeInScope(node, ask)) continue;
      if (byRule) {
        this.#verdicts.markPossible(node);
        if (rules.stopsAtBest(code, target, branch, possible) !== 0) continue;
      }
      found.push(node);
    }
    return found;
  }

  /** All who hold, or may hold, the needed level on one of the nearest resources with levels. */
  #reach(downward: Downward, action: number, target: NodeIndex, owners: boolean): Downward {
    downward.begin();
    for (const { resource, mask } of this.#verdicts.needed(action, target)) downward.addHolders(resource, mask, REPORTABLE[action] === 1);
    downward.spread(owners);
    return downward;
  }

  #certainly(): Downward {
    this.#certain ??= new Downward(this.#verdicts.graph, false);
    return this.#certain;
  }

  #owned(): OwnedCredentials {
    this.#credentials ??= new OwnedCredentials(this.#verdicts);
    return this.#credentials;
  }

  /** Gaps for which the list may lack identities that nobody knows of. */
  #missing({ action, target }: Omit<IndexedQuestion, 'identity'>, kinds: readonly NodeKind[] | undefined): GapFact[] {
    const { graph } = this.#verdicts;
    const { shortensWhoCan } = graph.hidden;
    if (shortensWhoCan.length === 0) return [];
    const around = graph.ancestors(target);
    return byId(
      shortensWhoCan.filter(({ fact, scope }) => around.includes(scope) && shortens(fact.hides, action, kinds)).map(({ fact }) => fact),
    );
  }
}

/** Sorted when it is read: counting needs no order. */
class SortedIdentities implements IdentityList {
  readonly length: number;
  readonly complete: boolean;
  readonly gaps: readonly GapFact[];
  readonly #allowed: Int32Array;
  readonly #unknown: Int32Array;
  #sorted: { index: Int32Array; unknown: Uint8Array } | undefined;

  constructor(allowed: Int32Array, unknown: Int32Array, gaps: readonly GapFact[]) {
    this.#allowed = allowed;
    this.#unknown = unknown;
    this.length = allowed.length + unknown.length;
    this.complete = gaps.length === 0;
    this.gaps = gaps;
  }

  get index(): Int32Array {
    return this.#order().index;
  }

  get unknown(): Uint8Array {
    return this.#order().unknown;
  }

  #order(): { index: Int32Array; unknown: Uint8Array } {
    if (this.#sorted === undefined) {
      const index = new Int32Array(this.length);
      index.set(this.#allowed);
      index.set(this.#unknown, this.#allowed.length);
      index.sort();
      const open = new Set(this.#unknown);
      this.#sorted = { index, unknown: Uint8Array.from(index, (node) => (open.has(node) ? 1 : 0)) };
    }
    return this.#sorted;
  }
}

function askableOf(kinds: readonly NodeKind[]): Uint8Array {
  const wanted = new Uint8Array(ASKABLE.length);
  for (const kind of kinds) wanted[NODE_KINDS[kind].id] = ASKABLE[NODE_KINDS[kind].id]!;
  return wanted;
}
