/**
 * kill -9 of an ingest at every page: while the upstream holds back the answer to one call. The next run completes with the same
 * graph, and reads no listing again that was kept to its end. Every page with GRANTPATH_TEST_LONG=1, else a few.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../graph/store/open.ts';
import type { KeptPage } from '../../graph/store/port.ts';
import { ENDPOINT_IDS, ENDPOINTS, itemsWhereMissing } from '../../ingest/bitbucket-cloud/endpoints.ts';
import { environmentOf, factsOf, openSample, type Sample, smallWorkspace } from './sample.ts';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
const LONG = process.env['GRANTPATH_TEST_LONG'] === '1';
/** Everything but the token endpoint. */
const PAGES = /^\/[12]\.0\//;
const isPage = (call: string) => PAGES.test(call.replace(/^GET /, ''));

let sample: Sample;
/** What a run that nobody disturbs makes of the workspace, and its pages. */
let wanted: Map<string, string>;
let pages: number;

const path = () => `${sample.path}.killed`;
const calls = () => sample.server.calls.filter(isPage);

beforeAll(async () => {
  sample = await openSample({ workspace: smallWorkspace(), pageLengthMax: 4 });
  await sample.sync();
  wanted = await factsOf(sample.store);
  pages = calls().length;
});

afterAll(async () => {
  await sample.close();
});

function start(): { child: ChildProcess; said: () => string } {
  const child = spawn(process.execPath, [CHILD, path()], { env: { ...process.env, ...environmentOf(sample.server) } });
  let said = '';
  child.stderr?.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  return { child, said: () => said };
}

/** Kills a run whose call of this number, counted from 0, has arrived and gets no answer. The calls beside it may. */
async function killAt(call: number): Promise<void> {
  sample.server.faults.push({ at: PAGES, after: call, times: 1, does: { delayMs: 3_000 } });
  sample.server.calls.length = 0;
  const { child, said } = start();
  const closed = once(child, 'close');
  while (calls().length <= call && child.exitCode === null) await delay(2);
  child.kill('SIGKILL');
  const [, signal] = await closed;
  expect([signal, said()]).toEqual(['SIGKILL', '']);
  sample.server.faults.length = 0;
}

/** What the killed run has kept, and what is served meanwhile. */
async function left(): Promise<{ kept: KeptPage[]; served: Map<string, string> | null }> {
  const store = await openStore(`sqlite:${path()}`);
  try {
    const served = (await store.readSnapshotAt()) === null ? null : await factsOf(store);
    const { unfinished } = await store.readStatus();
    const [run] = unfinished;
    if (run === undefined) return { kept: [], served };
    return { kept: await Array.fromAsync((await store.startRun(run.connector)).pages()), served };
  } finally {
    await store.close();
  }
}

/** Pages of listings that were kept to their end: not of the workspace, which each run reads first, nor refusals, which are asked again. */
function whole(kept: readonly KeptPage[]): number {
  const byScope = Map.groupBy(kept, ({ scope }) => scope);
  return [...byScope.values()]
    .filter((chain) => chain.every((page) => isAnswer(page) && page.endpoint !== ENDPOINTS.workspace.path))
    .filter((chain) => chain.some(({ next }) => next === null))
    .reduce((sum, chain) => sum + chain.length, 0);
}

/** Of some endpoints 404 is an answer: there is none of what is asked for. */
function isAnswer({ status, endpoint }: KeptPage): boolean {
  return status === 200 || (status === 404 && ENDPOINT_IDS.some((id) => ENDPOINTS[id].path === endpoint && itemsWhereMissing(id) !== null));
}

/** A run to its end: how many pages it read, and what the store says then. */
async function complete(): Promise<{ read: string[]; resumed: number; facts: Map<string, string> }> {
  sample.server.calls.length = 0;
  const { child, said } = start();
  const [status] = await once(child, 'close');
  expect([status, said()]).toEqual([0, '']);
  const store = await openStore(`sqlite:${path()}`, { readOnly: true });
  try {
    const newest = await store.readSnapshotAt();
    return { read: calls(), resumed: Number(newest?.report['resumedPages'] ?? 0), facts: await factsOf(store) };
  } finally {
    await store.close();
  }
}

function forget(): void {
  for (const end of ['', '-wal', '-shm', '.lock', '.lock-journal']) rmSync(`${path()}${end}`, { force: true });
}

/** All of them, or the first, one in each part of the run, and the last. */
function moments(): number[] {
  const all = Array.from({ length: pages }, (_, call) => call);
  return LONG ? all : all.filter((call) => call === 0 || call === pages - 1 || call === Math.floor(pages / 3));
}

describe('an ingest that is killed at a page', () => {
  it(
    'is taken up by the next one, which reads what is missing and no more',
    async () => {
      let resumed = 0;
      for (const call of moments()) {
        forget();
        await killAt(call);
        const { kept, served } = await left();
        expect(served, `before a commit nothing is served, killed at page ${call}`).toBe(null);
        const next = await complete();
        expect(next.facts, `killed at page ${call}`).toEqual(wanted);
        // Each page once; and of the pages of an undisturbed run those that were not kept.
        expect(new Set(next.read).size, `read twice after page ${call}`).toBe(next.read.length);
        expect([next.read.length, next.resumed], `killed at page ${call}`).toEqual([pages - whole(kept), whole(kept)]);
        resumed += next.resumed;
      }
      console.log(`kill at a page: ${moments().length} of ${pages} pages, ${resumed} pages taken over`);
      expect(resumed).toBeGreaterThan(pages / 4);
    },
    LONG ? 900_000 : 60_000,
  );

  it('leaves the last complete snapshot, which stays what it was until the next run is over', async () => {
    forget();
    const before = await complete();
    for (const project of sample.server.workspace.projects) project.grants = project.grants.filter(({ user }) => user === undefined);
    await killAt(Math.floor(pages / 2));
    expect((await left()).served).toEqual(before.facts);
    await sample.sync();
    const changed = await factsOf(sample.store);
    expect(changed).not.toEqual(before.facts);
    expect((await complete()).facts).toEqual(changed);
  }, 60_000);
});
