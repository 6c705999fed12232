/**
 * The composition root: the commands, and what a process gives them.
 */
import { readFileSync } from 'node:fs';
import { CHECK } from './cli/check.ts';
import type { Io } from './cli/command.ts';
import { DEMO } from './cli/demo.ts';
import { DIFF } from './cli/diff.ts';
import { EXPORT } from './cli/export.ts';
import { growHeapWithCare } from './cli/frugal-heap.ts';
import { IMPORT } from './cli/import.ts';
import { INGEST } from './cli/ingest.ts';
import { PATHS } from './cli/paths.ts';
import { runProgram } from './cli/program.ts';
import { QUERY } from './cli/query.ts';
import { SERVE } from './cli/serve.ts';
import { STORE_MIGRATE, STORE_STATUS } from './cli/store.ts';
import { STORE_VERIFY } from './cli/store-verify.ts';
import { WHAT_CAN } from './cli/what-can.ts';
import { WHO_CAN } from './cli/who-can.ts';

export const COMMANDS = [
  DEMO,
  INGEST,
  SERVE,
  CHECK,
  PATHS,
  WHO_CAN,
  WHAT_CAN,
  DIFF,
  QUERY,
  EXPORT,
  IMPORT,
  STORE_STATUS,
  STORE_MIGRATE,
  STORE_VERIFY,
];

/** Runs one command line, without the names of Node and program, and gives its exit status. Never throws. */
export function main(argv: readonly string[], io: Io): Promise<number> {
  return runProgram(argv, { commands: COMMANDS, version: readVersion(), io });
}

/** The same in this process: its streams, environment and signals. Ends the process. */
export async function run(argv: readonly string[]): Promise<void> {
  const { stdout, stderr, env } = process;
  const stopping = new AbortController();
  let toldAt = Number.POSITIVE_INFINITY;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Told again, it ends without order. One Ctrl-C may come twice: from the terminal and from a parent.
      if (performance.now() - toldAt > SAME_SIGNAL_MS) process.exit(SIGNAL_EXIT[signal]);
      toldAt = Math.min(toldAt, performance.now());
      stopping.abort();
    });
  }
  // Whoever reads the output has enough of it: no error, and nobody to tell.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      throw error;
    });
  }
  if (argv[0] === 'ingest') growHeapWithCare();
  process.exit(await main(argv, { stdout, stderr, env, stop: stopping.signal }));
}

const SAME_SIGNAL_MS = 500;
const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143 } as const;

function readVersion(): string {
  // Built code lies in a folder of the package.
  const manifest = new URL(import.meta.url.endsWith('.ts') ? './package.json' : '../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return version;
}
