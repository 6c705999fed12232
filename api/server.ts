/**
 * GraphQL over HTTP, beside it GraphiQL, AuthZEN (`access/`) and the two probes. The door to graphql-yoga.
 *
 * Only queries exist, so GET is safe. No header opens the answers to pages of other origins, and a server on loopback, or one that
 * is reached there, answers only to loopback names: a page that rebinds its own name to 127.0.0.1 gets nothing.
 * Absent on purpose: authentication. Whoever reaches the port may ask; put it behind what your organisation trusts.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { execute, type GraphQLError } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { CodedError, ERROR_CODES, type ErrorCode } from '../graph/errors.ts';
import type { Grantpath } from '../queries/port.ts';
import { createAccessListener, isAccessPath } from './access/access-listener.ts';
import { Deadline } from './deadline.ts';
import { type Log, publicError, statusOf } from './errors.ts';
import { createContext } from './execute.ts';
import { GRAPHIQL_POLICY, renderGraphiQLPage } from './graphiql.ts';
import { assertWithinLimits, DEFAULT_LIMITS, type Limits, parseDocument } from './limits.ts';
import { SCHEMA } from './schema.ts';

export interface ServerOptions {
  readonly grantpath: Grantpath;
  /** 127.0.0.1 if left out. */
  readonly host?: string | undefined;
  /** 0 for any free one. */
  readonly port: number;
  readonly log?: Log | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Where tools reach the server, where that is not where it listens: AuthZEN's metadata names it. */
  readonly publicUrl?: string | undefined;
}

export interface RunningServer {
  /** The origin, without a path. */
  readonly url: string;
  readonly port: number;
  /** Answers what has begun, for a while, and takes nothing new. The grantpath stays open. */
  close(): Promise<void>;
}

export const GRAPHQL_PATH = '/graphql';

/** How long answers that have begun may take once the server closes. */
const DRAIN_TIMEOUT_MS = 5000;
const SWEEP_INTERVAL_MS = 25;

/** Bodies that are a query. Form posts are left out: other pages could send them. */
const BODY_TYPES = ['application/json', 'application/graphql+json', 'application/graphql'];

interface RequestContext {
  readonly deadline: Deadline;
}

/** Errors: PORT_IN_USE; CONFIG for an address that this machine does not have or may not use. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  // In a container it listens on all addresses and is published on loopback.
  const isReachedOnLoopback = isLoopback(host) || (options.publicUrl !== undefined && isLoopback(new URL(options.publicUrl).hostname));
  const server = createServer(createListener(options, limits, isReachedOnLoopback));
  await listen(server, host, options.port);
  const { port } = server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port, close: () => close(server) };
}

function createListener({ grantpath, log, publicUrl }: ServerOptions, limits: Limits, loopbackOnly: boolean) {
  // Counting the bytes of a stream costs a third of the requests per second; a length that is stated need not be counted.
  const answerStated = createGraphQLHandler({ grantpath, limits, log, countsBytes: false });
  const answerCounted = createGraphQLHandler({ grantpath, limits, log, countsBytes: true });
  const answerAccess = createAccessListener({ grantpath, limits, log, publicUrl });
  return (request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader('x-content-type-options', 'nosniff');
    const path = request.url?.split('?', 1)[0];
    const isStranger = loopbackOnly && !isLoopback(hostOf(request));
    const refusal = isStranger ? `a server on loopback answers to loopback names, got \`${hostOf(request)}\`` : null;
    if (isAccessPath(path)) return answerAccess(request, response, { path, refusal });
    if (refusal !== null) return refuse(response, 403, 'USAGE', refusal);
    if (path === '/healthz') return answerJson(response, 200, { status: 'ok' });
    if (path === '/readyz') return answerReadiness(response, grantpath);
    if (path === '/') return redirect(response);
    if (path !== GRAPHQL_PATH)
      return refuse(
        response,
        404,
        'USAGE',
        `paths are ${GRAPHQL_PATH}, /access/v1/evaluation, /healthz and /readyz, got \`${path ?? ''}\``,
      );
    if (request.method !== 'GET' && request.method !== 'POST') {
      response.setHeader('allow', 'GET, POST');
      return refuse(response, 405, 'USAGE', `a question is sent by GET or POST, got \`${request.method ?? ''}\``);
    }
    if (wantsPage(request)) return void answerPage(response, grantpath, log);
    const [type = ''] = (request.headers['content-type'] ?? '').split(';', 1);
    if (request.method === 'POST' && !BODY_TYPES.includes(type.trim().toLowerCase())) {
      return refuse(response, 415, 'USAGE', `a body is of type ${BODY_TYPES[0]}, got \`${type}\``);
    }
    const stated = request.headers['content-length'];
    if (stated !== undefined && Number(stated) > limits.bodyBytes) {
      return refuse(response, 413, 'LIMIT', `a body may have at most \`${limits.bodyBytes}\` bytes, got \`${stated}\``);
    }
    return stated === undefined ? answerCounted(request, response) : answerStated(request, response);
  };
}

interface HandlerOptions {
  readonly grantpath: Grantpath;
  readonly limits: Limits;
  readonly log: Log | undefined;
  readonly countsBytes: boolean;
}

function createGraphQLHandler({ grantpath, limits, log, countsBytes }: HandlerOptions) {
  const yoga = createYoga<RequestContext>({
    schema: SCHEMA,
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ deadline }) => createContext(grantpath, deadline),
    plugins: [useLimits(limits), useCodedErrors(log)],
    maxRequestBodySize: countsBytes && limits.bodyBytes,
    // One masking for all ways out, in `useCodedErrors`.
    maskedErrors: false,
    batching: false,
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  });
  return (request: IncomingMessage, response: ServerResponse): void => {
    const deadline = new Deadline(limits.timeoutMs);
    response.once('close', () => (response.writableFinished ? deadline.end() : deadline.abort()));
    void yoga(request, response, { deadline });
  };
}

function useLimits(limits: Limits): Plugin<RequestContext> {
  return {
    onParse({ setParseFn }) {
      setParseFn((source) => parseDocument(source, limits));
    },
    onExecute({ args: { schema, document, operationName, variableValues }, setExecuteFn, setResultAndStopExecution }) {
      // The executor of `executeOperation`: one behaviour for both ways in.
      setExecuteFn(execute);
      try {
        assertWithinLimits({ schema, document, operationName, variables: variableValues, limits });
      } catch (error) {
        setResultAndStopExecution({ errors: [error as GraphQLError] });
      }
    },
  };
}

/** Every error that leaves has a code, a remedy and no internals. */
function useCodedErrors(log: Log | undefined): Plugin<RequestContext> {
  return {
    onResultProcess({ result, setResult, serverContext }) {
      if (Array.isArray(result) || !('errors' in result) || result.errors === undefined) return;
      // The HTTP layer drops errors of aborting; what aborts here is the deadline.
      const raised = result.errors.length > 0 ? result.errors : [(serverContext as unknown as RequestContext).deadline.signal.reason];
      const errors = raised.map((error: unknown) => {
        const shown = publicError(error, log);
        if (!('data' in result)) shown.extensions['http'] = httpOf(error, shown);
        return shown;
      });
      setResult({ ...result, errors });
    },
  };
}

/**
 * Without data the request itself failed. The strict media type gives that a status of its own; what was no GraphQL request at
 * all has one in either type.
 */
function httpOf(error: unknown, shown: GraphQLError): { status: number; spec: boolean } {
  const { code, http } = (error as Partial<GraphQLError>).extensions ?? {};
  const { status } = (http ?? {}) as { status?: number };
  return { status: status ?? statusOf(shown), spec: code !== 'BAD_REQUEST' && status !== 413 };
}

function wantsPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true;
}

async function answerPage(response: ServerResponse, grantpath: Grantpath, log: Log | undefined): Promise<void> {
  try {
    const page = await renderGraphiQLPage(grantpath);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': GRAPHIQL_POLICY });
    response.end(page);
  } catch (error) {
    const { message } = publicError(error, log);
    refuse(response, 500, 'INTERNAL', message);
  }
}

function answerReadiness(response: ServerResponse, grantpath: Grantpath): void {
  if (grantpath.ready()) return answerJson(response, 200, { status: 'ready' });
  refuse(response, 503, 'STORE_EMPTY', 'no complete snapshot is compiled yet');
}

function redirect(response: ServerResponse): void {
  response.writeHead(307, { location: GRAPHQL_PATH }).end();
}

function refuse(response: ServerResponse, status: number, code: ErrorCode, message: string): void {
  answerJson(response, status, { errors: [{ message, extensions: { code, remedy: ERROR_CODES[code].remedy } }] });
}

function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

function hostOf({ headers }: IncomingMessage): string {
  return (headers.host ?? '').replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const place = `\`${host}:${port}\``;
      if (error.code === 'EADDRINUSE')
        reject(new CodedError('PORT_IN_USE', `the port must be free, but ${place} is taken`, { host, port }, error));
      else reject(new CodedError('CONFIG', `host and port must be usable on this machine, got ${place}`, { host, port }, error));
    });
    server.listen(port, host, resolve);
  });
}

function close(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    const impatience = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT_MS);
    // A connection that answers now is idle later, and would be kept for the next request.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_INTERVAL_MS);
    server.close(() => {
      clearTimeout(impatience);
      clearInterval(sweep);
      resolve();
    });
  });
}
