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

/**
 * Ends with a line end; '' for a table without rows.
 * INVARIANT: no word is ever cut: half a reference leads nowhere. Where the columns do not fit, each row is a block of lines.
 */
export function renderTable({ head, rows, columns }: TableSpec): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => row.map((cell) => plain(String(cell))));
  const widths = columns === undefined ? undefined : fitWidths([head, ...cells], columns);
  if (widths === null) return cells.map((row) => renderBlock(head, row)).join('\n');
  const table = new Table({
    head: [...head],
    chars: NO_FRAME,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    ...(widths === undefined ? {} : { colWidths: widths, wordWrap: true, wrapOnWordBoundary: true }),
  });
  table.push(...cells);
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** The widest column gives way, down to its longest word, until all fit; null where they cannot. */
function fitWidths(rows: readonly (readonly string[])[], columns: number): number[] | null {
  const measure = (width: (text: string) => number) =>
    (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => width(row[index] ?? ''))));
  const widths = measure((text) => text.length);
  const least = measure((text) => Math.max(...text.split(/\s/).map((word) => word.length)));
  const room = columns - GAP_WIDTH * (widths.length - 1);
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const yielding = widths.map((width, index) => (width > (least[index] ?? 0) ? width : 0));
    const widest = yielding.indexOf(Math.max(...yielding));
    if (yielding[widest] === 0) return null;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** One row as lines `HEAD  value`, without those that say nothing. */
function renderBlock(head: readonly string[], row: readonly string[]): string {
  const width = Math.max(...head.map((title) => title.length)) + GAP_WIDTH;
  return row.map((cell, index) => (cell === '' ? '' : `${(head[index] ?? '').padEnd(width)}${cell}\n`)).join('');
}
