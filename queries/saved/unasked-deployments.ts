/** Steps that deploy to production with nobody asked. */
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{
    node: Shown & {
      properties: { readonly selector?: string; readonly manual?: boolean; readonly held?: boolean };
      deploysTo: Listed<{
        node: Shown & { properties: { readonly environmentType?: string; readonly adminOnly?: boolean } };
        fact: { readonly stale: boolean };
      }>;
    };
  }>;
}

export const UNASKED_DEPLOYMENTS = savedQuestion<Page>({
  name: 'unasked-deployments',
  text: 'Which steps deploy to production as soon as somebody pushes, with nobody asked?',
  note: 'neither the step nor one before it waits for a person, nor the environment for an administrator; pipelines that a person or a schedule starts are left out',
  parameters: [],
  columns: [node('step'), node('environment')],
  paged: 'find',
  graphql: `
query UnaskedDeployments($after: String) {
  find(text: "", kinds: [PIPELINE_STEP], first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key properties
        ... on PipelineStep {
          deploysTo(first: 100) { pageInfo { hasNextPage } edges { node { ref key properties } fact { stale } } }
        }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: { ref, properties, deploysTo } }) => {
        const { selector, manual, held } = properties;
        if (selector === undefined || selector === 'custom' || manual === true || held === true) return [];
        const open = deploysTo.edges.filter(
          ({ fact, node: { properties: environment } }) =>
            !fact.stale && environment.environmentType === 'Production' && environment.adminOnly !== true,
        );
        return open.map((edge) => [ref, edge.node.ref]);
      }),
    ),
  cypher: `
MATCH (step:PipelineStep {tenant: $tenant})-[:DEPLOYS_TO]->(environment:Environment)
WHERE step.key > '' AND step.selector <> 'custom'
  AND coalesce(step.manual, false) = false AND coalesce(step.held, false) = false
  AND environment.environmentType = 'Production' AND coalesce(environment.adminOnly, false) = false
RETURN DISTINCT step, environment ORDER BY step.ref, environment.ref`,
});
