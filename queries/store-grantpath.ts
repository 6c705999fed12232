/**
 * All questions over one store: the one implementation of the port. It finds out which snapshot answers; the files beside it
 * put references to indexes, ask the engine and the store, and tell the answer.
 *
 * INVARIANT: one question reads one snapshot, whatever is committed while it is answered.
 * INVARIANT: whatever is handed over, what is thrown is a `CodedError`: arguments are looked at here, before they are used.
 */
import { CodedError } from '../graph/errors.ts';
import { type FactId, factId, type NodeKey, type Ref } from '../graph/fact.ts';
import type { Action } from '../graph/model/actions.ts';
import type { Store } from '../graph/store/port.ts';
import { accessChangePage } from './access-changes.ts';
import { ask, askAll } from './ask.ts';
import { changePage, type Interval } from './changes.ts';
import { readCoverage } from './coverage.ts';
import { findPage, gapPage, linkPage, type Moments, snapshotPage } from './fact-pages.ts';
import { printInstant } from './instant.ts';
import { pathPage, whatCanPage, whoCanPage } from './list-pages.ts';
import type { Moment } from './moment.ts';
import { readNode } from './node.ts';
import { type Asked, askedOf, type PageStart, startPage } from './paging.ts';
import type { AccessChange, At, Change, ChangesRequest, CheckRequest, Grantpath, Page, PageRequest, Proof, Since } from './port.ts';
import {
  optionsOf,
  requireChangeKinds,
  requireChecks,
  requireEdgeKinds,
  requireFlag,
  requireInstant,
  requireNodeKinds,
  requireProof,
  requireRef,
  requireSignal,
  requireText,
  requireTexts,
  shown,
} from './requests.ts';
import { Setting } from './setting.ts';
import { factsOfProof, lastBegun } from './since.ts';
import { Snapshots, type SnapshotsOptions } from './snapshots.ts';
import { containerKeys, holderKeys, readGapsAbout } from './surroundings.ts';
import { keysOfFact, tellFact } from './told-change.ts';
import { readUnreadGaps, snapshotOf, unreadPage } from './unread.ts';

export interface StoreGrantpathOptions extends SnapshotsOptions {
  /** The clock, milliseconds since 1970: a question without a time is asked of it. */
  readonly now?: (() => number) | undefined;
}

type CheckOptions = NonNullable<Parameters<Grantpath['check']>[1]>;
type ListRequest = NonNullable<Parameters<Grantpath['whoCan']>[2]>;

/** Compiles or loads the newest snapshot. The store is closed with the grantpath. Errors: those of the store; the store stays open then. */
export async function openStoreGrantpath(options: StoreGrantpathOptions): Promise<Grantpath> {
  const snapshots = new Snapshots(options);
  await snapshots.start();
  return new StoreGrantpath(options, snapshots);
}

class StoreGrantpath implements Grantpath {
  readonly #store: Store;
  readonly #snapshots: Snapshots;
  readonly #now: () => number;
  #closed = false;

  constructor({ store, now = Date.now }: StoreGrantpathOptions, snapshots: Snapshots) {
    this.#store = store;
    this.#now = now;
    this.#snapshots = snapshots;
  }

  async check(request: CheckRequest, options?: CheckOptions) {
    const { at, signal } = checkOptions(options);
    return ask(await this.#settingOf(await this.#asked(at), signal), request);
  }

  async checks(requests: readonly CheckRequest[], options?: CheckOptions) {
    requireChecks(requests);
    const { at, signal } = checkOptions(options);
    return askAll(await this.#settingOf(await this.#asked(at), signal), requests);
  }

  async whoCan(action: Action, resource: Ref, options?: ListRequest) {
    requireText('action', action, 'branch.push');
    requireRef('resource', resource);
    const { kinds, includeUnknown, ...page } = listOptions(options);
    const start = await this.#start(['whoCan', action, resource, kinds, includeUnknown], page);
    return whoCanPage(await this.#settingOf(start, page.signal), start, { action, resource, kinds, includeUnknown });
  }

  async whatCan(identity: Ref, action: Action | null = null, options?: ListRequest) {
    requireRef('identity', identity);
    if (action !== null) requireText('action', action, 'branch.push');
    const { kinds, includeUnknown, ...page } = listOptions(options);
    const start = await this.#start(['whatCan', identity, action, kinds, includeUnknown], page);
    return whatCanPage(await this.#settingOf(start, page.signal), start, { identity, action, kinds, includeUnknown });
  }

  async paths(from: Ref, to: Ref, action: Action | null = null, options?: PageRequest) {
    requireRef('from', from);
    requireRef('to', to);
    if (action !== null) requireText('action', action, 'branch.push');
    const page: PageRequest = optionsOf(options);
    const start = await this.#start(['paths', from, to, action], page);
    return pathPage(await this.#settingOf(start, page.signal), start, { from, to, action });
  }

  async node(ref: Ref, options?: { at?: At }) {
    requireRef('ref', ref);
    const { at } = optionsOf(options);
    return readNode(this.#momentsOf(await this.#asked(at)).asked, ref);
  }

  async find(text: string, options?: Parameters<Grantpath['find']>[1]) {
    requireText('text', text, 'evan');
    const { kinds, ...page } = listOptions(options);
    const start = await this.#start(['find', text, kinds], page);
    return findPage(this.#momentsOf(start), start, { text, kinds });
  }

  async edgesOf(key: NodeKey, end: 'from' | 'to', options?: Parameters<Grantpath['edgesOf']>[2]) {
    requireText('key', key, 'repository:{uuid}');
    if (end !== 'from' && end !== 'to') throw new CodedError('USAGE', `\`end\` is \`from\` or \`to\`, got ${shown(end)}`);
    const { kinds, otherWords, ...page }: NonNullable<typeof options> = optionsOf(options);
    requireEdgeKinds(kinds);
    if (otherWords !== undefined) requireTexts('otherWords', otherWords);
    const start = await this.#start(['edgesOf', key, end, kinds ?? null, otherWords ?? null], page);
    return linkPage(this.#momentsOf(start), start, { key, end, kinds: kinds ?? undefined, otherWords });
  }

  /** Before the first snapshot: as they are called now. */
  async namedNodes(keys: readonly NodeKey[], at?: At) {
    requireTexts('keys', keys);
    const { asked, later } = this.#momentsOf(await this.#asked(at));
    const names = await (asked ?? later)?.names.read(keys);
    return keys.map((key) => names?.named(key) ?? null);
  }

  async nodeFacts(keys: readonly NodeKey[], at?: At) {
    requireTexts('keys', keys);
    const { asked } = this.#momentsOf(await this.#asked(at));
    const facts = (await asked?.store.readNodes(keys, asked.info.at)) ?? [];
    const byKey = new Map(facts.map((fact) => [fact.key, fact]));
    return keys.map((key) => byKey.get(key) ?? null);
  }

  async edgeFacts(ids: readonly FactId[], at?: At) {
    requireTexts('ids', ids);
    const { asked } = this.#momentsOf(await this.#asked(at));
    const byId = await asked?.store.readEdges(ids, asked.info.at);
    return ids.map((id) => byId?.get(id) ?? null);
  }

  async holdersOf(key: NodeKey, options?: { at?: At }) {
    requireText('key', key, 'user:{uuid}');
    const { view } = await this.#settingOf(await this.#asked(optionsOf(options).at), undefined);
    return view === null ? [] : holderKeys(view, key);
  }

  async containersOf(key: NodeKey, options?: { at?: At }) {
    requireText('key', key, 'repository:{uuid}');
    const { view } = await this.#settingOf(await this.#asked(optionsOf(options).at), undefined);
    return view === null ? [] : containerKeys(view, key);
  }

  async gapsAbout(key: NodeKey, options?: { at?: At }) {
    requireText('key', key, 'repository:{uuid}');
    const { asked } = this.#momentsOf(await this.#asked(optionsOf(options).at));
    return asked === null ? [] : readGapsAbout(asked, key);
  }

  async gaps(options?: PageRequest) {
    const start = await this.#start(['gaps'], optionsOf(options));
    return gapPage(this.#momentsOf(start), start);
  }

  async coverage(options?: { at?: At }) {
    const { at } = optionsOf(options);
    const { asked } = this.#momentsOf(await this.#asked(at));
    return asked === null ? [] : readCoverage(asked);
  }

  async snapshots(options?: PageRequest) {
    const start = await this.#start(['snapshots'], optionsOf(options));
    return snapshotPage(this.#store, start, snapshotOf(this.#momentsOf(start).asked, start.at));
  }

  async changes(from: number, to: At = null, options?: Parameters<Grantpath['changes']>[2]) {
    requireInstant('from', from);
    const { kinds = null, ...page }: NonNullable<typeof options> = optionsOf(options);
    requireChangeKinds(kinds);
    const { start, interval } = await this.#between(['changes', from, kinds], { from, to, page });
    return interval === null ? this.#unreadChanges<Change>(start) : changePage(interval, start, { kinds });
  }

  async accessChanges(from: number, to: At = null, options?: ChangesRequest) {
    requireInstant('from', from);
    const page: ChangesRequest = optionsOf(options);
    const { start, interval } = await this.#between(['accessChanges', from], { from, to, page });
    if (interval === null) return { ...(await this.#unreadChanges<AccessChange>(start)), touched: 0, compared: 0 };
    const [later, earlier] = [
      await this.#snapshots.viewOf(interval.to.info),
      interval.from && (await this.#snapshots.viewOf(interval.from.info)),
    ];
    this.#requireOpen();
    return accessChangePage({ from: earlier, to: later }, start);
  }

  async since(proof: Proof, options?: { at?: At }): Promise<Since | null> {
    const ids = factsOfProof(requireProof(proof));
    const { asked } = this.#momentsOf(await this.#asked(optionsOf(options).at));
    const found = await asked?.store.readEdges(ids, asked.info.at);
    const last = lastBegun(ids.map((id) => found?.get(id) ?? null));
    if (asked === null || last === null) return null;
    const names = await asked.names.read(keysOfFact(last.fact));
    return { at: last.validFrom, fact: factId(last.fact), text: tellFact(last.fact, names) };
  }

  ready(): boolean {
    return !this.#closed && this.#snapshots.current !== null;
  }

  /** A second time it does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#snapshots.close();
    await this.#store.close();
  }

  async #asked(at: At): Promise<Asked> {
    this.#requireOpen();
    return askedOf(this.#snapshots, at, this.#now());
  }

  async #start(question: readonly unknown[], request: PageRequest): Promise<PageStart> {
    this.#requireOpen();
    return startPage(this.#snapshots, question, request, this.#now());
  }

  async #settingOf({ info, later, at }: Asked, signal: AbortSignal | undefined): Promise<Setting> {
    const view = info === null ? null : await this.#snapshots.viewOf(info);
    const laterView = later === null ? null : await this.#snapshots.viewOf(later);
    // It may have been closed meanwhile.
    this.#requireOpen();
    return new Setting({ view, later: laterView, at, signal });
  }

  /** The page and the snapshots at both times; no interval where the later one is before the first snapshot. Errors: those of a page, USAGE. */
  async #between(
    question: readonly unknown[],
    { from, to, page }: { readonly from: number; readonly to: At; readonly page: ChangesRequest },
  ): Promise<{ start: PageStart; interval: Interval | null }> {
    const start = await this.#start(question, { ...page, at: to });
    if (from > start.at)
      throw new CodedError('USAGE', `\`from\` is not after \`to\`, got ${printInstant(from)} and ${printInstant(start.at)}`);
    const before = start.info === null ? null : await this.#snapshots.infoAt(from);
    const interval = start.info && { from: before && this.#snapshots.momentOf(before), to: this.#snapshots.momentOf(start.info) };
    this.#requireOpen();
    return { start, interval };
  }

  async #unreadChanges<T>(start: PageStart): Promise<Page<T>> {
    const { later, at } = this.#momentsOf(start);
    if (later === null) throw new CodedError('STORE_EMPTY', 'a question needs a store with a complete snapshot, this one has none');
    return unreadPage<T>({ gaps: await readUnreadGaps(null, later), later, snapshot: snapshotOf(null, at) });
  }

  #momentsOf({ info, later, at }: Asked): Moments {
    // It may have been closed meanwhile.
    this.#requireOpen();
    const momentOf = (of: Asked['info']): Moment | null => (of === null ? null : this.#snapshots.momentOf(of));
    return { asked: momentOf(info), later: momentOf(later), at };
  }

  #requireOpen(): void {
    if (this.#closed) throw new CodedError('USAGE', 'a question is asked of an open grantpath, this one was closed: open it again');
  }
}

function checkOptions(options: CheckOptions | undefined): Partial<CheckOptions> {
  const given = optionsOf(options);
  requireSignal(given.signal);
  return given;
}

/** Kinds of null are all. */
function listOptions(options: ListRequest | undefined) {
  const { kinds = null, includeUnknown = false, ...page }: ListRequest = optionsOf(options);
  requireNodeKinds(kinds);
  requireFlag('includeUnknown', includeUnknown);
  return { kinds, includeUnknown, ...page };
}
