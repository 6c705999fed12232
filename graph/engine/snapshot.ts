/**
 * A compiled snapshot: one buffer that can be shared with workers, saved and reloaded.
 *
 * Header: magic (8 bytes), format version, fingerprint of the tables, checksum (4 x 32 bits), size (64-bit float), number of
 * sections, 0; then for each section its offset in bytes and its length in elements (64-bit floats). Sections start at
 * multiples of 64 bytes. All numbers are little-endian.
 * INVARIANT: a buffer of another version, of other tables or of another machine's byte order is refused, never guessed at.
 */
import { CodedError } from '../errors.ts';
import type { GapFact } from '../fact.ts';
import { LEVELS } from '../model/levels.ts';
import { NODE_KIND_NAMES, NODE_KINDS } from '../model/node-kinds.ts';
import { RESTRICTION_NAMES } from '../model/restrictions.ts';

const FORMAT_VERSION = 2;
const MAGIC = 'GRANTPTH';
const HEADER_BYTES = 48;
const ALIGNMENT = 64;

/**
 * Name -> element type. `...Off` holds N + 1 offsets into `...Val`, N the number of nodes; it is empty where there is nothing.
 *
 * meta: see `tables.ts`. key...: a `KeyColumn`, by node. grants: `by holder` values are `resource << 3 | code`, `by resource` values
 * `holder << 3 | code`, rows ascending. members, owners, containers: values are `node << 1 | stale`, the `Up` direction from
 * the member, the credential, the content. closure: the groups that a node is in, breadth first, with the distance; one -1
 * where there are too many to keep. scopeSet: by node, 0 for none; scopes of set s are `slot << 1 | stale`, slot a position in
 * scopeNode. rule...: by position, rules of one repository together, ordered by node then word; text columns are positions in
 * `texts`, -1 for none. exempts: by the node of the rule. class...: by the repository.
 */
export const SECTIONS = {
  meta: 'u16',
  keyStart: 'i32',
  keyBytes: 'u8',
  expiringNode: 'i32',
  expiringAt: 'f64',
  grantHolderOff: 'i32',
  grantHolderVal: 'i32',
  grantResourceOff: 'i32',
  grantResourceVal: 'i32',
  staleGrantHolderOff: 'i32',
  staleGrantHolderVal: 'i32',
  staleGrantResourceOff: 'i32',
  staleGrantResourceVal: 'i32',
  reportHolderOff: 'i32',
  reportHolderVal: 'i32',
  reportResourceOff: 'i32',
  reportResourceVal: 'i32',
  staleReportHolderOff: 'i32',
  staleReportHolderVal: 'i32',
  staleReportResourceOff: 'i32',
  staleReportResourceVal: 'i32',
  memberUpOff: 'i32',
  memberUpVal: 'i32',
  memberDownOff: 'i32',
  memberDownVal: 'i32',
  ownerUpOff: 'i32',
  ownerUpVal: 'i32',
  ownerDownOff: 'i32',
  ownerDownVal: 'i32',
  containerUpOff: 'i32',
  containerUpVal: 'i32',
  containerDownOff: 'i32',
  containerDownVal: 'i32',
  closureOff: 'i32',
  closureVal: 'i32',
  closureDepth: 'u16',
  scopeSet: 'i32',
  scopeSetOff: 'i32',
  scopeSetVal: 'i32',
  scopeNode: 'i32',
  ruleOff: 'i32',
  ruleNode: 'i32',
  ruleWord: 'i32',
  ruleGlob: 'i32',
  ruleType: 'i32',
  ruleValue: 'f64',
  ruleStale: 'u8',
  exemptOff: 'i32',
  exemptVal: 'i32',
  classOff: 'i32',
  classNode: 'i32',
  classWord: 'i32',
  className: 'i32',
  classFlags: 'u8',
  info: 'u8',
} as const;

export type SectionName = keyof typeof SECTIONS;

interface ElementArrays {
  u8: Uint8Array;
  u16: Uint16Array;
  i32: Int32Array;
  f64: Float64Array;
}

const ELEMENT_BYTES = { u8: 1, u16: 2, i32: 4, f64: 8 } as const;

export type Sections = { readonly [Name in SectionName]: ElementArrays[(typeof SECTIONS)[Name]] };

/** What is not arrays. */
export interface SnapshotFacts {
  readonly id: string;
  readonly at: number;
  /** Globs, branch types, words of rules, names of branches. */
  readonly texts: readonly string[];
  /** By scope slot. */
  readonly scopeNames: readonly string[];
  /** With the dense indexes of scope and subject: -1 for a key that is no node; subject -1 too where none is named. */
  readonly gaps: readonly { readonly fact: GapFact; readonly scope: number; readonly subject: number }[];
}

export interface Snapshot {
  readonly buffer: ArrayBufferLike;
  readonly sections: Sections;
  readonly facts: SnapshotFacts;
}

const SECTION_NAMES = Object.keys(SECTIONS) as readonly SectionName[];

/** A buffer with room for every section; what is not named is empty. */
export function allocateSections(lengths: Partial<Record<SectionName, number>>): { buffer: SharedArrayBuffer; sections: Sections } {
  let size = align(HEADER_BYTES + SECTION_NAMES.length * 16);
  const table = SECTION_NAMES.map((name) => {
    const offset = size;
    const length = lengths[name] ?? 0;
    size = align(offset + length * ELEMENT_BYTES[SECTIONS[name]]);
    return { offset, length };
  });
  const buffer = new SharedArrayBuffer(size);
  const header = new DataView(buffer);
  for (const [at, char] of [...MAGIC].entries()) header.setUint8(at, char.charCodeAt(0));
  header.setUint32(8, FORMAT_VERSION, true);
  header.setUint32(12, fingerprint(), true);
  header.setFloat64(32, size, true);
  header.setUint32(40, SECTION_NAMES.length, true);
  for (const [at, { offset, length }] of table.entries()) {
    header.setFloat64(HEADER_BYTES + at * 16, offset, true);
    header.setFloat64(HEADER_BYTES + at * 16 + 8, length, true);
  }
  return { buffer, sections: viewSections(buffer) };
}

/** Shortens a section that was allocated for the most that it could hold. */
export function shortenSection(buffer: ArrayBufferLike, name: SectionName, length: number): void {
  new DataView(buffer).setFloat64(HEADER_BYTES + SECTION_NAMES.indexOf(name) * 16 + 8, length, true);
}

/** Reads a buffer that this process or its parent compiled or loaded: the checksum is not looked at. Errors: SNAPSHOT_FOREIGN, SNAPSHOT_TORN. */
export function openSnapshot(buffer: ArrayBufferLike): Snapshot {
  checkHeader(buffer);
  const sections = viewSections(buffer);
  try {
    // A decoder refuses views of shared memory.
    const facts = JSON.parse(new TextDecoder().decode(sections.info.slice())) as SnapshotFacts;
    return { buffer, sections, facts };
  } catch (cause) {
    throw new CodedError('SNAPSHOT_TORN', 'a snapshot ends with its facts as JSON, this one does not', {}, cause);
  }
}

/** The bytes to save, sealed with their checksum. The bytes are the buffer's own, not a copy. */
export function saveSnapshot({ buffer }: Snapshot): Uint8Array {
  const header = new DataView(buffer);
  for (const [lane, sum] of checksum(buffer).entries()) header.setInt32(16 + lane * 4, sum, true);
  return new Uint8Array(buffer);
}

/** Reads saved bytes. They are used in place where they are a whole buffer, else copied. Errors: SNAPSHOT_FOREIGN, SNAPSHOT_TORN. */
export function loadSnapshot(bytes: Uint8Array): Snapshot {
  let buffer = bytes.buffer;
  if (bytes.byteOffset % 8 !== 0 || bytes.byteLength !== buffer.byteLength) {
    buffer = new SharedArrayBuffer(bytes.byteLength);
    new Uint8Array(buffer).set(bytes);
  }
  checkHeader(buffer);
  const header = new DataView(buffer);
  if (checksum(buffer).some((sum, lane) => header.getInt32(16 + lane * 4, true) !== sum))
    throw new CodedError('SNAPSHOT_TORN', 'a snapshot must match its checksum, this one does not');
  return openSnapshot(buffer);
}

function checkHeader(buffer: ArrayBufferLike): void {
  const tableEnd = HEADER_BYTES + SECTION_NAMES.length * 16;
  const header = new DataView(buffer);
  const magic = String.fromCharCode(...new Uint8Array(buffer, 0, Math.min(8, buffer.byteLength)));
  if (magic !== MAGIC.slice(0, magic.length)) throw new CodedError('SNAPSHOT_FOREIGN', 'a compiled snapshot starts with its magic');
  if (buffer.byteLength < tableEnd)
    throw new CodedError('SNAPSHOT_TORN', `a snapshot has at least ${tableEnd} bytes, got \`${buffer.byteLength}\``);
  const version = header.getUint32(8, true);
  if (version !== FORMAT_VERSION)
    throw new CodedError('SNAPSHOT_FOREIGN', `a snapshot must be of format ${FORMAT_VERSION}, got \`${version}\``);
  if (header.getUint32(12, true) !== fingerprint() || header.getUint32(40, true) !== SECTION_NAMES.length)
    throw new CodedError('SNAPSHOT_FOREIGN', 'a snapshot must be compiled with the tables of this version');
  const size = header.getFloat64(32, true);
  if (size !== buffer.byteLength)
    throw new CodedError('SNAPSHOT_TORN', `a snapshot of ${size} bytes is expected, got \`${buffer.byteLength}\``);
  for (const [at, name] of SECTION_NAMES.entries()) {
    const offset = header.getFloat64(HEADER_BYTES + at * 16, true);
    const end = offset + header.getFloat64(HEADER_BYTES + at * 16 + 8, true) * ELEMENT_BYTES[SECTIONS[name]];
    if (!(offset >= tableEnd && offset % ALIGNMENT === 0 && end >= offset && end <= size))
      throw new CodedError('SNAPSHOT_TORN', `section \`${name}\` of a snapshot must lie inside it`);
  }
}

function viewSections(buffer: ArrayBufferLike): Sections {
  const header = new DataView(buffer);
  const view = (name: SectionName, at: number) => {
    const offset = header.getFloat64(HEADER_BYTES + at * 16, true);
    const length = header.getFloat64(HEADER_BYTES + at * 16 + 8, true);
    switch (SECTIONS[name]) {
      case 'u8':
        return new Uint8Array(buffer, offset, length);
      case 'u16':
        return new Uint16Array(buffer, offset, length);
      case 'i32':
        return new Int32Array(buffer, offset, length);
      case 'f64':
        return new Float64Array(buffer, offset, length);
    }
  };
  return Object.fromEntries(SECTION_NAMES.map((name, at) => [name, view(name, at)])) as unknown as Sections;
}

/** Four lanes of multiply and xor over all words after the checksum itself. */
function checksum(buffer: ArrayBufferLike): [number, number, number, number] {
  const words = new Int32Array(buffer, 0, buffer.byteLength >> 2);
  let [a, b, c, d] = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f];
  // 8 words: magic, version, fingerprint, checksum. The size of a buffer is a multiple of 64 bytes.
  for (let i = 8; i < words.length; i += 4) {
    a = Math.imul(a ^ words[i]!, 0x01000193);
    b = Math.imul(b ^ words[i + 1]!, 0x01000193);
    c = Math.imul(c ^ words[i + 2]!, 0x01000193);
    d = Math.imul(d ^ words[i + 3]!, 0x01000193);
  }
  return [a | 0, b | 0, c | 0, d | 0];
}

/** Of what the packed numbers mean: codes of levels, ids of kinds, the kinds of restriction, the sections. */
function fingerprint(): number {
  FINGERPRINT ??= [
    ...JSON.stringify([
      LEVELS.map(({ flavor, on, level, code }) => [flavor, on, level, code]),
      NODE_KIND_NAMES.map((kind) => [kind, NODE_KINDS[kind].id]),
      RESTRICTION_NAMES,
      SECTIONS,
      new Uint8Array(new Uint16Array([1]).buffer)[0],
    ]),
  ].reduce((hash, char) => Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0, 0x811c9dc5);
  return FINGERPRINT;
}

let FINGERPRINT: number | undefined;

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
