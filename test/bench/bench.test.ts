/** The bench runs from end to end at its smallest size. Bounds are for quiet machines and large sizes: none is held here. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Figure, figureOf, tableOf } from './figure.ts';

const PROGRAM = fileURLToPath(new URL('bench.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grantpath-bench-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder of its own for temporary files, so that no other run's store is met. */
function bench(args: string[], env: Record<string, string> = {}) {
  return promisify(execFile)(process.execPath, [PROGRAM, ...args], { cwd: ROOT, env: { ...process.env, TMPDIR: folder, ...env } });
}

const NAMES = [
  'compile',
  'check',
  'check with proof',
  'what-can',
  'who-can (write)',
  'bytes a grant, both ways',
  'snapshot and engine',
  'append to SQLite',
  'file to ready',
  'saved snapshot to ready',
  'checks over HTTP, 100 verdicts',
  'checks over HTTP, 100 first proofs',
  'ingest 60 repositories: pages to a bare loop',
  'ingest 60 repositories: peak memory',
  'ingest 60 repositories: calls again, --max-age 24h',
  'ingest 60 repositories: peak memory again, --max-age 24h',
];

describe('npm run bench', () => {
  it('prints every figure as JSON, with finite values', async () => {
    const { stdout } = await bench(['--size', 'S', '--rounds', '1', '--json', '--no-fail']);
    const { figures, ...rest } = JSON.parse(stdout) as { figures: Figure[] };
    expect(rest).toEqual({});
    expect(figures.map(({ name }) => name)).toEqual(NAMES);
    for (const figure of figures) {
      expect(Object.keys(figure)).toEqual(['name', 'value', 'unit', 'reference', 'ratio', 'bound', 'within']);
      expect(figure.value).toBeGreaterThan(0);
      expect(Number.isFinite(figure.value)).toBe(true);
      if (figure.ratio !== null) expect(figure.ratio).toBeCloseTo(figure.value / (figure.reference ?? Number.NaN), 6);
    }
  }, 180_000);

  it('says so where the prototype is not there: values without references', async () => {
    const env = { GRANTPATH_PROTOTYPE: join(folder, 'nowhere') };
    const { stdout, stderr } = await bench(['--size', 'S', '--rounds', '1', '--json', '--parts', 'engine'], env);
    const { figures } = JSON.parse(stdout) as { figures: Figure[] };
    expect(stderr).toContain('no prototype in');
    const [compile] = figures;
    expect(compile).toMatchObject({ name: 'compile', reference: null, ratio: null, bound: 1.6, within: null });
    expect(compile?.value).toBeGreaterThan(0);
  }, 60_000);

  it('refuses options that it does not know', async () => {
    await expect(bench(['--size', 'XL'])).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('usage: npm run bench') });
  });
});

describe('a figure', () => {
  const parts = { name: 'rate', unit: 'rows/s', value: 30, reference: 100 };

  it('is within a bound of its ratio on the side that the bound says', () => {
    expect(figureOf({ ...parts, bound: { of: 'ratio', side: 'at least', limit: 0.3 } }).within).toBe(true);
    expect(figureOf({ ...parts, bound: { of: 'ratio', side: 'at least', limit: 0.31 } }).within).toBe(false);
    expect(figureOf({ ...parts, bound: { of: 'ratio', side: 'at most', limit: 0.29 } }).within).toBe(false);
  });

  it('is within a bound of its value without any reference', () => {
    const alone = { ...parts, reference: null };
    expect(figureOf({ ...alone, bound: { of: 'value', side: 'at most', limit: 30 } })).toMatchObject({ ratio: null, within: true });
    expect(figureOf({ ...alone, bound: { of: 'ratio', side: 'at most', limit: 30 } }).within).toBeNull();
  });

  it('is a row of the table', () => {
    const table = tableOf([figureOf({ ...parts, bound: { of: 'ratio', side: 'at least', limit: 0.3 } })]);
    expect(table.split('\n')).toHaveLength(2);
    expect(table).toMatch(/rate\s+30\s+rows\/s\s+100\s+0\.30\s+>= 0\.3\s+yes$/);
  });
});
