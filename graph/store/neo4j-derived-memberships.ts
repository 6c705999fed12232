/**
 * The derived members of `anonymous:`: every identity, credential and group, as the table of node kinds says of it.
 */
import { isAskable, NODE_KIND_NAMES, NODE_KINDS } from '../model/node-kinds.ts';
import { type InTransaction, inParts, type TouchedNode } from './neo4j-derived-parts.ts';

/** Those of whom a question can be asked, `anonymous:` itself apart. */
const MEMBERS = NODE_KIND_NAMES.filter((kind) => isAskable(kind) && kind !== 'Anonymous');
const ANONYMOUS_KEY = `${NODE_KINDS.Anonymous.ref}:`;
const RULE = 'node-kinds/Anonymous';
const REASON = 'everybody is anybody';

export async function refreshMemberships(inTransaction: InTransaction, tenant: string, touched: readonly TouchedNode[]): Promise<void> {
  const isNew = touched.some(({ key }) => key === ANONYMOUS_KEY) && (await inTransaction((tx) => hasNoMember(tx, tenant)));
  if (isNew) for (const kind of MEMBERS) await addAll(inTransaction, tenant, kind);
  const parameters = { tenant, anonymous: ANONYMOUS_KEY, rule: RULE, reason: REASON };
  const members = touched.filter(({ kind }) => (MEMBERS as readonly string[]).includes(kind));
  await inParts(inTransaction, isNew ? [] : members, async (tx, part) => {
    await tx.run(ADD, { ...parameters, numbers: part.map(({ number }) => number) });
    return [];
  });
  const others = touched.filter(({ kind }) => kind === '');
  await inParts(inTransaction, others, async (tx, part) => {
    await tx.run(REMOVE, { tenant, numbers: part.map(({ number }) => number) });
    return [];
  });
}

async function hasNoMember(tx: Parameters<Parameters<InTransaction>[0]>[0], tenant: string): Promise<boolean> {
  const { records } = await tx.run(HAS_NO_MEMBER, { tenant, anonymous: ANONYMOUS_KEY });
  return records[0]?.get('isNew') === true;
}

/** All nodes of a kind, by ranges of their keys. */
async function addAll(inTransaction: InTransaction, tenant: string, kind: string): Promise<void> {
  for (let after: string | null = ''; after !== null; ) {
    const from: string = after;
    after = await inTransaction(async (tx) => {
      const { records } = await tx.run(ADD_ALL.replace('KIND', kind), {
        tenant,
        anonymous: ANONYMOUS_KEY,
        after: from,
        rule: RULE,
        reason: REASON,
      });
      return (records[0]?.get('last') as string | null | undefined) ?? null;
    });
  }
}

const HAS_NO_MEMBER = `
MATCH (a:Anonymous {tenant: $tenant, key: $anonymous})
RETURN NOT EXISTS { (a)<-[:MEMBER_OF {derived: true}]-() } AS isNew`;

const ADD = `
MATCH (a:Anonymous {tenant: $tenant, key: $anonymous})
UNWIND $numbers AS number
MATCH (n:Node {tenant: $tenant, number: number})
WHERE NOT EXISTS { (n)-[:MEMBER_OF {derived: true}]->(a) }
CREATE (n)-[:MEMBER_OF {derived: true, rule: $rule, reason: $reason}]->(a)`;

const ADD_ALL = `
MATCH (a:Anonymous {tenant: $tenant, key: $anonymous})
MATCH (n:KIND {tenant: $tenant})
WHERE n.key > $after
WITH a, n ORDER BY n.key LIMIT 10000
CREATE (n)-[:MEMBER_OF {derived: true, rule: $rule, reason: $reason}]->(a)
RETURN max(n.key) AS last`;

const REMOVE = `
UNWIND $numbers AS number
MATCH (:Node {tenant: $tenant, number: number})-[m:MEMBER_OF {derived: true}]-()
DELETE m`;
