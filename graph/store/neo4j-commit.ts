/**
 * A commit: what changes is worked out, written, and visible at once.
 *
 * A change that fits is one transaction. A larger one is marked first (`applying`), written in several transactions whose statements
 * begin and end at an instant that no read knows of yet, and made visible by the last one, which moves `lastAt`. Where that does not
 * come to its end, what was written is taken back: at once, or by the next run.
 */
import { CodedError, invariant, isCodedError } from '../errors.ts';
import { IMPLIED_SCOPE } from './implied.ts';
import { stepsOf } from './neo4j-apply.ts';
import { rowsThrough, type StoreBefore, StoreReader } from './neo4j-before.ts';
import type { Changes } from './neo4j-changes.ts';
import { refreshDerived, refreshDerivedInBatches } from './neo4j-derived.ts';
import type { Neo4jDoor, UnitOfWork } from './neo4j-driver.ts';
import type { Lease } from './neo4j-lease.ts';
import { planCommit } from './neo4j-plan.ts';
import { rollBack } from './neo4j-rollback.ts';
import { runSteps, STEP_ROWS, type Step } from './neo4j-steps.ts';
import type { RunCommit, SnapshotInfo } from './port.ts';

export interface CommitLimits {
  /** Changed statements of a change that is one transaction: what a server with little memory holds. */
  readonly transactionFacts: number;
  /** Rows of each transaction of a larger change. */
  readonly batchRows: number;
}

const LIMITS: CommitLimits = { transactionFacts: 100_000, batchRows: 20_000 };
/** Time for the one transaction of a change that fits: it is longer than that of a question. */
const TRANSACTION_MS = 600_000;

export interface CommitContext {
  readonly door: Neo4jDoor;
  readonly tenant: string;
  readonly lease: Lease;
  /** The clock, milliseconds since 1970. */
  readonly now: () => number;
  /** For tests. */
  readonly limits?: Partial<CommitLimits> | undefined;
}

interface CommittedRun {
  readonly id: string;
  readonly connector: string;
}

/** Errors: STORE_FULL, STORE_BUSY, STORE_UNREACHABLE; nothing was written then, or it is taken back by the next run. */
export async function commitRun(context: CommitContext, run: CommittedRun, commit: RunCommit): Promise<SnapshotInfo> {
  const { door, tenant, now } = context;
  const reader = new StoreReader(tenant, rowsThrough(door));
  const before = await readBefore(context, reader, { connector: run.connector, commit });
  const at = Math.max(Math.floor(now()), before.lastAt + 1);
  const changes = await planCommit(commit, { reader, connector: run.connector, before, at });
  const report = JSON.stringify(commit.report);
  const counters = { node: before.nextNode, scope: before.nextScope };
  const finish = (unit: UnitOfWork) => finishRun(unit, { tenant, changes, counters, run, report });
  try {
    if (changes.size <= limitsOf(context).transactionFacts) await writeAtOnce(context, changes, finish);
    else await writeInBatches(context, changes, counters, finish);
  } catch (error) {
    if (!(await isCommitted(context, run, at, error))) throw error;
  }
  return { id: run.id, at, connector: run.connector, report: JSON.parse(report) as SnapshotInfo['report'] };
}

/** A commit that lost its connection may have left a change half-way, and is tried again in the same run. */
async function readBefore(
  context: CommitContext,
  reader: StoreReader,
  { connector, commit }: { readonly connector: string; readonly commit: RunCommit },
): Promise<StoreBefore> {
  // What closes scopes that it does not list must know of all.
  const names = commit.closeUnlisted ? null : [IMPLIED_SCOPE, ...commit.scopes.keys()];
  const before = await reader.before(connector, names);
  if (!before.isHalfWay) return before;
  await rollBack(context);
  return reader.before(connector, names);
}

async function writeAtOnce({ tenant, lease }: CommitContext, changes: Changes, finish: (unit: UnitOfWork) => Promise<void>): Promise<void> {
  const work = async (unit: UnitOfWork) => {
    await runSteps(unit, stepsOf({ tenant, changes }));
    await refreshDerived(unit, tenant, changes.touched());
  };
  await lease.writeStatements(work, { transactionMs: TRANSACTION_MS, last: finish });
}

async function writeInBatches(
  context: CommitContext,
  changes: Changes,
  counters: { readonly node: number; readonly scope: number },
  finish: (unit: UnitOfWork) => Promise<void>,
): Promise<void> {
  const { tenant, lease } = context;
  const { batchRows } = limitsOf(context);
  await lease.write((unit) => unit.run(MARK, { tenant, at: changes.at, ...counters }), { isRepeatable: true });
  try {
    const steps = stepsOf({ tenant, changes, stepRows: Math.min(STEP_ROWS, batchRows) });
    for (const batch of batchesOf(steps, batchRows)) await lease.writeStatements((unit) => runSteps(unit, batch));
    await refreshDerivedInBatches((work) => lease.write(work), tenant, changes.touched());
    await lease.writeStatements(async () => {}, { last: finish });
  } catch (error) {
    // With a lost connection or a lost lease it is for the next run to do.
    if (!isCodedError(error, 'STORE_BUSY') && !isUnknown(error)) await rollBack(context).catch(() => {});
    throw error;
  }
}

function limitsOf({ limits }: CommitContext): CommitLimits {
  return { ...LIMITS, ...limits };
}

function* batchesOf(steps: Iterable<Step>, rowsMax: number): Generator<Step[]> {
  let [batch, rows]: [Step[], number] = [[], 0];
  for (const step of steps) {
    batch.push(step);
    rows += step.rows;
    if (rows < rowsMax) continue;
    yield batch;
    [batch, rows] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

interface Finish {
  readonly tenant: string;
  readonly changes: Changes;
  readonly counters: { readonly node: number; readonly scope: number };
  readonly run: CommittedRun;
  readonly report: string;
}

async function finishRun(unit: UnitOfWork, { tenant, changes, counters, run, report }: Finish): Promise<void> {
  const { records } = await unit.run(FINISH, {
    tenant,
    run: run.id,
    report,
    at: changes.at,
    node: counters.node + changes.newNodes.length,
    scope: counters.scope + changes.newScopes.length,
  });
  invariant(records.length === 1, 'a run that is being committed is in the store');
}

/** Whether a commit of which the answer was lost was done. */
async function isCommitted({ door, tenant }: CommitContext, run: CommittedRun, at: number, error: unknown): Promise<boolean> {
  if (!isUnknown(error)) return false;
  const cypher = 'MATCH (r:GrantpathRun {tenant: $tenant, id: $run}) RETURN r.committedAt AS at';
  // While the server is away the failure stands, and says itself that nobody knows.
  const [row] = await door.readRows(cypher, { tenant, run: run.id }).catch(() => []);
  return row?.['at'] === at;
}

function isUnknown(error: unknown): boolean {
  return error instanceof CodedError && error.details['isWritten'] === null;
}

const MARK = `MATCH (s:GrantpathStore {tenant: $tenant})
  SET s.applying = $at, s.applyingNode = $node, s.applyingScope = $scope`;

const FINISH = `MATCH (r:GrantpathRun {tenant: $tenant, id: $run}) WHERE r.committedAt IS NULL
  SET r.committedAt = $at, r.report = $report
  WITH r MATCH (s:GrantpathStore {tenant: $tenant})
  SET s.lastAt = $at, s.commits = s.commits + 1, s.nextNode = $node, s.nextScope = $scope
  REMOVE s.applying, s.applyingNode, s.applyingScope
  RETURN r.id AS id`;
