/**
 * The GraphQL schema by hand: questions, answers, facts. What follows from tables is rendered beside it: the enums in
 * `enums.ts`, the node types with their walks in `node-types.ts`.
 *
 * Names here are a contract with other tools: they are added to freely and never renamed.
 * Absent on purpose: mutations and subscriptions. Facts come from connectors alone.
 */
import { PAGE_ARGUMENTS, PAGE_TYPES, renderConnection } from './connections.ts';

const AT = `
  "The instant that is asked about; now if left out."
  at: DateTime`;

const BETWEEN = `
    "The earlier time."
    from: DateTime!
    "The later time; now if left out."
    to: DateTime`;

const SCALARS = `
"A node by name, \`kind:path\`, e.g. \`user:evan\`, \`group:acme/developers\`, \`repository:acme/api\`, \`branch:acme/api#main\`; or its key."
scalar Ref
"An instant, ISO 8601 with its offset from UTC, e.g. \`2026-01-31T12:00:00Z\`."
scalar DateTime
"Any JSON value."
scalar JSON
`;

const QUERY = `
"The questions that can be asked."
type Query {
  "May this identity do this? Why, or why not?"
  check(
    "A user, group, credential or \`anonymous:\`. A group is asked as a member who has nothing else."
    identity: Ref!
    "What it wants to do."
    action: Action!
    "What it wants to do it on."
    resource: Ref!${AT}
  ): Decision!
  "Many questions at once, answered in order. An error names the index of every bad entry."
  checks(
    "At most 1000."
    requests: [CheckInput!]!${AT}
  ): [Decision!]!
  "Every way by which an identity comes to a permission on a resource, shortest first."
  paths(
    "The identity."
    from: Ref!
    "The resource."
    to: Ref!
    "Only ways that allow this action; without it those of any permission."
    action: Action${PAGE_ARGUMENTS}${AT}
  ): PathConnection!
  "Which identities and credentials may do this? Exactly those for which \`check\` is ALLOW."
  whoCan(
    "What they want to do."
    action: Action!
    "What they want to do it on."
    resource: Ref!
    "Only identities of these kinds."
    kinds: [NodeKind!]
    "\`[UNKNOWN]\` lists those too for which gaps leave it open."
    include: [Verdict!]${PAGE_ARGUMENTS}${AT}
  ): WhoCanConnection!
  "What may this identity act on? Without an action: every resource with some permission."
  whatCan(
    "A user, group, credential or \`anonymous:\`."
    identity: Ref!
    "What it wants to do."
    action: Action
    "Only resources of these kinds."
    kinds: [NodeKind!]
    "\`[UNKNOWN]\` lists those too for which gaps leave it open."
    include: [Verdict!]${PAGE_ARGUMENTS}${AT}
  ): WhatCanConnection!
  "One node, to be walked from."
  node(
    "Its reference or key."
    ref: Ref!${AT}
  ): Node!
  "Nodes whose reference, name or alias contains a text, without regard to case."
  find(
    "The text; empty lists all."
    text: String!
    "Only nodes of these kinds."
    kinds: [NodeKind!]${PAGE_ARGUMENTS}${AT}
  ): NodeConnection!
  "What is not known, and why."
  gaps(${PAGE_ARGUMENTS}${AT}
  ): GapConnection!
  "What was read, by connector and endpoint."
  coverage(${AT}
  ): [Coverage!]!
  "Complete states of the graph, newest first."
  snapshots(${PAGE_ARGUMENTS}
  ): SnapshotConnection!
  "Which facts differ between two times: grants, memberships, restrictions, keys, settings and what else there is."
  changes(${BETWEEN}
    "Only changes of these kinds."
    kinds: [ChangeKind!]${PAGE_ARGUMENTS}
  ): ChangeConnection!
  "What effective access differs between two times by the facts that changed: for each identity and resource what was held and what is. Only what is certain."
  accessChanges(${BETWEEN}${PAGE_ARGUMENTS}
  ): AccessChangeConnection!
}

"One question of \`checks\`."
input CheckInput {
  "A user, group, credential or \`anonymous:\`."
  identity: Ref!
  "What it wants to do."
  action: Action!
  "What it wants to do it on."
  resource: Ref!
}
`;

const DECISION = `
"The answer to one question, with all that speaks for and against it."
type Decision {
  "What it comes to."
  verdict: Verdict!
  "The answer in one sentence."
  reason: String!
  "Chains of facts that establish an ALLOW, those of fewest facts first; empty for every other verdict."
  proofs(
    "At most so many, 0 to 1000."
    first: Int = 20
    "Leaves out so many at the start, 0 to 1000."
    offset: Int = 0
  ): [Proof!]!
  "Every independent reason why not."
  denials: [Denial!]!
  "What an allowed change must still meet. Conditions do not change the verdict."
  conditions: [Condition!]!
  "Rows of the model that the answer rests on and that are inferred, not documented."
  assumptions: [ModelRow!]!
  "Why an UNKNOWN is not known; empty for a definite verdict."
  gaps: [Gap!]!
  "What no credential can ever read and that could touch this answer."
  blindSpots: [ModelRow!]!
  "The state of the graph that was asked."
  snapshot: SnapshotRef!
}

"An inclusion-minimal set of observed facts that establishes an answer, told as a chain."
type Proof {
  "The facts in the notation."
  text: String!
  "From the identity over permissions to the resource; further chains for scopes and exemptions."
  steps: [Step!]!
  "From when it holds, and by which fact."
  since: Since
}

"From when something holds without a break, and by which fact."
type Since {
  "When the last of its facts began: the commit of a run."
  at: DateTime!
  "The fact that began last. What a rule derives has no beginning of its own."
  fact: Fact!
}

"One step of a proof: an observed fact, or an edge that a row of the model derives."
type Step {
  "Where the step starts."
  from: NodeRef!
  "What connects the two."
  edge: EdgeKind!
  "Where the step ends."
  to: NodeRef!
  "The observed fact that the step rests on; null where a rule alone derives it."
  fact: Fact
  "Where the fact was seen last; null for a derived step."
  source: Source
  "The row of the model that derives the step, \`table/row\`; null for an observed one."
  rule: String
}

"A node or permission that an answer names."
type NodeRef {
  "Its reference."
  ref: Ref!
  "Its kind."
  kind: NodeKind!
  "Its name for people."
  name: String!
  "The node itself, to be walked from; null for a permission and for a branch that is not known."
  node: Node
}

"An independent reason why not."
type Denial {
  "Which sort of reason."
  kind: DenialKind!
  "The reason in one sentence."
  text: String!
  "What is held there: a level or scopes; null for nothing."
  held: String
  "What the action needs; null where nothing would do."
  needed: String
  "The proof of what is held."
  proof: Proof
  "The rules that forbid it."
  restrictions: [NodeRef!]!
}

"What an allowed change must still meet."
type Condition {
  "The condition in one sentence."
  text: String!
  "The kind of restriction that sets it."
  restriction: String!
  "How many, where the condition counts something."
  value: Int
  "The rules that set it."
  rules: [NodeRef!]!
  "False where it is not certain that the rules bind this branch."
  certain: Boolean!
}

"A row of the tables that say how Bitbucket decides."
type ModelRow {
  "\`table/row\`, as in MODEL.md."
  id: String!
  "What the row means."
  doc: String!
  "Where that is known from."
  source: String!
}

"A recorded reason why knowledge is missing."
type Gap {
  "The same in every run, store and export."
  id: ID!
  "Why it is missing."
  reason: GapReason!
  "What is missing."
  hides: Hidden!
  "What the gap is about."
  scope: NodeRef!
  "The other end that the gap names; null where it names none."
  subject: NodeRef
  "The endpoint or value."
  detail: String!
  "What is not known, why, and what to do, in one sentence."
  text: String!
}
`;

const FACTS = `
"An observed edge."
type Fact {
  "A function of its content: the same in every run, store and export."
  id: ID!
  "What it says of its ends."
  kind: EdgeKind!
  "Where the edge starts."
  from: NodeRef!
  "Where the edge ends."
  to: NodeRef!
  "The qualifier: a level, a kind of restriction, a branch type; null where the kind has none."
  word: String
  "Since when it is known to hold: the commit of a run."
  validFrom: DateTime
  "Until when it held; null while it holds."
  validTo: DateTime
  "How sure it is where no endpoint shows it: \`inferred\` from a trace, or \`declared\` in a file; null otherwise."
  confidence: String
  "It could not be read again since: it may be gone."
  stale: Boolean
  "Where it was seen last."
  source: Source
  "Everywhere where it is seen."
  sources: [Source!]!
}

"Where a fact was seen."
type Source {
  "The connector, with the name of what it reads."
  connector: String!
  "The path template of the endpoint."
  endpoint: String!
  "The run that read it."
  run: ID!
  "When it was read."
  fetchedAt: DateTime!
}

"The snapshot that an answer was computed from."
type SnapshotRef {
  "The run that made it."
  id: ID!
  "Its commit instant."
  at: DateTime!
}

"One complete state of the graph."
type Snapshot {
  "The run that made it."
  id: ID!
  "Its commit instant."
  at: DateTime!
  "The connector that ran."
  connector: String!
  "What the run says of itself: calls, retries, gaps, disagreements."
  report: JSON!
}

"What was read of one endpoint, over all scopes."
type Coverage {
  "The connector."
  connector: String!
  "The path template of the endpoint."
  endpoint: String!
  "Facts that hold and were seen there."
  facts: Int!
  "Those of them that could not be read again."
  stale: Int!
  "Open gaps of the endpoint."
  gaps: Int!
  "When the newest of its facts was read."
  newestAt: DateTime
}
`;

const NODE = `
"Anything that exists. The type of a node is its kind."
interface Node {
  "The reference that resolves to this node alone."
  ref: Ref!
  "The reference that never changes."
  key: Ref!
  "Its kind."
  kind: NodeKind!
  "Its name for people."
  name: String!
  "Further references that resolve to it."
  aliases: [Ref!]!
  "Everything else that is known of it, by name."
  properties: JSON!
  "All that contains it, directly or not."
  within: [NodeRef!]!
  "What is not known of it."
  gaps: [Gap!]!
}

`;

const ACCESS_EDGE = `
  "ALLOW, or UNKNOWN where \`include\` asks for it."
  verdict: Verdict!
  "The greatest permission held there; of an UNKNOWN the greatest that may be held."
  permission: String!
  "What the permission allows there."
  actions: [Action!]!
  "The first proof; null for an UNKNOWN."
  proof: Proof`;

const PATH = `
"A way from an identity to a resource: a proof of one action."
type Path {
  "What it allows."
  action: Action!
  "The facts in the notation."
  text: String!
  "The way, step by step."
  steps: [Step!]!
  "From when it is open, and by which fact."
  since: Since
}
`;

const CHANGES = `
"A fact that differs between two times."
type Change {
  "The id of the fact: as it is after, or was before it vanished."
  id: ID!
  "What became of it."
  turn: Turn!
  "What it is a change of."
  kind: ChangeKind!
  "The fact in the notation; of one that changed what differs behind a colon. A gap is a sentence."
  text: String!
  "Where an edge starts; a node itself; what a gap is about."
  from: NodeRef!
  "Where an edge ends; the other end that a gap names; null where there is none."
  to: NodeRef
  "The kind of an edge; null for a node or a gap."
  edge: EdgeKind
  "The qualifier of an edge: a level, a kind of restriction, a branch type; null where it has none."
  word: String
  "What the fact says otherwise; empty where it appeared or vanished."
  differences: [Difference!]!
  "When it became so: the commit of a run. Null where it only could not be read again, or could."
  at: DateTime
}

"What a fact says otherwise than before."
type Difference {
  "A property, or \`kind\`, \`ref\`, \`name\`, \`aliases\`, \`detail\`, \`stale\`."
  name: String!
  "Its value before; null for none."
  before: JSON
  "Its value after; null for none."
  after: JSON
}

"What an identity may do on a resource at two times, by the facts alone: expiry is evaluated at the later one for both."
type AccessChange {
  "Who."
  identity: Node!
  "On what."
  resource: Node!
  "The permission held before; null for none with which anything can be done."
  before: String
  "The permission held after; null for none with which anything can be done."
  after: String
  "What became possible."
  gained: [Action!]!
  "What is no longer possible."
  lost: [Action!]!
}
`;

const TOUCHED = `
  "Identities and credentials whose permissions may hang on what changed."
  touched: Int!
  "How many of them were compared, the nearest to the changes first; where it is less, \`complete\` is false."
  compared: Int!`;

export const BASE_SDL = [
  SCALARS,
  QUERY,
  DECISION,
  FACTS,
  NODE,
  PATH,
  PAGE_TYPES,
  renderConnection('Node', 'Node!'),
  renderConnection('Path', 'Path!'),
  renderConnection('Gap', 'Gap!'),
  renderConnection('Snapshot', 'Snapshot!'),
  renderConnection('WhoCan', 'Node!', ACCESS_EDGE),
  CHANGES,
  renderConnection('WhatCan', 'Node!', ACCESS_EDGE),
  renderConnection('Change', 'Change!'),
  renderConnection('AccessChange', 'AccessChange!', '', TOUCHED),
].join('\n');
