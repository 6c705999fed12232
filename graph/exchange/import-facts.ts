/**
 * States a plan as a run of a connector of its own, `import/NAME`: what the last import of the name stated and this one does not
 * is closed. One commit: all of the file or nothing.
 *
 * A store lets nobody state a fact as stale: a fact is stale when its scope is tried again without success. So stale facts are
 * stated with the others, and a second commit, which states nothing, marks their scopes as unread. Between the two, for as long
 * as an empty commit takes, they look like facts that were read again.
 */
import { CodedError, isCodedError } from '../errors.ts';
import type { Run, ScopeOutcome, SnapshotInfo, Store } from '../store/port.ts';
import { TOLD_AT } from './export-facts.ts';
import { printTime } from './format.ts';
import type { ImportPlan } from './plan.ts';
import { importConnector } from './told.ts';

const NAME = /^[!-~]{1,200}$/;

/** Errors: USAGE for what cannot be a name. */
export function checkImportName(name: string): string {
  if (NAME.test(name)) return name;
  throw new CodedError(
    'USAGE',
    `the name of an import is 1 to 200 characters of ASCII without blanks, got \`${name.slice(0, 80)}\`: give one with --name`,
  );
}

/** Gives the snapshot in which all of it holds. Errors: IMPORT, STORE_FULL, STORE_BUSY: nothing was changed. */
export async function importFacts(store: Store, plan: ImportPlan, { name }: { readonly name: string }): Promise<SnapshotInfo> {
  const connector = importConnector(checkImportName(name));
  const { at, counts, stale } = plan;
  const report = { import: name, ...counts, stale, ...(at === null ? {} : { [TOLD_AT]: printTime(at) }) };
  const run = await store.startRun(connector);
  const scopes = new Map([...plan.fresh, ...plan.unread].map((scope): [string, ScopeOutcome] => [scope, 'complete']));
  let snapshot: SnapshotInfo;
  try {
    snapshot = await run.commit({ facts: plan.facts(), scopes, closeUnlisted: true, report });
  } catch (error) {
    await abandon(run);
    throw error;
  }
  if (plan.unread.size === 0) return snapshot;
  const unread = new Map([...plan.unread].map((scope): [string, ScopeOutcome] => [scope, 'unread']));
  const again = await store.startRun(connector);
  return again.commit({ facts: [], scopes: unread, closeUnlisted: false, report });
}

/** What failed is told, not that tidying up after it failed too: an unfinished run is invisible. */
async function abandon(run: Run): Promise<void> {
  try {
    await run.abandon();
  } catch (error) {
    if (!isCodedError(error)) throw error;
  }
}
