/**
 * A worker thread that compiles one snapshot and ends: questions go on being answered meanwhile. It opens the store itself,
 * to read only, and hands back the shared buffer.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type ToldError, tellError } from '../graph/errors.ts';
import { openStore, type StoreOptions } from '../graph/store/open.ts';
import { compileStore } from './compiled.ts';

export interface CompileTask extends Pick<StoreOptions, 'neo4j'> {
  readonly url: string;
  readonly tenant: string;
  readonly snapshot: { readonly id: string; readonly at: number };
}

export type CompileResult = { readonly buffer: ArrayBufferLike } | { readonly error: ToldError };

if (parentPort !== null) parentPort.postMessage(await run(workerData as CompileTask));

async function run({ url, snapshot, ...options }: CompileTask): Promise<CompileResult> {
  try {
    const store = await openStore(url, { ...options, readOnly: true });
    try {
      return { buffer: (await compileStore(store, snapshot)).buffer };
    } finally {
      await store.close();
    }
  } catch (error) {
    return { error: tellError(error) };
  }
}
