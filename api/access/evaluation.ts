/**
 * One evaluation, or many in one request.
 *
 * What the text of AuthZEN 1.0 leaves to us, and how it is decided:
 * - A request that lacks what it must have, or has it in another shape, is a Bad Request. In an `evaluations` array that is so
 *   of the request only; an entry that lacks something is answered with false and its `error`, and the others are answered.
 * - A subject, resource or action that nobody knows makes no request bad: it is answered with false and an `error`, which has
 *   the nearest names or the candidates.
 * - Evaluations of one request that ask about one time are answered from one snapshot.
 * - The short-circuit semantics cut the list after the entry that decides. An `error` denies.
 */
import { CodedError, isCodedError } from '../../graph/errors.ts';
import { type Answer, type CheckRequest, FIRST_MAX, type Grantpath } from '../../queries/port.ts';
import { type AccessQuestion, ENTITIES, isObject, type JsonObject, readInstant, readObject, readQuestion, wrong } from './request.ts';
import { isNamingError, type ToldDecision, tellAnswer, tellFailure } from './told-decision.ts';

/** Of whom a request asks, and until when. */
export interface Asked {
  readonly grantpath: Grantpath;
  readonly signal: AbortSignal;
}

export interface ToldEvaluations {
  readonly evaluations: readonly ToldDecision[];
}

/** By semantic: the decision after which nothing more is told; null for none. */
const SEMANTICS: Readonly<Record<string, boolean | null>> = { execute_all: null, deny_on_first_deny: false, permit_on_first_permit: true };

/** An entry on its way: what it asks and what that gave, or what is wrong with it. */
interface Entry {
  readonly question: AccessQuestion | null;
  outcome: Answer | CodedError | null;
}

/** Errors: USAGE, TIME_MALFORMED, TIMEOUT, those of the store. */
export async function evaluate({ grantpath, signal }: Asked, request: JsonObject): Promise<ToldDecision> {
  try {
    const question = readQuestion(request);
    return await tellAnswer(question, await grantpath.check(question, { at: question.at, signal }));
  } catch (error) {
    if (isNamingError(error)) return tellFailure(error);
    throw error;
  }
}

/** Without entries it is one evaluation. Errors: USAGE, TIME_MALFORMED, LIMIT, TIMEOUT, those of the store. */
export async function evaluateAll(asked: Asked, request: JsonObject): Promise<ToldDecision | ToldEvaluations> {
  const { evaluations = [] } = request;
  if (!Array.isArray(evaluations)) throw wrong('`evaluations` is an array', evaluations);
  const stopAt = readSemantic(request);
  if (evaluations.length === 0) return evaluate(asked, request);
  if (evaluations.length > FIRST_MAX)
    throw new CodedError('LIMIT', `\`evaluations\` has at most ${FIRST_MAX} entries, got ${evaluations.length}`, {
      max: FIRST_MAX,
    });
  const defaults = readDefaults(request);
  const entries = evaluations.map((entry: unknown) => readEntry(defaults, entry));
  for (const [at, together] of Map.groupBy(entries.filter(isOpen), ({ question }) => question.at)) {
    const outcomes = await outcomesOf(
      asked,
      together.map(({ question }) => question),
      at,
    );
    for (const [index, entry] of together.entries()) entry.outcome = outcomes[index] ?? null;
  }
  const last = entries.findIndex((entry) => isAllowed(entry) === stopAt);
  const shown = last < 0 ? entries : entries.slice(0, last + 1);
  // What an entry says beside its decision is read for all that are shown at once.
  return { evaluations: await Promise.all(shown.map((entry) => tellEntry(entry, asked.signal))) };
}

/** The keys at the top, each of which stands whole for an entry that has none. Errors: USAGE, TIME_MALFORMED. */
function readDefaults(request: JsonObject): JsonObject {
  const there = ENTITIES.filter((name) => request[name] !== undefined);
  readInstant(request);
  return Object.fromEntries(there.map((name) => [name, readObject(request, name)]));
}

function readEntry(defaults: JsonObject, entry: unknown): Entry {
  try {
    if (!isObject(entry)) throw wrong('an evaluation is an object', entry);
    return { question: readQuestion({ ...defaults, ...entry }), outcome: null };
  } catch (error) {
    if (isCodedError(error)) return { question: null, outcome: error };
    throw error;
  }
}

function isOpen(entry: Entry): entry is Entry & { readonly question: AccessQuestion } {
  return entry.outcome === null;
}

/** All at once; those whose names are wrong are found by it, told one by one, and the others asked again. Shape: one for each request. */
export async function outcomesOf(
  { grantpath, signal }: Asked,
  requests: readonly CheckRequest[],
  at: number | null | undefined,
): Promise<readonly (Answer | CodedError)[]> {
  const outcomes = new Map<CheckRequest, Answer | CodedError>();
  let open = requests;
  while (open.length > 0) {
    try {
      const answers = await grantpath.checks(open, { at, signal });
      for (const [index, request] of open.entries()) outcomes.set(request, answers[index] as Answer);
      break;
    } catch (error) {
      const bad = new Set(badIndexes(error));
      if (bad.size === 0) throw error;
      for (const [index, request] of open.entries()) {
        if (!bad.has(index)) continue;
        signal.throwIfAborted();
        outcomes.set(request, await checkOne({ grantpath, signal }, request, at));
      }
      open = open.filter((_, index) => !bad.has(index));
    }
  }
  return requests.map((request) => outcomes.get(request) as Answer | CodedError);
}

function badIndexes(error: unknown): readonly (string | number)[] {
  const indexes = isNamingError(error) ? error.details['indexes'] : undefined;
  return Array.isArray(indexes) ? indexes : [];
}

async function checkOne({ grantpath, signal }: Asked, request: CheckRequest, at: number | null | undefined): Promise<Answer | CodedError> {
  try {
    return await grantpath.check(request, { at, signal });
  } catch (error) {
    if (isNamingError(error)) return error;
    throw error;
  }
}

/** As `decision` will say it. */
function isAllowed({ outcome }: Entry): boolean {
  return !(outcome instanceof CodedError) && outcome?.verdict === 'ALLOW';
}

async function tellEntry({ question, outcome }: Entry, signal: AbortSignal): Promise<ToldDecision> {
  signal.throwIfAborted();
  if (outcome instanceof CodedError) return tellFailure(outcome);
  return tellAnswer(question as AccessQuestion, outcome as Answer);
}

function readSemantic(request: JsonObject): boolean | null {
  if (request['options'] === undefined) return null;
  const { evaluations_semantic: semantic = 'execute_all' } = readObject(request, 'options');
  const stopAt = typeof semantic === 'string' && Object.hasOwn(SEMANTICS, semantic) ? SEMANTICS[semantic] : undefined;
  if (stopAt === undefined) throw wrong(`\`options.evaluations_semantic\` is one of ${Object.keys(SEMANTICS).join(', ')}`, semantic);
  return stopAt;
}
