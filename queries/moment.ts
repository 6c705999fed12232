/**
 * One snapshot as the store alone has it: names, gaps and roots, without an engine. What needs no verdict needs no compile.
 *
 * INVARIANT: a moment never changes what it answers: everything is read at its snapshot's instant.
 */
import type { EdgeFact, GapFact, NodeKey, Occurrence } from '../graph/fact.ts';
import type { EdgeKind } from '../graph/model/edge-kinds.ts';
import type { NodeKind } from '../graph/model/node-kinds.ts';
import type { Store } from '../graph/store/port.ts';
import { Lru } from './lru.ts';
import { Names } from './names.ts';
import type { SnapshotRef } from './port.ts';

/** What a run reads to its end: a connector has one of these. */
const ROOT_KINDS = ['Workspace', 'Instance'] as const satisfies readonly NodeKind[];
const ROOTS_AT_ONCE = 1000;
const RULES_KEPT_MAX = 10_000;

export class Moment {
  readonly info: SnapshotRef;
  readonly store: Store;
  readonly names: Names;
  readonly #rules = new Lru<NodeKey, EdgeFact | null>(RULES_KEPT_MAX);
  #gaps: readonly Occurrence<GapFact>[] | undefined;
  #roots: ReadonlySet<NodeKey> | undefined;

  constructor(store: Store, { id, at }: SnapshotRef) {
    this.info = { id, at };
    this.store = store;
    this.names = new Names(store, at);
  }

  /** The recorded gaps, ordered by fact id. */
  get gaps(): readonly Occurrence<GapFact>[] {
    this.#gaps ??= this.store.readGaps(this.info.at);
    return this.#gaps;
  }

  /** Keys of the workspaces and instances. */
  get roots(): ReadonlySet<NodeKey> {
    if (this.#roots !== undefined) return this.#roots;
    const roots = new Set<NodeKey>();
    for (let after: { ref: string; key: NodeKey } | undefined; ; ) {
      const query = { text: '', kinds: ROOT_KINDS, at: this.info.at, first: ROOTS_AT_ONCE };
      const found = this.store.findNodes(after === undefined ? query : { ...query, after });
      for (const { key } of found) roots.add(key);
      const last = found.at(-1);
      if (last === undefined || found.length < ROOTS_AT_ONCE) break;
      after = { ref: last.ref, key: last.key };
    }
    this.#roots = roots;
    return roots;
  }

  /** What a rule is and which branches it matches, as the edge to what it restricts; null for what is no rule. */
  ruleOf(key: NodeKey): EdgeFact | null {
    const known = this.#rules.get(key);
    if (known !== undefined) return known;
    const [occurrence] = this.store.readEdgesOf({ key, end: 'from', kinds: ['RESTRICTS'], at: this.info.at, first: 1 });
    const rule = occurrence?.fact ?? null;
    this.#rules.set(key, rule);
    return rule;
  }

  /** The workspaces or instances that contain a node; the node itself where it is one, none for what lies in none. */
  rootsOf(key: NodeKey): NodeKey[] {
    const seen = new Set([key]);
    const read = (at: NodeKey, end: 'from' | 'to', kind: EdgeKind) =>
      this.store.readEdgesOf({ key: at, end, kinds: [kind], at: this.info.at, first: ROOTS_AT_ONCE });
    for (const at of seen) {
      for (const { fact } of read(at, 'to', 'CONTAINS')) seen.add(fact.from);
      // A rule lies in what it restricts.
      for (const { fact } of read(at, 'from', 'RESTRICTS')) seen.add(fact.to);
    }
    return [...seen].filter((each) => this.roots.has(each));
  }
}
