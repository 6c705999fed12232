/**
 * The report of a run, as tables and as JSON.
 */
import { limitText } from '../ingest/budget.ts';
import { duration } from '../ingest/progress.ts';
import type { SyncReport } from '../ingest/report.ts';
import type { SyncResult } from '../ingest/sync.ts';
import { printInstant } from '../queries/instant.ts';
import type { Io } from './command.ts';
import { printLine, printTable, snapshotJson } from './print.ts';

/** Rows of a table that a person reads; the stored report and `--json` have them all. */
const ROWS_SHOWN_MAX = 40;

export function printReport(io: Io, result: SyncResult): void {
  if ('error' in result) {
    const { code, message, remedy } = result.error;
    printLine(io, `${result.workspace}: not read, error ${code}: ${message}; ${remedy}`);
    return;
  }
  const { snapshot, report } = result;
  printLine(io, `${report.ref}: snapshot ${snapshot.id} of ${printInstant(snapshot.at)}`);
  printTable(io, 'Run', ['What', 'Value'], summaryRows(report));
  if (report.credentials.length > 1)
    printTable(
      io,
      'Credentials',
      ['Credential', 'Kind', 'Calls', 'Budget left'],
      report.credentials.map(({ position, kind, calls, budgetLeft, setAside }) => [
        position,
        kind,
        calls,
        setAside ? 'refused: set aside' : budgetLeft,
      ]),
    );
  if (report.buckets.length > 1)
    printTable(
      io,
      'Calls by the limit in which they are counted',
      ['Limit', 'Calls', 'Budget', 'Budget left'],
      report.buckets.map(({ left, ...each }) => [each.bucket, each.calls, limitText(each), left]),
    );
  printCoverage(io, report);
  const { gaps, gapCount, disagreements, differ } = report;
  printTable(
    io,
    titleOf('Gaps', gaps.length, gapCount),
    ['Of', 'Hides', 'Why', 'Detail'],
    gaps
      .slice(0, ROWS_SHOWN_MAX)
      .map(({ scope, hides, reason, subject, detail }) => [subject === '' ? scope : `${scope} for ${subject}`, hides, reason, detail]),
  );
  printTable(
    io,
    titleOf("Where Bitbucket's own list and the grants differ", disagreements.length, differ),
    ['Listed', 'Computed', 'Finding', 'Computed because', 'Listed at'],
    disagreements
      .slice(0, ROWS_SHOWN_MAX)
      .map(({ reported, computed, detail, computedBecause, reportedBecause }) => [
        reported,
        computed ?? 'none',
        detail,
        computedBecause,
        printInstant(reportedBecause.fetchedAt),
      ]),
  );
  if (disagreements.length < differ) printLine(io, 'all of them: grantpath query listing-differences');
  printLine(io);
  printLine(io, `agree ${report.agree}, differ ${differ}, not comparable ${report.notComparable}`);
}

/** What was kept of earlier runs has columns only where a run may keep something. */
function printCoverage(io: Io, { coverage, maxAgeMs, incremental }: SyncReport): void {
  const keeps = maxAgeMs > 0 || incremental.proved > 0;
  printTable(
    io,
    'Coverage',
    ['Endpoint', 'Read', ...(keeps ? ['Kept', 'Oldest'] : []), 'Cannot be read', 'Left', 'Items'],
    coverage.map(({ path, complete, kept, oldestAt, unread, left, items }) => [
      path,
      complete - kept,
      ...(keeps ? [kept, oldestAt === null ? '' : printInstant(oldestAt)] : []),
      unread,
      left,
      items,
    ]),
  );
}

function summaryRows(report: SyncReport): (readonly [string, string | number])[] {
  const { calls, retries, budgetLeft, waitedMs, durationMs, stopped, resumedPages, grantedScopes, facts, gapCount, maxAgeMs } = report;
  const rows: (readonly [string, string | number])[] = [
    ['calls', calls],
    ['retries', retries],
    ['budget left', budgetLeft],
    ['took', duration(durationMs)],
    ['waited', duration(waitedMs)],
    ['facts', facts],
    ['gaps', gapCount],
  ];
  if (maxAgeMs > 0) {
    const [complete, kept] = [sum(report, 'complete'), sum(report, 'kept') - report.incremental.proved];
    rows.push(['readings', `${complete - sum(report, 'kept')} made, ${kept} kept that were at most ${duration(maxAgeMs)} old`]);
  }
  rows.push(...incrementalRows(report));
  if (resumedPages > 0) rows.push(['pages of an interrupted run', resumedPages]);
  if (stopped !== null) rows.push(['stopped by', stopped]);
  if (grantedScopes.length > 0) rows.push(['scopes granted', grantedScopes.join(' ')]);
  return rows;
}

/** What a run spares by what was read before, and by what right. */
function incrementalRows({ incremental, organisation, maxAgeMs }: SyncReport): (readonly [string, string])[] {
  const { readings, proved, young, share } = incremental;
  const rows: (readonly [string, string])[] = [];
  if (maxAgeMs > 0 || organisation !== null || proved + young > 0)
    rows.push([
      'incremental',
      `${proved + young} of ${readings} readings kept (${proved} proved by the audit log, ${young} young enough), ${percent(share)} of the calls of a run that reads everything`,
    ]);
  if (organisation === null) return rows;
  const { calls, coveredFrom, provenUntil, events, notes } = organisation;
  rows.push(['calls to the organisation', String(calls)]);
  if (coveredFrom !== null && provenUntil !== null)
    rows.push([
      'audit log',
      `${events} events, covers from ${printInstant(coveredFrom)}; proves what held at ${printInstant(provenUntil)}`,
    ]);
  for (const note of notes) rows.push(['organisation', note]);
  return rows;
}

/** Rounded up, so that no share looks smaller than it is. */
function percent(share: number): string {
  return `${Math.ceil(share * 1000 - 1e-9) / 10} %`;
}

function sum({ coverage }: SyncReport, of: 'complete' | 'kept'): number {
  return coverage.reduce((total, row) => total + row[of], 0);
}

function titleOf(title: string, listed: number, count: number): string {
  const shown = Math.min(listed, ROWS_SHOWN_MAX);
  return shown < count ? `${title} (${shown} of ${count}; --json has more)` : title;
}

export function resultJson(result: SyncResult): Record<string, unknown> {
  if ('error' in result) {
    const { code, message, remedy } = result.error;
    return { workspace: result.workspace, error: { code, message, remedy } };
  }
  return { workspace: result.workspace, snapshot: snapshotJson(result.snapshot), report: result.report };
}
