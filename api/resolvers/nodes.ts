/**
 * Resolvers of the node types and their walks, made from the rows of `node-types.ts`: no kind is named here.
 *
 * What a name says is at hand; aliases and properties are read through a loader, a walk is one page of observed edges.
 */
import type { GraphQLFieldResolver } from 'graphql';
import { type EdgeFact, factId, type NodeFact, type Occurrence } from '../../graph/fact.ts';
import { EDGE_KINDS } from '../../graph/model/edge-kinds.ts';
import { NODE_KINDS } from '../../graph/model/node-kinds.ts';
import type { Edge, Page } from '../../queries/port.ts';
import type { Context, EdgeParent, NodeParent } from '../context.ts';
import {
  connectionName,
  edgeTypeName,
  OBJECT_KINDS,
  type PropertyRow,
  propertiesOf,
  WALKS,
  type WalkRow,
  walksOf,
  wordField,
} from '../node-types.ts';
import { PAGE } from './pages.ts';
import { readPage } from './query.ts';

type Fields = Record<string, GraphQLFieldResolver<never, Context>>;

interface WalkPage {
  first?: number | null;
  after?: string | null;
}

/** An edge of a walk, with the end that it was walked from: both ways show the same types. */
interface LinkParent extends EdgeParent<Occurrence<EdgeFact>> {
  readonly edge: Edge<Occurrence<EdgeFact>> & Pick<WalkRow, 'end'>;
}

/** By type name: the object types of all kinds, and the connections and edges of all walks. */
export function nodeResolvers(): Record<string, Fields> {
  const types: Record<string, Fields> = {};
  for (const kind of OBJECT_KINDS) {
    types[kind] = {
      aliases: readFact((fact) => fact?.aliases ?? []),
      properties: readFact((fact) => fact?.props ?? {}),
      ...Object.fromEntries(propertiesOf(kind).map((row) => [row.field, readProperty(row)])),
      ...Object.fromEntries(walksOf(kind).map((walk) => [walk.field, walk.single ? walkToOne(walk) : walkToMany(walk)])),
    };
  }
  for (const walk of WALKS.filter(({ single }) => !single)) {
    types[connectionName(walk)] = PAGE as unknown as Fields;
    types[edgeTypeName(walk)] = linkFields(walk);
  }
  return types;
}

function readFact(pick: (fact: NodeFact | null) => unknown) {
  return ({ key, at }: NodeParent, _: unknown, { loaders }: Context) => loaders(at).nodes.load(key).then(pick);
}

function readProperty({ field }: PropertyRow) {
  return readFact((fact) => fact?.props[field] ?? null);
}

function walkToMany(walk: WalkRow) {
  return async ({ key, at }: NodeParent, { first, after }: WalkPage, context: Context) => {
    const { page, started } = await readPage(context, { first, after, at }, (request) =>
      context.grantpath.edgesOf(key, walk.end, { ...request, ...filterOf(walk) }),
    );
    return { page: withEnd(page, walk), started, at };
  };
}

/** The page with the end that it was walked from. What costs a read is read when it is asked for. */
function withEnd(page: Page<Occurrence<EdgeFact>>, { end }: WalkRow): Page<Occurrence<EdgeFact>> {
  const { hasNextPage, complete, snapshot } = page;
  return {
    edges: page.edges.map((edge) => ({ ...edge, end })),
    hasNextPage,
    get totalCount() {
      return page.totalCount;
    },
    complete,
    get gaps() {
      return page.gaps;
    },
    snapshot,
  };
}

function walkToOne(walk: WalkRow) {
  return async ({ key, at }: NodeParent, _: unknown, context: Context) => {
    const { page } = await readPage(context, { first: 1, at }, (request) =>
      context.grantpath.edgesOf(key, walk.end, { ...request, ...filterOf(walk) }),
    );
    const [edge] = page.edges;
    return edge === undefined ? null : readOther(edge.node.fact, walk, at, context);
  };
}

function filterOf({ edge, other }: WalkRow) {
  return { kinds: [edge], ...(other === null ? {} : { otherWords: [NODE_KINDS[other].ref] }) };
}

function linkFields({ edge: kind }: WalkRow): Fields {
  const word = wordField(kind);
  const property =
    (name: string) =>
    ({ edge }: LinkParent) =>
      edge.node.fact.props[name] ?? null;
  return {
    cursor: ({ edge }: LinkParent) => edge.cursor,
    node: ({ edge, at }: LinkParent, _, context) => readOther(edge.node.fact, edge, at, context),
    ...(word === null ? {} : { [word]: ({ edge }: LinkParent) => edge.node.fact.word }),
    ...Object.fromEntries(EDGE_KINDS[kind].props.map((name) => [name, property(name)])),
    fact: ({ edge, at }: LinkParent) => ({ id: factId(edge.node.fact), at, occurrence: edge.node }),
  };
}

async function readOther(fact: EdgeFact, { end }: Pick<WalkRow, 'end'>, at: number, { loaders }: Context): Promise<NodeParent | null> {
  const named = await loaders(at).names.load(end === 'from' ? fact.to : fact.from);
  return named && { ...named, at };
}
