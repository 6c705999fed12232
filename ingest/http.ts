/**
 * The one door to the network: GET and POST of JSON against one origin, through `undici`.
 *
 * What may turn out differently is tried again (429, 5xx, HTML or torn bodies, cut connections, time-outs); every other status
 * is an answer and given back. Redirects are followed on the same origin only.
 * INVARIANT: credentials go to the configured origin only. No message or detail of an error holds a header, a body or a query.
 */
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { CodedError, isCodedError } from '../graph/errors.ts';
import type { Authorizer } from './auth.ts';
import { Budget, type BudgetOptions, DEFAULT_BUDGET } from './budget.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { type BaseAddress, isLoopback, relativeLink, withoutQuery } from './origin.ts';
import { backoffMs, isTransientStatus, RETRY_POLICY, type RetryPolicy, retryAfterMs } from './retry.ts';

export interface HttpLimits {
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
  /** Between two pieces of a body. */
  readonly bodyTimeoutMs: number;
  /** One attempt from start to end. */
  readonly totalTimeoutMs: number;
  readonly responseBytesMax: number;
  /** Calls at the same time. */
  readonly concurrency: number;
}

export const HTTP_LIMITS: HttpLimits = {
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
  bodyTimeoutMs: 30_000,
  totalTimeoutMs: 90_000,
  responseBytesMax: 32 * 1024 * 1024,
  concurrency: 4,
};

const REDIRECTS_MAX = 3;

/** Statuses that point elsewhere; 304 is none of them. */
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface HttpOptions {
  readonly base: BaseAddress;
  readonly authorizer?: Authorizer;
  readonly limits?: Partial<HttpLimits>;
  readonly retry?: RetryPolicy;
  readonly budget?: BudgetOptions;
  readonly clock?: Clock;
  readonly random?: () => number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Parsed JSON; null where a refusal has no JSON body. */
  readonly body: unknown;
}

export interface HttpCounters {
  readonly calls: number;
  readonly retries: number;
  readonly budgetLeft: number;
  readonly waitedMs: number;
}

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly form?: string;
  readonly authorization?: string;
}

/** What an attempt came to: an answer, or why to try again. */
type Attempt = { answer: HttpAnswer } | { location: string } | { again: string; status: number; waitMs: number | null };

export class HttpClient {
  readonly base: BaseAddress;
  readonly #authorizer: Authorizer | undefined;
  readonly #limits: HttpLimits;
  readonly #retry: RetryPolicy;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #budget: Budget;
  readonly #dispatcher: Dispatcher;
  readonly #waiting: (() => void)[] = [];
  #active = 0;
  #calls = 0;
  #retries = 0;
  #waitedMs = 0;
  /** The upstream asked everybody to be quiet until then. */
  #quietUntil = 0;

  constructor(options: HttpOptions) {
    this.base = options.base;
    this.#authorizer = options.authorizer;
    this.#limits = { ...HTTP_LIMITS, ...options.limits };
    this.#retry = options.retry ?? RETRY_POLICY;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#random = options.random ?? Math.random;
    this.#budget = new Budget(options.budget ?? DEFAULT_BUDGET, this.#clock);
    const { connectTimeoutMs, headersTimeoutMs, bodyTimeoutMs } = this.#limits;
    const settings = { connect: { timeout: connectTimeoutMs }, headersTimeout: headersTimeoutMs, bodyTimeout: bodyTimeoutMs };
    // Loopback is never reached through a proxy, whatever the environment says.
    this.#dispatcher = isLoopback(new URL(options.base.origin).hostname) ? new Agent(settings) : new EnvHttpProxyAgent(settings);
  }

  get counters(): HttpCounters {
    const waitedMs = this.#waitedMs + this.#budget.waitedMs;
    return { calls: this.#calls, retries: this.#retries, budgetLeft: this.#budget.left, waitedMs };
  }

  /** Counts calls that were made before this client existed into the budget. */
  seedBudget(instants: Iterable<number>): void {
    this.#budget.seed(instants);
  }

  /** Errors: UPSTREAM_AUTH (the credential cannot be had), UPSTREAM_UNREACHABLE, UPSTREAM_FAILED, UPSTREAM_SHAPE (too large), UPSTREAM_ORIGIN, BUDGET. */
  async get(path: string): Promise<HttpAnswer> {
    return await this.#limited(async () => {
      const authorization = await this.#authorizer?.authorization();
      const answer = await this.#persist(path, asked('GET', authorization));
      if (answer.status !== 401 || authorization === undefined || !(await this.#authorizer?.renew(authorization))) return answer;
      return await this.#persist(path, asked('GET', await this.#authorizer?.authorization()));
    });
  }

  /** Posts a form with a credential of its own: the token endpoint. Errors as of `get`. */
  async postForm(path: string, form: Readonly<Record<string, string>>, authorization: string): Promise<HttpAnswer> {
    return await this.#limited(() => this.#persist(path, { method: 'POST', form: new URLSearchParams(form).toString(), authorization }));
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #limited<T>(work: () => Promise<T>): Promise<T> {
    if (this.#active >= this.#limits.concurrency) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#active++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#active--;
      else next();
    }
  }

  /** Attempts until there is an answer. */
  async #persist(path: string, ask: Asked): Promise<HttpAnswer> {
    let current = path;
    let redirects = 0;
    for (let attempt = 1; ; ) {
      await this.#sleep(this.#quietUntil - this.#clock.now());
      await this.#budget.take();
      this.#calls++;
      const result = await this.#attempt(current, ask);
      if ('answer' in result) return result.answer;
      if ('location' in result) {
        if (++redirects > REDIRECTS_MAX || ask.method !== 'GET') throw shapeError('a redirect that leads to no answer', current);
        current = relativeLink(result.location, this.base, current);
        continue;
      }
      if (attempt >= this.#retry.attemptsMax) throw failedError(result, current, attempt);
      this.#retries++;
      await this.#pause(result.waitMs, backoffMs(attempt, this.#retry, this.#random()));
      attempt++;
    }
  }

  /** Waits as the server asked, or by backoff. A server that asks for more than the budget mode bears ends the run like a spent budget. */
  async #pause(askedMs: number | null, backoff: number): Promise<void> {
    if (askedMs === null) return await this.#sleep(backoff);
    if (this.#budget.options.whenSpent === 'stop' && askedMs > PATIENCE_MS) {
      throw new CodedError('BUDGET', `the upstream asks to wait ${Math.round(askedMs / 1000)} s before the next call`, { waitMs: askedMs });
    }
    const waitMs = Math.min(askedMs, WAIT_MAX_MS);
    this.#quietUntil = Math.max(this.#quietUntil, this.#clock.now() + waitMs);
    await this.#sleep(waitMs);
  }

  async #sleep(durationMs: number): Promise<void> {
    if (durationMs <= 0) return;
    this.#waitedMs += durationMs;
    await this.#clock.sleep(durationMs);
  }

  async #attempt(path: string, ask: Asked): Promise<Attempt> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), this.#limits.totalTimeoutMs);
    try {
      const response = await request(`${this.base.origin}${path}`, {
        method: ask.method,
        headers: {
          accept: 'application/json',
          'user-agent': 'grantpath',
          ...(ask.authorization === undefined ? {} : { authorization: ask.authorization }),
          ...(ask.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(ask.form === undefined ? {} : { body: ask.form }),
        dispatcher: this.#dispatcher,
        signal: stop.signal,
      });
      return await this.#understand(response, path);
    } catch (error) {
      if (isCodedError(error)) throw error;
      return { again: reasonOf(error, stop.signal.aborted), status: 0, waitMs: null };
    } finally {
      clearTimeout(timer);
    }
  }

  async #understand({ statusCode: status, headers, body }: Dispatcher.ResponseData, path: string): Promise<Attempt> {
    if (REDIRECT_STATUSES.has(status)) {
      await body.dump();
      const location = single(headers['location']);
      if (location === undefined) throw shapeError('a redirect without an address', path);
      return { location };
    }
    if (isTransientStatus(status)) {
      await body.dump();
      return { again: `status ${status}`, status, waitMs: retryAfterMs(single(headers['retry-after']), this.#clock.now()) };
    }
    const text = await this.#readText(body, path);
    const parsed = parseJson(text);
    // A refusal speaks by its status; a success without JSON is a proxy or an error page that says 200.
    if (parsed === undefined && status < 300 && status !== 204) return { again: 'a body that is not JSON', status, waitMs: null };
    return { answer: { status, body: parsed ?? null } };
  }

  async #readText(body: Dispatcher.ResponseData['body'], path: string): Promise<string> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of body as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > this.#limits.responseBytesMax) {
        body.destroy();
        throw shapeError(`a body of more than ${this.#limits.responseBytesMax} bytes`, path);
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  }
}

/** The longest wait on the upstream's wish that a run bears whose budget mode is `stop`. */
const PATIENCE_MS = 120_000;

/** The longest wait on the upstream's wish at all: its limits are counted by the hour, and timers of Node overflow beyond 24 days. */
const WAIT_MAX_MS = 3_600_000;

function asked(method: 'GET', authorization: string | undefined): Asked {
  return authorization === undefined ? { method } : { method, authorization };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error's code and no more: messages of others may hold addresses with queries. */
function reasonOf(error: unknown, timedOut: boolean): string {
  if (timedOut) return 'time-out';
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const cause = error instanceof Error && error.cause instanceof Error && 'code' in error.cause ? String(error.cause.code) : '';
  return code || cause || 'a cut connection';
}

const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|.*(CERT|TLS|SSL).*)$/;

function failedError({ again, status }: { again: string; status: number }, path: string, attempts: number): CodedError {
  const details = { path: withoutQuery(path), status, attempts };
  if (UNREACHABLE.test(again)) return new CodedError('UPSTREAM_UNREACHABLE', `the upstream cannot be reached: ${again}`, details);
  return new CodedError('UPSTREAM_FAILED', `\`${withoutQuery(path)}\` kept failing after ${attempts} attempts: ${again}`, details);
}

function shapeError(what: string, path: string): CodedError {
  return new CodedError('UPSTREAM_SHAPE', `expected a JSON answer, got ${what} at \`${withoutQuery(path)}\``, { path: withoutQuery(path) });
}
