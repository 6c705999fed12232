/** Repositories that no person administers. */
import { actionText, everybodyAllowed } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { whoCan: Listed<unknown> } }>;
}

export const ORPHAN_REPOSITORIES = savedQuestion<Page>({
  name: 'orphan-repositories',
  text: 'Which repositories does no person administer for certain?',
  note: 'people whose account is inactive do not count',
  parameters: [],
  columns: [node('repository')],
  paged: 'find',
  graphql: `
query OrphanRepositories($after: String) {
  find(text: "", kinds: [REPOSITORY], first: 200, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { ref key ... on Resource { whoCan(action: REPOSITORY_ADMIN, kinds: [USER], first: 1) { complete edges { node { ref } } } } } }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) => find.edges.flatMap((edge) => (edge.node.whoCan.edges.length === 0 ? [[edge.node.ref]] : []))),
  cypher: `
MATCH (r:Repository {tenant: $tenant})
WHERE r.key > '' AND NOT EXISTS {
${everybodyAllowed({ ...actionText('repository.admin', 'Repository'), ways: null }, [], 'User')}
RETURN i
}
RETURN r AS repository ORDER BY r.ref`,
});
