/** Where Bitbucket's own listing of effective permissions differs from what follows from the facts. */
import { grantsOf, holdersOf, isFit } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion, text } from '../saved-question.ts';

interface Reported {
  readonly level: string;
  readonly node: Shown;
  readonly fact: { readonly stale: boolean };
}
interface Page {
  readonly find: Listed<{ node: Shown & { reported: Listed<Reported>; whoCan: Listed<{ permission: string; node: Shown }> } }>;
}

export const LISTING_DIFFERENCES = savedQuestion<Page>({
  name: 'listing-differences',
  text: "Where does Bitbucket's own listing of effective permissions differ from what was computed?",
  note: 'only people whom the listing names: absence from it proves nothing; `computed` is empty where nothing is certain',
  parameters: [],
  columns: [node('person'), node('repository'), text('reported'), text('computed')],
  paged: 'find',
  graphql: `
query ListingDifferences($after: String) {
  find(text: "", kinds: [REPOSITORY], first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        ref key
        ... on Repository {
          reported(first: 1000) { pageInfo { hasNextPage } edges { level node { ref key } fact { stale } } }
          whoCan(action: REPOSITORY_READ, kinds: [USER, SERVICE_USER], first: 1000) {
            pageInfo { hasNextPage }
            edges { permission node { ref key } }
          }
        }
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ find }) =>
      find.edges.flatMap(({ node: { ref, reported, whoCan } }) => {
        const computed = new Map(whoCan.edges.map((edge) => [edge.node.key, edge.permission]));
        return reported.edges
          .filter(({ fact, level, node: person }) => !fact.stale && computed.get(person.key) !== level)
          .map(({ level, node: person }) => [person.ref, ref, level, computed.get(person.key) ?? null]);
      }),
    ),
  cypher: `
MATCH (person:User|ServiceUser {tenant: $tenant})-[:REPORTED]->(listed:Permission)-[:ON]->(r:Repository)
WHERE person.key > ''
WITH DISTINCT person, listed.level AS reported, r
WITH person, reported, r, ${holdersOf('person')} AS holders, ${isFit('person')} AS isFit
WITH person, reported, r, CASE WHEN isFit THEN COLLECT {
  MATCH (r)<-[:ON]-(p:Permission)
  WHERE p.rule IS NOT NULL
  ${grantsOf('true').replaceAll('\n', '\n  ')}
    AND holder IN holders
  RETURN DISTINCT p
} ELSE [] END AS reached
WITH person, reported, r, head([p IN reached WHERE none(greater IN reached WHERE EXISTS { (greater)-[:IMPLIES*1..]->(p) }) | p.level]) AS computed
WHERE computed IS NULL OR computed <> reported
RETURN person, r AS repository, reported, computed`,
});
