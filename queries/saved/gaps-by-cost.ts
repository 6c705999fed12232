/** What is not known, the gaps that touch most repositories first. */
import { ASKABLE, actionText, everythingAllowed } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion, text } from '../saved-question.ts';

interface Counted {
  readonly totalCount: number;
}
interface Scope {
  readonly kind: string;
  readonly own?: Counted;
  readonly projects?: Listed<{ node: { repositories?: Counted } }>;
  readonly whatCan?: Counted;
}
interface Gap {
  readonly reason: string;
  readonly hides: string;
  readonly scope: Shown & { readonly node: Scope | null };
  readonly subject: Shown | null;
}
interface Page {
  readonly gaps: Listed<{ node: Gap }>;
}

const PROJECTS =
  'projects(first: 1000) { pageInfo { hasNextPage } edges { node { ... on Project { repositories(first: 1) { totalCount } } } } }';

export const GAPS_BY_COST = savedQuestion<Page>({
  name: 'gaps-by-cost',
  text: 'What is not known, and how many repositories does each gap touch?',
  note: 'a gap of a container touches the repositories in it, one of a group or person those that it can certainly read',
  parameters: [],
  columns: [{ name: 'repositories', holds: 'number' }, text('reason'), text('hides'), node('about'), node('subject')],
  paged: 'gaps',
  graphql: `
query GapsByCost($after: String) {
  gaps(first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        reason hides text
        subject { ref }
        scope {
          ref
          node {
            kind
            ... on Project { own: repositories(first: 1) { totalCount } }
            ... on Workspace { own: repositories(first: 1) { totalCount } ${PROJECTS} }
            ... on Instance { ${PROJECTS} }
            ... on Holder { whatCan(action: REPOSITORY_READ, first: 1) { totalCount } }
          }
        }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ gaps }) =>
      gaps.edges.map(({ node: { reason, hides, scope, subject } }) => [
        touched(scope.node),
        named(reason),
        named(hides),
        scope.ref,
        subject?.ref ?? null,
      ]),
    ),
  cypher: `
MATCH (gap:Gap {tenant: $tenant})-[:ABOUT]->(i)
WHERE gap.about >= 0
WITH DISTINCT gap.reason AS reason, gap.hides AS hides, i, head(COLLECT { MATCH (gap)-[:SUBJECT]->(subject) RETURN subject }) AS subject
RETURN CASE
  WHEN i:Repository THEN 1
  WHEN i:Project|Workspace|Instance
  THEN COUNT { MATCH (i:Project|Workspace)-[:CONTAINS|STALE_CONTAINS]->(r:Repository) RETURN DISTINCT r }
    + COUNT { MATCH (i:Workspace|Instance)-[:CONTAINS|STALE_CONTAINS]->(p:Project)-[:CONTAINS|STALE_CONTAINS]->(r:Repository) RETURN DISTINCT p, r }
  WHEN i:${ASKABLE}
  THEN COUNT {
${everythingAllowed(actionText('repository.read', 'Repository'), [], 'Repository')}
RETURN r
}
  ELSE 0
END AS repositories, reason, hides, i AS about, subject
ORDER BY repositories DESC`,
});

function touched(scope: Scope | null): number {
  if (scope === null) return 0;
  if (scope.kind === 'REPOSITORY') return 1;
  const inProjects = (scope.projects?.edges ?? []).reduce((sum, edge) => sum + (edge.node.repositories?.totalCount ?? 0), 0);
  return inProjects + (scope.own?.totalCount ?? 0) + (scope.whatCan?.totalCount ?? 0);
}

/** A value of an enum as the tables have it. */
function named(value: string): string {
  return value.toLowerCase().replaceAll('_', '-');
}
