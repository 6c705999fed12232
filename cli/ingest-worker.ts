/**
 * A worker thread that makes one ingest and ends: a server goes on answering meanwhile. It opens the store itself, takes the
 * word `stop` for its stop signal, and hands its log over, line by line.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Config } from '../config.ts';
import { type ToldError, tellError } from '../graph/errors.ts';
import { type IngestOptions, ingest } from './ingest.ts';
import type { TurnResult } from './ingest-schedule.ts';

export interface IngestTask extends Omit<IngestOptions, 'signal'> {
  readonly config: Config;
}

export type IngestMessage = { readonly log: string } | { readonly results: readonly TurnResult[] } | { readonly error: ToldError };

if (parentPort !== null) {
  const stopping = new AbortController();
  parentPort.once('message', () => stopping.abort());
  parentPort.postMessage(await run(workerData as IngestTask, stopping.signal));
  // Nothing more is listened to: the thread may end.
  parentPort.close();
}

async function run({ config, ...options }: IngestTask, stop: AbortSignal): Promise<IngestMessage> {
  const write = (log: string) => parentPort?.postMessage({ log } satisfies IngestMessage);
  const io = { stdout: { write }, stderr: { write }, env: {}, stop };
  try {
    const results = await ingest({ config, io }, { ...options, signal: stop });
    return {
      results: results.map((result) => {
        const { workspace } = result;
        if ('error' in result) return { workspace, error: { code: result.error.code, message: result.error.message } };
        const { facts, gapCount, calls, stopped } = result.report;
        return { workspace, committed: { snapshot: result.snapshot.id, facts, gaps: gapCount, calls, stopped } };
      }),
    };
  } catch (error) {
    return { error: tellError(error) };
  }
}
