/**
 * Facts of one instant -> a compiled snapshot.
 *
 * Shape: nodes in the order of their keys; the dense index of a node is its position. Edges in any order, each once or more.
 * INVARIANT: the result does not depend on the order of edges, rules or gaps. Edges of which an end is no node, and grants of
 * levels that no row has, are left out: they establish nothing.
 */
import { invariant } from '../errors.ts';
import { type EdgeFact, type GapFact, refPath } from '../fact.ts';
import { NODE_KINDS } from '../model/node-kinds.ts';
import type { EdgeColumns, NodeColumns } from '../store/port.ts';
import { closuresOf } from './closure.ts';
import { type Csr, rowsLength } from './csr.ts';
import { countEdges, type EdgeList, type EdgeRuns, edgeRuns, fillRows, listEdges, type RowsOfKind } from './edge-runs.ts';
import { countGrants, NODES_MAX, writeGrants } from './grants.ts';
import { KeyTable } from './key-table.ts';
import { compileRules } from './rule-columns.ts';
import { compileScopes } from './scope-columns.ts';
import { allocateSections, openSnapshot, type SectionName, type Sections, type Snapshot, type SnapshotFacts } from './snapshot.ts';
import { EXPIRING, FLAVOR_BIT, INACTIVE, KIND_BITS, NO_SLOT, SLOT_OF_META, UNSURE } from './tables.ts';

export interface CompileInput {
  readonly nodes: NodeColumns;
  readonly edges: EdgeColumns;
  /** RESTRICTS and CLASSIFIES edges with their properties, ordered by fact id. */
  readonly rules: readonly (EdgeFact & { readonly stale?: boolean })[];
  readonly gaps: readonly GapFact[];
  readonly snapshot: { readonly id: string; readonly at: number };
}

/** The sections that are built apart and then copied: they are small, or their length is known only when they are done. */
type Built = { [Name in SectionName]?: Sections[Name] };

export function compile(input: CompileInput): Snapshot {
  const nodes = input.nodes.length;
  invariant(nodes <= NODES_MAX, `a snapshot has at most ${NODES_MAX} nodes`);
  const runs = edgeRuns(input.edges, input.nodes);
  const memberUp = rowsFor(nodes, countEdges(runs, 'MEMBER_OF'));
  fillRows(memberUp, runs, [{ kind: 'MEMBER_OF', by: 'from' }]);
  const closures = closuresOf(nodes, memberUp);
  const scopes = compileScopes(nodes, runs);
  const restricts = listEdges(runs, 'RESTRICTS');
  const keys = new KeyTable(input.nodes.keys);
  const rules = compileRules({ ...input, edges: runs.edges }, keys, { restricts, classifies: listEdges(runs, 'CLASSIFIES') });
  const built: Built = {
    keyStart: input.nodes.keys.start,
    keyBytes: input.nodes.keys.bytes,
    expiringNode: input.nodes.expiring.index,
    expiringAt: input.nodes.expiring.at,
    memberUpOff: memberUp.off,
    memberUpVal: memberUp.val,
    closureOff: closures.off,
    closureVal: closures.val,
    closureDepth: closures.depth,
    ...scopes,
    ...rules.sections,
    info: new TextEncoder().encode(JSON.stringify(factsOf(input, keys, { texts: rules.texts, scopeNode: scopes.scopeNode }))),
  };
  const unsure = input.gaps.filter(({ hides }) => hides === 'activity').map(({ scope }) => keys.indexOf(scope));
  return assemble(input.nodes, { runs, restricts, built, unsure });
}

/** Rows that are built in place. A rule lies in its repository: upwards alone, nothing passes down to it. */
const ROWS = {
  memberDown: [{ kind: 'MEMBER_OF', by: 'to' }],
  ownerUp: [{ kind: 'ACTS_AS', by: 'from' }],
  ownerDown: [{ kind: 'ACTS_AS', by: 'to' }],
  containerUp: [
    { kind: 'CONTAINS', by: 'to' },
    { kind: 'RESTRICTS', by: 'from' },
  ],
  containerDown: [{ kind: 'CONTAINS', by: 'from' }],
  exempt: [{ kind: 'EXEMPTS', by: 'from' }],
} as const satisfies Record<string, readonly RowsOfKind[]>;

const ROW_NAMES = Object.keys(ROWS) as readonly (keyof typeof ROWS)[];

interface Parts {
  readonly runs: EdgeRuns;
  readonly restricts: EdgeList;
  readonly built: Built;
  /** Nodes of which a gap hides whether they are active, -1 for one that is not there. */
  readonly unsure: readonly number[];
}

/** Puts everything into one buffer. What is large is built in place. */
function assemble(nodes: NodeColumns, { runs, restricts, built, unsure }: Parts): Snapshot {
  const grants = countGrants(runs, nodes.length);
  const lengths: Partial<Record<SectionName, number>> = { ...grants.lengths, meta: nodes.length };
  for (const [name, array] of Object.entries(built)) lengths[name as SectionName] = array.length;
  for (const name of ROW_NAMES) {
    const entries = ROWS[name].reduce((sum, { kind }) => sum + countEdges(runs, kind), 0);
    ({ off: lengths[`${name}Off`], val: lengths[`${name}Val`] } = rowsLength(nodes.length, entries));
  }
  const { buffer, sections } = allocateSections(lengths);
  for (const [name, array] of Object.entries(built)) (sections[name as SectionName] as Uint8Array).set(array as Uint8Array);
  for (const name of ROW_NAMES) fillRows({ off: sections[`${name}Off`], val: sections[`${name}Val`] }, runs, ROWS[name]);
  writeMeta(sections, nodes, restricts);
  writeGrants({ runs, buffer, sections, present: grants.present });
  for (const node of unsure) if (node >= 0 && !isResource(sections.meta[node]!)) sections.meta[node]! |= UNSURE;
  const snapshot = openSnapshot(buffer);
  writeAnonymousCodes(snapshot.sections);
  return snapshot;
}

function rowsFor(rows: number, entries: number): Csr {
  const { off, val } = rowsLength(rows, entries);
  return { off: new Int32Array(off), val: new Int32Array(val) };
}

/** Kinds, flags, and the flavor of all that lies in an instance. */
function writeMeta(sections: Sections, { length, kind, inactive, expiring }: NodeColumns, restricts: EdgeList): void {
  const { meta, containerDownOff: off, containerDownVal: val } = sections;
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
}

function writeAnonymousCodes({ meta, grantHolderOff, grantHolderVal }: Sections): void {
  if (grantHolderOff.length === 0) return;
  for (let node = 0; node < meta.length; node++) {
    if ((meta[node]! & KIND_BITS) !== NODE_KINDS.Anonymous.id) continue;
    for (let i = grantHolderOff[node]!; i < grantHolderOff[node + 1]!; i++)
      meta[grantHolderVal[i]! >> 3]! |= 0x100 << (grantHolderVal[i]! & 7);
  }
}

/** The upper byte of a resource with levels is taken by what `anonymous:` holds; it has no flags. */
function isResource(meta: number): boolean {
  return SLOT_OF_META[meta & 0xff] !== NO_SLOT;
}

function factsOf(
  { snapshot, gaps }: CompileInput,
  keys: KeyTable,
  { texts, scopeNode }: { texts: readonly string[]; scopeNode: Int32Array },
): SnapshotFacts {
  return {
    ...snapshot,
    texts,
    scopeNames: Array.from(scopeNode, (node) => refPath(keys.keyOf(node))),
    gaps: gaps.map((fact) => ({ fact, scope: keys.indexOf(fact.scope), subject: fact.subject === '' ? -1 : keys.indexOf(fact.subject) })),
  };
}
