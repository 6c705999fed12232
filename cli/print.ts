/**
 * What several commands print: JSON, titled tables, what ends a page.
 */

import { printInstant } from '../queries/instant.ts';
import type { NamedGap, Page, SnapshotRef } from '../queries/port.ts';
import type { Io } from './command.ts';
import { plain } from './plain.ts';
import { renderTable } from './table.ts';

export function printJson({ stdout }: Io, value: unknown): void {
  stdout.write(`${JSON.stringify(value)}\n`);
}

export function printLine({ stdout }: Io, text = ''): void {
  stdout.write(`${plain(text)}\n`);
}

/** Title and table, with an empty line before them; nothing for a table without rows. */
export function printTable({ stdout }: Io, title: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const columns = stdout.isTTY === true ? stdout.columns : undefined;
  const table = renderTable({ head, rows, columns });
  if (table !== '') stdout.write(`${title === '' ? '' : `\n${title}\n`}${table}`);
}

export function printGaps(io: Io, gaps: readonly NamedGap[]): void {
  printTable(
    io,
    'What is not known',
    ['Why', 'What'],
    gaps.map(({ reason, text }) => [reason, text]),
  );
}

export function snapshotLine({ id, at }: SnapshotRef): string {
  return `snapshot ${id} of ${printInstant(at)}`;
}

/** How much of a list the page shows, how to go on, and whether the list could be longer. */
export async function printPageEnd(io: Io, page: Page<unknown>): Promise<void> {
  const { edges, hasNextPage, complete, snapshot } = page;
  const [totalCount, gaps] = await Promise.all([page.totalCount(), page.gaps()]);
  const of = totalCount === null ? '' : ` of ${totalCount}`;
  printLine(io);
  printLine(io, `${edges.length}${of} listed; ${snapshotLine(snapshot)}`);
  const last = edges.at(-1);
  if (hasNextPage && last !== undefined) printLine(io, `more: --after ${last.cursor}`);
  if (!complete) printLine(io, 'the list may be incomplete:');
  printGaps(io, gaps);
}

/** Connections as GraphQL has them. */
export async function pageJson<T>(
  page: Page<T>,
  nodeJson: (node: T) => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { edges, hasNextPage, complete, snapshot } = page;
  const shown = Promise.all(edges.map(async ({ cursor, node }) => ({ cursor, ...(await nodeJson(node)) })));
  const [entries, totalCount, gaps] = await Promise.all([shown, page.totalCount(), page.gaps()]);
  return {
    edges: entries,
    pageInfo: { hasNextPage, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount,
    complete,
    gaps,
    snapshot: snapshotJson(snapshot),
  };
}

export function snapshotJson({ id, at }: SnapshotRef): { id: string; at: string } {
  return { id, at: printInstant(at) };
}
