/** Files that should say what pipelines run, and do not. */
import { type Listed, node, type Shown, savedQuestion, text } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { properties: { readonly parsed?: boolean; readonly problem?: string } } }>;
}

export const UNREADABLE_DEFINITIONS = savedQuestion<Page>({
  name: 'unreadable-definitions',
  text: 'Which definitions of pipelines could not be read, and why?',
  parameters: [],
  columns: [node('definition'), text('problem')],
  paged: 'find',
  graphql: `
query UnreadableDefinitions($after: String) {
  find(text: "", kinds: [DEFINITION], first: 500, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { ref key properties } }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: { ref, properties } }) => (properties.parsed === false ? [[ref, properties.problem ?? null]] : [])),
    ),
  cypher: `
MATCH (definition:Definition {tenant: $tenant})
WHERE definition.key > '' AND definition.parsed = false
RETURN definition, definition.problem AS problem ORDER BY definition.ref`,
});
