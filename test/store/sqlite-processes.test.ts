/** Several processes and one store file: who may write, what readers see, what becomes of a dead holder's run. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Store } from '../../graph/store/port.ts';
import { openSqliteStore, type SqliteOptions } from '../../graph/store/sqlite.ts';
import { StoreChild } from './child-process.ts';
import { commitFacts, failureOf, heldAt, temporaryFolder } from './commit-facts.ts';
import { CHILD_CONNECTOR, EDGES_PER_RUN } from './sqlite-child.ts';

const TIMEOUT = { timeout: 60_000 };

function open(options: SqliteOptions): Store {
  const store = openSqliteStore(options);
  onTestFinished(() => store.close());
  return store;
}

describe('a run of another process', () => {
  it('keeps every connector out while the process lives, and is taken over when it is dead', TIMEOUT, async () => {
    const path = join(temporaryFolder(), 'store.sqlite');
    const child = new StoreChild('hold', path);
    const [, id] = (await child.line('held')).split(' ');
    const store = open({ path });
    for (const connector of [CHILD_CONNECTOR, 'test/other']) {
      const busy = await failureOf(() => store.startRun(connector));
      expect([busy.code, busy.details]).toEqual(['STORE_BUSY', { holder: child.process.pid }]);
      expect(busy.message).toContain(`process ${child.process.pid} is ingesting`);
    }
    await child.kill();
    const run = await store.startRun(CHILD_CONNECTOR);
    expect([run.id, (await Array.fromAsync(run.pages())).map((page) => page.path)]).toEqual([id, ['/1']]);
  });

  it('is seen by readers at its commit and not before, however long that takes', TIMEOUT, async () => {
    const path = join(temporaryFolder(), 'store.sqlite');
    const writer = openSqliteStore({ path });
    const first = await commitFacts(writer, { a: 'user:ann MEMBER_OF group:acme/dev' });
    await writer.close();
    const reader = open({ path, readOnly: true });
    const before = await reader.readVersion();
    const child = new StoreChild('slow', path);
    await child.line('inside');
    const late = open({ path, readOnly: true });
    for (const store of [reader, late]) {
      expect([await store.readVersion(), await store.readSnapshotAt()]).toEqual([before, first]);
      expect(await heldAt(store, Number.MAX_SAFE_INTEGER)).toEqual(['user:ann MEMBER_OF group:acme/dev']);
      expect([(await store.scanEdgeColumns(first.at)).length, (await store.scanNodeColumns(first.at)).length]).toEqual([1, 2]);
    }
    // The rest of a scan that began before the commit speaks of the state before it.
    const scan = reader.scanFacts(Number.MAX_SAFE_INTEGER);
    expect((await scan.next()).done).toBe(false);
    child.go();
    const [, id] = (await child.line('committed')).split(' ');
    expect((await Array.fromAsync(scan)).length).toBe(2);
    for (const store of [reader, late]) {
      expect(await store.readVersion()).not.toBe(before);
      expect((await store.readSnapshotAt())?.id).toBe(id);
      expect((await heldAt(store, Number.MAX_SAFE_INTEGER)).length).toBe(EDGES_PER_RUN + 1);
      expect(await heldAt(store, first.at)).toEqual(['user:ann MEMBER_OF group:acme/dev']);
    }
    child.go();
    expect((await child.end()).status).toBe(0);
  });
});

describe('a new store', () => {
  it('may be opened by several processes at once', TIMEOUT, async () => {
    const path = join(temporaryFolder(), 'sub', 'store.sqlite');
    const children = [1, 2, 3, 4].map(() => new StoreChild('open', path));
    const ends = await Promise.all(children.map((child) => child.end()));
    expect(ends).toEqual(children.map(() => ({ status: 0, error: '' })));
    expect(await open({ path }).readSnapshots()).toEqual([]);
  });
});
