/**
 * `export`: the facts of one instant as JSON Lines, to standard output or into a file that is there whole or not at all.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { CodedError } from '../graph/errors.ts';
import { FactExport } from '../graph/exchange/export-facts.ts';
import { FORMAT_NAME } from '../graph/exchange/format.ts';
import { openStore } from '../graph/store/open.ts';
import { printInstant } from '../queries/instant.ts';
import { type Call, type CommandSpec, EXIT, type Output } from './command.ts';
import { factProgress } from './fact-progress.ts';
import { textOf } from './options.ts';
import { printJson, printLine, snapshotJson, snapshotLine } from './print.ts';

/** Characters that are written at once. */
const CHUNK_CHARS = 64 * 1024;

export const EXPORT: CommandSpec = {
  name: 'export',
  doc: 'write the facts of the store as JSON Lines; --at for those of a past time',
  args: [{ name: 'FILE', doc: 'a file, e.g. facts.jsonl; left out or -: standard output', required: false }],
  options: [],
  examples: ['export facts.jsonl', 'export facts.jsonl --json', 'export'],
  run,
};

async function run(call: Call): Promise<number> {
  const { args, config, io, json, at } = call;
  const file = textOf(args, 'FILE') ?? '-';
  const store = await openStore(config.store, { tenant: config.tenant, neo4j: config.neo4j, readOnly: true });
  try {
    const facts = await FactExport.of(store, at);
    const whole = file === '-' ? await writeOut(call, facts) : await writeFile(call, facts, file);
    if (!whole) {
      io.stderr.write('stopped; the export is not whole\n');
      return EXIT.failed;
    }
    const { counts, snapshot } = facts;
    if (file === '-') return EXIT.done;
    if (json) printJson(io, { file, ...counts, snapshot: snapshotJson(snapshot) });
    else printLine(io, `${file}: ${counts.nodes} nodes, ${counts.edges} edges, ${counts.gaps} gaps; ${snapshotLine(snapshot)}`);
    return EXIT.done;
  } finally {
    await store.close();
  }
}

/** Draws all lines in chunks; false when the process is told to stop. */
async function drawChunks({ io }: Call, facts: FactExport, write: (chunk: string) => unknown): Promise<boolean> {
  const progress = factProgress(io);
  try {
    let chunk = '';
    for await (const line of facts.lines()) {
      chunk += line;
      if (chunk.length < CHUNK_CHARS) continue;
      await write(chunk);
      chunk = '';
      const { nodes, edges, gaps } = facts.counts;
      await progress.show(`exporting ${printInstant(facts.snapshot.at)}: ${nodes + edges + gaps} facts`);
      if (io.stop.aborted) return false;
    }
    await write(chunk);
    return true;
  } finally {
    progress.end();
  }
}

/** Waits for whoever reads slowly: what is not taken yet would gather in memory. */
function writeOut(call: Call, facts: FactExport): Promise<boolean> {
  const { stdout } = call.io;
  return drawChunks(call, facts, async (chunk) => {
    if (stdout.write(chunk) === false && isEmitter(stdout)) await once(stdout, 'drain');
  });
}

function isEmitter(output: Output): output is Output & NodeJS.EventEmitter {
  return 'once' in output;
}

/** Written beside the file and moved onto it at the end. Errors: USAGE for a file that cannot be written. */
async function writeFile(call: Call, facts: FactExport, file: string): Promise<boolean> {
  refuseForeign(file);
  const partial = `${file}.${randomUUID()}.partial`;
  const fail = (cause: unknown): never => {
    throw new CodedError('USAGE', `an export is written into a file, but \`${file}\` cannot be written: ${String(cause)}`, { file }, cause);
  };
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      return fail(cause);
    }
  };
  const descriptor = guard(() => openSync(partial, 'wx'));
  let whole = false;
  try {
    whole = await drawChunks(call, facts, (chunk) => guard(() => writeWhole(descriptor, Buffer.from(chunk))));
    guard(() => fsyncSync(descriptor));
  } finally {
    closeSync(descriptor);
    if (!whole) rmSync(partial, { force: true });
  }
  if (whole) guard(() => renameSync(partial, file));
  return whole;
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

/** An export replaces an older one; it does not replace a store, or whatever else a mistyped name hits. Errors: USAGE. */
function refuseForeign(file: string): void {
  if (!existsSync(file)) return;
  const begin = `{"format":"${FORMAT_NAME}"`;
  const bytes = Buffer.alloc(begin.length);
  try {
    const descriptor = openSync(file, 'r');
    const length = readSync(descriptor, bytes);
    closeSync(descriptor);
    if (length === 0 || bytes.toString('latin1') === begin) return;
  } catch (cause) {
    throw new CodedError('USAGE', `an export is written into a file, but \`${file}\` cannot be read`, { file }, cause);
  }
  throw new CodedError('USAGE', `an export replaces an older export, but \`${file}\` is another file: remove it, or name another`, {
    file,
  });
}
