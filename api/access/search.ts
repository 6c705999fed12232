/**
 * The three searches: which subjects of a type, which resources of a type, which actions.
 *
 * Results are those that an evaluation would allow. `context` says how far the list is known; what could be allowed, had more
 * been read, is not in it.
 * - A name or type that nobody knows gives an empty list with an `error`, and is no Bad Request.
 * - `page.limit` is at most 1000, and 1000 if left out. Actions are few and come at once.
 * - A token carries its question and its snapshot: pages of one list never mix two, and a token of another question is refused.
 */
import { CodedError, isCodedError } from '../../graph/errors.ts';
import type { Ref } from '../../graph/fact.ts';
import { ACTION_NAMES, type Action, actionRow } from '../../graph/model/actions.ts';
import { kindsOfRefWord, type NodeKind } from '../../graph/model/node-kinds.ts';
import { type Answer, FIRST_MAX, type Page } from '../../queries/port.ts';
import { type Asked, outcomesOf } from './evaluation.ts';
import {
  actionOf,
  type Entity,
  entityOf,
  identityOf,
  isObject,
  type JsonObject,
  readAction,
  readEntity,
  readInstant,
  readObject,
  readType,
  resourceOf,
  wrong,
} from './request.ts';
import { isNamingError, tellError, tellKnowledge } from './told-decision.ts';

export interface ToldSearch {
  readonly page: { readonly next_token: string; readonly count: number; readonly total?: number };
  readonly context: object;
  readonly results: readonly object[];
}

interface PageAsked {
  readonly first: number;
  readonly after: string | null;
}

/** The token of the first page, for a page of no results. */
const FIRST_TOKEN = 'first';

/** Errors: USAGE, TIME_MALFORMED, CURSOR, TIMEOUT, those of the store. */
export async function searchSubjects({ grantpath, signal }: Asked, request: JsonObject): Promise<ToldSearch> {
  const type = readType(request, 'subject');
  const asked = readAction(request);
  const resource = readEntity(request, 'resource');
  const [at, page] = [readInstant(request), readPage(request)];
  return orNothing(async () => {
    const kinds = kindsOf(type);
    const action = actionOf(asked);
    const found = await grantpath.whoCan(action, resourceOf(resource, action), { ...page, at, kinds, signal });
    return tellPage(page, found, ({ identity }) => identity.ref);
  });
}

/** Errors: USAGE, TIME_MALFORMED, CURSOR, TIMEOUT, those of the store. */
export async function searchResources({ grantpath, signal }: Asked, request: JsonObject): Promise<ToldSearch> {
  const subject = readEntity(request, 'subject');
  const asked = readAction(request);
  const type = readType(request, 'resource');
  const [at, page] = [readInstant(request), readPage(request)];
  return orNothing(async () => {
    const kinds = kindsOf(type);
    const action = actionOf(asked);
    requireOn(action, { kinds, type });
    const found = await grantpath.whatCan(identityOf(subject), action, { ...page, at, kinds, signal });
    return tellPage(page, found, ({ resource }) => resource.ref);
  });
}

/** Errors: USAGE, TIME_MALFORMED, TIMEOUT, those of the store. */
export async function searchActions(asked: Asked, request: JsonObject): Promise<ToldSearch> {
  const subject = readEntity(request, 'subject');
  const resource = readEntity(request, 'resource');
  const at = readInstant(request);
  readPage(request);
  return orNothing(async () => {
    const identity = identityOf(subject);
    const requests = actionsOf(resource).map((action) => ({ identity, action, resource: resourceOf(resource, action) }));
    const outcomes = await outcomesOf(asked, requests, at);
    // What this resource's flavor does not have is no action of it.
    const answers = requests.flatMap((request, index) => {
      const outcome = outcomes[index];
      if (!isCodedError(outcome)) return [[request, outcome as Answer] as const];
      if (outcome.code !== 'ACTION_UNKNOWN') throw outcome;
      return [];
    });
    const results = answers.filter(([, { verdict }]) => verdict === 'ALLOW').map(([{ action }]) => ({ name: action }));
    const unknown = answers.flatMap(([, answer]) => (answer.verdict === 'UNKNOWN' ? [answer] : []));
    const gapsOfAll = await Promise.all(unknown.map((answer) => answer.gaps()));
    const gaps = new Map(gapsOfAll.flat().map((gap) => [gap.id, gap]));
    const [first] = answers;
    const context =
      first === undefined ? {} : tellKnowledge({ complete: unknown.length === 0, gaps: [...gaps.values()], snapshot: first[1].snapshot });
    return { page: { next_token: '', count: results.length, total: results.length }, context, results };
  });
}

/** What is named wrongly has no results. */
async function orNothing(search: () => Promise<ToldSearch>): Promise<ToldSearch> {
  try {
    return await search();
  } catch (error) {
    if (!isNamingError(error)) throw error;
    return { page: { next_token: '', count: 0, total: 0 }, context: tellError(error), results: [] };
  }
}

async function tellPage<T>({ first, after }: PageAsked, found: Page<T>, refOf: (node: T) => Ref): Promise<ToldSearch> {
  const { edges, hasNextPage, complete, snapshot } = found;
  const [totalCount, gaps] = await Promise.all([found.totalCount(), found.gaps()]);
  const results = edges.map(({ node }) => entityOf(refOf(node)));
  const last = first === 0 ? (after ?? FIRST_TOKEN) : (edges.at(-1)?.cursor ?? '');
  const page = { next_token: hasNextPage ? last : '', count: results.length, ...(totalCount === null ? {} : { total: totalCount }) };
  return { page, context: tellKnowledge({ complete, gaps, snapshot }), results };
}

function readPage(request: JsonObject): PageAsked {
  if (request['page'] === undefined) return { first: FIRST_MAX, after: null };
  const { limit = FIRST_MAX, token = '', properties = {} } = readObject(request, 'page');
  if (typeof limit !== 'number' || !Number.isSafeInteger(limit) || limit < 0) throw wrong('`page.limit` is a whole number from 0', limit);
  if (typeof token !== 'string') throw wrong('`page.token` is a text', token);
  if (!isObject(properties)) throw wrong('`page.properties` is an object', properties);
  return { first: Math.min(limit, FIRST_MAX), after: token === '' || token === FIRST_TOKEN ? null : token };
}

/** Errors: REFERENCE_MALFORMED. */
function kindsOf(type: string): readonly NodeKind[] {
  const kinds = kindsOfRefWord(type);
  if (kinds.length > 0) return kinds;
  const ref = type.slice(0, 100);
  throw new CodedError('REFERENCE_MALFORMED', `a \`type\` is a word of the reference table, got \`${ref}\``, { ref });
}

/** An empty list would say that nothing is allowed, where nothing can be asked. Errors: ACTION_UNKNOWN. */
function requireOn(action: Action, { kinds, type }: { kinds: readonly NodeKind[]; type: string }): void {
  const { on } = actionRow(action);
  if (kinds.some((kind) => on.includes(kind))) return;
  throw new CodedError('ACTION_UNKNOWN', `\`${action}\` is asked of ${on.join(', ')}, got the type \`${type}\``, { action, kinds: on });
}

/** Those that the resource, or the branch that it names, can be asked for. Errors: REFERENCE_MALFORMED. */
function actionsOf({ type, properties }: Entity): readonly Action[] {
  const kinds = kindsOf(type);
  const asked = kinds.includes('Repository') && properties['branch'] !== undefined ? [...kinds, 'Branch'] : kinds;
  return ACTION_NAMES.filter((action) => actionRow(action).on.some((kind) => asked.includes(kind)));
}
