/**
 * The schema: what is written by hand, what the tables render, and the resolvers, as one executable value.
 * The door to @graphql-tools/schema.
 *
 * INVARIANT: `SDL` is the whole contract; `schema.graphql` is its print and `generated.ts` its types, and tests keep both current.
 */
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import type { Context, NodeParent } from './context.ts';
import { ENUMS, enumResolver, renderEnum } from './enums.ts';
import type { Resolvers } from './generated.ts';
import { renderNodeTypes } from './node-types.ts';
import { CONDITION, DECISION, DENIAL, FACT, GAP, NODE_REF, PATH, PROOF, SINCE, STEP } from './resolvers/answers.ts';
import { ACCESS_CHANGE, CHANGE } from './resolvers/changes.ts';
import { nodeResolvers } from './resolvers/nodes.ts';
import * as pages from './resolvers/pages.ts';
import { QUERY } from './resolvers/query.ts';
import { DATE_TIME, JSON_VALUE, REF } from './resolvers/scalars.ts';
import { BASE_SDL } from './sdl.ts';

export const SDL: string = [BASE_SDL, ...Object.entries(ENUMS).map(([name, table]) => renderEnum(name, table)), renderNodeTypes()].join(
  '\n',
);

const RESOLVERS: Resolvers = {
  Query: QUERY,
  Decision: DECISION,
  Proof: PROOF,
  Path: PATH,
  Step: STEP,
  Denial: DENIAL,
  Condition: CONDITION,
  Gap: GAP,
  Since: SINCE,
  Change: CHANGE,
  AccessChange: ACCESS_CHANGE,
  NodeRef: NODE_REF,
  Fact: FACT,
  NodeConnection: pages.NODE_CONNECTION,
  NodeEdge: pages.NODE_EDGE,
  PathConnection: pages.PATH_CONNECTION,
  PathEdge: pages.PATH_EDGE,
  GapConnection: pages.GAP_CONNECTION,
  GapEdge: pages.GAP_EDGE,
  SnapshotConnection: pages.SNAPSHOT_CONNECTION,
  SnapshotEdge: pages.SNAPSHOT_EDGE,
  WhoCanConnection: pages.WHO_CAN_CONNECTION,
  WhoCanEdge: pages.WHO_CAN_EDGE,
  WhatCanConnection: pages.WHAT_CAN_CONNECTION,
  WhatCanEdge: pages.WHAT_CAN_EDGE,
  ChangeConnection: pages.CHANGE_CONNECTION,
  ChangeEdge: pages.CHANGE_EDGE,
  AccessChangeConnection: pages.ACCESS_CHANGE_CONNECTION,
  AccessChangeEdge: pages.ACCESS_CHANGE_EDGE,
};

export const SCHEMA: GraphQLSchema = makeExecutableSchema<Context>({
  typeDefs: SDL,
  resolvers: [
    RESOLVERS,
    // As plain records: a finished scalar would bring a description of its own, and none.
    { Ref: REF, DateTime: DATE_TIME, JSON: JSON_VALUE },
    { Node: { __resolveType: ({ kind }: NodeParent) => kind } },
    nodeResolvers(),
    Object.fromEntries(Object.entries(ENUMS).map(([name, table]) => [name, enumResolver(table)])),
  ],
});
