/**
 * Pieces of a change, each one statement of bounded size, for one transaction or for several.
 *
 * INVARIANT: a step may be run again after its transaction failed.
 */
import { invariant } from '../errors.ts';
import type { Changes } from './neo4j-changes.ts';
import type { UnitOfWork } from './neo4j-driver.ts';
import type { Parameters } from './neo4j-values.ts';

/** Rows of one step, if not said otherwise. Measured: from 5,000 on more gains nothing. */
export const STEP_ROWS = 10_000;

export interface Step {
  /** What it weighs in a transaction. */
  readonly rows: number;
  run(unit: UnitOfWork): Promise<void>;
}

/** What comes after it needs ids that what comes before it learns. */
export const BARRIER: Step = { rows: 0, run: async () => {} };

/** Makes the rows of a step while the server is at those of the step before. */
export async function runSteps(unit: UnitOfWork, steps: Iterable<Step>): Promise<void> {
  let before: Promise<void> = Promise.resolve();
  for (const step of steps) {
    if (step === BARRIER) await before;
    const running = step.run(unit);
    try {
      await before;
    } catch (error) {
      // The server refuses what comes after a failure; the failure is what is told.
      await running.catch(() => {});
      throw error;
    }
    before = running;
  }
  await before;
}

export interface StepContext {
  readonly tenant: string;
  readonly changes: Changes;
  readonly stepRows?: number;
}

/** The rows in parts, each for one step. */
export function* partsOf<T extends { readonly length: number; slice(start: number, end: number): T }>(
  { stepRows = STEP_ROWS }: StepContext,
  rows: T,
): Generator<T> {
  for (let start = 0; start < rows.length; start += stepRows) yield rows.slice(start, start + stepRows);
}

/**
 * A step for each part of the rows. The statement returns as many as it did, if it is to be checked. `rowOf` makes a row when its
 * step is run: it may need ids that a step before it learns.
 */
export function* stepsOfRows<T>(
  context: StepContext,
  cypher: string,
  rows: readonly T[],
  { isCounted = false, ...parameters }: Parameters & { readonly isCounted?: boolean } = {},
  rowOf: (row: T) => unknown = (row) => row,
): Generator<Step> {
  const { tenant, changes } = context;
  for (const part of partsOf(context, rows)) {
    yield {
      rows: part.length,
      async run(unit) {
        const { records } = await unit.run(cypher, { tenant, at: changes.at, rows: part.map(rowOf), ...parameters });
        const done = isCounted ? Number(records[0]?.get('done')) : part.length;
        invariant(done === part.length, `the store holds what its scopes say, found ${done} of ${part.length}`);
      },
    };
  }
}
