/** What tests of faults begin with: a server of their own for the whole file, stores on it, and wires to it. */
import { fileURLToPath } from 'node:url';
import type { Driver } from 'neo4j-driver';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { CodedError } from '../../graph/errors.ts';
import { type Neo4jStoreOptions, openNeo4jStore } from '../../graph/store/neo4j.ts';
import type { Store } from '../../graph/store/port.ts';
import { StoreChild } from '../store/child-process.ts';
import { graphOf } from '../store/neo4j-changes.ts';
import { committedIn, numberedRun } from './numbered-runs.ts';
import { startPrivateServer } from './private-server.ts';
import type { Neo4jServer } from './server.ts';
import { openDriver } from './shared-server.ts';
import { Wire } from './wire.ts';

/** Moments of each sort. */
export const MOMENTS = process.env['GRANTPATH_TEST_LONG'] === '1' ? 8 : 1;
/** A start of a server on a busy machine, and what follows. */
export const START_MS = 240_000;
export const FAULT_MS = START_MS + MOMENTS * 120_000;

const CHILD = fileURLToPath(new URL('neo4j-child.ts', import.meta.url));
/** A server that is gone is not waited for. */
const LIMITS = { repeatMs: 300 } as const;

/** The parts of a whole at which something happens: in the middle of as many equal pieces. */
export const PARTS = Array.from({ length: MOMENTS }, (_, at) => (at + 0.5) / MOMENTS);

export class FaultSetting {
  #server: Neo4jServer | null = null;
  #driver: Driver | null = null;
  #tenants = 0;

  /** One that is there while the tests of a suite run. */
  static forSuite(): FaultSetting {
    const setting = new FaultSetting();
    beforeAll(async () => setting.#take(await startPrivateServer()), START_MS);
    afterAll(async () => {
      await setting.end();
      await setting.#server?.close();
    });
    return setting;
  }

  /** A server that another one ends. */
  static around(server: Neo4jServer): FaultSetting {
    const setting = new FaultSetting();
    setting.#take(server);
    return setting;
  }

  async end(): Promise<void> {
    await this.#driver?.close();
  }

  get server(): Neo4jServer {
    if (this.#server === null) throw new Error('the server is there while tests run');
    return this.#server;
  }

  async restart(): Promise<void> {
    await this.server.kill();
    await this.server.restart();
  }

  freshTenant(): string {
    return `fault-${this.#tenants++}`;
  }

  async wire(): Promise<Wire> {
    const wire = await Wire.to(this.server.port);
    onTestFinished(() => wire.close());
    return wire;
  }

  async open(tenant: string, options: Partial<Neo4jStoreOptions> = {}): Promise<Store> {
    const store = await openNeo4jStore({ address: this.server.address, tenant, limits: LIMITS, ...options });
    onTestFinished(() => store.close());
    return store;
  }

  /** Another process; it is gone when the test is over. */
  child(
    mode: 'loop' | 'hold' | 'large',
    { tenant, connector, address }: { tenant: string; connector: string; address?: string },
  ): StoreChild {
    return new StoreChild(mode, address ?? this.server.address, { script: CHILD, words: [tenant, connector] });
  }

  /** Rows of a statement past our door. */
  async cypher(text: string, parameters: Record<string, unknown> = {}): Promise<Record<string, unknown>[]> {
    if (this.#driver === null) throw new Error('the server is there while tests run');
    return (await this.#driver.executeQuery(text, parameters)).records.map((record) => record.toObject());
  }

  #take(server: Neo4jServer): void {
    this.#server = server;
    this.#driver = openDriver(server);
  }

  /** Whatever happened to a tenant, its graph is that of one that committed the same and to which nothing happened. */
  async expectUndisturbedGraph(store: Store): Promise<void> {
    const tenant = this.freshTenant();
    let now = 0;
    const undisturbed = await this.open(tenant, { now: () => now });
    for (const { at, connector, report } of await committedIn(store)) {
      now = at;
      const run = await undisturbed.startRun(connector);
      await run.commit(numberedRun(Number(report['number'])));
    }
    await undisturbed.close();
    expect(await graphOf(store.tenant, this.server)).toEqual(await graphOf(tenant, this.server));
  }
}

/** What became of work that something happened to: what it gave, or its failure. */
export type Outcome<T> = { readonly value: T } | { readonly error: CodedError };

export function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  return work.then(
    (value) => ({ value }),
    (error: CodedError) => ({ error }),
  );
}
