/**
 * The figures of an ingest of a large generated workspace, by the command line: pages a second against a bare loop of the HTTP client
 * over the same pages, and memory. The server, the ingest and the loop are a process each; the server takes part of the time of
 * both, so the figure is a ratio.
 *
 * Takes about a minute for a thousand repositories on two cores.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchLarge, ingestLarge, startLargeServer } from '../generated/large-process.ts';
import { atLeast, type Figure, figureOf, valueAtMost } from './figure.ts';
import type { Size } from './organisation.ts';

const REPOSITORIES: Readonly<Record<Size, number>> = { S: 60, M: 500, L: 5000 };
const SEED = 20261124;
/** Pages a second of the bare loop that must be reached. */
const PAGES_SHARE = 0.3;
const PEAK_MEGABYTES = 400;
/** Of the calls of the first run, what a second one right after it may need. */
const AGAIN_SHARE = 0.15;
const MEGABYTE = 2 ** 20;

/** Everything younger than this is kept by the second run. */
const MAX_AGE = '24h';

export async function ingestFigures({ size, say }: { readonly size: Size; readonly say: (line: string) => void }): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'grantpath-bench-ingest-'));
  const repositories = REPOSITORIES[size];
  const name = (what: string) => `ingest ${repositories.toLocaleString('en-US')} repositories: ${what}`;
  say(`a server of ${repositories} repositories`);
  const server = await startLargeServer({ seed: SEED, repositories }, join(folder, 'calls'));
  try {
    const { place } = server;
    const store = join(folder, 'store.sqlite');
    say('ingesting them');
    const first = await ingestLarge({ place, store });
    if (first.status !== 0) throw new Error(`the ingest ended with status ${first.status}`);
    const calls = await server.takeCalls();
    const paths = join(folder, 'paths');
    writeFileSync(paths, calls.join('\n'));
    say(`fetching ${calls.length} pages and throwing them away`);
    const bareMs = await fetchLarge({ place, paths });
    await server.takeCalls();
    say('ingesting again what is too old');
    const again = await ingestLarge({ place, store, options: ['--max-age', MAX_AGE] });
    if (again.status !== 0) throw new Error(`the second ingest ended with status ${again.status}`);
    const callsAgain = (await server.takeCalls()).length;
    const rate = (ms: number) => (calls.length / ms) * 1000;
    const peak = (bytes: number, what: string) =>
      figureOf({ name: name(what), unit: 'MB', value: bytes / MEGABYTE, reference: null, bound: valueAtMost(PEAK_MEGABYTES) });
    return [
      figureOf({
        name: name('pages to a bare loop'),
        unit: 'pages/s',
        value: rate(first.ms),
        reference: rate(bareMs),
        bound: atLeast(PAGES_SHARE),
      }),
      peak(first.peakBytes, 'peak memory'),
      figureOf({
        name: name(`calls again, --max-age ${MAX_AGE}`),
        unit: 'calls',
        value: callsAgain,
        reference: calls.length,
        bound: { of: 'ratio', side: 'at most', limit: AGAIN_SHARE },
      }),
      peak(again.peakBytes, `peak memory again, --max-age ${MAX_AGE}`),
    ];
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
}
