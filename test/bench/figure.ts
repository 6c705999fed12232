/**
 * A figure of the bench, how it is measured, and how it is shown.
 *
 * Machines are noisy, so a bound is a ratio to a reference measured in the same command: the rounds of the two are interleaved
 * and the best of each counts. Where there is no reference there is a value and nothing is said about bounds.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reference: number | null;
  /** `value / reference`. */
  readonly ratio: number | null;
  /** Of the ratio; of the value where the figure has no reference by its nature. */
  readonly bound: number | null;
  /** null where there is nothing to hold the bound against. */
  readonly within: boolean | null;
}

/** What a figure must hold to. `of` tells whether the ratio or the value itself is bound. */
export interface Bound {
  readonly of: 'ratio' | 'value';
  readonly side: 'at most' | 'at least';
  readonly limit: number;
}

export interface FigureInput {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly reference: number | null;
  /** null where a figure is shown for what it is. */
  readonly bound: Bound | null;
}

export function figureOf({ name, unit, value, reference, bound }: FigureInput): Figure {
  const ratio = reference === null ? null : value / reference;
  const bounded = bound?.of === 'value' ? value : ratio;
  const holds = bound === null || bounded === null ? null : bound.side === 'at most' ? bounded <= bound.limit : bounded >= bound.limit;
  return { name, value, unit, reference, ratio, bound: bound?.limit ?? null, within: holds };
}

export const atMost = (limit: number): Bound => ({ of: 'ratio', side: 'at most', limit });
export const atLeast = (limit: number): Bound => ({ of: 'ratio', side: 'at least', limit });
export const valueAtMost = (limit: number): Bound => ({ of: 'value', side: 'at most', limit });

/** One round gives one number; of times the least is the best, of rates the greatest. */
export type Round = () => number | Promise<number>;

export interface Duel {
  readonly own: Round;
  readonly reference: Round | null;
  readonly best: 'least' | 'greatest';
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/**
 * Runs the duels round by round, the reference of each right before its own, and gives the best of each. No round pays for the
 * garbage of the one before.
 */
export async function fight<Name extends string>(
  duels: Readonly<Record<Name, Duel>>,
  rounds: number,
): Promise<Record<Name, { own: number; reference: number | null }>> {
  const names = Object.keys(duels) as Name[];
  const best = Object.fromEntries(names.map((name) => [name, { own: Number.NaN, reference: null as number | null }])) as Record<
    Name,
    { own: number; reference: number | null }
  >;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const { own, reference, best: which } = duels[name];
      const better = (a: number, b: number) => (Number.isNaN(a) ? b : which === 'least' ? Math.min(a, b) : Math.max(a, b));
      if (reference !== null) {
        collectGarbage();
        best[name].reference = better(best[name].reference ?? Number.NaN, await reference());
      }
      collectGarbage();
      best[name].own = better(best[name].own, await own());
    }
  }
  return best;
}

/** Milliseconds that the work took. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The figures as a table for people. A rate is bound from below, all else from above. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [
    ['figure', 'value', 'unit', 'reference', 'ratio', 'bound', 'within'],
    ...figures.map(({ name, value, unit, reference, ratio, bound, within }) => [
      name,
      readable(value),
      unit,
      reference === null ? '-' : readable(reference),
      ratio === null ? '-' : ratio.toFixed(2),
      bound === null ? '-' : `${unit.endsWith('/s') ? '>=' : '<='} ${bound}`,
      within === null ? (bound === null ? '-' : 'no reference') : within ? 'yes' : 'NO',
    ]),
  ];
  return aligned(rows, [0, 2]);
}

/** Cells in columns; those of the columns that are named begin at the left. */
export function aligned(rows: readonly (readonly string[])[], left: readonly number[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const cellOf = (cell: string, column: number) => (left.includes(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!));
  return rows.map((row) => row.map(cellOf).join('  ').trimEnd()).join('\n');
}

export function readable(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(4)));
}
