/** Staleness of an edge that several scopes state. */
import { EdgeSet } from './edge-set.ts';
import type { EdgeColumns } from './port.ts';

const EDGES_AT_FIRST = 1 << 16;

/** An edge is stale if every statement of it is: where another is not, it makes the stale ones fresh. */
export function joinStale({ length, kind, from, to, word, stale }: Omit<EdgeColumns, 'words'>): void {
  if (!stale.includes(1)) return;
  const set = new EdgeSet(EDGES_AT_FIRST);
  const add = (row: number) => set.add(kind[row] as number, from[row] as number, to[row] as number, word[row] as number);
  for (let row = 0; row < length; row++) if (stale[row] === 1) add(row);
  // Shape: by position in the set.
  const isFresh = new Uint8Array(set.length);
  for (let row = 0; row < length; row++) {
    if (stale[row] === 1) continue;
    const position = set.find(kind[row] as number, from[row] as number, to[row] as number, word[row] as number);
    if (position >= 0) isFresh[position] = 1;
  }
  for (let row = 0; row < length; row++) if (stale[row] === 1 && isFresh[add(row)] === 1) stale[row] = 0;
}
