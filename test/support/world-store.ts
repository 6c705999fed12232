/** A world committed into a SQLite store of its own. Committed in 1970, so that an expectation may ask of any later time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from '../../graph/fact.ts';
import { openStore } from '../../graph/store/open.ts';
import { commitWorld } from './commit-world.ts';

const COMMITTED_AT = 1000;

export interface WorldStore {
  readonly url: string;
  remove(): void;
}

export function writeWorldStore(world: World): WorldStore {
  const folder = mkdtempSync(join(tmpdir(), 'grantpath-world-'));
  const url = `sqlite:${join(folder, 'store.sqlite')}`;
  const store = openStore(url, { now: () => COMMITTED_AT });
  commitWorld(store, world);
  store.close();
  return { url, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
