/** All through which an identity may hold permissions. */
import { node, type Shown, savedQuestion } from '../saved-question.ts';

interface Answer {
  readonly node: Shown & { readonly actsThrough?: readonly { readonly ref: string }[] };
}

export const ACTS_THROUGH = savedQuestion<Answer>({
  name: 'acts-through',
  text: 'Through which owner and groups may this identity hold permissions?',
  note: 'what anybody may, everybody may: `anonymous:` is not listed',
  parameters: [{ name: 'identity', kind: 'node', doc: 'the user, group or credential', example: 'user:evan' }],
  columns: [node('holder')],
  graphql: `
query ActsThrough($identity: Ref!) {
  node(ref: $identity) { ref key name ... on Holder { actsThrough { kind ref name } } }
}`,
  rows: (pages) =>
    pages.flatMap(({ node: { ref, actsThrough } }) =>
      (actsThrough ?? []).filter((holder) => holder.ref !== ref).map((holder) => [holder.ref]),
    ),
  cypher: `
MATCH (i:Node {tenant: $tenant, key: $identity})
MATCH (i)-[:ACTS_AS|MEMBER_OF*1..]->(holder)
WHERE holder <> i AND NOT holder:Anonymous
RETURN DISTINCT holder ORDER BY holder.ref`,
});
