/** What a merge into a branch must still meet. */
import { RESTRICTION_NAMES, restrictionRow } from '../../graph/model/restrictions.ts';
import { quoted } from '../saved-fragments.ts';
import { savedQuestion, text } from '../saved-question.ts';

interface Answer {
  readonly check: {
    readonly conditions: readonly { readonly restriction: string; readonly value: number | null; readonly certain: boolean }[];
  };
}

const CONDITIONS = RESTRICTION_NAMES.filter(
  (kind) => restrictionRow(kind).effect === 'condition' && restrictionRow(kind).blocks.includes('branch.merge'),
);
const ENFORCING = RESTRICTION_NAMES.filter((kind) => restrictionRow(kind).effect === 'enforces');

export const MERGE_CONDITIONS = savedQuestion<Answer>({
  name: 'merge-conditions',
  text: 'Which merge checks must a pull request into this branch meet?',
  note: 'those that a rule on the branch enforces; of several numbers the greatest counts',
  parameters: [{ name: 'branch', kind: 'branch', doc: 'the branch', example: 'branch:acme/api#main' }],
  columns: [text('condition'), { name: 'value', holds: 'number' }, { name: 'certain', holds: 'boolean' }],
  asks: { action: 'branch.merge', of: 'branch' },
  graphql: `
query MergeConditions($branch: Ref!) {
  check(identity: "anonymous:", action: BRANCH_MERGE, resource: $branch) {
    conditions { text restriction value certain rules { ref } }
  }
}`,
  rows: (pages) => pages.flatMap(({ check }) => check.conditions.map(({ restriction, value, certain }) => [restriction, value, certain])),
  cypher: `
MATCH (b:Branch {tenant: $tenant, key: $branch})
MATCH (r:Repository {tenant: $tenant, key: $branchRepository})
MATCH (b)<-[enforcing:BINDS|MAY_BIND]-()
WHERE enforcing.word IN ${quoted(ENFORCING)}
WITH r, b, collect(type(enforcing)) AS enforcing
MATCH (b)<-[binds:BINDS|MAY_BIND]-(rule)-[restricts:RESTRICTS|STALE_RESTRICTS]->(r)
WHERE binds.word IN ${quoted(CONDITIONS)} AND restricts.word = binds.word
WITH binds.word AS condition, max(restricts.value) AS value, collect(type(binds)) AS binding, enforcing
RETURN condition, value, 'BINDS' IN binding AND 'BINDS' IN enforcing AS certain ORDER BY condition`,
});
