/**
 * Rows of the SQLite store and the values they stand for: the statements that several reads share, and facts out of rows.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { decodeKeyPart, type EdgeFact, type GapFact, type NodeFact, type Props } from '../fact.ts';
import { type EdgeKind, edgeKindOfId } from '../model/edge-kinds.ts';
import type { GapReason, Hidden } from '../model/gaps.ts';
import { NODE_KINDS, type NodeKind, nodeKindOfId } from '../model/node-kinds.ts';
import { nodeContentOf } from './contents.ts';
import type { RunReport, SnapshotInfo } from './port.ts';
import { foldText } from './search-text.ts';
import { spokenFact } from './spoken.ts';

export type Value = string | number | null;
export type Row = Record<string, Value>;

/** Does the row `f` hold at `:at`? */
export const VALID = 'f.valid_from <= :at AND (f.valid_to IS NULL OR f.valid_to > :at)';

/** Rows of nodes as facts, whatever the instant. */
export const NODE_ROWS = `SELECT f.node, n.key, f.kind, f.ref, f.name, f.aliases, f.props, f.scope, f.opened_at, f.valid_from, f.valid_to,
  c.connector FROM node_fact f CROSS JOIN node n ON n.id = f.node CROSS JOIN scope c ON c.id = f.scope`;

/** Rows of gaps as facts, whatever the instant. */
export const GAP_ROWS = `SELECT f.reason, f.hides, a.key AS about, s.key AS subject, f.detail, f.scope, f.valid_from, f.valid_to
  FROM gap_fact f JOIN node a ON a.id = f.about LEFT JOIN node s ON s.id = f.subject`;

/** Rows of the nodes whose ids `:ids` lists, those that hold at `:at`, in the order in which they were opened. */
const HELD_NODES = `${NODE_ROWS} WHERE f.node IN (SELECT value FROM json_each(:ids)) AND ${VALID} ORDER BY f.opened_at, f.scope`;

/** Node rows that speak at `:at` and that a search finds. */
export const FOUND = `${NODE_ROWS}
  WHERE ${VALID} AND (:text = '' OR instr(f.search, :text) > 0) AND (:kinds IS NULL OR f.kind IN (SELECT value FROM json_each(:kinds)))
  AND NOT EXISTS (SELECT 1 FROM node_fact g WHERE g.node = f.node AND (g.opened_at, g.scope) > (f.opened_at, f.scope)
    AND g.valid_from <= :at AND (g.valid_to IS NULL OR g.valid_to > :at))`;

export function searchOf(text: string, kinds: readonly NodeKind[] | undefined): Record<string, Value> {
  return {
    text: foldText(text.toWellFormed()),
    kinds: kinds === undefined ? null : JSON.stringify(kinds.map((kind) => NODE_KINDS[kind].id)),
  };
}

/** All that a node fact says apart from its key, as a row has it: kind, ref, name, aliases, props. */
export function nodeContent(node: NodeFact): [number, string, string, string, string] {
  const { kind, ref, name, aliases, props } = nodeContentOf(node);
  return [NODE_KINDS[kind].id, ref, name, JSON.stringify(aliases), props];
}

export function nodeOf(row: Row): NodeFact {
  return {
    type: 'node',
    kind: nodeKindOfId(row['kind'] as number) as NodeKind,
    key: row['key'] as string,
    ref: row['ref'] as string,
    name: row['name'] as string,
    aliases: JSON.parse(row['aliases'] as string) as string[],
    props: JSON.parse(row['props'] as string) as Props,
  };
}

/** `kind` is the id of the kind; the others are texts as the store has them. */
export function edgeOf(row: Row): EdgeFact {
  return {
    type: 'edge',
    kind: edgeKindOfId(row['kind'] as number) as EdgeKind,
    from: row['from'] as string,
    to: row['to'] as string,
    word: decodeKeyPart(row['word'] as string),
    props: row['props'] === null ? {} : (JSON.parse(row['props'] as string) as Props),
  };
}

export function gapOf(row: Row): GapFact {
  return {
    type: 'gap',
    reason: row['reason'] as GapReason,
    hides: row['hides'] as Hidden,
    scope: row['about'] as string,
    subject: row['subject'] ?? '',
    detail: row['detail'] as string,
  } as GapFact;
}

export function snapshotOf(row: Row): SnapshotInfo {
  return {
    id: row['id'] as string,
    at: row['committed_at'] as number,
    connector: row['connector'] as string,
    report: JSON.parse((row['report'] as string | null) ?? '{}') as RunReport,
  };
}

/** What holds of nodes at an instant, by store id. */
export function spokenNodes(statement: (sql: string) => StatementSync, ids: readonly number[], at: number): Map<number, NodeFact> {
  const rows = statement(HELD_NODES).all({ ids: JSON.stringify(ids), at }) as Row[];
  const byId = Map.groupBy(rows, ({ node }) => node as number);
  const spoken = (held: readonly Row[]) => spokenFact(held.map((row) => ({ fact: nodeOf(row), connector: row['connector'] as string })));
  return new Map([...byId].map(([id, held]) => [id, spoken(held)]));
}

/** All rows as arrays. Made for few or big reads: the statement is prepared each time. */
export function readArrays(database: DatabaseSync, sql: string, ...values: Value[]): Value[][] {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement.all(...values) as unknown as Value[][];
}

/**
 * Calls the function with the columns of each row of `from`. It has as many parameters as there are columns. Half again as fast as
 * taking rows out, and nothing is kept of a row.
 */
export function eachRow(
  database: DatabaseSync,
  { columns, from }: { readonly columns: string; readonly from: string },
  take: (...row: never[]) => null,
  ...values: Value[]
): void {
  database.function('take_row', take as () => null);
  database.prepare(`SELECT count(take_row(${columns})) FROM ${from}`).get(...values);
}
