/** Repositories to which everybody who can write pushes directly. */
import { areRulesHidden } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Place {
  readonly gaps: readonly { readonly hides: string }[];
}
interface Page {
  readonly find: Listed<{
    node: Shown & Place & { restrictions: Listed<{ restriction: string }>; within: readonly { node: Place | null }[] };
  }>;
}

export const UNRESTRICTED_REPOSITORIES = savedQuestion<Page>({
  name: 'unrestricted-repositories',
  text: 'Which repositories have no restriction of pushing at all?',
  note: 'a repository of which the rules could not be read is left out',
  parameters: [],
  columns: [node('repository')],
  paged: 'find',
  graphql: `
query UnrestrictedRepositories($after: String) {
  find(text: "", kinds: [REPOSITORY], first: 100, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        gaps { hides }
        ... on Repository { restrictions(first: 1000) { pageInfo { hasNextPage } edges { restriction } } }
        within { node { gaps { hides } } }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: { ref, gaps, restrictions, within } }) => {
        const isHidden = gaps.some(({ hides }) => hides === 'RULES' || hides === 'EVERYTHING');
        const isCovered = within.some((place) => place.node?.gaps.some(({ hides }) => hides === 'EVERYTHING') === true);
        return isHidden || isCovered || restrictions.edges.some(({ restriction }) => restriction === 'push') ? [] : [[ref]];
      }),
    ),
  cypher: `
MATCH (r:Repository {tenant: $tenant})
WHERE r.key > ''
  AND NOT EXISTS { (r)<-[:RESTRICTS|STALE_RESTRICTS {word: 'push'}]-() }
  AND NOT ${areRulesHidden('r')}
RETURN r AS repository ORDER BY r.ref`,
});
