/**
 * What a change of a fact is a change of: grants, memberships, rules, keys, settings. Each fact falls under one row, an edge by its
 * flow, a node by its role; a node of one of the kinds that a row names by that row, whatever its role.
 */
import { EDGE_KINDS, type EdgeKind, type Flow } from './edge-kinds.ts';
import { NODE_KINDS, type NodeKind, type Role } from './node-kinds.ts';
import type { Row } from './row.ts';

export interface ChangeKindRow extends Row {
  /** Edges of these flows. */
  readonly flows: readonly Flow[];
  /** Nodes of these roles. */
  readonly roles: readonly Role[];
  /** Nodes of these kinds, where they come or go. */
  readonly kinds: readonly NodeKind[];
  /** Nodes of these kinds, where they stay and say something else. */
  readonly restated: readonly NodeKind[];
}

const places = ['Workspace', 'Instance', 'Project', 'Repository', 'OutsideRepository', 'Branch'] as const satisfies NodeKind[];
const plain = { flows: [], roles: [], kinds: [], restated: [], source: 'product definition', confidence: 'documented' } as const;

export const CHANGE_KINDS = {
  grants: { ...plain, flows: ['grants'], doc: 'who holds which level on what' },
  memberships: { ...plain, flows: ['belongs'], doc: 'who is a member of which group' },
  restrictions: { ...plain, flows: ['limits', 'exempts', 'classifies'], roles: ['restriction', 'matcher'], doc: 'rules, what they bind, and who is exempt' },
  keys: { ...plain, flows: ['acts-as', 'scopes'], roles: ['credential', 'scope'], doc: 'keys, tokens and other credentials, their owners and scopes' },
  settings: { ...plain, flows: ['reviews'], roles: ['resource'], restated: places, doc: 'properties of workspaces, projects and repositories; default reviewers; environments, variables, runners, webhooks' },
  definitions: { ...plain, flows: ['uses'], kinds: ['Definition', 'PipelineStep', 'Image', 'Pipe'], restated: ['Definition', 'PipelineStep', 'Image', 'Pipe'], doc: 'definitions of pipelines, their steps, and what these run' },
  identities: { ...plain, roles: ['identity', 'group'], doc: 'people and groups, and whether they are active' },
  content: { ...plain, flows: ['contains', 'copies'], roles: ['permission'], kinds: places, doc: 'what there is, where it lies, and what it was copied from' },
  reports: { ...plain, flows: ['reports'], doc: "rows of Bitbucket's own effective listing" },
  runs: { ...plain, flows: ['runs'], doc: 'who ran pipelines lately, and what was deployed last' },
  gaps: { ...plain, doc: 'what is not known' },
} as const satisfies Record<string, ChangeKindRow>;

export type ChangeKind = keyof typeof CHANGE_KINDS;

export const CHANGE_KIND_NAMES = Object.keys(CHANGE_KINDS) as readonly ChangeKind[];

export function isChangeKind(name: string): name is ChangeKind {
  return Object.hasOwn(CHANGE_KINDS, name);
}

export function changeKindRow(name: ChangeKind): ChangeKindRow {
  return CHANGE_KINDS[name];
}

/** INVARIANT: a law of the tables: there is one for each. */
export function changeKindOfEdge(kind: EdgeKind): ChangeKind {
  return CHANGE_KIND_NAMES.find((name) => changeKindRow(name).flows.includes(EDGE_KINDS[kind].flow)) ?? 'content';
}

/** `isRestated`: the node is there before and after. */
export function changeKindOfNode(kind: NodeKind, isRestated: boolean): ChangeKind {
  const named = CHANGE_KIND_NAMES.find((name) => changeKindRow(name)[isRestated ? 'restated' : 'kinds'].includes(kind));
  return named ?? CHANGE_KIND_NAMES.find((name) => changeKindRow(name).roles.includes(NODE_KINDS[kind].is)) ?? 'content';
}
