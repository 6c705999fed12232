/**
 * Large workspaces in processes of their own, so that memory and time are those of one thing alone: the server of a generated
 * workspace, an ingest of it by the command line, and a bare loop over the same pages.
 *
 * `node large-process.ts TASK JSON` tells its results as messages to the process that forked it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { growHeapWithCare } from '../../cli/frugal-heap.ts';
import { startSampleServer } from '../../ingest/sample/server.ts';
import { main } from '../../main.ts';
import { Dice, seededSource } from '../twin/dice.ts';
import { generateLargeWorkspace } from './large-workspace.ts';

/** As many calls at once as an ingest makes. */
const CONCURRENCY = 4;
/** The highest budget of calls that the command line takes: nothing waits. */
const CALLS_PER_HOUR = '1000000';

export interface LargeSize {
  readonly seed: number;
  readonly repositories: number;
}

export function largeWorkspace({ seed, repositories }: LargeSize) {
  return generateLargeWorkspace(new Dice(seededSource(seed)), repositories);
}

/** Where the server is, as the environment says it. */
export type ServerPlace = Readonly<Record<'BITBUCKET_CLOUD_URL' | 'BITBUCKET_CLOUD_EMAIL' | 'BITBUCKET_CLOUD_API_TOKEN', string>>;

export interface LargeServer {
  readonly place: ServerPlace;
  /** Paths of the calls since the last time that this was asked for, in the order of arrival. */
  takeCalls(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface IngestInput {
  readonly place: ServerPlace;
  /** Path of the SQLite file. */
  readonly store: string;
  /** Further options of the command. */
  readonly options?: readonly string[];
}

export interface IngestTold {
  /** Exit status. */
  readonly status: number;
  /** From the start of the command to its end. */
  readonly ms: number;
  /** The largest resident set of the process. */
  readonly peakBytes: number;
  /** The report that the command prints with `--json`. */
  readonly report: Readonly<Record<string, unknown>>;
}

export interface FetchInput {
  readonly place: ServerPlace;
  /** A file with one path in each line. */
  readonly paths: string;
}

const TASKS = {
  /** Serves until it is told to stop; tells its calls when it is asked. */
  async serve(size: LargeSize): Promise<ServerPlace> {
    const server = await startSampleServer({ workspace: largeWorkspace(size) });
    process.on('message', (file: string) => {
      writeFileSync(file, server.calls.splice(0).join('\n'));
      process.send?.({ told: null });
    });
    process.once('disconnect', () => process.exit());
    const { email, apiToken } = server.credentials;
    return { BITBUCKET_CLOUD_URL: server.url, BITBUCKET_CLOUD_EMAIL: email, BITBUCKET_CLOUD_API_TOKEN: apiToken };
  },

  /** The command as a user types it, in this process: `run` of the program ends a process without a word to its parent. */
  async ingest({ place, store, options = [] }: IngestInput): Promise<IngestTold> {
    let [printed, told] = ['', ''];
    const stdout = { write: (text: string) => (printed += text), isTTY: false, columns: undefined };
    const stderr = { ...stdout, write: (text: string) => (told += text) };
    const env = { ...place, GRANTPATH_STORE: `sqlite:${store}` };
    const line = ['ingest', 'bitbucket-cloud', '--workspace', 'generated', '--calls-per-hour', CALLS_PER_HOUR, '--json', ...options];
    growHeapWithCare();
    const start = performance.now();
    const status = await main(line, { stdout, stderr, env, stop: new AbortController().signal });
    const ms = performance.now() - start;
    if (status !== 0) process.stderr.write(told);
    const { runs = [] } = JSON.parse(printed || '{}') as { runs?: { report?: Record<string, unknown> }[] };
    return { status, ms, peakBytes: process.resourceUsage().maxRSS * 1024, report: runs[0]?.report ?? {} };
  },

  /** Milliseconds of fetching every page and throwing it away. */
  async fetch({ place, paths }: FetchInput): Promise<number> {
    const { BITBUCKET_CLOUD_URL: url, BITBUCKET_CLOUD_EMAIL: email, BITBUCKET_CLOUD_API_TOKEN: token } = place;
    const authorization = `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;
    const addresses = readFileSync(paths, 'utf8')
      .split('\n')
      .map((path) => `${url}${encodeURI(path)}`);
    const dispatcher = new Agent();
    const start = performance.now();
    const left = addresses[Symbol.iterator]();
    const loop = async () => {
      for (const address of left) {
        const fetch = async () => {
          const { statusCode, body } = await request(address, { dispatcher, headers: { authorization } });
          await body.arrayBuffer();
          if (statusCode >= 400 && statusCode !== 404) throw new Error(`${statusCode} at ${address}`);
        };
        // The server may hang up on a connection that was idle in the moment at which it is used again.
        await fetch().catch(fetch);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, loop));
    const ms = performance.now() - start;
    await dispatcher.close();
    return ms;
  },
};

type Task = keyof typeof TASKS;

/** Starts the server of a workspace. `file` is for what it tells. */
export async function startLargeServer(size: LargeSize, file: string): Promise<LargeServer> {
  const child = forked('serve', size);
  const place = await toldBy<ServerPlace>(child);
  return {
    place,
    takeCalls: async () => {
      child.send(file);
      await toldBy(child);
      return readFileSync(file, 'utf8')
        .split('\n')
        .map((call) => call.replace(/^GET /, ''));
    },
    close: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

export async function ingestLarge(input: IngestInput, flags: readonly string[] = []): Promise<IngestTold> {
  return await ranTo<IngestTold>(forked('ingest', input, flags));
}

export async function fetchLarge(input: FetchInput): Promise<number> {
  return await ranTo<number>(forked('fetch', input));
}

function forked(task: Task, input: object, flags: readonly string[] = []): ChildProcess {
  return fork(fileURLToPath(import.meta.url), [task, JSON.stringify(input)], { execArgv: [...flags] });
}

/** What the process tells next. Errors: where it ends instead. */
async function toldBy<T>(child: ChildProcess): Promise<T> {
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (typeof message !== 'object' || message === null || !('told' in message)) throw new Error(`a process ended early: ${message}`);
  return message.told as T;
}

/** What it tells before it ends. */
async function ranTo<T>(child: ChildProcess): Promise<T> {
  const ended = once(child, 'exit');
  const told = await toldBy<T>(child);
  child.disconnect();
  await ended;
  return told;
}

if (import.meta.main) {
  const [task = '', input = ''] = process.argv.slice(2);
  const run = TASKS[task as Task] as (input: unknown) => Promise<unknown>;
  process.send?.({ told: await run(JSON.parse(input)) });
}
