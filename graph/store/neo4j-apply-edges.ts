/**
 * Changes of edges as Cypher: the permissions that levels end at, relationships that are opened, and those that change their type.
 */
import { invariant } from '../errors.ts';
import type { Props } from '../fact.ts';
import { EDGE_KINDS, type EdgeKind, edgeKindOfId } from '../model/edge-kinds.ts';
import { EDGE_KIND_IDS, type EdgeList } from './edge-list.ts';
import type { Changes } from './neo4j-changes.ts';
import type { UnitOfWork } from './neo4j-driver.ts';
import type { EdgeText } from './neo4j-gather.ts';
import { endsAtPermission, flatProps, pairOf, pastType, permissionKey, staleType } from './neo4j-schema.ts';
import { partsOf, type Step, type StepContext, stepsOfRows } from './neo4j-steps.ts';

/** The state of a statement: open and met by the last reading of its scope, open and not met, closed. */
type EdgeState = 'fresh' | 'stale' | 'past';

/** Makes the permissions that changed edges end at, where they are missing, and learns their ids. */
export function* permissionSteps(context: StepContext): Generator<Step> {
  const { changes } = context;
  const wanted = new Map<string, { readonly level: string; readonly resource: number }>();
  for (const list of changes.edgeLists) {
    for (let at = 0; at < list.length; at++) {
      if (!endsAtPermission(edgeKindOf(list.kind[at] as number))) continue;
      const [level, resource] = [textAt(changes, list, at).word, list.to[at] as number];
      wanted.set(`${resource} ${level}`, { level, resource });
    }
  }
  const names = [...wanted];
  for (const part of partsOf(context, names)) yield { rows: part.length, run: (unit) => makePermissions(unit, context, part) };
}

async function makePermissions(
  unit: UnitOfWork,
  { tenant, changes }: StepContext,
  wanted: readonly (readonly [string, { readonly level: string; readonly resource: number }])[],
): Promise<void> {
  const rows = wanted.map(([, { level, resource }]) => [permissionKey(level, changes.keyOf(resource)), level, resource]);
  const { records } = await unit.run(
    `UNWIND range(0, size($keys) - 1) AS index MATCH (p:Permission {tenant: $tenant, key: $keys[index]})
     RETURN collect(index) AS indexes, collect(id(p)) AS ids`,
    { tenant, keys: rows.map(([key]) => key) },
  );
  const learn = (indexes: readonly number[], ids: readonly number[]) => {
    for (const [at, index] of indexes.entries())
      changes.permissionIds.set((wanted[index] as (typeof wanted)[number])[0], ids[at] as number);
  };
  const found = records[0]?.get('indexes') as number[];
  learn(found, records[0]?.get('ids') as number[]);
  if (found.length === rows.length) return;
  const isFound = new Set(found);
  const missing = rows.flatMap((row, index) => (isFound.has(index) ? [] : [[...row, index]]));
  const made = await unit.run(
    `UNWIND $rows AS row CREATE (p:Permission {tenant: $tenant, key: row[0], level: row[1], resource: row[2], derived: true})
     RETURN collect(row[3]) AS indexes, collect(id(p)) AS ids`,
    { tenant, rows: missing },
  );
  learn(made.records[0]?.get('indexes') as number[], made.records[0]?.get('ids') as number[]);
}

export function* edgeSteps(context: StepContext): Generator<Step> {
  const { openedEdges, closedEdges, closedStaleEdges, staleEdges, freshEdges } = context.changes;
  yield* moveSteps(context, closedEdges, 'fresh', 'past');
  yield* moveSteps(context, closedStaleEdges, 'stale', 'past');
  yield* moveSteps(context, staleEdges, 'fresh', 'stale');
  yield* moveSteps(context, freshEdges, 'stale', 'fresh');
  yield* openSteps(context, openedEdges);
}

function* openSteps(context: StepContext, edges: EdgeList): Generator<Step> {
  const byKind = edges.orderedBy(edges.kind, EDGE_KIND_IDS);
  for (let kind = 0; kind < EDGE_KIND_IDS; kind++) {
    const ofKind = byKind.order.subarray(byKind.start[kind], byKind.start[kind + 1]);
    if (ofKind.length > 0) yield* openKindSteps(context, edges, ofKind, edgeKindOf(kind));
  }
}

function* openKindSteps(context: StepContext, edges: EdgeList, ofKind: Int32Array, kind: EdgeKind): Generator<Step> {
  const { changes } = context;
  const plain = ofKind.filter((at) => textAt(changes, edges, at).props === '');
  const more = endsAtPermission(kind) ? 'pair' : EDGE_KINDS[kind].word !== null ? 'word' : null;
  yield* plainSteps(
    context,
    edges,
    plain.sort((a, b) => (edges.from[a] as number) - (edges.from[b] as number)),
    { kind, more },
  );
  if (plain.length === ofKind.length) return;
  const rest = ofKind.filter((at) => textAt(changes, edges, at).props !== '');
  const rowOf = (at: number) => {
    const { word, props } = textAt(changes, edges, at);
    return [
      changes.idOf(edges.from[at] as number),
      endOf(changes, edges, at, 'fresh'),
      edges.scope[at],
      more === 'word' ? word : null,
      more === 'pair' ? pairOf(edges.from[at] as number, edges.to[at] as number) : null,
      props,
      flatProps(JSON.parse(props) as Props, 'edge'),
    ];
  };
  yield* stepsOfRows(
    context,
    `UNWIND $rows AS row MATCH (a) WHERE id(a) = row[0] MATCH (b) WHERE id(b) = row[1]
     CREATE (a)-[r:${kind}]->(b) SET r = row[6]
     SET r.scope = row[2], r.validFrom = $at, r.word = row[3], r.pair = row[4], r.props = row[5] RETURN count(r) AS done`,
    [...rest],
    { isCounted: true },
    rowOf,
  );
}

/** Rows are [from, [to, scope, more?, to, scope, more? ...]]. */
function* plainSteps(
  context: StepContext,
  edges: EdgeList,
  order: Int32Array,
  { kind, more }: { readonly kind: EdgeKind; readonly more: 'word' | 'pair' | null },
): Generator<Step> {
  const { tenant, changes } = context;
  const stride = more === null ? 2 : 3;
  const cypher = `UNWIND $rows AS row MATCH (a) WHERE id(a) = row[0]
    UNWIND range(0, size(row[1]) - 1, ${stride}) AS i MATCH (b) WHERE id(b) = row[1][i]
    CREATE (a)-[:${kind} {scope: row[1][i + 1], validFrom: $at${more === null ? '' : `, ${more}: row[1][i + 2]`}}]->(b)`;
  for (const part of partsOf(context, order)) {
    yield {
      rows: part.length,
      async run(unit) {
        // Made when it is needed: rows of ten million edges at once would fill the memory.
        const rows: [number, unknown[]][] = [];
        let last = -1;
        for (const at of part) {
          const from = edges.from[at] as number;
          if (from !== last) rows.push([changes.idOf(from), []]);
          last = from;
          const list = (rows.at(-1) as [number, unknown[]])[1];
          list.push(endOf(changes, edges, at, 'fresh'), edges.scope[at] as number);
          if (more === 'word') list.push(textAt(changes, edges, at).word);
          if (more === 'pair') list.push(pairOf(from, edges.to[at] as number));
        }
        await unit.run(cypher, { tenant, at: changes.at, rows });
      },
    };
  }
}

/**
 * A relationship cannot change its type: another one takes its place, with all that it says. It is looked for in a subquery, or all
 * relationships of the first node would be gone through for each row.
 */
function* moveSteps(context: StepContext, edges: EdgeList, before: EdgeState, after: EdgeState): Generator<Step> {
  const { changes } = context;
  const byKind = edges.orderedBy(edges.kind, EDGE_KIND_IDS);
  for (let id = 0; id < EDGE_KIND_IDS; id++) {
    const ofKind = byKind.order.subarray(byKind.start[id], byKind.start[id + 1]);
    if (ofKind.length === 0) continue;
    const kind = edgeKindOf(id);
    const wordOf = (at: number, state: EdgeState) => (state === 'fresh' && endsAtPermission(kind) ? '' : textAt(changes, edges, at).word);
    const rowOf = (at: number) => [
      changes.idOf(edges.from[at] as number),
      endOf(changes, edges, at, before),
      edges.scope[at],
      wordOf(at, before),
      endOf(changes, edges, at, after),
      wordOf(at, after) || null,
    ];
    yield* stepsOfRows(
      context,
      `UNWIND $rows AS row MATCH (a) WHERE id(a) = row[0] MATCH (b) WHERE id(b) = row[1]
       CALL (row, a, b) {
         MATCH (a)-[r:${typeOf(kind, before)}]->(b) WHERE r.scope = row[2] AND coalesce(r.word, '') = row[3] RETURN r
       }
       MATCH (c) WHERE id(c) = row[4]
       CREATE (a)-[n:${typeOf(kind, after)}]->(c) SET n = properties(r) SET n.word = row[5], n.validTo = $validTo
       DELETE r RETURN count(n) AS done`,
      [...ofKind],
      { isCounted: true, validTo: after === 'past' ? changes.at : null },
      rowOf,
    );
  }
}

function typeOf(kind: EdgeKind, state: EdgeState): string {
  return state === 'fresh' ? kind : state === 'stale' ? staleType(kind) : pastType(kind);
}

/** The id of the node that the relationship ends at. */
function endOf(changes: Changes, edges: EdgeList, at: number, state: EdgeState): number {
  const to = edges.to[at] as number;
  if (state !== 'fresh' || !endsAtPermission(edgeKindOf(edges.kind[at] as number))) return changes.idOf(to);
  return changes.permissionIdOf(to, textAt(changes, edges, at).word);
}

function textAt({ texts }: Changes, { text }: EdgeList, at: number): EdgeText {
  return texts[text[at] as number] as EdgeText;
}

function edgeKindOf(id: number): EdgeKind {
  const kind = edgeKindOfId(id);
  invariant(kind !== undefined, `an edge has a kind, got ${id}`);
  return kind;
}
