/** Connections and their edges. A page is one value of the port; what differs is what its entries are shown as. */
import type { NamedGap, NamedNode, Path, WhatCanRow, WhoCanRow } from '../../queries/port.ts';
import type { EdgeParent, PageParent } from '../context.ts';
import type {
  GapConnectionResolvers,
  GapEdgeResolvers,
  NodeConnectionResolvers,
  NodeEdgeResolvers,
  PathConnectionResolvers,
  PathEdgeResolvers,
  SnapshotConnectionResolvers,
  SnapshotEdgeResolvers,
  WhatCanConnectionResolvers,
  WhatCanEdgeResolvers,
  WhoCanConnectionResolvers,
  WhoCanEdgeResolvers,
} from '../generated.ts';

/** The fields of every connection. */
export const PAGE = {
  edges: <T>({ page, at }: PageParent<T>): EdgeParent<T>[] => page.edges.map((edge) => ({ edge, at })),
  pageInfo: <T>({ page, started }: PageParent<T>) => ({
    hasNextPage: page.hasNextPage,
    hasPreviousPage: started,
    startCursor: page.edges[0]?.cursor ?? null,
    endCursor: page.edges.at(-1)?.cursor ?? null,
  }),
  totalCount: ({ page }: PageParent<unknown>) => page.totalCount,
  complete: ({ page }: PageParent<unknown>) => page.complete,
  gaps: ({ page, at }: PageParent<unknown>) => page.gaps.map((gap) => ({ gap, at })),
  snapshot: ({ page }: PageParent<unknown>) => page.snapshot,
};

const cursor = ({ edge }: EdgeParent<unknown>) => edge.cursor;

const ACCESS_EDGE = {
  cursor,
  verdict: ({ edge }: EdgeParent<WhoCanRow | WhatCanRow>) => edge.node.verdict,
  permission: ({ edge }: EdgeParent<WhoCanRow | WhatCanRow>) => edge.node.permission,
  actions: ({ edge }: EdgeParent<WhoCanRow | WhatCanRow>) => [...edge.node.actions],
  proof({ edge, at }: EdgeParent<WhoCanRow | WhatCanRow>) {
    const proof = edge.node.proof();
    return proof && { proof, at };
  },
};

export const NODE_CONNECTION: NodeConnectionResolvers = PAGE;
export const NODE_EDGE: NodeEdgeResolvers = { cursor, node: ({ edge, at }: EdgeParent<NamedNode>) => ({ ...edge.node, at }) };

export const PATH_CONNECTION: PathConnectionResolvers = PAGE;
export const PATH_EDGE: PathEdgeResolvers = { cursor, node: ({ edge, at }: EdgeParent<Path>) => ({ path: edge.node, at }) };

export const GAP_CONNECTION: GapConnectionResolvers = PAGE;
export const GAP_EDGE: GapEdgeResolvers = { cursor, node: ({ edge, at }: EdgeParent<NamedGap>) => ({ gap: edge.node, at }) };

export const SNAPSHOT_CONNECTION: SnapshotConnectionResolvers = PAGE;
export const SNAPSHOT_EDGE: SnapshotEdgeResolvers = { cursor, node: ({ edge }) => edge.node };

export const WHO_CAN_CONNECTION: WhoCanConnectionResolvers = PAGE;
export const WHO_CAN_EDGE: WhoCanEdgeResolvers = { ...ACCESS_EDGE, node: ({ edge, at }) => ({ ...edge.node.identity, at }) };

export const WHAT_CAN_CONNECTION: WhatCanConnectionResolvers = PAGE;
export const WHAT_CAN_EDGE: WhatCanEdgeResolvers = { ...ACCESS_EDGE, node: ({ edge, at }) => ({ ...edge.node.resource, at }) };
