/** Groups that hold something and have no member. */
import { quoted } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Place {
  readonly gaps: readonly { readonly hides: string }[];
}
interface Page {
  readonly find: Listed<{
    node: Shown &
      Place & {
        members: { readonly totalCount: number };
        grants: Listed<{ fact: { readonly stale: boolean } }>;
        within: readonly { node: Place | null }[];
      };
  }>;
}

export const EMPTY_GROUPS = savedQuestion<Page>({
  name: 'empty-groups',
  text: 'Which groups hold grants and have no member?',
  note: 'whoever is put into one gets them; a group of which the members could not be read is left out',
  parameters: [],
  columns: [node('group'), { name: 'grants', holds: 'number' }],
  paged: 'find',
  graphql: `
query EmptyGroups($after: String) {
  find(text: "", kinds: [GROUP], first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        gaps { hides }
        within { node { gaps { hides } } }
        ... on Group {
          members(first: 1) { totalCount }
          grants(first: 1000) { pageInfo { hasNextPage } edges { level node { ref } fact { stale } } }
        }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: { ref, gaps, members, grants, within } }) => {
        const hidden = [...gaps, ...within.flatMap((place) => place.node?.gaps ?? [])].map(({ hides }) => hides);
        const held = grants.edges.filter(({ fact }) => !fact.stale).length;
        const isKnown = !hidden.some((hides) => hides === 'GROUP_MEMBERS' || hides === 'GROUPS' || hides === 'EVERYTHING');
        return isKnown && members.totalCount === 0 && held > 0 ? [[ref, held]] : [];
      }),
    ),
  cypher: `
MATCH (group:Group {tenant: $tenant})
WHERE group.key > ''
  AND NOT EXISTS { (group)<-[:MEMBER_OF|STALE_MEMBER_OF]-() }
  AND NOT EXISTS {
    MATCH (group)<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(hidden:Gap)
    WHERE hidden.hides IN ${quoted(['group-members', 'groups', 'everything'])}
  }
MATCH (group)-[:HOLDS]->(p:Permission)
RETURN group, count(DISTINCT p) AS grants ORDER BY grants DESC, group.ref`,
});
