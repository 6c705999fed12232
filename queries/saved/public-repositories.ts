/** Repositories that anybody can read. */
import { actionText, everythingAllowed } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

export const PUBLIC_REPOSITORIES = savedQuestion<{ whatCan: Listed<{ node: Shown }> }>({
  name: 'public-repositories',
  text: 'Which repositories can anybody read, without an account?',
  parameters: [],
  columns: [node('repository')],
  paged: 'whatCan',
  graphql: `
query PublicRepositories($after: String) {
  whatCan(identity: "anonymous:", action: REPOSITORY_READ, first: 1000, after: $after) {
    complete
    pageInfo { hasNextPage endCursor }
    edges { permission node { ref key name } proof { text } }
  }
}`,
  rows: (pages) => pages.flatMap(({ whatCan }) => whatCan.edges.map((edge) => [edge.node.ref])),
  cypher: `
MATCH (i:Anonymous {tenant: $tenant, key: 'anonymous:'})
${everythingAllowed(actionText('repository.read', 'Repository'), ['i'], 'Repository')}
RETURN r AS repository ORDER BY r.ref`,
});
