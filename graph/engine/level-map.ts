/**
 * The levels of one identity on every resource at once: gathered from the grants of its holders and passed down to what is contained.
 *
 * One word a node, `epoch << 14 | passes down << 13 | public << 12 | slot << 8 | mask`: what is held, and of what kind the resource is, is known by one
 * look into memory. A node is listed when its mask first passes the test of the question, so nothing is looked at twice. What
 * anybody holds can be left out and listed from a copy that is made once (`PublicResources`).
 */
import { actionsOn } from '../model/actions.ts';
import type { Csr } from './csr.ts';
import type { GrantRows, Graph } from './graph.ts';
import type { PossibleHolders } from './holders.ts';
import { addedBy } from './levels.ts';
import type { NodeIndex } from './port.ts';
import { actionCode, CLOSED, NEEDED, NO_SLOT, PASS, REPORTABLE, SLOT_COUNT, SLOT_OF_META, SLOTS } from './tables.ts';

const EPOCH_MAX = 0x1ffff;
const EPOCH_SHIFT = 14;
const SLOT_BITS = 0xf00;
/** Slot and mask. */
const HELD_BITS = 0xfff;
const PUBLIC_BIT = 0x1000;
/** A level on the node gives one on what it contains. */
const PASSES_DOWN_BIT = 0x2000;
/** Slot, and whether it passes down. */
const KIND_BITS = 0x2f00;
/** What a node is, whatever the question. */
const FIXED_BITS = 0x3f00;
/** Of nodes without levels. */
const NO_SLOT_BITS = SLOT_COUNT;

export class LevelMap {
  readonly #graph: Graph;
  readonly #possible: boolean;
  readonly #state: Int32Array;
  #epoch = 0;
  /** By node: what Bitbucket's own listing gives beside grants, where it counts. No entries where there are no rows of it. */
  readonly #reported: Uint8Array;
  readonly #withReports: NodeIndex[] = [];
  #passes: Uint8Array = ANYTHING;
  #anybody: PublicResources | null = null;
  /** Nodes that pass: `list[0 .. count)`. */
  readonly list: Int32Array;
  count = 0;

  /** `possible`: stale facts hold. */
  constructor(graph: Graph, possible: boolean) {
    this.#graph = graph;
    this.#possible = possible;
    this.#state = new Int32Array(graph.nodeCount);
    for (let node = 0; node < graph.nodeCount; node++) {
      const slot = Math.min(SLOT_OF_META[graph.meta[node]! & 0xff]!, NO_SLOT_BITS);
      this.#state[node] = (slot << 8) | (CONTAINS_LEVELED[slot] === 1 ? PASSES_DOWN_BIT : 0);
    }
    const rows = graph.reports.byHolder.val.length + graph.staleReports.byHolder.val.length;
    this.#reported = new Uint8Array(rows === 0 ? 0 : graph.nodeCount);
    this.list = new Int32Array(graph.nodeCount);
  }

  /**
   * `passes`: by `slot << 8 | mask`, 1 where a node is to be listed; it may only grow with the mask. Left out: where anything is
   * held. `anybody`: what passes by it is not listed here.
   */
  begin(passes: Uint8Array = ANYTHING, anybody: PublicResources | null = null): void {
    for (const node of this.#withReports) this.#reported[node] = 0;
    this.#withReports.length = 0;
    this.#passes = passes;
    this.count = 0;
    if (anybody !== null && this.#anybody === null) for (const node of anybody.nodes) this.#state[node]! |= PUBLIC_BIT;
    this.#anybody = anybody;
    if (++this.#epoch <= EPOCH_MAX) return;
    this.#epoch = 1;
    for (let node = 0; node < this.#state.length; node++) this.#state[node]! &= FIXED_BITS;
  }

  /** Do rows of Bitbucket's own listing have to be told apart? Then a test cannot be on masks alone. */
  get hasReports(): boolean {
    return this.#reported.length > 0;
  }

  /** All that the holder is granted. */
  addGrants(holder: NodeIndex): void {
    const { grants, staleGrants, reports, staleReports } = this.#graph;
    this.#addRow(grants.byHolder, holder);
    if (this.#possible) this.#addRow(staleGrants.byHolder, holder);
    if (!this.hasReports) return;
    this.#addReports(reports, holder);
    if (this.#possible) this.#addReports(staleReports, holder);
  }

  /** All that gaps may grant to the holders. */
  addHidden(holders: PossibleHolders): void {
    for (const [resource, gaps] of this.#graph.hidden.grants) {
      const slot = this.#graph.slotOf(resource);
      if (slot === NO_SLOT) continue;
      for (const gap of gaps) if (holders.hasFor(gap)) this.#add(resource, addedBy(gap.anyLevel, slot));
    }
  }

  /** The actions for which the levels on the resource suffice, as bits by position among those of its kind. */
  actionsAt(node: NodeIndex): number {
    const slot = this.#graph.slotOf(node);
    const mask = this.maskOf(node);
    if (!this.hasReports) return ENOUGH[(slot << 8) | mask]!;
    const both = mask | this.#reported[node]!;
    return (ENOUGH[(slot << 8) | mask]! & ~REPORTABLE_BITS[slot]!) | (ENOUGH[(slot << 8) | both]! & REPORTABLE_BITS[slot]!);
  }

  /** The levels that grants give on the node. */
  maskOf(node: NodeIndex): number {
    const state = this.#state[node]!;
    return state >> EPOCH_SHIFT === this.#epoch ? state & 0xff : 0;
  }

  /** Is it listed for what anybody holds? */
  #isAnybodys(node: NodeIndex, slotBits: number): boolean {
    return this.#anybody !== null && this.#passes[slotBits | this.#anybody.maskOf(node)] === 1;
  }

  #addRow({ off, val }: Csr, holder: NodeIndex): void {
    if (off.length === 0) return;
    if (this.hasReports) return this.#addEach({ off, val }, holder);
    const state = this.#state;
    const passes = this.#passes;
    const list = this.list;
    const epoch = this.#epoch;
    let count = this.count;
    for (let i = off[holder]!, end = off[holder + 1]!; i < end; i++) {
      const resource = val[i]! >> 3;
      const before = state[resource]!;
      const slot = before & SLOT_BITS;
      let mask = CLOSED[slot | (1 << (val[i]! & 7))]!;
      let wasListed = 0;
      if (before >> EPOCH_SHIFT === epoch) {
        mask |= before & 0xff;
        if (mask === (before & 0xff)) continue;
        wasListed = passes[before & HELD_BITS]!;
      }
      state[resource] = (epoch << EPOCH_SHIFT) | (before & FIXED_BITS) | mask;
      if (passes[slot | mask]! > wasListed && ((before & PUBLIC_BIT) === 0 || !this.#isAnybodys(resource, slot))) list[count++] = resource;
      if (before & PASSES_DOWN_BIT) {
        this.count = count;
        this.#passDown(resource, slot >> 8, mask);
        count = this.count;
      }
    }
    this.count = count;
  }

  /** As `#addRow`, where a node may be listed for what is reported. */
  #addEach({ off, val }: Csr, holder: NodeIndex): void {
    for (let i = off[holder]!; i < off[holder + 1]!; i++) {
      const resource = val[i]! >> 3;
      this.#add(resource, CLOSED[(this.#graph.slotOf(resource) << 8) | (1 << (val[i]! & 7))]!);
    }
  }

  #addReports({ byHolder: { off, val } }: GrantRows, holder: NodeIndex): void {
    for (let i = off[holder] ?? 0; i < (off[holder + 1] ?? 0); i++) {
      const resource = val[i]! >> 3;
      if (!this.#graph.standsIn(resource)) continue;
      if (this.maskOf(resource) === 0 && this.#reported[resource] === 0) this.list[this.count++] = resource;
      if (this.#reported[resource] === 0) this.#withReports.push(resource);
      this.#reported[resource]! |= CLOSED[(this.#graph.slotOf(resource) << 8) | (1 << (val[i]! & 7))]!;
    }
  }

  #add(node: NodeIndex, given: number): void {
    const before = this.#state[node]!;
    const slot = before & SLOT_BITS;
    const held = before >> EPOCH_SHIFT === this.#epoch ? before & 0xff : 0;
    const mask = held | given;
    if (mask === held) return;
    this.#state[node] = (this.#epoch << EPOCH_SHIFT) | (before & FIXED_BITS) | mask;
    const isListed = (held === 0 && this.hasReports && this.#reported[node] !== 0) || (before & PUBLIC_BIT && this.#isAnybodys(node, slot));
    if (!isListed && this.#passes[slot | mask]! > this.#passes[slot | held]!) this.list[this.count++] = node;
    if (before & PASSES_DOWN_BIT) this.#passDown(node, slot >> 8, mask);
  }

  /** Contents are mostly of one kind: what the levels give them is looked up when the kind changes. */
  #passDown(container: NodeIndex, above: number, given: number): void {
    const { off, val } = this.#graph.containerDown;
    if (off.length === 0) return;
    const state = this.#state;
    const list = this.list;
    const epoch = this.#epoch;
    const fresh = epoch << EPOCH_SHIFT;
    const left = this.#possible ? 0 : 1;
    let count = this.count;
    let [kind, passed, lists] = [-1, 0, 0];
    for (let i = off[container]!, end = off[container + 1]!; i < end; i++) {
      if (val[i]! & left) continue;
      const content = val[i]! >> 1;
      const before = state[content]!;
      if ((before & KIND_BITS) !== kind) {
        kind = before & KIND_BITS;
        passed = (kind & SLOT_BITS) >> 8 === NO_SLOT_BITS ? 0 : PASS[(above << 11) | (kind & SLOT_BITS) | given]!;
        lists = this.#passes[(kind & SLOT_BITS) | passed]!;
      }
      if (passed === 0) continue;
      if (before >> EPOCH_SHIFT !== epoch && (kind & PASSES_DOWN_BIT) === 0 && !this.hasReports) {
        state[content] = fresh | (before & FIXED_BITS) | passed;
        if (lists === 1 && ((before & PUBLIC_BIT) === 0 || !this.#isAnybodys(content, kind & SLOT_BITS))) list[count++] = content;
      } else {
        this.count = count;
        this.#add(content, passed);
        count = this.count;
      }
    }
    this.count = count;
  }
}

/** What anybody holds, worked out once: public resources are many, and the same for everybody. */
export class PublicResources {
  readonly nodes: Int32Array;
  /** By node. */
  readonly #slotBits: Uint16Array;
  readonly #masks: Uint8Array;
  /** By test: questions are many, tests are few. */
  readonly #passing = new WeakMap<Uint8Array, Int32Array>();

  constructor(graph: Graph) {
    const map = new LevelMap(graph, false);
    map.begin();
    if (graph.anonymous >= 0) map.addGrants(graph.anonymous);
    this.nodes = map.list.slice(0, map.count);
    this.#slotBits = Uint16Array.from(this.nodes, (node) => graph.slotOf(node) << 8);
    this.#masks = new Uint8Array(graph.nodeCount);
    for (const node of this.nodes) this.#masks[node] = map.maskOf(node);
  }

  maskOf(node: NodeIndex): number {
    return this.#masks[node]!;
  }

  /** The first `count` of a list, and after them what anybody may. */
  after(list: Int32Array, count: number, passes: Uint8Array): Int32Array {
    let passing = this.#passing.get(passes);
    if (passing === undefined) {
      passing = this.nodes.filter((node, position) => passes[this.#slotBits[position]! | this.#masks[node]!] === 1);
      this.#passing.set(passes, passing);
    }
    const all = new Int32Array(count + passing.length);
    all.set(list.subarray(0, count));
    all.set(passing, count);
    return all;
  }
}

/** By slot: the codes of the actions that can be asked of its kind; an action's bit is its position there. */
export const SLOT_ACTIONS: readonly (readonly number[])[] = SLOTS.map(({ kind }) => actionsOn(kind).map(actionCode));

/** `slot << 8 | mask` -> the actions for which the levels suffice, as bits. */
export const ENOUGH = Int32Array.from({ length: SLOT_COUNT << 8 }, (_, at) =>
  SLOT_ACTIONS[at >> 8]!.reduce((bits, code, position) => (NEEDED[code * 8 + (at >> 8)]! & at & 0xff ? bits | (1 << position) : bits), 0),
);

const ANYTHING = Uint8Array.from({ length: (SLOT_COUNT + 1) << 8 }, (_, at) => (at >> 8 < SLOT_COUNT && (at & 0xff) !== 0 ? 1 : 0));

const REPORTABLE_BITS = Int32Array.from(SLOT_ACTIONS, (codes) =>
  codes.reduce((bits, code, position) => (REPORTABLE[code] ? bits | (1 << position) : bits), 0),
);

/** By slot: 1 where a level on it gives one on what it contains. */
const CONTAINS_LEVELED = Uint8Array.from({ length: SLOT_COUNT + 1 }, (_, above) =>
  above < SLOT_COUNT && SLOTS.some((_content, slot) => PASS[(((above << 3) | slot) << 8) | 0xff] !== 0) ? 1 : 0,
);
