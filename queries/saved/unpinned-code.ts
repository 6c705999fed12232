/** Images and pipes that steps run and that may be other code tomorrow. */
import { type Listed, node, type Shown, savedQuestion, text } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{
    node: Shown & {
      properties: { readonly pin?: string; readonly pinned?: boolean };
      usedBy: Listed<{ node: Shown; fact: { readonly stale: boolean } }>;
    };
  }>;
}

const USED_BY = 'usedBy(first: 1000) { pageInfo { hasNextPage } edges { node { ref key } fact { stale } } }';

export const UNPINNED_CODE = savedQuestion<Page>({
  name: 'unpinned-code',
  text: 'Which images and pipes do steps run that are not pinned?',
  note: 'whoever publishes one acts with all that the step may get hold of; MODEL.md says what counts as pinned',
  parameters: [],
  columns: [node('code'), text('pin'), node('step')],
  paged: 'find',
  graphql: `
query UnpinnedCode($after: String) {
  find(text: "", kinds: [IMAGE, PIPE], first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key properties
        ... on Image { ${USED_BY} }
        ... on Pipe { ${USED_BY} }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: { ref, properties, usedBy } }) =>
        properties.pinned === false
          ? usedBy.edges.filter(({ fact }) => !fact.stale).map((edge) => [ref, properties.pin ?? null, edge.node.ref])
          : [],
      ),
    ),
  cypher: `
MATCH (step:PipelineStep {tenant: $tenant})-[:USES]->(code)
WHERE step.key > '' AND code.pinned = false
RETURN DISTINCT code, code.pin AS pin, step ORDER BY code.ref, step.ref`,
});
