/** The door to Neo4j on a real server: values, units of work, limits, and what people are told when something is wrong. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CodedError } from '../../graph/errors.ts';
import { Neo4jDoor, requireSupported, type UnitOfWork } from '../../graph/store/neo4j-driver.ts';
import { failureOf } from '../store/commit-facts.ts';
import { opened } from './opened-door.ts';
import { describeOnNeo4j, withTenant } from './shared-server.ts';

/** A port where something else listens, or nothing. */
async function portOf(server: { listen(port: number, host: string): unknown; address(): unknown; close(): unknown }): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server as never, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('an address', () => {
  it.each([
    ['http://localhost:7687', 'expected the address of a Neo4j server such as `bolt://localhost:7687`, got `http:`'],
    ['localhost:7687', 'expected the address of a Neo4j server such as `bolt://localhost:7687`, got `localhost:`'],
    ['bolt://', 'expected the address of a Neo4j server such as `bolt://localhost:7687`, got no host'],
    ['//', 'expected the address of a Neo4j server such as `bolt://localhost:7687`, got no URL'],
    [
      'bolt://ann:secret-word@localhost',
      'expected user and password of the Neo4j server in NEO4J_USER and NEO4J_PASSWORD, got some in its address',
    ],
    ['bolt://localhost/graph', 'expected the database of the Neo4j server in NEO4J_DATABASE, got a path in its address'],
    ['bolt://localhost?policy=eu', 'expected no query in an address with `bolt://`, got one'],
  ])('of a wrong form is told: %s', async (address, message) => {
    const error = await failureOf(() => Neo4jDoor.open({ address }));
    expect([error.code, error.message]).toEqual(['CONFIG', message]);
    expect(inspect(error)).not.toContain('secret-word');
  });

  it.each(['bolt', 'neo4j'])('where nothing listens is told: %s', async (scheme) => {
    const gone = createServer();
    const port = await portOf(gone);
    gone.close();
    const error = await failureOf(() => Neo4jDoor.open({ address: `${scheme}://127.0.0.1:${port}` }));
    expect([error.code, error.message]).toEqual([
      'STORE_UNREACHABLE',
      `expected a Neo4j server at \`${scheme}://127.0.0.1:${port}\`, got: connect ECONNREFUSED 127.0.0.1:${port}`,
    ]);
  });

  it('whose host does not exist is told', async () => {
    const error = await failureOf(() => Neo4jDoor.open({ address: 'bolt://nowhere.invalid' }));
    expect([error.code, error.message]).toEqual([
      'STORE_UNREACHABLE',
      expect.stringMatching(/^expected a Neo4j server at `bolt:\/\/nowhere\.invalid:7687`, got: getaddrinfo E\w+ nowhere\.invalid$/),
    ]);
  });

  it('of the HTTP port is told', async () => {
    const port = await portOf(createHttpServer((_, response) => response.end('{}')));
    const error = await failureOf(() => Neo4jDoor.open({ address: `bolt://127.0.0.1:${port}` }));
    expect([error.code, error.message]).toEqual([
      'STORE_UNREACHABLE',
      `expected a server that speaks Bolt at \`bolt://127.0.0.1:${port}\`, got one that speaks HTTP: the port of Bolt is mostly 7687`,
    ]);
  });

  it('where somebody listens and says nothing is told in time', async () => {
    const open = new Set<Socket>();
    const port = await portOf(createServer((socket) => void open.add(socket.on('error', () => {}))));
    const error = await failureOf(() => Neo4jDoor.open({ address: `bolt://127.0.0.1:${port}`, limits: { acquireMs: 200 } }));
    for (const socket of open) socket.destroy();
    expect([error.code, error.message]).toEqual([
      'STORE_UNREACHABLE',
      `expected an answer of a Neo4j server at \`bolt://127.0.0.1:${port}\`, got none in time`,
    ]);
  });

  it('of a server that offers no version of Bolt that is known is told', async () => {
    const port = await portOf(
      createServer((socket) => void socket.on('error', () => {}).once('data', () => socket.end(Buffer.from([0, 0, 0, 0])))),
    );
    const error = await failureOf(() => Neo4jDoor.open({ address: `bolt://127.0.0.1:${port}` }));
    expect([error.code, error.message]).toEqual([
      'STORE_UNSUPPORTED',
      `expected Neo4j 5.26 or newer at \`bolt://127.0.0.1:${port}\`, got a server that speaks no version of Bolt that is known here`,
    ]);
  });
});

describe('a version', () => {
  it.each(['Neo4j/5.26.0', 'Neo4j/5.27-aura', 'Neo4j/2026.04.0'])('that is supported: %s', (agent) => {
    expect(() => requireSupported(agent, 'bolt://db:7687')).not.toThrow();
  });

  it.each(['Neo4j/5.25.1', 'Neo4j/4.4.40', 'Neo4j/v5.11.0 compatible graph database server', 'Other/9.0', ''])(
    'that is not: %s',
    (agent) => {
      const message = `expected Neo4j 5.26 or newer at \`bolt://db:7687\`, got \`${agent}\``;
      expect(() => requireSupported(agent, 'bolt://db:7687')).toThrow(expect.objectContaining({ code: 'STORE_UNSUPPORTED', message }));
    },
  );
});

describeOnNeo4j('the door', (server) => {
  it('takes and gives plain values: whole numbers as integers, bytes as bytes, text as it is', async () => {
    const door = await opened(server);
    const values = {
      instant: 1_795_520_000_000,
      packed: 40_000_000 * 2 ** 26 + 67_108_863,
      negative: -1,
      share: 0.5,
      text: 'O\'Brien "quoted" `back` \\ {}\n$tenant 漢字 🙂',
      list: [1, [2, { deep: 3 }]],
      none: null,
      yes: true,
    };
    const [row] = await door.readRows(
      'RETURN $values AS values, $bytes AS bytes, $ids AS ids, [k IN keys($values) | valueType($values[k])] AS types, [1, 2, 3][$at] AS third',
      { values, bytes: new Uint8Array([0, 127, 128, 255]), ids: new Int32Array([7, -7]), at: 2 },
    );
    expect(row?.['values']).toEqual(values);
    expect([row?.['bytes'], row?.['ids'], row?.['third']]).toEqual([new Uint8Array([0, 127, 128, 255]), [7, -7], 3]);
    const types = (row?.['types'] ?? []) as string[];
    expect(types.filter((type) => /^(INTEGER|FLOAT)/.test(type)).sort()).toEqual(['FLOAT NOT NULL', ...Array(3).fill('INTEGER NOT NULL')]);
  });

  it.each(['bolt', 'neo4j'])('reads what it wrote: %s', async (scheme) => {
    const door = await opened({ ...server, address: server.address.replace(/^\w+/, scheme) });
    expect(door.agent).toBe(server.agent);
    await withTenant(async (tenant) => {
      for (let i = 0; i < 10; i++) {
        await door.write((unit) => unit.rows('CREATE (:TestThing {tenant: $tenant, i: $i})', { tenant, i }));
        expect(await door.readRows('MATCH (n:TestThing {tenant: $tenant}) RETURN count(n) AS n', { tenant })).toEqual([{ n: i + 1 }]);
      }
    });
  });

  it('writes all of a unit or nothing of it, and hands on what the work throws', async () => {
    const door = await opened(server);
    await withTenant(async (tenant) => {
      const reason = new Error('the work is not done');
      const work = async (unit: UnitOfWork) => {
        await unit.run('CREATE (:TestThing {tenant: $tenant})', { tenant });
        throw reason;
      };
      await expect(door.write(work)).rejects.toBe(reason);
      expect(await door.readRows('MATCH (n:TestThing {tenant: $tenant}) RETURN count(n) AS n', { tenant })).toEqual([{ n: 0 }]);
    });
  });

  it('does two units that lock each other out again, until both are done', async () => {
    const door = await opened(server);
    await withTenant(async (tenant) => {
      await door.write((unit) => unit.rows('UNWIND [0, 1] AS i CREATE (:TestThing {tenant: $tenant, i: i, n: 0})', { tenant }));
      let tries = 0;
      const isLocked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const add = (first: number) =>
        door.write(async (unit) => {
          tries++;
          const one = (i: number) => unit.rows('MATCH (t:TestThing {tenant: $tenant, i: $i}) SET t.n = t.n + 1', { tenant, i });
          await one(first);
          isLocked[first]?.resolve();
          await isLocked[1 - first]?.promise;
          await one(1 - first);
        });
      await Promise.all([add(0), add(1)]);
      expect(tries).toBeGreaterThan(2);
      expect(await door.readRows('MATCH (t:TestThing {tenant: $tenant}) RETURN t.n AS n', { tenant })).toEqual([{ n: 2 }, { n: 2 }]);
    });
  });

  it('passes a wrong statement on as the defect that it is, and is as good as before', async () => {
    const door = await opened(server);
    const wrong = (unit: UnitOfWork) => unit.rows('RETRUN 1');
    const works = [
      () => door.readRows('RETRUN 1'),
      () => door.read(wrong),
      () => door.write(wrong),
      () => Array.fromAsync(door.stream('RETRUN 1')),
    ];
    for (const work of works)
      await expect(work()).rejects.toSatisfy((error) => !(error instanceof CodedError) && /Invalid input 'RETRUN'/.test(String(error)));
    expect(await door.readRows('RETURN 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('that is open to read writes nothing: neither asked nor by a statement', async () => {
    const door = await opened({ ...server, readOnly: true });
    const create = 'CREATE (:TestThing {tenant: "never"})';
    for (const work of [() => door.write((unit) => unit.rows(create)), () => door.writeRows(create)]) {
      const error = await failureOf(work);
      expect([error.code, error.message]).toEqual([
        'STORE_UNREADABLE',
        `expected a store opened for writing, got one to read at \`${door.address}\``,
      ]);
    }
    await expect(door.readRows(create)).rejects.toThrow('Writing in read access mode not allowed');
    await expect(door.read((unit) => unit.rows(create))).rejects.toThrow('Writing in read access mode not allowed');
  });

  it.each(['bolt', 'neo4j'])('tells of a database that is not there: %s', async (scheme) => {
    const address = server.address.replace(/^\w+/, scheme);
    const error = await failureOf(() => Neo4jDoor.open({ ...server, address, database: 'nowhere' }));
    expect([error.code, error.message]).toEqual([
      'CONFIG',
      `expected NEO4J_DATABASE to be a database of \`${address}\`, got \`nowhere\`, which is not there or not for this user`,
    ]);
    expect((await failureOf(() => Neo4jDoor.open({ ...server, address, database: 'system' }))).code).toBe('CONFIG');
  });

  it('ends a transaction at its limit', async () => {
    const door = await opened(server);
    const endless = 'UNWIND range(1, 1000000000) AS i WITH i WHERE i % 7 = 8 RETURN count(i) AS n';
    const works = [
      () => door.readRows(endless, {}, { transactionMs: 300 }),
      () => door.read((unit) => unit.rows(endless), { transactionMs: 300 }),
      () => door.write((unit) => unit.rows(endless), { transactionMs: 300 }),
    ];
    for (const work of works) {
      const error = await failureOf(work);
      expect([error.code, error.message]).toEqual(['TIMEOUT', `a transaction on \`${door.address}\` was ended at its time limit`]);
    }
  });

  it('has no more connections than it may, and tells who waits too long', async () => {
    const door = await opened({ ...server, limits: { connectionsMax: 1, acquireMs: 300 } });
    const error = await door.read(async (unit) => {
      await unit.rows('RETURN 1');
      return failureOf(() => door.readRows('RETURN 2'));
    });
    expect([error.code, error.message]).toEqual(['STORE_BUSY', `all 1 connections to \`${door.address}\` were in use for 0.3 s`]);
  });

  it('gives rows as they come, and its connection back to who stops early', async () => {
    const door = await opened({ ...server, limits: { connectionsMax: 1, acquireMs: 5_000, fetchSize: 100 } });
    const seen: unknown[] = [];
    for await (const { i } of door.stream('UNWIND range(1, 100000000) AS i RETURN i')) if (seen.push(i) === 250) break;
    expect(seen).toEqual(Array.from({ length: 250 }, (_, i) => i + 1));
    expect((await Array.fromAsync(door.stream('UNWIND range(1, 1000) AS i RETURN i'))).length).toBe(1000);
  });

  it('that is closed ends what is under way and refuses what comes', async () => {
    const door = await opened(server);
    const stream = door.stream('UNWIND range(1, 100000000) AS i RETURN i');
    await stream.next();
    await door.close();
    const works = [() => Array.fromAsync(stream), () => door.readRows('RETURN 1'), () => door.write((unit) => unit.rows('RETURN 1'))];
    for (const work of works) {
      const error = await failureOf(work);
      expect([error.code, error.message]).toEqual([
        'STORE_UNREADABLE',
        `expected an open store, got one that was closed at \`${door.address}\``,
      ]);
    }
  });
});
