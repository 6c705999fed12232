/**
 * The credentials of an upstream, each with an hourly budget of its own: which of them makes the next call, and which are out.
 *
 * A call goes to the credential with the most budget left, so that all are used up alike. One that the upstream asks to wait
 * waits alone. One that the upstream refuses altogether is set aside, and the others go on; the last one never is: what becomes
 * of a run without a credential is for the run to say.
 * INVARIANT: a credential is told by its position and kind; nothing here knows a secret.
 */
import { CodedError } from '../graph/errors.ts';
import type { Authorizer } from './auth.ts';
import { Budget, type BudgetOptions } from './budget.ts';
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
  readonly calls: number;
  readonly budgetLeft: number;
  /** Did the upstream refuse it, so that the others went on without it? */
  readonly setAside: boolean;
}

export interface SetAside {
  readonly position: number;
  readonly kind: string;
  readonly why: string;
}

export interface CredentialPoolOptions {
  readonly credentials: readonly CredentialSpec[];
  /** Of each credential. */
  readonly budget: BudgetOptions;
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
  readonly budget: Budget;
  calls = 0;
  isSetAside = false;
  /** Answers 429 since the last other one. */
  throttledInARow = 0;
  /** The upstream asked it to be quiet until then. */
  #quietUntil = 0;

  constructor({ position, kind, authorizer }: CredentialSpec, budget: Budget) {
    this.position = position;
    this.kind = kind;
    this.authorizer = authorizer;
    this.budget = budget;
  }

  get readyAt(): number {
    return Math.max(this.#quietUntil, this.budget.freeAt);
  }

  quietFor(durationMs: number, now: number): void {
    this.#quietUntil = Math.max(this.#quietUntil, now + Math.min(durationMs, QUIET_MAX_MS));
  }
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
    const { credentials, budget, clock } = options;
    this.#all = credentials.map((spec) => new PooledCredential(spec, new Budget(budget.callsPerHour, clock, budget.windowMs)));
  }

  /** Those that are not set aside; never empty. */
  get live(): readonly PooledCredential[] {
    return this.#all.filter(({ isSetAside }) => !isSetAside);
  }

  get waitedMs(): number {
    return this.#waitedMs;
  }

  get budgetLeft(): number {
    return this.live.reduce((sum, { budget }) => sum + budget.left, 0);
  }

  /** Of all that are not set aside together. */
  get budget(): BudgetOptions {
    const { callsPerHour, whenSpent } = this.#options.budget;
    return { callsPerHour: this.live.length * callsPerHour, whenSpent };
  }

  get spending(): readonly CredentialSpending[] {
    return this.#all.map(({ position, kind, calls, budget, isSetAside }) => ({
      position,
      kind,
      calls,
      budgetLeft: budget.left,
      setAside: isSetAside,
    }));
  }

  /** Counts calls of an interrupted run. Which credential made which is not kept: they were used alike, so each made its share. */
  seed(instants: Iterable<number>): void {
    const seeded = [...instants];
    for (const [index, { budget }] of this.#all.entries()) budget.seed(seeded.filter((_, call) => call % this.#all.length === index));
  }

  /**
   * Takes a call out of the budget of one of the given credentials, waiting for it if need be; null where all of them are set aside.
   * Errors: BUDGET (only where the mode is `stop`); the reason of the signal.
   */
  async take(among: readonly PooledCredential[]): Promise<PooledCredential | null> {
    for (;;) {
      this.#options.signal?.throwIfAborted();
      const live = among.filter(({ isSetAside }) => !isSetAside);
      if (live.length === 0) return null;
      const now = this.#options.clock.now();
      const [first] = live.filter(({ readyAt }) => readyAt <= now).sort((a, b) => b.budget.left - a.budget.left || a.position - b.position);
      if (first !== undefined) {
        first.budget.spend();
        first.calls++;
        return first;
      }
      await this.#waitFor(live, now);
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

  async #waitFor(live: readonly PooledCredential[], now: number): Promise<void> {
    const { callsPerHour, whenSpent } = this.#options.budget;
    const funded = whenSpent === 'wait' ? live : live.filter(({ budget }) => budget.left > 0);
    if (funded.length === 0) {
      const whose = live.length === 1 ? '' : ` of each of ${live.length} credentials`;
      throw new CodedError('BUDGET', `the hourly budget of ${callsPerHour} calls${whose} is used up`, { callsPerHour });
    }
    const waitMs = Math.max(1, Math.min(...funded.map(({ readyAt }) => readyAt)) - now);
    if (whenSpent === 'stop' && waitMs > PATIENCE_MS)
      throw new CodedError('BUDGET', `the upstream asks to wait ${Math.round(waitMs / 1000)} s before the next call`, { waitMs });
    await this.sleep(waitMs);
  }
}
