/**
 * One sync of Bitbucket Cloud: for each workspace a run is started or resumed, read, understood, compared with Bitbucket's own
 * listing, and committed with a report.
 *
 * Nothing is written before the upstream has shown the workspace: a refused credential or a wrong name leaves the store as it
 * was. The engine is not known here: the comparison is handed in.
 */

import { anew } from '../graph/anew.ts';
import { type CodedError, isCodedError } from '../graph/errors.ts';
import { encodeKeyPart, type Fact } from '../graph/fact.ts';
import type { Run, SnapshotInfo, Store } from '../graph/store/port.ts';
import { type Log, SILENT_LOG } from '../log.ts';
import { requireAgreement, workspacePath } from './bitbucket-cloud/agreement.ts';
import { bucketOfPath } from './bitbucket-cloud/buckets.ts';
import type { CloudClient, CloudConfig } from './bitbucket-cloud/config.ts';
import { openCloudClient } from './bitbucket-cloud/config.ts';
import { workspaceContainer } from './bitbucket-cloud/containers.ts';
import { coverageOf } from './bitbucket-cloud/coverage.ts';
import { crawl } from './bitbucket-cloud/crawl.ts';
import type { Workspace } from './bitbucket-cloud/decode.ts';
import { EarlierReadings, oldestReading } from './bitbucket-cloud/earlier-readings.ts';
import { sheetOf } from './bitbucket-cloud/facts.ts';
import { fetchWorkspace, findWorkspaces, LIST } from './bitbucket-cloud/find-workspaces.ts';
import { HeldPage } from './bitbucket-cloud/held-page.ts';
import { type AuditReading, RETENTION_MS, readAuditLog } from './bitbucket-cloud/read-audit-log.ts';
import { firstPath, readPage } from './bitbucket-cloud/read-page.ts';
import { readAtOf } from './bitbucket-cloud/reading-order.ts';
import { scopeOf } from './bitbucket-cloud/scopes.ts';
import { incrementalOf, organisationReport } from './bitbucket-cloud/spared.ts';
import type { BudgetOptions } from './budget.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import type { EarlierCall } from './credential-pool.ts';
import type { HttpLimits } from './http.ts';
import { NO_PROGRESS, type Progress } from './progress.ts';
import { recentCalls } from './recent-calls.ts';
import { type Compare, makeReport, type SyncReport } from './report.ts';
import type { RetryPolicy } from './retry.ts';

export interface SyncOptions {
  readonly store: Store;
  readonly config: CloudConfig;
  /** Slugs or uuids; left out or empty: every workspace of the credential. */
  readonly workspaces?: readonly string[];
  readonly compare?: Compare;
  readonly progress?: Progress;
  readonly log?: Log;
  readonly clock?: Clock;
  readonly budget?: BudgetOptions;
  readonly retry?: RetryPolicy;
  readonly limits?: Partial<HttpLimits>;
  /** An interrupted run older than this is read anew. */
  readonly resumeWithinMs?: number;
  /** How old a reading may be that is not made again, by the shares of `ages.ts`; 0, the default, reads everything. */
  readonly maxAgeMs?: number;
  /** Ends the sync with its reason; pages that were read are kept, and the next run goes on with them. */
  readonly signal?: AbortSignal;
}

export type SyncResult =
  | { readonly workspace: string; readonly snapshot: SnapshotInfo; readonly report: SyncReport }
  | { readonly workspace: string; readonly error: CodedError };

/** How the names of the connectors of workspaces begin. */
const CONNECTORS = 'bitbucket-cloud/';

/** Permissions change by the hour: a snapshot made of older pages would claim too much. */
const RESUME_WITHIN_MS = 6 * 3_600_000;

/**
 * Syncs the workspaces one after the other. A workspace that fails does not stop the others. A list of workspaces that could be
 * read in part only is a result of its own, after those of the workspaces that it shows.
 * Errors: that of the first workspace when none was committed; CONFIG, UPSTREAM_AUTH, UPSTREAM_UNREACHABLE; those of the store.
 */
export async function syncBitbucketCloud(options: SyncOptions): Promise<SyncResult[]> {
  const clock = options.clock ?? SYSTEM_CLOCK;
  const { budget, retry, limits, signal, log = SILENT_LOG } = options;
  const client = openCloudClient(options.config, {
    clock,
    onSetAside: ({ position, kind, why }) =>
      log.warn({ credential: position, kind }, `credential ${position} (${kind}) is set aside, the others go on: ${why}`),
    ...(signal === undefined ? {} : { signal }),
    ...(budget === undefined ? {} : { budget }),
    ...(retry === undefined ? {} : { retry }),
    ...(limits === undefined ? {} : { limits }),
  });
  try {
    const calls = await recentCalls(options.store, { connectors: CONNECTORS, now: clock.now(), bucketOf: bucketOfPath });
    seedBudgets(client, calls);
    const named = [...new Set(options.workspaces ?? [])];
    const found = named.length > 0 ? { slugs: named, trouble: null } : await findWorkspaces(client);
    for (const workspace of found.slugs) await requireAgreement(client, workspace);
    const results: SyncResult[] = [];
    for (const workspace of found.slugs) {
      results.push(await syncOne({ ...options, clock, client }, workspace));
    }
    // Said twice and last, where it is seen: what could not be read of the list may be whole workspaces.
    if (found.trouble !== null) {
      log.error({ code: found.trouble.code }, `${LIST}: ${found.trouble.message}`);
      results.push({ workspace: LIST, error: found.trouble });
    }
    const [first] = results;
    if (first !== undefined && 'error' in first && results.every((result) => 'error' in result)) throw first.error;
    return results;
  } finally {
    options.progress?.end();
    await client.close();
  }
}

type OneOptions = SyncOptions & { readonly clock: Clock; readonly client: CloudClient };

/** Failures of one workspace are its result; failures of everything are thrown. */
async function syncOne(options: OneOptions, workspace: string): Promise<SyncResult> {
  try {
    return { workspace, ...(await syncWorkspace(options, workspace)) };
  } catch (error) {
    if (!isCodedError(error) || !error.code.startsWith('UPSTREAM_') || error.code === 'UPSTREAM_AUTH') throw error;
    options.log?.error({ workspace, code: error.code }, error.message);
    return { workspace, error };
  }
}

async function syncWorkspace(options: OneOptions, named: string): Promise<{ snapshot: SnapshotInfo; report: SyncReport }> {
  const { store, client, clock, log = SILENT_LOG, progress = NO_PROGRESS, maxAgeMs = 0 } = options;
  const startedAt = clock.now();
  const before = client.http.counters;
  const organisationBefore = client.organisation?.http.counters.buckets ?? [];
  client.http.probeWith(workspacePath(named, client.http.base.prefix));
  const found = await fetchWorkspace(client, named);
  const workspace = found.workspace;
  const connector = `${CONNECTORS}${encodeKeyPart(workspace.uuid)}`;
  // Before the run: a key that is refused leaves the store as it was.
  const reading = await readOrganisation(options, { connector, workspace });
  const run = await startRun(options, connector);
  const scope = scopeOf('workspace', workspaceContainer(workspace));
  const at = { http: client.http, path: firstPath(scope, client.http.base.prefix), position: 1, fetchedAt: clock.now() };
  await run.keepPage(readPage(scope, found.answer, at).page);
  const earlier = await store.readScopes(run.connector);
  log.info({ workspace: workspace.slug, connector: run.connector, run: run.id }, 'run started');
  const { stopped, resumedPages, kept } = await crawl({
    run,
    http: client.http,
    organisation: client.organisation,
    workspace,
    readAt: readAtOf(earlier, scope.container.key),
    earlier: new EarlierReadings({ store, connector, scopes: earlier, now: clock.now(), maxAgeMs, trail: reading?.trail ?? null }),
    concurrency: options.limits?.concurrency ?? CONCURRENCY,
    clock,
    progress,
    log,
  });
  // Readings are let go before the comparison and the commit: one for each page or so.
  const { readings, ...sheet } = sheetOf(await Array.fromAsync(run.pages(), (page) => new HeldPage(page)), earlier);
  const facts = anew(() => Iterator.from(sheet.facts).map(({ fact }) => fact));
  const counters = client.http.counters;
  const coverage = coverageOf({ readings }, run.startedAt);
  const calls = counters.calls - before.calls;
  const organisationBuckets = spentSince(organisationBefore, client.organisation?.http.counters.buckets ?? []);
  const report = makeReport({
    workspace: workspace.slug,
    facts: sheet.facts,
    factCount: sheet.factCount(),
    counters: {
      ...counters,
      calls,
      retries: counters.retries - before.retries,
      waitedMs: counters.waitedMs - before.waitedMs,
      buckets: [...spentSince(before.buckets, counters.buckets), ...organisationBuckets],
      credentials: spentSince(before.credentials, counters.credentials),
    },
    durationMs: clock.now() - startedAt,
    stopped,
    resumedPages,
    grantedScopes: client.grantedScopes(),
    maxAgeMs,
    coverage,
    incremental: incrementalOf(kept, { coverage, calls }),
    organisation:
      reading &&
      organisationReport(
        reading,
        organisationBuckets.reduce((sum, { calls }) => sum + calls, 0),
      ),
    // What is held over is a gap for the comparison: its facts are not among those of this run.
    comparison:
      (await options.compare?.(anew(() => Iterator.from([facts, sheet.heldOver]).flatMap((each: Iterable<Fact>) => each)))) ?? null,
  });
  const snapshot = await run.commit({ facts: sheet.facts, scopes: sheet.scopes, closeUnlisted: sheet.closeUnlisted, report });
  log.info(
    { workspace: workspace.slug, snapshot: snapshot.id, facts: report.facts, gaps: report.gapCount, calls: report.calls },
    'run committed',
  );
  return { snapshot, report };
}

/** What the audit log proves; null without a key of the organisation. Errors: UPSTREAM_AUTH where the key is refused, UPSTREAM_UNREACHABLE. */
async function readOrganisation(
  { client: { organisation }, store, clock, log = SILENT_LOG }: OneOptions,
  { connector, workspace }: { readonly connector: string; readonly workspace: Workspace },
): Promise<AuditReading | null> {
  if (organisation === null) return null;
  const since = await oldestReading(store, connector, clock.now() - RETENTION_MS);
  const reading = await readAuditLog({ organisation, workspace: workspace.uuid, since, now: clock.now() });
  if (reading.trouble !== null) log.warn({ workspace: workspace.slug }, reading.trouble);
  return reading;
}

/** Each upstream counts those of its own buckets. */
function seedBudgets({ http, organisation }: CloudClient, calls: readonly EarlierCall[]): void {
  http.seedBudget(calls);
  organisation?.http.seedBudget(calls);
}

/** What each spent on this workspace. */
function spentSince<T extends { readonly calls: number }>(before: readonly T[], now: readonly T[]): T[] {
  return now.map((spending, index) => ({ ...spending, calls: spending.calls - (before[index]?.calls ?? 0) }));
}

/** As many scopes at once as the client makes calls at once. */
const CONCURRENCY = 4;

/** A new run, or the interrupted one if it is young enough. Its calls of the last hour count into the budget. */
async function startRun({ store, client, clock, resumeWithinMs = RESUME_WITHIN_MS }: OneOptions, connector: string): Promise<Run> {
  const run = await store.startRun(connector);
  // One that was begun in the future was begun by another clock: how old it is cannot be told.
  if (Math.abs(clock.now() - run.startedAt) > resumeWithinMs) {
    await run.abandon();
    return store.startRun(connector);
  }
  seedBudgets(client, await Array.fromAsync(run.pages(), ({ endpoint, fetchedAt }) => ({ at: fetchedAt, bucket: bucketOfPath(endpoint) })));
  return run;
}
