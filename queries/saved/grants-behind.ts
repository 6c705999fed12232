/** Through which grants and groups an identity comes to a permission. */
import { grantsOf, holdersOf } from '../saved-fragments.ts';
import { type Listed, node, savedQuestion, text } from '../saved-question.ts';

interface Step {
  readonly from: { readonly ref: string };
  readonly edge: string;
  readonly to: { readonly ref: string };
}

export const GRANTS_BEHIND = savedQuestion<{ paths: Listed<{ node: { steps: readonly Step[] } }> }>({
  name: 'grants-behind',
  text: 'Through which grants, of its own or of which groups, does this identity come to a permission on this resource?',
  note: 'grants of any level, also those that reach it from what contains it; whether the account is active is not asked',
  parameters: [
    { name: 'identity', kind: 'node', doc: 'the user, group or credential', example: 'user:evan' },
    {
      name: 'resource',
      kind: 'node',
      of: ['Repository', 'Project', 'Workspace', 'Instance'],
      doc: 'what it can use',
      example: 'repository:acme/api',
    },
  ],
  columns: [node('holder'), text('level'), node('on')],
  paged: 'paths',
  graphql: `
query GrantsBehind($identity: Ref!, $resource: Ref!, $after: String) {
  paths(from: $identity, to: $resource, first: 1000, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { text steps { from { ref } edge to { ref } } } }
  }
}`,
  rows: (pages) => pages.flatMap(({ paths }) => paths.edges.flatMap((edge) => edge.node.steps.flatMap(grantOf))),
  cypher: `
MATCH (i:Node {tenant: $tenant, key: $identity})
MATCH (r:Node {tenant: $tenant, key: $resource})<-[:ON]-(p:Permission)
WHERE p.rule IS NOT NULL
WITH p, ${holdersOf('i')} AS holders
${grantsOf('true')}
  AND holder IN holders
MATCH (q)-[:ON]->(on)
RETURN DISTINCT holder, q.level AS level, on`,
});

/** A permission is named `permission:LEVEL@RESOURCE`. */
function grantOf({ from, edge, to }: Step): [string, string, string][] {
  if (edge !== 'HOLDS' && edge !== 'REPORTED') return [];
  const [level = '', ...resource] = to.ref.slice('permission:'.length).split('@');
  return [[from.ref, level, resource.join('@')]];
}
