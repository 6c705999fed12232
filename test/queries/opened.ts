/** A grantpath over a SQLite store in a folder of its own, for one test file. Worlds are written in the notation. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseWorld } from '../../graph/notation.ts';
import { openStore } from '../../graph/store/open.ts';
import type { SnapshotInfo, Store } from '../../graph/store/port.ts';
import type { Grantpath } from '../../queries/port.ts';
import { StoreGrantpath } from '../../queries/store-grantpath.ts';
import { commitWorld } from '../support/commit-world.ts';

export const T0 = Date.parse('2026-03-01T12:00:00Z');
export const HOUR_MS = 3_600_000;

/** A clock that is set by hand. */
export class HandClock {
  at = T0;
  readonly now = () => this.at;
}

export class Opened {
  readonly folder = mkdtempSync(join(tmpdir(), 'grantpath-'));
  readonly url = `sqlite:${join(this.folder, 'store.sqlite')}`;
  readonly clock = new HandClock();
  readonly store: Store = openStore(this.url, { now: this.clock.now });
  readonly #grantpaths: Grantpath[] = [];

  /** Commits facts as all that a connector states, at the time of the clock. */
  commit(facts: string, connector = 'test/acme'): SnapshotInfo {
    return commitWorld(this.store, parseWorld(facts), { connector });
  }

  /** Opens the store a second time and asks there. */
  open({ pollMs = 0, inWorker = false, keepAfterMs }: { pollMs?: number; inWorker?: boolean; keepAfterMs?: number } = {}): Grantpath {
    const store = openStore(this.url, { now: this.clock.now });
    const reopen = inWorker ? { url: this.url, tenant: store.tenant } : undefined;
    const grantpath = new StoreGrantpath({ store, pollMs, keepAfterMs, reopen, now: this.clock.now });
    this.#grantpaths.push(grantpath);
    return grantpath;
  }

  async close(): Promise<void> {
    for (const grantpath of this.#grantpaths) await grantpath.close();
    this.store.close();
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
