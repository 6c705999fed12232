/** How many edges columns have. */
import { EdgeSet } from './edge-set.ts';
import type { EdgeColumns } from './port.ts';

/** What several scopes state is in the columns several times and counts once. */
export function countDistinctEdges({ length, kind, from, to, word }: Omit<EdgeColumns, 'words' | 'stale'>): number {
  const set = new EdgeSet(length);
  for (let row = 0; row < length; row++) set.add(kind[row] as number, from[row] as number, to[row] as number, word[row] as number);
  return set.length;
}
