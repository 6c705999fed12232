/** `store status` and `store migrate`: what a store says of itself, and bringing it to the form of this version. */
import { CodedError, isCodedError } from '../graph/errors.ts';
import { openStore } from '../graph/store/open.ts';
import type { FactCounts, StoreStatus } from '../graph/store/port.ts';
import { printInstant } from '../queries/instant.ts';
import { type Call, type CommandSpec, EXIT } from './command.ts';
import { printJson, printLine, printTable, snapshotJson, snapshotLine } from './print.ts';

export const STORE_STATUS: CommandSpec = {
  name: 'store status',
  doc: 'what is in the store, in which form, and who is writing to it; changes nothing',
  args: [],
  options: [],
  examples: ['store status', 'store status --json'],
  run: async (call) => {
    refuseTime(call);
    const found = await readFound(call);
    if (call.json) printJson(call.io, { store: call.config.store, tenant: call.config.tenant, ...foundJson(found) });
    else printTable(call.io, '', ['What', 'Value'], [['store', call.config.store], ...foundRows(found)]);
    return EXIT.done;
  },
};

export const STORE_MIGRATE: CommandSpec = {
  name: 'store migrate',
  doc: 'bring the store to the form of this version, or make it, and take back what a writer that died left half-way; nothing in it is lost',
  args: [],
  options: [],
  examples: ['store migrate', 'store migrate --json'],
  run: async (call) => {
    refuseTime(call);
    const { config, io, json } = call;
    const store = await openStore(config.store, { tenant: config.tenant, neo4j: config.neo4j });
    try {
      const { version, versionBefore, isApplying, holder } = await store.readStatus();
      // Who lives and writes takes back what he leaves himself.
      const recovered = isApplying && holder === null && (await store.recover());
      if (json) printJson(io, { store: config.store, version, versionBefore, recovered });
      else {
        printLine(io, `${config.store}: ${migrated(version, versionBefore)}`);
        if (recovered) printLine(io, 'a change that was left half-way is taken back: the last complete snapshot is there again');
      }
    } finally {
      await store.close();
    }
    return EXIT.done;
  },
};

function refuseTime({ at }: Call): void {
  if (at !== null) throw new CodedError('USAGE', 'this is told of a store as it is now: --at is not used');
}

function migrated(version: number, before: number): string {
  if (before === version) return `nothing to do, it is of version ${version}`;
  return before === 0 ? `made, of version ${version}` : `brought from version ${before} to version ${version}`;
}

/** A store that opens, or the version of one that this program does not read as it is: 0 where there is none. */
type Found = { readonly status: StoreStatus; readonly facts: FactCounts } | { readonly version: number };

async function readFound({ config }: Call): Promise<Found> {
  try {
    const store = await openStore(config.store, { tenant: config.tenant, neo4j: config.neo4j, readOnly: true });
    try {
      const status = await store.readStatus();
      return { status, facts: await store.countFacts(status.newest?.at ?? 0) };
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!isCodedError(error, 'STORE_EMPTY')) throw error;
    return { version: Number(error.details['version'] ?? 0) };
  }
}

/** absent: there is none; outdated: it must be migrated first; empty: no run was committed yet. */
function foundJson(found: Found): Record<string, unknown> {
  if ('version' in found) return { state: found.version === 0 ? 'absent' : 'outdated', version: found.version };
  const { newest, unfinished, ...status } = found.status;
  return {
    state: newest === null ? 'empty' : 'filled',
    ...status,
    newest: newest === null ? null : { ...snapshotJson(newest), connector: newest.connector },
    facts: found.facts,
    unfinished: unfinished.map((run) => ({ ...run, startedAt: printInstant(run.startedAt) })),
  };
}

function foundRows(found: Found): (readonly [string, string | number])[] {
  if ('version' in found) {
    const { version } = found;
    return [
      ['is', version === 0 ? 'not there yet: an ingest or an import makes it' : `of the older version ${version}: see store migrate`],
    ];
  }
  const { keeper, tenant, version, newest, snapshots, sizeBytes, unfinished, holder, isApplying } = found.status;
  const { nodes, edges, gaps } = found.facts;
  const rows: (readonly [string, string | number])[] = [
    ['kept by', keeper],
    ['tenant', tenant],
    ['version', `${version}, the newest`],
    ['newest snapshot', newest === null ? 'none yet' : `${snapshotLine(newest)}, of ${newest.connector}`],
    ['snapshots', snapshots],
    ['nodes', nodes],
    ['edges', edges],
    ['gaps', gaps],
  ];
  if (sizeBytes !== null) rows.push(['size', sizeText(sizeBytes)]);
  for (const { connector, startedAt, pages } of unfinished)
    rows.push(['unfinished run', `of ${connector}, since ${printInstant(startedAt)}, pages kept: ${pages}`]);
  rows.push(['who writes', holder ?? 'nobody']);
  if (isApplying)
    rows.push([
      'a change',
      holder === null
        ? 'was left half-way: the next run takes it back, or `store migrate` now'
        : 'is being written: it shows when it is whole',
    ]);
  return rows;
}

function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
