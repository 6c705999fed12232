/**
 * The bench: `npm run bench` prints a table, `npm run -s bench -- --json` prints `{"figures":[...]}` and nothing else.
 *
 * - engine: the compiled engine against the prototype, on dense ids over the very same organisation; answers are compared first.
 * - store: a first load of all edges from keyed facts into SQLite, durable and searchable, against bare inserts of the same
 *   columns; a start from a file, and from the compiled snapshot kept in it, against compiling the same organisation.
 * - http: requests of 100 checks against the same server over answers that are there already.
 *
 * What happens meanwhile goes to standard error. The store of a size is built among the temporary files, and removed unless
 * `--keep`. Exit status: 1 if a figure is outside its bound, unless `--no-fail`; 2 for options that it does not know.
 */
import { parseArgs } from 'node:util';
import { engineFigures } from './engine-figures.ts';
import { type Figure, tableOf } from './figure.ts';
import { httpFigures } from './http-figures.ts';
import { type Size, synthesize } from './organisation.ts';
import { loadPrototype, prototypeFolder } from './prototype.ts';
import { buildStore, removeStore, storeFigures } from './store-figures.ts';

const SIZES: readonly Size[] = ['S', 'M', 'L'];
const PARTS = ['engine', 'store', 'http'] as const;
/** A start from a file of the largest size takes seconds: more rounds tell nothing. */
const STORE_ROUNDS_MAX = 3;

const OPTIONS = {
  size: { type: 'string', default: 'L' },
  rounds: { type: 'string', default: '5' },
  parts: { type: 'string', default: PARTS.join() },
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  'no-fail': { type: 'boolean', default: false },
} as const;

const USAGE = `usage: npm run bench -- [--size S|M|L] [--rounds N] [--parts ${PARTS.join()}] [--json] [--keep] [--no-fail]`;

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
  return figures;
}

function optionsOf(args: string[]): (BenchOptions & { json: boolean; noFail: boolean }) | null {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    const [size, rounds, parts] = [SIZES.find((each) => each === values.size), Number(values.rounds), values.parts.split(',')];
    if (size === undefined || !Number.isSafeInteger(rounds) || rounds < 1) return null;
    if (parts.some((part) => !(PARTS as readonly string[]).includes(part))) return null;
    const say = (line: string) => process.stderr.write(`${line}\n`);
    return { size, rounds, parts, keep: values.keep, json: values.json, noFail: values['no-fail'], say };
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
  const figures = await bench(options);
  process.stdout.write(options.json ? `${JSON.stringify({ figures })}\n` : `${tableOf(figures)}\n`);
  if (!options.noFail && figures.some(({ within }) => within === false)) process.exitCode = 1;
}
