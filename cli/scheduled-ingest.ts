/** The options by which `serve` ingests, and a turn of it: one worker thread. */
import { Worker } from 'node:worker_threads';
import { CodedError, errorOf } from '../graph/errors.ts';
import { DEFAULT_BUDGET } from '../ingest/budget.ts';
import type { Call, OptionSpec } from './command.ts';
import { budgetOf, MAX_AGE_OPTION, maxAgeOf } from './ingest.ts';
import type { TurnResult } from './ingest-schedule.ts';
import type { IngestMessage, IngestTask } from './ingest-worker.ts';
import { spanOf, textsOf } from './options.ts';

const WORKER = new URL(`./ingest-worker${import.meta.url.slice(-3)}`, import.meta.url);

export const SCHEDULE_OPTIONS: readonly OptionSpec[] = [
  { flags: '--ingest-every TIME', doc: 'ingest at once and then this long after the last time it began, as in `6h`; at least `5m`' },
  { flags: '--workspace SLUG', doc: 'with --ingest-every, a workspace (repeatable); left out: all of the credential', repeatable: true },
  {
    flags: '--calls-per-hour N',
    doc: `with --ingest-every, the budget of calls of each credential (default ${DEFAULT_BUDGET.callsPerHour})`,
  },
  { ...MAX_AGE_OPTION, doc: `with --ingest-every, ${MAX_AGE_OPTION.doc}` },
];

export interface ScheduledIngest {
  readonly everyMs: number;
  readonly task: IngestTask;
}

/** null where no schedule is asked for. Errors: USAGE; CONFIG where no credential can be used. */
export async function scheduledIngestOf({ options, config, io }: Call): Promise<ScheduledIngest | null> {
  const everyMs = spanOf(options, 'ingestEvery', { min: '5m', max: '30d' });
  if (everyMs === undefined) {
    const idle = ['workspace', 'callsPerHour', 'maxAge'].find((name) => options[name] !== undefined);
    if (idle === undefined) return null;
    throw new CodedError('USAGE', '--workspace, --calls-per-hour and --max-age are of use only with --ingest-every, which is not given');
  }
  const { readCloudConfig } = await import('../ingest/bitbucket-cloud/config.ts');
  const cloud = readCloudConfig(io.env);
  return {
    everyMs,
    task: { config, cloud, workspaces: textsOf(options, 'workspace'), budget: budgetOf(options), maxAgeMs: maxAgeOf(options) },
  };
}

/** One turn. `write` gets the lines of its log. Errors: those of an ingest; that it was stopped. */
export async function ingestThere(task: IngestTask, stop: AbortSignal, write: (line: string) => unknown): Promise<readonly TurnResult[]> {
  const worker = new Worker(WORKER, { workerData: task });
  const tell = () => worker.postMessage('stop');
  if (stop.aborted) tell();
  else stop.addEventListener('abort', tell, { once: true });
  try {
    return await new Promise<readonly TurnResult[]>((resolve, reject) => {
      worker.on('message', (message: IngestMessage) => {
        if ('log' in message) write(message.log);
        else if ('results' in message) resolve(message.results);
        else reject(errorOf(message.error));
      });
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('the thread of the ingest ended without a result')));
    });
  } finally {
    stop.removeEventListener('abort', tell);
    await worker.terminate();
  }
}
