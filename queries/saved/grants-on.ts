/** Who holds what on a resource, and on all that it lies in. */
import { LEVELED } from '../saved-fragments.ts';
import { type Listed, node, type Shown, savedQuestion, text } from '../saved-question.ts';

interface Granted {
  readonly grants?: Listed<{ level: string; node: Shown; fact: { readonly stale: boolean } }>;
}
interface Answer {
  readonly node: Shown & Granted & { readonly within: readonly { readonly ref: string; readonly node: Granted | null }[] };
}

const GRANTS = LEVELED.split('|')
  .map((kind) => `... on ${kind} { grants(first: 1000) { pageInfo { hasNextPage } edges { level node { ref key } fact { stale } } } }`)
  .join('\n      ');

export const GRANTS_ON = savedQuestion<Answer>({
  name: 'grants-on',
  text: 'Who holds which level on this resource, or on something that contains it?',
  parameters: [
    {
      name: 'resource',
      kind: 'node',
      of: ['Repository', 'Project', 'Workspace', 'Instance'],
      doc: 'the resource',
      example: 'repository:acme/api',
    },
  ],
  columns: [node('on'), text('level'), node('holder')],
  graphql: `
query GrantsOn($resource: Ref!) {
  node(ref: $resource) {
    ref key
      ${GRANTS}
    within {
      ref
      node {
        ${GRANTS}
      }
    }
  }
}`,
  rows: (pages) =>
    pages.flatMap(({ node: asked }) =>
      [grantsOf(asked.ref, asked), ...asked.within.map((place) => grantsOf(place.ref, place.node))].flat(),
    ),
  cypher: `
MATCH (r:Node {tenant: $tenant, key: $resource})
MATCH (r)<-[:CONTAINS|STALE_CONTAINS*0..]-(on:${LEVELED})
MATCH (on)<-[:ON]-(p:Permission)<-[:HOLDS]-(holder)
RETURN DISTINCT on, p.level AS level, holder`,
});

function grantsOf(on: string, granted: Granted | null): [string, string, string][] {
  const fresh = granted?.grants?.edges.filter(({ fact }) => !fact.stale) ?? [];
  return fresh.map(({ level, node: holder }) => [on, level, holder.ref]);
}
