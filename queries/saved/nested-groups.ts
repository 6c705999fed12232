/** Groups in groups. */
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { groups: Listed<{ node: Shown; fact: { readonly stale: boolean } }> } }>;
}

export const NESTED_GROUPS = savedQuestion<Page>({
  name: 'nested-groups',
  text: 'Which groups are members of other groups?',
  parameters: [],
  columns: [node('inner'), node('outer')],
  paged: 'find',
  graphql: `
query NestedGroups($after: String) {
  find(text: "", kinds: [GROUP], first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { ref key ... on Group { groups(first: 1000) { pageInfo { hasNextPage } edges { node { ref key } fact { stale } } } } } }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: { ref, groups } }) => groups.edges.filter(({ fact }) => !fact.stale).map((edge) => [ref, edge.node.ref])),
    ),
  cypher: `
MATCH (inner:Group {tenant: $tenant})-[:MEMBER_OF]->(outer:Group|Everyone)
WHERE inner.key > ''
RETURN DISTINCT inner, outer ORDER BY inner.ref, outer.ref`,
});
