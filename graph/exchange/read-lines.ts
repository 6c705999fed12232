/** The lines of a file, one after the other, without holding the file: what reads facts inside a commit may not wait. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { CodedError } from '../errors.ts';
import { LINE_BYTES_MAX } from './format.ts';

const CHUNK_BYTES = 256 * 1024;
const LINE_END = 0x0a;

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Of the file up to the end of the line, from 0 to 1. */
  readonly share: number;
}

/** Lines that are not blank, without blanks around them. Errors: IMPORT for a file that cannot be read, and for a line that is too long or not UTF-8. */
export function* readLines(path: string): IterableIterator<Line> {
  const file = openFile(path);
  try {
    const { size } = fstatSync(file);
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const decode = (bytes: Uint8Array, number: number): string => {
      try {
        return decoder.decode(bytes).trim();
      } catch (cause) {
        throw new CodedError('IMPORT', `line ${number}: expected UTF-8, got other bytes`, { line: number }, cause);
      }
    };
    let [number, read] = [0, 0];
    for (const bytes of splitLines(file)) {
      number++;
      read += bytes.length + 1;
      if (bytes.length > LINE_BYTES_MAX)
        throw new CodedError('IMPORT', `line ${number}: a line has at most ${LINE_BYTES_MAX} bytes, got more`, { line: number });
      const text = decode(bytes, number);
      if (text !== '') yield { number, text, share: Math.min(1, read / Math.max(1, size)) };
    }
  } finally {
    closeSync(file);
  }
}

/** Bytes between line ends. Of a line beyond the limit one byte more than the limit, and nothing after it. */
function* splitLines(file: number): IterableIterator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const length = readSync(file, chunk, 0, CHUNK_BYTES, null);
    if (length === 0) break;
    const bytes = rest.length === 0 ? chunk.subarray(0, length) : Buffer.concat([rest, chunk.subarray(0, length)]);
    let start = 0;
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, start)) {
      yield bytes.subarray(start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > LINE_BYTES_MAX) {
      yield rest;
      return;
    }
  }
  if (rest.length > 0) yield rest;
}

function openFile(path: string): number {
  try {
    const file = openSync(path, 'r');
    if (!fstatSync(file).isDirectory()) return file;
    closeSync(file);
  } catch (cause) {
    throw new CodedError('IMPORT', `an import is read from a file, but \`${path}\` cannot be read`, { file: path }, cause);
  }
  throw new CodedError('IMPORT', `an import is read from a file, but \`${path}\` is a folder`, { file: path });
}
