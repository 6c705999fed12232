/** Projects in which everybody can write without a grant of his own. */
import { actionText, everybodyAllowed } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { whoCan: Listed<{ node: Shown }> } }>;
}

export const DEFAULT_WRITE_PROJECTS = savedQuestion<Page>({
  name: 'default-write-projects',
  text: 'Which projects give write to everybody by default?',
  note: 'the default permission of a project is a grant of all licensed users; it is held by `everyone:`, or by `anonymous:`',
  parameters: [],
  columns: [node('project'), node('holder')],
  paged: 'find',
  graphql: `
query DefaultWriteProjects($after: String) {
  find(text: "", kinds: [PROJECT], first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        ... on Resource {
          whoCan(action: PROJECT_WRITE, kinds: [EVERYONE, ANONYMOUS], first: 100) {
            pageInfo { hasNextPage }
            edges { permission node { ref key } proof { text } }
          }
        }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) => find.edges.flatMap(({ node: { ref, whoCan } }) => whoCan.edges.map((edge) => [ref, edge.node.ref]))),
  cypher: `
MATCH (r:Project {tenant: $tenant})
WHERE r.key > ''
${everybodyAllowed(actionText('project.write', 'Project'), ['r'], 'Everyone|Anonymous')}
RETURN r AS project, i AS holder ORDER BY r.ref, i.ref`,
});
