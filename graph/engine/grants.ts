/**
 * Grants and rows of Bitbucket's own listing as packed rows, by holder and by resource, the stale ones apart.
 *
 * The rows of a holder are made from unsorted rows of resources, and the rows of a resource from those: both come out sorted.
 * The section of the second serves as scratch for the first, so nothing as large as the grants is allocated twice.
 */
import { EDGE_KINDS } from '../model/edge-kinds.ts';
import type { EdgeColumns } from '../store/port.ts';
import { dedupePacked, transposePacked } from './csr.ts';
import { type SectionName, type Sections, shortenSection } from './snapshot.ts';
import { codeOf, NO_SLOT, SLOT_COUNT, SLOT_OF_META } from './tables.ts';

const FAMILIES = [
  { kind: EDGE_KINDS.HOLDS.id, stale: 0, name: 'grant' },
  { kind: EDGE_KINDS.HOLDS.id, stale: 1, name: 'staleGrant' },
  { kind: EDGE_KINDS.REPORTED.id, stale: 0, name: 'report' },
  { kind: EDGE_KINDS.REPORTED.id, stale: 1, name: 'staleReport' },
] as const;

type Family = (typeof FAMILIES)[number];

export interface GrantCounts {
  /** Of the sections, at most: repetitions are dropped later. */
  readonly lengths: Partial<Record<SectionName, number>>;
  /** `slot * words + word` -> code, -1 for a word that is no level of the slot. */
  readonly codes: Int8Array;
  readonly present: readonly Family[];
}

export function countGrants(edges: EdgeColumns, nodes: number): GrantCounts {
  const { kind, stale, length, words } = edges;
  const counts = new Float64Array(512);
  for (let i = 0; i < length; i++) counts[(kind[i]! << 1) | stale[i]!]!++;
  const lengths: Partial<Record<SectionName, number>> = {};
  const present = FAMILIES.filter((family) => counts[(family.kind << 1) | family.stale]! > 0);
  for (const { name, kind: of, stale: isStale } of present) {
    for (const side of ['Holder', 'Resource'] as const) {
      lengths[`${name}${side}Off`] = nodes + 1;
      lengths[`${name}${side}Val`] = counts[(of << 1) | isStale]!;
    }
  }
  const codes = new Int8Array(SLOT_COUNT * words.length);
  for (let slot = 0; slot < SLOT_COUNT; slot++)
    for (const [at, word] of words.entries()) codes[slot * words.length + at] = codeOf(slot, word);
  return { lengths, codes, present };
}

export interface GrantInput {
  readonly edges: EdgeColumns;
  readonly indexOf: Int32Array | null;
  readonly nodes: number;
  readonly buffer: SharedArrayBuffer;
  readonly sections: Sections;
  readonly counts: GrantCounts;
}

export function writeGrants(input: GrantInput): void {
  const { nodes, buffer, sections, counts } = input;
  for (const family of counts.present) {
    const byHolder = { off: sections[`${family.name}HolderOff`], val: sections[`${family.name}HolderVal`] };
    const byResource = { off: sections[`${family.name}ResourceOff`], val: sections[`${family.name}ResourceVal`] };
    scatter(input, family, byResource);
    transposePacked(nodes, byResource, nodes, byHolder);
    const length = dedupePacked(nodes, byHolder);
    byResource.off.fill(0);
    transposePacked(nodes, byHolder, nodes, byResource);
    shortenSection(buffer, `${family.name}HolderVal`, length);
    shortenSection(buffer, `${family.name}ResourceVal`, length);
  }
}

/** Rows by resource in the order of the input. */
function scatter(
  { edges, indexOf, nodes, sections, counts }: GrantInput,
  family: Family,
  { off, val }: { off: Int32Array; val: Int32Array },
): void {
  const { kind, from, to, word, stale, words } = edges;
  const { meta } = sections;
  const { codes } = counts;
  const wordCount = words.length;
  const { kind: wantedKind, stale: wantedStale } = family;
  const resourceOf = (i: number): number => {
    if (kind[i] !== wantedKind || stale[i] !== wantedStale) return -1;
    const resource = indexOf === null ? to[i]! : (indexOf[to[i]!] ?? -1);
    if (resource < 0 || (indexOf !== null && (indexOf[from[i]!] ?? -1) < 0)) return -1;
    const slot = SLOT_OF_META[meta[resource]! & 0xff]!;
    return slot === NO_SLOT || codes[slot * wordCount + word[i]!]! < 0 ? -1 : resource;
  };
  for (let i = 0; i < edges.length; i++) {
    const resource = resourceOf(i);
    if (resource >= 0) off[resource + 1]!++;
  }
  for (let row = 0; row < nodes; row++) off[row + 1]! += off[row]!;
  const next = off.slice(0, nodes);
  for (let i = 0; i < edges.length; i++) {
    const resource = resourceOf(i);
    if (resource < 0) continue;
    const holder = indexOf === null ? from[i]! : indexOf[from[i]!]!;
    val[next[resource]!++] = (holder << 3) | codes[SLOT_OF_META[meta[resource]! & 0xff]! * wordCount + word[i]!]!;
  }
}
