/** Public reference data beside the checkout. Tests that need it skip, and say so, where it is absent. */
import { existsSync, readFileSync } from 'node:fs';

export const SHARED_DATA = new URL('../../../shared/data/', import.meta.url);

/** Is the reference data there? Says once why tests are skipped where it is not. */
export function hasSharedData(folder: string): boolean {
  const there = existsSync(new URL(`${folder}/`, SHARED_DATA));
  if (!there) console.log(`skipped: reference data \`${folder}\` is not beside this checkout`);
  return there;
}

export function readSharedJson<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, SHARED_DATA), 'utf8')) as T;
}
