/** What is held by everybody. */
import { type Listed, node, type Shown, savedQuestion, text } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { grants: Listed<{ level: string; node: Shown; fact: { readonly stale: boolean } }> } }>;
}

const FIELDS = 'grants(first: 1000) { pageInfo { hasNextPage } edges { level node { ref key } fact { stale } } }';

export const PUBLIC_GRANTS = savedQuestion<Page>({
  name: 'public-grants',
  text: 'What is held by anybody, or by every licensed user?',
  parameters: [],
  columns: [node('holder'), text('level'), node('resource')],
  paged: 'find',
  graphql: `
query PublicGrants($after: String) {
  find(text: "", kinds: [ANONYMOUS, EVERYONE], first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { ref key ... on Anonymous { ${FIELDS} } ... on Everyone { ${FIELDS} } } }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: { ref, grants } }) =>
        grants.edges.filter(({ fact }) => !fact.stale).map((grant) => [ref, grant.level, grant.node.ref]),
      ),
    ),
  cypher: `
MATCH (holder:Anonymous|Everyone {tenant: $tenant})-[:HOLDS]->(p:Permission)-[:ON]->(resource)
WHERE holder.key > ''
RETURN DISTINCT holder, p.level AS level, resource`,
});
