/** Bodies of kept pages as stores that last keep them: JSON, deflated. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { CodedError } from '../errors.ts';
import type { KeptPage } from './port.ts';

/**
 * Most pages are short and come by the ten thousand: what zlib takes for each call, a window and tables made for long texts and a
 * piece of output, would be a hundred times their size.
 */
const SHORT_TEXT = 4096;
const SHORT = { windowBits: 12, memLevel: 5 } as const;
const OUTPUT_BYTES_MIN = 64;
const OUTPUT_BYTES_MAX = 16_384;
/** What is deflated is about a fifth of the text. */
const INFLATED = 6;

export function packBody(body: unknown): Uint8Array {
  const text = JSON.stringify(body ?? null);
  return deflateRawSync(text, { level: 6, chunkSize: outputBytes(text.length), ...(text.length < SHORT_TEXT ? SHORT : {}) });
}

/** Errors: STORE_UNREADABLE for a body that is damaged. `place` is that of the store. */
export function unpackBody(bytes: Uint8Array, { path, scope }: Pick<KeptPage, 'path' | 'scope'>, place: string): unknown {
  try {
    return JSON.parse(inflateRawSync(bytes, { chunkSize: outputBytes(bytes.length * INFLATED) }).toString('utf8')) as unknown;
  } catch (error) {
    throw new CodedError('STORE_UNREADABLE', `the page \`${path}\` of \`${scope}\` kept at \`${place}\` is damaged`, {}, error);
  }
}

function outputBytes(expected: number): number {
  return Math.min(OUTPUT_BYTES_MAX, Math.max(OUTPUT_BYTES_MIN, expected));
}
