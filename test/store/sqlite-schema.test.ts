/** The file of a SQLite store: how it is kept, its version, migrations, and what is refused. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../graph/store/open.ts';
import { openSqliteStore } from '../../graph/store/sqlite.ts';
import { APPLICATION_ID, MIGRATIONS, openDatabase } from '../../graph/store/sqlite-schema.ts';
import { commitFacts, failureOf, heldAt, temporaryFolder } from './commit-facts.ts';

const EDGE = 'user:ann MEMBER_OF group:acme/dev';
const NOBODY = 65_534;

/** A store with one snapshot, closed. */
async function madeStore(): Promise<string> {
  const path = join(temporaryFolder(), 'store.sqlite');
  const store = openSqliteStore({ path });
  await commitFacts(store, { a: EDGE });
  await store.close();
  return path;
}

describe('a store file', () => {
  it('is written ahead and synchronised at each commit', async () => {
    const path = await madeStore();
    const database = openDatabase(path, { readOnly: false });
    const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    // 2 is FULL.
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('application_id')]).toEqual(['wal', 2, APPLICATION_ID]);
    database.close();
  });

  it('outlives its process, closed or not', async () => {
    const path = await madeStore();
    const store = openSqliteStore({ path });
    await commitFacts(store, { a: 'user:bob MEMBER_OF group:acme/dev' });
    // The file and its log as they lie there now, without closing.
    const copy = join(temporaryFolder(), 'copy.sqlite');
    copyFileSync(path, copy);
    copyFileSync(`${path}-wal`, `${copy}-wal`);
    await store.close();
    for (const each of [path, copy]) {
      const again = openSqliteStore({ path: each, readOnly: true });
      expect(await heldAt(again, Number.MAX_SAFE_INTEGER)).toEqual(['user:bob MEMBER_OF group:acme/dev']);
      await again.close();
    }
  });

  it('belongs to the tenant that made it', async () => {
    const path = join(temporaryFolder(), 'store.sqlite');
    await openSqliteStore({ path, tenant: 'acme' }).close();
    const failure = await failureOf(() => openSqliteStore({ path, tenant: 'other' }));
    expect(failure.code).toBe('CONFIG');
    expect(failure.message).toContain('expected the store of tenant `other`, got one of tenant `acme`');
    expect((await failureOf(() => openSqliteStore({ path, readOnly: true }))).code).toBe('CONFIG');
    await openSqliteStore({ path, tenant: 'acme' }).close();
  });

  it('is opened by its address', async () => {
    const path = await madeStore();
    const store = await openStore(`sqlite:${path}`, { readOnly: true });
    expect((await store.readSnapshots()).length).toBe(1);
    await store.close();
    for (const url of ['', 'store.sqlite', 'sqlite:', 'redis://x']) expect((await failureOf(() => openStore(url))).code).toBe('CONFIG');
  });
});

describe('migrations', () => {
  const first = "CREATE TABLE thing (name TEXT) STRICT; INSERT INTO thing VALUES ('one');";
  const second = "ALTER TABLE thing ADD COLUMN size INTEGER NOT NULL DEFAULT 7; INSERT INTO thing (name) VALUES ('two');";
  const read = (path: string, migrations: readonly string[]) => {
    const database = openDatabase(path, { readOnly: false, migrations });
    const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
    const rows = database
      .prepare('SELECT * FROM thing')
      .all()
      .map((row) => ({ ...row }));
    database.close();
    return [version, rows];
  };

  it('bring an older file to the newest form, each once', () => {
    const path = join(temporaryFolder(), 'a.sqlite');
    expect(read(path, [first])).toEqual([1, [{ name: 'one' }]]);
    const both = [
      2,
      [
        { name: 'one', size: 7 },
        { name: 'two', size: 7 },
      ],
    ];
    expect(read(path, [first, second])).toEqual(both);
    expect(read(path, [first, second])).toEqual(both);
    expect(read(join(temporaryFolder(), 'b.sqlite'), [first, second])).toEqual(both);
  });

  it('that fail leave the file as it was', async () => {
    const path = join(temporaryFolder(), 'a.sqlite');
    read(path, [first]);
    const failure = await failureOf(() => read(path, [first, second, 'CREATE TABLE thing (x)']));
    expect([failure.code, failure.message]).toEqual(['STORE_UNREADABLE', expect.stringContaining('table thing already exists')]);
    expect(read(path, [first])).toEqual([1, [{ name: 'one' }]]);
  });

  it('are refused to a reader, who writes nothing', async () => {
    const path = join(temporaryFolder(), 'a.sqlite');
    read(path, [first]);
    const failure = await failureOf(() => openDatabase(path, { readOnly: true, migrations: [first, second] }));
    expect([failure.code, failure.details]).toEqual(['STORE_EMPTY', { version: 1 }]);
    expect(failure.message).toContain('got one of the older version 1');
    expect(read(path, [first])).toEqual([1, [{ name: 'one' }]]);
  });

  it('make the schema of a store', async () => {
    const database = new DatabaseSync(await madeStore(), { readOnly: true });
    expect(database.prepare('PRAGMA user_version').get()?.['user_version']).toBe(MIGRATIONS.length);
    expect(database.prepare('PRAGMA integrity_check').get()?.['integrity_check']).toBe('ok');
    database.close();
  });
});

describe('refused', () => {
  it('STORE_NEWER: a store of a newer version, which stays as it is', async () => {
    const path = await madeStore();
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    database.close();
    const bytes = readFileSync(path);
    for (const readOnly of [true, false]) {
      const failure = await failureOf(() => openSqliteStore({ path, readOnly }));
      expect([failure.code, failure.details]).toEqual(['STORE_NEWER', { version: MIGRATIONS.length + 1 }]);
      expect(failure.message).toContain(`expected a store of version ${MIGRATIONS.length} or older`);
    }
    expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
  });

  it('STORE_EMPTY: a reader where there is no store, and none is made', async () => {
    const path = join(temporaryFolder(), 'nothing', 'store.sqlite');
    const failure = await failureOf(() => openSqliteStore({ path, readOnly: true }));
    expect([failure.code, existsSync(path)]).toEqual(['STORE_EMPTY', false]);
    expect(failure.message).toContain('a store that an ingest of this version made');
  });

  it('STORE_UNREADABLE: a file that is no database', async () => {
    const path = join(temporaryFolder(), 'store.sqlite');
    writeFileSync(path, 'not a database, but long enough to be looked at as one'.repeat(100));
    for (const readOnly of [true, false])
      expect((await failureOf(() => openSqliteStore({ path, readOnly }))).code).toBe('STORE_UNREADABLE');
    expect(readFileSync(path, 'utf8').startsWith('not a database')).toBe(true);
  });

  it('STORE_UNREADABLE: another database', async () => {
    const path = join(temporaryFolder(), 'store.sqlite');
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE other (x)');
    database.close();
    const bytes = readFileSync(path);
    const failure = await failureOf(() => openSqliteStore({ path }));
    expect([failure.code, failure.message]).toEqual(['STORE_UNREADABLE', expect.stringContaining('got another database')]);
    expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
  });

  it('STORE_UNREADABLE: a store cut in half or overwritten in the middle, when it is read', async () => {
    const [cut, torn] = [await madeStore(), await madeStore()];
    truncateSync(cut, Math.floor(readFileSync(cut).length / 2 / 4096) * 4096);
    const bytes = readFileSync(torn);
    writeFileSync(torn, bytes.fill(0xa5, 4096));
    for (const path of [cut, torn])
      expect(
        (
          await failureOf(async () => {
            const store = openSqliteStore({ path });
            try {
              await heldAt(store, Number.MAX_SAFE_INTEGER);
            } finally {
              await store.close();
            }
          })
        ).code,
      ).toBe('STORE_UNREADABLE');
  });

  it('STORE_UNREADABLE: a folder, or a path through a file', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    for (const path of [folder, join(folder, 'file', 'store.sqlite')]) {
      const failure = await failureOf(() => openSqliteStore({ path }));
      expect([failure.code, failure.message.includes(`\`${path}\``)]).toEqual(['STORE_UNREADABLE', true]);
    }
  });

  it('STORE_UNREADABLE: a place without rights', async () => {
    const folder = join(temporaryFolder(), 'closed');
    const path = join(folder, 'store.sqlite');
    mkdirSync(folder);
    await openSqliteStore({ path }).close();
    chmodSync(folder, 0o000);
    // Rights do not bind root: then somebody else asks.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(NOBODY);
    try {
      expect((await failureOf(() => openSqliteStore({ path }))).code).toBe('STORE_UNREADABLE');
      expect((await failureOf(() => openSqliteStore({ path: join(folder, 'sub', 'store.sqlite') }))).code).toBe('STORE_UNREADABLE');
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(folder, 0o700);
    }
  });

  it('STORE_UNREADABLE: a run, or a cache, of a store opened to be read', async () => {
    const store = openSqliteStore({ path: await madeStore(), readOnly: true });
    expect((await failureOf(() => store.startRun('test/one'))).code).toBe('STORE_UNREADABLE');
    expect((await failureOf(() => store.writeCache('a', new Uint8Array(1)))).code).toBe('STORE_UNREADABLE');
    await store.close();
    expect((await failureOf(() => store.readSnapshots())).code).toBe('STORE_UNREADABLE');
  });
});
