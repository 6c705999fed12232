/** Accounts that can do nothing. */
import { ACTION_NAMES, actionRow } from '../../graph/model/actions.ts';
import { isLeveled } from '../../graph/model/lattice.ts';
import { everythingAllowed, needsOf, quoted } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { whatCan: Listed<unknown> } }>;
}

/** Levels with which something can be done to the resource itself. */
const USEFUL = ACTION_NAMES.flatMap((action) =>
  actionRow(action)
    .on.filter(isLeveled)
    .flatMap((kind) => needsOf(action).filter((rule) => rule.split('/')[2] === kind)),
);

export const POWERLESS_USERS = savedQuestion<Page>({
  name: 'powerless-users',
  text: 'Which users have no way to anything at all?',
  note: 'nothing certain: an account that is inactive, or of which it is not known, is among them',
  parameters: [],
  columns: [node('person')],
  paged: 'find',
  graphql: `
query PowerlessUsers($after: String) {
  find(text: "", kinds: [USER, SERVICE_USER], first: 500, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { ref key name ... on Holder { whatCan(first: 1) { edges { permission node { ref } } } } } }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) => find.edges.flatMap((edge) => (edge.node.whatCan.edges.length === 0 ? [[edge.node.ref]] : []))),
  cypher: `
MATCH (i:User|ServiceUser {tenant: $tenant})
WHERE i.key > '' AND NOT EXISTS {
${everythingAllowed({ needs: quoted([...new Set(USEFUL)]), ways: null, reports: 'true' }, [])}
RETURN r
}
RETURN i AS person ORDER BY i.ref`,
});
