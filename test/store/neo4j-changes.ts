/** A change of every sort for stores on Neo4j, and all that a tenant has in the graph as text. */
import type { Node, Relationship } from 'neo4j-driver';
import { type Fact, factId, type NodeFact, type StatedFact } from '../../graph/fact.ts';
import type { RunCommit, ScopeOutcome } from '../../graph/store/port.ts';
import type { ServerAddress } from '../neo4j/server.ts';
import { openDriver } from '../neo4j/shared-server.ts';
import { factsOf, node } from './commit-facts.ts';

export const CHANGE_CONNECTOR = 'test/change';

/** Commits that leave a store in two states; between them facts appear, vanish, change, become stale and fresh again. */
export function changeOf(state: 0 | 1, repositories = 15): RunCommit {
  const scopes = new Map<string, ScopeOutcome>();
  const facts: StatedFact[] = [];
  const state2 = state === 0 ? 'read' : 'write';
  const add = (scope: string, outcome: ScopeOutcome, stated: readonly Fact[]) => {
    scopes.set(scope, outcome);
    for (const fact of stated) facts.push({ fact, scope, endpoint: '/x', fetchedAt: 1 + state });
  };
  for (let i = 0; i < repositories; i++) {
    const repository = `repository:acme/r${i}`;
    const grants = `user:u${i} HOLDS ${state2} ON ${repository}\nuser:u${i + 1} HOLDS admin ON ${repository}\ngroup:acme/g${i % 7} HOLDS read ON ${repository}`;
    // A third of the listings fails in either state: what the other one stated is stale then.
    const outcome = i % 3 === state ? 'unread' : 'complete';
    const stated = i % 3 === state ? factsOf(`user:u${i + 1} HOLDS admin ON ${repository}`) : factsOf(grants);
    add(`grants ${repository}`, outcome, stated);
    add(`rules ${repository}`, 'complete', [
      ...factsOf(`restriction:acme/r${i}#1 RESTRICTS push ON ${repository} glob=${state === 0 ? 'main' : 'release/*'}`),
      ...factsOf(`${repository} HIDES group-grants BECAUSE denied "state ${i % 2 === 0 ? state : 0}"`),
    ]);
    // Some containers exist in one state only.
    if (i % 5 !== state)
      add(`members ${i}`, 'complete', factsOf(`user:u${i} MEMBER_OF group:acme/g${i % 7}\nworkspace:acme CONTAINS ${repository}`));
  }
  add('public', 'complete', bare(factsOf(`anonymous: HOLDS read ON repository:acme/r${state}`)));
  add(
    'people',
    'complete',
    Array.from({ length: repositories }, (_, i) => person(i, state)),
  );
  return { facts, scopes, closeUnlisted: true, report: { state } };
}

function person(i: number, state: 0 | 1): NodeFact {
  const props = i % 2 === 0 ? { active: state === 0, scope: 'a property with a reserved name' } : {};
  return node(`user:u${i}`, {
    name: i % 3 === 0 ? `Person ${i} ${state}` : `Person ${i}`,
    aliases: [`user:id-${i}`, `user:mail-${i}-${state}`],
    props,
  });
}

/** Without what the store states itself. */
function bare(facts: readonly Fact[]): Fact[] {
  return facts.filter((fact) => !factId(fact).startsWith('anonymous: IS'));
}

/** Labels of what is of one writing alone: its runs, their pages, and who writes. */
const BESIDE: ReadonlySet<string> = new Set(['GrantpathRun', 'GrantpathStore', 'GrantpathPage', 'GrantpathCache']);

/** Everything of a tenant in the graph apart from what is `BESIDE`, a sorted line for each node and relationship. */
export async function graphOf(tenant: string, server: ServerAddress): Promise<string[]> {
  const direct = openDriver(server);
  try {
    const found = async <T>(cypher: string) => (await direct.executeQuery(cypher, { tenant })).records.map((record) => record.get(0) as T);
    const nodes = await found<Node>('MATCH (n {tenant: $tenant}) RETURN n');
    const relationships = await found<Relationship>('MATCH ({tenant: $tenant})-[r]->() RETURN r');
    const told = new Map(nodes.map((each) => [each.elementId, textOf([...each.labels].sort().join(':'), each.properties)]));
    const seen = nodes.filter(({ labels }) => !labels.some((label) => BESIDE.has(label))).map(({ elementId }) => told.get(elementId) ?? '');
    const edges = relationships.map(
      ({ startNodeElementId, endNodeElementId, type, properties }) =>
        `${told.get(startNodeElementId)} -${textOf(type, properties)}-> ${told.get(endNodeElementId)}`,
    );
    return [...seen, ...edges].sort();
  } finally {
    await direct.close();
  }
}

function textOf(name: string, properties: Readonly<Record<string, unknown>>): string {
  const values = Object.entries(properties)
    .filter(([property]) => property !== 'tenant')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([property, value]) => [property, value instanceof Int8Array ? Buffer.from(value).toString('base64') : value]);
  return `${name} ${JSON.stringify(values)}`;
}
