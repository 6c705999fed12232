/**
 * All questions over one store: the one implementation of the port. It finds out which snapshot answers; the files beside it
 * put references to indexes, ask the engine and the store, and tell the answer.
 *
 * INVARIANT: one question reads one snapshot, whatever is committed while it is answered.
 */
import type { FactId, NodeKey, Ref } from '../graph/fact.ts';
import type { Action } from '../graph/model/actions.ts';
import type { Store } from '../graph/store/port.ts';
import { ask, askAll } from './ask.ts';
import { readCoverage } from './coverage.ts';
import { findPage, gapPage, linkPage, type Moments, snapshotPage } from './fact-pages.ts';
import { pathPage, whatCanPage, whoCanPage } from './list-pages.ts';
import type { Moment } from './moment.ts';
import { readNode } from './node.ts';
import { type Asked, askedOf, type PageStart, requireRequests, startPage } from './paging.ts';
import type { At, CheckRequest, Grantpath, PageRequest } from './port.ts';
import { Setting } from './setting.ts';
import { Snapshots, type SnapshotsOptions } from './snapshots.ts';
import { snapshotOf } from './unread.ts';

export interface StoreGrantpathOptions extends SnapshotsOptions {
  /** The clock, milliseconds since 1970: a question without a time is asked of it. */
  readonly now?: (() => number) | undefined;
}

type CheckOptions = NonNullable<Parameters<Grantpath['check']>[1]>;
type ListRequest = NonNullable<Parameters<Grantpath['whoCan']>[2]>;

export class StoreGrantpath implements Grantpath {
  readonly #store: Store;
  readonly #snapshots: Snapshots;
  readonly #now: () => number;

  /** Compiles or loads the newest snapshot. The store is closed with the grantpath. Errors: those of the store. */
  constructor(options: StoreGrantpathOptions) {
    this.#store = options.store;
    this.#now = options.now ?? Date.now;
    this.#snapshots = new Snapshots(options);
    this.#snapshots.start();
  }

  async check(request: CheckRequest, { at, signal }: CheckOptions = {}) {
    return ask(await this.#settingOf(this.#asked(at), signal), request);
  }

  async checks(requests: readonly CheckRequest[], { at, signal }: CheckOptions = {}) {
    requireRequests(requests.length);
    return askAll(await this.#settingOf(this.#asked(at), signal), requests);
  }

  async whoCan(action: Action, resource: Ref, request: ListRequest = {}) {
    const { kinds = null, includeUnknown = false } = request;
    const start = this.#start(['whoCan', action, resource, kinds, includeUnknown], request);
    return whoCanPage(await this.#settingOf(start, request.signal), start, { action, resource, kinds, includeUnknown });
  }

  async whatCan(identity: Ref, action: Action | null = null, request: ListRequest = {}) {
    const { kinds = null, includeUnknown = false } = request;
    const start = this.#start(['whatCan', identity, action, kinds, includeUnknown], request);
    return whatCanPage(await this.#settingOf(start, request.signal), start, { identity, action, kinds, includeUnknown });
  }

  async paths(from: Ref, to: Ref, action: Action | null = null, request: PageRequest = {}) {
    const start = this.#start(['paths', from, to, action], request);
    return pathPage(await this.#settingOf(start, request.signal), start, { from, to, action });
  }

  async node(ref: Ref, { at }: { at?: At } = {}) {
    return readNode(this.#momentsOf(this.#asked(at)).asked, ref);
  }

  async find(text: string, request: Parameters<Grantpath['find']>[1] = {}) {
    const { kinds = null } = request;
    const start = this.#start(['find', text, kinds], request);
    return findPage(this.#momentsOf(start), start, { text, kinds });
  }

  async edgesOf(key: NodeKey, end: 'from' | 'to', request: Parameters<Grantpath['edgesOf']>[2] = {}) {
    const { kinds, otherWords } = request;
    const start = this.#start(['edgesOf', key, end, kinds ?? null, otherWords ?? null], request);
    return linkPage(this.#momentsOf(start), start, { key, end, kinds, otherWords });
  }

  /** Before the first snapshot: as they are called now. */
  async namedNodes(keys: readonly NodeKey[], at?: At) {
    const { asked, later } = this.#momentsOf(this.#asked(at));
    return (asked ?? later)?.names.read(keys) ?? keys.map(() => null);
  }

  async nodeFacts(keys: readonly NodeKey[], at?: At) {
    const { asked } = this.#momentsOf(this.#asked(at));
    const byKey = new Map(asked?.store.readNodes(keys, asked.info.at).map((fact) => [fact.key, fact]));
    return keys.map((key) => byKey.get(key) ?? null);
  }

  async edgeFacts(ids: readonly FactId[], at?: At) {
    const { asked } = this.#momentsOf(this.#asked(at));
    const byId = asked?.store.readEdges(ids, asked.info.at);
    return ids.map((id) => byId?.get(id) ?? null);
  }

  async gaps(request: PageRequest = {}) {
    const start = this.#start(['gaps'], request);
    return gapPage(this.#momentsOf(start), start);
  }

  async coverage({ at }: { at?: At } = {}) {
    const { asked } = this.#momentsOf(this.#asked(at));
    return asked === null ? [] : readCoverage(asked);
  }

  async snapshots(request: PageRequest = {}) {
    const start = this.#start(['snapshots'], request);
    return snapshotPage(this.#store, start, snapshotOf(this.#momentsOf(start).asked, start.at));
  }

  ready(): boolean {
    return this.#snapshots.current !== null;
  }

  async close(): Promise<void> {
    await this.#snapshots.close();
    this.#store.close();
  }

  #asked(at: At): Asked {
    return askedOf(this.#snapshots, at, this.#now());
  }

  #start(question: readonly unknown[], request: PageRequest): PageStart {
    return startPage(this.#snapshots, question, request, this.#now());
  }

  async #settingOf({ info, later, at }: Asked, signal: AbortSignal | undefined): Promise<Setting> {
    const view = info === null ? null : await this.#snapshots.viewOf(info);
    return new Setting({ view, later: later === null ? null : await this.#snapshots.viewOf(later), at, signal });
  }

  #momentsOf({ info, later, at }: Asked): Moments {
    const momentOf = (of: Asked['info']): Moment | null => (of === null ? null : this.#snapshots.momentOf(of));
    return { asked: momentOf(info), later: momentOf(later), at };
  }
}
