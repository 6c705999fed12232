/** May this identity do this? */
import { matchHidingGap, mayAct, pairText, parameterText, standsIn } from '../saved-fragments.ts';
import { savedQuestion } from '../saved-question.ts';

const { needs, ways, reports } = parameterText('action', 'r');

/**
 * From both ends only as far as grants: whether one lies between is found by the index on pairs of holder and resource. A walk over
 * the grants themselves costs as many db hits as there are at the end that has fewer: a thousand where a large group meets a level
 * that many hold. The index is named: a planner that once saw few grants goes through all of it instead.
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
WITH i, r
// No answer for what is not there. Anybody may be asked about, also where nothing is public.
WHERE r IS NOT NULL AND (i IS NOT NULL OR $identity = 'anonymous:')
WITH i, r,
  COLLECT { MATCH (i)-[:ACTS_AS|MEMBER_OF*0..]->(holder) RETURN DISTINCT holder.number } AS holders,
  COLLECT { MATCH (r)<-[:ON]-(p)<-[:IMPLIES*0..]-(q) WHERE p.rule IN ${needs} RETURN q } AS given
WITH i, r, given, COLLECT {
    UNWIND given AS q
    WITH DISTINCT q
    WITH DISTINCT q.resource AS resource
    UNWIND holders AS holder
    RETURN ${pairText('holder', 'resource')}
  } AS pairs
RETURN (EXISTS {
    UNWIND pairs AS pair
    MATCH ()-[held:HOLDS {pair: pair}]->(q) USING INDEX SEEK held:HOLDS(pair)
    WHERE q IN given
  } OR ${reports} AND EXISTS {
    ${matchHidingGap('r')}
    UNWIND pairs AS pair
    MATCH ()-[held:REPORTED {pair: pair}]->(q) USING INDEX SEEK held:REPORTED(pair)
    WHERE q IN given AND ${standsIn('q')}
  })
  AND ${mayAct('i', ways)} AS allowed`,
});
