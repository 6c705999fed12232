/** Everybody who is in a group, directly or by other groups. */
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { actsThrough: readonly { readonly ref: string }[] } }>;
  readonly node: Shown;
}

export const GROUP_MEMBERS = savedQuestion<Page>({
  name: 'group-members',
  text: 'Who is in this group, directly or by groups in it?',
  parameters: [{ name: 'group', kind: 'node', of: ['Group', 'Everyone'], doc: 'the group', example: 'group:acme/developers' }],
  columns: [node('person')],
  paged: 'find',
  graphql: `
query GroupMembers($group: Ref!, $after: String) {
  node(ref: $group) { ref key }
  find(text: "", kinds: [USER, SERVICE_USER], first: 500, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { ref key name ... on Holder { actsThrough { ref } } } }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find, node: { ref: group } }) =>
      find.edges.flatMap(({ node: { ref, actsThrough } }) => (actsThrough.some((holder) => holder.ref === group) ? [[ref]] : [])),
    ),
  cypher: `
MATCH (group:Node {tenant: $tenant, key: $group})
MATCH (group)<-[:MEMBER_OF*1..]-(person:User|ServiceUser)
RETURN DISTINCT person ORDER BY person.ref`,
});
