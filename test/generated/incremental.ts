/**
 * What a second run costs, counted in calls: a generated workspace that nobody changed is read, and read again later, with and
 * without a key of its organisation, with and without an allowed age.
 */
import type { SyncReport } from '../../ingest/report.ts';
import { openOrganised } from '../ingest/organisation.ts';
import { Dice, seededSource } from '../twin/dice.ts';
import { generateWorkspace } from './generate-workspace.ts';

export interface IncrementalSize {
  readonly repositories: number;
  readonly seed?: number;
}

/** Calls of a run, its share of the first run's, and what it kept. */
export interface IncrementalRun {
  readonly calls: number;
  /** Calls to the organisation, which has limits of its own; 0 without a key. */
  readonly organisationCalls: number;
  readonly share: number;
  readonly proved: number;
  readonly young: number;
}

export interface IncrementalFigures {
  readonly first: IncrementalRun;
  /** A day later: nothing is kept, ... */
  readonly plain: IncrementalRun;
  /** ... what the log proves is kept, and the rest is read, ... */
  readonly withLog: IncrementalRun;
  /** ... what the log proves is kept, and of the rest what was read within the week. */
  readonly withLogAndAge: IncrementalRun;
  /** A month later: what the log proves is kept, the rest is older than a week. */
  readonly withLogLater: IncrementalRun;
  /** A month later without a key: everything is older than a week. */
  readonly ageLater: IncrementalRun;
}

const DAY_MS = 24 * 3_600_000;
const WEEK = { maxAgeMs: 7 * DAY_MS };
const SEED = 20261124;
/** The limit is not what is measured. */
const budget = { callsPerHour: 1_000_000, whenSpent: 'stop' } as const;

/** Cost: five times the calls of a whole run over the workspace, on loopback. */
export async function measureIncremental({ repositories, seed = SEED }: IncrementalSize): Promise<IncrementalFigures> {
  const size = { users: 30, groups: 10, projects: Math.max(2, Math.round(repositories / 40)), repositories };
  const organised = await openOrganised({ workspace: generateWorkspace(new Dice(seededSource(seed)), size) });
  const { sample } = organised;
  try {
    const first = (await organised.sync({ budget })).report;
    const toldOf = (report: SyncReport) => toRun(report, first.calls);
    const later = async (days: number, run: () => ReturnType<typeof sample.sync>) => {
      sample.clock.at += days * DAY_MS;
      return toldOf((await run()).report);
    };
    const named = { budget, workspaces: [sample.server.workspace.slug] };
    const withLog = await later(1, () => organised.sync({ budget }));
    const withLogAndAge = await later(1, () => organised.sync({ budget, ...WEEK }));
    const withLogLater = await later(30, () => organised.sync({ budget, ...WEEK }));
    const ageLater = await later(30, () => sample.sync({ ...named, ...WEEK }));
    const plain = await later(1, () => sample.sync(named));
    return { first: toldOf(first), plain, withLog, withLogAndAge, withLogLater, ageLater };
  } finally {
    await organised.close();
  }
}

function toRun({ calls, incremental, organisation }: SyncReport, first: number): IncrementalRun {
  const { proved, young } = incremental;
  return { calls, organisationCalls: organisation?.calls ?? 0, share: calls / first, proved, young };
}
