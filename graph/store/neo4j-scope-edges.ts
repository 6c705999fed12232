/**
 * The open edges of a scope as bytes, so that a commit compares in memory and the graph needs no index of relationships.
 *
 * Shape: four bytes of the length of a JSON list of [word, props], that list, then columns of `count` entries, little-endian: kind
 * (a byte, its highest bit for stale), from, to and text (four bytes each: numbers of nodes, position in the list). The last one has
 * no more entries than the bytes have room for.
 */
import { endianness } from 'node:os';
import { invariant } from '../errors.ts';
import type { EdgeText } from './neo4j-gather.ts';

/** An open statement of an edge; ends are numbers of nodes. */
export interface OpenEdge extends EdgeText {
  readonly kind: number;
  readonly from: number;
  readonly to: number;
  readonly stale: boolean;
}

const STALE = 0x80;
const LENGTH_BYTES = 4;
const ENTRY_BYTES = 13;

invariant(endianness() === 'LE', 'columns are in the byte order of the machine, which must be little-endian');

/** What makes an edge of a scope the same one. */
export function edgeIdentity({ kind, from, to, word }: Omit<OpenEdge, 'props' | 'stale'>): string {
  return `${kind} ${from} ${to} ${word}`;
}

export function encodeOpenEdges(edges: readonly OpenEdge[]): Uint8Array {
  const texts: [string, string][] = [];
  const ids = new Map<string, number>();
  const count = edges.length;
  const [kind, columns] = [new Uint8Array(count), new Int32Array(count * 3)];
  for (const [at, edge] of edges.entries()) {
    const name = `${edge.word} ${edge.props}`;
    const text = ids.get(name) ?? texts.push([edge.word, edge.props]) - 1;
    ids.set(name, text);
    kind[at] = edge.kind | (edge.stale ? STALE : 0);
    columns[at] = edge.from;
    columns[count + at] = edge.to;
    columns[count * 2 + at] = text;
  }
  const head = new TextEncoder().encode(JSON.stringify(texts));
  const bytes = new Uint8Array(LENGTH_BYTES + head.length + count * ENTRY_BYTES);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, LENGTH_BYTES);
  bytes.set(kind, LENGTH_BYTES + head.length);
  bytes.set(new Uint8Array(columns.buffer), LENGTH_BYTES + head.length + count);
  return bytes;
}

export function decodeOpenEdges(bytes: Uint8Array): OpenEdge[] {
  if (bytes.length === 0) return [];
  const headBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const start = LENGTH_BYTES + headBytes;
  const texts = JSON.parse(new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, start))) as [string, string][];
  const count = (bytes.length - start) / ENTRY_BYTES;
  invariant(Number.isInteger(count), 'the open edges of a scope are whole entries');
  // A copy: columns begin where their numbers may begin.
  const columns = new Int32Array(bytes.slice(start + count).buffer);
  return Array.from({ length: count }, (_, at) => {
    const kind = bytes[start + at] as number;
    const [word, props] = texts[columns[count * 2 + at] as number] as [string, string];
    return { kind: kind & ~STALE, from: columns[at] as number, to: columns[count + at] as number, word, props, stale: kind >= STALE };
  });
}
