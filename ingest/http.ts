/**
 * The one door to the network: GET of JSON and of text, and POST, against one origin, through `undici`.
 *
 * What may turn out differently is tried again (429, 5xx, HTML or torn bodies, cut connections, time-outs); every other status
 * is an answer and given back. Redirects are followed on the same origin only.
 * INVARIANT: credentials go to the configured origin only. No message or detail of an error holds a header, a body or a query.
 */
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from 'undici';
import { CodedError, invariant, isCodedError } from '../graph/errors.ts';
import { type BucketLimit, type BucketSpending, type BudgetOptions, DEFAULT_BUDGET, HOUR_MS } from './budget.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import {
  CredentialPool,
  type CredentialSpec,
  type CredentialSpending,
  type EarlierCall,
  type PooledCredential,
  type SetAside,
} from './credential-pool.ts';
import { type BaseAddress, isLoopback, relativeLink, withoutQuery } from './origin.ts';
import { parseJson, readBytes, readFile } from './read-body.ts';
import { backoffMs, isTransientStatus, RETRY_POLICY, type RetryPolicy, retryAfterMs } from './retry.ts';

export interface HttpLimits {
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
  /** Between two pieces of a body. */
  readonly bodyTimeoutMs: number;
  /** One attempt from start to end. */
  readonly totalTimeoutMs: number;
  readonly responseBytesMax: number;
  /** Of a text, which is one file. */
  readonly textBytesMax: number;
  /** Calls at the same time. */
  readonly concurrency: number;
}

export const HTTP_LIMITS: HttpLimits = {
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
  bodyTimeoutMs: 30_000,
  totalTimeoutMs: 90_000,
  responseBytesMax: 32 * 1024 * 1024,
  textBytesMax: 1024 * 1024,
  concurrency: 4,
};

const REDIRECTS_MAX = 3;

/** Statuses that point elsewhere; 304 is none of them. */
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface HttpOptions {
  readonly base: BaseAddress;
  /** Left out: calls go without one, or bring their own. */
  readonly credentials?: readonly CredentialSpec[];
  readonly limits?: Partial<HttpLimits>;
  readonly retry?: RetryPolicy;
  /** Of each credential. */
  readonly budget?: BudgetOptions;
  /** What calls are counted in, that of most calls first; when left out, one of all calls with what the budget gives. */
  readonly buckets?: readonly BucketLimit[];
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Ends what goes on with its reason. */
  readonly signal?: AbortSignal;
  /** Told of a credential that the upstream refuses while others go on. */
  readonly onSetAside?: (told: SetAside) => void;
  /** Names of headers, in lower case, that answers show; none when left out. */
  readonly shownHeaders?: readonly string[];
}

export interface HttpAnswer {
  readonly status: number;
  /** Parsed JSON; null where a refusal has no JSON body. Of a text that was asked for a `TextBody`. */
  readonly body: unknown;
  /** Those of the shown headers that came. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpCounters {
  readonly calls: number;
  readonly retries: number;
  /** Of all credentials that are not set aside, in the first bucket. */
  readonly budgetLeft: number;
  readonly buckets: readonly BucketSpending[];
  readonly waitedMs: number;
  readonly credentials: readonly CredentialSpending[];
}

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly takes?: 'text';
  readonly form?: string;
  readonly bucket?: string | undefined;
  /** Of a call that brings its own; undefined where there is none. */
  readonly authorization?: string | undefined;
}

/** An answer, and who asked. */
interface Answered {
  readonly answer: HttpAnswer;
  readonly credential: PooledCredential;
  /** What it asked with; undefined without an authorizer. */
  readonly authorization: string | undefined;
}

/** What an attempt came to: an answer, or why to try again. */
type Attempt = { answer: HttpAnswer } | { location: string } | { again: string; status: number; waitMs: number | null };

export class HttpClient {
  readonly base: BaseAddress;
  readonly #pool: CredentialPool;
  readonly #limits: HttpLimits;
  readonly #retry: RetryPolicy;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #signal: AbortSignal | undefined;
  readonly #shownHeaders: readonly string[];
  readonly #dispatcher: Dispatcher;
  readonly #waiting: (() => void)[] = [];
  #active = 0;
  #calls = 0;
  #retries = 0;
  #probePath: string | null = null;

  constructor(options: HttpOptions) {
    this.base = options.base;
    this.#limits = { ...HTTP_LIMITS, ...options.limits };
    this.#retry = options.retry ?? RETRY_POLICY;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#random = options.random ?? Math.random;
    this.#signal = options.signal;
    const { credentials = [NOBODY], budget = DEFAULT_BUDGET, onSetAside } = options;
    const { buckets = [{ bucket: 'all', limit: budget.callsPerHour, windowMs: HOUR_MS }] } = options;
    this.#pool = new CredentialPool({
      credentials,
      whenSpent: budget.whenSpent,
      buckets,
      clock: this.#clock,
      signal: this.#signal,
      onSetAside,
    });
    this.#shownHeaders = options.shownHeaders ?? [];
    const { connectTimeoutMs, headersTimeoutMs, bodyTimeoutMs } = this.#limits;
    const settings = { connect: { timeout: connectTimeoutMs }, headersTimeout: headersTimeoutMs, bodyTimeout: bodyTimeoutMs };
    // Loopback is never reached through a proxy, whatever the environment says.
    this.#dispatcher = isLoopback(new URL(options.base.origin).hostname) ? new Agent(settings) : new EnvHttpProxyAgent(settings);
  }

  get counters(): HttpCounters {
    const { waitedMs, buckets, spending } = this.#pool;
    return { calls: this.#calls, retries: this.#retries, budgetLeft: buckets[0]?.left ?? 0, buckets, waitedMs, credentials: spending };
  }

  /** What the budget of the first bucket gives in an hour, of all credentials that are not set aside, and what is done when it is spent. */
  get budget(): BudgetOptions {
    return this.#pool.budget;
  }

  /** Counts calls that were made before this client existed into the budget. */
  seedBudget(calls: Iterable<EarlierCall>): void {
    this.#pool.seed(calls);
  }

  /** Leaves a credential out of further calls; false where it is the last one, which stays. */
  setAside(position: number, why: string): boolean {
    const credential = this.#pool.live.find((each) => each.position === position);
    return credential === undefined || this.#pool.setAside(credential, why);
  }

  /** The path that every good credential may read: it tells one that is refused from an endpoint that refuses it. */
  probeWith(path: string): void {
    this.#probePath = path;
  }

  /**
   * Asks with any credential, or with the one at the given position alone, and counts it in the bucket, the first if left out. What
   * one may not read (401, 403) is asked of the others before it is an answer.
   * Errors: UPSTREAM_AUTH (the credential cannot be had), UPSTREAM_UNREACHABLE, UPSTREAM_FAILED, UPSTREAM_SHAPE (too large),
   * UPSTREAM_ORIGIN, BUDGET.
   */
  async get(path: string, { by, bucket }: { readonly by?: number | undefined; readonly bucket?: string } = {}): Promise<HttpAnswer> {
    return await this.#get(path, { method: 'GET', bucket }, by);
  }

  /** As `get`, of a file: the body of a success is a `TextBody`. One that is too large, or no UTF-8, is an answer and no error. */
  async getText(path: string, { bucket }: { readonly bucket?: string } = {}): Promise<HttpAnswer> {
    return await this.#get(path, { method: 'GET', takes: 'text', bucket });
  }

  async #get(path: string, ask: Asked, by?: number): Promise<HttpAnswer> {
    return await this.#limited(async () => {
      const asked = new Set<PooledCredential>();
      let refusal: HttpAnswer | null = null;
      for (;;) {
        const among = this.#pool.live.filter((each) => !asked.has(each) && (by === undefined || each.position === by));
        const answered = among.length === 0 ? null : await this.#askAs(path, ask, among);
        if (answered === null) {
          if (refusal !== null) return refusal;
          // Another call found it refused meanwhile: the rest are asked, if any may be.
          if (by !== undefined || among.length === 0)
            throw new CodedError('UPSTREAM_AUTH', 'the upstream refuses the credential', { status: 401 });
          continue;
        }
        const { answer, credential } = answered;
        if (answer.status !== 401 && answer.status !== 403) return answer;
        asked.add(credential);
        // That an endpoint is denied says more than that one kind of credential is not for it.
        if (refusal?.status !== 403) refusal = answer;
        if (answer.status === 401 && by === undefined) await this.#judge(credential, path);
      }
    });
  }

  /** Posts a form with a credential of its own: the token endpoint. Errors as of `get`. */
  async postForm(path: string, form: Readonly<Record<string, string>>, authorization: string): Promise<HttpAnswer> {
    const body = new URLSearchParams(form).toString();
    const answered = await this.#limited(() => this.#persist(path, { method: 'POST', form: body, authorization }, this.#pool.live));
    invariant(answered !== null, 'the last credential is never set aside');
    return answered.answer;
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

  /** A refused token is renewed once. null where all of these credentials were set aside meanwhile. */
  async #askAs(path: string, ask: Asked, among: readonly PooledCredential[]): Promise<Answered | null> {
    const first = await this.#persist(path, ask, among);
    if (first === null || first.answer.status !== 401 || first.authorization === undefined) return first;
    if (!(await first.credential.authorizer?.renew(first.authorization))) return first;
    return await this.#persist(path, ask, [first.credential]);
  }

  /** Sets a credential aside that is refused where every good one is admitted. */
  async #judge(credential: PooledCredential, path: string): Promise<void> {
    if (this.#pool.live.length === 1 || credential.isSetAside) return;
    const isProbe = this.#probePath === null || this.#probePath === path;
    const probed = isProbe ? 401 : (await this.#askAs(this.#probePath ?? path, { method: 'GET' }, [credential]))?.answer.status;
    if (probed === 401) this.#pool.setAside(credential, 'the upstream refuses it (401)');
  }

  /** Attempts until there is an answer. null where all of these credentials were set aside meanwhile. */
  async #persist(path: string, ask: Asked, among: readonly PooledCredential[]): Promise<Answered | null> {
    let current = path;
    let redirects = 0;
    for (let attempt = 1; ; ) {
      const credential = await this.#pool.take(among, ask.bucket);
      if (credential === null) return null;
      const authorization = ask.authorization ?? (await this.#authorizationOf(credential));
      if (authorization === null) continue;
      this.#calls++;
      const result = await this.#attempt(current, { ...ask, authorization });
      if (!('again' in result && result.status === 429)) credential.throttledInARow = 0;
      if ('answer' in result) return { answer: result.answer, credential, authorization };
      if ('location' in result) {
        if (++redirects > REDIRECTS_MAX || ask.method !== 'GET') throw shapeError('a redirect that leads to no answer', current);
        current = relativeLink(result.location, this.base, current);
        continue;
      }
      if (attempt >= this.#retry.attemptsMax) throw failedError(result, current, attempt);
      this.#retries++;
      await this.#pause(result, { credential, bucket: ask.bucket, attempt });
      attempt++;
    }
  }

  /** undefined without an authorizer; null where the credential cannot be had and others go on. Errors: why it cannot be had. */
  async #authorizationOf(credential: PooledCredential): Promise<string | undefined | null> {
    try {
      return await credential.authorizer?.authorization();
    } catch (error) {
      if (!isCodedError(error) || !this.#pool.setAside(credential, error.message)) throw error;
      return null;
    }
  }

  /** Waits as the server asked, or by backoff. A limit is of one credential and bucket, so the others need not wait for it. */
  async #pause(
    { status, waitMs }: { status: number; waitMs: number | null },
    { credential, bucket = this.#pool.firstBucket, attempt }: { credential: PooledCredential; bucket: string | undefined; attempt: number },
  ): Promise<void> {
    const backoff = (times: number) => backoffMs(times, this.#retry, this.#random());
    if (status === 429) credential.quietFor(waitMs ?? backoff(++credential.throttledInARow), this.#clock.now(), bucket);
    else if (waitMs !== null) this.#pool.quietAll(waitMs);
    else await this.#pool.sleep(backoff(attempt));
  }

  async #attempt(path: string, ask: Asked): Promise<Attempt> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), this.#limits.totalTimeoutMs);
    try {
      const response = await request(`${this.base.origin}${path}`, {
        method: ask.method,
        headers: {
          accept: ask.takes === 'text' ? '*/*' : 'application/json',
          'user-agent': 'grantpath',
          ...(ask.authorization === undefined ? {} : { authorization: ask.authorization }),
          ...(ask.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(ask.form === undefined ? {} : { body: ask.form }),
        dispatcher: this.#dispatcher,
        signal: this.#signal === undefined ? stop.signal : AbortSignal.any([stop.signal, this.#signal]),
      });
      return await this.#understand(response, path, ask);
    } catch (error) {
      if (isCodedError(error)) throw error;
      this.#signal?.throwIfAborted();
      return { again: reasonOf(error, stop.signal.aborted), status: 0, waitMs: null };
    } finally {
      clearTimeout(timer);
    }
  }

  async #understand({ statusCode: status, headers, body }: Dispatcher.ResponseData, path: string, { takes }: Asked): Promise<Attempt> {
    if (REDIRECT_STATUSES.has(status)) {
      await body.dump();
      const location = single(headers['location']);
      if (location === undefined) throw shapeError('a redirect without an address', path);
      return { location };
    }
    if (isTransientStatus(status)) {
      await body.dump();
      return { again: `status ${status}`, status, waitMs: waitOf(headers, this.#clock.now()) };
    }
    if (takes === 'text' && status === 200) {
      const file = await readFile(body, single(headers['content-type']) ?? '', this.#limits.textBytesMax);
      if (file === 'html') return { again: 'a body that is HTML', status, waitMs: null };
      if (file === 'json') throw shapeError('JSON', path, 'a file');
      return { answer: { status, body: file } };
    }
    const text = await this.#readText(body, path);
    const parsed = parseJson(text);
    // A refusal speaks by its status; a success without JSON is a proxy or an error page that says 200.
    if (parsed === undefined && status < 300 && status !== 204) return { again: 'a body that is not JSON', status, waitMs: null };
    const shown = this.#shownHeaders.flatMap((name) => {
      const value = single(headers[name]);
      return value === undefined ? [] : [[name, value] as const];
    });
    return { answer: { status, body: parsed ?? null, ...(shown.length === 0 ? {} : { headers: Object.fromEntries(shown) }) } };
  }

  async #readText(body: Dispatcher.ResponseData['body'], path: string): Promise<string> {
    const bytes = await readBytes(body, this.#limits.responseBytesMax);
    if (bytes === null) throw shapeError(`a body of more than ${this.#limits.responseBytesMax} bytes`, path);
    return bytes.toString('utf8');
  }
}

/** An answer that never came or cannot be read, from an upstream that is there and takes the credential: other calls may succeed. */
export function isFailedCall(error: unknown): error is CodedError {
  return (['UPSTREAM_FAILED', 'UPSTREAM_SHAPE', 'UPSTREAM_ORIGIN'] as const).some((code) => isCodedError(error, code));
}

/** Of a client whose calls bring their own credential, or none. */
const NOBODY: CredentialSpec = { position: 1, kind: 'none', authorizer: null };

function waitOf(headers: Dispatcher.ResponseData['headers'], now: number): number | null {
  return retryAfterMs({ retryAfter: single(headers['retry-after']), date: single(headers['date']) }, now);
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
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

function shapeError(what: string, path: string, wanted = 'a JSON answer'): CodedError {
  return new CodedError('UPSTREAM_SHAPE', `expected ${wanted}, got ${what} at \`${withoutQuery(path)}\``, { path: withoutQuery(path) });
}
