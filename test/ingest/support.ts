/** A tiny upstream on loopback, a clock that takes no time, and a client for both. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../ingest/clock.ts';
import { HttpClient, type HttpOptions } from '../../ingest/http.ts';

export interface Upstream {
  readonly url: string;
  /** `METHOD path?query` in the order of arrival. */
  readonly calls: string[];
  close(): Promise<void>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export async function serve(handler: Handler): Promise<Upstream> {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    let body = '';
    request.on('data', (piece: Buffer) => {
      body += piece.toString();
    });
    request.on('end', () => handler(request, response, body));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

export function json(response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Sleeping moves the time on at once. */
export class FakeClock implements Clock {
  at = Date.parse('2026-01-31T12:00:00Z');
  readonly slept: number[] = [];

  now(): number {
    return this.at;
  }

  async sleep(durationMs: number): Promise<void> {
    this.slept.push(durationMs);
    this.at += durationMs;
  }
}

export function clientOf(upstream: Upstream, options: Partial<HttpOptions> = {}): HttpClient {
  return new HttpClient({ base: { origin: upstream.url, prefix: '' }, clock: new FakeClock(), random: () => 0, ...options });
}

/** The code of the error that the work ends with, `none` where it does not fail. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
