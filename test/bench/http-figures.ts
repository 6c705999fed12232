/**
 * The figure of the API: requests a second of `checks` with 100 pairs, against the same server over answers that are there already.
 *
 * The stub gives the recorded answers of the real one, so both send the same bytes: the difference is resolving references,
 * asking the engine and telling proofs.
 */
import { Worker } from 'node:worker_threads';
import { GRAPHQL_PATH, startServer } from '../../api/server.ts';
import { open } from '../../index.ts';
import type { Answer, CheckRequest, Grantpath } from '../../queries/port.ts';
import { keyNames, numberingOf, principalIndex } from './columns.ts';
import { atLeast, type Figure, fight, figureOf } from './figure.ts';
import type { LoadResult, LoadTask } from './http-load.ts';
import { randomFrom, type Size, type SyntheticOrg, synthesize } from './organisation.ts';
import { BRANCH, CHECKED, drawQuestions } from './questions.ts';
import { storeFolder } from './store-figures.ts';

const PAIRS = 100;
/** Requests with different pairs, sent in turn. */
const REQUESTS = 40;
const CONNECTIONS = 8;
const ROUND_MS: Readonly<Record<Size, number>> = { S: 300, M: 1_000, L: 2_000 };
const SEED = 11;

/**
 * What is read of each answer, and what the rate must be of that of the stub. A tool that asks before it acts reads the verdict:
 * that is bound. More fields would be told at the same cost by both servers and flatter the ratio, or be another question.
 */
const SELECTIONS = [
  { name: 'checks over HTTP, 100 verdicts', fields: 'verdict', bound: atLeast(0.6) },
  { name: 'checks over HTTP, 100 first proofs', fields: 'verdict reason proofs(first: 1) { text }', bound: null },
] as const;

export interface HttpInput {
  readonly size: Size;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

export async function httpFigures({ size, rounds, say }: HttpInput): Promise<Figure[]> {
  const batches = drawBatches(synthesize(size));
  const grantpath = await open({ store: `sqlite:${storeFolder(size)}/store.sqlite`, tenant: 'default' });
  const real = await startServer({ grantpath, port: 0 });
  const stub = await startServer({ grantpath: await recorded(grantpath, batches), port: 0 });
  const worker = new Worker(new URL('./http-load.ts', import.meta.url), { workerData: CONNECTIONS });
  const urls = { own: `${real.url}${GRAPHQL_PATH}`, reference: `${stub.url}${GRAPHQL_PATH}` };
  try {
    const figures: Figure[] = [];
    for (const { name, fields, bound } of SELECTIONS) {
      const bodies = batches.map((requests) => bodyOf(requests, fields));
      await requireSameAnswers(urls, bodies);
      say(`${REQUESTS} requests get the same bytes from both servers: ${fields}`);
      const rate = (url: string) => () => loaded(worker, { url, bodies, ms: ROUND_MS[size] });
      const { checks } = await fight({ checks: { best: 'greatest', own: rate(urls.own), reference: rate(urls.reference) } }, rounds);
      figures.push(figureOf({ name, unit: 'requests/s', value: checks.own, reference: checks.reference, bound }));
    }
    return figures;
  } finally {
    await worker.terminate();
    await Promise.all([real.close(), stub.close()]);
    await grantpath.close();
  }
}

function bodyOf(requests: readonly CheckRequest[], fields: string): string {
  return JSON.stringify({
    query: `query($requests: [CheckInput!]!) { checks(requests: $requests) { ${fields} } }`,
    variables: { requests: requests.map((each) => ({ ...each, action: enumValue(each.action) })) },
  });
}

/** Pairs as the engine figures draw them, by reference. */
function drawBatches(org: SyntheticOrg): CheckRequest[][] {
  const numbering = numberingOf(org, new Set(org.rsSrc).size);
  const keyOf = keyNames(numbering);
  const { identity, resource, level } = drawQuestions(org, randomFrom(SEED), PAIRS * REQUESTS);
  const requests = Array.from(identity, (node, i): CheckRequest => {
    const repository = keyOf(numbering.workspace + resource[i]!);
    const pushed = repository.replace(/^repository:(.*)$/, `branch:$1#${BRANCH}`);
    return {
      identity: keyOf(principalIndex(numbering, node)),
      action: CHECKED[level[i]!]!,
      resource: level[i] === 2 ? pushed : repository,
    };
  });
  return Array.from({ length: REQUESTS }, (_, batch) => requests.slice(batch * PAIRS, (batch + 1) * PAIRS));
}

/** A grantpath that gives the answers that another one gave. */
async function recorded(grantpath: Grantpath, batches: readonly CheckRequest[][]): Promise<Grantpath> {
  const byFirst = new Map<string, readonly Answer[]>();
  for (const requests of batches) byFirst.set(nameOf(requests), await Promise.all((await grantpath.checks(requests)).map(frozen)));
  const unasked = () => Promise.reject(new Error('the stub answers checks alone'));
  return {
    ...(Object.fromEntries(
      [
        'check',
        'whoCan',
        'whatCan',
        'paths',
        'node',
        'find',
        'edgesOf',
        'namedNodes',
        'nodeFacts',
        'edgeFacts',
        'gaps',
        'coverage',
        'snapshots',
      ].map((name) => [name, unasked]),
    ) as unknown as Grantpath),
    checks: async (requests) => byFirst.get(nameOf(requests)) ?? unasked(),
    ready: () => true,
    close: async () => {},
  };
}

function nameOf(requests: readonly CheckRequest[]): string {
  const [first] = requests;
  return `${first?.identity} ${first?.action} ${first?.resource}`;
}

/** The parts that the query reads, computed once. */
async function frozen(answer: Answer): Promise<Answer> {
  const { verdict, snapshot } = answer;
  const [reason, proofs] = await Promise.all([answer.reason(), answer.proofs(1)]);
  const nothing = async () => [];
  return {
    verdict,
    snapshot,
    assumptions: [],
    blindSpots: [],
    reason: async () => reason,
    denials: nothing,
    conditions: nothing,
    gaps: nothing,
    proofs: async () => proofs,
  };
}

async function requireSameAnswers(urls: { own: string; reference: string }, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) {
    const [own, given] = [await answerOf(urls.own, body), await answerOf(urls.reference, body)];
    if (own !== given) throw new Error(`both servers must give one answer, got \`${own.slice(0, 300)}\` and \`${given.slice(0, 300)}\``);
  }
}

async function answerOf(url: string, body: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  return response.text();
}

function loaded(worker: Worker, task: LoadTask): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once('message', (result: LoadResult) => ('error' in result ? reject(new Error(result.error)) : resolve(result.perSecond)));
    worker.postMessage(task);
  });
}

/** `branch.push` as the enum of the schema spells it. */
function enumValue(action: string): string {
  return action.replace('.', '_').toUpperCase();
}
