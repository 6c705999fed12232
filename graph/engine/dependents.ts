/**
 * Whose certain permissions may hang on facts about some nodes: from the nodes to all who hold something there, and to all who are,
 * or act as, one of these. The other way round from `holders.ts`, and generous: who is named here may hold what he held.
 *
 * Absent on purpose: what gaps may add. They add nothing that is certain.
 */
import { isAskable } from '../model/node-kinds.ts';
import type { Csr } from './csr.ts';
import type { Graph } from './graph.ts';
import type { NodeIndex } from './port.ts';

/** Nearest first, each once; where somebody is reached by what anybody holds, everybody. Cost: what lies below the nodes, and who is reached. */
export function dependentsOf(graph: Graph, nodes: readonly NodeIndex[]): NodeIndex[] {
  const found = new Set<NodeIndex>();
  const places = new Set<NodeIndex>();
  for (const node of nodes) {
    if (isAskable(graph.kindOf(node))) found.add(node);
    else for (const place of graph.ancestors(node)) places.add(place);
  }
  for (const node of nodes) if (!isAskable(graph.kindOf(node))) addContent(graph, node, places);
  for (const place of places) {
    if (isAskable(graph.kindOf(place))) found.add(place);
    for (const { byResource } of [graph.grants, graph.staleGrants, graph.reports, graph.staleReports])
      for (const packed of rowOf(byResource, place)) found.add(packed >> 3);
  }
  // What is found while it goes on is gone through too.
  for (const node of found)
    for (const down of [graph.memberDown, graph.ownerDown]) for (const packed of rowOf(down, node)) found.add(packed >> 1);
  if (graph.anonymous >= 0 && found.has(graph.anonymous))
    for (let node = 0; node < graph.nodeCount; node++) if (isAskable(graph.kindOf(node))) found.add(node);
  return [...found];
}

/** Adds the node and all that it contains, directly or not, stale containment too. */
function addContent(graph: Graph, node: NodeIndex, places: Set<NodeIndex>): void {
  const content = new Set([node]);
  for (const at of content) for (const packed of rowOf(graph.containerDown, at)) content.add(packed >> 1);
  for (const at of content) places.add(at);
}

/** A family that has no facts has no rows. */
function rowOf({ off, val }: Csr, row: number): Int32Array {
  return off.length === 0 ? val : val.subarray(off[row], off[row + 1]);
}
