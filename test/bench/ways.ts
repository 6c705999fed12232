/**
 * The same questions asked in four ways, one after the other by one client: of the engine in this process, at the JSON endpoint
 * (AuthZEN), in GraphQL, and of the database in Cypher. Every way gives the same answers, which is looked at first.
 *
 * Of each answer some time is the hop: an empty round trip of the same kind, the middle one of many. The rest is work.
 * - The engine is asked by dense index and answers in dense indexes: no name is read.
 * - The JSON endpoint tells reason and proof with each decision, so its check and its proof are one request.
 * - Proofs are asked of what is allowed alone. Lists are at most `FIRST_MAX` long.
 */
import { Agent } from 'node:http';
import { GRAPHQL_PATH, startServer } from '../../api/server.ts';
import { Engine } from '../../graph/engine/engine.ts';
import type { IndexedQuestion } from '../../graph/engine/port.ts';
import { refPath, refWord } from '../../graph/fact.ts';
import type { Action } from '../../graph/model/actions.ts';
import type { Store } from '../../graph/store/port.ts';
import { compileStore } from '../../queries/compiled.ts';
import { FIRST_MAX, type Grantpath } from '../../queries/port.ts';
import { CHECK } from '../../queries/saved/check.ts';
import { actionParameters } from '../../queries/saved-action.ts';
import { everybodyAllowed, everythingAllowed, parameterText } from '../../queries/saved-fragments.ts';
import type { ServerAddress } from '../neo4j/server.ts';
import { keyNames, numberingOf } from './columns.ts';
import { aligned, readable } from './figure.ts';
import { post } from './http-load.ts';
import { withSession } from './neo4j-bare.ts';
import { randomFrom, type Size, synthesize } from './organisation.ts';
import { drawQuestions, PROVEN } from './questions.ts';

const ASKED = ['check', 'proof', 'what-can', 'who-can'] as const;
type Asked = (typeof ASKED)[number];

export interface Way {
  readonly question: Asked;
  readonly way: string;
  /** Microseconds: half of all answers, and 95 of 100, take at most so long. */
  readonly p50: number;
  readonly p95: number;
  /** Of `p50`. */
  readonly hop: number;
  readonly work: number;
}

export interface WaysInput {
  readonly server: ServerAddress;
  readonly tenant: string;
  readonly size: Size;
  readonly store: Store;
  readonly grantpath: Grantpath;
  readonly say: (line: string) => void;
}

interface Question {
  readonly identity: string;
  readonly action: Action;
  readonly resource: string;
}

/** One way: an empty round trip, and how each question is asked. An answer is its yes or no, or how many entries it has. */
interface Asker {
  readonly name: string;
  readonly hop: () => unknown;
  readonly ask: Readonly<Record<Asked, (question: Question) => Answer | Promise<Answer>>>;
}

type Answer = boolean | number;

const COUNTS: Readonly<Record<Size, Readonly<Record<Asked, number>>>> = {
  S: { check: 100, proof: 100, 'what-can': 20, 'who-can': 20 },
  M: { check: 500, proof: 500, 'what-can': 40, 'who-can': 40 },
  L: { check: 500, proof: 500, 'what-can': 40, 'who-can': 40 },
};
const HOPS = 500;
const SEED = 17;
/** The share of random pairs that are allowed is small. */
const PAIRS_FOR_PROOF = 100;

export async function measureWays({ server, tenant, size, store, grantpath, say }: WaysInput): Promise<Way[]> {
  const info = await store.readSnapshotAt();
  if (info === null) throw new Error('a store that is measured has a snapshot');
  const engine = new Engine(await compileStore(store, info));
  const inProcess = engineAsker(engine, info.at);
  const running = await startServer({ grantpath, port: 0 });
  try {
    return await withSession(server, async (session) => {
      const cypher = cypherAsker(async (text, parameters) => (await session.run(text, { tenant, ...parameters })).records);
      const ways: Way[] = [];
      for (const question of ASKED) {
        const questions = draw(question, size, inProcess);
        const expected = await Promise.all(questions.map((each) => inProcess.ask[question](each)));
        // A connection that was idle while the database was asked may be closed: each question has its own.
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        for (const asker of [inProcess, jsonAsker(running.url, agent), graphqlAsker(running.url, agent), cypher])
          ways.push(await measure(asker, { question, questions, expected }));
        agent.destroy();
        say(`${questions.length} answers of ${question} are the same in every way`);
      }
      return ways;
    });
  } finally {
    await running.close();
  }
}

async function measure(
  { name, hop, ask }: Asker,
  { question, questions, expected }: { question: Asked; questions: readonly Question[]; expected: readonly Answer[] },
): Promise<Way> {
  // Warms what is asked, too.
  for (const [at, each] of questions.entries()) {
    const answer = await ask[question](each);
    if (answer !== expected[at])
      throw new Error(
        `${question} ${each.identity} ${each.action} ${each.resource}: expected ${expected[at]}, the ${name} gives ${answer}`,
      );
  }
  const hops = await timesOf(Array.from({ length: HOPS }, () => hop));
  const times = await timesOf(questions.map((each) => () => ask[question](each)));
  const [p50, hopP50] = [quantile(times, 0.5), quantile(hops, 0.5)];
  return { question, way: name, p50, p95: quantile(times, 0.95), hop: hopP50, work: Math.max(0, p50 - hopP50) };
}

/** Microseconds of each. */
async function timesOf(works: readonly (() => unknown)[]): Promise<number[]> {
  const times: number[] = [];
  for (const work of works) {
    const start = performance.now();
    const done = work();
    // What answers at once is not made to wait for a turn.
    if (done instanceof Promise) await done;
    times.push((performance.now() - start) * 1e3);
  }
  return times.sort((a, b) => a - b);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

function draw(question: Asked, size: Size, { ask }: Asker): Question[] {
  const org = synthesize(size);
  const at = numberingOf(org, new Set(org.rsSrc).size);
  const keyOf = keyNames(at);
  const count = COUNTS[size][question];
  const { user, resource, level } = drawQuestions(org, randomFrom(SEED), count * (question === 'proof' ? PAIRS_FOR_PROOF : 1));
  const drawn = Array.from(user, (each, i): Question => {
    const action = question === 'who-can' ? 'repository.write' : question === 'what-can' ? 'repository.read' : PROVEN[level[i]!]!;
    return { identity: keyOf(at.user + each), action, resource: keyOf(at.workspace + resource[i]!) };
  });
  return (question === 'proof' ? drawn.filter((each) => ask.check(each) === true) : drawn).slice(0, count);
}

function engineAsker(engine: Engine, at: number): Asker {
  const indexOf = (key: string): number => engine.keys.indexOf(key)!;
  const indexed = ({ identity, action, resource }: Question): IndexedQuestion => ({
    identity: indexOf(identity),
    action,
    target: indexOf(resource),
    targetKind: 'Repository',
    branch: null,
  });
  return {
    name: 'engine in process',
    hop: () => null,
    ask: {
      check: (question) => engine.check(indexed(question), at) === true,
      proof: (question) => engine.denseWitnesses(indexed(question), at).next().done !== true,
      'what-can': ({ identity, action }) =>
        Math.min(FIRST_MAX, engine.whatCan(indexOf(identity), action, at, { kinds: ['Repository'] }).length),
      'who-can': (question) => Math.min(FIRST_MAX, engine.whoCan(indexed(question), at, { kinds: ['User'] }).length),
    },
  };
}

function jsonAsker(url: string, agent: Agent): Asker {
  const entity = (ref: string) => ({ type: refWord(ref), id: refPath(ref) });
  const send = async (path: string, body: object) =>
    JSON.parse(await post(`${url}/access/v1/${path}`, JSON.stringify(body), agent)) as never;
  const evaluate = ({ identity, action, resource }: Question): Promise<{ decision: boolean; context: { proof?: unknown } }> =>
    send('evaluation', { subject: entity(identity), action: { name: action }, resource: entity(resource) });
  const search = async (path: string, body: object): Promise<number> => {
    const { results }: { results: unknown[] } = await send(path, body);
    return results.length;
  };
  return {
    name: 'JSON endpoint',
    hop: () => post(`${url}/healthz`, '', agent),
    ask: {
      check: async (question) => (await evaluate(question)).decision,
      proof: async (question) => (await evaluate(question)).context.proof !== undefined,
      'what-can': ({ identity, action }) =>
        search('search/resource', { subject: entity(identity), action: { name: action }, resource: { type: 'repository' } }),
      'who-can': ({ action, resource }) =>
        search('search/subject', { subject: { type: 'user' }, action: { name: action }, resource: entity(resource) }),
    },
  };
}

const GRAPHQL = {
  check:
    'query($identity: Ref!, $action: Action!, $resource: Ref!) { check(identity: $identity, action: $action, resource: $resource) { verdict } }',
  proof:
    'query($identity: Ref!, $action: Action!, $resource: Ref!) { check(identity: $identity, action: $action, resource: $resource) { verdict proofs(first: 1) { text } } }',
  'what-can': `query($identity: Ref!, $action: Action!) { whatCan(identity: $identity, action: $action, kinds: [REPOSITORY], first: ${FIRST_MAX}) { edges { node { ref } } } }`,
  'who-can': `query($action: Action!, $resource: Ref!) { whoCan(action: $action, resource: $resource, kinds: [USER], first: ${FIRST_MAX}) { edges { node { ref } } } }`,
} as const satisfies Record<Asked, string>;

interface GraphqlData {
  readonly check: { readonly verdict: string; readonly proofs: readonly unknown[] };
  readonly whatCan: { readonly edges: readonly unknown[] };
  readonly whoCan: { readonly edges: readonly unknown[] };
}

function graphqlAsker(url: string, agent: Agent): Asker {
  const send = async (question: Asked, { identity, action, resource }: Question): Promise<GraphqlData> => {
    const named = { identity, action: action.replace('.', '_').toUpperCase(), resource };
    const variables = Object.fromEntries(Object.entries(named).filter(([name]) => GRAPHQL[question].includes(`$${name}:`)));
    const text = await post(`${url}${GRAPHQL_PATH}`, JSON.stringify({ query: GRAPHQL[question], variables }), agent);
    const { data }: { data?: GraphqlData } = JSON.parse(text);
    if (data == null) throw new Error(`a question in GraphQL was not answered: ${text.slice(0, 500)}`);
    return data;
  };
  return {
    name: 'GraphQL',
    hop: () => post(`${url}${GRAPHQL_PATH}`, '{"query":"{ __typename }"}', agent),
    ask: {
      check: async (question) => (await send('check', question)).check.verdict === 'ALLOW',
      proof: async (question) => (await send('proof', question)).check.proofs.length > 0,
      'what-can': async (question) => (await send('what-can', question)).whatCan.edges.length,
      'who-can': async (question) => (await send('who-can', question)).whoCan.edges.length,
    },
  };
}

const ACTION = parameterText('action', 'r');

const CYPHER = {
  check: CHECK.cypher,
  proof: `MATCH (i:Node {tenant: $tenant, key: $identity}), (r:Node {tenant: $tenant, key: $resource})
MATCH path = (i)-[:ACTS_AS|MEMBER_OF*0..]->()-[:HOLDS]->(:Permission)-[:IMPLIES*0..]->(p:Permission)-[:ON]->(r)
WHERE p.rule IN $actionNeeds
RETURN [step IN nodes(path) | step.key] AS keys ORDER BY length(path) LIMIT 1`,
  'what-can': `MATCH (i:Node {tenant: $tenant, key: $identity})
${everythingAllowed(ACTION, ['i'], 'Repository')}
RETURN r.ref AS ref ORDER BY ref LIMIT ${FIRST_MAX}`,
  'who-can': `MATCH (r:Node {tenant: $tenant, key: $resource})
${everybodyAllowed(ACTION, ['r'], 'User')}
RETURN i.ref AS ref ORDER BY ref LIMIT ${FIRST_MAX}`,
} as const satisfies Record<Asked, string>;

type RunCypher = (cypher: string, parameters: object) => Promise<readonly { get(name: string): unknown }[]>;

function cypherAsker(run: RunCypher): Asker {
  const rows = (question: Asked, { identity, action, resource }: Question) =>
    run(CYPHER[question], { identity, resource, ...actionParameters('action', action) });
  return {
    name: 'Cypher',
    hop: () => run('RETURN true', {}),
    ask: {
      check: async (question) => (await rows('check', question))[0]?.get('allowed') === true,
      proof: async (question) => (await rows('proof', question)).length > 0,
      'what-can': async (question) => (await rows('what-can', question)).length,
      'who-can': async (question) => (await rows('who-can', question)).length,
    },
  };
}

/** The ways as a table for people, in microseconds. */
export function waysTable(ways: readonly Way[]): string {
  const rows = [
    ['question', 'asked of', 'p50 us', 'p95 us', 'hop', 'work'],
    ...ways.map(({ question, way, ...times }) => [question, way, ...[times.p50, times.p95, times.hop, times.work].map(readable)]),
  ];
  return aligned(rows, [0, 1]);
}
