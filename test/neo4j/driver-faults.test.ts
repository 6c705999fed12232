/** The door to Neo4j when the server refuses, dies, stands still, or lacks memory or space: each provoked on a real server of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { Neo4jDoor, type Neo4jOptions } from '../../graph/store/neo4j-driver.ts';
import { failureOf } from '../store/commit-facts.ts';
import { canMountDisk, mountSmallDisk } from '../support/small-disk.ts';
import { opened } from './opened-door.ts';
import { describeOnPrivateNeo4j, privateServer } from './private-server.ts';

const START_MS = 300_000;
const DISK_MB = 400;
const PASSWORD = 'correct-horse-battery';
const COUNT = 'MATCH (n:TestThing) RETURN count(n) AS n';

describeOnPrivateNeo4j('a server that asks who one is', () => {
  it(
    'is told apart: right, wrong, none, too many',
    async () => {
      const server = await privateServer({ password: PASSWORD });
      const { address } = server;
      expect((await opened(server)).agent).toBe(`Neo4j/${server.version}`);

      const told = async (options: Neo4jOptions) => {
        const error = await failureOf(() => Neo4jDoor.open(options));
        expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(/correct-horse|wrong-horse/);
        return [error.code, error.message];
      };
      expect(await told({ address })).toEqual(['STORE_AUTH', `expected a user and a password for \`${address}\`, got none`]);
      const wrong = (user: string) => [
        'STORE_AUTH',
        `expected a user of \`${address}\` with the right password, got user \`${user}\` with another, or no such user`,
      ];
      expect(await told({ address, user: 'ann', password: 'wrong-horse' })).toEqual(wrong('ann'));
      for (let i = 0; i < 3; i++) expect(await told({ address, user: 'neo4j', password: 'wrong-horse' })).toEqual(wrong('neo4j'));
      const limited = `the server at \`${address}\` got too many wrong passwords of user \`neo4j\` and waits some seconds: try again`;
      expect(await told({ address, user: 'neo4j', password: PASSWORD })).toEqual(['STORE_AUTH', limited]);
    },
    START_MS,
  );
});

describeOnPrivateNeo4j('a server that encrypts', () => {
  const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
  it.skipIf(!hasOpenssl)(
    'is asked for a certificate that can be trusted, or for any (skipped without openssl)',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'grantpath-tls-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const words = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout private.key -out public.crt';
      expect(spawnSync('openssl', words.split(' '), { cwd: folder }).status).toBe(0);
      const policy = { enabled: 'true', base_directory: folder, private_key: 'private.key', public_certificate: 'public.crt' };
      const settings = Object.fromEntries(Object.entries(policy).map(([name, value]) => [`dbms.ssl.policy.bolt.${name}`, value]));
      const server = await privateServer({ settings: { ...settings, 'server.bolt.tls_level': 'REQUIRED' } });
      const at = (scheme: string) => ({ address: server.address.replace('bolt', scheme) });
      for (const scheme of ['bolt+ssc', 'neo4j+ssc']) expect((await opened(at(scheme))).agent).toBe(`Neo4j/${server.version}`);
      for (const scheme of ['bolt+s', 'neo4j+s']) {
        const error = await failureOf(() => Neo4jDoor.open(at(scheme)));
        expect([error.code, error.message]).toEqual([
          'STORE_UNREACHABLE',
          `expected a certificate that can be trusted from \`${at(scheme).address}\`, got: DEPTH_ZERO_SELF_SIGNED_CERT; name a file with its authority in NODE_EXTRA_CA_CERTS`,
        ]);
      }
      expect((await failureOf(() => Neo4jDoor.open(at('bolt')))).code).toBe('STORE_UNREACHABLE');
    },
    START_MS,
  );
});

describeOnPrivateNeo4j('a server that dies', () => {
  it(
    'in the middle of a stream, before and while a unit commits',
    async () => {
      const server = await privateServer();
      const door = await opened({ ...server, address: server.address, limits: { repeatMs: 300 } });
      const seen: unknown[] = [];
      const killed = await failureOf(async () => {
        for await (const { i } of door.stream('UNWIND range(1, 10000000) AS i RETURN i')) if (seen.push(i) === 1_500) await server.kill();
      });
      expect(seen.length).toBeGreaterThanOrEqual(1_500);
      expect([killed.code, killed.message]).toEqual([
        'STORE_UNREACHABLE',
        expect.stringMatching(/^expected a Neo4j server at `.*`, got: (Connection was closed by server|read ECONNRESET)$/),
      ]);
      const gone = await failureOf(() => door.readRows('RETURN 1'));
      expect([gone.code, gone.message]).toEqual([
        'STORE_UNREACHABLE',
        `expected a Neo4j server at \`${door.address}\`, got: connect ECONNREFUSED 127.0.0.1:${server.port}`,
      ]);

      await server.restart();
      expect(await door.readRows(COUNT)).toEqual([{ n: 0 }]);
      const patient = await opened({ ...server, address: server.address });

      // Work was done and its commit not answered: told as not known, and not repeated.
      let tries = 0;
      const lost = await failureOf(() =>
        door.write(async (unit) => {
          tries++;
          await unit.rows('CREATE (:TestThing)');
          await server.kill();
          await server.restart();
        }),
      );
      expect([lost.code, lost.message, lost.details, tries]).toEqual([
        'STORE_UNREACHABLE',
        `the connection to \`${door.address}\` was lost while it committed: whether it did is not known`,
        { address: door.address, isWritten: null },
        1,
      ]);
      // Its pool still holds a connection of before: nobody notices.
      expect(await patient.readRows(COUNT)).toEqual([{ n: 0 }]);
      // Work that may be done twice is.
      await patient.write(
        async (unit) => {
          await unit.rows('MERGE (:TestThing {name: "once"})');
          if (++tries > 2) return;
          await server.kill();
          await server.restart();
        },
        { isRepeatable: true },
      );
      expect([tries, await patient.readRows(COUNT)]).toEqual([3, [{ n: 1 }]]);
    },
    START_MS,
  );

  it(
    'stands still, or holds its database read-only',
    async () => {
      const settings = { 'server.bolt.connection_keep_alive': '1s', 'server.bolt.connection_keep_alive_probes': '2' };
      const server = await privateServer({ settings });
      const door = await opened({ ...server, address: server.address, limits: { repeatMs: 0, acquireMs: 10_000 } });
      await door.write((unit) => unit.rows('CREATE (:TestThing)'));
      server.pause(true);
      const still = await failureOf(() => door.readRows('RETURN 1')).finally(() => server.pause(false));
      expect([still.code, still.message]).toEqual([
        'STORE_UNREACHABLE',
        expect.stringMatching(/^expected (a Neo4j server|an answer of a Neo4j server) at `.*`, got/),
      ]);

      await server.stop();
      await server.restart({ 'server.databases.default_to_read_only': 'true' });
      expect(await door.readRows(COUNT)).toEqual([{ n: 1 }]);
      const works = [
        () => door.write((unit) => unit.rows('CREATE (:TestThing)')),
        () => door.writeRows('CREATE CONSTRAINT IF NOT EXISTS FOR (n:TestThing) REQUIRE n.key IS UNIQUE'),
      ];
      for (const work of works) {
        const error = await failureOf(work);
        expect([error.code, error.message]).toEqual([
          'STORE_DENIED',
          `expected a database that can be written at \`${door.address}\`, got one that the server holds read-only`,
        ]);
      }
    },
    START_MS,
  );
});

describeOnPrivateNeo4j('a server that lacks', () => {
  it(
    'memory for a transaction, or a lock that others hold',
    async () => {
      const server = await privateServer({ settings: { 'db.memory.transaction.max': '20m', 'db.lock.acquisition.timeout': '300ms' } });
      const door = await opened({ ...server, address: server.address, limits: { repeatMs: 1_000 } });
      const big = 'UNWIND range(1, 5000000) AS i WITH collect({a: i, b: toString(i)}) AS list RETURN size(list) AS n';
      const memory = await failureOf(() => door.readRows(big));
      expect([memory.code, memory.message]).toEqual([
        'STORE_MEMORY',
        expect.stringMatching(
          /^a transaction needs more memory than the server at `.*` gives it: .*more than the limit 20\.0 MiB.*db\.memory\.transaction\.max/,
        ),
      ]);

      await door.write((unit) => unit.rows('CREATE (:TestThing {n: 0})'));
      let tries = 0;
      const busy = await door.write(async (unit) => {
        await unit.rows('MATCH (t:TestThing) SET t.n = 1');
        return failureOf(() =>
          door.write(async (other) => {
            tries++;
            await other.rows('MATCH (t:TestThing) SET t.n = 2');
          }),
        );
      });
      expect([busy.code, busy.message]).toEqual([
        'STORE_BUSY',
        `others hold what a transaction on \`${door.address}\` waits for, and went on to hold it`,
      ]);
      expect(tries).toBeGreaterThan(1);
      expect(await door.readRows('MATCH (t:TestThing) RETURN t.n AS n')).toEqual([{ n: 1 }]);
    },
    START_MS,
  );

  it(
    'space on its disk (skipped without the right to mount): what was written before is there when there is room again',
    async ({ skip }) => {
      if (!canMountDisk()) skip('no right to mount');
      const disk = mountSmallDisk(DISK_MB);
      onTestFinished(() => disk.remove());
      // Room for its logs is not taken ahead, so that it can run out of it.
      const server = await privateServer({ folder: disk.folder, settings: { 'db.tx_log.preallocate': 'false' } });
      const door = await opened(server);
      await door.write((unit) => unit.rows('CREATE (:TestThing)'));
      disk.fill(4_000_000);
      const fill = () =>
        door.write((unit) => unit.rows('UNWIND range(1, 50000) AS i CREATE (:TestThing {text: $text + i})', { text: 'x'.repeat(80) }));
      const full = await failureOf(fill);
      expect([full.code, full.message]).toEqual([
        'STORE_FULL',
        `the server at \`${door.address}\` cannot write its log of transactions: free space there, and start it again`,
      ]);
      const stopped = await failureOf(fill);
      expect([stopped.code, stopped.message]).toEqual([
        'STORE_UNREADABLE',
        `the database at \`${door.address}\` stopped working, mostly for want of space: see its log, and start it again`,
      ]);
      disk.empty();
      await server.kill();
      await server.restart();
      expect(await door.readRows(COUNT)).toEqual([{ n: 1 }]);
      await door.write((unit) => unit.rows('CREATE (:TestThing)'));
    },
    START_MS,
  );
});
