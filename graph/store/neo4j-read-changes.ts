/**
 * What differs between two instants in the Neo4j store.
 *
 * Ids of facts begin with the key of a node, so nodes are walked in the order of keys: what a page needs is read and no more. The
 * server looks at the statements of each; only facts with one that began or ended in between come over, and those are read whole.
 * Absent on purpose: an index of relationships by instant, which each relationship of a first load would pay for.
 */
import { type FactId, factId, type NodeKey, type Occurrence } from '../fact.ts';
import { EDGE_KIND_NAMES } from '../model/edge-kinds.ts';
import { candidatesAfter, changeId, changesAmong, changesBetween, placeOfNode, type Touched, turnedScopes } from './fact-change.ts';
import type { Read, ReadFrame } from './neo4j-frame.ts';
import { EDGE_ID, statementsOf } from './neo4j-read-facts.ts';
import { readReadings, readUnread } from './neo4j-readings.ts';
import { GAP_COLUMNS, GAP_STATEMENTS, gapOf, NODE_COLUMNS, NODE_STATEMENTS, nodeOf, statementOf, typesOf } from './neo4j-rows.ts';
import { occurrencesOf, type Statement } from './occurrence.ts';
import type { FactChange, Store } from './port.ts';

/** Nodes that are looked at at once. */
const WALK_NODES = 5_000;
/** Facts of which all statements are read at once. */
const FACTS_AT_ONCE = 2_000;

/** Where a walk over nodes goes on: after a key, or with it. */
interface Position {
  readonly key: NodeKey;
  readonly isIncluded: boolean;
}

/** Was the statement opened or closed in the interval, or is it of a scope whose facts turned stale or fresh? */
const touchedStatement = (statement: string) => `(${statement}.validFrom > $from AND ${statement}.validFrom <= $at
  OR ${statement}.validTo > $from AND ${statement}.validTo <= $at OR ${statement}.scope IN $scopes)`;

/** In pieces: all are of the same two instants, and what is past never changes. `read` reads at the second one. */
export async function readChanges(
  read: Read,
  { from, first, after = '' }: Omit<Parameters<Store['readChanges']>[0], 'to'>,
): Promise<FactChange[]> {
  const found: FactChange[] = [];
  const scopes = await read(async (frame) => turnedScopes(await readUnread(frame.asOf(from)), await readUnread(frame)));
  let position: Position | null = { key: after.split(' ', 1)[0] ?? '', isIncluded: true };
  while (position !== null && found.length < first) {
    const start: Position = position;
    const { touched, next } = await read((frame) => readTouched(frame, start, { from, scopes }));
    const candidates = candidatesAfter(touched, after);
    for (let at = 0; at < candidates.length && found.length < first; at += FACTS_AT_ONCE) {
      const part = candidates.slice(at, at + FACTS_AT_ONCE);
      const changes = await read((frame) => changesOf(frame, part, from));
      found.push(...changes.filter((change) => changeId(change) > after));
    }
    position = next;
  }
  return found.slice(0, first);
}

interface Asked {
  readonly from: number;
  readonly scopes: readonly number[];
}

/** The facts of the next nodes that may have changed, and where the walk goes on; null after the last node. */
async function readTouched(
  frame: ReadFrame,
  { key, isIncluded }: Position,
  { from, scopes }: Asked,
): Promise<{ touched: Touched[]; next: Position | null }> {
  const behind = `n.key ${isIncluded ? '>=' : '>'} $key`;
  const [end] = await frame.rows(
    `MATCH (n:Node) WHERE n.tenant = $tenant AND ${behind} WITH n.key AS key ORDER BY key LIMIT ${WALK_NODES}
     RETURN max(key) AS last, count(*) AS nodes`,
    { key },
  );
  const last = end?.['last'];
  if (typeof last !== 'string') return { touched: [], next: null };
  const among = `MATCH (n:Node) WHERE n.tenant = $tenant AND ${behind} AND n.key <= $last`;
  const values = { key, last, from, scopes };
  const [nodes, edges, gaps] = await Promise.all([
    frame.rows(
      `${among} MATCH (f:NodeFact {tenant: $tenant, node: n.number}) WHERE ${touchedStatement('f')} RETURN DISTINCT n.key AS key`,
      values,
    ),
    frame.rows(
      `${among} WITH n AS a MATCH (a)-[r:${typesOf(EDGE_KIND_NAMES)}]->(t) WHERE r.scope IS NOT NULL AND ${touchedStatement('r')}
       RETURN DISTINCT ${EDGE_ID} AS id`,
      values,
    ),
    frame.rows(`${among} ${GAP_STATEMENTS} WITH n, g, m WHERE ${touchedStatement('g')} RETURN ${GAP_COLUMNS}`, values),
  ]);
  const touched: Touched[] = [
    ...nodes.map((row): Touched => ({ type: 'node', key: row['key'] as NodeKey, place: placeOfNode(row['key'] as NodeKey) })),
    ...edges.map((row): Touched => ({ type: 'edge', key: row['id'] as FactId, place: row['id'] as FactId })),
    // One gap may have several statements.
    ...new Map(
      gaps.map(gapOf).map((gap): [FactId, Touched] => [factId(gap), { type: 'gap', key: gap.scope, place: factId(gap) }]),
    ).values(),
  ];
  return { touched, next: end?.['nodes'] === WALK_NODES ? { key: last, isIncluded: false } : null };
}

async function changesOf(frame: ReadFrame, touched: readonly Touched[], from: number): Promise<FactChange[]> {
  const keysOf = (type: Touched['type']) => [...new Set(touched.flatMap((each) => (each.type === type ? [each.key] : [])))];
  const each = 'UNWIND $keys AS key MATCH (n:Node {tenant: $tenant, key: key})';
  const rowsOf = async (keys: readonly NodeKey[], more: string) => (keys.length === 0 ? [] : frame.rows(`${each} ${more}`, { keys }));
  const [nodes, edges, gaps] = await Promise.all([
    rowsOf(keysOf('node'), `${NODE_STATEMENTS} RETURN ${NODE_COLUMNS}`),
    statementsOf(frame, keysOf('edge')),
    rowsOf(keysOf('gap'), `${GAP_STATEMENTS} RETURN ${GAP_COLUMNS}`),
  ]);
  const statements: readonly Statement[] = [
    ...nodes.map((row) => statementOf(nodeOf(row), row)),
    ...edges,
    ...gaps.map((row) => statementOf(gapOf(row), row)),
  ];
  const [before, after] = [await holdingAt(frame.asOf(from), statements), await holdingAt(frame, statements)];
  return changesAmong(touched, changesBetween(before, after));
}

async function holdingAt(frame: ReadFrame, statements: readonly Statement[]): Promise<Occurrence[]> {
  const { at, knownAt } = frame;
  return occurrencesOf(statements, { at, knownAt, readings: await readReadings(frame, statements) });
}
