/** Who can write to a repository of a workspace that he does not belong to. */
import { actionText, everythingAllowed, holdersOf, needsOf, quoted } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Place {
  readonly ref: string;
  readonly kind: string;
}
interface Page {
  readonly find: Listed<{
    node: Shown & { member: Listed<{ node: Shown }>; writes: Listed<{ node: Shown & { within: readonly Place[] } }> };
  }>;
}

export const OUTSIDE_COLLABORATORS = savedQuestion<Page>({
  name: 'outside-collaborators',
  text: 'Which outside collaborators can write: people who are not members of the workspace?',
  note: 'a person is outside where no known fact makes him a member of the workspace that contains the repository',
  parameters: [],
  columns: [node('person'), node('repository'), node('workspace')],
  paged: 'find',
  graphql: `
query OutsideCollaborators($after: String) {
  find(text: "", kinds: [USER, SERVICE_USER], first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        ... on Holder {
          member: whatCan(action: WORKSPACE_MEMBER, first: 100) { pageInfo { hasNextPage } edges { node { ref } } }
          writes: whatCan(action: REPOSITORY_WRITE, first: 1000) {
            pageInfo { hasNextPage }
            edges { permission node { ref key within { kind ref } } }
          }
        }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: person }) => {
        const own = new Set(person.member.edges.map((edge) => edge.node.ref));
        return person.writes.edges.flatMap(({ node: repository }) =>
          repository.within
            .filter(({ kind, ref }) => kind === 'WORKSPACE' && !own.has(ref))
            .map((workspace) => [person.ref, repository.ref, workspace.ref]),
        );
      }),
    ),
  cypher: `
MATCH (i:User|ServiceUser {tenant: $tenant})
WHERE i.key > ''
${everythingAllowed(actionText('repository.write', 'Repository'), ['i'], 'Repository')}
MATCH (r)<-[:CONTAINS|STALE_CONTAINS*1..]-(w:Workspace)
WITH DISTINCT i, r, w, ${holdersOf('i')} AS holders
WHERE NOT EXISTS {
  MATCH (w)<-[:ON]-(member:Permission)<-[:IMPLIES*0..]-(:Permission)<-[:HOLDS]-(holder)
  WHERE member.rule IN ${quoted(needsOf('workspace.member'))} AND holder IN holders
}
RETURN i AS person, r AS repository, w AS workspace ORDER BY i.ref, r.ref`,
});
