/** kill -9 at random moments: what was acknowledged is there, nothing of half a run is to be seen, and the run is resumed. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../graph/store/port.ts';
import { openSqliteStore } from '../../graph/store/sqlite.ts';
import { StoreChild } from './child-process.ts';
import { heldAt, temporaryFolder } from './commit-facts.ts';
import { CHILD_CONNECTOR, EDGES_PER_RUN } from './sqlite-child.ts';

const KILLS = process.env['GRANTPATH_TEST_LONG'] === '1' ? 20 : 3;
/** The loop commits every few milliseconds: any moment of it may be hit. */
const LONGEST_MS = 120;

describe('a store whose process is killed', () => {
  it(`has every acknowledged run and page after each of ${KILLS} kills`, { timeout: 30_000 + KILLS * 10_000 }, async () => {
    const path = join(temporaryFolder(), 'store.sqlite');
    const acknowledged: string[] = [];
    let unsaid = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = new StoreChild('loop', path);
      await child.line('committed');
      await sleep(Math.random() * LONGEST_MS);
      await child.kill();
      const said = child.lines.map((line) => line.split(' '));
      acknowledged.push(...said.flatMap(([what, id = '']) => (what === 'committed' ? [id] : [])));
      const store = openSqliteStore({ path });
      try {
        const committed = await expectWhole(store, acknowledged);
        // Each kill may hit the moment between a commit and its word.
        expect([0, 1]).toContain(committed - acknowledged.length - unsaid);
        unsaid = committed - acknowledged.length;
        const run = await store.startRun(CHILD_CONNECTOR);
        const pages = (await Array.fromAsync(run.pages())).map(({ body }) => (body as { number: number }).number);
        const kept = said.flatMap(([what, id, number]) => (what === 'page' && id === run.id ? [Number(number)] : []));
        expect(pages.slice(0, kept.length)).toEqual(kept);
      } finally {
        await store.close();
      }
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS);
  });
});

/** Every acknowledged run is there, and the newest one is whole. Gives the number of committed runs. */
async function expectWhole(store: Store, acknowledged: readonly string[]): Promise<number> {
  const ids = new Set((await store.readSnapshots({ first: 1_000_000 })).map(({ id }) => id));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  const newest = await store.readSnapshotAt();
  const number = newest?.report['number'];
  const held = await heldAt(store, newest?.at ?? 0);
  expect([held.length, held.filter((id) => !id.includes(` HOLDS run-${number} `))]).toEqual([EDGES_PER_RUN, []]);
  await expectEveryWay(store, newest?.at ?? 0);
  return ids.size;
}

async function expectEveryWay(store: Store, at: number): Promise<void> {
  expect((await store.scanEdgeColumns(at)).length).toBe(EDGES_PER_RUN);
  expect((await store.readEdgesOf({ key: 'repository:acme/api', end: 'to', at, first: 10_000 })).length).toBe(EDGES_PER_RUN);
}
