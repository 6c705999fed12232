/**
 * A process of its own for what concerns the Neo4j store: a start is measured in a process that never saw the store, and what a
 * first load leaves in memory is no burden of what comes after it.
 *
 * `node neo4j-process.ts TASK JSON` prints its result as JSON.
 */
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import type { RunCommit, Store } from '../../graph/store/port.ts';
import type { CheckRequest } from '../../queries/port.ts';
import { openStoreGrantpath } from '../../queries/store-grantpath.ts';
import type { ServerAddress } from '../neo4j/server.ts';
import { columnsOf } from './columns.ts';
import { compileColumns } from './engine-figures.ts';
import { edgeCommit, nodeCommit, wholeCommit } from './facts.ts';
import { fight, timed } from './figure.ts';
import { loadBare, readBulk, roundTripMs, withSession } from './neo4j-bare.ts';
import { CHANGED_FACTS, changedScopes, withChanges } from './neo4j-change.ts';
import { type Size, synthesize } from './organisation.ts';
import { Records } from './records.ts';

const CONNECTOR = 'bench/organisation';

interface ServerTask {
  readonly server: ServerAddress;
  readonly tenant: string;
}

export interface LoadTask extends ServerTask {
  readonly size: Size;
  readonly rounds: number;
}

export interface BulkTask extends ServerTask {
  readonly size: Size;
}

/** `saved`: a compiled snapshot may be used. */
export interface ReadyTask extends ServerTask {
  readonly saved: boolean;
  readonly request: CheckRequest;
}

const TASKS = {
  /** Edges a second. The last round of the store is that of the tenant; those before it and the bare ones are of others, `TENANT.N`. */
  async load({ size, server, tenant, rounds }: LoadTask): Promise<{ own: number; reference: number | null }> {
    const columns = columnsOf(synthesize(size));
    // The database becomes ours before it has other nodes.
    await (await openNeo4jStore({ ...server, tenant })).close();
    let round = 0;
    const own = async (): Promise<number> => {
      round++;
      const store = await openNeo4jStore({ ...server, tenant: round === rounds ? tenant : `${tenant}.${round}` });
      await commit(store, nodeCommit(columns));
      const edges = edgeCommit(columns);
      const { ms } = await commit(store, edges);
      await store.close();
      return (edges.count / ms) * 1e3;
    };
    const reference = () => withSession(server, (session) => loadBare(session, columns, `${tenant}.bare`));
    return (await fight({ load: { best: 'greatest', own, reference } }, rounds)).load;
  },

  /**
   * Seconds from the start of a run that changes `CHANGED_FACTS` to when another process could read its snapshot, without what
   * making its facts takes: of a run that reads only the scopes in which something changed, and of one that reads everything again.
   */
  async change({ size, server, tenant, rounds }: LoadTask): Promise<{ part: number; whole: number; roundTripMs: number }> {
    const columns = columnsOf(synthesize(size));
    const changed = changedScopes(columns);
    const [store, reader] = [await openNeo4jStore({ ...server, tenant }), await openNeo4jStore({ ...server, tenant, readOnly: true })];
    let isChanged = false;
    const change = (isWhole: boolean) => async (): Promise<number> => {
      isChanged = !isChanged;
      const { ms, id, at } = await commit(store, withChanges(wholeCommit(columns), changed, { isChanged, isWhole }));
      const seen = await timed(async () => {
        if ((await reader.readSnapshotAt())?.id !== id) throw new Error('a run that is committed is read by all');
      });
      await requireChanged({ server, tenant }, at);
      return (ms + seen) / 1e3;
    };
    const reference = () => withSession(server, roundTripMs);
    const { part, whole } = await fight(
      { part: { best: 'least', own: change(false), reference }, whole: { best: 'least', own: change(true), reference: null } },
      rounds,
    );
    await Promise.all([store.close(), reader.close()]);
    return { part: part.own, whole: whole.own, roundTripMs: part.reference! };
  },

  /** Milliseconds from nothing to the first answer. */
  async ready({ server, tenant, saved, request }: ReadyTask): Promise<number> {
    if (!saved) await withSession(server, (session) => session.run('MATCH (c:GrantpathCache {tenant: $tenant}) DELETE c', { tenant }));
    const start = performance.now();
    const grantpath = await openStoreGrantpath({ store: await openNeo4jStore({ ...server, tenant }), pollMs: 0 });
    const { verdict } = await grantpath.check(request);
    const took = performance.now() - start;
    await grantpath.close();
    if (verdict === 'UNKNOWN') throw new Error('an organisation without gaps has definite answers');
    return took;
  },

  /** Milliseconds of the fastest bulk read, and of one compilation: of a process that has just begun, as a start is. */
  async bulk({ server, tenant, size }: BulkTask): Promise<{ readMs: number; compileMs: number }> {
    const readMs = await readBulk(server, tenant);
    const columns = columnsOf(synthesize(size));
    return { readMs, compileMs: await timed(() => compileColumns(columns)) };
  },
};

export type Neo4jTask = keyof typeof TASKS;

/** `ms` without what making the facts took. */
async function commit(store: Store, { facts, ...rest }: RunCommit): Promise<{ ms: number; id: string; at: number }> {
  const records = new Records(facts);
  const start = performance.now();
  const { id, at } = await (await store.startRun(CONNECTOR)).commit({ ...rest, facts: records.all() });
  return { ms: performance.now() - start - records.madeMs, id, at };
}

/** The run did change as many facts as it is said to. */
async function requireChanged({ server, tenant }: ServerTask, at: number): Promise<void> {
  const cypher = `MATCH (n:Node)-[r:HOLDS|WAS_HOLDS]->() WHERE n.tenant = $tenant AND n.number >= 0 AND (r.validFrom = $at OR r.validTo = $at)
    RETURN count(r) AS changed`;
  const { records } = await withSession(server, (session) => session.executeRead((unit) => unit.run(cypher, { tenant, at })));
  const changed = records[0]?.get('changed');
  if (changed !== CHANGED_FACTS) throw new Error(`a run must change ${CHANGED_FACTS} facts, it changed ${changed}`);
}

if (import.meta.main) {
  const [task = '', input = ''] = process.argv.slice(2);
  const run = TASKS[task as Neo4jTask] as (input: unknown) => Promise<unknown>;
  process.stdout.write(JSON.stringify(await run(JSON.parse(input))));
}
