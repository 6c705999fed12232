/**
 * Another process that writes to a store in Neo4j: `node neo4j-child.ts MODE ADDRESS TENANT CONNECTOR`. What it has done it says on
 * standard output, a line each.
 *
 * loop: keeps a page and commits the next run, for ever; where another one writes, it says so and tries again. hold: starts a run,
 * keeps a page, waits for a line, and commits. large: commits the next run in many transactions.
 */
import { readSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isCodedError } from '../../graph/errors.ts';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import { committedIn, numberedPage, numberedRun, numbersOf, SMALL_STEPS } from './numbered-runs.ts';

const BUSY_PAUSE_MS = 20;

/** A line for each thing done, as soon as it was acknowledged. */
const say = (...words: (string | number)[]) => writeSync(1, `${words.join(' ')}\n`);

if (import.meta.main) {
  const [mode, address = '', tenant = '', connector = ''] = process.argv.slice(2);
  const store = await openNeo4jStore({
    address,
    tenant,
    ...(mode === 'large' && { commitLimits: SMALL_STEPS }),
  });
  const commitNext = async (before: () => Promise<void> = async () => {}) => {
    const run = await store.startRun(connector);
    const number = numbersOf(await committedIn(store), connector).length + 1;
    await run.keepPage(numberedPage(number));
    say('started', run.id);
    await before();
    await run.commit(numberedRun(number));
    say('committed', run.id, number);
  };
  const commitOrTell = (before?: () => Promise<void>) =>
    commitNext(before).catch((error: unknown) => {
      if (!isCodedError(error)) throw error;
      say('refused', error.code);
    });
  if (mode === 'loop')
    for (;;) {
      await commitOrTell();
      await sleep(Math.random() * BUSY_PAUSE_MS);
    }
  if (mode === 'hold')
    await commitOrTell(async () => {
      readSync(0, Buffer.alloc(1));
    });
  if (mode === 'large') await commitNext();
  await store.close();
}
