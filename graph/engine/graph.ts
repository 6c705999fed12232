/**
 * A snapshot with what is derived from it once: the gaps by scope, the ranges of kinds, keys as texts on demand.
 *
 * Rows of a family that has no facts are empty; `row...` functions of hot loops read the arrays directly.
 */
import type { Link } from '../decision.ts';
import type { EdgeFact, GapFact, NodeKey, Props } from '../fact.ts';
import { isScopeWord } from '../model/credentials.ts';
import type { EdgeKind } from '../model/edge-kinds.ts';
import type { Hidden as HiddenName } from '../model/gaps.ts';
import { NODE_KINDS, type NodeKind } from '../model/node-kinds.ts';
import type { Csr } from './csr.ts';
import { Hidden } from './hidden.ts';
import { KeyTable } from './key-table.ts';
import type { NodeIndex } from './port.ts';
import type { SectionName, Sections, Snapshot } from './snapshot.ts';
import { ANONYMOUS_ID, FLAVOR_BIT, KIND_BITS, KIND_OF_ID, NO_SLOT, SLOT_OF_META } from './tables.ts';

/** In place of a sole value: there is none, or more than one. */
export const NONE = -1;
export const SEVERAL = -2;

/** Every family of packed grants, certain and stale. */
export interface GrantRows {
  readonly byHolder: Csr;
  readonly byResource: Csr;
}

export class Graph {
  readonly sections: Sections;
  readonly texts: readonly string[];
  readonly scopeNames: readonly string[];
  readonly hidden: Hidden;
  readonly keys: KeyTable;
  readonly nodeCount: number;
  readonly meta: Uint16Array;
  /** -1 where the world has no such node. */
  readonly anonymous: NodeIndex;
  /** All groups lie in this range of indexes. */
  readonly groupFrom: number;
  readonly groupTo: number;
  readonly grants: GrantRows;
  readonly staleGrants: GrantRows;
  readonly reports: GrantRows;
  readonly staleReports: GrantRows;
  readonly memberUp: Csr;
  readonly memberDown: Csr;
  readonly ownerUp: Csr;
  readonly ownerDown: Csr;
  readonly containerUp: Csr;
  /** By node: `container << 1 | stale` where there is one, `NONE` or `SEVERAL`: one look where rows take two. */
  readonly containerOf: Int32Array;
  /** By node: `owner << 1 | stale` where there is one, `NONE` or `SEVERAL`. */
  readonly ownerOf: Int32Array;
  readonly containerDown: Csr;
  readonly exempt: Csr;
  readonly closure: Csr;
  /** Is there any stale edge, or any gap that touches verdicts, so that the two completions can differ? */
  readonly uncertain: boolean;

  constructor({ sections, facts }: Snapshot) {
    this.sections = sections;
    this.texts = facts.texts;
    this.scopeNames = facts.scopeNames;
    this.keys = new KeyTable({ start: sections.keyStart, bytes: sections.keyBytes });
    this.meta = sections.meta;
    this.hidden = new Hidden(facts.gaps, (node) => this.kindOf(node));
    this.nodeCount = sections.meta.length;
    const csr = (name: string) => ({
      off: sections[`${name}Off` as SectionName] as Int32Array,
      val: sections[`${name}Val` as SectionName] as Int32Array,
    });
    const grants = (name: string) => ({ byHolder: csr(`${name}Holder`), byResource: csr(`${name}Resource`) });
    this.grants = grants('grant');
    this.staleGrants = grants('staleGrant');
    this.reports = grants('report');
    this.staleReports = grants('staleReport');
    this.memberUp = csr('memberUp');
    this.memberDown = csr('memberDown');
    this.ownerUp = csr('ownerUp');
    this.ownerDown = csr('ownerDown');
    this.containerUp = csr('containerUp');
    this.containerDown = csr('containerDown');
    this.exempt = csr('exempt');
    this.closure = csr('closure');
    this.containerOf = soleOf(this.nodeCount, this.containerUp);
    this.ownerOf = soleOf(this.nodeCount, this.ownerUp);
    let [from, to, anonymous] = [this.nodeCount, 0, -1];
    for (let node = 0; node < this.nodeCount; node++) {
      const kind = this.meta[node]! & KIND_BITS;
      if (kind === ANONYMOUS_ID) anonymous = node;
      if (kind !== NODE_KINDS.Group.id && kind !== NODE_KINDS.Everyone.id) continue;
      if (node < from) from = node;
      to = node + 1;
    }
    this.groupFrom = Math.min(from, to);
    this.groupTo = to;
    this.anonymous = anonymous;
    const anyStale = [this.memberUp, this.ownerUp, this.containerUp, this.exempt, { val: sections.scopeSetVal }].some(({ val }) =>
      hasOdd(val),
    );
    const anyStrange = this.scopeNames.some((name) => !isScopeWord(name));
    this.uncertain =
      this.hidden.some || anyStale || anyStrange || this.staleGrants.byHolder.val.length > 0 || this.staleReports.byHolder.val.length > 0;
  }

  kindOf(node: NodeIndex): NodeKind {
    return KIND_OF_ID[this.meta[node]! & KIND_BITS] ?? 'User';
  }

  kindId(node: NodeIndex): number {
    return this.meta[node]! & KIND_BITS;
  }

  /** `NO_SLOT` for what has no levels. */
  slotOf(node: NodeIndex): number {
    return SLOT_OF_META[this.meta[node]! & 0xff]!;
  }

  flavorOf(node: NodeIndex): 'cloud' | 'dc' {
    return this.meta[node]! & FLAVOR_BIT ? 'dc' : 'cloud';
  }

  keyOf(node: NodeIndex): NodeKey {
    return this.keys.keyOf(node);
  }

  /** The node and all that contains it, stale containment too. */
  ancestors(node: NodeIndex): NodeIndex[] {
    const found = [node];
    const { off, val } = this.containerUp;
    if (off.length === 0) return found;
    for (const at of found) {
      for (let i = off[at]!; i < off[at + 1]!; i++) if (!found.includes(val[i]! >> 1)) found.push(val[i]! >> 1);
    }
    return found;
  }

  /** The nearest resources with levels, ascending: the node itself, or the first on every way up. */
  leveled(node: NodeIndex): NodeIndex[] {
    if (this.slotOf(node) !== NO_SLOT) return [node];
    const found = new Set<NodeIndex>();
    const seen = new Set([node]);
    const { off, val } = this.containerUp;
    if (off.length === 0) return [];
    for (const at of seen) {
      for (let i = off[at]!; i < off[at + 1]!; i++) {
        const container = val[i]! >> 1;
        if (this.slotOf(container) !== NO_SLOT) found.add(container);
        else seen.add(container);
      }
    }
    return [...found].sort((a, b) => a - b);
  }

  /** The gaps that hide this of the node, or everything of what it lies in. */
  gapsHiding(hides: HiddenName, node: NodeIndex): readonly GapFact[] {
    const { everything } = this.hidden;
    const own = this.hidden.of(hides, node);
    if (everything.size === 0) return own;
    return [...own, ...this.ancestors(node).flatMap((at) => everything.get(at) ?? [])];
  }

  /** Do rows of Bitbucket's own listing count on the resource? */
  standsIn(resource: NodeIndex): boolean {
    const { standIn } = this.hidden;
    return standIn.size > 0 && this.ancestors(resource).some((at) => standIn.has(at));
  }

  link(from: NodeIndex, kind: EdgeKind, to: NodeIndex, word = ''): Link {
    return { from: this.keyOf(from), kind, word, to: this.keyOf(to) };
  }

  /** An edge as a fact; of its properties only those that the caller names. */
  edge(from: NodeIndex, kind: EdgeKind, to: NodeIndex, word = '', props: Props = {}): EdgeFact {
    return { type: 'edge', ...this.link(from, kind, to, word), props };
  }
}

/** The only value of each row. */
function soleOf(rows: number, { off, val }: Csr): Int32Array {
  const sole = new Int32Array(rows).fill(NONE);
  if (off.length === 0) return sole;
  for (let row = 0; row < rows; row++) {
    const start = off[row]!;
    const end = off[row + 1]!;
    if (start !== end) sole[row] = end - start === 1 ? val[start]! : SEVERAL;
  }
  return sole;
}

function hasOdd(values: Int32Array): boolean {
  for (let i = 0; i < values.length; i++) if (values[i]! & 1) return true;
  return false;
}
