/**
 * AuthZEN 1.0 over HTTP: evaluation, evaluations, the three searches and the metadata. For tools that ask before they act.
 *
 * INVARIANT: a denied question is a 200 with `decision: false`. An error is about the request (400), about who asks (403) or
 * about us (500), and its body is one line: `error CODE: what must hold, what arrived; what to do`.
 * INVARIANT: what is no JSON by its content type is refused, so that no page of another origin can ask without a preflight,
 * which nothing answers. `X-Request-ID` comes back as it was sent, whatever the answer is.
 * Absent on purpose: 401, and TLS. Whoever reaches the port may ask; both belong to what stands before it. Signed metadata, and a
 * check that member names are unique: of two the last counts, as everywhere in JSON.parse.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError, ERROR_CODES, type ErrorCode } from '../../graph/errors.ts';
import type { Grantpath } from '../../queries/port.ts';
import { Deadline, within } from '../deadline.ts';
import { type Log, publicError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { type Asked, evaluate, evaluateAll } from './evaluation.ts';
import { isObject, type JsonObject, wrong } from './request.ts';
import { searchActions, searchResources, searchSubjects } from './search.ts';

export interface AccessOptions {
  readonly grantpath: Grantpath;
  readonly limits: Pick<Limits, 'bodyBytes' | 'timeoutMs'>;
  readonly log: Log | undefined;
  /** Where tools reach this server, without a path of ours: what stands before it, if anything does. Else as each asked for it. */
  readonly publicUrl: string | undefined;
}

type Endpoint = (asked: Asked, request: JsonObject) => Promise<object>;

/** By path: what answers, and the parameter of the metadata that tells where. */
const ENDPOINTS: Readonly<Record<string, { readonly answer: Endpoint; readonly parameter: string }>> = {
  '/access/v1/evaluation': { answer: evaluate, parameter: 'access_evaluation_endpoint' },
  '/access/v1/evaluations': { answer: evaluateAll, parameter: 'access_evaluations_endpoint' },
  '/access/v1/search/subject': { answer: searchSubjects, parameter: 'search_subject_endpoint' },
  '/access/v1/search/resource': { answer: searchResources, parameter: 'search_resource_endpoint' },
  '/access/v1/search/action': { answer: searchActions, parameter: 'search_action_endpoint' },
};

const METADATA_PATH = '/.well-known/authzen-configuration';
const BODY_TYPE = 'application/json';

export function isAccessPath(path: string | undefined): path is string {
  return path !== undefined && (path === METADATA_PATH || Object.hasOwn(ENDPOINTS, path));
}

/** `refusal` is why this caller may not ask, null if he may. */
export type AccessListener = (
  request: IncomingMessage,
  response: ServerResponse,
  asked: { readonly path: string; readonly refusal: string | null },
) => void;

export function createAccessListener(options: AccessOptions): AccessListener {
  return (request, response, { path, refusal }) => {
    const id = request.headers['x-request-id'];
    if (id !== undefined) response.setHeader('x-request-id', id);
    if (refusal !== null) return refuse(response, 403, 'USAGE', refusal);
    const endpoint = ENDPOINTS[path];
    const method = endpoint === undefined ? 'GET' : 'POST';
    if (request.method !== method) {
      response.setHeader('allow', method);
      return refuse(response, 405, 'USAGE', `\`${path}\` is asked by ${method}, got \`${request.method ?? ''}\``);
    }
    if (endpoint === undefined) return answerJson(response, metadataOf(options.publicUrl ?? `http://${request.headers.host ?? ''}`));
    void answer(request, response, { ...options, endpoint: endpoint.answer });
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { endpoint, grantpath, limits, log }: AccessOptions & { readonly endpoint: Endpoint },
): Promise<void> {
  const deadline = new Deadline(limits.timeoutMs);
  response.once('close', () => (response.writableFinished ? deadline.end() : deadline.abort()));
  const { signal } = deadline;
  try {
    requireJson(request);
    const body = parseBody(await within(signal, () => readBody(request, limits.bodyBytes)));
    answerJson(response, await within(signal, () => endpoint({ grantpath, signal }, body)));
  } catch (error) {
    const { message, extensions } = publicError(error, log);
    const code = extensions['code'] as ErrorCode;
    // What has not been read of the body would be taken for the next request.
    if (!request.complete) response.setHeader('connection', 'close');
    refuse(response, ERROR_CODES[code].http < 500 ? 400 : 500, code, message);
  }
}

function requireJson({ headers }: IncomingMessage): void {
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  if (type.trim().toLowerCase() !== BODY_TYPE)
    throw new CodedError('USAGE', `a body is of type ${BODY_TYPE}, got \`${type.slice(0, 80)}\``);
}

/** Errors: LIMIT, as soon as it is known; TIMEOUT where the caller goes. */
function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = Number(request.headers['content-length'] ?? 0) > bytesMax ? Number.POSITIVE_INFINITY : 0;
    const fail = () => reject(new CodedError('LIMIT', `a body has at most \`${bytesMax}\` bytes, got more`, { max: bytesMax }));
    if (size > bytesMax) return fail();
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bytesMax) chunks.push(chunk);
      else {
        chunks.length = 0;
        fail();
      }
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', (error) => reject(new CodedError('TIMEOUT', 'the caller closed the connection within the question', {}, error)));
  });
}

/** Errors: USAGE. */
function parseBody(bytes: Buffer): JsonObject {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new CodedError(
      'USAGE',
      bytes.length === 0 ? 'a body is a JSON object, got nothing' : 'a body is JSON in UTF-8, got something else',
    );
  }
  if (!isObject(body)) throw wrong('a body is a JSON object', body);
  return body;
}

function metadataOf(publicUrl: string): Readonly<Record<string, string>> {
  const base = publicUrl.replace(/\/+$/, '');
  const places = Object.entries(ENDPOINTS).map(([path, { parameter }]) => [parameter, `${base}${path}`] as const);
  return { policy_decision_point: publicUrl, ...Object.fromEntries(places) };
}

function answerJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': BODY_TYPE }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, code: ErrorCode, message: string): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
    .end(`error ${code}: ${message}; ${ERROR_CODES[code].remedy}\n`);
}
