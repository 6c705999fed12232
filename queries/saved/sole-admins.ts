/** Repositories that hang on one person. */
import { actionText, everybodyAllowed } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { whoCan: Listed<{ node: Shown }> } }>;
}

export const SOLE_ADMINS = savedQuestion<Page>({
  name: 'sole-admins',
  text: 'Which repositories are administered by one person alone?',
  parameters: [],
  columns: [node('repository'), node('person')],
  paged: 'find',
  graphql: `
query SoleAdmins($after: String) {
  find(text: "", kinds: [REPOSITORY], first: 200, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { ref key ... on Resource { whoCan(action: REPOSITORY_ADMIN, kinds: [USER], first: 2) { complete edges { node { ref } } } } } }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: { ref, whoCan } }) =>
        whoCan.edges.length === 1 ? whoCan.edges.map((edge) => [ref, edge.node.ref]) : [],
      ),
    ),
  cypher: `
MATCH (r:Repository {tenant: $tenant})
WHERE r.key > ''
${everybodyAllowed({ ...actionText('repository.admin', 'Repository'), ways: null }, ['r'], 'User')}
WITH r, collect(i) AS people
WHERE size(people) = 1
RETURN r AS repository, people[0] AS person ORDER BY r.ref`,
});
