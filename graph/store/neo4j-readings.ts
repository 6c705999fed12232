/**
 * What the readings up to an instant say of statements: which are stale, and where each was met last.
 *
 * INVARIANT: asked for all statements of an answer at once, so that the number of round trips does not grow with the answer.
 */
import { invariant } from '../errors.ts';
import type { Fact, Source } from '../fact.ts';
import type { ReadFrame } from './neo4j-frame.ts';
import { newestReading } from './neo4j-rows.ts';
import type { Row } from './neo4j-values.ts';
import type { Readings, Statement } from './occurrence.ts';
import { OUTCOMES } from './scope-outcomes.ts';

/** A statement as far as readings speak of it: [scope, validFrom, is it of a gap]. */
type Met = readonly [scope: number, from: number, isGap: boolean];

/** A gap that holds was met by whatever reading was last; all else by one that read its scope to the end, or that opened it. */
const READINGS = `UNWIND $met AS each
MATCH (c:GrantpathScope {tenant: $tenant, number: each[0]})
CALL (each) {
  MATCH (r:GrantpathReading {tenant: $tenant, scope: each[0]}) WHERE r.at <= $at
  RETURN r AS last ORDER BY ${newestReading('r')} LIMIT 1
}
CALL (each) {
  MATCH (r:GrantpathReading {tenant: $tenant, scope: each[0]})
  WHERE r.at <= $at AND (r.outcome = ${OUTCOMES.complete} OR r.at = each[1] OR each[2])
  RETURN r AS meeting ORDER BY ${newestReading('r')} LIMIT 1
}
MATCH (run:GrantpathRun {tenant: $tenant, committedAt: meeting.at})
RETURN each[0] AS scope, each[1] AS from, each[2] AS isGap,
  CASE last.outcome WHEN ${OUTCOMES.unread} THEN last.at END AS unreadAt,
  c.connector AS connector, meeting.endpoint AS endpoint, run.id AS run, meeting.fetchedAt AS fetchedAt`;

/** When the last reading of each scope failed, by scope; scopes whose last reading did not fail are left out. */
export async function readUnread(frame: ReadFrame): Promise<Map<number, number>> {
  // Failed readings are few: only their scopes are asked whether one came later.
  const rows = await frame.rows(
    `MATCH (r:GrantpathReading) WHERE r.tenant = $tenant AND r.scope >= 0 AND r.at <= $at AND r.outcome = ${OUTCOMES.unread}
     WITH r.scope AS scope, max(r.at) AS at
     WHERE NOT EXISTS {
       MATCH (later:GrantpathReading {tenant: $tenant, scope: scope}) WHERE later.at > at AND later.at <= $at
     }
     RETURN scope, at`,
  );
  return new Map(rows.map(({ scope, at }) => [scope as number, at as number]));
}

/** Those of the statements that hold at the instant; of the others nothing is asked. */
export function readReadings(frame: ReadFrame, statements: readonly Statement<Fact>[]): Promise<Neo4jReadings> {
  const open = statements.filter(({ from, to }) => from <= frame.at && frame.at < to);
  return readMeetings(
    frame,
    open.map(({ scope, from, fact }) => [scope, from, fact.type === 'gap']),
  );
}

export async function readMeetings(frame: ReadFrame, met: readonly Met[]): Promise<Neo4jReadings> {
  const distinct = new Map(met.map((each) => [each.join(' '), each]));
  if (distinct.size === 0) return new Neo4jReadings([]);
  return new Neo4jReadings(await frame.rows(READINGS, { met: [...distinct.values()] }));
}

export class Neo4jReadings implements Readings {
  readonly #rows: ReadonlyMap<string, Row>;

  constructor(rows: readonly Row[]) {
    this.#rows = new Map(rows.map((row) => [[row['scope'], row['from'], row['isGap']].join(' '), row]));
  }

  /** A statement that the failed reading itself opened was met by it. */
  isStale({ scope, from }: { scope: number; from: number }): boolean {
    const { unreadAt } = this.#row(scope, from, false);
    return unreadAt !== null && from < (unreadAt as number);
  }

  source({ scope, from, isGap }: { scope: number; from: number; isGap: boolean }): Source {
    const row = this.#row(scope, from, isGap);
    return {
      connector: row['connector'] as string,
      endpoint: row['endpoint'] as string,
      run: row['run'] as string,
      fetchedAt: row['fetchedAt'] as number,
    };
  }

  #row(scope: number, from: number, isGap: boolean): Row {
    const row = this.#rows.get([scope, from, isGap].join(' '));
    invariant(row !== undefined, `a statement of scope ${scope} has a reading`);
    return row;
  }
}
