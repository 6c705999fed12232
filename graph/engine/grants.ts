/**
 * Grants and rows of Bitbucket's own listing as packed rows, by holder and by resource, the stale ones apart.
 *
 * They are first sorted by resource with their words: which code a word has depends on the resource, and is looked up once for
 * a row. The rows of holders are made from those, and the rows of resources again from the rows of holders: both come out
 * sorted. The section of the second serves as scratch for the first, so nothing as large as the grants is allocated twice.
 */
import { invariant } from '../errors.ts';
import { EDGE_KINDS } from '../model/edge-kinds.ts';
import { type Csr, countsToStarts, dedupePacked, rowsLength, transposePacked } from './csr.ts';
import { countEdges, type EdgeRuns } from './edge-runs.ts';
import { type SectionName, type Sections, shortenSection } from './snapshot.ts';
import { codeOf, NO_SLOT, SLOT_COUNT, SLOT_OF_META } from './tables.ts';

const FAMILIES = [
  { kind: 'HOLDS', stale: 0, name: 'grant' },
  { kind: 'HOLDS', stale: 1, name: 'staleGrant' },
  { kind: 'REPORTED', stale: 0, name: 'report' },
  { kind: 'REPORTED', stale: 1, name: 'staleReport' },
] as const;

type Family = (typeof FAMILIES)[number];

/**
 * Before it is packed for good an entry has four bits beside its holder, first for the word, then for the code. The last word
 * stands for all that are no level, and code 8 for a word that is no level of the resource.
 */
const WIDE_BITS = 4;
const WIDE_MASK = (1 << WIDE_BITS) - 1;
const NO_WORD = WIDE_MASK;
const NO_CODE = 8;

/** What an entry leaves room for. */
export const NODES_MAX = 1 << (31 - WIDE_BITS);

export interface GrantCounts {
  /** Of the sections, at most: repetitions are dropped later. */
  readonly lengths: Partial<Record<SectionName, number>>;
  readonly present: readonly Family[];
}

export function countGrants(runs: EdgeRuns, nodes: number): GrantCounts {
  const lengths: Partial<Record<SectionName, number>> = {};
  const present = FAMILIES.filter(({ name, kind, stale }) => {
    const { off, val } = rowsLength(nodes, countEdges(runs, kind, stale));
    for (const side of ['Holder', 'Resource'] as const) {
      lengths[`${name}${side}Off`] = off;
      lengths[`${name}${side}Val`] = val;
    }
    return val > 0;
  });
  return { lengths, present };
}

export interface GrantInput {
  readonly runs: EdgeRuns;
  readonly buffer: SharedArrayBuffer;
  /** `meta` is complete but for what `anonymous:` holds. */
  readonly sections: Sections;
  readonly present: readonly Family[];
}

export function writeGrants({ runs, buffer, sections, present }: GrantInput): void {
  const { wordOf, codes } = levelWords(runs.edges.words);
  for (const family of present) {
    const byHolder = { off: sections[`${family.name}HolderOff`], val: sections[`${family.name}HolderVal`] };
    const byResource = { off: sections[`${family.name}ResourceOff`], val: sections[`${family.name}ResourceVal`] };
    sortByResource(byResource, runs, family, wordOf);
    encode(byResource, { meta: sections.meta, codes, countOfHolder: byHolder.off });
    transposePacked(byResource, WIDE_BITS, byHolder);
    byResource.off.fill(0);
    const length = dedupePacked(byHolder, byResource.off);
    transposePacked(byHolder, 3, byResource);
    shortenSection(buffer, `${family.name}HolderVal`, length);
    shortenSection(buffer, `${family.name}ResourceVal`, length);
  }
}

/** Numbers the words that are a level anywhere. `codes`: `slot << WIDE_BITS | word` -> code; a last slot has none. */
function levelWords(words: readonly string[]): { wordOf: Uint8Array; codes: Uint8Array } {
  const wordOf = new Uint8Array(words.length).fill(NO_WORD);
  const codes = new Uint8Array((SLOT_COUNT + 1) << WIDE_BITS).fill(NO_CODE);
  let next = 0;
  for (const [at, word] of words.entries()) {
    const known = Array.from({ length: SLOT_COUNT }, (_, slot) => codeOf(slot, word));
    if (known.every((code) => code < 0)) continue;
    invariant(next < NO_WORD, `the level tables have at most ${NO_WORD} words`);
    for (const [slot, code] of known.entries()) codes[(slot << WIDE_BITS) | next] = code < 0 ? NO_CODE : code;
    wordOf[at] = next++;
  }
  return { wordOf, codes };
}

/** Rows by resource of `holder << WIDE_BITS | word`, in the order of the input. */
function sortByResource({ off, val }: Csr, { edges, start, key, count }: EdgeRuns, family: Family, wordOf: Uint8Array): void {
  const { from, to, word } = edges;
  const wanted = (EDGE_KINDS[family.kind].id << 1) | family.stale;
  for (let run = 0; run < count; run++) {
    if (key[run] !== wanted) continue;
    for (let i = start[run]!, end = start[run + 1]!; i < end; i++) off[to[i]! + 1]!++;
  }
  countsToStarts(off);
  for (let run = 0; run < count; run++) {
    if (key[run] !== wanted) continue;
    for (let i = start[run]!, end = start[run + 1]!; i < end; i++) val[off[to[i]! + 1]!++] = (from[i]! << WIDE_BITS) | wordOf[word[i]!]!;
  }
}

/** Puts the codes of its resource in place of the word of each entry, and counts the entries of each holder. */
function encode(rows: Csr, { meta, codes, countOfHolder }: { meta: Uint16Array; codes: Uint8Array; countOfHolder: Int32Array }): void {
  const { off, val } = rows;
  const last = off.length - 1;
  let seen = 0;
  for (let row = 0; row < last; row++) {
    const slot = SLOT_OF_META[meta[row]! & 0xff]!;
    const codesAt = (slot === NO_SLOT ? SLOT_COUNT : slot) << WIDE_BITS;
    for (let i = off[row]!, end = off[row + 1]!; i < end; i++) {
      const value = val[i]!;
      const code = codes[codesAt | (value & WIDE_MASK)]!;
      val[i] = (value & ~WIDE_MASK) | code;
      countOfHolder[(value >> WIDE_BITS) + 1]!++;
      seen |= code;
    }
  }
  if (seen & NO_CODE) dropCodeless(rows, countOfHolder);
}

function dropCodeless({ off, val }: Csr, countOfHolder: Int32Array): void {
  let to = 0;
  let from = 0;
  for (let row = 0; row < off.length - 1; row++) {
    const end = off[row + 1]!;
    off[row] = to;
    for (; from < end; from++) {
      if (val[from]! & NO_CODE) countOfHolder[(val[from]! >> WIDE_BITS) + 1]!--;
      else val[to++] = val[from]!;
    }
  }
  off[off.length - 1] = to;
}
