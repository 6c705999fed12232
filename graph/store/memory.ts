/**
 * The memory store: everything of the port in Maps and lists, for tests, examples and worlds that need not last.
 *
 * Reads look at everything; that is its virtue. It shares the folding of searched texts with the SQLite store and nothing else,
 * so that one finds the mistakes of the other.
 * INVARIANT: a call does its work before it gives its promise, so it sees one state.
 */
import { randomUUID } from 'node:crypto';
import { CodedError, invariant } from '../errors.ts';
import {
  contentText,
  type EdgeFact,
  type Fact,
  type FactId,
  factId,
  type GapFact,
  type NodeFact,
  type NodeKey,
  type Occurrence,
  type Ref,
} from '../fact.ts';
import { EDGE_KINDS, type EdgeKind } from '../model/edge-kinds.ts';
import { NODE_KINDS, type NodeKind } from '../model/node-kinds.ts';
import { MemoryContents, type StartedRun } from './memory-contents.ts';
import { MemoryRun, readPages } from './memory-run.ts';
import type {
  EdgeColumns,
  FactChange,
  FactCounts,
  KeptPage,
  KeyColumn,
  NodeColumns,
  Run,
  RunCommit,
  ScopeOutcome,
  SnapshotInfo,
  SourceCount,
  Store,
  StoreStatus,
} from './port.ts';
import { foldText, nearestRefs, searchText } from './search-text.ts';

export interface MemoryOptions {
  readonly tenant?: string;
  /** The clock, milliseconds since 1970. */
  readonly now?: () => number;
  /** Of another store of this process, to open the same one again; left out, the store is new and empty. */
  readonly contents?: MemoryContents;
}

/** It never lasts longer than the program. */
const VERSION = 1;

/** Opens at once. */
export function openMemoryStore(options: MemoryOptions = {}): Store {
  return new MemoryStore(options);
}

class MemoryStore implements Store {
  readonly tenant: string;
  readonly #now: () => number;
  readonly #held: MemoryContents;
  /** Open runs by connector. */
  readonly #runs = new Map<string, Run>();
  #isOpen = true;

  constructor({ tenant = 'default', now = Date.now, contents = new MemoryContents() }: MemoryOptions) {
    this.tenant = tenant;
    this.#now = now;
    this.#held = contents;
  }

  async readSnapshots({ first = 100, after }: { first?: number; after?: string } = {}): Promise<SnapshotInfo[]> {
    const newest = this.#contents.snapshots.toReversed();
    const position = newest.findIndex(({ id }) => id === after);
    if (after !== undefined && position < 0) return [];
    return newest.slice(position + 1, position + 1 + first);
  }

  async readSnapshotAt(at = Infinity): Promise<SnapshotInfo | null> {
    return this.#contents.snapshots.findLast((snapshot) => snapshot.at <= at) ?? null;
  }

  async readVersion(): Promise<string> {
    return String(this.#contents.snapshots.length);
  }

  async readNodesByRefs(refs: readonly Ref[], at: number): Promise<Map<Ref, NodeFact[]>> {
    const nodes = this.#nodes(at);
    const answering = (ref: Ref) => nodes.filter((node) => node.key === ref || node.ref === ref || node.aliases.includes(ref));
    return new Map(refs.map((ref) => [ref, answering(ref)] as const).filter(([, found]) => found.length > 0));
  }

  async readNodes(keys: readonly NodeKey[], at: number): Promise<NodeFact[]> {
    const facts = [...new Set(keys)].flatMap((key) => this.#contents.history.occurrence(key, at)?.fact ?? []);
    return facts.filter((fact) => fact.type === 'node').sort(byKey);
  }

  async findNodes({ text, kinds, at, first, after }: Parameters<Store['findNodes']>[0]): Promise<NodeFact[]> {
    const found = this.#found({ text, kinds, at }).sort(byRef);
    const start = after === undefined ? 0 : found.findIndex((node) => byRef(node, after) > 0);
    return start < 0 ? [] : found.slice(start, start + first);
  }

  async countNodes({ text, kinds, at }: Parameters<Store['countNodes']>[0]): Promise<number> {
    return this.#found({ text, kinds, at }).length;
  }

  async suggestRefs(ref: Ref, at: number, first: number): Promise<Ref[]> {
    return nearestRefs(ref, [...new Set(this.#nodes(at).map((node) => node.ref))], first);
  }

  async readEdges(ids: readonly FactId[], at: number): Promise<Map<FactId, Occurrence<EdgeFact>>> {
    const found = new Map<FactId, Occurrence<EdgeFact>>();
    for (const id of ids) {
      const occurrence = this.#contents.history.occurrence(id, at);
      if (occurrence !== null && isEdge(occurrence)) found.set(id, occurrence);
    }
    return found;
  }

  async readEdgesOf({ key, end, kinds, at, first, after = '' }: Parameters<Store['readEdgesOf']>[0]): Promise<Occurrence<EdgeFact>[]> {
    return this.#edges(at)
      .filter(({ fact }) => fact[end] === key && (kinds?.includes(fact.kind) ?? true) && factId(fact) > after)
      .slice(0, first);
  }

  async readGaps(at: number): Promise<Occurrence<GapFact>[]> {
    return this.#contents.history.at(at).filter((occurrence): occurrence is Occurrence<GapFact> => occurrence.fact.type === 'gap');
  }

  async readChanges({ from, to, first, after = '' }: Parameters<Store['readChanges']>[0]): Promise<FactChange[]> {
    const { history } = this.#contents;
    const changes = history.identities().map((id) => ({ before: history.occurrence(id, from), after: history.occurrence(id, to) }));
    const idOf = ({ before, after: now }: FactChange) => factId((now ?? before)?.fact as Fact);
    const says = (occurrence: Occurrence | null) => occurrence && [contentText(occurrence.fact), occurrence.stale].join();
    return changes
      .filter((change) => says(change.before) !== says(change.after) && idOf(change) > after)
      .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
      .slice(0, first);
  }

  async *scanFacts(at: number): AsyncIterableIterator<Occurrence> {
    for (const occurrence of this.#contents.history.at(at)) {
      yield occurrence;
      // A scan of a closed store fails: what is cut off must not look like an end.
      this.#checkOpen();
    }
  }

  async scanNodeColumns(at: number): Promise<NodeColumns> {
    const nodes = this.#nodes(at);
    const expiring = [...nodes.entries()].flatMap(([index, { props }]) =>
      typeof props['expiresAt'] === 'number' ? [[index, props['expiresAt']] as const] : [],
    );
    return {
      length: nodes.length,
      keys: keyColumn(nodes),
      storeId: Int32Array.from(nodes, ({ key }) => this.#storeId(key)),
      kind: Uint8Array.from(nodes, ({ kind }) => NODE_KINDS[kind].id),
      inactive: Int32Array.from([...nodes.entries()].filter(([, { props }]) => props['active'] === false).map(([index]) => index)),
      expiring: { index: Int32Array.from(expiring, ([index]) => index), at: Float64Array.from(expiring, ([, instant]) => instant) },
    };
  }

  async scanEdgeColumns(at: number): Promise<EdgeColumns> {
    const edges = this.#edges(at);
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

  async scanEdgesOfKinds(kinds: readonly EdgeKind[], at: number): Promise<readonly (EdgeFact & { stale: boolean })[]> {
    const edges = this.#edges(at).filter(({ fact }) => kinds.includes(fact.kind));
    return edges.map(({ fact, stale }) => ({ ...fact, stale }));
  }

  async startRun(connector: string): Promise<Run> {
    const contents = this.#contents;
    const open = this.#runs.get(connector);
    if (open !== undefined) return open;
    if (contents.writer !== null && contents.writer !== this)
      throw new CodedError('STORE_BUSY', 'another store of this process has a run of the same contents');
    contents.writer = this;
    const unfinished: StartedRun = contents.unfinished.get(connector) ?? {
      id: randomUUID(),
      connector,
      startedAt: this.#now(),
      pages: new Map(),
      sequence: 0,
    };
    contents.unfinished.set(connector, unfinished);
    const run = new MemoryRun(unfinished, {
      checkOpen: () => this.#checkOpen(),
      commit: (commit) => this.#commit(unfinished, commit),
      end: () => this.#end(connector),
    });
    this.#runs.set(connector, run);
    return run;
  }

  async readScopes(connector: string): Promise<Map<string, { outcome: ScopeOutcome; readAt: number }>> {
    const scopes = this.#contents.history.scopesOf(connector).map(({ name, readings, goneAt }) => {
      const last = readings.at(-1)?.outcome ?? 'unread';
      const complete = readings.findLast(({ outcome, at }) => outcome === 'complete' && at > goneAt);
      return [name, { outcome: last, readAt: complete?.at ?? 0 }] as const;
    });
    return new Map(scopes);
  }

  async readSources(at: number): Promise<SourceCount[]> {
    const statements = this.#contents.history.statementsAt(at);
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

  readPages(run: string): AsyncIterableIterator<KeptPage> {
    return readPages(this.#held.pages.get(run) ?? new Map(), { checkOpen: () => this.#checkOpen() });
  }

  async countFacts(at: number): Promise<FactCounts> {
    const facts = Map.groupBy(this.#contents.history.at(at), ({ fact }) => fact.type);
    const count = (type: Fact['type']) => facts.get(type)?.length ?? 0;
    return { nodes: count('node'), edges: count('edge'), gaps: count('gap') };
  }

  async recover(): Promise<boolean> {
    return false;
  }

  async readStatus(): Promise<StoreStatus> {
    const { snapshots, unfinished, writer } = this.#contents;
    return {
      kind: 'memory',
      place: '',
      keeper: 'memory',
      tenant: this.tenant,
      version: VERSION,
      versionBefore: VERSION,
      newest: snapshots.at(-1) ?? null,
      snapshots: snapshots.length,
      sizeBytes: null,
      unfinished: [...unfinished.values()].map(({ id, connector, startedAt, pages }) => ({ id, connector, startedAt, pages: pages.size })),
      holder: writer === null ? null : `process ${process.pid}`,
      isApplying: false,
    };
  }

  async readCache(name: string): Promise<Uint8Array | null> {
    return this.#contents.cache.get(name)?.slice() ?? null;
  }

  async writeCache(name: string, bytes: Uint8Array): Promise<void> {
    this.#contents.cache.set(name, bytes.slice());
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.#runs.clear();
    this.#giveUp();
  }

  get #contents(): MemoryContents {
    this.#checkOpen();
    return this.#held;
  }

  /** Errors: STORE_UNREADABLE when the store is closed. */
  #checkOpen(): void {
    if (!this.#isOpen) throw new CodedError('STORE_UNREADABLE', 'a store that is closed cannot be used');
  }

  #commit({ id, connector, pages }: StartedRun, commit: RunCommit): SnapshotInfo {
    const { history, snapshots, pages: kept } = this.#contents;
    const at = Math.max(this.#now(), (snapshots.at(-1)?.at ?? 0) + 1);
    // Through JSON as in a file: what a report cannot say there it does not say here.
    const snapshot = { id, at, connector, report: JSON.parse(JSON.stringify(commit.report)) as SnapshotInfo['report'] };
    history.commit(commit, { run: id, connector, at });
    snapshots.push(snapshot);
    kept.set(id, pages);
    return snapshot;
  }

  #end(connector: string): void {
    this.#held.unfinished.delete(connector);
    this.#runs.delete(connector);
    if (this.#runs.size === 0) this.#giveUp();
  }

  /** Lets another store have a run. */
  #giveUp(): void {
    if (this.#held.writer === this) this.#held.writer = null;
  }

  /** In the order of ids. */
  #edges(at: number): Occurrence<EdgeFact>[] {
    return this.#contents.history.at(at).filter(isEdge);
  }

  /** In the order of keys. */
  #nodes(at: number): NodeFact[] {
    const facts = this.#contents.history.at(at).map(({ fact }) => fact);
    return facts.filter((fact) => fact.type === 'node').sort(byKey);
  }

  #found({ text, kinds, at }: { text: string; kinds: readonly NodeKind[] | undefined; at: number }): NodeFact[] {
    const part = foldText(text.toWellFormed());
    return this.#nodes(at).filter((node) => (kinds?.includes(node.kind) ?? true) && searchText(node).includes(part));
  }

  #storeId(key: NodeKey): number {
    return this.#contents.history.storeId(key) ?? -1;
  }
}

function isEdge(occurrence: Occurrence): occurrence is Occurrence<EdgeFact> {
  return occurrence.fact.type === 'edge';
}

function keyColumn(nodes: readonly NodeFact[]): KeyColumn {
  const bytes = new TextEncoder().encode(nodes.map(({ key }) => key).join(''));
  const start = new Int32Array(nodes.length + 1);
  for (const [index, { key }] of nodes.entries()) start[index + 1] = (start[index] as number) + key.length;
  // Only ASCII has as many bytes as units.
  invariant(start.at(-1) === bytes.length, 'keys are ASCII');
  return { start, bytes };
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
