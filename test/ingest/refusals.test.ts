/**
 * Every endpoint under every sort of refusal, between two good runs, with the real store.
 *
 * What must hold: the run ends and commits; a fact that the refused endpoint states stays, marked stale; no fact is there that
 * an undisturbed run does not have; the gap that the endpoint's row names is there, with the reason of the refusal; and the
 * next good run leaves no trace of it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDPOINT_IDS, ENDPOINTS, type EndpointId, instead, itemsWhereMissing } from '../../ingest/bitbucket-cloud/endpoints.ts';
import type { FaultAction } from '../../ingest/sample/faults.ts';
import { factsOf, openSample, type Sample, smallWorkspace } from './sample.ts';
import { codeOf } from './support.ts';

const REFUSALS: readonly (readonly [name: string, reason: string, does: FaultAction])[] = [
  ['403', 'denied', { answer: 403 }],
  ['403 as HTML', 'denied', { answer: 403, body: '<html>no</html>' }],
  ['402', 'plan', { answer: 402 }],
  ['404', 'missing', { answer: 404 }],
  ['410', 'missing', { answer: 410 }],
  ['500', 'failed', { answer: 500 }],
  ['503 as HTML', 'failed', { answer: 503, body: '<html>busy</html>' }],
  ['HTML that says 200', 'failed', { answer: 200, body: '<html>sign in</html>' }],
  ['cut connections', 'failed', { cut: 'connection' }],
  ['cut bodies', 'failed', { cut: 'body' }],
  ['an error that says 200', 'undecodable', { answer: 200, body: { type: 'error', error: { message: 'sorry' } } }],
  ['a body of another form', 'undecodable', { answer: 200, body: 7 }],
];

/** Read by a run over a named workspace, apart from those that only stand in for another. */
// Other branches than the main one have its path, and are read as it is.
const READ = ENDPOINT_IDS.filter((id) => !['user-workspaces', 'workspace', 'branching-model', 'branch'].includes(id));

function pathOf(endpoint: EndpointId): RegExp {
  return new RegExp(`^${ENDPOINTS[endpoint].path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}($|\\?)`);
}

let sample: Sample;
let undisturbed: Map<string, string>;

beforeAll(async () => {
  sample = await openSample({ workspace: smallWorkspace(), inMemory: true, credential: 'api-token' });
  await sample.sync();
  undisturbed = await factsOf(sample.store);
});

afterAll(async () => {
  await sample.close();
});

/** One run with the fault and one without it, an hour apart. */
async function disturbed(endpoint: EndpointId, does: FaultAction): Promise<Map<string, string>> {
  sample.clock.at += 3_700_000;
  sample.server.faults.push({ at: pathOf(endpoint), does });
  try {
    await sample.sync();
    return await factsOf(sample.store);
  } finally {
    sample.server.faults.length = 0;
    sample.clock.at += 3_700_000;
    await sample.sync();
    expect(await factsOf(sample.store)).toEqual(undisturbed);
  }
}

const IN_WORKSPACE = /^workspace:\S+ CONTAINS repository:\S+$/;
const OF_PIPELINES = / (RAN|DEPLOYED) | CONTAINS (oidc|pipelinekey|knownhost):|^(oidc|pipelinekey|knownhost):/;
const OF_DEFINITION = /^(definition|step|image|pipe):| CONTAINS definition:/;
const isGap = (id: string) => id.includes(' HIDES ');

describe.each(REFUSALS)('%s', (_, reason, does) => {
  it.each(READ)('at %s', async (endpoint) => {
    const facts = await disturbed(endpoint, does);
    // Nothing is gone, nothing is made up.
    const isAnswer = 'answer' in does && does.answer === 404 && itemsWhereMissing(endpoint) !== null;
    const gone = [...undisturbed.keys()].filter((id) => !isGap(id) && !facts.has(id));
    // Where Pipelines are off, as 404 says, nothing hangs on them; where there is no branch or no file there is no definition.
    expect(isAnswer ? gone.filter((id) => !OF_PIPELINES.test(id) && !OF_DEFINITION.test(id)) : gone).toEqual([]);
    const made = [...facts.keys()].filter((id) => !isGap(id) && !undisturbed.has(id));
    // Without the listing of repositories those that another listing shows are known to lie in the workspace, not in which project.
    expect(endpoint === 'repositories' ? made.filter((id) => !IN_WORKSPACE.test(id)) : made).toEqual([]);
    const more = [...facts.keys()].filter((id) => isGap(id) && !undisturbed.has(id));
    if (isAnswer || (instead(endpoint) !== null && reason === 'missing')) expect(more).toEqual([]);
    else {
      const told = new Set([...facts.keys()].filter(isGap).map((id) => id.split(' ').slice(2).join(' ')));
      for (const hides of ENDPOINTS[endpoint].hides) expect([...told]).toContain(`${hides} ${reason}`);
      expect(more.length).toBeGreaterThan(0);
    }
  });
});

describe('the workspace itself', () => {
  it.each([
    [401, 'UPSTREAM_AUTH'],
    [403, 'UPSTREAM_DENIED'],
    [402, 'UPSTREAM_PLAN'],
    [404, 'UPSTREAM_MISSING'],
    [500, 'UPSTREAM_FAILED'],
  ])('with %i ends the run before anything is written', async (answer, code) => {
    const fresh = await openSample({
      workspace: smallWorkspace(),
      inMemory: true,
      faults: [{ at: /^\/2\.0\/workspaces\/acme$/, does: { answer } }],
    });
    try {
      expect(await codeOf(fresh.sync())).toBe(code);
      expect(await fresh.store.readSnapshots()).toEqual([]);
      const others = fresh.server.calls.filter((call) => call.startsWith('GET') && call !== 'GET /2.0/workspaces/acme');
      // Where it is not there, those that are seen are told.
      expect(others).toEqual(answer === 404 ? ['GET /2.0/user/workspaces?pagelen=100'] : []);
    } finally {
      await fresh.close();
    }
  });
});
