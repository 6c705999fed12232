/** Who administers which repository. */
import { actionText, everybodyAllowed } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { whoCan: Listed<{ node: Shown }> } }>;
}

export const REPOSITORY_ADMINS = savedQuestion<Page>({
  name: 'repository-admins',
  text: 'Who administers which repository, by whatever way?',
  parameters: [],
  columns: [node('repository'), node('identity')],
  paged: 'find',
  graphql: `
query RepositoryAdmins($after: String) {
  find(text: "", kinds: [REPOSITORY], first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        ... on Resource {
          whoCan(action: REPOSITORY_ADMIN, first: 1000) {
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
MATCH (r:Repository {tenant: $tenant})
WHERE r.key > ''
${everybodyAllowed(actionText('repository.admin', 'Repository'))}
RETURN r AS repository, i AS identity ORDER BY r.ref, i.ref`,
});
