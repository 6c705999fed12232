/** Who administers workspaces. */
import { actionText, everybodyAllowed } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { whoCan: Listed<{ node: Shown }> } }>;
}

export const WORKSPACE_ADMINS = savedQuestion<Page>({
  name: 'workspace-admins',
  text: 'Who administers a workspace, and so everything in it?',
  parameters: [],
  columns: [node('workspace'), node('identity')],
  paged: 'find',
  graphql: `
query WorkspaceAdmins($after: String) {
  find(text: "", kinds: [WORKSPACE], first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        ... on Resource {
          whoCan(action: WORKSPACE_ADMIN, first: 1000) {
            pageInfo { hasNextPage }
            edges { node { ref key } proof { text } }
          }
        }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) => find.edges.flatMap(({ node: { ref, whoCan } }) => whoCan.edges.map((edge) => [ref, edge.node.ref]))),
  cypher: `
MATCH (r:Workspace {tenant: $tenant})
WHERE r.key > ''
${everybodyAllowed(actionText('workspace.admin', 'Workspace'))}
RETURN r AS workspace, i AS identity ORDER BY r.ref, i.ref`,
});
