/** Who can do something to something that has levels. */
import { everybodyAllowed, parameterText } from '../saved-fragments.ts';
import type { WhoCan } from '../saved-lists.ts';
import { node, savedQuestion } from '../saved-question.ts';

export const WHO_CAN = savedQuestion<WhoCan>({
  name: 'who-can',
  text: 'Who can do this to this repository, project, workspace or instance?',
  parameters: [
    { name: 'action', kind: 'action', doc: 'what they want to do', example: 'repository.write' },
    {
      name: 'resource',
      kind: 'node',
      of: ['Repository', 'Project', 'Workspace', 'Instance'],
      doc: 'what to',
      example: 'repository:acme/api',
    },
  ],
  columns: [node('identity')],
  asks: { action: '$action', of: 'resource' },
  paged: 'whoCan',
  graphql: `
query WhoCan($action: Action!, $resource: Ref!, $after: String) {
  whoCan(action: $action, resource: $resource, first: 1000, after: $after) {
    complete
    pageInfo { hasNextPage endCursor }
    edges { permission node { kind ref key name } proof { text } }
  }
}`,
  rows: (pages) => pages.flatMap(({ whoCan }) => whoCan.edges.map((edge) => [edge.node.ref])),
  cypher: `
MATCH (r:Node {tenant: $tenant, key: $resource})
${everybodyAllowed(parameterText('action', 'r'))}
RETURN i AS identity ORDER BY i.ref`,
});
