import { afterEach, describe, expect, it } from 'vitest';
import { isCodedError } from '../../graph/errors.ts';
import type { HttpClient } from '../../ingest/http.ts';
import { clientOf, codeOf, FakeClock, type Handler, json, serve, type Upstream } from './support.ts';

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function start(handler: Handler, options: Parameters<typeof clientOf>[1] = {}): Promise<{ upstream: Upstream; http: HttpClient }> {
  const upstream = await serve(handler);
  const http = clientOf(upstream, options);
  opened.push(http, upstream);
  return { upstream, http };
}

/** Answers with the handlers one after the other, the last one for good. */
function inTurn(...handlers: Handler[]): Handler {
  let turn = 0;
  return (...args) => handlers[Math.min(turn++, handlers.length - 1)]?.(...args);
}

const ok: Handler = (_, response) => json(response, { fine: true });

describe('the http client', () => {
  it('gives every answer that is not transient', async () => {
    const { http, upstream } = await start((request, response) =>
      json(response, { path: request.url }, request.url === '/gone' ? 404 : 200),
    );
    expect(await http.get('/there')).toEqual({ status: 200, body: { path: '/there' } });
    expect(await http.get('/gone')).toEqual({ status: 404, body: { path: '/gone' } });
    expect(upstream.calls).toEqual(['GET /there', 'GET /gone']);
  });

  it('shows the headers that it was told to, and no others', async () => {
    const answer: Handler = (_, response) => json(response, {}, 403, { 'X-Scopes': 'account', 'set-cookie': 'session=1', 'x-other': '1' });
    const { http } = await start(answer, { shownHeaders: ['x-scopes', 'x-absent'] });
    expect((await http.get('/x')).headers).toEqual({ 'x-scopes': 'account' });
    const { http: silent } = await start(answer);
    expect(await silent.get('/x')).toEqual({ status: 403, body: {} });
  });

  it.each<[string, Handler]>([
    ['a 500', (_, response) => json(response, {}, 500)],
    ['a 429', (_, response) => json(response, {}, 429)],
    ['an HTML body that says 200', (_, response) => response.end('<html>sorry</html>')],
    ['a cut connection', (request) => void request.socket.destroy()],
    [
      'a cut body',
      (request, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"values": [');
        setTimeout(() => request.socket.destroy(), 5);
      },
    ],
  ])('tries again after %s', async (_, bad) => {
    const clock = new FakeClock();
    const { http, upstream } = await start(inTurn(bad, bad, ok), { clock });
    expect((await http.get('/x')).body).toEqual({ fine: true });
    expect(upstream.calls.length).toBe(3);
    expect(http.counters).toMatchObject({ calls: 3, retries: 2 });
    expect(clock.slept).toEqual([250, 500]);
  });

  it('tries again after a time-out', async () => {
    // Long enough for the second answer on a busy machine.
    const limits = { totalTimeoutMs: 1_000, headersTimeoutMs: 5_000 };
    const { http } = await start(
      inTurn(() => {}, ok),
      { limits },
    );
    expect((await http.get('/x')).status).toBe(200);
    expect(http.counters.retries).toBe(1);
  });

  it('waits as long as Retry-After says, in seconds or until a date', async () => {
    const clock = new FakeClock();
    const until = new Date(clock.at + 30_000 + 45_000).toUTCString();
    const { http } = await start(
      inTurn(
        (_, response) => json(response, {}, 429, { 'retry-after': '30' }),
        (_, response) => json(response, {}, 503, { 'retry-after': until, date: new Date(clock.at).toUTCString() }),
        ok,
      ),
      { clock },
    );
    expect((await http.get('/x')).status).toBe(200);
    expect(clock.slept).toEqual([30_000, 45_000]);
    expect(http.counters.waitedMs).toBe(75_000);
  });

  it('ends a run that may not wait when the server asks for an hour, and waits when it may', async () => {
    const busy: Handler = (_, response) => json(response, {}, 429, { 'retry-after': '3600' });
    const stopping = await start(busy, { budget: { callsPerHour: 10, whenSpent: 'stop' } });
    expect(await codeOf(stopping.http.get('/x'))).toBe('BUDGET');
    const clock = new FakeClock();
    const waiting = await start(inTurn(busy, ok), { clock, budget: { callsPerHour: 10, whenSpent: 'wait' } });
    expect((await waiting.http.get('/x')).status).toBe(200);
    expect(clock.slept).toEqual([3_600_000]);
  });

  it('gives up after all attempts, with the path but without the query', async () => {
    const { http, upstream } = await start((_, response) => json(response, { secret: 'canary' }, 500));
    const error = await http.get('/a/b?token=canary').catch((thrown: unknown) => thrown);
    expect(isCodedError(error, 'UPSTREAM_FAILED')).toBe(true);
    expect(String(error)).toContain('/a/b');
    expect(JSON.stringify([error, String(error)])).not.toContain('canary');
    expect(upstream.calls.length).toBe(6);
  });

  it('says that a host cannot be reached', async () => {
    const { http, upstream } = await start(ok);
    await upstream.close();
    expect(await codeOf(http.get('/x'))).toBe('UPSTREAM_UNREACHABLE');
  });

  it('follows redirects on its origin and none to another', async () => {
    const { http } = await start((request, response) => {
      if (request.url === '/new') return json(response, { moved: true });
      response.writeHead(302, { location: request.url === '/old' ? '/new' : 'https://elsewhere.example/x' }).end();
    });
    expect((await http.get('/old')).body).toEqual({ moved: true });
    expect(await codeOf(http.get('/away'))).toBe('UPSTREAM_ORIGIN');
  });

  it('refuses a body beyond the limit without trying again', async () => {
    const { http, upstream } = await start((_, response) => json(response, { long: 'x'.repeat(5000) }), {
      limits: { responseBytesMax: 1000 },
    });
    expect(await codeOf(http.get('/x'))).toBe('UPSTREAM_SHAPE');
    expect(upstream.calls.length).toBe(1);
  });

  it('never has more calls open than its concurrency', async () => {
    let open = 0;
    let most = 0;
    const { http } = await start(
      (_, response) => {
        most = Math.max(most, ++open);
        setTimeout(() => {
          open--;
          json(response, {});
        }, 10);
      },
      { limits: { concurrency: 3 } },
    );
    await Promise.all(Array.from({ length: 12 }, (_, index) => http.get(`/${index}`)));
    expect(most).toBe(3);
  });

  it('stops at the hourly budget, or waits until a call is an hour old', async () => {
    const stopping = await start(ok, { budget: { callsPerHour: 2, whenSpent: 'stop' } });
    await stopping.http.get('/1');
    await stopping.http.get('/2');
    expect(await codeOf(stopping.http.get('/3'))).toBe('BUDGET');
    expect(stopping.upstream.calls.length).toBe(2);
    const clock = new FakeClock();
    const waiting = await start(ok, { clock, budget: { callsPerHour: 2, whenSpent: 'wait' } });
    for (const path of ['/1', '/2', '/3']) await waiting.http.get(path);
    expect(clock.slept).toEqual([3_600_000]);
    expect(waiting.http.counters).toMatchObject({ calls: 3, waitedMs: 3_600_000, budgetLeft: 1 });
  });
});
