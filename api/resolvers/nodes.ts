/**
 * Resolvers of the node types and their walks, made from the rows of `node-types.ts`: no kind is named here.
 *
 * What a name says is at hand; aliases and properties are read through a loader, a walk is one page of observed edges.
 */
import type { GraphQLFieldResolver } from 'graphql';
import { type EdgeFact, encodeKeyPart, factId, type NodeFact, type NodeKey, type Occurrence, refPath } from '../../graph/fact.ts';
import type { Action } from '../../graph/model/actions.ts';
import { EDGE_KINDS } from '../../graph/model/edge-kinds.ts';
import { NODE_KINDS, type NodeKind } from '../../graph/model/node-kinds.ts';
import type { Edge, Grantpath, Page } from '../../queries/port.ts';
import { type Context, type EdgeParent, type NodeParent, timeOf } from '../context.ts';
import { within } from '../deadline.ts';
import {
  connectionName,
  edgeTypeName,
  OBJECT_KINDS,
  type PropertyRow,
  partsOf,
  propertiesOf,
  WALKS,
  type WalkRow,
  walksOf,
  wordField,
} from '../node-types.ts';
import { PAGE } from './pages.ts';
import { readPage, wantsUnknown } from './query.ts';

type Fields = Record<string, GraphQLFieldResolver<never, Context>>;

interface WalkPage {
  first?: number | null;
  after?: string | null;
}

interface AccessPage extends WalkPage {
  kinds?: readonly NodeKind[] | null;
  include?: readonly string[] | null;
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
      within: readKeys((grantpath, key, at) => grantpath.containersOf(key, { at })),
      gaps: readGaps,
      ...Object.assign({}, ...partsOf(kind).map((part) => PART_FIELDS[part])),
      ...(kind === 'Repository' ? { mainBranch: readMainBranch } : {}),
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

/** The fields of the interfaces that a kind implements beside `Node`. */
const PART_FIELDS: Readonly<Record<'Holder' | 'Resource', Fields>> = {
  Holder: {
    whatCan: (
      { key, at, isNow }: NodeParent,
      { action, kinds, include, ...page }: AccessPage & { action?: Action | null },
      context: Context,
    ) =>
      readPage(context, isNow === true ? page : { ...page, at }, (request) =>
        context.grantpath.whatCan(key, action, { ...request, kinds, includeUnknown: wantsUnknown(include) }),
      ),
    actsThrough: readKeys((grantpath, key, at) => grantpath.holdersOf(key, { at })),
  },
  Resource: {
    whoCan: ({ key, at, isNow }: NodeParent, { action, kinds, include, ...page }: AccessPage & { action: Action }, context: Context) =>
      readPage(context, isNow === true ? page : { ...page, at }, (request) =>
        context.grantpath.whoCan(action, key, { ...request, kinds, includeUnknown: wantsUnknown(include) }),
      ),
  },
};

function readKeys(read: (grantpath: Grantpath, key: NodeKey, at: number) => Promise<readonly NodeKey[]>) {
  return async ({ key, at, isNow }: NodeParent, _: unknown, { grantpath, signal }: Context) => {
    const keys = await within(signal, () => read(grantpath, key, at));
    return keys.map((each) => ({ key: each, ...timeOf({ at, isNow }) }));
  };
}

async function readGaps({ key, at, isNow }: NodeParent, _: unknown, { grantpath, signal }: Context) {
  const gaps = await within(signal, () => grantpath.gapsAbout(key, { at }));
  return gaps.map((gap) => ({ gap, ...timeOf({ at, isNow }) }));
}

/** Observed or not: a branch need not exist. */
async function readMainBranch({ key, at, isNow }: NodeParent, _: unknown, { loaders }: Context): Promise<NodeParent | null> {
  const name = (await loaders(at).nodes.load(key))?.props['mainBranch'];
  if (typeof name !== 'string') return null;
  const named = await loaders(at).names.load(`${NODE_KINDS.Branch.ref}:${refPath(key)}#${encodeKeyPart(name)}`);
  return named && { ...named, ...timeOf({ at, isNow }) };
}

function readFact(pick: (fact: NodeFact | null) => unknown) {
  return ({ key, at }: NodeParent, _: unknown, { loaders }: Context) => loaders(at).nodes.load(key).then(pick);
}

function readProperty({ field }: PropertyRow) {
  return readFact((fact) => fact?.props[field] ?? null);
}

function walkToMany(walk: WalkRow) {
  return async ({ key, at, isNow }: NodeParent, { first, after }: WalkPage, context: Context) => {
    const { page, started } = await readPage(context, { first, after, at }, (request) =>
      context.grantpath.edgesOf(key, walk.end, { ...request, ...filterOf(walk) }),
    );
    return { page: withEnd(page, walk), started, ...timeOf({ at, isNow }) };
  };
}

/** The page with the end that it was walked from. What costs a read is read when it is asked for. */
function withEnd(page: Page<Occurrence<EdgeFact>>, { end }: WalkRow): Page<Occurrence<EdgeFact>> {
  const { hasNextPage, complete, snapshot } = page;
  return {
    edges: page.edges.map((edge) => ({ ...edge, end })),
    hasNextPage,
    complete,
    snapshot,
    totalCount: () => page.totalCount(),
    gaps: () => page.gaps(),
  };
}

function walkToOne(walk: WalkRow) {
  return async ({ key, at, isNow }: NodeParent, _: unknown, context: Context) => {
    const { page } = await readPage(context, { first: 1, at }, (request) =>
      context.grantpath.edgesOf(key, walk.end, { ...request, ...filterOf(walk) }),
    );
    const [edge] = page.edges;
    return edge === undefined ? null : readOther(edge.node.fact, walk, { at, isNow }, context);
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
    node: ({ edge, at, isNow }: LinkParent, _, context) => readOther(edge.node.fact, edge, { at, isNow }, context),
    ...(word === null ? {} : { [word]: ({ edge }: LinkParent) => edge.node.fact.word }),
    ...Object.fromEntries(EDGE_KINDS[kind].props.map((name) => [name, property(name)])),
    fact: ({ edge, at }: LinkParent) => ({ id: factId(edge.node.fact), at, occurrence: edge.node }),
  };
}

async function readOther(
  fact: EdgeFact,
  { end }: Pick<WalkRow, 'end'>,
  time: Pick<NodeParent, 'at' | 'isNow'>,
  { loaders }: Context,
): Promise<NodeParent | null> {
  const named = await loaders(time.at).names.load(end === 'from' ? fact.to : fact.from);
  return named && { ...named, ...timeOf(time) };
}
