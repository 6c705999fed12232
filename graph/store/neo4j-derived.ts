/**
 * What the graph in Neo4j holds beside observed facts: edges that follow from the tables, so that a pattern in Cypher needs no
 * knowledge of Bitbucket.
 *
 * - `(:Permission {key, level, resource, rule})-[:ON]->(resource)`: one for each row of the level table and current resource.
 *   `rule` is the row, `levels/cloud/Repository/write`; a level that a grant names and no row has is a Permission without `rule`.
 * - `(:Permission)-[:IMPLIES]->(:Permission)`: to what a level includes on its resource, and to what it gives on each resource that
 *   lies directly in it by a fresh CONTAINS.
 * - `(identity)-[:MEMBER_OF {derived: true}]->(:Anonymous)`: of every identity, credential and group.
 * - `(:BranchRestriction)-[:BINDS]->(:Branch)` where a rule is known to bind an observed branch, `-[:MAY_BIND]->` where that is not
 *   certain; `word` is the kind of restriction as the table has it, `unknown` for a kind without a row.
 * - `(:Repository)-[:MAIN_BRANCH]->(:Branch)`: the observed branch that the repository names as its main one.
 * All edges carry `derived: true`, `rule` and `reason`; none has `scope` or `validFrom`.
 *
 * Refreshing looks at what is there and what should be, and writes the difference: it may be given nodes of which nothing changed.
 * INVARIANT: what is derived is a function of the facts that are open; a rebuild changes nothing that refreshing kept.
 */
import type { NodeKey } from '../fact.ts';
import { refreshMemberships } from './neo4j-derived-memberships.ts';
import { type CypherRunner, type InTransaction, inParts, type TouchedNode } from './neo4j-derived-parts.ts';
import { refreshImplications, refreshPermissions } from './neo4j-derived-permissions.ts';
import { refreshBindings } from './neo4j-derived-rules.ts';

export type { CypherRunner, InTransaction } from './neo4j-derived-parts.ts';

/**
 * Brings what is derived up to date after a change. `numbers` are the nodes whose content changed, the ends of each statement of an
 * edge that was opened, closed, or became stale or fresh (of HOLDS and REPORTED the resource; both of CONTAINS, RESTRICTS and
 * CLASSIFIES; none of other kinds), and the nodes that changed gaps are about. In any order; repetitions are
 * allowed. To be called when the statements are written, before `lastAt` is moved or after it.
 * Cost: some ten round trips for each 5,000 nodes.
 */
export async function refreshDerived(tx: CypherRunner, tenant: string, numbers: Iterable<number>): Promise<void> {
  await refreshDerivedInBatches((work) => work(tx), tenant, numbers);
}

/** The same in transactions of bounded size, for changes that do not fit into one. What stops half-way is completed by doing it again. */
export async function refreshDerivedInBatches(inTransaction: InTransaction, tenant: string, numbers: Iterable<number>): Promise<void> {
  const touched = await readTouched(inTransaction, tenant, [...new Set(numbers)]);
  const resources = await refreshPermissions(inTransaction, tenant, touched);
  await refreshImplications(inTransaction, tenant, resources);
  await refreshMemberships(inTransaction, tenant, touched);
  await refreshBindings(inTransaction, tenant, touched);
}

/** Derives everything of the tenant: what is right stays, what is wrong or missing is mended. */
export async function rebuildDerived(inTransaction: InTransaction, tenant: string): Promise<void> {
  const next = await inTransaction(async (tx) => {
    const { records } = await tx.run('MATCH (s:GrantpathStore {tenant: $tenant}) RETURN s.nextNode AS next', { tenant });
    return Number(records[0]?.get('next') ?? 0);
  });
  await refreshDerivedInBatches(
    inTransaction,
    tenant,
    Array.from({ length: next }, (_, number) => number),
  );
}

async function readTouched(inTransaction: InTransaction, tenant: string, numbers: readonly number[]): Promise<TouchedNode[]> {
  return inParts(inTransaction, numbers, async (tx, part) => {
    const { records } = await tx.run(READ_TOUCHED, { tenant, numbers: part });
    return records.map((record) => ({
      number: Number(record.get('number')),
      key: record.get('key') as NodeKey,
      kind: (record.get('kind') as string | null) ?? '',
    }));
  });
}

const READ_TOUCHED = `
UNWIND $numbers AS number
MATCH (n:Node {tenant: $tenant, number: number})
RETURN number, n.key AS key, head([label IN labels(n) WHERE label <> 'Node']) AS kind`;
