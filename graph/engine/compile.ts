/**
 * Facts of one instant -> a compiled snapshot.
 *
 * Shape: nodes in the order of their keys; the dense index of a node is its position. Edges in any order, each once or more.
 * INVARIANT: the result does not depend on the order of edges, rules or gaps. Edges of which an end is no node, and grants of
 * levels that no row has, are left out: they establish nothing.
 */
import { type EdgeFact, type GapFact, refPath } from '../fact.ts';
import { EDGE_KINDS, type EdgeKind } from '../model/edge-kinds.ts';
import { NODE_KINDS } from '../model/node-kinds.ts';
import type { EdgeColumns, NodeColumns } from '../store/port.ts';
import { closuresOf } from './closure.ts';
import { type Csr, csrOf } from './csr.ts';
import { countGrants, type GrantCounts, writeGrants } from './grants.ts';
import type { KeyTable } from './port.ts';
import { compileRules } from './rule-columns.ts';
import { compileScopes } from './scope-columns.ts';
import { allocateSections, openSnapshot, type SectionName, type Sections, type Snapshot, type SnapshotFacts } from './snapshot.ts';
import { EXPIRING, FLAVOR_BIT, INACTIVE, KIND_BITS, NO_SLOT, SLOT_OF_META } from './tables.ts';

export interface CompileInput {
  readonly nodes: NodeColumns;
  readonly edges: EdgeColumns;
  /** RESTRICTS and CLASSIFIES edges with their properties, ordered by fact id. */
  readonly rules: Iterable<EdgeFact & { readonly stale?: boolean }>;
  readonly gaps: readonly GapFact[];
  /** Asked for the keys of scopes, of what gaps name, and of some rules. */
  readonly keys: KeyTable;
  readonly snapshot: { readonly id: string; readonly at: number };
}

/** Edges of one kind in dense indexes, in the order of the input. */
export interface EdgeList {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly word: Uint16Array;
  readonly stale: Uint8Array;
}

type Sized = { [Name in SectionName]?: Sections[Name] };

export function compile(input: CompileInput): Snapshot {
  const { nodes, edges } = input;
  const indexOf = denseIndexes(nodes);
  const lists = readSmallKinds(edges, indexOf);
  const contains = lists.CONTAINS;
  const restricts = lists.RESTRICTS;
  const [memberUp, memberDown] = bothWays(nodes.length, lists.MEMBER_OF);
  const [ownerUp, ownerDown] = bothWays(nodes.length, lists.ACTS_AS);
  // A rule lies in its repository: upwards alone, nothing passes down to it.
  const containerUp = csrOf(
    nodes.length,
    joined(contains.to, restricts.from),
    joined(packed(contains.from, contains.stale), packed(restricts.to, restricts.stale)),
  );
  const containerDown = csrOf(nodes.length, contains.from, packed(contains.to, contains.stale));
  const meta = metaOf(nodes, containerDown, restricts);
  const closures = closuresOf(nodes.length, memberUp);
  const scopes = compileScopes(nodes.length, lists.HAS_SCOPE);
  const exempt = csrOf(nodes.length, lists.EXEMPTS.from, packed(lists.EXEMPTS.to, lists.EXEMPTS.stale));
  const rules = compileRules(input, lists.RESTRICTS, lists.CLASSIFIES);
  const info = new TextEncoder().encode(JSON.stringify(factsOf(input, rules.texts, scopes.scopeNode)));
  const counts = countGrants(edges, nodes.length);
  const small: Sized = {
    meta,
    storeId: nodes.storeId,
    expiringNode: nodes.expiring.index,
    expiringAt: nodes.expiring.at,
    ...named('memberUp', memberUp),
    ...named('memberDown', memberDown),
    ...named('ownerUp', ownerUp),
    ...named('ownerDown', ownerDown),
    ...named('containerUp', containerUp),
    ...named('containerDown', containerDown),
    closureOff: closures.off,
    closureVal: closures.val,
    closureDepth: closures.depth,
    scopeSet: scopes.scopeSet,
    scopeSetOff: scopes.scopeSetOff,
    scopeSetVal: scopes.scopeSetVal,
    scopeNode: scopes.scopeNode,
    ...rules.sections,
    ...named('exempt', exempt),
    info,
  };
  return assemble(input, small, counts, indexOf);
}

/** Puts everything into one buffer. Grants are built in place: they are most of it. */
function assemble({ edges, nodes }: CompileInput, small: Sized, counts: GrantCounts, indexOf: Int32Array | null): Snapshot {
  const lengths: Partial<Record<SectionName, number>> = { ...counts.lengths };
  for (const [name, array] of Object.entries(small)) lengths[name as SectionName] = array.length;
  const { buffer, sections } = allocateSections(lengths);
  for (const [name, array] of Object.entries(small)) (sections[name as SectionName] as Uint8Array).set(array as Uint8Array);
  writeGrants({ edges, indexOf, nodes: nodes.length, buffer, sections, counts });
  const { meta, grantHolderOff, grantHolderVal } = openSnapshot(buffer).sections;
  for (let node = 0; node < nodes.length && grantHolderOff.length > 0; node++) {
    if ((meta[node]! & KIND_BITS) !== NODE_KINDS.Anonymous.id) continue;
    for (let i = grantHolderOff[node]!; i < grantHolderOff[node + 1]!; i++)
      meta[grantHolderVal[i]! >> 3]! |= 0x100 << (grantHolderVal[i]! & 7);
  }
  return openSnapshot(buffer);
}

/** Dense index by store id, null where they are the same. */
function denseIndexes({ length, storeId }: NodeColumns): Int32Array | null {
  let most = -1;
  let same = true;
  for (let i = 0; i < length; i++) {
    if (storeId[i] !== i) same = false;
    if (storeId[i]! > most) most = storeId[i]!;
  }
  if (same) return null;
  const indexOf = new Int32Array(most + 1).fill(-1);
  for (let i = 0; i < length; i++) indexOf[storeId[i]!] = i;
  return indexOf;
}

/** All kinds but grants, which are too many to be copied. */
function readSmallKinds(edges: EdgeColumns, indexOf: Int32Array | null): Readonly<Record<EdgeKind, EdgeList>> {
  const { kind, from, to, word, stale, length } = edges;
  const counts = new Int32Array(256);
  for (let i = 0; i < length; i++) counts[kind[i]!]!++;
  const lists: (EdgeList | undefined)[] = [];
  for (const row of Object.values(EDGE_KINDS)) {
    const n = row.flow === 'grants' || row.flow === 'reports' ? 0 : counts[row.id]!;
    lists[row.id] = { from: new Int32Array(n), to: new Int32Array(n), word: new Uint16Array(n), stale: new Uint8Array(n) };
  }
  const next = new Int32Array(256);
  const { HOLDS, REPORTED } = EDGE_KINDS;
  for (let i = 0; i < length; i++) {
    const of = kind[i]!;
    if (of === HOLDS.id || of === REPORTED.id) continue;
    const list = lists[of];
    const a = indexOf === null ? from[i]! : (indexOf[from[i]!] ?? -1);
    const b = indexOf === null ? to[i]! : (indexOf[to[i]!] ?? -1);
    if (list === undefined || a < 0 || b < 0) continue;
    const at = next[of]!++;
    list.from[at] = a;
    list.to[at] = b;
    list.word[at] = word[i]!;
    list.stale[at] = stale[i]!;
  }
  return Object.fromEntries(
    Object.entries(EDGE_KINDS).map(([name, { id }]) => {
      const list = lists[id] as EdgeList;
      const n = next[id]!;
      return [
        name,
        { from: list.from.subarray(0, n), to: list.to.subarray(0, n), word: list.word.subarray(0, n), stale: list.stale.subarray(0, n) },
      ];
    }),
  ) as Record<EdgeKind, EdgeList>;
}

function packed(node: Int32Array, stale: Uint8Array): Int32Array {
  const values = new Int32Array(node.length);
  for (let i = 0; i < values.length; i++) values[i] = (node[i]! << 1) | stale[i]!;
  return values;
}

function bothWays(rows: number, { from, to, stale }: EdgeList): [up: Csr, down: Csr] {
  return [csrOf(rows, from, packed(to, stale)), csrOf(rows, to, packed(from, stale))];
}

function joined(a: Int32Array, b: Int32Array): Int32Array {
  const both = new Int32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function named<Name extends string>(name: Name, { off, val }: Csr) {
  return { [`${name}Off`]: off, [`${name}Val`]: val } as Record<`${Name}Off` | `${Name}Val`, Int32Array<ArrayBuffer>>;
}

/** Kinds, flags, and the flavor of all that lies in an instance. */
function metaOf({ length, kind, inactive, expiring }: NodeColumns, { off, val }: Csr, restricts: EdgeList): Uint16Array<ArrayBuffer> {
  const meta = new Uint16Array(length);
  const queue: number[] = [];
  for (let i = 0; i < length; i++) {
    meta[i] = kind[i]!;
    if (kind[i] === NODE_KINDS.Instance.id) queue.push(i);
  }
  for (const node of queue) meta[node]! |= FLAVOR_BIT;
  while (queue.length > 0 && off.length > 0) {
    const node = queue.pop()!;
    for (let i = off[node]!; i < off[node + 1]!; i++) {
      const content = val[i]! >> 1;
      if (meta[content]! & FLAVOR_BIT) continue;
      meta[content]! |= FLAVOR_BIT;
      queue.push(content);
    }
  }
  for (let i = 0; i < restricts.from.length; i++) meta[restricts.from[i]!]! |= meta[restricts.to[i]!]! & FLAVOR_BIT;
  for (const node of inactive) if (!isResource(meta[node]!)) meta[node]! |= INACTIVE;
  for (const node of expiring.index) if (!isResource(meta[node]!)) meta[node]! |= EXPIRING;
  return meta;
}

/** The upper byte of a resource with levels is taken by what `anonymous:` holds; it has no flags. */
function isResource(meta: number): boolean {
  return SLOT_OF_META[meta & 0xff] !== NO_SLOT;
}

function factsOf({ snapshot, gaps, keys }: CompileInput, texts: readonly string[], scopeNode: Int32Array): SnapshotFacts {
  return {
    ...snapshot,
    texts,
    scopeNames: Array.from(scopeNode, (node) => refPath(keys.keyOf(node))),
    gaps: gaps.map((fact) => ({ fact, scope: keys.indexOf(fact.scope), subject: fact.subject === '' ? -1 : keys.indexOf(fact.subject) })),
  };
}
