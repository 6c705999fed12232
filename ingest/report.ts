/**
 * What a run says of itself when it ends: stored with its snapshot, printed by the command line.
 */
import { invariant } from '../graph/errors.ts';
import { edgeId, type Fact, factId, type GapFact, type NodeKey, type Ref, type StatedFact } from '../graph/fact.ts';
import type { BucketSpending } from './budget.ts';
import type { CredentialSpending } from './credential-pool.ts';
import type { HttpCounters } from './http.ts';

/** A row of the upstream's own effective listing that the computed answer does not agree with. */
export interface Finding {
  readonly user: NodeKey;
  readonly resource: NodeKey;
  /** The upstream's level. */
  readonly reported: string;
  /** The computed level, null for none. */
  readonly computed: string | null;
  /** One sentence for people. */
  readonly detail: string;
  /** Why that is computed: the nearest proof in the notation, or why there is none. */
  readonly computedBecause: string;
}

/** A finding with the row that speaks against what is computed. */
export interface ReportedFinding extends Finding {
  /** Where the row was read, and when, milliseconds since 1970. */
  readonly reportedBecause: { readonly endpoint: string; readonly fetchedAt: number };
}

export interface Comparison {
  readonly agree: number;
  readonly differ: number;
  /** Rows on which the computed answer is not definite. */
  readonly notComparable: number;
  /** At most `DISAGREEMENTS_MAX`; `differ` counts all. */
  readonly findings: readonly Finding[];
}

/**
 * Compares the listing among the facts (REPORTED edges) with what the others give. Handed in by whoever has an engine. The facts may
 * be gone through several times; one may come several times.
 */
export type Compare = (facts: Iterable<Fact>) => Promise<Comparison>;

export interface EndpointCoverage {
  readonly endpoint: string;
  readonly path: string;
  /** Scopes read to their end, scopes that cannot be read, scopes that the run did not come to. */
  readonly complete: number;
  /** Of the complete ones, those whose reading is of an earlier run and young enough to be kept. */
  readonly kept: number;
  /** When the oldest page of the complete ones was fetched, milliseconds since 1970; null where there is none. */
  readonly oldestAt: number | null;
  readonly unread: number;
  readonly left: number;
  readonly items: number;
}

export interface ReportedGap {
  readonly scope: Ref;
  readonly hides: string;
  readonly reason: string;
  readonly subject: Ref | '';
  readonly detail: string;
}

export interface Incremental {
  /** Readings that came to their end, made or kept. */
  readonly readings: number;
  readonly proved: number;
  readonly young: number;
  /** Calls that the kept readings took when they were made, and did not take now. */
  readonly callsSaved: number;
  /** Of the calls of a run that reads everything, the share that this one made; 1 where nothing was kept. */
  readonly share: number;
}

export interface OrganisationReport {
  readonly calls: number;
  /** The audit log covers readings made after it, milliseconds since 1970; null where it proves nothing. */
  readonly coveredFrom: number | null;
  /** What the audit log proves held at this time or later; null where it proves nothing. */
  readonly provenUntil: number | null;
  /** Events that are or may be of the workspace. */
  readonly events: number;
  /** What keeps it from more, one sentence each with what to do. */
  readonly notes: readonly string[];
}

export type SyncReport = Readonly<{
  workspace: string;
  /** The container's name for people. */
  ref: Ref;
  calls: number;
  retries: number;
  /** In the bucket of most calls. */
  budgetLeft: number;
  /** What was spent of each of the upstream's limits, that of most calls first. */
  buckets: readonly BucketSpending[];
  waitedMs: number;
  /** What each credential spent on this run, told by position and kind. */
  credentials: readonly CredentialSpending[];
  durationMs: number;
  /** Why the run stopped before its end, null where it did not. */
  stopped: 'budget' | null;
  /** Pages of an interrupted run that were not read again. */
  resumedPages: number;
  /** How old a reading could be that was kept; 0 where everything was read. */
  maxAgeMs: number;
  /** What was not read again, because the audit log or its age says so. */
  incremental: Incremental;
  /** What the organisation API gave; null where no key is given. */
  organisation: OrganisationReport | null;
  /** What the credential was granted, as far as the upstream says. */
  grantedScopes: readonly string[];
  facts: number;
  /** At most `REPORTED_GAPS_MAX`; `gapCount` counts all. */
  gaps: readonly ReportedGap[];
  gapCount: number;
  coverage: readonly EndpointCoverage[];
  agree: number;
  differ: number;
  notComparable: number;
  /** At most `DISAGREEMENTS_MAX`; `differ` counts all, and the saved question `listing-differences` lists all. */
  disagreements: readonly ReportedFinding[];
}>;

export const REPORTED_GAPS_MAX = 500;
export const DISAGREEMENTS_MAX = 500;

export interface ReportInput {
  readonly workspace: string;
  /** May hold one several times. */
  readonly facts: Iterable<StatedFact>;
  /** How many different ones. */
  readonly factCount: number;
  readonly counters: HttpCounters;
  readonly durationMs: number;
  readonly stopped: 'budget' | null;
  readonly resumedPages: number;
  readonly maxAgeMs: number;
  readonly incremental: Incremental;
  readonly organisation: OrganisationReport | null;
  readonly grantedScopes: readonly string[];
  readonly coverage: readonly EndpointCoverage[];
  readonly comparison: Comparison | null;
}

export function makeReport(input: ReportInput): SyncReport {
  const { facts, factCount, counters, comparison, workspace, ...rest } = input;
  const gapsById = new Map<string, GapFact>();
  for (const { fact } of facts) if (fact.type === 'gap') gapsById.set(factId(fact), fact);
  const gaps = [...gapsById.values()].sort(byText).slice(0, REPORTED_GAPS_MAX);
  const named = new Set(gaps.flatMap(({ scope, subject }) => [scope, subject]));
  const refByKey = new Map<NodeKey, Ref>();
  for (const { fact } of facts) if (fact.type === 'node' && named.has(fact.key)) refByKey.set(fact.key, fact.ref);
  const refOf = (key: NodeKey) => refByKey.get(key) ?? key;
  return {
    ...rest,
    ...counters,
    workspace,
    ref: `workspace:${workspace}`,
    facts: factCount,
    gaps: gaps.map((gap) => shownGap(gap, refOf)),
    gapCount: gapsById.size,
    agree: comparison?.agree ?? 0,
    differ: comparison?.differ ?? 0,
    notComparable: comparison?.notComparable ?? 0,
    disagreements: withRows((comparison?.findings ?? []).slice(0, DISAGREEMENTS_MAX), facts),
  };
}

/** Each finding with the row of the listing that it speaks of. */
function withRows(findings: readonly Finding[], facts: Iterable<StatedFact>): ReportedFinding[] {
  if (findings.length === 0) return [];
  const idOf = ({ user, reported, resource }: Finding) => edgeId(user, 'REPORTED', reported, resource);
  const wanted = new Set(findings.map(idOf));
  const rows = new Map<string, { endpoint: string; fetchedAt: number }>();
  for (const { fact, endpoint, fetchedAt } of facts) {
    if (fact.type !== 'edge' || fact.kind !== 'REPORTED') continue;
    const id = factId(fact);
    if (wanted.has(id)) rows.set(id, { endpoint, fetchedAt });
  }
  return findings.map((finding) => {
    const reportedBecause = rows.get(idOf(finding));
    invariant(reportedBecause !== undefined, 'a finding speaks of a row of the listing');
    return { ...finding, reportedBecause };
  });
}

function byText(a: GapFact, b: GapFact): number {
  return factId(a) < factId(b) ? -1 : 1;
}

function shownGap({ scope, hides, reason, subject, detail }: GapFact, refOf: (key: NodeKey) => Ref): ReportedGap {
  return { scope: refOf(scope), hides, reason, subject: subject === '' ? '' : refOf(subject), detail };
}
