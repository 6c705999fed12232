/** Whom the restrictions of a repository list as exempt. */
import { type Listed, node, type Shown, savedQuestion, text } from '../saved-question.ts';

interface Stated {
  readonly fact: { readonly stale: boolean };
}
interface Rule extends Stated {
  readonly restriction: string;
  readonly glob: string | null;
  readonly branchType: string | null;
  readonly node: Shown & { readonly exempt: Listed<Stated & { readonly node: Shown }> };
}
interface Answer {
  readonly node: { readonly restrictions?: Listed<Rule> };
}

export const EXEMPT_LISTS = savedQuestion<Answer>({
  name: 'exempt-lists',
  text: 'Who is listed as exempt from the restrictions of this repository, and on which branches?',
  note: 'branches are named by a pattern or by their type in the branching model; members of a listed group are exempt too',
  parameters: [{ name: 'repository', kind: 'node', of: ['Repository'], doc: 'the repository', example: 'repository:acme/api' }],
  columns: [node('rule'), text('restriction'), text('branches'), node('exempt')],
  graphql: `
query ExemptLists($repository: Ref!) {
  node(ref: $repository) {
    ref
    ... on Repository {
      restrictions(first: 200) {
        pageInfo { hasNextPage }
        edges {
          restriction glob branchType
          fact { stale }
          node { ref key exempt(first: 500) { pageInfo { hasNextPage } edges { node { ref key } fact { stale } } } }
        }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ node: { restrictions } }) =>
      (restrictions?.edges ?? [])
        .filter(({ fact }) => !fact.stale)
        .flatMap(({ restriction, glob, branchType, node: rule }) =>
          rule.exempt.edges
            .filter(({ fact }) => !fact.stale)
            .map((edge) => [rule.ref, restriction, glob ?? branchType ?? '', edge.node.ref]),
        ),
    ),
  cypher: `
MATCH (r:Repository {tenant: $tenant, key: $repository})
MATCH (r)<-[restricts:RESTRICTS]-(rule:BranchRestriction)-[:EXEMPTS]->(exempt)
RETURN DISTINCT rule, restricts.word AS restriction, coalesce(restricts.glob, restricts.branchType, '') AS branches, exempt`,
});
