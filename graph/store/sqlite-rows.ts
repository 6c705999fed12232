/**
 * Rows of the SQLite store and the values they stand for: the statements that several reads share, and facts out of rows.
 */
import type { EdgeFact, NodeFact, Props } from '../fact.ts';
import { EDGE_KIND_NAMES, EDGE_KINDS, type EdgeKind } from '../model/edge-kinds.ts';
import { NODE_KIND_NAMES, NODE_KINDS, type NodeKind } from '../model/node-kinds.ts';
import type { RunReport, SnapshotInfo } from './port.ts';
import { foldText } from './search-text.ts';

const NODE_KIND_BY_ID = new Map<number, NodeKind>(NODE_KIND_NAMES.map((kind) => [NODE_KINDS[kind].id, kind]));
const EDGE_KIND_BY_ID = new Map<number, EdgeKind>(EDGE_KIND_NAMES.map((kind) => [EDGE_KINDS[kind].id, kind]));

export type Value = string | number | null;
export type Row = Record<string, Value>;

export const VALID = 'f.valid_from <= :at AND (f.valid_to IS NULL OR f.valid_to > :at)';
export const EDGE_ROWS = `SELECT f.rowid AS row, f.kind, s.key AS "from", d.key AS "to", w.text AS word, f.props, f.scope, f.valid_from, f.valid_to, f.seen_at
  FROM edge_fact f JOIN node s ON s.id = f.src JOIN node d ON d.id = f.dst JOIN word w ON w.id = f.word WHERE ${VALID}`;

export const FOUND = `SELECT f.node, n.key, f.kind, f.ref, f.name, f.aliases, f.props FROM node_fact f JOIN node n ON n.id = f.node
  WHERE ${VALID} AND (:text = '' OR instr(f.search, :text) > 0) AND (:kinds IS NULL OR f.kind IN (SELECT value FROM json_each(:kinds)))`;

export function searchOf(text: string, kinds: readonly NodeKind[] | undefined): Record<string, Value> {
  return { text: foldText(text), kinds: kinds === undefined ? null : JSON.stringify(kinds.map((kind) => NODE_KINDS[kind].id)) };
}

export function nodeOf(row: Row): NodeFact {
  return {
    type: 'node',
    kind: NODE_KIND_BY_ID.get(row['kind'] as number) as NodeKind,
    key: row['key'] as string,
    ref: row['ref'] as string,
    name: row['name'] as string,
    aliases: JSON.parse(row['aliases'] as string) as string[],
    props: JSON.parse(row['props'] as string) as Props,
  };
}

export function snapshotOf(row: Row): SnapshotInfo {
  return {
    id: row['id'] as string,
    at: row['committed_at'] as number,
    connector: row['connector'] as string,
    report: JSON.parse((row['report'] as string | null) ?? '{}') as RunReport,
  };
}

export function byKey(a: NodeFact, b: NodeFact): number {
  return a.key < b.key ? -1 : 1;
}

export function edgeOf(row: Row): EdgeFact {
  return {
    type: 'edge',
    kind: EDGE_KIND_BY_ID.get(row['kind'] as number) as EdgeKind,
    from: row['from'] as string,
    to: row['to'] as string,
    word: row['word'] as string,
    props: row['props'] === null ? {} : (JSON.parse(row['props'] as string) as Props),
  };
}
