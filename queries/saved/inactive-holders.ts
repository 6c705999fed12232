/** Grants that wait for an account to be active again. */
import { type Listed, node, type Shown, savedQuestion, text } from '../saved-question.ts';

interface Grant {
  readonly level: string;
  readonly node: Shown;
  readonly fact: { readonly stale: boolean };
}
interface Page {
  readonly find: Listed<{ node: Shown & { active: boolean | null; grants: Listed<Grant> } }>;
}

const FIELDS = 'active grants(first: 1000) { pageInfo { hasNextPage } edges { level node { ref key } fact { stale } } }';

export const INACTIVE_HOLDERS = savedQuestion<Page>({
  name: 'inactive-holders',
  text: 'Which inactive accounts still hold grants?',
  parameters: [],
  columns: [node('person'), text('level'), node('resource')],
  paged: 'find',
  graphql: `
query InactiveHolders($after: String) {
  find(text: "", kinds: [USER, SERVICE_USER], first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { ref key ... on User { ${FIELDS} } ... on ServiceUser { ${FIELDS} } } }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges
        .filter((edge) => edge.node.active === false)
        .flatMap(({ node: { ref, grants } }) =>
          grants.edges.filter(({ fact }) => !fact.stale).map((grant) => [ref, grant.level, grant.node.ref]),
        ),
    ),
  cypher: `
MATCH (person:User|ServiceUser {tenant: $tenant})
WHERE person.key > '' AND person.active = false
MATCH (person)-[:HOLDS]->(p:Permission)-[:ON]->(resource)
RETURN DISTINCT person, p.level AS level, resource`,
});
