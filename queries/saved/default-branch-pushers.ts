/** Who can push to the main branch of each repository. */
import { everybodyOnBranch } from '../saved-lists.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { mainBranch: (Shown & { whoCan: Listed<{ node: Shown }> }) | null } }>;
}

export const DEFAULT_BRANCH_PUSHERS = savedQuestion<Page>({
  name: 'default-branch-pushers',
  text: 'Who can push to the default branch of each repository?',
  parameters: [],
  columns: [node('repository'), node('branch'), node('identity')],
  paged: 'find',
  graphql: `
query DefaultBranchPushers($after: String) {
  find(text: "", kinds: [REPOSITORY], first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        ... on Repository {
          mainBranch {
            ref key
            whoCan(action: BRANCH_PUSH, first: 1000) {
              pageInfo { hasNextPage }
              edges { permission node { ref key } }
            }
          }
        }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: { ref, mainBranch } }) =>
        mainBranch === null ? [] : mainBranch.whoCan.edges.map((edge) => [ref, mainBranch.ref, edge.node.ref]),
      ),
    ),
  cypher: `
MATCH (r:Repository {tenant: $tenant})-[:MAIN_BRANCH]->(b:Branch)
WHERE r.key > ''
${everybodyOnBranch('branch.push')}
RETURN r AS repository, b AS branch, i AS identity ORDER BY r.ref, i.ref`,
});
