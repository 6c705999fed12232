/**
 * What can go wrong with an upstream, as values: a fault says which calls it meets and what it does to them.
 */
import type { SampleWorkspace } from './workspace.ts';

export interface Fault {
  /** The calls that it meets, by percent-decoded path and query. */
  readonly at: RegExp;
  /** Calls that it lets pass first; none when left out. */
  readonly after?: number;
  /** Calls that it meets then; all when left out. */
  readonly times?: number;
  readonly does: FaultAction;
}

export type FaultAction =
  /** Another answer. A text goes out as HTML, anything else as JSON. */
  | { readonly answer: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  /** The connection ends before the answer, or in the middle of its body. */
  | { readonly cut: 'connection' | 'body' }
  /** The answer comes late. */
  | { readonly delayMs: number }
  /** Pages come twice, or the last one first. */
  | { readonly pages: 'repeated' | 'reordered' }
  /** The workspace becomes another one just before it answers. */
  | { readonly changes: (workspace: SampleWorkspace) => void }
  /** The body is changed on its way. */
  | { readonly rewrite: (body: unknown) => unknown };

/** Counts calls, so that `after` and `times` hold. */
export class FaultPlan {
  /** May be added to while the server runs. */
  readonly faults: Fault[];
  readonly #met = new Map<Fault, number>();

  constructor(faults: readonly Fault[] = []) {
    this.faults = [...faults];
  }

  /** What to do to this call, in the order of the faults. */
  meet(path: string): FaultAction[] {
    return this.faults.flatMap((fault) => {
      if (!fault.at.test(path)) return [];
      const met = this.#met.get(fault) ?? 0;
      this.#met.set(fault, met + 1);
      const after = fault.after ?? 0;
      return met >= after && met < after + (fault.times ?? Number.POSITIVE_INFINITY) ? [fault.does] : [];
    });
  }
}
