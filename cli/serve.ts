/** `serve`: GraphQL over HTTP, kept current while other processes ingest. */
import type { RunningServer } from '../api/server.ts';
import { parsePort } from '../config.ts';
import { CodedError } from '../graph/errors.ts';
import { open } from '../index.ts';
import type { Log } from '../log.ts';
import { type Call, type CommandSpec, EXIT, type Io } from './command.ts';
import { runSchedule } from './ingest-schedule.ts';
import { logError, logOf } from './log-of.ts';
import { textOf } from './options.ts';
import { printJson, printLine } from './print.ts';
import { ingestThere, SCHEDULE_OPTIONS, type ScheduledIngest, scheduledIngestOf } from './scheduled-ingest.ts';

/** Looking costs one read of one row. */
const POLL_MS = 1000;

export const SERVE: CommandSpec = {
  name: 'serve',
  doc: 'serve GraphQL with GraphiQL; new snapshots of other processes are taken up as they come',
  args: [],
  options: [
    { flags: '--host HOST', doc: 'the address to listen on, instead of GRANTPATH_HOST' },
    { flags: '--port PORT', doc: 'the port, instead of GRANTPATH_PORT; 0 for any free one' },
    { flags: '--read-only', doc: 'never write to the store: for a database user who may only read; a store that is not there is an error' },
    ...SCHEDULE_OPTIONS,
  ],
  examples: [
    'serve',
    'serve --read-only',
    'serve --port 0 --store sqlite:.grantpath/store.sqlite',
    'serve --ingest-every 6h --workspace acme --max-age 24h',
  ],
  run: (call) => serve(call, (server) => announce(call, server)),
};

/** Serves until the process is told to stop. Errors: PORT_IN_USE, CONFIG, those of the store. */
export async function serve(call: Call, started: (server: RunningServer) => void | Promise<void>): Promise<number> {
  const { options, config, io } = call;
  const host = textOf(options, 'host') ?? config.host;
  const portText = textOf(options, 'port');
  const port = portText === undefined ? config.port : parsePort(portText, '--port');
  const readOnly = options['readOnly'] === true;
  const scheduled = await scheduledIngestOf(call);
  if (readOnly && scheduled !== null)
    throw new CodedError('USAGE', 'an ingest writes to the store: `--ingest-every` and `--read-only` do not go together');
  const log = await logOf(io);
  const onError = (error: unknown) => logError(log, error);
  const { store, tenant, neo4j } = config;
  const grantpath = await open({ store, tenant, neo4j, create: !readOnly, readOnly, pollMs: POLL_MS, onError });
  try {
    // What only a server needs is loaded by a server alone: a check on the command line should take no time.
    const { startServer } = await import('../api/server.ts');
    const server = await startServer({ grantpath, host, port, publicUrl: config.publicUrl, log: apiLogOf(log) });
    try {
      if (!grantpath.ready()) log.warn({ store }, 'the store has no snapshot yet; it is served as soon as it has one');
      await started(server);
      await Promise.all([stopped(io.stop), scheduled === null ? null : ingestAtIntervals(scheduled, io)]);
    } finally {
      await server.close();
    }
  } finally {
    await grantpath.close();
  }
  return EXIT.done;
}

/** Until the process is told to stop, and what goes on then has ended. */
async function ingestAtIntervals({ everyMs, task }: ScheduledIngest, io: Io): Promise<void> {
  const { SYSTEM_CLOCK } = await import('../ingest/clock.ts');
  await runSchedule({
    everyMs,
    ingest: (stop) => ingestThere(task, stop, (line) => io.stderr.write(line)),
    clock: SYSTEM_CLOCK,
    stop: io.stop,
    log: await logOf(io, 'info'),
  });
}

function announce({ io, json }: Call, { url, port }: RunningServer): void {
  const graphql = `${url}/graphql`;
  if (json) printJson(io, { url: graphql, port });
  else printLine(io, `GraphQL and GraphiQL at ${graphql}; stop with Ctrl-C`);
}

/** The API logs defects with the error itself; of that, name, message and stack are kept. */
function apiLogOf(log: Log) {
  const fieldsOf = (fields: object) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]: [string, unknown]) => [
        name,
        value instanceof Error ? (value.stack ?? value.message) : typeof value === 'number' ? value : String(value),
      ]),
    );
  return {
    info: (fields: object, message: string) => log.info(fieldsOf(fields), message),
    error: (fields: object, message: string) => log.error(fieldsOf(fields), message),
  };
}

function stopped(stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
}
