/**
 * Facts as a connector hands them over: some thousand at once, as many as a few pages have. Making them is no part of a commit,
 * so it is timed; ten million at hand would make the collector of garbage the thing that is measured.
 */
import type { StatedFact } from '../../graph/fact.ts';

const RECORDS_AT_ONCE = 10_000;

export class Records {
  /** Milliseconds that making the records took so far. */
  madeMs = 0;
  readonly #facts: Iterator<StatedFact>;

  constructor(facts: Iterable<StatedFact>) {
    this.#facts = facts[Symbol.iterator]();
  }

  *all(): IterableIterator<StatedFact> {
    for (;;) {
      const batch = this.#make();
      if (batch.length === 0) return;
      yield* batch;
    }
  }

  #make(): StatedFact[] {
    const start = performance.now();
    const batch: StatedFact[] = [];
    while (batch.length < RECORDS_AT_ONCE) {
      const next = this.#facts.next();
      if (next.done) break;
      batch.push(next.value);
    }
    this.madeMs += performance.now() - start;
    return batch;
  }
}
