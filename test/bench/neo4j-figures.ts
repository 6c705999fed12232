/**
 * The figures of the Neo4j store, on a server of their own or the one that NEO4J_URI names; what they leave there is removed.
 *
 * - first load: relationships a second of a commit of all edges, against a bare loop on the driver that writes the same relationships
 *   with the same properties, grouped by source, between nodes that were there before. The commit also compares, keeps what each scope
 *   states, makes permissions, derives what follows from the tables, and is visible at once.
 * - a change of 1,000 facts: until another process reads it.
 * - ready: a process that has just begun, up to its first answer; against the fastest bulk read and a compilation, and against a
 *   compilation alone, in processes that have just begun too.
 * - a check in Cypher by PROFILE.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openNeo4jStore } from '../../graph/store/neo4j.ts';
import { openStoreGrantpath } from '../../queries/store-grantpath.ts';
import { Neo4jServer, type ServerAddress } from '../neo4j/server.ts';
import { keyNames, numberingOf } from './columns.ts';
import { atLeast, atMost, type Figure, fight, figureOf, tableOf, valueAtMost } from './figure.ts';
import { withSession } from './neo4j-bare.ts';
import { checkFigures } from './neo4j-checks.ts';
import type { BulkTask, LoadTask, Neo4jTask, ReadyTask } from './neo4j-process.ts';
import { type Size, synthesize } from './organisation.ts';
import { measureWays, type Way } from './ways.ts';

export interface Neo4jInput {
  readonly size: Size;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

export interface Neo4jFigures {
  readonly figures: readonly Figure[];
  /** The same questions asked in several ways; nothing is bound. */
  readonly ways: readonly Way[];
}

const HEAP_MB = 8_000;
const OUTPUT_BYTES_MAX = 1 << 20;
/** What the bench writes fits into it, so that no side waits for a disk more than the other. */
const SERVER = { heapMb: 1536, settings: { 'server.memory.pagecache.size': '1g' } };
/** A load of a million relationships takes a minute, and stays: a second shows whether the first was disturbed. */
const LOAD_ROUNDS_MAX = 2;
const ROUNDS_MAX = 3;
/** What a change may take beside its round trips, and how many round trips it may take. */
const CHANGE_S = 2;
const CHANGE_ROUND_TRIPS = 20;
const DELETED_AT_ONCE = 5_000;

export async function neo4jFigures({ size, rounds, say }: Neo4jInput): Promise<Neo4jFigures> {
  const tenant = `bench-${process.pid}-${Date.now().toString(36)}`;
  return withServer(tenant, say, async (server) => {
    say(`size ${size}: loading`);
    const load = await run<{ own: number; reference: number }>('load', {
      server,
      tenant,
      size,
      rounds: Math.min(rounds, LOAD_ROUNDS_MAX),
    } satisfies LoadTask);
    const figures: Figure[] = [];
    // Told as they come: the whole takes minutes.
    const tell = (more: readonly Figure[]) => {
      figures.push(...more);
      say(tableOf(more));
    };
    tell([figureOf({ name: 'first load', unit: 'relationships/s', value: load.own, reference: load.reference, bound: atLeast(0.6) })]);
    const common = { server, tenant, size, rounds: Math.min(rounds, ROUNDS_MAX), say };
    tell(await changeFigures(common));
    tell(await readyFigures(common));
    const store = await openNeo4jStore({ ...server, tenant, readOnly: true });
    const grantpath = await openStoreGrantpath({ store, pollMs: 0 });
    try {
      tell(await checkFigures({ ...common, grantpath }));
      return { figures, ways: await measureWays({ ...common, store, grantpath }) };
    } finally {
      await grantpath.close();
    }
  });
}

interface Measured extends LoadTask {
  readonly say: (line: string) => void;
}

async function changeFigures({ say, ...task }: Measured): Promise<Figure[]> {
  say('changing');
  const { part, whole, roundTripMs } = await run<{ part: number; whole: number; roundTripMs: number }>('change', task);
  const limit = CHANGE_S + (CHANGE_ROUND_TRIPS * roundTripMs) / 1e3;
  const change = (name: string, value: number, bound: Figure['bound']) =>
    figureOf({ name, unit: 's', value, reference: null, bound: bound === null ? null : valueAtMost(bound) });
  return [
    change('1,000 facts changed, visible', part, Number(limit.toFixed(3))),
    change('1,000 facts changed, all read again', whole, null),
    figureOf({ name: 'empty round trip', unit: 'ms', value: roundTripMs, reference: null, bound: null }),
  ];
}

/** A start from the store leaves a compiled snapshot for the next. */
async function readyFigures({ server, tenant, size, rounds, say }: Measured): Promise<Figure[]> {
  say('starting');
  const { keyOf, at } = namesOf(size);
  const request = { identity: keyOf(at.user), action: 'repository.read', resource: keyOf(at.repository) } as const;
  const ready = (saved: boolean) => () => run<number>('ready', { server, tenant, saved, request } satisfies ReadyTask);
  const bulk = () => run<{ readMs: number; compileMs: number }>('bulk', { server, tenant, size } satisfies BulkTask);
  const best = await fight(
    {
      store: { own: ready(false), reference: async () => sumOf(await bulk()), best: 'least' },
      saved: { own: ready(true), reference: async () => (await bulk()).compileMs, best: 'least' },
    },
    rounds,
  );
  return [
    figureOf({ name: 'Neo4j to ready', unit: 'ms', value: best.store.own, reference: best.store.reference, bound: atMost(2) }),
    figureOf({ name: 'saved snapshot to ready', unit: 'ms', value: best.saved.own, reference: best.saved.reference, bound: atMost(1.5) }),
  ];
}

const sumOf = ({ readMs, compileMs }: { readonly readMs: number; readonly compileMs: number }) => readMs + compileMs;

function namesOf(size: Size) {
  const org = synthesize(size);
  const at = numberingOf(org, new Set(org.rsSrc).size);
  return { at, keyOf: keyNames(at) };
}

async function withServer<T>(tenant: string, say: Neo4jInput['say'], work: (server: ServerAddress) => Promise<T>): Promise<T> {
  const { NEO4J_URI: address, NEO4J_USER: user, NEO4J_PASSWORD: password = '', GRANTPATH_TEST_NEO4J_VERSION: version } = process.env;
  if (address) {
    const server = { address, ...(user && { user, password }) };
    try {
      return await work(server);
    } finally {
      await removeTenants(server, tenant);
    }
  }
  const server = await Neo4jServer.start({ ...SERVER, version: version || undefined });
  say(`Neo4j ${server.version}`);
  try {
    return await work({ address: server.address });
  } finally {
    await server.close();
  }
}

/** The tenant, and those of earlier rounds. */
async function removeTenants(server: ServerAddress, tenant: string): Promise<void> {
  const cypher = `MATCH (n) WHERE n.tenant = $tenant OR n.tenant STARTS WITH $tenant + '.'
    CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF ${DELETED_AT_ONCE} ROWS`;
  await withSession(server, (session) => session.run(cypher, { tenant }));
}

async function run<Result>(task: Neo4jTask, input: object): Promise<Result> {
  const program = fileURLToPath(new URL('neo4j-process.ts', import.meta.url));
  const args = [`--max-old-space-size=${HEAP_MB}`, program, task, JSON.stringify(input)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: OUTPUT_BYTES_MAX });
  return JSON.parse(stdout) as Result;
}
