/**
 * From a resource down to everybody: holders of grants, and all who are, or act as, one of them.
 *
 * One word a node, `epoch << 8 | look << 7 | kind`: a node is marked, and its kind known, by one look into memory. `look` says
 * that flags of the node itself must be asked.
 */
import { NODE_KINDS } from '../model/node-kinds.ts';
import type { Csr } from './csr.ts';
import type { Graph } from './graph.ts';
import { type Adding, mayAdd } from './hidden.ts';
import { gapsOverMembers, peopleOf } from './holders.ts';
import { addedBy, lift } from './levels.ts';
import type { NodeIndex } from './port.ts';
import { ACCEPT, EXPIRING, INACTIVE, KIND_BITS, NO_SLOT, SLOT_OF_META, UNSURE } from './tables.ts';

const EPOCH_MAX = 0x7fffff;
export const LOOK = 0x80;

export class Downward {
  readonly #graph: Graph;
  readonly #possible: boolean;
  readonly #state: Int32Array;
  #epoch = 0;
  /** Those reached, unless it is everybody, with kind and `LOOK`: `list[0 .. count)`. */
  readonly list: Int32Array;
  readonly about: Uint8Array;
  #count = 0;
  #everybody = false;
  /** Gaps that mean everybody of some kinds, who are added already. */
  readonly #spent = new Set<Adding>();

  /** `possible`: stale facts hold, gaps add all that they may. */
  constructor(graph: Graph, possible: boolean) {
    const { meta, nodeCount } = graph;
    this.#graph = graph;
    this.#possible = possible;
    this.#state = new Int32Array(nodeCount);
    this.list = new Int32Array(nodeCount);
    this.about = new Uint8Array(nodeCount);
    for (let node = 0; node < nodeCount; node++) this.#state[node] = aboutOf(meta[node]!);
  }

  /** Is it everybody, by what anybody holds? Then positions are nodes. */
  get isEverybody(): boolean {
    return this.#everybody;
  }

  get count(): number {
    return this.#everybody ? this.#graph.nodeCount : this.#count;
  }

  at(position: number): NodeIndex {
    return this.#everybody ? position : this.list[position]!;
  }

  /** Kind, and `LOOK`. */
  aboutAt(position: number): number {
    return this.#everybody ? this.#state[position]! & 0xff : this.about[position]!;
  }

  has(node: NodeIndex): boolean {
    return this.#everybody || this.#state[node]! >> 8 === this.#epoch;
  }

  begin(): void {
    this.#count = 0;
    this.#everybody = false;
    this.#spent.clear();
    if (++this.#epoch <= EPOCH_MAX) return;
    this.#epoch = 1;
    for (let node = 0; node < this.#state.length; node++) this.#state[node]! &= 0xff;
  }

  /** Adds the holders of grants that give one of the wanted levels on the resource, also from what contains it. */
  addHolders(resource: NodeIndex, wanted: number, reports: boolean): void {
    const graph = this.#graph;
    const slot = graph.slotOf(resource);
    if (slot === NO_SLOT) return;
    const accepted = ACCEPT[(slot << 8) | wanted]!;
    this.#addRow(graph.grants.byResource, resource, accepted);
    const standing = reports && graph.standsIn(resource);
    if (standing) this.#addRow(graph.reports.byResource, resource, accepted);
    if (this.#possible) {
      this.#addRow(graph.staleGrants.byResource, resource, accepted);
      if (standing) this.#addRow(graph.staleReports.byResource, resource, accepted);
      for (const gap of graph.hidden.grants.get(resource) ?? []) if (addedBy(gap.anyLevel, slot) & wanted) this.#addMeant(gap);
    }
    const { off, val } = graph.containerUp;
    for (let i = off[resource] ?? 0; i < (off[resource + 1] ?? 0); i++) {
      const container = val[i]! >> 1;
      const lifted = val[i]! & 1 && !this.#possible ? 0 : lift(graph, container, resource, wanted);
      if (lifted !== 0) this.addHolders(container, lifted, reports);
    }
  }

  /** Adds all whose membership, or owner if `owners`, leads to what was added. */
  spread(owners: boolean): void {
    const { memberDown, ownerDown, anonymous } = this.#graph;
    if (anonymous >= 0 && this.#state[anonymous]! >> 8 === this.#epoch) {
      this.#everybody = true;
      return;
    }
    const list = this.list;
    const about = this.about;
    const owned = owners && ownerDown.off.length > 0;
    const grouped = memberDown.off.length > 0;
    for (let i = 0; i < this.#count; i++) {
      const node = list[i]!;
      const kind = about[i]! & KIND_BITS;
      if (kind === GROUP || kind === EVERYONE) {
        if (grouped) this.#addPacked(memberDown.val, memberDown.off[node]!, memberDown.off[node + 1]!);
      } else if (owned) {
        this.#addPacked(ownerDown.val, ownerDown.off[node]!, ownerDown.off[node + 1]!);
      }
      if (this.#possible && this.#graph.hidden.some) this.#addHidden(node, kind);
    }
  }

  #addPacked(val: Int32Array, start: number, end: number): void {
    for (let i = start; i < end; i++) if (this.#possible || (val[i]! & 1) === 0) this.#add(val[i]! >> 1);
  }

  #addHidden(node: NodeIndex, kind: number): void {
    for (const gap of gapsOverMembers(this.#graph, node)) this.#addMeant(gap);
    for (const [credential, gaps] of this.#graph.hidden.owners) if (gaps.some((gap) => mayAdd(gap, node, kind))) this.#add(credential);
  }

  #addMeant(gap: Adding): void {
    if (gap.subject >= 0) {
      if (mayAdd(gap, gap.subject, this.#graph.kindId(gap.subject))) this.#add(gap.subject);
      return;
    }
    if (gap.subject < -1 || this.#spent.has(gap)) return;
    this.#spent.add(gap);
    for (const node of peopleOf(this.#graph, gap)) this.#add(node);
  }

  #addRow({ off, val }: Csr, resource: NodeIndex, accepted: number): void {
    if (off.length === 0) return;
    for (let i = off[resource]!, end = off[resource + 1]!; i < end; i++) if ((accepted >> (val[i]! & 7)) & 1) this.#add(val[i]! >> 3);
  }

  #add(node: NodeIndex): void {
    const state = this.#state[node]!;
    if (state >> 8 === this.#epoch) return;
    this.#state[node] = (this.#epoch << 8) | (state & 0xff);
    this.about[this.#count] = state & 0xff;
    this.list[this.#count++] = node;
  }
}

/** The kind of a node, and `LOOK` where it has flags. */
export function aboutOf(meta: number): number {
  const isFlagged = SLOT_OF_META[meta & 0xff] === NO_SLOT && (meta & (INACTIVE | EXPIRING | UNSURE)) !== 0;
  return (meta & KIND_BITS) | (isFlagged ? LOOK : 0);
}

const GROUP = NODE_KINDS.Group.id;
const EVERYONE = NODE_KINDS.Everyone.id;
