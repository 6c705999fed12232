/**
 * The groups that each node is in, directly or through groups, breadth first with their distance. Cycles are safe.
 *
 * A node in more groups than the limit gets one -1: its groups are looked up when it is asked. Credentials have no rows of
 * their own, they go through their owner.
 */
import { type Csr, grown } from './csr.ts';

/** Many times what organisations have; a row this long costs more to keep than to walk. */
const GROUPS_MAX = 4096;
/** All rows together, so that deep nesting cannot fill the memory. */
const ENTRIES_MAX = 32_000_000;

export interface Closures {
  readonly off: Int32Array;
  readonly val: Int32Array;
  readonly depth: Uint16Array;
}

/** Shape: `memberUp` values are `group << 1 | stale`; only what is not stale counts. */
export function closuresOf(nodes: number, memberUp: Csr): Closures {
  if (memberUp.val.length === 0) return { off: new Int32Array(0), val: new Int32Array(0), depth: new Uint16Array(0) };
  const seen = new Int32Array(nodes).fill(-1);
  const off = new Int32Array(nodes + 1);
  const up = memberUp.off;
  const groups = memberUp.val;
  let room = Math.max(1024, groups.length * 3);
  let val = new Int32Array(room);
  let depth = new Uint16Array(room);
  let to = 0;
  for (let node = 0; node < nodes; node++) {
    const from = to;
    if (up[node] !== up[node + 1]) {
      if (to + GROUPS_MAX > room) {
        room = room * 2 + GROUPS_MAX;
        [val, depth] = [grown(val, new Int32Array(room)), grown(depth, new Uint16Array(room))];
      }
      seen[node] = node;
      let distance = 0;
      // The row is its own queue: `at` is -1 while the node itself is looked at.
      for (let at = from - 1; at < to; at++) {
        const current = at < from ? node : val[at]!;
        distance = at < from ? 1 : depth[at]! + 1;
        for (let i = up[current]!, end = up[current + 1]!; i < end; i++) {
          const group = groups[i]! >> 1;
          if (seen[group] === node || groups[i]! & 1) continue;
          seen[group] = node;
          if (to - from < GROUPS_MAX) {
            val[to] = group;
            depth[to] = distance;
          }
          to++;
        }
        if (to - from >= GROUPS_MAX || to > ENTRIES_MAX) {
          to = from;
          val[to++] = -1;
          break;
        }
      }
    }
    off[node + 1] = to;
  }
  return { off, val: val.subarray(0, to), depth: depth.subarray(0, to) };
}
