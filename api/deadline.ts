/**
 * The time limit of one request, as an AbortSignal that also works while the event loop is busy.
 *
 * Engine work is synchronous: a timer cannot fire while it runs. So `aborted` looks at the clock itself, and whoever polls the
 * signal between slices of work is stopped in time.
 */
import { CodedError } from '../graph/errors.ts';

const readAborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'aborted')?.get as () => boolean;

export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #endsAt: number;
  readonly #timeoutMs: number;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#endsAt = performance.now() + timeoutMs;
    this.#timer = setTimeout(() => this.#expire(), timeoutMs);
    const { signal } = this.#controller;
    Object.defineProperty(signal, 'aborted', { get: () => this.#look() });
    // The native method reads a slot of its own, which a clock does not set.
    Object.defineProperty(signal, 'throwIfAborted', {
      value: () => {
        if (this.#look()) throw signal.reason;
      },
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops the work at once: the caller has gone. */
  abort(): void {
    this.end();
    this.#controller.abort(new CodedError('TIMEOUT', 'the caller closed the connection before the answer was complete'));
  }

  /** The request is over; nothing is stopped any more. */
  end(): void {
    clearTimeout(this.#timer);
  }

  #look(): boolean {
    if (performance.now() >= this.#endsAt) this.#expire();
    return readAborted.call(this.#controller.signal);
  }

  #expire(): void {
    if (readAborted.call(this.#controller.signal)) return;
    this.#controller.abort(
      new CodedError('TIMEOUT', `a request must be answered within ${this.#timeoutMs} ms`, { timeoutMs: this.#timeoutMs }),
    );
  }
}

/** By signal: what fails when it fires. One for all that waits on a signal: a request may wait for thousands of things at once. */
const stops = new WeakMap<AbortSignal, Promise<never>>();

/**
 * Begins the work unless the signal has fired, and gives up waiting when it fires, also on work that does not listen to it.
 * Errors: the reason of the signal, those of the work.
 */
export async function within<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const begun = work();
  // Work that is left behind may still fail: nobody waits for it any more.
  begun.catch(() => {});
  // It may have computed for long before it gave a promise.
  signal.throwIfAborted();
  return Promise.race([begun, stopOf(signal)]);
}

function stopOf(signal: AbortSignal): Promise<never> {
  const known = stops.get(signal);
  if (known !== undefined) return known;
  const stop = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  // Fires also while nobody waits.
  stop.catch(() => {});
  stops.set(signal, stop);
  return stop;
}
