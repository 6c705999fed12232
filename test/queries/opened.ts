/** A grantpath over a SQLite store in a folder of its own, for one test file. Worlds are written in the notation. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseWorld } from '../../graph/notation.ts';
import { openStore } from '../../graph/store/open.ts';
import type { SnapshotInfo, Store } from '../../graph/store/port.ts';
import type { Grantpath } from '../../queries/port.ts';
import { openStoreGrantpath } from '../../queries/store-grantpath.ts';
import { commitWorld } from '../support/commit-world.ts';

export const T0 = Date.parse('2026-03-01T12:00:00Z');
export const HOUR_MS = 3_600_000;

/** A clock that is set by hand. */
export class HandClock {
  at = T0;
  readonly now = () => this.at;
}

interface OpenedOptions {
  readonly pollMs?: number;
  readonly inWorker?: boolean;
  readonly keepAfterMs?: number;
}

export class Opened {
  readonly folder: string;
  readonly url: string;
  readonly clock: HandClock;
  readonly store: Store;
  readonly #grantpaths: Grantpath[] = [];

  private constructor({ folder, url, clock, store }: Pick<Opened, 'folder' | 'url' | 'clock' | 'store'>) {
    this.folder = folder;
    this.url = url;
    this.clock = clock;
    this.store = store;
  }

  static async make(): Promise<Opened> {
    const folder = mkdtempSync(join(tmpdir(), 'grantpath-'));
    const url = `sqlite:${join(folder, 'store.sqlite')}`;
    const clock = new HandClock();
    return new Opened({ folder, url, clock, store: await openStore(url, { now: clock.now }) });
  }

  /** Commits facts as all that a connector states, at the time of the clock. */
  commit(facts: string, connector = 'test/acme'): Promise<SnapshotInfo> {
    return commitWorld(this.store, parseWorld(facts), { connector });
  }

  /** Opens the store a second time and asks there. */
  async open(options: OpenedOptions = {}): Promise<Grantpath> {
    return this.ask(await openStore(this.url, { now: this.clock.now }), options);
  }

  /** Asks a store that is open: it is closed with the rest. */
  async ask(store: Store, { pollMs = 0, inWorker = false, keepAfterMs }: OpenedOptions = {}): Promise<Grantpath> {
    const reopen = inWorker ? { url: this.url, tenant: store.tenant } : undefined;
    const grantpath = await openStoreGrantpath({ store, pollMs, keepAfterMs, reopen, now: this.clock.now });
    this.#grantpaths.push(grantpath);
    return grantpath;
  }

  async close(): Promise<void> {
    for (const grantpath of this.#grantpaths) await grantpath.close();
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits for what another process or thread does. Fails after a while with the last value seen. */
export async function until<T>(read: () => Promise<T>, fits: (value: T) => boolean, timeoutMs = 20_000): Promise<T> {
  const endsAt = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (fits(value)) return value;
    if (Date.now() > endsAt) throw new Error(`waited ${timeoutMs} ms in vain, last seen: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
