/**
 * A run in the Neo4j store: kept pages one by one, each durable, then a commit that makes its facts visible.
 *
 * Calls that change a run are queued: each one takes effect before the next one starts, in the order of the calls. Every one of them
 * looks at the lease in its transaction.
 */
import { createHash, randomUUID } from 'node:crypto';
import { invariant } from '../errors.ts';
import { type CommitContext, commitRun } from './neo4j-commit.ts';
import type { UnitOfWork } from './neo4j-driver.ts';
import { type Row, rowOf } from './neo4j-values.ts';
import { packBody, unpackBody } from './page-body.ts';
import type { KeptPage, Run, RunCommit, SnapshotInfo } from './port.ts';

/** Pages that are read at once. */
const PAGES_AT_ONCE = 32;

export interface RunContext extends CommitContext {
  /** Runs the work after all work before it. */
  readonly queue: <T>(work: () => Promise<T>) => Promise<T>;
  /** Reads while the store is open. */
  readonly read: <T>(work: () => Promise<T>) => Promise<T>;
  /** Told when the run is over; the lease may be given back then. */
  readonly onEnd: (run: Run) => Promise<void>;
}

interface RunRow {
  readonly id: string;
  readonly connector: string;
  readonly startedAt: number;
  /** Of the next page. */
  readonly sequence: number;
}

/** Starts a run, or takes up an unfinished one of the connector. The caller holds the lease. */
export async function startNeo4jRun(context: RunContext, connector: string): Promise<Run> {
  const { tenant, lease, now } = context;
  const id = randomUUID();
  const row = await lease.write((unit) => one(unit, START, { tenant, connector, id, startedAt: Math.floor(now()) }), {
    isRepeatable: true,
  });
  return new Neo4jRun(context, { ...(row as unknown as Omit<RunRow, 'connector'>), connector });
}

class Neo4jRun implements Run {
  readonly id: string;
  readonly connector: string;
  readonly startedAt: number;
  readonly #context: RunContext;
  #sequence: number;
  #isOpen = true;

  constructor(context: RunContext, { id, connector, startedAt, sequence }: RunRow) {
    this.#context = context;
    [this.id, this.connector, this.startedAt, this.#sequence] = [id, connector, startedAt, sequence];
  }

  keepPage({ scope, endpoint, path, status, fetchedAt, next, body }: Omit<KeptPage, 'sequence'>): Promise<void> {
    // What is kept is the page as it is now, whatever the caller does with it afterwards.
    const bytes = packBody(body);
    return this.#queue('a run that is over keeps no pages', async () => {
      const page = { scope, endpoint, path, status, fetchedAt, next, body: bytes, place: placeOf(scope, path), sequence: this.#sequence };
      await this.#context.lease.write((unit) => one(unit, KEEP, { ...this.#named, ...page }), { isRepeatable: true });
      this.#sequence++;
    });
  }

  async *pages(): AsyncIterableIterator<KeptPage> {
    for (let before = -1; ; ) {
      const kept = this.#sequence;
      const after = before;
      const rows = await this.#context.read(() =>
        this.#context.door.readRows(PAGES, { ...this.#named, before: after, most: PAGES_AT_ONCE }),
      );
      if (rows.length === 0) return;
      for (const row of rows) {
        before = row['sequence'] as number;
        yield pageOf(row, this.#context.door.address);
        // A page that was kept meanwhile may have replaced one of those at hand.
        if (this.#sequence !== kept) break;
      }
    }
  }

  commit(commit: RunCommit): Promise<SnapshotInfo> {
    return this.#queue('a run is committed once', async () => {
      const snapshot = await commitRun(this.#context, this, commit);
      await this.#end();
      return snapshot;
    });
  }

  abandon(): Promise<void> {
    return this.#queue('a run that is over cannot be abandoned', async () => {
      const { lease } = this.#context;
      let left = PAGES_AT_ONCE;
      while (left > 0)
        left = await lease.write(async (unit) => Number((await one(unit, FORGET_PAGES, { ...this.#named, most: FORGET_AT_ONCE }))['left']));
      await lease.write((unit) => unit.run('MATCH (r:GrantpathRun {tenant: $tenant, id: $run}) DELETE r', this.#named));
      await this.#end();
    });
  }

  get #named(): { readonly tenant: string; readonly run: string } {
    return { tenant: this.#context.tenant, run: this.id };
  }

  #queue<T>(condition: string, work: () => Promise<T>): Promise<T> {
    return this.#context.queue(async () => {
      invariant(this.#isOpen, condition);
      return work();
    });
  }

  async #end(): Promise<void> {
    this.#isOpen = false;
    await this.#context.onEnd(this);
  }
}

/** Kept pages of a committed run; none of another one. */
export async function* readCommittedPages(
  { door, tenant, read }: Pick<RunContext, 'door' | 'tenant' | 'read'>,
  run: string,
): AsyncIterableIterator<KeptPage> {
  for (let before = -1; ; ) {
    const after = before;
    const rows = await read(() => door.readRows(`${COMMITTED} ${PAGES}`, { tenant, run, before: after, most: PAGES_AT_ONCE }));
    if (rows.length === 0) return;
    yield* rows.map((row) => pageOf(row, door.address));
    before = rows.at(-1)?.['sequence'] as number;
  }
}

/** `place` is that of the store. Errors: STORE_UNREADABLE for a body that is damaged. */
function pageOf({ body, ...rest }: Row, place: string): KeptPage {
  const page = rest as unknown as Omit<KeptPage, 'body'>;
  return { ...page, body: unpackBody(body as Uint8Array, page, place) };
}

/** A path may be longer than an index takes. */
function placeOf(scope: string, path: string): string {
  return createHash('sha256').update(`${scope}\n${path}`).digest('base64url');
}

async function one(unit: UnitOfWork, cypher: string, parameters: Row): Promise<Row> {
  const { records } = await unit.run(cypher, parameters);
  invariant(records[0] !== undefined, 'a statement about a run that is there returns a row');
  return rowOf(records[0]);
}

const FORGET_AT_ONCE = 1_000;

const START = `MATCH (s:GrantpathStore {tenant: $tenant})
OPTIONAL MATCH (open:GrantpathRun {tenant: $tenant, connector: $connector}) WHERE open.committedAt IS NULL
FOREACH (missing IN CASE WHEN open IS NULL THEN [true] ELSE [] END |
  CREATE (:GrantpathRun {tenant: $tenant, id: $id, connector: $connector, startedAt: $startedAt}))
WITH coalesce(open.id, $id) AS id, coalesce(open.startedAt, $startedAt) AS startedAt
OPTIONAL MATCH (p:GrantpathPage {tenant: $tenant, run: id})
RETURN id, startedAt, coalesce(max(p.sequence), -1) + 1 AS sequence`;

const KEEP = `OPTIONAL MATCH (old:GrantpathPage {tenant: $tenant, run: $run, place: $place})
DELETE old
WITH count(*) AS replaced
CREATE (:GrantpathPage {tenant: $tenant, run: $run, sequence: $sequence, place: $place, scope: $scope, endpoint: $endpoint, path: $path,
  status: $status, fetchedAt: $fetchedAt, next: $next, body: $body})
RETURN replaced`;

const PAGES = `MATCH (p:GrantpathPage) WHERE p.tenant = $tenant AND p.run = $run AND p.sequence > $before
RETURN p.sequence AS sequence, p.scope AS scope, p.endpoint AS endpoint, p.path AS path, p.status AS status,
  p.fetchedAt AS fetchedAt, p.next AS next, p.body AS body ORDER BY p.sequence LIMIT $most`;

const COMMITTED = 'MATCH (r:GrantpathRun {tenant: $tenant, id: $run}) WHERE r.committedAt IS NOT NULL';

const FORGET_PAGES = `OPTIONAL MATCH (p:GrantpathPage {tenant: $tenant, run: $run})
WITH p LIMIT $most
DELETE p
RETURN count(p) AS left`;
