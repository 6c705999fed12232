/** AuthZEN as HTTP: ways in, who may ask, sizes and times, failures of ours. */
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseWorld } from '../../graph/notation.ts';
import { startProgram, temporaryFolder } from '../cli/spawned.ts';
import { writeWorldStore } from '../support/world-store.ts';
import { type AccessClient, serveAccess, serveWorld } from './access-client.ts';
import { smallGrantpath } from './small-grantpath.ts';

const WORLD = `
  workspace:acme CONTAINS project:acme/WEB
  project:acme/WEB CONTAINS repository:acme/api
  user:ann HOLDS read ON repository:acme/api
`;
const EVALUATION = '/access/v1/evaluation';
const EVALUATIONS = '/access/v1/evaluations';
const READ = {
  subject: { type: 'user', id: 'ann' },
  action: { name: 'repository.read' },
  resource: { type: 'repository', id: 'acme/api' },
};

let client: Awaited<ReturnType<typeof serveWorld>>;
beforeAll(async () => {
  client = await serveWorld(WORLD);
});
afterAll(() => client.close());

describe('the way in', () => {
  it('is POST, and GET for the metadata; nothing opens it to other origins', async () => {
    const got = await client.get(EVALUATION);
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await client.post('/.well-known/authzen-configuration', {})).status).toBe(405);
    expect((await client.get('/access/v1/other')).status).toBe(404);
    const preflight = await fetch(`${client.url}${EVALUATION}`, {
      method: 'OPTIONS',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([405, null]);
  });

  it('is closed to names that somebody bound to loopback, and the request id comes back', async () => {
    const { port } = new URL(client.url);
    const answer = await new Promise<{ status: number | undefined; id: unknown }>((resolve, reject) => {
      const headers = { host: 'elsewhere.example', 'content-type': 'application/json', 'x-request-id': 'r 1' };
      httpRequest({ port, path: EVALUATION, method: 'POST', headers }, (response) => {
        response.resume();
        resolve({ status: response.statusCode, id: response.headers['x-request-id'] });
      })
        .on('error', reject)
        .end(JSON.stringify(READ));
    });
    expect(answer).toEqual({ status: 403, id: 'r 1' });
  });

  it('names in the metadata where it was asked, unless it is told otherwise', async () => {
    const { body } = await client.get('/.well-known/authzen-configuration');
    expect(body).toMatchObject({ policy_decision_point: client.url, access_evaluation_endpoint: `${client.url}${EVALUATION}` });
  });

  it('takes the base of the metadata from the environment', async () => {
    const { url, remove } = await writeWorldStore(parseWorld(WORLD));
    const folder = temporaryFolder();
    const env = { GRANTPATH_STORE: url, GRANTPATH_PUBLIC_URL: 'https://pdp.example.com/' };
    const program = startProgram(['serve', '--port', '0', '--json'], { cwd: folder.path, env });
    try {
      const [, port = ''] = await program.printed(/"port":\s*(\d+)/);
      const response = await fetch(`http://127.0.0.1:${port}/.well-known/authzen-configuration`);
      expect(await response.json()).toMatchObject({
        policy_decision_point: 'https://pdp.example.com',
        access_evaluation_endpoint: 'https://pdp.example.com/access/v1/evaluation',
      });
    } finally {
      program.child.kill();
      await program.finished;
      folder.remove();
      remove();
    }
  });

  it('waits for a body until the time is over, and takes a caller who goes for no defect', async () => {
    const logged: object[] = [];
    const log = { info: () => {}, error: (fields: object) => logged.push(fields) };
    const server = await serveAccess(client.grantpath, { limits: { timeoutMs: 100 }, log });
    /** Half a question. What comes back until the connection ends. */
    const half = (leave: boolean) =>
      new Promise<string>((resolve, reject) => {
        let told = '';
        const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => {
          const head = `POST ${EVALUATION} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`;
          socket.write(head, () => leave && socket.destroy());
        });
        socket.on('data', (data) => (told += data.toString()));
        socket.on('error', reject);
        socket.on('close', () => resolve(told));
      });
    try {
      expect(await half(false)).toMatch(/^HTTP\/1\.1 500 [\s\S]*error TIMEOUT: /);
      await half(true);
      expect((await server.post(EVALUATION, READ)).body.decision).toBe(true);
      expect(logged).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('takes bodies of UTF-8 up to a size, of a length that is stated or not', async () => {
    const small = await serveAccess(client.grantpath, { limits: { bodyBytes: 1000 } });
    const padded = (length: number) => JSON.stringify({ ...READ, padding: 'x'.repeat(length) });
    const streamed = (text: string) => new Blob([text]).stream();
    const post = async (body: BodyInit) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' };
      const response = await fetch(`${small.url}${EVALUATION}`, init as RequestInit);
      return [response.status, (await response.text()).slice(0, 12)];
    };
    try {
      expect((await post(padded(100)))[0]).toBe(200);
      expect((await post(streamed(padded(100))))[0]).toBe(200);
      expect(await post(padded(1000))).toEqual([400, 'error LIMIT:']);
      expect(await post(streamed(padded(1000)))).toEqual([400, 'error LIMIT:']);
      expect(await post(new Uint8Array([0x7b, 0xff, 0x7d]))).toEqual([400, 'error USAGE:']);
      expect((await post(padded(100)))[0]).toBe(200);
    } finally {
      await small.close();
    }
  });
});

describe('what goes wrong with us', () => {
  const failing = async (check: () => Promise<never>, ask: (failing: AccessClient, logged: object[]) => Promise<void>) => {
    const logged: object[] = [];
    const log = { info: () => {}, error: (fields: object) => logged.push(fields) };
    const server = await serveAccess(smallGrantpath({ check, checks: check }), { limits: { timeoutMs: 50 }, log });
    try {
      await ask(server, logged);
    } finally {
      await server.close();
    }
  };

  it('is a 500 that shows an id and nothing inside', () =>
    failing(
      async () => {
        throw new Error('the password is swordfish');
      },
      async (server, logged) => {
        for (const request of [READ, { evaluations: [READ] }]) {
          const { status, text } = await server.post(EVALUATIONS, request);
          expect([status, text]).toEqual([500, expect.stringMatching(/^error INTERNAL: /)]);
          expect(text).not.toContain('swordfish');
        }
        expect(logged).toMatchObject([{ errorId: expect.any(String) }, { errorId: expect.any(String) }]);
      },
    ));

  it('is a 500 when the time is over', () =>
    failing(
      () => new Promise<never>(() => {}),
      async (server) => {
        const { status, text } = await server.post(EVALUATION, READ);
        expect([status, text]).toEqual([500, expect.stringMatching(/^error TIMEOUT: .*50 ms/)]);
      },
    ));
});
