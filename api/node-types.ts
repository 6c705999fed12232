/**
 * The node types of GraphQL, from the tables: one object type for each kind that can be observed, its properties, and the walks
 * along observed edges. A walk is a row here; resolvers know no kinds.
 *
 * Absent on purpose: `Permission` is derived, never observed, and so is no node to walk from.
 */
import { actionsOn } from '../graph/model/actions.ts';
import { EDGE_KINDS, type EdgeKind } from '../graph/model/edge-kinds.ts';
import { isAskable, kindsOfRefWord, NODE_KIND_NAMES, NODE_KINDS, type NodeKind } from '../graph/model/node-kinds.ts';
import { CONNECTION_FIELDS, PAGE_ARGUMENTS } from './connections.ts';

/** A property that a kind has as a field of its own. */
export interface PropertyRow {
  readonly on: readonly NodeKind[];
  readonly field: string;
  readonly type: 'Boolean' | 'DateTime' | 'String';
  readonly doc: string;
}

/** A field that leads along edges: from a node that is the edge's `end`, to what is at the other end. */
export interface WalkRow {
  readonly on: readonly NodeKind[];
  readonly field: string;
  readonly edge: EdgeKind;
  readonly end: 'from' | 'to';
  /** Only to nodes of this kind; null for every kind. */
  readonly other: NodeKind | null;
  /** There is at most one: the field is a node and no connection. */
  readonly single: boolean;
  readonly doc: string;
}

const identities = NODE_KIND_NAMES.filter((kind) => NODE_KINDS[kind].is === 'identity' && kind !== 'Anonymous');
const credentials = NODE_KIND_NAMES.filter((kind) => NODE_KINDS[kind].is === 'credential');

export const PROPERTIES: readonly PropertyRow[] = [
  {
    on: [...identities, ...credentials],
    field: 'active',
    type: 'Boolean',
    doc: 'False if it may not act at all; null where nothing says so.',
  },
  { on: credentials, field: 'createdAt', type: 'DateTime', doc: 'When it was made; null where that is not known.' },
  { on: credentials, field: 'rotatedAt', type: 'DateTime', doc: 'When its secret was last renewed; null where that is not known.' },
  {
    on: [...credentials, 'ServiceUser', 'Integration'],
    field: 'confidence',
    type: 'String',
    doc: '`inferred` from a trace or `declared` in a file; null where an endpoint shows it.',
  },
  { on: credentials, field: 'expiresAt', type: 'DateTime', doc: 'When it expires; null where it does not, or where that is not known.' },
];

const out = (on: readonly NodeKind[], field: string, edge: EdgeKind, doc: string, other: NodeKind | null = null): WalkRow => ({
  on,
  field,
  edge,
  end: 'from',
  other,
  single: false,
  doc,
});
const into = (on: readonly NodeKind[], field: string, edge: EdgeKind, doc: string): WalkRow => ({
  on,
  field,
  edge,
  end: 'to',
  other: null,
  single: false,
  doc,
});
const inside = (on: readonly NodeKind[], field: string, other: NodeKind): WalkRow =>
  out(on, field, 'CONTAINS', `${NODE_KINDS[other].doc}; those that lie directly in it.`, other);
const within = (on: readonly NodeKind[], field: string, other: NodeKind | null): WalkRow => ({
  on,
  field,
  edge: 'CONTAINS',
  end: 'to',
  other,
  single: true,
  doc: other === null ? 'What it lies directly in.' : `The ${other.toLowerCase()} that it lies directly in, if it does.`,
});

export const WALKS: readonly WalkRow[] = [
  out(EDGE_KINDS.MEMBER_OF.from, 'groups', 'MEMBER_OF', 'Groups that it is a direct member of.'),
  into(EDGE_KINDS.MEMBER_OF.to, 'members', 'MEMBER_OF', 'Its direct members.'),
  out(EDGE_KINDS.HOLDS.from, 'grants', 'HOLDS', 'Permissions that it holds itself, not by a group.'),
  into(EDGE_KINDS.HOLDS.to, 'grants', 'HOLDS', 'Who holds permissions on it itself, not on what contains it.'),
  out(EDGE_KINDS.REPORTED.from, 'reported', 'REPORTED', 'Permissions that Bitbucket itself reports as effective.'),
  into(EDGE_KINDS.REPORTED.to, 'reported', 'REPORTED', 'Who has a permission on it as Bitbucket itself reports.'),
  out(EDGE_KINDS.ACTS_AS.from, 'owners', 'ACTS_AS', 'Whom it acts as.'),
  into(EDGE_KINDS.ACTS_AS.to, 'credentials', 'ACTS_AS', 'Credentials that act as it.'),
  out(EDGE_KINDS.HAS_SCOPE.from, 'scopes', 'HAS_SCOPE', 'Scopes that cap what it may do.', 'Scope'),
  into(EDGE_KINDS.HAS_SCOPE.to, 'credentials', 'HAS_SCOPE', 'Credentials that have the scope.'),
  out(EDGE_KINDS.RESTRICTS.from, 'restricts', 'RESTRICTS', 'What the rule binds.', 'Repository'),
  { ...into(EDGE_KINDS.RESTRICTS.to, 'restrictions', 'RESTRICTS', 'Rules that take branch actions away.'), other: 'BranchRestriction' },
  out(EDGE_KINDS.EXEMPTS.from, 'exempt', 'EXEMPTS', 'Whom the rule lets through.'),
  { ...into(EDGE_KINDS.EXEMPTS.to, 'exemptions', 'EXEMPTS', 'Rules that let it through.'), other: 'BranchRestriction' },
  out(EDGE_KINDS.CLASSIFIES.from, 'branchTypes', 'CLASSIFIES', 'The branching model: which branches are of which type.'),
  { ...into(EDGE_KINDS.CLASSIFIES.to, 'classifiedBy', 'CLASSIFIES', 'Repositories whose branching model names it.'), other: 'Repository' },
  out(EDGE_KINDS.FORK_OF.from, 'forkOf', 'FORK_OF', 'What it began as a copy of.'),
  into(EDGE_KINDS.FORK_OF.to, 'forks', 'FORK_OF', 'Repositories that began as a copy of it and keep what they copied.'),
  out(EDGE_KINDS.REVIEWS.from, 'reviews', 'REVIEWS', 'Projects and repositories of which it is a default reviewer.'),
  into(EDGE_KINDS.REVIEWS.to, 'defaultReviewers', 'REVIEWS', 'Who is added to every new pull request.'),
  out(EDGE_KINDS.RAN.from, 'ran', 'RAN', 'Pipelines that it ran lately.', 'Pipeline'),
  into(EDGE_KINDS.RAN.to, 'ranBy', 'RAN', 'Who ran them lately.'),
  out(EDGE_KINDS.DEPLOYED.from, 'deployments', 'DEPLOYED', 'Environments that they deployed to, with the last deployment.', 'Environment'),
  { ...into(EDGE_KINDS.DEPLOYED.to, 'deployments', 'DEPLOYED', 'The last deployment to it.'), other: 'Pipeline' },
  out(EDGE_KINDS.USES.from, 'uses', 'USES', 'Images and pipes that it runs.'),
  { ...into(EDGE_KINDS.USES.to, 'usedBy', 'USES', 'Steps that run it.'), other: 'PipelineStep' },
  out(
    EDGE_KINDS.DEPLOYS_TO.from,
    'deploysTo',
    'DEPLOYS_TO',
    'The environment that it deploys to, if there is one of the name.',
    'Environment',
  ),
  { ...into(EDGE_KINDS.DEPLOYS_TO.to, 'deployingSteps', 'DEPLOYS_TO', 'Steps that deploy to it.'), other: 'PipelineStep' },
  out(EDGE_KINDS.CONTAINS.from, 'contents', 'CONTAINS', 'All that lies directly in it.'),
  within(EDGE_KINDS.CONTAINS.to, 'container', null),
  inside(['Workspace', 'Instance'], 'projects', 'Project'),
  inside(['Workspace', 'Project'], 'repositories', 'Repository'),
  { ...inside(['Workspace', 'Instance'], 'groups', 'Group') },
  inside(['Repository'], 'branches', 'Branch'),
  inside(['Branch'], 'definitions', 'Definition'),
  inside(['Definition'], 'steps', 'PipelineStep'),
  inside(['Repository'], 'environments', 'Environment'),
  inside(['Repository'], 'schedules', 'Schedule'),
  inside(['Project', 'Repository'], 'deployKeys', 'DeployKey'),
  inside(['Workspace', 'Repository', 'Environment'], 'variables', 'Variable'),
  inside(['Workspace', 'Repository'], 'runners', 'Runner'),
  inside(['Workspace', 'Project', 'Repository'], 'webhooks', 'Webhook'),
  inside(['Project', 'Repository'], 'settings', 'Settings'),
  within(['Project', 'Group'], 'workspace', 'Workspace'),
  within(['Repository'], 'project', 'Project'),
  within(['Branch', 'Environment', 'Pipeline', 'Schedule'], 'repository', 'Repository'),
];

/** The kinds that have an object type. */
export const OBJECT_KINDS: readonly NodeKind[] = NODE_KIND_NAMES.filter((kind) => NODE_KINDS[kind].is !== 'permission');

/** What a kind can be asked as: who may hold permissions, and what actions are asked of. */
export function partsOf(kind: NodeKind): readonly ('Holder' | 'Resource')[] {
  return [...(isAskable(kind) ? (['Holder'] as const) : []), ...(actionsOn(kind).length > 0 ? (['Resource'] as const) : [])];
}

export function walksOf(kind: NodeKind): readonly WalkRow[] {
  return WALKS.filter(({ on }) => on.includes(kind));
}

export function propertiesOf(kind: NodeKind): readonly PropertyRow[] {
  return PROPERTIES.filter(({ on }) => on.includes(kind));
}

/** What the words of an edge of this kind are called as a field. */
export function wordField(edge: EdgeKind): string | null {
  const { word } = EDGE_KINDS[edge];
  return word === null ? null : word.replace(/ (.)/g, (_, letter: string) => letter.toUpperCase());
}

export function renderNodeTypes(): string {
  const connections = new Map(WALKS.filter(({ single }) => !single).map((walk) => [connectionName(walk), renderWalkConnection(walk)]));
  return [...PART_NAMES.map(renderPart), ...OBJECT_KINDS.map(renderNodeType), ...connections.values()].join('\n');
}

const NODE_FIELDS = `
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
  gaps: [Gap!]!`;

const LIST_ARGUMENTS = (what: string) => `
    "Only ${what} of these kinds."
    kinds: [NodeKind!]
    "\`[UNKNOWN]\` lists those too for which gaps leave it open."
    include: [Verdict!]${PAGE_ARGUMENTS.replace(/^ {2}/gm, '    ')}
  `;

const PARTS = {
  Holder: {
    doc: 'Who may hold permissions: an identity, a credential or a group.',
    fields: `
  "What it may act on. Without an action: every resource with some permission."
  whatCan(
    "What it wants to do."
    action: Action${LIST_ARGUMENTS('resources')}): WhatCanConnection!
  "All as which it certainly holds permissions: itself, whom it acts as, and the groups of these. What anybody may, it may too."
  actsThrough: [NodeRef!]!`,
  },
  Resource: {
    doc: 'What actions are asked of.',
    fields: `
  "Which identities and credentials may do this to it?"
  whoCan(
    "What they want to do."
    action: Action!${LIST_ARGUMENTS('identities')}): WhoCanConnection!`,
  },
} as const;

const MAIN_BRANCH = `  "The branch that Bitbucket calls the main one; null where that is not known."
  mainBranch: Branch
`;

const PART_NAMES = ['Holder', 'Resource'] as const;

function renderPart(name: (typeof PART_NAMES)[number]): string {
  const { doc, fields } = PARTS[name];
  return `
${JSON.stringify(doc)}
interface ${name} implements Node {${NODE_FIELDS}${fields}
}
`;
}

function renderNodeType(kind: NodeKind): string {
  const { doc, ref, path } = NODE_KINDS[kind];
  const own = kind === 'Repository' ? [MAIN_BRANCH] : [];
  const properties = propertiesOf(kind).map((row) => `  ${JSON.stringify(row.doc)}\n  ${row.field}: ${row.type}\n`);
  const parts = partsOf(kind).map((part) => `${PARTS[part].fields.slice(1)}\n`);
  const walks = walksOf(kind).map((walk) => `  ${JSON.stringify(walk.doc)}\n  ${walk.field}${walkType(walk)}\n`);
  return `
${JSON.stringify(`${doc[0]?.toUpperCase()}${doc.slice(1)}. Its reference is \`${ref}:${path}\`.`)}
type ${kind} implements ${['Node', ...partsOf(kind)].join(' & ')} {${NODE_FIELDS}
${[...parts, ...own].join('')}${properties.join('')}${walks.join('')}}
`;
}

function walkType(walk: WalkRow): string {
  return walk.single ? `: ${otherType(walk)}` : `(${PAGE_ARGUMENTS}\n  ): ${connectionName(walk)}!`;
}

/** A kind whose reference word stands for it alone has a type of its own at the far end; else it is any node. */
function otherType({ other }: WalkRow): string {
  return other !== null && kindsOfRefWord(NODE_KINDS[other].ref).length === 1 ? other : 'Node';
}

export function connectionName(walk: WalkRow): string {
  const edge = walk.edge
    .split('_')
    .map((word) => word[0] + word.slice(1).toLowerCase())
    .join('');
  const type = otherType(walk);
  return `${edge}${type === 'Node' ? '' : type}Connection`;
}

export function edgeTypeName(walk: WalkRow): string {
  return connectionName(walk).replace(/Connection$/, 'Edge');
}

/** Types of the properties that edges may carry; a property without an entry is a text. */
const EDGE_PROPERTY_TYPES: Readonly<Record<string, string>> = { value: 'Int' };

function renderWalkConnection(walk: WalkRow): string {
  const name = connectionName(walk);
  const edge = edgeTypeName(walk);
  const { doc, props } = EDGE_KINDS[walk.edge];
  const word = wordField(walk.edge);
  const wordLine = word === null ? '' : `\n  "The ${EDGE_KINDS[walk.edge].word} that the fact names."\n  ${word}: String!`;
  const lines = props.map((prop) => `\n  "The ${prop} of the fact."\n  ${prop}: ${EDGE_PROPERTY_TYPES[prop] ?? 'String'}`);
  return `
${JSON.stringify(`A page of facts of the kind ${walk.edge}: ${doc}.`)}
type ${name} implements Connection {
  "The entries of the page, in the order of the ids of their facts."
  edges: [${edge}!]!${CONNECTION_FIELDS}
}

${JSON.stringify(`One fact of the kind ${walk.edge}, seen from one of its ends.`)}
type ${edge} {
  "Its place, for \`after\`."
  cursor: String!
  "What is at the other end; null where nothing more is known of it."
  node: ${otherType(walk)}${wordLine}${lines.join('')}
  "The fact itself."
  fact: Fact!
}
`;
}
