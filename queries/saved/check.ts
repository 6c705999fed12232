/** May this identity do this? */
import { mayAct, parameterText, standsIn } from '../saved-fragments.ts';
import { savedQuestion } from '../saved-question.ts';

const { needs, ways, reports } = parameterText('action', 'r');

/**
 * Both ends are walked once and meet in memory: looking for an edge between each pair of them costs eight times the db hits.
 */
export const CHECK = savedQuestion<{ check: { verdict: string } }>({
  name: 'check',
  text: 'Can this identity certainly do this to this repository, project, workspace or instance?',
  note: 'false where it cannot, and where gaps leave it open',
  parameters: [
    { name: 'identity', kind: 'node', doc: 'the user, group or credential', example: 'user:evan' },
    { name: 'action', kind: 'action', doc: 'what it wants to do', example: 'repository.write' },
    {
      name: 'resource',
      kind: 'node',
      of: ['Repository', 'Project', 'Workspace', 'Instance'],
      doc: 'what to',
      example: 'repository:acme/api',
    },
  ],
  columns: [{ name: 'allowed', holds: 'boolean' }],
  asks: { action: '$action', of: 'resource' },
  graphql: `
query Check($identity: Ref!, $action: Action!, $resource: Ref!) {
  check(identity: $identity, action: $action, resource: $resource) {
    verdict
    reason
    proofs(first: 1) { text }
    denials { text }
    gaps { text }
  }
}`,
  rows: (pages) => pages.map(({ check }) => [check.verdict === 'ALLOW']),
  cypher: `
OPTIONAL MATCH (i:Node {tenant: $tenant, key: $identity})
OPTIONAL MATCH (r:Node {tenant: $tenant, key: $resource})
WITH i, r,
  COLLECT { MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS holders,
  COLLECT { MATCH (r)<-[:ON]-(p:Permission)<-[:IMPLIES*0..]-(q:Permission) WHERE p.rule IN ${needs} RETURN q } AS given
RETURN EXISTS {
    UNWIND given AS q
    WITH DISTINCT q
    MATCH (q)<-[held:HOLDS|REPORTED]-(holder)
    WHERE holder IN holders AND (held:HOLDS OR (${reports} AND ${standsIn('q')}))
  }
  AND ${mayAct('i', ways)} AS allowed`,
});
