/** `ingest bitbucket-cloud`: reads workspaces into the store and reports what was read, what was not, and what does not agree. */
import { isCodedError } from '../graph/errors.ts';
import { openStore } from '../graph/store/open.ts';
import type { Store } from '../graph/store/port.ts';
import type { CloudConfig } from '../ingest/bitbucket-cloud/config.ts';
import { type BudgetOptions, DEFAULT_BUDGET } from '../ingest/budget.ts';
import { SYSTEM_CLOCK } from '../ingest/clock.ts';
import { createProgress } from '../ingest/progress.ts';
import type { SyncResult } from '../ingest/sync.ts';
import type { Log } from '../log.ts';
import { keepNewest } from '../queries/compiled.ts';
import { type Call, type CommandSpec, EXIT, type Io, type OptionSpec, type Values } from './command.ts';
import { LOOK_OPTIONS, lookOf } from './ingest-looks.ts';
import { logOf } from './log-of.ts';
import { numberOf, spanOf, textsOf } from './options.ts';
import { printJson } from './print.ts';
import { printReport, resultJson } from './run-report.ts';
import { compareListing } from './self-check.ts';

const CALLS_PER_HOUR_MAX = 1_000_000;

export const MAX_AGE_OPTION: OptionSpec = {
  flags: '--max-age TIME',
  doc: 'keep readings of earlier runs up to this age, as in `24h`; the workspace is always read, its projects after a quarter of it (default 0: read everything)',
};

/** Errors: USAGE. */
export function maxAgeOf(options: Values): number {
  return spanOf(options, 'maxAge', { min: '0', max: '30d' }) ?? 0;
}

/** Errors: USAGE. */
export function budgetOf(options: Values): BudgetOptions {
  return {
    callsPerHour: numberOf(options, 'callsPerHour', { min: 1, max: CALLS_PER_HOUR_MAX }) ?? DEFAULT_BUDGET.callsPerHour,
    whenSpent: options['wait'] === true ? 'wait' : DEFAULT_BUDGET.whenSpent,
  };
}

export const INGEST: CommandSpec = {
  name: 'ingest bitbucket-cloud',
  doc: 'read Bitbucket Cloud workspaces into the store; the credential comes from the environment',
  args: [],
  options: [
    { flags: '--workspace SLUG', doc: 'a workspace (repeatable); left out: all of the credential', repeatable: true },
    { flags: '--calls-per-hour N', doc: `the budget of calls of each credential (default ${DEFAULT_BUDGET.callsPerHour})` },
    MAX_AGE_OPTION,
    { flags: '--wait', doc: 'wait when the budget is used up, instead of committing what was read' },
    ...LOOK_OPTIONS,
  ],
  examples: [
    'ingest bitbucket-cloud --workspace acme',
    'ingest bitbucket-cloud --workspace acme --probe',
    'ingest bitbucket-cloud --workspace acme --estimate',
    'ingest bitbucket-cloud --workspace acme --calls-per-hour 5000 --wait --json',
  ],
  run: async (call) => {
    const { options, io, json } = call;
    const { readCloudConfig } = await import('../ingest/bitbucket-cloud/config.ts');
    const cloud = readCloudConfig(io.env);
    const asked = { cloud, workspaces: textsOf(options, 'workspace'), budget: budgetOf(options), maxAgeMs: maxAgeOf(options) };
    const look = lookOf(options);
    if (look !== null)
      return (await untilStopped(io, look(call, { config: cloud, workspaces: asked.workspaces, budget: asked.budget }))) ?? EXIT.failed;
    const results = await untilStopped(io, ingest(call, asked));
    if (results === null) {
      io.stderr.write('stopped; what was read is kept, and the next run goes on from there\n');
      return EXIT.failed;
    }
    if (json) printJson(io, { runs: results.map(resultJson) });
    else for (const result of results) printReport(io, result);
    return EXIT.done;
  },
};

export interface IngestOptions {
  readonly cloud: CloudConfig;
  readonly workspaces: readonly string[];
  readonly budget?: BudgetOptions;
  /** How old a reading may be that is kept; 0 if left out. */
  readonly maxAgeMs?: number;
  /** Ends it with the reason of the signal; what was read is kept. */
  readonly signal?: AbortSignal;
}

/** Errors: those of the upstream when no snapshot was committed; those of the store. */
export async function ingest(
  { config, io }: Pick<Call, 'config' | 'io'>,
  { cloud, workspaces, budget, maxAgeMs = 0, signal }: IngestOptions,
): Promise<SyncResult[]> {
  const { syncBitbucketCloud } = await import('../ingest/sync.ts');
  const log = await logOf(io);
  const store = await openStore(config.store, { tenant: config.tenant, neo4j: config.neo4j });
  try {
    const progress = createProgress({ stream: io.stderr, log, clock: SYSTEM_CLOCK });
    const results = await syncBitbucketCloud({
      store,
      config: cloud,
      workspaces,
      compare: compareListing,
      progress,
      log,
      maxAgeMs,
      ...(signal === undefined ? {} : { signal }),
      ...(budget === undefined ? {} : { budget }),
    });
    await compileForNext(store, log);
    return results;
  } finally {
    await store.close();
  }
}

/** So that the next start loads instead of compiling. The snapshot is committed: what fails here loses nothing. */
export async function compileForNext(store: Store, log: Log): Promise<void> {
  try {
    const newest = await store.readSnapshotAt();
    if (newest !== null) await keepNewest(store, newest);
  } catch (error) {
    if (!isCodedError(error)) throw error;
    log.warn({ code: error.code }, `the compiled snapshot is not kept: ${error.message}`);
  }
}

/** null when the process is told to stop before the work ends: pages that were read are in the store already. */
function untilStopped<T>({ stop }: Io, work: Promise<T>): Promise<T | null> {
  const stopping = new Promise<null>((resolve) => {
    if (stop.aborted) resolve(null);
    else stop.addEventListener('abort', () => resolve(null), { once: true });
  });
  return Promise.race([work, stopping]);
}
