/** Grants that could not be read again. */
import { LEVELED } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion, text } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { grants: Listed<{ level: string; node: Shown; fact: { readonly stale: boolean } }> } }>;
}

const KINDS = LEVELED.split('|');

export const STALE_GRANTS = savedQuestion<Page>({
  name: 'stale-grants',
  text: 'Which grants could not be read again, so that they may be gone?',
  parameters: [],
  columns: [node('holder'), text('level'), node('resource')],
  paged: 'find',
  graphql: `
query StaleGrants($after: String) {
  find(text: "", kinds: [WORKSPACE, INSTANCE, PROJECT, REPOSITORY], first: 10, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        ${KINDS.map((kind) => `... on ${kind} { grants(first: 1000) { pageInfo { hasNextPage } edges { level node { ref key } fact { stale } } } }`).join('\n        ')}
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: { ref, grants } }) =>
        grants.edges.filter(({ fact }) => fact.stale).map((grant) => [grant.node.ref, grant.level, ref]),
      ),
    ),
  cypher: `
MATCH (resource:${LEVELED} {tenant: $tenant})<-[held:STALE_HOLDS]-(holder)
WHERE resource.key > ''
  AND NOT EXISTS { (holder)-[:HOLDS]->(:Permission {level: held.word, resource: resource.number}) }
RETURN DISTINCT holder, held.word AS level, resource`,
});
