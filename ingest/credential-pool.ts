/**
 * The credentials of an upstream, each with a budget of its own in each bucket: which of them makes the next call, and
 * which are out.
 *
 * A call goes to the credential with the most budget left in its bucket, so that all are used up alike. One that the upstream
 * asks to wait waits alone, and in that bucket. One that the upstream refuses altogether is set aside, and the others go on; the
 * last one never is: what becomes of a run without a credential is for the run to say.
 * INVARIANT: a credential is told by its position and kind; nothing here knows a secret.
 */
import { CodedError, invariant } from '../graph/errors.ts';
import type { Authorizer } from './auth.ts';
import { type BucketLimit, type BucketSpending, Budget, type BudgetOptions, HOUR_MS } from './budget.ts';
import type { Clock } from './clock.ts';

export interface CredentialSpec {
  /** As the user numbers them, from 1. */
  readonly position: number;
  /** For people, e.g. `API token`. */
  readonly kind: string;
  /** null: calls go without a credential, or bring their own. */
  readonly authorizer: Authorizer | null;
}

/** What a credential spent, for people. */
export interface CredentialSpending {
  readonly position: number;
  readonly kind: string;
  /** In all buckets. */
  readonly calls: number;
  /** In the first bucket, which most calls are counted in. */
  readonly budgetLeft: number;
  /** Did the upstream refuse it, so that the others went on without it? */
  readonly setAside: boolean;
}

/** A call that an earlier run made: when, and in which bucket it was counted (the first if left out). */
export interface EarlierCall {
  readonly at: number;
  readonly bucket?: string;
}

export interface SetAside {
  readonly position: number;
  readonly kind: string;
  readonly why: string;
}

export interface CredentialPoolOptions {
  readonly credentials: readonly CredentialSpec[];
  readonly whenSpent: BudgetOptions['whenSpent'];
  /** The first is that of calls which name none. */
  readonly buckets: readonly BucketLimit[];
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onSetAside?: ((told: SetAside) => void) | undefined;
}

/** The longest wait on the upstream's wish that a run bears whose budget mode is `stop`. */
const PATIENCE_MS = 120_000;

/** The longest wait on the upstream's wish at all: its limits are counted by the hour, and timers of Node overflow beyond 24 days. */
const QUIET_MAX_MS = 3_600_000;

export class PooledCredential {
  readonly position: number;
  readonly kind: string;
  readonly authorizer: Authorizer | null;
  readonly #shares: ReadonlyMap<string, Share>;
  isSetAside = false;
  /** Answers 429 since the last other one. */
  throttledInARow = 0;

  constructor({ position, kind, authorizer }: CredentialSpec, buckets: readonly BucketLimit[], clock: Clock) {
    this.position = position;
    this.kind = kind;
    this.authorizer = authorizer;
    this.#shares = new Map(buckets.map((limit) => [limit.bucket, { budget: new Budget(limit, clock), calls: 0, quietUntil: 0 }]));
  }

  get calls(): number {
    return this.#shares.values().reduce((sum, { calls }) => sum + calls, 0);
  }

  callsIn(bucket: string): number {
    return this.#shareOf(bucket).calls;
  }

  budgetIn(bucket: string): Budget {
    return this.#shareOf(bucket).budget;
  }

  readyAt(bucket: string): number {
    const { budget, quietUntil } = this.#shareOf(bucket);
    return Math.max(quietUntil, budget.freeAt);
  }

  spend(bucket: string): void {
    const share = this.#shareOf(bucket);
    share.budget.spend();
    share.calls++;
  }

  /** In one bucket, or in all. */
  quietFor(durationMs: number, now: number, bucket?: string): void {
    const until = now + Math.min(durationMs, QUIET_MAX_MS);
    for (const share of bucket === undefined ? this.#shares.values() : [this.#shareOf(bucket)])
      share.quietUntil = Math.max(share.quietUntil, until);
  }

  #shareOf(bucket: string): Share {
    const share = this.#shares.get(bucket);
    invariant(share !== undefined, 'a call is counted in a bucket of the client');
    return share;
  }
}

/** What a credential has of a bucket. */
interface Share {
  readonly budget: Budget;
  calls: number;
  /** The upstream asked it to be quiet until then. */
  quietUntil: number;
}

/** How people call it: `credential 2 (API token)`. */
export function credentialText({ position, kind }: Pick<CredentialSpec, 'position' | 'kind'>): string {
  return `credential ${position} (${kind})`;
}

export class CredentialPool {
  readonly #options: CredentialPoolOptions;
  readonly #all: readonly PooledCredential[];
  #waitedMs = 0;

  constructor(options: CredentialPoolOptions) {
    this.#options = options;
    const { credentials, buckets, clock } = options;
    this.#all = credentials.map((spec) => new PooledCredential(spec, buckets, clock));
  }

  /** Those that are not set aside; never empty. */
  get live(): readonly PooledCredential[] {
    return this.#all.filter(({ isSetAside }) => !isSetAside);
  }

  get waitedMs(): number {
    return this.#waitedMs;
  }

  /** The bucket of calls that name none. */
  get firstBucket(): string {
    return this.#first.bucket;
  }

  get #first(): BucketLimit {
    const [first] = this.#options.buckets;
    invariant(first !== undefined, 'a client counts its calls in a bucket at least');
    return first;
  }

  /** Of all that are not set aside together, in the first bucket. */
  get budget(): BudgetOptions {
    const { limit, windowMs } = this.#first;
    return { callsPerHour: (this.live.length * limit * HOUR_MS) / windowMs, whenSpent: this.#options.whenSpent };
  }

  get buckets(): readonly BucketSpending[] {
    return this.#options.buckets.map(({ bucket, limit, windowMs }) => ({
      bucket,
      limit: limit * this.live.length,
      windowMs,
      calls: this.#all.reduce((sum, credential) => sum + credential.callsIn(bucket), 0),
      left: this.live.reduce((sum, credential) => sum + credential.budgetIn(bucket).left, 0),
    }));
  }

  get spending(): readonly CredentialSpending[] {
    return this.#all.map((credential) => ({
      position: credential.position,
      kind: credential.kind,
      calls: credential.calls,
      budgetLeft: credential.budgetIn(this.firstBucket).left,
      setAside: credential.isSetAside,
    }));
  }

  /**
   * Counts calls of earlier runs by bucket; those in buckets of other upstreams are passed over. Which credential made which is not
   * kept: they were used alike, so each made its share.
   */
  seed(calls: Iterable<EarlierCall>): void {
    const own = new Set(this.#options.buckets.map(({ bucket }) => bucket));
    for (const [bucket, made] of Map.groupBy(calls, (call) => call.bucket ?? this.firstBucket)) {
      if (!own.has(bucket)) continue;
      for (const [index, credential] of this.#all.entries())
        credential.budgetIn(bucket).seed(made.filter((_, call) => call % this.#all.length === index).map(({ at }) => at));
    }
  }

  /**
   * Takes a call out of the budget of one of the given credentials, waiting for it if need be; null where all of them are set aside.
   * Errors: BUDGET (only where the mode is `stop`); the reason of the signal.
   */
  async take(among: readonly PooledCredential[], bucket = this.firstBucket): Promise<PooledCredential | null> {
    for (;;) {
      this.#options.signal?.throwIfAborted();
      const live = among.filter(({ isSetAside }) => !isSetAside);
      if (live.length === 0) return null;
      const now = this.#options.clock.now();
      const leftOf = (credential: PooledCredential) => credential.budgetIn(bucket).left;
      const ready = live.filter((credential) => credential.readyAt(bucket) <= now);
      const [first] = ready.sort((a, b) => leftOf(b) - leftOf(a) || a.position - b.position);
      if (first !== undefined) {
        first.spend(bucket);
        return first;
      }
      await this.#waitFor(live, bucket, now);
    }
  }

  /** Holds every credential back: the upstream itself is in trouble. */
  quietAll(durationMs: number): void {
    for (const credential of this.#all) credential.quietFor(durationMs, this.#options.clock.now());
  }

  /** False where it is the last one, which stays. */
  setAside(credential: PooledCredential, why: string): boolean {
    if (credential.isSetAside) return true;
    if (this.live.length === 1) return false;
    credential.isSetAside = true;
    this.#options.onSetAside?.({ position: credential.position, kind: credential.kind, why });
    return true;
  }

  /** Sleeps; a stop signal ends the sleep with its reason. */
  async sleep(durationMs: number): Promise<void> {
    if (durationMs <= 0) return;
    this.#waitedMs += durationMs;
    await this.#options.clock.sleep(durationMs, this.#options.signal);
  }

  async #waitFor(live: readonly PooledCredential[], bucket: string, now: number): Promise<void> {
    const { whenSpent } = this.#options;
    const funded = whenSpent === 'wait' ? live : live.filter((credential) => credential.budgetIn(bucket).left > 0);
    if (funded.length === 0) {
      const limit = this.#options.buckets.find((each) => each.bucket === bucket)?.limit ?? 0;
      const whose = live.length === 1 ? '' : ` of each of ${live.length} credentials`;
      const which = bucket === this.firstBucket ? '' : ` for ${bucket}`;
      throw new CodedError('BUDGET', `the hourly budget of ${limit} calls${which}${whose} is used up`, { callsPerHour: limit, bucket });
    }
    const waitMs = Math.max(1, Math.min(...funded.map((credential) => credential.readyAt(bucket))) - now);
    if (whenSpent === 'stop' && waitMs > PATIENCE_MS)
      throw new CodedError('BUDGET', `the upstream asks to wait ${Math.round(waitMs / 1000)} s before the next call`, { waitMs, bucket });
    await this.sleep(waitMs);
  }
}
