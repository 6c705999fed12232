/** What a group gives that its members have by nothing else. */
import { includesLevel, type LeveledShown } from '../saved-levels.ts';
import { type Listed, node, type Shown, savedQuestion, text } from '../saved-question.ts';

interface Grant {
  readonly level: string;
  readonly node: LeveledShown;
  readonly fact: { readonly stale: boolean };
}
interface Holder extends Shown {
  readonly kind: string;
  readonly groups?: Listed<{ readonly node: Shown; readonly fact: { readonly stale: boolean } }>;
  readonly grants: Listed<Grant>;
}
interface Page {
  readonly asked: Shown;
  readonly find: Listed<{ readonly node: Holder }>;
}

const GROUPS = 'groups(first: 500) { pageInfo { hasNextPage } edges { node { key } fact { stale } } }';
const GRANTS = 'grants(first: 1000) { pageInfo { hasNextPage } edges { level node { kind ref key within { kind } } fact { stale } } }';

export const GROUP_REMOVAL = savedQuestion<Page>({
  name: 'group-removal',
  text: 'What would the removal of this group take away from its members?',
  note: 'grants that reach a person by this group alone, and beside which he holds nothing as great on the same resource',
  parameters: [{ name: 'group', kind: 'node', of: ['Group', 'Everyone'], doc: 'the group', example: 'group:acme/developers' }],
  columns: [node('person'), text('level'), node('resource')],
  paged: 'find',
  graphql: `
query GroupRemoval($group: Ref!, $after: String) {
  asked: node(ref: $group) { ref key }
  find(text: "", kinds: [USER, SERVICE_USER, GROUP, EVERYONE, ANONYMOUS], first: 10, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        kind ref key
        ... on User { ${GROUPS} ${GRANTS} }
        ... on ServiceUser { ${GROUPS} ${GRANTS} }
        ... on Group { ${GROUPS} ${GRANTS} }
        ... on Everyone { ${GRANTS} }
        ... on Anonymous { ${GRANTS} }
      }
    }
  }
}`,
  rows(pages) {
    const group = pages[0]?.asked.key ?? '';
    const all = new Map(pages.flatMap(({ find }) => find.edges.map((edge) => [edge.node.key, edge.node] as const)));
    const people = [...all.values()].filter(({ kind }) => kind === 'USER' || kind === 'SERVICE_USER');
    return people.flatMap((person) => {
      const before = partOf(all, person.key, null);
      if (!before.has(group)) return [];
      const after = partOf(all, person.key, group);
      const left = [...after, 'anonymous:'].flatMap((key) => fresh(all.get(key)?.grants));
      const lost = [...before].filter((key) => !after.has(key)).flatMap((key) => fresh(all.get(key)?.grants));
      return lost
        .filter(({ level, node: resource }) => includesLevel(resource, level, level))
        .filter(
          ({ level, node: resource }) =>
            !left.some((other) => other.node.key === resource.key && includesLevel(resource, other.level, level)),
        )
        .map(({ level, node: resource }) => [person.ref, level, resource.ref]);
    });
  },
  // A shortest way to each holder, not every way: where groups are members of each other those are too many to be walked.
  cypher: `
MATCH (group:Node {tenant: $tenant, key: $group})
MATCH (group)<-[:MEMBER_OF*1..]-(person:User|ServiceUser)
WITH DISTINCT group, person
WITH person,
  COLLECT { MATCH (person)-[:MEMBER_OF*0..]->(holder) RETURN DISTINCT holder } AS before,
  [person] + COLLECT { MATCH ANY SHORTEST (person) (()-[:MEMBER_OF]->(at) WHERE at <> group)+ (holder) RETURN DISTINCT holder } AS after
UNWIND [holder IN before WHERE NOT holder IN after] AS holder
MATCH (holder)-[:HOLDS]->(p:Permission)-[:ON]->(resource)
WHERE p.rule IS NOT NULL AND NOT EXISTS {
  MATCH (p)<-[:IMPLIES*0..]-(:Permission {resource: p.resource})<-[:HOLDS]-(other)
  WHERE other IN after
}
RETURN DISTINCT person, p.level AS level, resource`,
});

/** Itself and every group that it is in by known memberships, without passing through one group. */
function partOf(all: ReadonlyMap<string, Holder>, from: string, without: string | null): Set<string> {
  const found = new Set([from]);
  for (const at of found)
    for (const { node: group, fact } of all.get(at)?.groups?.edges ?? []) if (!fact.stale && group.key !== without) found.add(group.key);
  return found;
}

function fresh(grants: Listed<Grant> | undefined): readonly Grant[] {
  return grants?.edges.filter(({ fact }) => !fact.stale) ?? [];
}
