/**
 * `import`: facts of a file as a connector of its own, replaced by the next import of the same name. All of it or nothing.
 */
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CodedError } from '../graph/errors.ts';
import { planExported } from '../graph/exchange/exported-file.ts';
import { checkImportName, importFacts } from '../graph/exchange/import-facts.ts';
import { planNotation } from '../graph/exchange/notation-file.ts';
import type { ImportPlan } from '../graph/exchange/plan.ts';
import { importConnector } from '../graph/exchange/told.ts';
import type { NodeFact, Ref } from '../graph/fact.ts';
import { openStore } from '../graph/store/open.ts';
import type { SnapshotInfo, Store } from '../graph/store/port.ts';
import { type Call, type CommandSpec, EXIT } from './command.ts';
import { factProgress } from './fact-progress.ts';
import { compileForNext } from './ingest.ts';
import { logOf } from './log-of.ts';
import { requiredText, textOf } from './options.ts';
import { printJson, printLine, snapshotJson, snapshotLine } from './print.ts';

const FORMATS = ['jsonl', 'notation'] as const;
type Format = (typeof FORMATS)[number];

const NOTATION_SUFFIXES: ReadonlySet<string> = new Set(['.facts', '.txt']);

const NO_NODES: ReadonlyMap<Ref, readonly NodeFact[]> = new Map();

/** References shown of those that became new nodes without a declaration. */
const UNDECLARED_SHOWN_MAX = 10;

export const IMPORT: CommandSpec = {
  name: 'import',
  doc: 'state the facts of a file; the next import of the same name replaces them',
  args: [{ name: 'FILE', doc: 'an export, or .facts and .txt in the notation; - for standard input', required: true }],
  options: [
    { flags: '--name NAME', doc: 'the name of the import; left out: what the file says it is of, or the name of the file' },
    { flags: '--format FORMAT', doc: 'jsonl (an export) or notation, whatever the name of the file' },
  ],
  examples: ['import facts.jsonl', 'import tokens.facts', 'import facts.jsonl --name copy --json'],
  run,
};

async function run(call: Call): Promise<number> {
  const { args, options, config, at } = call;
  if (at !== null) throw new CodedError('USAGE', 'an import states what holds from now on: --at is not used');
  const file = requiredText(args, 'FILE');
  const format = formatOf(file, textOf(options, 'format'));
  const given = textOf(options, 'name');
  if (given !== undefined) checkImportName(given);
  return withFile(file, async (path) => {
    const store = await openStore(config.store, { tenant: config.tenant, neo4j: config.neo4j });
    try {
      return await importInto(call, store, { path, format, name: given ?? nameOf(file) });
    } finally {
      await store.close();
    }
  });
}

interface Request {
  readonly path: string;
  readonly format: Format;
  /** Of the option, or of the file, '' for standard input. */
  readonly name: string;
}

async function importInto(call: Call, store: Store, { path, format, name: asked }: Request): Promise<number> {
  const { io, options } = call;
  const plan = await planOf(call, store, { path, format });
  const told = textOf(options, 'name') === undefined ? plan.name : null;
  const name = told ?? asked;
  if (name === '') throw new CodedError('USAGE', 'what is read from standard input needs a name: give one with --name');
  if (io.stop.aborted) {
    io.stderr.write('stopped; nothing was changed\n');
    return EXIT.failed;
  }
  const snapshot = await importFacts(store, plan, { name });
  await compileForNext(store, await logOf(io));
  report(call, { name, plan, snapshot });
  return EXIT.done;
}

async function planOf({ io }: Call, store: Store, { path, format }: Omit<Request, 'name'>): Promise<ImportPlan> {
  if (format === 'notation') {
    const newest = await store.readSnapshotAt();
    const answering = async (refs: readonly Ref[]) => (newest === null ? NO_NODES : await store.readNodesByRefs(refs, newest.at));
    return planNotation(path, { answering, fetchedAt: Date.now() });
  }
  const progress = factProgress(io);
  try {
    return await planExported(path, async (share) => {
      await progress.show(`checking: ${Math.floor(share * 100)} %`);
      if (io.stop.aborted) throw new CodedError('IMPORT', 'the import was stopped');
    });
  } finally {
    progress.end();
  }
}

function report(
  { io, json }: Call,
  { name, plan, snapshot }: { readonly name: string; readonly plan: ImportPlan; readonly snapshot: SnapshotInfo },
): void {
  const { counts, stale, undeclared } = plan;
  if (json)
    return printJson(io, { name, connector: importConnector(name), ...counts, stale, undeclared, snapshot: snapshotJson(snapshot) });
  const { nodes, edges, gaps } = counts;
  printLine(io, `import ${name}: ${nodes} nodes, ${edges} edges, ${gaps} gaps, ${stale} stale; ${snapshotLine(snapshot)}`);
  if (undeclared.length === 0) return;
  const more = undeclared.length > UNDECLARED_SHOWN_MAX ? `, and ${undeclared.length - UNDECLARED_SHOWN_MAX} more` : '';
  printLine(io, `new nodes, as nothing in the store answers to: ${undeclared.slice(0, UNDECLARED_SHOWN_MAX).join(', ')}${more}`);
}

/** Errors: USAGE. */
function formatOf(file: string, asked: string | undefined): Format {
  if (asked === undefined) return NOTATION_SUFFIXES.has(extname(file)) ? 'notation' : 'jsonl';
  const format = FORMATS.find((each) => each === asked);
  if (format !== undefined) return format;
  throw new CodedError('USAGE', `--format is one of ${FORMATS.join(', ')}; got \`${asked.slice(0, 40)}\``);
}

function nameOf(file: string): string {
  return file === '-' ? '' : basename(file, extname(file));
}

/** A file is read twice, which standard input cannot be: it is put into one, which is removed afterwards. */
async function withFile<T>(file: string, work: (path: string) => Promise<T>): Promise<T> {
  if (file !== '-') return work(file);
  const folder = mkdtempSync(join(tmpdir(), 'grantpath-import-'));
  try {
    const path = join(folder, 'input');
    await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }));
    return await work(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
