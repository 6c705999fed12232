/**
 * A server of the sample workspace on loopback that speaks the upstream's shapes: what the demo and tests read instead of it.
 *
 * Written from the vendor's document and from recorded answers, apart from the connector that reads it, so that a
 * misunderstanding of one is not repeated by the other. Changes of the workspace and new faults show at the next call.
 * INVARIANT: listens on loopback only.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { CodedError } from '../../graph/errors.ts';
import { SampleAccess, type SampleCredentials, type TokenLife } from './access.ts';
import { type Fault, type FaultAction, FaultPlan } from './faults.ts';
import { type Shown, show } from './routes.ts';
import { copySampleWorkspace, type SampleWorkspace } from './workspace.ts';

export interface SampleServerOptions {
  /** 0 or left out: any free one. */
  readonly port?: number;
  /** A copy of the sample when left out. */
  readonly workspace?: SampleWorkspace;
  readonly faults?: readonly Fault[];
  readonly tokens?: Partial<TokenLife>;
  /** The upstream allows 100; fewer make more pages. */
  readonly pageLengthMax?: number;
  /** Makes the link to a page out of its number; the upstream's own form when left out. */
  readonly pageQuery?: (page: number) => string;
}

export interface SampleServer {
  /** For BITBUCKET_CLOUD_URL. */
  readonly url: string;
  /** For BITBUCKET_CLOUD_AUTH_URL. */
  readonly authUrl: string;
  readonly credentials: SampleCredentials;
  readonly workspace: SampleWorkspace;
  /** May be added to. */
  readonly faults: Fault[];
  /** `METHOD path?query`, percent-decoded, in the order of arrival. */
  readonly calls: string[];
  readonly tokensGiven: () => number;
  close(): Promise<void>;
}

const PAGE_LENGTH = 10;
const PAGE_LENGTH_MAX = 100;
const TOKEN_PATH = '/site/oauth2/access_token';

/** Errors: PORT_IN_USE. */
export async function startSampleServer(options: SampleServerOptions = {}): Promise<SampleServer> {
  const upstream = new Upstream(options);
  const server = createServer((request, response) => {
    upstream.answer(request, response).catch(() => response.destroy());
  });
  const { url, close } = await serve(server, options.port ?? 0);
  upstream.url = url;
  return {
    url,
    authUrl: `${url}${TOKEN_PATH}`,
    credentials: upstream.access.credentials,
    workspace: upstream.workspace,
    faults: upstream.plan.faults,
    calls: upstream.calls,
    tokensGiven: () => upstream.access.tokensGiven,
    close,
  };
}

/** Listens on loopback, 0 for any port that is free, until it is closed. Errors: PORT_IN_USE. */
export async function serve(server: Server, port: number): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  await new Promise<void>((ready, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      failed(taken ? new CodedError('PORT_IN_USE', `port ${port} of the sample server is taken: choose another`, { port }, error) : error);
    });
    server.listen(port, '127.0.0.1', ready);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly isFile?: boolean;
}

class Upstream {
  readonly access: SampleAccess;
  readonly workspace: SampleWorkspace;
  readonly plan: FaultPlan;
  readonly calls: string[] = [];
  url = '';
  readonly #pageLengthMax: number;
  readonly #pageQuery: (page: number) => string;
  /** By place, from 1: what the query of its link holds. */
  readonly #queries: string[] = [];

  constructor({ workspace, faults, tokens, pageLengthMax, pageQuery }: SampleServerOptions) {
    this.access = new SampleAccess(tokens);
    this.workspace = workspace ?? copySampleWorkspace();
    this.plan = new FaultPlan(faults);
    this.#pageLengthMax = pageLengthMax ?? PAGE_LENGTH_MAX;
    this.#pageQuery = pageQuery ?? ((page) => `page=${page}`);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const path = decodeURIComponent(url.pathname);
    this.calls.push(`${request.method} ${path}${decodeURIComponent(url.search)}`);
    const form = await readText(request);
    const actions = this.plan.meet(`${path}${decodeURIComponent(url.search)}`);
    for (const action of actions) if ('changes' in action) action.changes(this.workspace);
    for (const action of actions) if ('delayMs' in action) await delay(action.delayMs);
    const forced = actions.find((action) => 'answer' in action);
    if (forced !== undefined) return send(response, forced.answer, forced.body ?? errorBody('Something went wrong'), forced.headers);
    if (actions.some((action) => 'cut' in action && action.cut === 'connection')) {
      request.socket.destroy();
      return;
    }
    const { status, body, isFile } = this.#answerOf(request, { path, url, form, actions });
    const changed = actions.reduce((now, action) => ('rewrite' in action ? action.rewrite(now) : now), body);
    if (actions.some((action) => 'cut' in action))
      return cutBody(request, response, isFile ? String(changed) : JSON.stringify(changed), isFile === true);
    if (isFile && typeof changed === 'string') return sendFile(response, changed);
    send(response, status, changed);
  }

  #answerOf(
    { method, headers }: IncomingMessage,
    { path, url, form, actions }: { path: string; url: URL; form: string; actions: readonly FaultAction[] },
  ): Answer {
    if (path === TOKEN_PATH && method === 'POST') return this.access.grant(headers.authorization, form);
    if (!this.access.admits(headers.authorization))
      return { status: 401, body: errorBody('Token is invalid, expired, or not supported for this endpoint.') };
    if (method !== 'GET') return { status: 405, body: errorBody('Method not allowed') };
    const isFirst = [...url.searchParams.keys()].every((name) => name === 'pagelen');
    const shown = show({ workspace: this.workspace, url: this.url }, path, isFirst);
    const order = actions.find((action) => 'pages' in action)?.pages ?? null;
    return this.#bodyOf(shown, url, order);
  }

  #bodyOf(shown: Shown, url: URL, order: 'repeated' | 'reordered' | null): Answer {
    switch (shown.is) {
      case 'object':
        return { status: 200, body: shown.body };
      case 'file':
        return { status: 200, body: shown.text, isFile: true };
      case 'list':
        return { status: 200, body: shown.items };
      case 'pages':
        return { status: 200, body: this.#page(shown, url, order) };
      case 'denied':
        return { status: 403, body: errorBody(shown.message) };
      case 'missing':
        return { status: 404, body: errorBody(shown.message) };
    }
  }

  /** One page of a list. The links run through the order in which pages are shown, from 1. */
  #page({ count, items }: Shown & { is: 'pages' }, url: URL, order: 'repeated' | 'reordered' | null): unknown {
    const asked = Number(url.searchParams.get('pagelen') ?? PAGE_LENGTH);
    const pagelen = Math.min(asked > 0 ? asked : PAGE_LENGTH, this.#pageLengthMax);
    const numbers = Array.from({ length: Math.max(1, Math.ceil(count / pagelen)) }, (_, index) => index + 1);
    const shown =
      order === 'repeated' ? numbers.flatMap((number) => [number, number]) : order === 'reordered' ? numbers.reverse() : numbers;
    const place = this.#placeOf(url, shown.length);
    const number = shown[place - 1] ?? shown.length + 1;
    const values = items((number - 1) * pagelen, number * pagelen);
    const next = place < shown.length ? `${url.origin}${url.pathname}?pagelen=${pagelen}&${this.#pageQuery(place + 1)}` : undefined;
    return { values, pagelen, size: count, page: place, ...(next === undefined ? {} : { next }) };
  }

  #placeOf(url: URL, places: number): number {
    const query = url.searchParams.toString();
    while (this.#queries.length < places) this.#queries.push(new URLSearchParams(this.#pageQuery(this.#queries.length + 1)).toString());
    const found = this.#queries.slice(0, places).findIndex((wanted) => `&${query}&`.includes(`&${wanted}&`));
    return Math.max(found, 0) + 1;
  }
}

function errorBody(message: string): unknown {
  return { type: 'error', error: { message } };
}

function send(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  const isHtml = typeof body === 'string';
  response.writeHead(status, {
    'content-type': isHtml ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
    ...(status === 401 ? { 'www-authenticate': 'OAuth realm="Bitbucket.org HTTP"' } : {}),
    ...headers,
  });
  response.end(isHtml ? body : JSON.stringify(body));
}

const FILE_TYPE = 'application/octet-stream';

/** As it is: no encoding is told. */
function sendFile(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': FILE_TYPE, 'content-disposition': 'attachment' });
  response.end(text);
}

/** Promises the whole body, sends half of it, and hangs up. */
function cutBody(request: IncomingMessage, response: ServerResponse, text: string, isFile: boolean): void {
  const type = isFile ? FILE_TYPE : 'application/json; charset=utf-8';
  response.writeHead(200, { 'content-type': type, 'content-length': String(Buffer.byteLength(text)) });
  response.write(text.slice(0, text.length / 2), () => request.socket.destroy());
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}
