/**
 * One snapshot as the store alone has it: names, gaps and roots, without an engine. What needs no verdict needs no compile.
 *
 * INVARIANT: a moment never changes what it answers: everything is read at its snapshot's instant.
 */
import type { GapFact, NodeKey, Occurrence } from '../graph/fact.ts';
import type { NodeKind } from '../graph/model/node-kinds.ts';
import type { Store } from '../graph/store/port.ts';
import { Names } from './names.ts';
import type { SnapshotRef } from './port.ts';

/** What a run reads to its end: a connector has one of these. */
export const ROOT_KINDS: readonly NodeKind[] = ['Workspace', 'Instance'];
const ROOTS_AT_ONCE = 1000;

export class Moment {
  readonly info: SnapshotRef;
  readonly store: Store;
  readonly names: Names;
  #gaps: readonly Occurrence<GapFact>[] | undefined;
  #roots: ReadonlySet<NodeKey> | undefined;

  constructor(store: Store, { id, at }: SnapshotRef) {
    this.info = { id, at };
    this.store = store;
    this.names = new Names(store, at);
  }

  /** The recorded gaps, ordered by fact id. */
  async readGaps(): Promise<readonly Occurrence<GapFact>[]> {
    this.#gaps ??= await this.store.readGaps(this.info.at);
    return this.#gaps;
  }

  /** Keys of the workspaces and instances. */
  async readRoots(): Promise<ReadonlySet<NodeKey>> {
    this.#roots ??= await this.#findRoots();
    return this.#roots;
  }

  async #findRoots(): Promise<ReadonlySet<NodeKey>> {
    const roots = new Set<NodeKey>();
    for (let after: { ref: string; key: NodeKey } | undefined; ; ) {
      const query = { text: '', kinds: ROOT_KINDS, at: this.info.at, first: ROOTS_AT_ONCE };
      const found = await this.store.findNodes(after === undefined ? query : { ...query, after });
      for (const { key } of found) roots.add(key);
      const last = found.at(-1);
      if (last === undefined || found.length < ROOTS_AT_ONCE) return roots;
      after = { ref: last.ref, key: last.key };
    }
  }
}
