/** Connections and their edges. A page is one value of the port; what differs is what its entries are shown as. */
import type { NamedGap, NamedNode, Path, WhatCanRow, WhoCanRow } from '../../queries/port.ts';
import { type Context, type EdgeParent, type PageParent, timeOf } from '../context.ts';
import { within } from '../deadline.ts';
import type {
  AccessChangeConnectionResolvers,
  AccessChangeEdgeResolvers,
  ChangeConnectionResolvers,
  ChangeEdgeResolvers,
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
  edges: <T>({ page, ...time }: PageParent<T>): EdgeParent<T>[] => page.edges.map((edge) => ({ edge, ...timeOf(time) })),
  pageInfo: <T>({ page, started }: PageParent<T>) => ({
    hasNextPage: page.hasNextPage,
    hasPreviousPage: started,
    startCursor: page.edges[0]?.cursor ?? null,
    endCursor: page.edges.at(-1)?.cursor ?? null,
  }),
  totalCount: ({ page }: PageParent<unknown>, _: unknown, { signal }: Context) => within(signal, () => page.totalCount()),
  complete: ({ page }: PageParent<unknown>) => page.complete,
  async gaps({ page, at }: PageParent<unknown>, _: unknown, { signal }: Context) {
    const gaps = await within(signal, () => page.gaps());
    return gaps.map((gap) => ({ gap, at }));
  },
  snapshot: ({ page }: PageParent<unknown>) => page.snapshot,
};

const cursor = ({ edge }: EdgeParent<unknown>) => edge.cursor;

const ACCESS_EDGE = {
  cursor,
  verdict: ({ edge }: EdgeParent<WhoCanRow | WhatCanRow>) => edge.node.verdict,
  permission: ({ edge }: EdgeParent<WhoCanRow | WhatCanRow>) => edge.node.permission,
  actions: ({ edge }: EdgeParent<WhoCanRow | WhatCanRow>) => [...edge.node.actions],
  async proof({ edge, at }: EdgeParent<WhoCanRow | WhatCanRow>, _: unknown, { signal }: Context) {
    const proof = await within(signal, () => edge.node.proof());
    return proof && { proof, at };
  },
};

export const NODE_CONNECTION: NodeConnectionResolvers = PAGE;
export const NODE_EDGE: NodeEdgeResolvers = {
  cursor,
  node: ({ edge, ...time }: EdgeParent<NamedNode>) => ({ ...edge.node, ...timeOf(time) }),
};

export const PATH_CONNECTION: PathConnectionResolvers = PAGE;
export const PATH_EDGE: PathEdgeResolvers = { cursor, node: ({ edge, at }: EdgeParent<Path>) => ({ path: edge.node, at }) };

export const GAP_CONNECTION: GapConnectionResolvers = PAGE;
export const GAP_EDGE: GapEdgeResolvers = {
  cursor,
  node: ({ edge, ...time }: EdgeParent<NamedGap>) => ({ gap: edge.node, ...timeOf(time) }),
};

export const SNAPSHOT_CONNECTION: SnapshotConnectionResolvers = PAGE;
export const SNAPSHOT_EDGE: SnapshotEdgeResolvers = { cursor, node: ({ edge }) => edge.node };

export const WHO_CAN_CONNECTION: WhoCanConnectionResolvers = PAGE;
export const WHO_CAN_EDGE: WhoCanEdgeResolvers = {
  ...ACCESS_EDGE,
  node: ({ edge, ...time }) => ({ ...edge.node.identity, ...timeOf(time) }),
};

export const WHAT_CAN_CONNECTION: WhatCanConnectionResolvers = PAGE;
export const WHAT_CAN_EDGE: WhatCanEdgeResolvers = {
  ...ACCESS_EDGE,
  node: ({ edge, ...time }) => ({ ...edge.node.resource, ...timeOf(time) }),
};

export const CHANGE_CONNECTION: ChangeConnectionResolvers = PAGE;
export const CHANGE_EDGE: ChangeEdgeResolvers = { cursor, node: ({ edge }) => ({ change: edge.node }) };

export const ACCESS_CHANGE_CONNECTION: AccessChangeConnectionResolvers = {
  ...PAGE,
  touched: ({ page }) => page.touched,
  compared: ({ page }) => page.compared,
};
export const ACCESS_CHANGE_EDGE: AccessChangeEdgeResolvers = {
  cursor,
  node: ({ edge, ...time }) => ({ accessChange: edge.node, ...timeOf(time) }),
};
