/** Who administers a repository only because of what contains it. */
import { actionText, everybodyAllowed, holdersOf } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion } from '../saved-question.ts';

interface Grant {
  readonly level: string;
  readonly node: Shown | null;
  readonly fact: { readonly stale: boolean };
}
interface Admin {
  readonly node: Shown & { readonly actsThrough: readonly { readonly ref: string }[] };
}
interface Page {
  readonly find: Listed<{ node: Shown & { grants: Listed<Grant>; whoCan: Listed<Admin> } }>;
}

/** Everybody acts as anybody. */
const ANYBODY = { ref: 'anonymous:' };

export const INHERITED_ADMINS = savedQuestion<Page>({
  name: 'inherited-admins',
  text: 'Who administers a repository only by inheritance, without a grant on the repository itself?',
  note: 'neither he nor a group of his holds admin there: he has it from the project, the workspace or the instance',
  parameters: [],
  columns: [node('repository'), node('identity')],
  paged: 'find',
  graphql: `
query InheritedAdmins($after: String) {
  find(text: "", kinds: [REPOSITORY], first: 10, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        ... on Repository {
          grants(first: 1000) { pageInfo { hasNextPage } edges { level node { ref key } fact { stale } } }
          whoCan(action: REPOSITORY_ADMIN, first: 1000) {
            pageInfo { hasNextPage }
            edges { node { ref key ... on Holder { actsThrough { ref } } } }
          }
        }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: { ref, grants, whoCan } }) => {
        const own = grants.edges.filter(({ level, fact }) => level === 'admin' && !fact.stale);
        const direct = new Set(own.map((grant) => grant.node?.ref));
        const inherited = whoCan.edges.filter((admin) => ![...admin.node.actsThrough, ANYBODY].some((holder) => direct.has(holder.ref)));
        return inherited.map((admin) => [ref, admin.node.ref]);
      }),
    ),
  cypher: `
MATCH (r:Repository {tenant: $tenant})
WHERE r.key > ''
${everybodyAllowed(actionText('repository.admin', 'Repository'))}
WITH r, i, ${holdersOf('i')} AS holders
WHERE NOT EXISTS { MATCH (r)<-[:ON]-(:Permission {level: 'admin'})<-[:HOLDS]-(own) WHERE own IN holders }
RETURN r AS repository, i AS identity ORDER BY r.ref, i.ref`,
});
