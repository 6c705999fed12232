/** Occurrences of facts out of the rows of the SQLite store: a row is one statement. */
import type { StatementSync } from 'node:sqlite';
import { invariant } from '../errors.ts';
import type { Fact, Occurrence, Source } from '../fact.ts';
import { type Readings, type Statement, occurrencesOf as statedOccurrences } from './occurrence.ts';
import { OUTCOMES } from './scope-outcomes.ts';
import type { Row } from './sqlite-rows.ts';

/** What the readings up to an instant say of the rows of a scope. Answers are remembered: many rows share a scope. */
export class ReadingsAt implements Readings {
  readonly #at: number;
  readonly #lastReading: StatementSync;
  readonly #meeting: StatementSync;
  /** When the last reading failed, by scope; -Infinity where it did not. */
  readonly #unreadAt = new Map<number, number>();
  /** By scope and instant of opening. */
  readonly #sources = new Map<string, Source>();

  constructor(statement: (sql: string) => StatementSync, at: number) {
    this.#at = at;
    this.#lastReading = statement('SELECT at, outcome FROM reading WHERE scope = ? AND at <= ? ORDER BY at DESC LIMIT 1');
    this.#meeting = statement(
      `SELECT s.connector, e.path AS endpoint, run.id AS run, r.fetched_at AS fetchedAt
       FROM reading r JOIN scope s ON s.id = r.scope JOIN endpoint e ON e.id = r.endpoint JOIN run ON run.committed_at = r.at
       WHERE r.scope = ? AND r.at <= ? AND (r.outcome = ${OUTCOMES.complete} OR r.at = ? OR ?) ORDER BY r.at DESC LIMIT 1`,
    );
  }

  /** A row that the failed reading itself opened was met by it. */
  isStale({ scope, from }: { scope: number; from: number }): boolean {
    let unreadAt = this.#unreadAt.get(scope);
    if (unreadAt === undefined) {
      const last = this.#lastReading.get(scope, this.#at);
      unreadAt = last?.['outcome'] === OUTCOMES.unread ? Number(last['at']) : -Infinity;
      this.#unreadAt.set(scope, unreadAt);
    }
    return from < unreadAt;
  }

  /** A gap that holds was met by whatever reading was last. */
  source({ scope, from, isGap }: { scope: number; from: number; isGap: boolean }): Source {
    const id = isGap ? `${scope}` : `${scope} ${from}`;
    const known = this.#sources.get(id);
    if (known !== undefined) return known;
    const source = this.#meeting.get(scope, this.#at, from, isGap ? 1 : 0) as unknown as Source | undefined;
    invariant(source !== undefined, `a statement of scope ${scope} has a reading`);
    this.#sources.set(id, { ...source });
    return { ...source };
  }
}

interface OccurrenceRequest<F extends Fact> {
  readonly factOf: (row: Row) => F;
  readonly at: number;
  readonly readings: ReadingsAt;
  /** The newest commit that may speak: of later ones nothing is known yet. */
  readonly knownAt?: number;
}

/** The occurrences at an instant, ordered by fact id. `rows` are all statements of the facts that are wanted, whatever their instant. */
export function occurrencesOf<F extends Fact>(rows: readonly Row[], { factOf, ...request }: OccurrenceRequest<F>): Occurrence<F>[] {
  const stated = rows.map(
    (row): Statement<F> => ({
      fact: factOf(row),
      scope: row['scope'] as number,
      connector: (row['connector'] as string | undefined) ?? '',
      from: row['valid_from'] as number,
      to: (row['valid_to'] as number | null) ?? Infinity,
    }),
  );
  return statedOccurrences(stated, request);
}
