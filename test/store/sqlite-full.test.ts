/** A full disk: the run fails with STORE_FULL, nothing is lost, and it goes on when there is room. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StatedFact } from '../../graph/fact.ts';
import type { RunCommit } from '../../graph/store/port.ts';
import { openSqliteStore } from '../../graph/store/sqlite.ts';
import { startSqliteRun } from '../../graph/store/sqlite-run.ts';
import { openDatabase } from '../../graph/store/sqlite-schema.ts';
import { canMountDisk, mountSmallDisk } from '../support/small-disk.ts';
import { commitFacts, failureOf, heldAt, node, temporaryFolder } from './commit-facts.ts';

const EDGE = 'user:ann MEMBER_OF group:acme/dev';
const DISK_MB = 6;

/** A few megabytes. */
function bigCommit(): RunCommit {
  const facts = Array.from({ length: 8_000 }, (_, i): StatedFact => {
    return { fact: node(`user:${i}`, { name: `${i}`.repeat(100) }), scope: 'big', endpoint: '/big', fetchedAt: 1 };
  });
  return { facts, scopes: new Map([['big', 'complete']]), closeUnlisted: false, report: {} };
}

describe('a full disk', () => {
  it.skipIf(!canMountDisk())(
    'of a few megabytes (skipped without the right to mount): the last snapshot is intact, and the run goes on',
    async () => {
      const disk = mountSmallDisk(DISK_MB);
      onTestFinished(() => disk.remove());
      const path = join(disk.folder, 'store.sqlite');
      const store = openSqliteStore({ path });
      onTestFinished(() => store.close());
      const { at } = await commitFacts(store, { a: EDGE });
      const run = await store.startRun('test/one');
      await run.keepPage({ scope: 'big', endpoint: '/big', path: '/1', status: 200, fetchedAt: 1, next: null, body: 1 });
      disk.fill(200_000);
      expect((await failureOf(() => run.commit(bigCommit()))).code).toBe('STORE_FULL');
      const fill = async () => {
        for (let i = 2; ; i++)
          await run.keepPage({
            scope: 'big',
            endpoint: '/big',
            path: `/${i}`,
            status: 200,
            fetchedAt: 1,
            next: null,
            body: Math.random().toString(36).repeat(500),
          });
      };
      expect((await failureOf(fill)).code).toBe('STORE_FULL');
      expect([await heldAt(store, Number.MAX_SAFE_INTEGER), (await store.readSnapshotAt())?.at]).toEqual([[EDGE], at]);
      const reader = openSqliteStore({ path, readOnly: true });
      expect(await heldAt(reader, at)).toEqual([EDGE]);
      await reader.close();
      disk.empty();
      expect((await store.startRun('test/one')).id).toBe(run.id);
      expect((await Array.fromAsync(run.pages())).map((page) => page.path).slice(0, 1)).toEqual(['/1']);
      await run.commit({ ...bigCommit(), facts: [...bigCommit().facts].slice(0, 50) });
      expect(await store.countNodes({ text: '', at: Number.MAX_SAFE_INTEGER })).toBe(52);
    },
  );

  it('as a limit of pages: the last snapshot is intact, and the run goes on', async () => {
    const path = join(temporaryFolder(), 'store.sqlite');
    const store = openSqliteStore({ path });
    await commitFacts(store, { a: EDGE });
    await store.close();
    const database = openDatabase(path, { readOnly: false });
    const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
    database.exec(`PRAGMA max_page_count = ${pages + 20}`);
    const run = startSqliteRun({ database, path, now: Date.now, onEnd: () => {} }, 'test/one');
    expect((await failureOf(() => run.commit(bigCommit()))).code).toBe('STORE_FULL');
    database.exec('PRAGMA max_page_count = 1000000');
    await run.commit(bigCommit());
    database.close();
    const again = openSqliteStore({ path });
    expect([await heldAt(again, Number.MAX_SAFE_INTEGER), (await again.readSnapshots()).length]).toEqual([[EDGE], 2]);
    await again.close();
  });
});
