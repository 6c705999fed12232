/**
 * Occurrences of facts out of the statements that a store keeps of them: the interval without a break, what is stale, the sources.
 *
 * A statement is one scope, one interval, one content. What several say at an instant is for `spokenFact` to tell. An occurrence is
 * the longest interval in which one content is spoken.
 */
import { contentText, type EdgeFact, type Fact, type FactId, factId, type NodeKey, type Occurrence, type Source } from '../fact.ts';
import type { SourceCount } from './port.ts';
import { spokenFact } from './spoken.ts';

/** One statement as a store keeps it. */
export interface Statement<F extends Fact = Fact> {
  readonly fact: F;
  readonly scope: number;
  /** Of nodes alone, '' of other facts. */
  readonly connector: string;
  readonly from: number;
  /** Infinity while it is open. */
  readonly to: number;
}

interface JoinedStatement<F extends Fact> extends Statement<F> {
  readonly content: string;
  /** When the scope began to state this content: statements that follow each other without a break are one. */
  opened: number;
}

/** What the readings up to an instant say of a statement of a scope. */
export interface Readings {
  isStale(statement: { readonly scope: number; readonly from: number }): boolean;
  source(statement: { readonly scope: number; readonly from: number; readonly isGap: boolean }): Source;
}

export interface OccurrenceRequest {
  readonly at: number;
  readonly readings: Readings;
  /** The newest commit that may speak: of later ones nothing is known yet. */
  readonly knownAt?: number;
}

/** The occurrences at an instant, ordered by fact id. `stated` is all that was ever stated of the facts that are wanted. */
export function occurrencesOf<F extends Fact>(stated: Iterable<Statement<F>>, request: OccurrenceRequest): Occurrence<F>[] {
  const { at, readings, knownAt = Infinity } = request;
  const byId = new Map<NodeKey | FactId, JoinedStatement<F>[]>();
  for (const { fact, scope, connector, from, to } of stated) {
    if (from > knownAt) continue;
    // A node is the same one though its kind, which is part of the id, may change.
    const id = fact.type === 'node' ? fact.key : factId(fact);
    const statement: JoinedStatement<F> = {
      fact,
      content: JSON.stringify(fact),
      scope,
      connector,
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
    joinStatements(statements);
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

function joinStatements(statements: JoinedStatement<Fact>[]): void {
  if (statements.length === 1) return;
  statements.sort((a, b) => a.from - b.from);
  for (const [at, statement] of statements.entries()) {
    const { scope, content, from } = statement;
    const before = statements.slice(0, at).find((each) => each.to === from && each.scope === scope && each.content === content);
    if (before !== undefined) statement.opened = before.opened;
  }
}

function spokenAt<F extends Fact>(statements: readonly JoinedStatement<F>[], at: number): F | null {
  const open = statements.filter(({ from, to }) => from <= at && at < to);
  open.sort((a, b) => a.opened - b.opened || a.scope - b.scope);
  return open.length === 0 ? null : spokenFact(open);
}

/** How far to both sides of the instant the same content is spoken: from one change of a statement to the next. */
function intervalOf(statements: readonly JoinedStatement<Fact>[], content: string, at: number): [number, number] {
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

/** Occurrences of edges by id, in the order asked; those that do not hold are left out. */
export function byAskedId(ids: readonly FactId[], occurrences: readonly Occurrence<EdgeFact>[]): Map<FactId, Occurrence<EdgeFact>> {
  const byId = new Map(occurrences.map((occurrence) => [factId(occurrence.fact), occurrence]));
  return new Map(ids.flatMap((id) => (byId.has(id) ? [[id, byId.get(id) as Occurrence<EdgeFact>]] : [])));
}

export type ToldEdge = EdgeFact & { stale: boolean };

/**
 * Edges with their staleness out of the statements that hold: what one scope states is its statement. Only where several state an
 * edge must its occurrence be worked out: those are `several`, and what is set for them afterwards counts.
 */
export class ToldEdges {
  readonly several = new Set<FactId>();
  readonly #byId = new Map<FactId, ToldEdge>();

  add(fact: EdgeFact, stale: boolean): void {
    const id = factId(fact);
    if (this.#byId.has(id)) this.several.add(id);
    this.#byId.set(id, { ...fact, stale });
  }

  settle(occurrences: ReadonlyMap<FactId, Occurrence<EdgeFact>>): void {
    for (const [id, { fact, stale }] of occurrences) this.#byId.set(id, { ...fact, stale });
  }

  /** Ordered by fact id. */
  edges(): ToldEdge[] {
    return [...this.#byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, edge]) => edge);
  }
}

/** Statements of one scope and one instant of opening, of gaps or of other facts. */
export interface StatementGroup {
  readonly scope: number;
  readonly from: number;
  readonly isGap: boolean;
  readonly count: number;
}

/** Statements that hold, by connector and endpoint, in this order. Gaps are not counted. */
export function sourceCounts(groups: Iterable<StatementGroup>, readings: Readings): SourceCount[] {
  const totals = new Map<string, { source: SourceCount['source']; facts: number; stale: number; newestAt: number }>();
  for (const { count, ...statement } of groups) {
    const { connector, endpoint, fetchedAt } = readings.source(statement);
    const name = `${connector} ${endpoint}`;
    const total = totals.get(name) ?? { source: { connector, endpoint }, facts: 0, stale: 0, newestAt: fetchedAt };
    if (!statement.isGap) total.facts += count;
    if (!statement.isGap && readings.isStale(statement)) total.stale += count;
    total.newestAt = Math.max(total.newestAt, fetchedAt);
    totals.set(name, total);
  }
  return [...totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
}
