/**
 * Occurrences of facts out of the rows that state them: the interval without a break, what is stale, and the sources.
 *
 * A row is one statement: a scope, an interval, a content. What several say at an instant is for `spokenFact` to tell. An
 * occurrence is the longest interval in which one content is spoken.
 */
import type { StatementSync } from 'node:sqlite';
import { invariant } from '../errors.ts';
import { contentText, type Fact, type FactId, factId, type NodeKey, type Occurrence, type Source } from '../fact.ts';
import { spokenFact } from './spoken.ts';
import type { Row } from './sqlite-rows.ts';
import { OUTCOMES } from './sqlite-schema.ts';

interface Statement<F extends Fact> {
  readonly fact: F;
  readonly content: string;
  readonly scope: number;
  /** Of nodes alone, '' of other facts. */
  readonly connector: string;
  /** Of the row. */
  readonly from: number;
  readonly to: number;
  /** When the scope began to state this content: rows that follow each other without a break are one statement. */
  opened: number;
}

/** What the readings up to an instant say of the rows of a scope. Answers are remembered: many rows share a scope. */
export class ReadingsAt {
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
export function occurrencesOf<F extends Fact>(rows: readonly Row[], request: OccurrenceRequest<F>): Occurrence<F>[] {
  const { factOf, at, readings, knownAt = Infinity } = request;
  const byId = new Map<NodeKey | FactId, Statement<F>[]>();
  for (const row of rows) {
    const from = row['valid_from'] as number;
    const to = (row['valid_to'] as number | null) ?? Infinity;
    if (from > knownAt) continue;
    const fact = factOf(row);
    // A node is the same one though its kind, which is part of the id, may change.
    const id = fact.type === 'node' ? fact.key : factId(fact);
    const statement: Statement<F> = {
      fact,
      content: JSON.stringify(fact),
      scope: row['scope'] as number,
      connector: (row['connector'] as string | undefined) ?? '',
      from,
      to: to > knownAt ? Infinity : to,
      opened: from,
    };
    const known = byId.get(id);
    if (known === undefined) byId.set(id, [statement]);
    else known.push(statement);
  }
  const found: [FactId, Occurrence<F>][] = [];
  for (const statements of byId.values()) {
    joinRows(statements);
    const fact = spokenAt(statements, at);
    if (fact === null) continue;
    const open = statements.filter(({ from, to }) => from <= at && at < to);
    const [validFrom, validTo] = intervalOf(statements, contentText(fact), at);
    const occurrence = {
      fact,
      validFrom,
      validTo: validTo === Infinity ? null : validTo,
      stale: fact.type !== 'gap' && open.every((statement) => readings.isStale(statement)),
      sources: open.map(({ scope, from }) => readings.source({ scope, from, isGap: fact.type === 'gap' })).sort(bySource),
    };
    found.push([factId(fact), occurrence]);
  }
  return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, occurrence]) => occurrence);
}

function joinRows(statements: Statement<Fact>[]): void {
  if (statements.length === 1) return;
  statements.sort((a, b) => a.from - b.from);
  for (const [at, statement] of statements.entries()) {
    const { scope, content, from } = statement;
    const before = statements.slice(0, at).find((each) => each.to === from && each.scope === scope && each.content === content);
    if (before !== undefined) statement.opened = before.opened;
  }
}

function spokenAt<F extends Fact>(statements: readonly Statement<F>[], at: number): F | null {
  const open = statements.filter(({ from, to }) => from <= at && at < to);
  open.sort((a, b) => a.opened - b.opened || a.scope - b.scope);
  return open.length === 0 ? null : spokenFact(open);
}

/** How far to both sides of the instant the same content is spoken: from one change of a statement to the next. */
function intervalOf(statements: readonly Statement<Fact>[], content: string, at: number): [number, number] {
  const [only] = statements;
  if (statements.length === 1 && only !== undefined) return [only.from, only.to];
  const changes = [...new Set(statements.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const here = changes.findLastIndex((instant) => instant <= at);
  const speaks = (change: number) => {
    const fact = spokenAt(statements, changes[change] as number);
    return fact !== null && contentText(fact) === content;
  };
  let first = here;
  while (first > 0 && speaks(first - 1)) first--;
  let next = here + 1;
  while (next < changes.length && speaks(next)) next++;
  return [changes[first] as number, changes[next] ?? Infinity];
}

function bySource(a: Source, b: Source): number {
  const [left, right] = [`${a.connector} ${a.endpoint}`, `${b.connector} ${b.endpoint}`];
  return left < right ? -1 : left > right ? 1 : a.fetchedAt - b.fetchedAt;
}
