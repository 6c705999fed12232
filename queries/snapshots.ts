/**
 * Which compiled snapshot answers: the newest one, kept current while other processes commit, and a few past ones on demand.
 *
 * A question holds the view that it was given: a swap drops nothing. What must be compiled is compiled in a worker thread where
 * the store can be opened a second time, else here.
 * INVARIANT: one look is under way at a time; one that fails goes on serving what is at hand.
 */
import { Worker } from 'node:worker_threads';
import type { Snapshot } from '../graph/engine/snapshot.ts';
import { CodedError, errorOf } from '../graph/errors.ts';
import type { Store } from '../graph/store/port.ts';
import type { CompileResult, CompileTask } from './compile-worker.ts';
import { compileStore, keep, keptOf, readKept, viewOf, viewOfBuffer } from './compiled.ts';
import { Lru } from './lru.ts';
import { Moment } from './moment.ts';
import type { SnapshotRef } from './port.ts';
import type { View } from './view.ts';

export interface SnapshotsOptions {
  readonly store: Store;
  /** Where a worker opens the same store; left out: everything is compiled in this thread. */
  readonly reopen?: Omit<CompileTask, 'snapshot'> | undefined;
  /** How often to look for commits of other processes; 0 never. */
  readonly pollMs: number;
  /** How long after the start a snapshot that had to be compiled is kept for the next one: what is asked at once goes first. */
  readonly keepAfterMs?: number | undefined;
  /** Told of what fails in the background. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Published code is JavaScript: the name of the worker ends as the name of this file does. */
const WORKER = new URL(`./compile-worker${import.meta.url.slice(-3)}`, import.meta.url);

const KEEP_AFTER_MS = 1_000;
/** Past views at once: each may be as large as the newest. */
const PAST_KEPT_MAX = 3;
/** Moments are small: names that were read, and gaps. */
const MOMENTS_KEPT_MAX = 16;

export class Snapshots {
  readonly #store: Store;
  readonly #options: SnapshotsOptions;
  readonly #past = new Lru<string, View>(PAST_KEPT_MAX);
  readonly #moments = new Lru<string, Moment>(MOMENTS_KEPT_MAX);
  /** Being compiled now, by snapshot id: asked for by many, compiled once. */
  readonly #pending = new Map<string, Promise<View>>();
  readonly #workers = new Set<Worker>();
  #current: View | null = null;
  /** Compiled at the start and not yet kept. */
  #unkept: Snapshot | null = null;
  #keepTimer: NodeJS.Timeout | undefined;
  #keeping: Promise<void> = Promise.resolve();
  #version = '';
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  #closed = false;

  constructor(options: SnapshotsOptions) {
    this.#store = options.store;
    this.#options = options;
  }

  /** Compiles or loads the newest snapshot, and begins to look for newer ones. An empty store is no error. */
  async start(): Promise<void> {
    const readNewest = async () => {
      // First, so that what is committed after it is seen by the next look.
      this.#version = await this.#store.readVersion();
      return this.#store.readSnapshotAt();
    };
    const [newest, kept] = await Promise.all([readNewest(), readKept(this.#store)]);
    if (newest !== null) this.#current = await this.#open(newest, kept);
    const { pollMs } = this.#options;
    if (pollMs === 0) return;
    this.#timer = setInterval(() => void this.look(), pollMs);
    this.#timer.unref();
  }

  get current(): View | null {
    return this.#current;
  }

  /** Looks whether another process committed, and swaps to the newest snapshot when it is compiled. One that is under way is joined. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** The snapshot that holds at an instant, null for now; null before the first. Errors: STORE_EMPTY, those of the store. */
  async infoAt(at: number | null): Promise<SnapshotRef | null> {
    if (at === null && this.#current !== null) return this.#current.info;
    const info = await this.#store.readSnapshotAt(at ?? undefined);
    if (info === null && this.#current === null && (await this.#store.readSnapshotAt()) === null)
      throw new CodedError('STORE_EMPTY', 'a question needs a store with a complete snapshot, this one has none');
    return info;
  }

  /** The snapshot with an id and instant as a cursor says them; null where the store has none such. */
  async findInfo({ id, at }: SnapshotRef): Promise<SnapshotRef | null> {
    const { info } = this.#current ?? {};
    const found = info?.id === id ? info : await this.#store.readSnapshotAt(at);
    return found?.id === id && found.at === at ? found : null;
  }

  /** Compiled, for verdicts. */
  async viewOf(info: SnapshotRef): Promise<View> {
    if (this.#current?.info.id === info.id) return this.#current;
    const past = this.#past.get(info.id);
    if (past !== undefined) return past;
    const view = await this.#compile(info);
    if (this.#current?.info.id !== info.id) this.#past.set(info.id, view);
    return view;
  }

  /** Not compiled, or by chance: for names and facts. */
  momentOf(info: SnapshotRef): Moment {
    if (this.#current?.info.id === info.id) return this.#current;
    const compiled = this.#past.get(info.id);
    if (compiled !== undefined) return compiled;
    const moment = this.#moments.get(info.id) ?? new Moment(this.#store, info);
    this.#moments.set(info.id, moment);
    return moment;
  }

  /** Keeps what was compiled at the start, if that is still to be done. A process that ends without it compiles again. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
    await this.#looking;
    await this.#keep();
  }

  async #look(): Promise<void> {
    try {
      const version = await this.#store.readVersion();
      if (version === this.#version) return;
      const newest = await this.#store.readSnapshotAt();
      if (newest !== null && newest.id !== this.#current?.info.id) {
        const view = await this.#compile(newest);
        const before = this.#current;
        this.#current = view;
        this.#unkept = null;
        if (before !== null) this.#past.set(before.info.id, before);
        this.#past.delete(view.info.id);
      }
      this.#version = version;
    } catch (error) {
      // The snapshot at hand goes on being served; the next look tries again. Closing breaks off a look, which is no failure.
      if (!this.#closed) this.#options.onError?.(error);
    }
  }

  async #open(info: SnapshotRef, bytes: Uint8Array | null): Promise<View> {
    const kept = keptOf(bytes, info);
    if (kept !== null) return viewOf(this.#store, kept);
    const compiled = await compileStore(this.#store, info);
    this.#unkept = compiled;
    this.#keepTimer = setTimeout(() => void this.#keep(), this.#options.keepAfterMs ?? KEEP_AFTER_MS);
    this.#keepTimer.unref();
    return viewOf(this.#store, compiled);
  }

  /** What is being kept already is waited for. */
  #keep(): Promise<void> {
    clearTimeout(this.#keepTimer);
    const compiled = this.#unkept;
    this.#unkept = null;
    if (compiled !== null) this.#keeping = this.#keepNewest(compiled);
    return this.#keeping;
  }

  async #keepNewest(compiled: Snapshot): Promise<void> {
    try {
      // Whoever committed meanwhile may have kept a newer one.
      const newest = await this.#store.readSnapshotAt();
      if (newest?.id === compiled.facts.id) await keep(this.#store, compiled);
    } catch (error) {
      this.#options.onError?.(error);
    }
  }

  #compile(info: SnapshotRef): Promise<View> {
    const pending = this.#pending.get(info.id);
    if (pending !== undefined) return pending;
    const { reopen } = this.#options;
    const view = (
      reopen === undefined ? this.#compileHere(info) : this.#compileThere({ ...reopen, snapshot: { id: info.id, at: info.at } })
    ).finally(() => this.#pending.delete(info.id));
    this.#pending.set(info.id, view);
    return view;
  }

  async #compileHere(info: SnapshotRef): Promise<View> {
    return viewOf(this.#store, await compileStore(this.#store, info));
  }

  async #compileThere(task: CompileTask): Promise<View> {
    const worker = new Worker(WORKER, { workerData: task });
    this.#workers.add(worker);
    try {
      const result = await new Promise<CompileResult>((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.once('exit', () => reject(new CodedError('TIMEOUT', 'a snapshot was being compiled when grantpath closed')));
      });
      if (!('error' in result)) return viewOfBuffer(this.#store, result.buffer);
      const { code, message } = result.error;
      throw errorOf({ code, message: code === null ? `compiling a snapshot failed: ${message}` : message });
    } finally {
      this.#workers.delete(worker);
      await worker.terminate();
    }
  }
}
