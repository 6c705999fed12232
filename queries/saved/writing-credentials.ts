/** Credentials that can write to repositories. */
import { NODE_KIND_NAMES, NODE_KINDS } from '../../graph/model/node-kinds.ts';
import { actionText, everythingAllowed } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { whatCan: Listed<{ node: Shown }> } }>;
}

const CREDENTIALS = NODE_KIND_NAMES.filter((kind) => NODE_KINDS[kind].is === 'credential').join('|');

export const WRITING_CREDENTIALS = savedQuestion<Page>({
  name: 'writing-credentials',
  text: 'Which tokens, keys and applications can write to which repositories?',
  note: 'branch restrictions may still stop them on single branches',
  parameters: [],
  columns: [node('credential'), node('repository')],
  paged: 'find',
  graphql: `
query WritingCredentials($after: String) {
  find(
    text: ""
    kinds: [API_TOKEN, ACCESS_TOKEN, OAUTH_CONSUMER, DEPLOY_KEY, ACCESS_KEY, SSH_KEY, APPLICATION_LINK, OIDC_IDENTITY]
    first: 100
    after: $after
  ) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        kind ref key
        ... on Holder {
          whatCan(action: REPOSITORY_WRITE, first: 1000) { pageInfo { hasNextPage } edges { permission node { ref key } } }
        }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) => find.edges.flatMap(({ node: { ref, whatCan } }) => whatCan.edges.map((edge) => [ref, edge.node.ref]))),
  cypher: `
MATCH (i:${CREDENTIALS} {tenant: $tenant})
WHERE i.key > ''
${everythingAllowed(actionText('repository.write', 'Repository'), ['i'], 'Repository')}
RETURN i AS credential, r AS repository ORDER BY i.ref, r.ref`,
});
