/** The root fields: each hands one question to the port, with the request's signal, and wraps the answer with its instant. */

import { CodedError } from '../../graph/errors.ts';
import type { Answer, At, ChangesRequest, Page, PageRequest } from '../../queries/port.ts';
import type { AnswerParent, Context, PageParent } from '../context.ts';
import { within } from '../deadline.ts';
import type { InputMaybe, QueryResolvers } from '../generated.ts';

/** The arguments of a page as the port takes them. */
interface PageArguments {
  first?: InputMaybe<number>;
  after?: InputMaybe<string>;
  at?: InputMaybe<number>;
}

export const QUERY: QueryResolvers = {
  async check(_, { at, ...request }, { grantpath, signal }) {
    return answerParent(await within(signal, () => grantpath.check(request, asked(at, signal))), at);
  },
  async checks(_, { requests, at }, { grantpath, signal }) {
    const answers = await within(signal, () => grantpath.checks(requests, asked(at, signal)));
    return answers.map((answer) => answerParent(answer, at));
  },
  paths: (_, { from, to, action, ...page }, context) =>
    readPage(context, page, (request) => context.grantpath.paths(from, to, action, request)),
  whoCan: (_, { action, resource, kinds, include, ...page }, context) =>
    readPage(context, page, (request) =>
      context.grantpath.whoCan(action, resource, { ...request, kinds, includeUnknown: wantsUnknown(include) }),
    ),
  whatCan: (_, { identity, action, kinds, include, ...page }, context) =>
    readPage(context, page, (request) =>
      context.grantpath.whatCan(identity, action, { ...request, kinds, includeUnknown: wantsUnknown(include) }),
    ),
  async node(_, { ref, at }, { grantpath, signal }) {
    const { named } = await within(signal, () => grantpath.node(ref, at === undefined || at === null ? {} : { at }));
    return { ...named, at: at ?? Date.now() };
  },
  find: (_, { text, kinds, ...page }, context) => readPage(context, page, (request) => context.grantpath.find(text, { ...request, kinds })),
  gaps: (_, page, context) => readPage(context, page, (request) => context.grantpath.gaps(request)),
  coverage: (_, { at }, { grantpath, signal }) =>
    within(signal, () => grantpath.coverage(at === undefined || at === null ? {} : { at })).then((rows) => [...rows]),
  changes: (_, { from, to, kinds, ...page }, context) =>
    readPage(context, { ...page, at: to }, (request) => context.grantpath.changes(from, to, { ...betweenOf(request), kinds })),
  accessChanges: (_, { from, to, ...page }, context) =>
    readPage(context, { ...page, at: to }, (request) => context.grantpath.accessChanges(from, to, betweenOf(request))),
  snapshots: (_, page, context) => readPage(context, page, (request) => context.grantpath.snapshots(request)),
};

/** Asks for a page and remembers what its connection has to say. */
export async function readPage<P extends Page<unknown>>(
  { signal }: Context,
  { first, after, at }: PageArguments,
  read: (request: PageRequest) => Promise<P>,
): Promise<PageParent<unknown> & { readonly page: P }> {
  const page = await within(signal, () => read({ first, after, at, signal }));
  const isNow = at === undefined || at === null;
  return { page, started: after !== undefined && after !== null, at: at ?? page.snapshot.at, ...(isNow && { isNow }) };
}

/** The page without a time: both times are arguments of their own. */
function betweenOf({ first, after, signal }: PageRequest): ChangesRequest {
  return { first, after, signal };
}

/** What hangs below an answer is read from the snapshot that gave it. */
function answerParent(answer: Answer, at: At): AnswerParent {
  return { answer, at: at ?? answer.snapshot.at };
}

function asked(at: At, signal: AbortSignal): { at?: At; signal: AbortSignal } {
  return at === undefined || at === null ? { signal } : { at, signal };
}

/** Errors: USAGE. */
export function wantsUnknown(include: InputMaybe<readonly string[]> | undefined): boolean {
  if (include?.includes('DENY')) throw new CodedError('USAGE', '`include` takes ALLOW and UNKNOWN, got `DENY`');
  return include?.includes('UNKNOWN') === true;
}
