/**
 * The memory store: everything of the port in Maps and lists, for tests, examples and worlds that need not last.
 *
 * Reads look at everything; that is its virtue. It shares the folding of searched texts with the SQLite store and nothing else,
 * so that one finds the mistakes of the other.
 */
import { type EdgeFact, type FactId, factId, type GapFact, type NodeFact, type NodeKey, type Occurrence, type Ref } from '../fact.ts';
import { EDGE_KINDS, type EdgeKind } from '../model/edge-kinds.ts';
import { NODE_KINDS, type NodeKind } from '../model/node-kinds.ts';
import { History } from './memory-history.ts';
import { MemoryRun } from './memory-run.ts';
import type { EdgeColumns, NodeColumns, Run, ScopeOutcome, SnapshotInfo, Store } from './port.ts';
import { foldText, nearestRefs, searchText } from './search-text.ts';

export interface MemoryOptions {
  readonly tenant?: string;
  /** The clock, milliseconds since 1970. */
  readonly now?: () => number;
}

export function openMemoryStore(options: MemoryOptions = {}): Store {
  return new MemoryStore(options);
}

class MemoryStore implements Store {
  readonly tenant: string;
  readonly #now: () => number;
  readonly #history = new History();
  /** Oldest first. */
  readonly #snapshots: SnapshotInfo[] = [];
  readonly #runs = new Map<string, Run>();
  readonly #cache = new Map<string, Uint8Array>();

  constructor({ tenant = 'default', now = Date.now }: MemoryOptions) {
    this.tenant = tenant;
    this.#now = now;
  }

  readSnapshots({ first = 100, after }: { first?: number; after?: string } = {}): SnapshotInfo[] {
    const newest = this.#snapshots.toReversed();
    const position = newest.findIndex(({ id }) => id === after);
    if (after !== undefined && position < 0) return [];
    return newest.slice(position + 1, position + 1 + first);
  }

  readSnapshotAt(at = Infinity): SnapshotInfo | null {
    return this.#snapshots.findLast((snapshot) => snapshot.at <= at) ?? null;
  }

  readVersion(): string {
    return String(this.#snapshots.length);
  }

  readNodesByRef(ref: Ref, at: number): NodeFact[] {
    return this.#nodes(at).filter((node) => node.key === ref || node.ref === ref || node.aliases.includes(ref));
  }

  readNodes(keys: readonly NodeKey[], at: number): NodeFact[] {
    const facts = [...new Set(keys)].flatMap((key) => this.#history.occurrence(key, at)?.fact ?? []);
    return facts.filter((fact) => fact.type === 'node').sort(byKey);
  }

  readNodesByStoreId(ids: readonly number[], at: number): Map<number, NodeFact> {
    const keys = ids.flatMap((id) => this.#history.keys[id] ?? []);
    return new Map(this.readNodes(keys, at).map((node) => [this.#storeId(node.key), node]));
  }

  readStoreIds(keys: readonly NodeKey[]): Map<NodeKey, number> {
    return new Map(keys.flatMap((key) => (this.#history.storeId(key) === undefined ? [] : [[key, this.#storeId(key)] as const])));
  }

  findNodes({ text, kinds, at, first, after }: Parameters<Store['findNodes']>[0]): NodeFact[] {
    const found = this.#found({ text, kinds, at }).sort(byRef);
    const start = after === undefined ? 0 : found.findIndex((node) => byRef(node, after) > 0);
    return start < 0 ? [] : found.slice(start, start + first);
  }

  countNodes({ text, kinds, at }: Parameters<Store['countNodes']>[0]): number {
    return this.#found({ text, kinds, at }).length;
  }

  suggestRefs(ref: Ref, at: number, first: number): Ref[] {
    return nearestRefs(ref, [...new Set(this.#nodes(at).map((node) => node.ref))], first);
  }

  readEdges(ids: readonly FactId[], at: number): Map<FactId, Occurrence<EdgeFact>> {
    const found = new Map<FactId, Occurrence<EdgeFact>>();
    for (const id of ids) {
      const occurrence = this.#history.occurrence(id, at);
      if (occurrence !== null && isEdge(occurrence)) found.set(id, occurrence);
    }
    return found;
  }

  readEdgesOf({ key, end, kinds, at, first, after = '' }: Parameters<Store['readEdgesOf']>[0]): Occurrence<EdgeFact>[] {
    return this.#history
      .at(at)
      .filter(isEdge)
      .filter(({ fact }) => fact[end] === key && (kinds?.includes(fact.kind) ?? true) && factId(fact) > after)
      .slice(0, first);
  }

  readGaps(at: number): Occurrence<GapFact>[] {
    return this.#history.at(at).filter((occurrence): occurrence is Occurrence<GapFact> => occurrence.fact.type === 'gap');
  }

  *scanFacts(at: number): IterableIterator<Occurrence> {
    yield* this.#history.at(at);
  }

  scanNodeColumns(at: number): NodeColumns {
    const nodes = this.#nodes(at);
    const expiring = [...nodes.entries()].flatMap(([index, { props }]) =>
      typeof props['expiresAt'] === 'number' ? [[index, props['expiresAt']] as const] : [],
    );
    return {
      length: nodes.length,
      storeId: Int32Array.from(nodes, ({ key }) => this.#storeId(key)),
      kind: Uint8Array.from(nodes, ({ kind }) => NODE_KINDS[kind].id),
      inactive: Int32Array.from([...nodes.entries()].filter(([, { props }]) => props['active'] === false).map(([index]) => index)),
      expiring: { index: Int32Array.from(expiring, ([index]) => index), at: Float64Array.from(expiring, ([, instant]) => instant) },
    };
  }

  scanEdgeColumns(at: number): EdgeColumns {
    const edges = this.#history.at(at).filter(isEdge);
    const words = [...new Set(edges.map(({ fact }) => fact.word))];
    const numbers = new Map(words.map((word, number) => [word, number]));
    return {
      length: edges.length,
      kind: Uint8Array.from(edges, ({ fact }) => EDGE_KINDS[fact.kind].id),
      from: Int32Array.from(edges, ({ fact }) => this.#storeId(fact.from)),
      to: Int32Array.from(edges, ({ fact }) => this.#storeId(fact.to)),
      word: Uint16Array.from(edges, ({ fact }) => numbers.get(fact.word) ?? 0),
      stale: Uint8Array.from(edges, ({ stale }) => (stale ? 1 : 0)),
      words,
    };
  }

  *scanEdgesOfKinds(kinds: readonly EdgeKind[], at: number): IterableIterator<EdgeFact & { stale: boolean }> {
    for (const { fact, stale } of this.#history.at(at).filter(isEdge)) if (kinds.includes(fact.kind)) yield { ...fact, stale };
  }

  startRun(connector: string): Run {
    const open = this.#runs.get(connector);
    if (open !== undefined) return open;
    const run = new MemoryRun(connector, this.#now(), {
      commit: (id, commit) => {
        const at = Math.max(this.#now(), (this.readSnapshotAt()?.at ?? 0) + 1);
        // Through JSON as in a file: what a report cannot say there it does not say here.
        const snapshot = { id, at, connector, report: JSON.parse(JSON.stringify(commit.report)) as SnapshotInfo['report'] };
        this.#history.commit(commit, { run: id, connector, at });
        this.#snapshots.push(snapshot);
        return snapshot;
      },
      end: () => void this.#runs.delete(connector),
    });
    this.#runs.set(connector, run);
    return run;
  }

  readScopes(connector: string): Map<string, { outcome: ScopeOutcome; readAt: number }> {
    const scopes = this.#history.scopesOf(connector).map(({ name, readings, goneAt }) => {
      const last = readings.at(-1)?.outcome ?? 'unread';
      const complete = readings.findLast(({ outcome, at }) => outcome === 'complete' && at > goneAt);
      return [name, { outcome: last, readAt: complete?.at ?? 0 }] as const;
    });
    return new Map(scopes);
  }

  readSources(at: number): ReturnType<Store['readSources']> {
    const statements = this.#history.statementsAt(at);
    const groups = Map.groupBy(statements, ({ source }) => `${source.connector} ${source.endpoint}`);
    return [...groups.keys()].sort().map((name) => {
      const group = groups.get(name) ?? [];
      const counted = group.filter(({ fact }) => fact.type !== 'gap');
      const [connector = '', endpoint = ''] = [group[0]?.source.connector, group[0]?.source.endpoint];
      return {
        source: { connector, endpoint },
        facts: counted.length,
        stale: counted.filter(({ stale }) => stale).length,
        newestAt: Math.max(...group.map(({ source }) => source.fetchedAt)),
      };
    });
  }

  readCache(name: string): Uint8Array | null {
    return this.#cache.get(name)?.slice() ?? null;
  }

  writeCache(name: string, bytes: Uint8Array): void {
    this.#cache.set(name, bytes.slice());
  }

  /** Nothing is held. */
  close(): void {}

  /** In the order of keys. */
  #nodes(at: number): NodeFact[] {
    const facts = this.#history.at(at).map(({ fact }) => fact);
    return facts.filter((fact) => fact.type === 'node').sort(byKey);
  }

  #found({ text, kinds, at }: { text: string; kinds: readonly NodeKind[] | undefined; at: number }): NodeFact[] {
    const part = foldText(text.toWellFormed());
    return this.#nodes(at).filter((node) => (kinds?.includes(node.kind) ?? true) && searchText(node).includes(part));
  }

  #storeId(key: NodeKey): number {
    return this.#history.storeId(key) ?? -1;
  }
}

function isEdge(occurrence: Occurrence): occurrence is Occurrence<EdgeFact> {
  return occurrence.fact.type === 'edge';
}

function byKey(a: NodeFact, b: NodeFact): number {
  return a.key < b.key ? -1 : 1;
}

function byRef(a: { ref: Ref; key: NodeKey }, b: { ref: Ref; key: NodeKey }): number {
  return byCodePoint(a.ref, b.ref) || byCodePoint(a.key, b.key);
}

/** Comparing strings compares halves of characters, which come before the last letters of the first plane. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const apart = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (apart !== 0) return apart;
  }
  return left.length - right.length;
}
