/**
 * A run of the memory store: its kept pages, until it is committed or abandoned.
 *
 * INVARIANT: a call does its work before it gives its promise, so calls that overlap take effect in the order of the calls.
 */
import { invariant } from '../errors.ts';
import type { PagesOfRun, StartedRun } from './memory-contents.ts';
import type { KeptPage, Run, RunCommit, SnapshotInfo } from './port.ts';

export interface RunHost {
  /** Errors: STORE_UNREADABLE when the store is closed. */
  checkOpen(): void;
  commit(commit: RunCommit): SnapshotInfo;
  /** Called when the run is over. */
  end(): void;
}

export class MemoryRun implements Run {
  readonly id: string;
  readonly connector: string;
  readonly startedAt: number;
  readonly #run: StartedRun;
  readonly #host: RunHost;
  #open = true;

  constructor(run: StartedRun, host: RunHost) {
    [this.id, this.connector, this.startedAt] = [run.id, run.connector, run.startedAt];
    this.#run = run;
    this.#host = host;
  }

  async keepPage({ scope, endpoint, path, status, fetchedAt, next, body }: Omit<KeptPage, 'sequence'>): Promise<void> {
    invariant(this.#open, 'a run that is over keeps no pages');
    this.#host.checkOpen();
    const { pages } = this.#run;
    const name = `${scope}\n${path}`;
    pages.delete(name);
    pages.set(name, { sequence: this.#run.sequence++, scope, endpoint, path, status, fetchedAt, next, body: JSON.stringify(body ?? null) });
  }

  pages(): AsyncIterableIterator<KeptPage> {
    return readPages(this.#run.pages, this.#host);
  }

  async commit(commit: RunCommit): Promise<SnapshotInfo> {
    invariant(this.#open, 'a run is committed once');
    const snapshot = this.#host.commit(commit);
    this.#end();
    return snapshot;
  }

  async abandon(): Promise<void> {
    invariant(this.#open, 'a run that is over cannot be abandoned');
    this.#host.checkOpen();
    this.#run.pages.clear();
    this.#end();
  }

  #end(): void {
    this.#open = false;
    this.#host.end();
  }
}

export async function* readPages(pages: PagesOfRun, { checkOpen }: Pick<RunHost, 'checkOpen'>): AsyncIterableIterator<KeptPage> {
  checkOpen();
  for (const page of pages.values()) {
    yield { ...page, body: JSON.parse(page.body) as unknown };
    checkOpen();
  }
}
