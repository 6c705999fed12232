/**
 * The bench: `npm run bench` prints a table, `npm run -s bench -- --json` prints `{"figures":[...]}` and nothing else.
 *
 * - engine: the compiled engine against the prototype, on dense ids over the very same organisation; answers are compared first.
 * - store: a first load of all edges from keyed facts into SQLite, durable and searchable, against bare inserts of the same
 *   columns; a start from a file, and from the compiled snapshot kept in it, against compiling the same organisation.
 * - ingest: pages a second and memory of an ingest of a generated workspace, 5,000 repositories at size L, against a bare loop of the
 *   HTTP client over the same pages. Two to three minutes of the bench are its part.
 * - http: requests of 100 checks against the same server over answers that are there already.
 *
 * `--store neo4j` measures the Neo4j store instead, on a real server: see `neo4j-figures.ts`. Its table of ways is `ways` in JSON.
 *
 * What happens meanwhile goes to standard error. The store of a size is built among the temporary files, and removed unless
 * `--keep`. Exit status: 1 if a figure is outside its bound, unless `--no-fail`; 2 for options that it does not know.
 */
import { parseArgs } from 'node:util';
import { engineFigures } from './engine-figures.ts';
import { type Figure, tableOf } from './figure.ts';
import { httpFigures } from './http-figures.ts';
import { ingestFigures } from './ingest-figures.ts';
import { neo4jFigures } from './neo4j-figures.ts';
import { type Size, synthesize } from './organisation.ts';
import { loadPrototype, prototypeFolder } from './prototype.ts';
import { buildStore, removeStore, storeFigures } from './store-figures.ts';
import { waysTable } from './ways.ts';

const SIZES: readonly Size[] = ['S', 'M', 'L'];
const PARTS = ['engine', 'store', 'http', 'ingest'] as const;
const STORES = ['sqlite', 'neo4j'] as const;
type StoreKind = (typeof STORES)[number];
const SIZE_OF_STORE: Readonly<Record<StoreKind, Size>> = { sqlite: 'L', neo4j: 'M' };
/** A start from a file of the largest size takes seconds: more rounds tell nothing. */
const STORE_ROUNDS_MAX = 3;

const OPTIONS = {
  store: { type: 'string', default: 'sqlite' },
  size: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  parts: { type: 'string' },
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean' },
  'no-fail': { type: 'boolean', default: false },
} as const;

const USAGE = `usage: npm run bench -- [--size S|M|L] [--rounds N] [--parts ${PARTS.join()}] [--json] [--keep] [--no-fail]
       npm run bench -- --store neo4j [--size S|M|L] [--rounds N] [--json] [--no-fail]`;

export interface BenchOptions {
  readonly size: Size;
  readonly rounds: number;
  readonly parts: readonly string[];
  /** Leaves the store that it builds for the next time. */
  readonly keep: boolean;
  readonly say: (line: string) => void;
}

export async function bench({ size, rounds, parts, keep, say }: BenchOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  if (parts.includes('engine')) {
    const prototype = await loadPrototype(size);
    say(
      prototype === null
        ? `no prototype in ${prototypeFolder().pathname}: figures of the engine have a value and no reference`
        : `size ${size}, ${rounds} rounds, against the prototype`,
    );
    figures.push(...(await engineFigures({ org: prototype?.org ?? synthesize(size), prototype, rounds, say })));
  }
  if (parts.includes('store') || parts.includes('http')) {
    try {
      if (parts.includes('store')) figures.push(...(await storeFigures({ size, rounds: Math.min(rounds, STORE_ROUNDS_MAX), say })));
      else await buildStore(size, say);
      if (parts.includes('http')) figures.push(...(await httpFigures({ size, rounds, say })));
    } finally {
      if (!keep) removeStore(size);
    }
  }
  if (parts.includes('ingest')) figures.push(...(await ingestFigures({ size, say })));
  return figures;
}

interface Options extends BenchOptions {
  readonly store: StoreKind;
  readonly json: boolean;
  readonly noFail: boolean;
}

function optionsOf(args: string[]): Options | null {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    const store = STORES.find((each) => each === values.store);
    if (store === undefined) return null;
    const { size: named = SIZE_OF_STORE[store], parts: list = PARTS.join(), keep = false, json } = values;
    const [size, rounds, parts] = [SIZES.find((each) => each === named), Number(values.rounds), list.split(',')];
    if (size === undefined || !Number.isSafeInteger(rounds) || rounds < 1) return null;
    if (parts.some((part) => !(PARTS as readonly string[]).includes(part))) return null;
    if (store === 'neo4j' && (values.parts ?? values.keep) !== undefined) return null;
    const say = (line: string) => process.stderr.write(`${line}\n`);
    return { store, size, rounds, parts, keep, json, noFail: values['no-fail'], say };
  } catch {
    return null;
  }
}

if (import.meta.main) {
  const options = optionsOf(process.argv.slice(2));
  if (options === null) {
    process.stderr.write(`${USAGE}\n`);
    process.exit(2);
  }
  const { figures, ...others } = options.store === 'neo4j' ? await neo4jFigures(options) : { figures: await bench(options) };
  const tables = [tableOf(figures), ...('ways' in others ? [waysTable(others.ways)] : [])];
  process.stdout.write(options.json ? `${JSON.stringify({ figures, ...others })}\n` : `${tables.join('\n\n')}\n`);
  if (!options.noFail && figures.some(({ within }) => within === false)) process.exitCode = 1;
}
