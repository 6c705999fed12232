/**
 * The figures of the SQLite store: a first load against bare inserts, and a start from a file against compiling the same
 * organisation in columns, right before each start.
 */
import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CheckRequest } from '../../queries/port.ts';
import { columnsOf, keyNames, numberingOf } from './columns.ts';
import { compileColumns } from './engine-figures.ts';
import { atLeast, atMost, type Figure, fight, figureOf, timed } from './figure.ts';
import { type Size, type SyntheticOrg, synthesize } from './organisation.ts';
import type { AppendTask, BuildTask, ReadyTask, StoreTask } from './store-process.ts';

/** Changes with the facts that are generated or the way in which they are stored: a store that was kept is of one version. */
const STORE_VERSION = 5;

/** A first load holds all facts at once. */
const HEAP_MB = 12_000;
const OUTPUT_BYTES_MAX = 1 << 20;

/** A commit of thirteen million edges takes half a minute: a second shows whether the first was disturbed. */
const APPEND_ROUNDS_MAX: Readonly<Record<Size, number>> = { S: 5, M: 5, L: 2 };

export interface StoreInput {
  readonly size: Size;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** The folder of the store of a size. */
export function storeFolder(size: Size): string {
  return join(tmpdir(), `grantpath-bench-store-${STORE_VERSION}-${size}`);
}

/** Builds the store of the size if it is not there. */
export async function buildStore(size: Size, say: (line: string) => void): Promise<void> {
  const path = storeFolder(size);
  if (existsSync(path)) return say(`a store of size ${size} is there: it is used again`);
  say(`building a store of size ${size}`);
  const ms = await run<number>('build', { size, path } satisfies BuildTask);
  say(`built in ${(ms / 1000).toFixed(1)} s`);
}

export function removeStore(size: Size): void {
  rmSync(storeFolder(size), { recursive: true, force: true });
}

/** Builds the store of the size, if it is not there, by what it measures. */
export async function storeFigures({ size, rounds, say }: StoreInput): Promise<Figure[]> {
  say('appending');
  const path = storeFolder(size);
  const appendRounds = Math.min(rounds, APPEND_ROUNDS_MAX[size]);
  const append = await run<{ own: number; reference: number }>('append', { size, path, rounds: appendRounds } satisfies AppendTask);
  say('starting from a file');
  const org = synthesize(size);
  const request = firstRequest(org);
  const columns = columnsOf(org);
  const ready = (saved: boolean) => () => run<number>('ready', { path, saved, request } satisfies ReadyTask);
  const compiled = () => timed(() => compileColumns(columns));
  // The start without a compiled snapshot leaves one for the next.
  const best = await fight(
    {
      file: { own: ready(false), reference: compiled, best: 'least' },
      saved: { own: ready(true), reference: compiled, best: 'least' },
    },
    rounds,
  );
  const start = (name: string, { own, reference }: { own: number; reference: number | null }, limit: number) =>
    figureOf({ name, unit: 'ms', value: own, reference, bound: atMost(limit) });
  return [
    figureOf({ name: 'append to SQLite', unit: 'rows/s', value: append.own, reference: append.reference, bound: atLeast(0.3) }),
    start('file to ready', best.file, 6),
    start('saved snapshot to ready', best.saved, 1.5),
  ];
}

function firstRequest(org: SyntheticOrg): CheckRequest {
  const numbering = numberingOf(org, new Set(org.rsSrc).size);
  const keyOf = keyNames(numbering);
  return { identity: keyOf(numbering.user), action: 'repository.read', resource: keyOf(numbering.repository) };
}

async function run<Result>(task: StoreTask, input: object): Promise<Result> {
  const program = fileURLToPath(new URL('store-process.ts', import.meta.url));
  const args = [`--max-old-space-size=${HEAP_MB}`, program, task, JSON.stringify(input)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: OUTPUT_BYTES_MAX });
  return JSON.parse(stdout) as Result;
}
