/**
 * The data of a GraphQL answer as tables: each root field one, a connection by its entries, nested fields as columns `node.ref`.
 */
import type { Io } from './command.ts';
import { printLine, printTable } from './print.ts';

type Data = Readonly<Record<string, unknown>>;

export function printResult(io: Io, data: Data): void {
  for (const [field, value] of Object.entries(data)) printField(io, field, value);
}

function printField(io: Io, field: string, value: unknown): void {
  const rows = rowsOf(value);
  if (rows === null) return printLine(io, `${field}: ${cell(value)}`);
  const flat = rows.map((row) => flatten(row));
  const head = [...new Set(flat.flatMap((row) => Object.keys(row)))];
  if (flat.length === 0) printLine(io, `\n${field}: none`.trimStart());
  printTable(
    io,
    field,
    head,
    flat.map((row) => head.map((column) => row[column] ?? '')),
  );
  // What a connection says beside its entries: counts, where to go on, gaps.
  if (!isConnection(value)) return;
  const { edges: _, ...rest } = value;
  for (const [name, more] of Object.entries(rest)) printField(io, `${field}.${name}`, more);
}

/** The rows that a value is; null for a single word. */
function rowsOf(value: unknown): readonly Data[] | null {
  if (isConnection(value)) return value.edges;
  if (Array.isArray(value)) return value.map((entry) => (isData(entry) ? entry : { value: entry }));
  return isData(value) ? [value] : null;
}

function flatten(data: Data, prefix = ''): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(data)) {
    const column = `${prefix}${name}`;
    if (isData(value) && !isConnection(value)) Object.assign(flat, flatten(value, `${column}.`));
    else flat[column] = cell(value);
  }
  return flat;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isConnection(value: unknown): value is Data & { readonly edges: readonly Data[] } {
  return isData(value) && Array.isArray(value['edges']);
}
