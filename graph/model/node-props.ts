/**
 * Which properties a node may carry beside key, reference and name. `active` and `expiresAt` change answers; the others are for people.
 *
 * What no row names is refused by an import: a file from elsewhere could hold anything.
 */
import { isAskable, NODE_KIND_NAMES, type NodeKind } from './node-kinds.ts';
import { type Row, SOURCES } from './row.ts';

export interface NodePropRow extends Row {
  /** The kinds that may carry it. */
  readonly of: readonly NodeKind[];
  /** What it holds: an instant is in milliseconds since 1970. */
  readonly holds: 'boolean' | 'instant' | 'text';
}

const askable = NODE_KIND_NAMES.filter(isAskable);

export const NODE_PROPS = {
  active: { of: askable, holds: 'boolean', doc: 'false: may not act', source: SOURCES.openapi, confidence: 'documented' },
  expiresAt: { of: askable, holds: 'instant', doc: 'may not act from this instant on', source: SOURCES.openapi, confidence: 'documented' },
  isPrivate: { of: ['Project', 'Repository'], holds: 'boolean', doc: 'false: anybody may read it', source: SOURCES.openapi, confidence: 'documented' },
  forkPolicy: { of: ['Repository'], holds: 'text', doc: 'whether and how it may be forked', source: SOURCES.openapi, confidence: 'documented' },
  forkingMode: { of: ['Workspace'], holds: 'text', doc: 'where repositories of the workspace may be forked to', source: SOURCES.openapi, confidence: 'documented' },
  mainBranch: { of: ['Repository'], holds: 'text', doc: 'the name of the branch that the upstream calls the main one', source: SOURCES.openapi, confidence: 'documented' },
  glob: { of: ['BranchPattern'], holds: 'text', doc: 'the branch names that it matches', source: SOURCES.openapi, confidence: 'documented' },
} as const satisfies Record<string, NodePropRow>;

/** The row of a property; null for one that no row names. */
export function nodePropRow(name: string): NodePropRow | null {
  return Object.hasOwn(NODE_PROPS, name) ? NODE_PROPS[name as keyof typeof NODE_PROPS] : null;
}
