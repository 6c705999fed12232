/**
 * The door to cli-table3: rows for people, without frames, wrapped to the terminal.
 */
import Table from 'cli-table3';
import { plain } from './plain.ts';

export interface TableSpec {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Of the terminal; left out: lines are as long as they are. */
  readonly columns?: number | undefined;
}

const NO_FRAME = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};
const GAP_WIDTH = 2;
const CELL_WIDTH_MIN = 12;

/** Ends with a line end; '' for a table without rows. */
export function renderTable({ head, rows, columns }: TableSpec): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => row.map((cell) => plain(String(cell))));
  const widths = columns === undefined ? null : fitWidths([head, ...cells], columns);
  const table = new Table({
    head: [...head],
    chars: NO_FRAME,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    ...(widths === null ? {} : { colWidths: widths, wordWrap: true, wrapOnWordBoundary: true }),
  });
  table.push(...cells);
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** The widest column gives way until all fit. */
function fitWidths(rows: readonly (readonly string[])[], columns: number): number[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const room = columns - GAP_WIDTH * (widths.length - 1);
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] as number) <= CELL_WIDTH_MIN) break;
    widths[widest] = (widths[widest] as number) - 1;
  }
  return widths;
}
