/**
 * The figures of the SQLite store: a first load against bare inserts, and a start from a file against the time that compiling takes.
 */
import { execFile } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CheckRequest } from '../../queries/port.ts';
import { keyNames, numberingOf } from './columns.ts';
import { atLeast, atMost, type Figure, fight, figureOf } from './figure.ts';
import { type Size, type SyntheticOrg, synthesize } from './organisation.ts';
import type { AppendTask, BuildTask, ReadyTask, StoreTask } from './store-process.ts';

/** Changes with the facts that are generated or the way in which they are stored: a store that was kept is of one version. */
const STORE_VERSION = 3;

/** A first load holds all facts at once. */
const HEAP_MB = 12_000;
const OUTPUT_BYTES_MAX = 1 << 20;

/** What is appended at each size; an organisation smaller than the bound shows the same rate. */
const APPENDED: Readonly<Record<Size, Omit<AppendTask, 'rounds'>>> = {
  S: { size: 'S', edges: 30_000 },
  M: { size: 'M', edges: 200_000 },
  L: { size: 'M', edges: 500_000 },
};

export interface StoreInput {
  readonly size: Size;
  readonly rounds: number;
  /** Milliseconds that compiling the same organisation takes; null where it was not measured. */
  readonly compileMs: number | null;
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

export async function storeFigures({ size, rounds, compileMs, say }: StoreInput): Promise<Figure[]> {
  say('appending');
  const append = await run<{ own: number; reference: number }>('append', { ...APPENDED[size], rounds } satisfies AppendTask);
  say('starting from a file');
  const path = storeFolder(size);
  const request = firstRequest(synthesize(size));
  const ready = (saved: boolean) => () => run<number>('ready', { path, saved, request } satisfies ReadyTask);
  // The start without a compiled snapshot leaves one for the next.
  const best = await fight(
    {
      file: { own: ready(false), reference: null, best: 'least' },
      saved: { own: ready(true), reference: null, best: 'least' },
    },
    rounds,
  );
  const start = (name: string, value: number, limit: number) =>
    figureOf({ name, unit: 'ms', value, reference: compileMs, bound: atMost(limit) });
  return [
    figureOf({ name: 'append to SQLite', unit: 'rows/s', value: append.own, reference: append.reference, bound: atLeast(0.3) }),
    start('file to ready', best.file.own, 6),
    start('saved snapshot to ready', best.saved.own, 1.5),
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
