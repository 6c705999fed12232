/**
 * Changes as Cypher: steps of bounded size that are run in their order, in one transaction or in several.
 *
 * Rows are lists by position and grouped by the node that edges start from, nodes are reached by the server's ids: by key or by
 * maps it takes twice as long. Types and labels are those of the tables; everything else is a parameter.
 * INVARIANT: a step may be run again after its transaction failed.
 */
import type { NodeFact } from '../fact.ts';
import { NODE_KIND_NAMES, type NodeKind } from '../model/node-kinds.ts';
import { edgeSteps, permissionSteps } from './neo4j-apply-edges.ts';
import type { NewNode, OpenedNode } from './neo4j-changes.ts';
import { flatProps } from './neo4j-schema.ts';
import { BARRIER, partsOf, type Step, type StepContext, stepsOfRows } from './neo4j-steps.ts';
import { searchText } from './search-text.ts';

/** Bytes of open edges in one step. */
const STEP_BYTES = 4 * 1024 * 1024;

export function* stepsOf(context: StepContext): Generator<Step> {
  yield* scopeSteps(context);
  yield* nodeSteps(context);
  yield* nodeFactSteps(context);
  yield BARRIER;
  yield* permissionSteps(context);
  yield BARRIER;
  yield* edgeSteps(context);
  yield* gapSteps(context);
  yield* slotSteps(context);
  yield* readingSteps(context);
}

function scopeSteps(context: StepContext): Generator<Step> {
  const rows = context.changes.newScopes.map(({ number, name }) => [number, name]);
  return stepsOfRows(
    context,
    'UNWIND $rows AS row CREATE (:GrantpathScope {tenant: $tenant, connector: $connector, number: row[0], name: row[1]})',
    rows,
    {
      connector: context.changes.connector,
    },
  );
}

/** What holds of nodes from now on. */
export function* nodeSteps(context: StepContext): Generator<Step> {
  const { changes } = context;
  const isNew = new Set(changes.newNodes.map(({ number }) => number));
  const fresh = changes.newNodes.map((node) => ({ ...node, fact: changes.contents.get(node.number) ?? null }));
  for (const [kind, nodes] of Map.groupBy(fresh, ({ fact }) => fact?.kind ?? null)) yield* newNodeSteps(context, kind, nodes);
  const known = [...changes.contents].filter(([number]) => !isNew.has(number));
  for (const [kind, nodes] of Map.groupBy(known, ([, fact]) => fact?.kind ?? null)) {
    const rows = nodes.map(([number, fact]) => [number, fact === null ? {} : contentOf(fact)]);
    yield* stepsOfRows(
      context,
      `UNWIND $rows AS row MATCH (n:Node {tenant: $tenant, number: row[0]})
       ${NODE_KIND_NAMES.filter((other) => other !== kind)
         .map((other) => `REMOVE n:${other}`)
         .join(' ')}
       WITH n, row, n.key AS key SET n = row[1] SET n.tenant = $tenant, n.key = key, n.number = row[0]${kind === null ? '' : `, n:${kind}`}
       RETURN count(n) AS done`,
      rows,
      { isCounted: true },
    );
  }
}

function* newNodeSteps(
  context: StepContext,
  kind: NodeKind | null,
  nodes: readonly (NewNode & { readonly fact: NodeFact | null })[],
): Generator<Step> {
  const { tenant, changes } = context;
  const statement = (more: string) => `UNWIND $rows AS row
    CREATE (n:Node${kind === null ? '' : `:${kind}`} {tenant: $tenant, number: row[0], key: row[1], ref: row[2], name: row[3], aliases: row[4]})
    ${more} RETURN collect(row[0]) AS numbers, collect(id(n)) AS ids`;
  for (const part of partsOf(context, nodes)) {
    const rows = part.map(({ number, key, fact }) =>
      fact === null ? [number, key, null, null, null, {}] : [number, key, fact.ref, fact.name, fact.aliases, flatProps(fact.props, 'node')],
    );
    const hasProps = part.some(({ fact }) => fact !== null && Object.keys(fact.props).length > 0);
    yield {
      rows: part.length,
      async run(unit) {
        const { records } = await unit.run(statement(hasProps ? 'SET n += row[5]' : ''), { tenant, rows });
        const numbers = records[0]?.get('numbers') as number[];
        const ids = records[0]?.get('ids') as number[];
        for (const [at, number] of numbers.entries()) changes.ids.set(number, ids[at] as number);
      },
    };
  }
}

function contentOf({ ref, name, aliases, props }: NodeFact): Record<string, unknown> {
  return { ...flatProps(props, 'node'), ref, name, aliases };
}

function* nodeFactSteps(context: StepContext): Generator<Step> {
  const { changes } = context;
  yield* stepsOfRows(
    context,
    'UNWIND $rows AS row MATCH (f:NodeFact) WHERE id(f) = row SET f.validTo = $at REMOVE f.openScope RETURN count(f) AS done',
    changes.closedNodes,
    { isCounted: true },
  );
  yield* stepsOfRows(
    context,
    `UNWIND $rows AS row CREATE (:NodeFact {tenant: $tenant, node: row[0], kind: row[1], ref: row[2], name: row[3], aliases: row[4],
       props: row[5], search: row[6], scope: row[7], openScope: row[7], openedAt: row[8], validFrom: $at})`,
    changes.openedNodes.map(factRow),
  );
  const isNew = new Set(changes.newNodes.map(({ number }) => number));
  const aliases = new Map<string, readonly [alias: string, node: number]>();
  for (const { node, content } of changes.openedNodes) for (const alias of content.aliases) aliases.set(`${node} ${alias}`, [alias, node]);
  const [fresh, known] = [
    [...aliases.values()].filter(([, node]) => isNew.has(node)),
    [...aliases.values()].filter(([, node]) => !isNew.has(node)),
  ];
  yield* stepsOfRows(context, 'UNWIND $rows AS row CREATE (:GrantpathAlias {tenant: $tenant, alias: row[0], node: row[1]})', fresh);
  yield* stepsOfRows(context, 'UNWIND $rows AS row MERGE (:GrantpathAlias {tenant: $tenant, alias: row[0], node: row[1]})', known);
}

function factRow({ node, content, scope, openedAt }: OpenedNode): unknown[] {
  const { kind, ref, name, aliases, props } = content;
  return [node, kind, ref, name, aliases, props, searchText(content), scope, openedAt];
}

function* gapSteps(context: StepContext): Generator<Step> {
  const { openedGaps, closedGaps } = context.changes;
  yield* stepsOfRows(
    context,
    'UNWIND $rows AS row MATCH (g:Gap) WHERE id(g) = row REMOVE g:Gap SET g:PastGap, g.validTo = $at RETURN count(g) AS done',
    closedGaps.map(({ id }) => id),
    { isCounted: true },
  );
  yield* stepsOfRows(
    context,
    `UNWIND $rows AS row MATCH (about:Node {tenant: $tenant, number: row[2]})
     OPTIONAL MATCH (subject:Node {tenant: $tenant, number: row[3]})
     CREATE (g:Gap {tenant: $tenant, reason: row[0], hides: row[1], about: row[2], subject: row[3], detail: row[4], scope: row[5], validFrom: $at})-[:ABOUT]->(about)
     FOREACH (end IN CASE WHEN subject IS NULL THEN [] ELSE [subject] END | CREATE (g)-[:SUBJECT]->(end))
     RETURN count(g) AS done`,
    openedGaps.map(({ reason, hides, about, subject, detail, scope }) => [reason, hides, about, subject, detail, scope]),
    { isCounted: true },
  );
}

/** The other slot, so that the one that counts stays until the commit is complete. */
function* slotSteps(context: StepContext): Generator<Step> {
  const { slots } = context.changes;
  for (const slot of [0, 1] as const) {
    const common = `c.at${slot} = $at, c.outcome${slot} = row[1], c.digests${slot} = row[2]`;
    const write = (edges: string) =>
      `UNWIND $rows AS row MATCH (c:GrantpathScope {tenant: $tenant, number: row[0]}) SET ${common}, c.edges${slot} = ${edges}`;
    const ofSlot = slots.filter((each) => each.slot === slot);
    const kept = ofSlot.filter(({ edges }) => edges === null).map(({ scope, outcome, digests }) => [scope, outcome, digests]);
    yield* stepsOfRows(context, write(`c.edges${1 - slot}`), kept);
    let rows: unknown[] = [];
    let bytes = 0;
    for (const { scope, outcome, digests, edges } of ofSlot) {
      if (edges === null) continue;
      rows.push([scope, outcome, digests, edges]);
      bytes += edges.length;
      if (bytes < STEP_BYTES) continue;
      yield* stepsOfRows(context, write('row[3]'), rows);
      [rows, bytes] = [[], 0];
    }
    yield* stepsOfRows(context, write('row[3]'), rows);
  }
}

function readingSteps(context: StepContext): Generator<Step> {
  const rows = context.changes.readings.map(({ scope, outcome, endpoint, fetchedAt }) => [scope, outcome, endpoint, fetchedAt]);
  const cypher =
    'UNWIND $rows AS row CREATE (:GrantpathReading {tenant: $tenant, at: $at, scope: row[0], outcome: row[1], endpoint: row[2], fetchedAt: row[3]})';
  return stepsOfRows(context, cypher, rows);
}
