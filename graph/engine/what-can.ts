/**
 * What can: every resource with some permission, or every target of one action, found from the grants of all that the identity is
 * down to what is contained.
 *
 * Levels are gathered as masks by resource. Targets without levels of their own, and branches, are asked one by one. What an entry
 * says beside its target is computed when it is read.
 */
import { decodeKeyPart, type GapFact } from '../fact.ts';
import { byId } from '../gap.ts';
import { type Action, actionsOn, kindsListed } from '../model/actions.ts';
import { shortensWhatCan } from '../model/gaps.ts';
import { isLeveled } from '../model/lattice.ts';
import { NODE_KINDS, type NodeKind } from '../model/node-kinds.ts';
import type { Decider } from './decide.ts';
import { ENOUGH, LevelMap, PublicResources, SLOT_ACTIONS } from './level-map.ts';
import type { IndexedQuestion, ListRequest, NodeIndex, ResourceEntry, ResourceList } from './port.ts';
import { stopIf } from './stop.ts';
import { actionCode, KIND_BITS, NEEDED, REPORTABLE, SLOT_COUNT, SLOTS, scopeAsk } from './tables.ts';
import type { Verdicts } from './verdicts.ts';

/** What an entry asks of the engine when it is read. */
export interface EntryReader {
  isAskable(action: Action, target: NodeIndex, targetKind: NodeKind): boolean;
  check(question: IndexedQuestion, at: number): boolean | null;
  permission(identity: NodeIndex, target: NodeIndex, reports: boolean, completion: 'pessimistic' | 'optimistic'): string | null;
}

interface Question {
  readonly identity: NodeIndex;
  readonly action: Action | null;
  readonly at: number;
  readonly signal: AbortSignal | undefined;
}

/** Targets in the order in which they were found. `branches` has a name for each where branches are listed. */
interface Found {
  readonly nodes: Int32Array;
  readonly branches: readonly string[] | null;
}

export class WhatCan {
  readonly #verdicts: Verdicts;
  readonly #decider: Decider;
  readonly #reader: EntryReader;
  /** Made when the first list is asked for: a start needs none. */
  #certain: LevelMap | undefined;
  #possible: LevelMap | undefined;
  #public: PublicResources | undefined;
  /** By the asked actions; as many as there are sorts of questions, which are few. */
  readonly #tests = new Map<string, Uint8Array>();

  constructor(verdicts: Verdicts, decider: Decider, reader: EntryReader) {
    this.#verdicts = verdicts;
    this.#decider = decider;
    this.#reader = reader;
  }

  list(identity: NodeIndex, action: Action | null, at: number, { kinds, unknown = false, signal }: ListRequest = {}): ResourceList {
    const question = { identity, action, at, signal };
    const wanted = kindsListed(action).filter((kind) => kinds === undefined || kinds.includes(kind));
    const allowed: Found[] = [];
    const open: Found[] = [];
    const gaps: GapFact[] = this.#verdicts.graph.hidden.shortensWhatCan.filter(({ hides }) => shortensWhatCan(hides, wanted));
    const leveled = wanted.filter(isLeveled);
    if (leveled.length > 0) this.#leveled(question, leveled, { allowed, open, gaps });
    const others = wanted.filter((kind) => !isLeveled(kind));
    if (others.length > 0 && action !== null) this.#others({ ...question, action }, others, { allowed, open, gaps });
    return new FoundResources({
      question,
      allowed,
      open: unknown ? open : [],
      gaps: gaps.length === 0 ? gaps : byId(gaps),
      reader: this.#reader,
      verdicts: this.#verdicts,
    });
  }

  /** Resources with levels: what may be done there depends on slot, mask and scopes alone. */
  #leveled(question: Question, kinds: readonly NodeKind[], into: Into): void {
    const { identity, action, at, signal } = question;
    const { graph, fitness, certain, possible, uncertain } = this.#verdicts;
    const wanted = wantedBits(kinds, action);
    this.#certain ??= new LevelMap(graph, false);
    const held = this.#certain;
    const mayAct = fitness.isFit(identity, at, true);
    const caps = this.#caps(identity, true);
    if (!uncertain && !mayAct) return;
    // Where masks alone tell what can be done, only what passes is ever listed.
    const isTold = !uncertain && !held.hasReports;
    if (isTold) {
      const passes = this.#passing(wanted, caps);
      this.#public ??= new PublicResources(graph);
      held.begin(passes, this.#public);
      certain.mark(identity);
      certain.forEach((holder) => {
        if (holder !== graph.anonymous) held.addGrants(holder);
      });
      into.allowed.push({ nodes: this.#public.after(held.list, held.count, passes), branches: null });
      return;
    }
    held.begin();
    certain.mark(identity);
    certain.forEach((holder) => {
      held.addGrants(holder);
    });
    if (!uncertain) {
      const listed = held.list.slice(0, held.count);
      const nodes = listed.filter((node) => held.actionsAt(node) & wanted[graph.slotOf(node)]! & caps[graph.slotOf(node)]!);
      into.allowed.push({ nodes, branches: null });
      return;
    }
    if (!fitness.isFit(identity, at, false)) return;
    this.#possible ??= new LevelMap(graph, true);
    this.#verdicts.markPossible(identity);
    this.#possible.begin();
    for (let i = 0; i < possible.count; i++) this.#possible.addGrants(possible.list[i]!);
    this.#possible.addHidden(possible);
    const mayCaps = this.#caps(identity, false);
    const { causes } = this.#decider;
    causes.begin([identity]);
    const allowed: number[] = [];
    const open: number[] = [];
    const lacking = new Set<number>();
    const { list, count } = this.#possible;
    for (let i = 0; i < count; i++) {
      stopIf(signal, i);
      const node = list[i]!;
      const slot = graph.slotOf(node);
      const sure = mayAct ? held.actionsAt(node) & wanted[slot]! & caps[slot]! : 0;
      const maybe = this.#possible.actionsAt(node) & wanted[slot]! & mayCaps[slot]!;
      if (sure !== 0) allowed.push(node);
      else if (maybe !== 0) open.push(node);
      if ((maybe & ~sure) === 0) continue;
      for (const code of codesOf(slot, maybe & ~sure)) {
        lacking.add(scopeAsk(code, slot));
        const needed = NEEDED[code * 8 + slot]!;
        if ((held.actionsAt(node) & bitOf(slot, code)) === 0) causes.addLevel(node, needed, REPORTABLE[code] === 1);
      }
    }
    into.allowed.push({ nodes: Int32Array.from(allowed), branches: null });
    into.open.push({ nodes: Int32Array.from(open), branches: null });
    if (lacking.size === 0) return;
    for (const gap of causes.gaps()) into.gaps.push(gap);
    if (!mayAct) into.gaps.push(...this.#decider.ownerCauses(identity, at));
    for (const ask of lacking) if (!fitness.isInScope(identity, ask)) into.gaps.push(...this.#decider.scopeCauses(identity, ask));
  }

  /** Targets that lie in a resource with levels, and branches by name. */
  #others({ identity, action, at, signal }: Question & { readonly action: Action }, kinds: readonly NodeKind[], into: Into): void {
    const { graph } = this.#verdicts;
    const ids = new Set(kinds.map((kind) => NODE_KINDS[kind].id as number));
    const byVerdict = { allowed: newTargets(), open: newTargets() };
    for (let node = 0; node < graph.nodeCount; node++) {
      stopIf(signal, node);
      if (!ids.has(graph.meta[node]! & KIND_BITS)) continue;
      const targetKind = graph.kindOf(node);
      for (const { target, branch } of targetKind === 'Branch'
        ? this.#branches(node, identity, action)
        : [{ target: node, branch: null }]) {
        const answer = this.#reader.check({ identity, action, target, targetKind, branch }, at);
        if (answer === false) continue;
        const { nodes, branches } = byVerdict[answer ? 'allowed' : 'open'];
        nodes.push(target);
        branches.push(branch ?? '');
        if (answer === null) into.gaps.push(...this.#decider.causesOf([identity], { action, target, targetKind, branch }, at));
      }
    }
    for (const name of ['allowed', 'open'] as const) {
      const { nodes, branches } = byVerdict[name];
      into[name].push({ nodes: Int32Array.from(nodes), branches: kinds.includes('Branch') ? branches : null });
    }
  }

  /** A branch by its repositories. Its name is made only where the level may be there. */
  #branches(node: NodeIndex, identity: NodeIndex, action: Action): { target: NodeIndex; branch: string }[] {
    const { graph, certain, uncertain } = this.#verdicts;
    const { off, val } = graph.containerUp;
    const code = actionCode(action);
    const targets: { target: NodeIndex; branch: string }[] = [];
    for (let i = off[node] ?? 0; i < (off[node + 1] ?? 0); i++) {
      const target = val[i]! >> 1;
      certain.mark(identity);
      if (!uncertain && !this.#verdicts.holdsCertainly(code, target)) continue;
      const key = graph.keyOf(node);
      targets.push({ target, branch: decodeKeyPart(key.slice(key.indexOf('#') + 1)) });
    }
    return targets;
  }

  /** By slot: the actions that scopes do not stop, as bits. */
  #caps(identity: NodeIndex, certainly: boolean): Int32Array {
    const { fitness } = this.#verdicts;
    if (!fitness.isCapped(identity)) return ALL_ACTIONS;
    const passes = (ask: number) => (certainly ? fitness.isInScope(identity, ask) : fitness.mayBeInScope(identity, ask));
    return Int32Array.from(SLOT_ACTIONS, (codes, slot) =>
      codes.reduce((bits, code, at) => (passes(scopeAsk(code, slot)) ? bits | (1 << at) : bits), 0),
    );
  }

  /** By `slot << 8 | mask`: 1 where one of the wanted actions can be done within the caps. */
  #passing(wanted: Int32Array, caps: Int32Array): Uint8Array {
    const asked = wanted.map((bits, slot) => bits & caps[slot]!);
    const name = asked.join();
    const known = this.#tests.get(name);
    if (known !== undefined) return known;
    const passes = new Uint8Array((SLOT_COUNT + 1) << 8);
    for (let at = 0; at < ENOUGH.length; at++) passes[at] = ENOUGH[at]! & asked[at >> 8]! ? 1 : 0;
    this.#tests.set(name, passes);
    return passes;
  }
}

interface Into {
  readonly allowed: Found[];
  readonly open: Found[];
  readonly gaps: GapFact[];
}

function newTargets(): { nodes: number[]; branches: string[] } {
  return { nodes: [], branches: [] };
}

interface FoundOptions {
  readonly question: Question;
  readonly allowed: readonly Found[];
  readonly open: readonly Found[];
  readonly gaps: readonly GapFact[];
  readonly reader: EntryReader;
  readonly verdicts: Verdicts;
}

/** Ordered when an entry is read: counting needs no order. */
class FoundResources implements ResourceList {
  readonly length: number;
  readonly complete: boolean;
  readonly gaps: readonly GapFact[];
  readonly #options: FoundOptions;
  #ordered: readonly { readonly node: NodeIndex; readonly branch: string | null; readonly open: boolean }[] | undefined;

  constructor(options: FoundOptions) {
    this.#options = options;
    this.length = [...options.allowed, ...options.open].reduce((sum, { nodes }) => sum + nodes.length, 0);
    this.complete = options.gaps.length === 0;
    this.gaps = options.gaps;
  }

  entry(position: number): ResourceEntry {
    const found = this.#order()[position];
    if (found === undefined) throw new RangeError(`a list of ${this.length} entries has no entry ${position}`);
    const { node, branch, open } = found;
    const { question, reader, verdicts } = this.#options;
    const { identity, action, at } = question;
    const { graph } = verdicts;
    const kind = branch === null ? graph.kindOf(node) : 'Branch';
    const asked = (action === null ? actionsOn(kind) : [action]).filter((each) => reader.isAskable(each, node, kind));
    const actions = asked.filter(
      (each) => reader.check({ identity, action: each, target: node, targetKind: kind, branch }, at) === (open ? null : true),
    );
    const reports = REPORTABLE[actionCode(actions[0] ?? 'repository.read')] === 1;
    return {
      target: { kind, key: graph.keyOf(node), branch },
      targetIndex: node,
      verdict: open ? 'UNKNOWN' : 'ALLOW',
      permission: reader.permission(identity, node, reports, open ? 'optimistic' : 'pessimistic') ?? '',
      actions,
    };
  }

  #order() {
    if (this.#ordered === undefined) {
      const entries = (found: readonly Found[], open: boolean) =>
        found.flatMap(({ nodes, branches }) =>
          Array.from(nodes, (node, at) => ({ node, branch: branches === null ? null : branches[at]!, open })),
        );
      const { allowed, open } = this.#options;
      this.#ordered = [...entries(allowed, false), ...entries(open, true)].sort(
        (a, b) => a.node - b.node || ((a.branch ?? '') < (b.branch ?? '') ? -1 : 1),
      );
    }
    return this.#ordered;
  }
}

const ALL_ACTIONS = new Int32Array(SLOT_COUNT).fill(-1);

function bitOf(slot: number, code: number): number {
  return 1 << SLOT_ACTIONS[slot]!.indexOf(code);
}

function codesOf(slot: number, bits: number): number[] {
  return SLOT_ACTIONS[slot]!.filter((_, at) => (bits >> at) & 1);
}

/** By slot: the asked actions as bits, none for a kind that is not asked. */
function wantedBits(kinds: readonly NodeKind[], action: Action | null): Int32Array {
  return Int32Array.from(SLOTS, ({ kind }, slot) => {
    if (!kinds.includes(kind)) return 0;
    if (action === null) return -1;
    const at = SLOT_ACTIONS[slot]!.indexOf(actionCode(action));
    return at < 0 ? 0 : 1 << at;
  });
}
