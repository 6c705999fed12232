/**
 * Which branch restrictions bind which observed branches, and which of these is the main branch of its repository. A branch is one
 * of the repository that its key names.
 *
 * The unit is a repository: all its rules and branches are looked at together. What changes how a rule of it matches touches the
 * repository, the rule, the branch, or, by a gap over everything, something that contains them.
 */
import { type NodeKey, repositoryOfBranch } from '../fact.ts';
import { HIDDEN_NAMES, hiddenRow } from '../model/gaps.ts';
import { isLeveled } from '../model/lattice.ts';
import { isNodeKind, NODE_KINDS, type NodeKind } from '../model/node-kinds.ts';
import { isRestrictionKind, restrictionRow } from '../model/restrictions.ts';
import { type BranchingModel, nameInKey, ruleMatches } from './branch-match.ts';
import { type CypherRunner, type InTransaction, inParts, type TouchedNode } from './neo4j-derived-parts.ts';

interface Binding {
  readonly rule: NodeKey;
  readonly branch: NodeKey;
  readonly type: 'BINDS' | 'MAY_BIND';
  readonly word: string;
  readonly reason: string;
}

/** A rule on the repository: all open statements of one fact together. */
interface RuleOnRepository {
  readonly key: NodeKey;
  readonly word: string;
  readonly isFresh: boolean;
  readonly isHidden: boolean;
  readonly glob: string | null;
  readonly branchType: string | null;
}

/** Gaps that hide all there is about what lies in their scope. */
const EVERYTHING = HIDDEN_NAMES.filter((name) => hiddenRow(name).takes === 'everything');
const BRANCH_PREFIX = `${NODE_KINDS.Branch.ref}:`;
/** Repositories that one transaction looks at: each with all its rules and branches. */
const REPOSITORIES_AT_ONCE = 1_000;

export async function refreshBindings(inTransaction: InTransaction, tenant: string, touched: readonly TouchedNode[]): Promise<void> {
  const repositories = new Set(touched.filter(isOf('Repository')).map(({ number }) => number));
  const beside = touched.filter((node) => (['BranchRestriction', 'Branch', 'BranchPattern'] as const).some((kind) => isOf(kind)(node)));
  const around = await inParts(inTransaction, beside, (tx, part) => readRepositoriesBeside(tx, tenant, part));
  const leveled = touched.filter(({ kind }) => isNodeKind(kind) && isLeveled(kind)).map(({ number }) => number);
  const below = (await areUnderEverything(inTransaction, tenant, leveled))
    ? await inParts(inTransaction, leveled, (tx, part) => readNumbers(tx, READ_BELOW, { tenant, numbers: part }))
    : [];
  for (const number of [...around, ...below]) repositories.add(number);
  await inParts(inTransaction, [...repositories], (tx, part) => refreshPart(tx, tenant, part), REPOSITORIES_AT_ONCE);
}

/** Is it of the kind, or was it, as its key says? */
function isOf(kind: NodeKind): (node: TouchedNode) => boolean {
  const prefix = `${NODE_KINDS[kind].ref}:`;
  return (node) => node.kind === kind || (node.kind === '' && node.key.startsWith(prefix));
}

/** Repositories that a rule restricts, whose model names a branch or pattern, or of which a branch is by its key. */
async function readRepositoriesBeside(tx: CypherRunner, tenant: string, nodes: readonly TouchedNode[]): Promise<number[]> {
  const numbers = nodes.map(({ number }) => number);
  const keys = [...new Set(nodes.filter(({ key }) => key.startsWith(BRANCH_PREFIX)).map(({ key }) => repositoryOfBranch(key)))];
  const linked = await readNumbers(tx, READ_LINKED, { tenant, numbers });
  return keys.length === 0 ? linked : [...linked, ...(await readNumbers(tx, READ_KEYED, { tenant, keys }))];
}

/** Does a gap over everything cover one of these nodes, or did it until the last commit? */
async function areUnderEverything(inTransaction: InTransaction, tenant: string, numbers: readonly number[]): Promise<boolean> {
  const found = await inParts(inTransaction, numbers, (tx, part) =>
    readNumbers(tx, READ_UNDER_EVERYTHING, { tenant, numbers: part, everything: EVERYTHING }),
  );
  return found.length > 0;
}

async function readNumbers(tx: CypherRunner, statement: string, parameters: Readonly<Record<string, unknown>>): Promise<number[]> {
  const { records } = await tx.run(statement, parameters);
  return records.map((record) => Number(record.get('number')));
}

async function refreshPart(tx: CypherRunner, tenant: string, numbers: readonly number[]): Promise<readonly never[]> {
  const { records } = await tx.run(READ_RULES, { tenant, numbers, everything: EVERYTHING });
  const made: Binding[] = [];
  const dropped: Binding[] = [];
  const mains: { repository: NodeKey; branch: NodeKey | null }[] = [];
  for (const record of records) {
    const rules = joinStatements(record.get('rules') as RuleStatement[]);
    const model: BranchingModel = {
      classes: joinClasses(record.get('classes') as [NodeKey, string, boolean][]),
      isHidden: record.get('isModelHidden') === true,
    };
    const branches = record.get('holds') === true ? (record.get('branches') as NodeKey[]) : [];
    const key = record.get('key') as NodeKey;
    const main = branches.find((branch) => nameInKey(branch) === record.get('mainBranch')) ?? null;
    const [known = null, ...others] = record.get('mains') as NodeKey[];
    if (known !== main || others.length > 0) mains.push({ repository: key, branch: main });
    const wanted = new Map(bindings(rules, model, branches).map((each) => [JSON.stringify(each), each]));
    const found = (record.get('bound') as [NodeKey, NodeKey, Binding['type'], string, string][]).map(
      ([rule, branch, type, word, reason]): Binding => ({ rule, branch, type, word, reason }),
    );
    const there = new Set(found.map((each) => JSON.stringify(each)));
    for (const [text, each] of wanted) if (!there.has(text)) made.push(each);
    for (const each of found) if (!wanted.has(JSON.stringify(each))) dropped.push(each);
  }
  for (const type of ['BINDS', 'MAY_BIND'] as const) {
    const [gone, more] = [dropped, made].map((list) => list.filter((each) => each.type === type));
    if (gone !== undefined && gone.length > 0) await tx.run(DROP_BINDINGS.replace('TYPE', type), { tenant, rows: gone });
    if (more !== undefined && more.length > 0) await tx.run(MAKE_BINDINGS.replace('TYPE', type), { tenant, rows: more });
  }
  if (mains.length > 0) await tx.run(SET_MAIN_BRANCHES, { tenant, rows: mains });
  return [];
}

/** Rule key, word, is it fresh, since when, scope, glob, branch type, is its matching hidden. */
type RuleStatement = readonly [NodeKey, string, boolean, number, number, string | null, string | null, boolean];

/** Of several statements the one opened last speaks, of those of one instant that of the newest scope. */
function joinStatements(statements: readonly RuleStatement[]): RuleOnRepository[] {
  const sorted = [...statements].sort((a, b) => Number(a[3]) - Number(b[3]) || Number(a[4]) - Number(b[4]));
  const rules = new Map<string, RuleOnRepository>();
  for (const [key, word, isFresh, , , glob, branchType, isHidden] of sorted) {
    const id = JSON.stringify([key, word]);
    const before = rules.get(id)?.isFresh ?? false;
    rules.set(id, { key, word, isFresh: isFresh || before, isHidden, glob, branchType });
  }
  return [...rules.values()];
}

function joinClasses(statements: readonly (readonly [NodeKey, string, boolean])[]): BranchingModel['classes'] {
  const classes = new Map<string, BranchingModel['classes'][number]>();
  for (const [key, type, isFresh] of statements) {
    const id = JSON.stringify([key, type]);
    classes.set(id, { key, type, isStale: !isFresh && (classes.get(id)?.isStale ?? true) });
  }
  return [...classes.values()];
}

function bindings(rules: readonly RuleOnRepository[], model: BranchingModel, branches: readonly NodeKey[]): Binding[] {
  const found = new Map<string, Binding>();
  for (const rule of rules) {
    const word = isRestrictionKind(rule.word) ? rule.word : 'unknown';
    const isKnown = rule.isFresh && restrictionRow(word).effect !== 'unknown';
    for (const branch of branches) {
      const matches = ruleMatches(rule, model, nameInKey(branch));
      if (matches === 'no') continue;
      const type = matches === 'yes' && isKnown ? 'BINDS' : 'MAY_BIND';
      const by = rule.glob === null ? `branch type ${rule.branchType ?? 'unknown'}` : `pattern ${rule.glob}`;
      const id = JSON.stringify([rule.key, branch, word]);
      // Several upstream kinds without a row are one kind here.
      if (found.get(id)?.type !== 'BINDS') found.set(id, { rule: rule.key, branch, type, word, reason: by });
    }
  }
  return [...found.values()];
}

const READ_LINKED = `
UNWIND $numbers AS number
MATCH (n:Node {tenant: $tenant, number: number})
CALL (n) {
  MATCH (n)-[:RESTRICTS|STALE_RESTRICTS]->(r) RETURN r
  UNION
  MATCH (n)<-[:CLASSIFIES|STALE_CLASSIFIES]-(r) RETURN r
}
RETURN DISTINCT r.number AS number`;

const READ_KEYED = `
UNWIND $keys AS key
MATCH (r:Node {tenant: $tenant, key: key})
RETURN r.number AS number`;

const READ_UNDER_EVERYTHING = `
MATCH (s:GrantpathStore {tenant: $tenant})
UNWIND $numbers AS number
MATCH (n:Node {tenant: $tenant, number: number})
WHERE EXISTS {
  MATCH (n)<-[:CONTAINS|STALE_CONTAINS*0..]-()<-[:ABOUT]-(gap:Gap|PastGap)
  WHERE gap.hides IN $everything AND (gap.validTo IS NULL OR gap.validTo >= s.lastAt)
}
RETURN number LIMIT 1`;

/** Repositories in these nodes, and what their rules restrict beside them. */
const READ_BELOW = `
UNWIND $numbers AS number
MATCH (:Node {tenant: $tenant, number: number})-[:CONTAINS|STALE_CONTAINS*0..]->(r:Repository)
WITH DISTINCT r
OPTIONAL MATCH (r)<-[:RESTRICTS|STALE_RESTRICTS]-()-[:RESTRICTS|STALE_RESTRICTS]->(other)
UNWIND [r.number, other.number] AS number
WITH DISTINCT number
WHERE number IS NOT NULL
RETURN number`;

const READ_RULES = `
UNWIND $numbers AS number
MATCH (r:Node {tenant: $tenant, number: number})
WITH r, 'branch:' + substring(r.key, size('repository:')) + '#' AS prefix
RETURN r.key AS key, r:Repository AS holds, r.mainBranch AS mainBranch,
  COLLECT { MATCH (r)-[:MAIN_BRANCH]->(b) RETURN b.key } AS mains,
  COLLECT {
    MATCH (rule:BranchRestriction)-[x:RESTRICTS|STALE_RESTRICTS]->(r)
    RETURN [rule.key, x.word, type(x) = 'RESTRICTS', x.validFrom, x.scope, x.glob, x.branchType, EXISTS {
      MATCH (rule)-[:RESTRICTS|STALE_RESTRICTS*0..1]->()<-[:CONTAINS|STALE_CONTAINS*0..]-(about)<-[:ABOUT]-(gap:Gap)
      WHERE gap.hides IN $everything OR (gap.hides = 'rule-match' AND about = rule)
    }]
  } AS rules,
  COLLECT {
    MATCH (r)-[x:CLASSIFIES|STALE_CLASSIFIES]->(named:Branch|BranchPattern)
    RETURN [named.key, x.word, type(x) = 'CLASSIFIES']
  } AS classes,
  EXISTS {
    MATCH (r)<-[:CONTAINS|STALE_CONTAINS*0..]-(about)<-[:ABOUT]-(gap:Gap)
    WHERE gap.hides IN $everything OR (gap.hides = 'branching-model' AND about = r)
  } AS isModelHidden,
  COLLECT {
    MATCH (b:Branch {tenant: $tenant}) WHERE b.key STARTS WITH prefix
    RETURN b.key
  } AS branches,
  COLLECT {
    MATCH (b:Node {tenant: $tenant}) WHERE b.key STARTS WITH prefix
    MATCH (rule)-[x:BINDS|MAY_BIND]->(b)
    RETURN [rule.key, b.key, type(x), x.word, x.reason]
  } AS bound`;

const MAKE_BINDINGS = `
UNWIND $rows AS row
MATCH (rule:Node {tenant: $tenant, key: row.rule})
MATCH (branch:Node {tenant: $tenant, key: row.branch})
CREATE (rule)-[:TYPE {derived: true, word: row.word, rule: 'restrictions/' + row.word, reason: row.reason}]->(branch)`;

const DROP_BINDINGS = `
UNWIND $rows AS row
MATCH (:Node {tenant: $tenant, key: row.rule})-[binds:TYPE {word: row.word}]->(:Node {tenant: $tenant, key: row.branch})
DELETE binds`;

const SET_MAIN_BRANCHES = `
UNWIND $rows AS row
MATCH (r:Node {tenant: $tenant, key: row.repository})
OPTIONAL MATCH (r)-[before:MAIN_BRANCH]->()
DELETE before
WITH DISTINCT row, r
MATCH (b:Node {tenant: $tenant, key: row.branch})
CREATE (r)-[:MAIN_BRANCH {derived: true, rule: 'node-props/mainBranch', reason: 'its main branch'}]->(b)`;
