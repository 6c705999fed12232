/** Who administers projects. */
import { actionText, everybodyAllowed } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { whoCan: Listed<{ node: Shown }> } }>;
}

export const PROJECT_ADMINS = savedQuestion<Page>({
  name: 'project-admins',
  text: 'Who administers which project?',
  parameters: [],
  columns: [node('project'), node('identity')],
  paged: 'find',
  graphql: `
query ProjectAdmins($after: String) {
  find(text: "", kinds: [PROJECT], first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        ... on Resource {
          whoCan(action: PROJECT_ADMIN, first: 1000) {
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
MATCH (r:Project {tenant: $tenant})
WHERE r.key > ''
${everybodyAllowed(actionText('project.admin', 'Project'))}
RETURN r AS project, i AS identity ORDER BY r.ref, i.ref`,
});
