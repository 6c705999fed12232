/** Bodies of kept pages as stores that last keep them: JSON, deflated. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { CodedError } from '../errors.ts';
import type { KeptPage } from './port.ts';

export function packBody(body: unknown): Uint8Array {
  return deflateRawSync(JSON.stringify(body ?? null), { level: 6 });
}

/** Errors: STORE_UNREADABLE for a body that is damaged. `place` is that of the store. */
export function unpackBody(bytes: Uint8Array, { path, scope }: Pick<KeptPage, 'path' | 'scope'>, place: string): unknown {
  try {
    return JSON.parse(inflateRawSync(bytes).toString('utf8')) as unknown;
  } catch (error) {
    throw new CodedError('STORE_UNREADABLE', `the page \`${path}\` of \`${scope}\` kept at \`${place}\` is damaged`, {}, error);
  }
}
