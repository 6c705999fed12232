/** Credentials that have expired, or will soon. */
import { NODE_KIND_NAMES, NODE_KINDS } from '../../graph/model/node-kinds.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Page {
  readonly find: Listed<{ node: Shown & { expiresAt: string | null } }>;
}

const KINDS = NODE_KIND_NAMES.filter((kind) => NODE_KINDS[kind].is === 'credential');
const DAY_MS = 86_400_000;

export const EXPIRING_CREDENTIALS = savedQuestion<Page>({
  name: 'expiring-credentials',
  text: 'Which credentials have expired, or will within so many days?',
  parameters: [{ name: 'days', kind: 'number', doc: 'how many days from now', default: 30, example: '30' }],
  columns: [node('credential'), { name: 'expiresAt', holds: 'instant' }],
  paged: 'find',
  graphql: `
query ExpiringCredentials($after: String) {
  find(
    text: ""
    kinds: [API_TOKEN, ACCESS_TOKEN, OAUTH_CONSUMER, DEPLOY_KEY, ACCESS_KEY, SSH_KEY, APPLICATION_LINK, OIDC_IDENTITY]
    first: 500
    after: $after
  ) {
    pageInfo { hasNextPage endCursor }
    edges { node { kind ref key ${KINDS.map((kind) => `... on ${kind} { expiresAt }`).join(' ')} } }
  }
}`,
  rows(pages, { days }) {
    const until = Date.now() + Number(days) * DAY_MS;
    const all = pages.flatMap(({ find }) => find.edges.map((edge) => edge.node));
    const expiring = all.flatMap(({ ref, expiresAt }) => (expiresAt === null ? [] : [[ref, Date.parse(expiresAt)] as const]));
    return expiring.filter(([, at]) => at <= until);
  },
  cypher: `
MATCH (i:${KINDS.join('|')} {tenant: $tenant})
WHERE i.key > '' AND i.expiresAt <= timestamp() + $days * ${DAY_MS}
RETURN i AS credential, i.expiresAt AS expiresAt ORDER BY expiresAt`,
});
