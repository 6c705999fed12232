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

/** Gives up waiting when the signal fires, also on work that does not listen to it. Errors: the reason of the signal. */
export async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
    // Work that is left behind may still fail: nobody waits for it any more.
    work.catch(() => {});
  }
}
