/** Grants on repositories to single people. */
import { type Listed, node, type Shown, savedQuestion, text } from '../saved-question.ts';

interface Grant {
  readonly level: string;
  readonly node: Shown & { readonly kind: string };
  readonly fact: { readonly stale: boolean };
}
interface Page {
  readonly find: Listed<{ node: Shown & { grants: Listed<Grant> } }>;
}

export const DIRECT_USER_GRANTS = savedQuestion<Page>({
  name: 'direct-user-grants',
  text: 'Which grants on repositories are held by a person instead of a group?',
  parameters: [],
  columns: [node('repository'), text('level'), node('person')],
  paged: 'find',
  graphql: `
query DirectUserGrants($after: String) {
  find(text: "", kinds: [REPOSITORY], first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        ... on Repository { grants(first: 1000) { pageInfo { hasNextPage } edges { level node { kind ref key } fact { stale } } } }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: { ref, grants } }) =>
        grants.edges
          .filter(({ fact, node: { kind } }) => !fact.stale && kind === 'USER')
          .map((grant) => [ref, grant.level, grant.node.ref]),
      ),
    ),
  cypher: `
MATCH (r:Repository {tenant: $tenant})<-[:ON]-(p:Permission)<-[:HOLDS]-(person:User)
WHERE r.key > ''
RETURN DISTINCT r AS repository, p.level AS level, person`,
});
