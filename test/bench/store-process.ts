/**
 * A process of its own for what concerns the store: a first load of ten million facts needs a larger heap than the bench has, and
 * a start is measured in a process that never saw the store.
 *
 * `node store-process.ts TASK JSON` prints its result as JSON.
 */
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../graph/store/open.ts';
import type { EdgeColumns } from '../../graph/store/port.ts';
import { open } from '../../index.ts';
import type { CheckRequest } from '../../queries/port.ts';
import { columnsOf } from './columns.ts';
import { edgeCommit, nodeCommit, wholeCommit } from './facts.ts';
import { fight } from './figure.ts';
import { type Size, synthesize } from './organisation.ts';
import { Records } from './records.ts';

const CONNECTOR = 'bench/organisation';
/** As many as gain anything. */
const BARE_BATCH_ROWS = 64;

export interface BuildTask {
  readonly size: Size;
  readonly path: string;
}

export interface AppendTask extends BuildTask {
  readonly rounds: number;
}

/** `saved`: a compiled snapshot may be used. */
export interface ReadyTask {
  readonly path: string;
  readonly saved: boolean;
  readonly request: CheckRequest;
}

const TASKS = {
  /** Milliseconds of one commit of the whole organisation. The file appears when it is complete. */
  async build({ size, path }: BuildTask): Promise<number> {
    const commit = wholeCommit(columnsOf(synthesize(size)));
    const folder = mkdtempSync(`${path}-`);
    const store = await openStore(`sqlite:${join(folder, 'store.sqlite')}`);
    const start = performance.now();
    await (await store.startRun(CONNECTOR)).commit(commit);
    const took = performance.now() - start;
    await store.close();
    renameSync(folder, path);
    return took;
  },

  /**
   * Rows a second: all edges from keyed records into a store that has the nodes, and bare rows of the same columns. The store of
   * the last round stays at `path` if there is none.
   */
  async append({ size, path, rounds }: AppendTask): Promise<{ own: number; reference: number | null }> {
    const columns = columnsOf(synthesize(size));
    const own = async (): Promise<number> => {
      const folder = mkdtempSync(`${path}-`);
      const store = await openStore(`sqlite:${join(folder, 'store.sqlite')}`);
      await (await store.startRun(CONNECTOR)).commit(nodeCommit(columns));
      const commit = edgeCommit(columns);
      const records = new Records(commit.facts);
      const start = performance.now();
      await (await store.startRun(CONNECTOR)).commit({ ...commit, facts: records.all() });
      const took = performance.now() - start - records.madeMs;
      await store.close();
      if (existsSync(path)) rmSync(folder, { recursive: true });
      else renameSync(folder, path);
      return (commit.count / took) * 1e3;
    };
    const reference = () => inFolder((folder) => insertBare(join(folder, 'bare.sqlite'), columns.edges));
    const { append } = await fight({ append: { best: 'greatest', own, reference } }, rounds);
    return append;
  },

  /** Milliseconds from a closed file to the first answer. */
  async ready({ path, saved, request }: ReadyTask): Promise<number> {
    const file = join(path, 'store.sqlite');
    if (!saved) {
      const database = new DatabaseSync(file);
      database.exec('DELETE FROM cache');
      database.close();
    }
    const start = performance.now();
    const grantpath = await open({ store: `sqlite:${file}`, tenant: 'default' });
    const { verdict } = await grantpath.check(request);
    const took = performance.now() - start;
    await grantpath.close();
    if (verdict === 'UNKNOWN') throw new Error('an organisation without gaps has definite answers');
    return took;
  },
};

export type StoreTask = keyof typeof TASKS;

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'grantpath-bench-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Rows a second of one transaction into the columns of an edge, as durable as the store, without any index. */
function insertBare(path: string, edges: EdgeColumns): number {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec(
    'CREATE TABLE edge_fact (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, src INTEGER NOT NULL, dst INTEGER NOT NULL, word INTEGER NOT NULL, props TEXT, scope INTEGER NOT NULL, valid_from INTEGER NOT NULL, valid_to INTEGER) STRICT',
  );
  const insert = database.prepare(
    `INSERT INTO edge_fact (kind, src, dst, word, props, scope, valid_from, valid_to) VALUES ${Array(BARE_BATCH_ROWS).fill('(?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
  );
  const batches = Math.floor(edges.length / BARE_BATCH_ROWS);
  const values: (number | null)[] = Array(BARE_BATCH_ROWS * 8).fill(null);
  const start = performance.now();
  database.exec('BEGIN IMMEDIATE');
  for (let batch = 0; batch < batches; batch++) {
    for (let row = 0, at = 0; row < BARE_BATCH_ROWS; row++, at += 8) {
      const edge = batch * BARE_BATCH_ROWS + row;
      values[at] = edges.kind[edge]!;
      values[at + 1] = edges.from[edge]!;
      values[at + 2] = edges.to[edge]!;
      values[at + 3] = edges.word[edge]!;
      values[at + 5] = edge >> 6;
      values[at + 6] = 1_700_000_000_000;
    }
    insert.run(...values);
  }
  database.exec('COMMIT');
  const took = performance.now() - start;
  database.close();
  return ((batches * BARE_BATCH_ROWS) / took) * 1e3;
}

if (import.meta.main) {
  const [task = '', input = ''] = process.argv.slice(2);
  const run = TASKS[task as StoreTask] as (input: unknown) => Promise<unknown>;
  process.stdout.write(JSON.stringify(await run(JSON.parse(input))));
}
