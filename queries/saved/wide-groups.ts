/** Groups that give more than reading to many people. */
import { actionText, everythingAllowed } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Held {
  readonly ref: string;
  readonly kind: string;
  readonly node: { readonly whatCan?: Listed<unknown> } | null;
}
interface Page {
  readonly find: Listed<{ node: Shown & { actsThrough: readonly Held[] } }>;
}

export const WIDE_GROUPS = savedQuestion<Page>({
  name: 'wide-groups',
  text: 'Which groups give more than read to more than so many people?',
  note: 'the group can write to a repository; its people are users who are members, directly or by other groups',
  parameters: [{ name: 'people', kind: 'number', doc: 'more people than this', default: 10, example: '100' }],
  columns: [node('group'), { name: 'people', holds: 'number' }],
  paged: 'find',
  graphql: `
query WideGroups($after: String) {
  find(text: "", kinds: [USER], first: 200, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        ... on Holder {
          actsThrough { kind ref node { ... on Holder { whatCan(action: REPOSITORY_WRITE, first: 1) { edges { node { ref } } } } } }
        }
      }
    }
  }
}`,
  rows(pages, { people }) {
    const counts = new Map<string, number>();
    for (const { find } of pages)
      for (const edge of find.edges)
        for (const { ref, kind, node: held } of edge.node.actsThrough)
          if ((kind === 'GROUP' || kind === 'EVERYONE') && (held?.whatCan?.edges.length ?? 0) > 0)
            counts.set(ref, (counts.get(ref) ?? 0) + 1);
    return [...counts].filter(([, count]) => count > Number(people));
  },
  cypher: `
MATCH (i:Group|Everyone {tenant: $tenant})
WHERE i.key > ''
${everythingAllowed(actionText('repository.write', 'Repository'), ['i'], 'Repository')}
WITH DISTINCT i
MATCH (i)<-[:MEMBER_OF*1..]-(person:User)
WITH i, count(DISTINCT person) AS people
WHERE people > $people
RETURN i AS group, people ORDER BY people DESC, i.ref`,
});
