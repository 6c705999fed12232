/**
 * One scope before and after: what is open of it against what is stated now. Pure; what differs goes into the changes.
 *
 * A reading to the end closes what it does not state. One that failed leaves it, stale, and opens again what it met, so that what
 * the store says of the past never changes. Gaps are replaced as a whole by either.
 */
import { type NodeContent, nodeContentText } from './contents.ts';
import type { OpenGap, OpenNode } from './neo4j-before.ts';
import type { Changes, OpenedGap } from './neo4j-changes.ts';
import { edgeIdentity, type OpenEdge } from './neo4j-scope-edges.ts';

/** A scope in a commit. */
export interface ScopeCase {
  readonly scope: number;
  /** Was it read to its end, or is it gone? */
  readonly isComplete: boolean;
  readonly changes: Changes;
}

/** Returns whether something is open that is not stated. Ends of `stated` are numbers of nodes. */
export function compareNodes(
  { scope, isComplete, changes }: ScopeCase,
  open: readonly OpenNode[],
  stated: readonly { readonly node: number; readonly content: NodeContent }[],
): boolean {
  const left = new Map(open.map((statement) => [statement.node, statement]));
  const close = ({ id, node }: OpenNode) => {
    changes.closedNodes.push(id);
    changes.contents.set(node, null);
  };
  for (const { node, content } of stated) {
    const before = left.get(node);
    left.delete(node);
    const isSame = before !== undefined && nodeContentText(before.content) === nodeContentText(content);
    if (isSame && isComplete) continue;
    if (before !== undefined) close(before);
    changes.openedNodes.push({ node, content, scope, openedAt: isSame ? before.openedAt : changes.at });
    changes.contents.set(node, null);
  }
  if (isComplete) for (const statement of left.values()) close(statement);
  return !isComplete && left.size > 0;
}

/** Returns what is open from now on, and whether something of that is not stated. */
export function compareEdges(
  { scope, isComplete, changes }: ScopeCase,
  open: readonly OpenEdge[],
  stated: readonly OpenEdge[],
): { readonly edges: OpenEdge[]; readonly hasMore: boolean } {
  const left = new Map(open.map((edge) => [edgeIdentity(edge), edge]));
  const { openedEdges, closedEdges, closedStaleEdges, staleEdges, freshEdges } = changes;
  const add = (list: typeof openedEdges, edge: OpenEdge) => list.add(edge.kind, edge.from, edge.to, changes.textId(edge), scope);
  const close = (edge: OpenEdge) => add(edge.stale ? closedStaleEdges : closedEdges, edge);
  for (const edge of stated) {
    const identity = left.size === 0 ? '' : edgeIdentity(edge);
    const before = left.get(identity);
    left.delete(identity);
    const isSame = before !== undefined && before.props === edge.props;
    if (isSame && isComplete) {
      if (before.stale) add(freshEdges, edge);
      continue;
    }
    if (before !== undefined) close(before);
    add(openedEdges, edge);
  }
  if (isComplete) {
    for (const edge of left.values()) close(edge);
    return { edges: [...stated], hasMore: false };
  }
  for (const edge of left.values()) if (!edge.stale) add(staleEdges, edge);
  return { edges: [...stated, ...[...left.values()].map((edge) => ({ ...edge, stale: true }))], hasMore: left.size > 0 };
}

export function compareGaps({ changes }: ScopeCase, open: readonly OpenGap[], stated: readonly OpenedGap[]): void {
  const text = ({ reason, hides, about, subject, detail }: Omit<OpenedGap, 'scope'>) =>
    JSON.stringify([reason, hides, about, subject, detail]);
  const left = new Map(open.map((gap) => [text(gap), gap]));
  for (const gap of stated) if (!left.delete(text(gap))) changes.openedGaps.push(gap);
  for (const { id, about } of left.values()) changes.closedGaps.push({ id, about });
}
