/** A run of the memory store: its kept pages, until it is committed or abandoned. */
import { randomUUID } from 'node:crypto';
import { invariant } from '../errors.ts';
import type { KeptPage, Run, RunCommit, SnapshotInfo } from './port.ts';

export interface RunHost {
  commit(id: string, commit: RunCommit): SnapshotInfo;
  /** Called when the run is over. */
  end(): void;
}

export class MemoryRun implements Run {
  readonly id = randomUUID();
  readonly connector: string;
  readonly startedAt: number;
  readonly #host: RunHost;
  /** By scope and path; the body as text, so that nobody can change it. */
  readonly #pages = new Map<string, Omit<KeptPage, 'body'> & { readonly body: string }>();
  #sequence = 0;
  #open = true;

  constructor(connector: string, startedAt: number, host: RunHost) {
    this.connector = connector;
    this.startedAt = startedAt;
    this.#host = host;
  }

  keepPage(page: Omit<KeptPage, 'sequence'>): void {
    invariant(this.#open, 'a run that is over keeps no pages');
    const { scope, endpoint, path, status, fetchedAt, next, body } = page;
    const name = `${scope}\n${path}`;
    this.#pages.delete(name);
    this.#pages.set(name, {
      sequence: this.#sequence++,
      scope,
      endpoint,
      path,
      status,
      fetchedAt,
      next,
      body: JSON.stringify(body ?? null),
    });
  }

  *pages(): IterableIterator<KeptPage> {
    for (const page of this.#pages.values()) yield { ...page, body: JSON.parse(page.body) as unknown };
  }

  commit(commit: RunCommit): SnapshotInfo {
    invariant(this.#open, 'a run is committed once');
    const snapshot = this.#host.commit(this.id, commit);
    this.#end();
    return snapshot;
  }

  abandon(): void {
    invariant(this.#open, 'a run that is over cannot be abandoned');
    this.#pages.clear();
    this.#end();
  }

  #end(): void {
    this.#open = false;
    this.#host.end();
  }
}
