/** The server around GraphQL: probes, ways in, who may ask, how it starts and ends. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../api/server.ts';
import { type Client, serve } from './http.ts';
import { pageOf, smallGrantpath } from './small-grantpath.ts';

let ready = true;
let client: Client;
beforeAll(async () => {
  client = await serve(smallGrantpath({ ready: () => ready }));
});
afterAll(() => client.server.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${client.server.url}${path}`, { headers, redirect: 'manual' });

/** As `fetch` would not do it: with any Host header. */
function statusFor(host: string, { port } = client.server): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port, path: '/graphql?query={coverage{facts}}', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the probes', () => {
  it('say that the process lives', async () => {
    const response = await get('/healthz');
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('say whether a snapshot is compiled', async () => {
    expect((await get('/readyz')).status).toBe(200);
    ready = false;
    const response = await get('/readyz');
    ready = true;
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'STORE_EMPTY', remedy: expect.any(String) } }] });
    expect((await get('/healthz')).status).toBe(200);
  });
});

describe('the ways in', () => {
  it('are POST and GET', async () => {
    const response = await get(
      `/graphql?query=${encodeURIComponent('query($t: String!) { find(text: $t) { totalCount } }')}&variables={"t":"ann"}`,
    );
    expect(await response.json()).toEqual({ data: { find: { totalCount: 1 } } });
    const text = await client.post('{ find(text: "ann") { totalCount } }', { 'content-type': 'application/graphql' });
    expect(await text.json()).toEqual({ data: { find: { totalCount: 1 } } });
  });

  it('lead from the root to GraphQL and nowhere else', async () => {
    const root = await get('/');
    expect([root.status, root.headers.get('location')]).toEqual([307, '/graphql']);
    const other = await get('/graphql/../etc');
    expect(other.status).toBe(404);
    expect(await other.json()).toMatchObject({ errors: [{ extensions: { code: 'USAGE' } }] });
  });

  it('are closed to pages of other origins', async () => {
    const response = await client.post('{"query":"{coverage{facts}}"}', { origin: 'https://elsewhere.example' });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    const preflight = await fetch(`${client.server.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(405);
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('are closed to names that somebody bound to loopback', async () => {
    expect(await statusFor('127.0.0.1:1')).toBe(200);
    expect(await statusFor('localhost')).toBe(200);
    expect(await statusFor('elsewhere.example')).toBe(403);
    expect(await statusFor('127.0.0.1.elsewhere.example:4000')).toBe(403);
  });

  it('are closed to them too where the server listens everywhere and is reached on loopback, as in a container', async () => {
    const statusesOf = async (publicUrl: string | undefined) => {
      const { server } = await serve(smallGrantpath(), { host: '0.0.0.0', publicUrl });
      const statuses = [await statusFor('127.0.0.1:4000', server), await statusFor('elsewhere.example', server)];
      await server.close();
      return statuses;
    };
    expect(await statusesOf('http://127.0.0.1:4000')).toEqual([200, 403]);
    expect(await statusesOf('http://[::1]:4000')).toEqual([200, 403]);
    expect(await statusesOf('https://pdp.example.com')).toEqual([200, 200]);
    expect(await statusesOf(undefined)).toEqual([200, 200]);
  });
});

describe('starting and ending', () => {
  it('says that a port is taken, and which', async () => {
    const taken = startServer({ grantpath: smallGrantpath(), port: client.server.port });
    await expect(taken).rejects.toMatchObject({ code: 'PORT_IN_USE', details: { port: client.server.port } });
  });

  it('says that an address is not of this machine', async () => {
    await expect(startServer({ grantpath: smallGrantpath(), host: '192.0.2.1', port: 0 })).rejects.toMatchObject({ code: 'CONFIG' });
  });

  it('finishes the answers that have begun, and can be closed twice', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const slow = await serve(
      smallGrantpath({
        gaps: (options) => {
          begin();
          return new Promise((resolve) => setTimeout(() => resolve(pageOf([], options)), 100));
        },
      }),
    );
    const asked = slow.ask('{ gaps { totalCount } }');
    await begun;
    const closed = slow.server.close();
    expect(await asked).toEqual({ data: { gaps: { totalCount: 0 } } });
    await closed;
    await slow.server.close();
    await expect(slow.ask('{ gaps { totalCount } }')).rejects.toThrow();
  });
});
