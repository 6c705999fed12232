/** Grants of a person that a group of his makes needless. */
import { holdersOf } from '../saved-fragments.ts';
import { includesLevel, type LeveledShown } from '../saved-levels.ts';
import { type Listed, node, type Shown, savedQuestion, text } from '../saved-question.ts';

interface Grant {
  readonly level: string;
  readonly node: LeveledShown;
  readonly fact: { readonly stale: boolean };
}
interface Held {
  readonly ref: string;
  readonly kind: string;
  readonly node: { readonly grants?: Listed<Grant> } | null;
}
interface Page {
  readonly find: Listed<{ node: Shown & { grants: Listed<Grant>; actsThrough: readonly Held[] } }>;
}

const GRANTS = 'grants(first: 1000) { pageInfo { hasNextPage } edges { level node { kind ref key within { kind } } fact { stale } } }';

export const REDUNDANT_GRANTS = savedQuestion<Page>({
  name: 'redundant-grants',
  text: 'Which permissions are held both directly and by a group, so that the direct grant is redundant?',
  note: 'the group holds the same level or a greater one on the same resource',
  parameters: [],
  columns: [node('person'), text('level'), node('resource'), node('group')],
  paged: 'find',
  graphql: `
query RedundantGrants($after: String) {
  find(text: "", kinds: [USER, SERVICE_USER], first: 5, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        ... on User { ${GRANTS} }
        ... on ServiceUser { ${GRANTS} }
        ... on Holder { actsThrough { kind ref node { ... on Group { ${GRANTS} } ... on Everyone { ${GRANTS} } } } }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: person }) => {
        const groups = person.actsThrough.filter(({ kind }) => kind === 'GROUP' || kind === 'EVERYONE');
        return fresh(person.grants).flatMap((own) =>
          groups
            .filter((group) =>
              fresh(group.node?.grants).some((other) => other.node.key === own.node.key && includesLevel(own.node, other.level, own.level)),
            )
            .map((group) => [person.ref, own.level, own.node.ref, group.ref]),
        );
      }),
    ),
  cypher: `
MATCH (person:User|ServiceUser {tenant: $tenant})
WHERE person.key > ''
WITH person, ${holdersOf('person')} AS holders
MATCH (person)-[:HOLDS]->(p:Permission)-[:ON]->(resource)
WHERE p.rule IS NOT NULL
MATCH (p)<-[:IMPLIES*0..]-(q:Permission {resource: p.resource})<-[:HOLDS]-(group:Group|Everyone)
WHERE group IN holders
RETURN DISTINCT person, p.level AS level, resource, group`,
});

function fresh(grants: Listed<Grant> | undefined): readonly Grant[] {
  return grants?.edges.filter(({ fact }) => !fact.stale) ?? [];
}
