/**
 * Large and unlucky: an export draws from the store what it hands out and no more, a killed import leaves what was there.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FactExport } from '../../graph/exchange/export-facts.ts';
import { parseWorld } from '../../graph/notation.ts';
import { openMemoryStore } from '../../graph/store/memory.ts';
import { openStore } from '../../graph/store/open.ts';
import { commitWorld } from '../support/commit-world.ts';
import { exportText, freshPath, importText, planText, writeTestFile } from './files.ts';

const CHILD = fileURLToPath(new URL('import-child.ts', import.meta.url));
const GRANTS = 3_000;
const WORLD = Array.from({ length: GRANTS }, (_, index) => `user:u${index} HOLDS read ON repository:acme/r${index % 7}`).join('\n');

describe('an export', () => {
  it('holds of the store one fact at a time', async () => {
    const store = openMemoryStore();
    await commitWorld(store, parseWorld(WORLD));
    let drawn = 0;
    const counted = {
      readSnapshotAt: (at?: number) => store.readSnapshotAt(at),
      readSnapshots: () => store.readSnapshots(),
      readSources: (at: number) => store.readSources(at),
      readGaps: (at: number) => store.readGaps(at),
      async *scanFacts(at: number) {
        for await (const occurrence of store.scanFacts(at)) {
          drawn++;
          yield occurrence;
        }
      },
    };
    const lines = (await FactExport.of(counted, null)).lines();
    for (let taken = 0; taken < 100; taken++) await lines.next();
    // The header, then a fact a line: of what is scanned each user's one edge is passed over.
    expect(drawn).toBeLessThan(200);
    await lines.return?.();
    expect(drawn).toBeLessThan(200);
  });
});

describe('an import', () => {
  it('reads while it states', async () => {
    const origin = openMemoryStore();
    await commitWorld(origin, parseWorld(WORLD));
    const facts = (await planText(await exportText(origin))).facts()[Symbol.iterator]();
    expect(facts.next().value).toMatchObject({ fact: { type: 'node', key: 'repository:acme/r0' } });
    facts.return?.();
  });

  it('that is killed inside its commit leaves the store as it was, and the next one goes through', async () => {
    const origin = openMemoryStore();
    await commitWorld(origin, parseWorld(WORLD));
    const file = writeTestFile(await exportText(origin));
    const url = `sqlite:${freshPath('.sqlite')}`;
    const store = await openStore(url);
    await commitWorld(store, parseWorld('user:own HOLDS admin ON repository:acme/own'));
    const before = await exportText(store);
    await store.close();
    for (const facts of [0, 1, GRANTS, 2 * GRANTS]) {
      const { signal, stderr } = spawnSync(process.execPath, [CHILD, url, file, String(facts)], { encoding: 'utf8' });
      expect([signal, stderr]).toEqual(['SIGKILL', '']);
      const after = await openStore(url, { readOnly: true });
      expect(await exportText(after)).toBe(before);
      await after.close();
    }
    const again = await openStore(url);
    await importText(again, await exportText(origin), 'copy');
    expect((await exportText(again)).split('\n').length).toBeGreaterThan(2 * GRANTS);
    await again.close();
  });
});
