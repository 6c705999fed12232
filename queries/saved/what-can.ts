/** What an identity can do something to. */
import { everythingAllowed, parameterText } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

export const WHAT_CAN = savedQuestion<{ whatCan: Listed<{ node: Shown }> }>({
  name: 'what-can',
  text: 'To which repositories, projects, workspaces and instances can this identity do this?',
  parameters: [
    { name: 'identity', kind: 'node', doc: 'the user, group or credential', example: 'user:evan' },
    { name: 'action', kind: 'action', doc: 'what it wants to do', default: 'repository.write', example: 'repository.admin' },
  ],
  columns: [node('resource')],
  paged: 'whatCan',
  graphql: `
query WhatCan($identity: Ref!, $action: Action!, $after: String) {
  whatCan(identity: $identity, action: $action, kinds: [REPOSITORY, PROJECT, WORKSPACE, INSTANCE], first: 1000, after: $after) {
    complete
    pageInfo { hasNextPage endCursor }
    edges { permission node { kind ref key name } proof { text } }
  }
}`,
  rows: (pages) => pages.flatMap(({ whatCan }) => whatCan.edges.map((edge) => [edge.node.ref])),
  cypher: `
MATCH (i:Node {tenant: $tenant, key: $identity})
${everythingAllowed(parameterText('action', 'r'))}
  AND head([label IN labels(r) WHERE label <> 'Node']) IN $actionOn
RETURN r AS resource ORDER BY r.ref`,
});
