/** `ingest bitbucket-cloud --estimate` and `--dry-run`: what a full run would cost, and what it would read in which order. */
import type { Estimate, WorkspaceEstimate } from '../ingest/bitbucket-cloud/estimate.ts';
import { limitText } from '../ingest/budget.ts';
import type { Io } from './command.ts';
import { printJson, printLine, printTable } from './print.ts';

export interface EstimatePrinting {
  readonly json: boolean;
  /** With the endpoints in the order of reading. */
  readonly order: boolean;
}

export function printEstimate(io: Io, estimate: Estimate, { json, order }: EstimatePrinting): void {
  if (json) {
    const workspaces = estimate.workspaces.map(({ endpoints, ...rest }) => ({ ...rest, ...(order ? { order: endpoints } : {}) }));
    printJson(io, { ...estimate, workspaces });
    return;
  }
  for (const workspace of estimate.workspaces) printWorkspace(io, workspace, order);
  printTable(
    io,
    `Hours at ${counted(estimate.callsPerHour)} calls an hour for each credential`,
    ['Credentials', 'Whole run', 'First useful answers'],
    estimate.hours.map(({ credentials, wholeRun, firstAnswers }) => [credentials, hoursText(wholeRun), hoursText(firstAnswers)]),
  );
  if (estimate.buckets.length > 1)
    printTable(
      io,
      'Calls by the limit in which they are counted',
      ['Limit', 'Calls', 'For each credential'],
      estimate.buckets.map((each) => [each.bucket, counted(each.calls), limitText(each)]),
    );
  printLine(io);
  printLine(io, sentence(estimate));
  if (estimate.finding > 0) printLine(io, `  calls that find the workspaces: ${estimate.finding}`);
  if (estimate.trouble !== null) printLine(io, `  ${estimate.trouble}`);
  for (const { ref, notes } of estimate.workspaces) for (const note of notes) printLine(io, `  ${ref}: ${note}`);
  if (estimate.buckets.some(({ calls, limit }) => calls > limit * estimate.credentials))
    printLine(io, '  with --wait one run goes on to its end; without it a run commits what it has when its budget is used up');
  printLine(io, `nothing was written; ${counted(estimate.spent)} calls were made to find this out`);
}

function printWorkspace(io: Io, { ref, families, endpoints, calls, isLeast }: WorkspaceEstimate, order: boolean): void {
  printTable(
    io,
    ref,
    ['Asked of', 'How many', 'Endpoints', 'Calls'],
    [
      ...families.map((row) => [row.of, known(row.containers), row.endpoints, callsText(row)]),
      ['all', '', endpoints.length, callsText({ calls, isLeast })],
    ],
  );
  if (!order) return;
  printTable(
    io,
    `${ref}: what would be read, in this order; of projects and repositories the one first that was not read for longest`,
    ['', 'Endpoint', 'Asked of', 'Calls'],
    endpoints.map((row, index) => [index + 1, row.endpoint, row.of === 'workspace' ? 'workspace' : `each ${row.of}`, callsText(row)]),
  );
}

/** As a person would say it: `about 14,200 calls, 15 h at 1,000/h with one credential; first useful answers after ...`. */
function sentence({ calls, isLeast, callsPerHour, credentials, hours, workspaces, finding }: Estimate): string {
  const own = hours.find((row) => row.credentials === credentials);
  const by = credentials === 1 ? 'one credential' : `${credentials} credentials`;
  const whole = `${isLeast ? 'at least' : 'about'} ${counted(calls)} calls, ${hoursText(own?.wholeRun ?? 1)} at ${counted(callsPerHour)}/h with ${by}`;
  const [first] = workspaces;
  if (first === undefined) return whole;
  const listing = first.firstAnswers.hasListing
    ? "with Bitbucket's effective listing"
    : "without Bitbucket's effective listing, which cannot be read";
  const after = `${first.firstAnswers.isLeast ? 'at least ' : ''}${counted(finding + first.firstAnswers.calls)} calls`;
  return `${whole}; first useful answers after ${after}, ${hoursText(own?.firstAnswers ?? 1)}: the endpoints of ${first.ref} itself, ${listing}`;
}

function callsText({ calls, isLeast }: { readonly calls: number | null; readonly isLeast: boolean }): string {
  if (calls === null) return 'not known';
  return `${isLeast ? 'at least ' : ''}${counted(calls)}`;
}

function known(count: number | null): string {
  return count === null ? 'not known' : counted(count);
}

/** Budgets are counted by the hour: what fits into one is not told finer. */
function hoursText(hours: number): string {
  return hours === 1 ? 'within 1 h' : `${counted(hours)} h`;
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}
