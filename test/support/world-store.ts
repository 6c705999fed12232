/** A world committed into a SQLite store of its own. Committed in 1970, so that an expectation may ask of any later time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from '../../graph/fact.ts';
import { openStore, type StoreOptions } from '../../graph/store/open.ts';
import { commitWorld } from './commit-world.ts';

export const COMMITTED_AT = 1000;

export interface WorldStore {
  readonly url: string;
  /** Left out: that of whoever names none. */
  readonly tenant?: string;
  /** How it is entered, where it is in Neo4j. */
  readonly neo4j?: StoreOptions['neo4j'];
  remove(): void | Promise<void>;
}

export type WriteWorldStore = (world: World) => Promise<WorldStore>;

export async function writeWorldStore(world: World): Promise<WorldStore> {
  const folder = mkdtempSync(join(tmpdir(), 'grantpath-world-'));
  const url = `sqlite:${join(folder, 'store.sqlite')}`;
  const store = await openStore(url, { now: () => COMMITTED_AT });
  await commitWorld(store, world);
  await store.close();
  return { url, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
