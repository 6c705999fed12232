/**
 * Facts of the memory store and how a commit changes them.
 *
 * Kept the plain way: every scope has its open statements, every fact the list of its occurrences, and a commit extends both.
 * INVARIANT: `commit` looks at everything that can be wrong before it changes anything.
 */
import { invariant } from '../errors.ts';
import {
  contentText,
  type Fact,
  type FactId,
  factId,
  type NodeFact,
  type NodeKey,
  type Occurrence,
  type Props,
  refWord,
  type Source,
  type StatedFact,
} from '../fact.ts';
import { plainNode } from '../notation.ts';
import type { RunCommit, ScopeOutcome } from './port.ts';
import { spokenFact } from './spoken.ts';

/** One try to read a scope. */
interface Reading {
  readonly at: number;
  readonly outcome: ScopeOutcome;
  readonly source: Source;
}

/** One scope's word for one content of a fact. */
interface Statement {
  readonly scope: Scope;
  readonly fact: Fact;
  readonly text: string;
  readonly from: number;
  to: number;
  /** The readings that met it, oldest first. */
  readonly met: Reading[];
}

interface Scope {
  /** In the order of being known. */
  readonly number: number;
  readonly connector: string;
  readonly name: string;
  readonly open: Map<Identity, Statement>;
  readonly readings: Reading[];
  /** Until it is read again. */
  gone: boolean;
  /** When it was last found gone; readings of before count no more. */
  goneAt: number;
}

interface Held {
  readonly fact: Fact;
  readonly text: string;
  readonly from: number;
  to: number;
}

/** All that is known of one fact, or of one node whatever the kind. */
interface FactHistory {
  readonly statements: Statement[];
  /** What holds when, oldest first. */
  readonly held: Held[];
}

interface CommitFrame {
  readonly run: string;
  readonly connector: string;
  readonly at: number;
}

/** What makes a fact the same one: of a node its key, of others the id. */
type Identity = NodeKey | FactId;

interface ScopeRead {
  readonly outcome: ScopeOutcome;
  readonly stated: readonly StatedFact[];
  readonly frame: CommitFrame;
  readonly touched: Set<Identity>;
}

/** The scope of nodes that the store itself states. */
const IMPLIED_SCOPE = '';
const IMPLIED_WORDS = ['anonymous', 'scope'];

export class History {
  readonly #facts = new Map<Identity, FactHistory>();
  readonly #scopes = new Map<string, Scope>();
  /** Store ids: numbers in the order of becoming known. */
  readonly #idByKey = new Map<NodeKey, number>();

  /** Everything that holds at the instant, ordered by fact id. */
  at(instant: number): Occurrence[] {
    const found = [...this.#facts.values()].flatMap((history) => this.#occurrence(history, instant) ?? []);
    return found.sort((a, b) => (factId(a.fact) < factId(b.fact) ? -1 : 1));
  }

  occurrence(id: Identity, instant: number): Occurrence | null {
    const history = this.#facts.get(id);
    return history === undefined ? null : this.#occurrence(history, instant);
  }

  /** Of all facts that ever held. */
  identities(): Identity[] {
    return [...this.#facts.keys()];
  }

  storeId(key: NodeKey): number | undefined {
    return this.#idByKey.get(key);
  }

  scopesOf(connector: string): Scope[] {
    return [...this.#scopes.values()].filter((scope) => scope.connector === connector && scope.name !== IMPLIED_SCOPE && !scope.gone);
  }

  /** Statements that hold at the instant, each with the reading that met it last and whether it is stale. */
  statementsAt(instant: number): { fact: Fact; source: Source; stale: boolean }[] {
    return [...this.#facts.values()]
      .flatMap(({ statements }) => statements.filter((statement) => holds(statement, instant)))
      .map((statement) => ({ fact: statement.fact, source: sourceAt(statement, instant), stale: isStale(statement, instant) }));
  }

  /** Errors: a defect where a fact's scope is not listed or an end has no node; nothing is changed then. */
  commit({ facts, scopes, closeUnlisted }: RunCommit, frame: CommitFrame): void {
    invariant(!scopes.has(IMPLIED_SCOPE), 'a scope has a name');
    const stated = new Map<string, Map<Identity, StatedFact>>([...scopes.keys()].map((name) => [name, new Map()]));
    for (const each of facts) {
      const fact = normal(each.fact);
      const ofScope = stated.get(each.scope);
      invariant(ofScope !== undefined, `the scope \`${each.scope}\` of a fact is listed by its commit`);
      ofScope.set(identityOf(fact), { ...each, fact });
    }
    const implied = this.#impliedNodes([...stated.values()].flatMap((ofScope) => [...ofScope.values()].map(({ fact }) => fact)));
    const touched = new Set<Identity>();
    for (const [name, outcome] of scopes)
      this.#read(this.#scope(frame.connector, name), { outcome, stated: [...(stated.get(name)?.values() ?? [])], frame, touched });
    if (implied.length > 0) this.#imply(implied, frame, touched);
    if (closeUnlisted)
      for (const scope of this.scopesOf(frame.connector)) if (!scopes.has(scope.name)) this.#closeScope(scope, frame.at, touched);
    for (const id of touched) this.#hold(id, frame.at);
  }

  #read(scope: Scope, { outcome, stated, frame, touched }: ScopeRead): void {
    const last = stated.reduce<StatedFact | null>(
      (newest, each) => (newest === null || each.fetchedAt > newest.fetchedAt ? each : newest),
      null,
    );
    const source = { connector: frame.connector, endpoint: last?.endpoint ?? '', run: frame.run, fetchedAt: last?.fetchedAt ?? frame.at };
    const reading: Reading = { at: frame.at, outcome, source };
    scope.readings.push(reading);
    scope.gone = false;
    const ids = new Set(stated.map(({ fact }) => this.#state(scope, fact, reading, touched)));
    for (const [id, statement] of scope.open)
      if (!ids.has(id) && (outcome === 'complete' || statement.fact.type === 'gap')) this.#close(statement, frame.at, touched);
  }

  #state(scope: Scope, fact: Fact, reading: Reading, touched: Set<Identity>): Identity {
    const id = identityOf(fact);
    const text = contentText(fact);
    const open = scope.open.get(id);
    if (open?.text === text) open.met.push(reading);
    else {
      if (open !== undefined) this.#close(open, reading.at, touched);
      const statement: Statement = { scope, fact, text, from: reading.at, to: Infinity, met: [reading] };
      scope.open.set(id, statement);
      this.#history(fact, id).statements.push(statement);
    }
    touched.add(id);
    return id;
  }

  #imply(nodes: readonly NodeFact[], { connector, run, at }: CommitFrame, touched: Set<Identity>): void {
    const reading: Reading = { at, outcome: 'complete', source: { connector, endpoint: 'implied', run, fetchedAt: at } };
    for (const node of nodes) this.#state(this.#scope(connector, IMPLIED_SCOPE), node, reading, touched);
  }

  #closeScope(scope: Scope, at: number, touched: Set<Identity>): void {
    for (const statement of scope.open.values()) this.#close(statement, at, touched);
    scope.gone = true;
    scope.goneAt = at;
  }

  #close(statement: Statement, at: number, touched: Set<Identity>): void {
    const id = identityOf(statement.fact);
    statement.to = at;
    statement.scope.open.delete(id);
    touched.add(id);
  }

  /** Extends what holds of a fact by what its open statements say now. */
  #hold(id: Identity, at: number): void {
    const history = this.#facts.get(id);
    invariant(history !== undefined, 'a touched fact is known');
    const open = history.statements.filter(({ to }) => to === Infinity);
    open.sort((a, b) => a.from - b.from || a.scope.number - b.scope.number);
    const fact = open.length === 0 ? null : spokenFact(open.map((each) => ({ fact: each.fact, connector: each.scope.connector })));
    const text = fact === null ? null : contentText(fact);
    const last = history.held.at(-1);
    if (last?.to === Infinity && last.text === text) return;
    if (last?.to === Infinity) last.to = at;
    if (fact !== null && text !== null) history.held.push({ fact, text, from: at, to: Infinity });
  }

  #occurrence({ statements, held }: FactHistory, instant: number): Occurrence | null {
    const now = held.find((each) => holds(each, instant));
    if (now === undefined) return null;
    const open = statements.filter((statement) => holds(statement, instant));
    return {
      fact: now.fact,
      validFrom: now.from,
      validTo: now.to === Infinity ? null : now.to,
      stale: now.fact.type !== 'gap' && open.every((statement) => isStale(statement, instant)),
      sources: open.map((statement) => sourceAt(statement, instant)).sort(bySource),
    };
  }

  /** The nodes that the store states because a fact names them. */
  #impliedNodes(facts: readonly Fact[]): NodeFact[] {
    const nodes = new Set(facts.flatMap((fact) => (fact.type === 'node' ? [fact.key] : [])));
    const isOpen = (key: NodeKey) => this.#facts.get(key)?.statements.some(({ to }) => to === Infinity) === true;
    const bare = new Set(facts.flatMap(endsOf).filter((key) => !nodes.has(key) && !isOpen(key)));
    return [...bare].map((key) => {
      const node = IMPLIED_WORDS.includes(refWord(key)) ? plainNode(key) : null;
      invariant(node !== null, `an edge or gap ends at \`${key}\`, which no fact of the run or the store states`);
      return node;
    });
  }

  #history(fact: Fact, id: Identity): FactHistory {
    const known = this.#facts.get(id);
    if (known !== undefined) return known;
    const history: FactHistory = { statements: [], held: [] };
    this.#facts.set(id, history);
    if (fact.type === 'node') this.#idByKey.set(fact.key, this.#idByKey.size);
    return history;
  }

  #scope(connector: string, name: string): Scope {
    const id = `${connector}\n${name}`;
    const known = this.#scopes.get(id);
    if (known !== undefined) return known;
    const scope: Scope = { number: this.#scopes.size, connector, name, open: new Map(), readings: [], gone: false, goneAt: 0 };
    this.#scopes.set(id, scope);
    return scope;
  }
}

export function identityOf(fact: Fact): Identity {
  return fact.type === 'node' ? fact.key : factId(fact);
}

function holds({ from, to }: { from: number; to: number }, instant: number): boolean {
  return from <= instant && instant < to;
}

function lastMeeting({ met }: Statement, instant: number): Reading {
  const reading = met.findLast(({ at }) => at <= instant);
  invariant(reading !== undefined, 'a statement that holds was met');
  return reading;
}

/** The scope was tried later and not read to its end, and that try did not meet the statement. */
function isStale(statement: Statement, instant: number): boolean {
  const last = statement.scope.readings.findLast(({ at }) => at <= instant);
  return last?.outcome === 'unread' && lastMeeting(statement, instant).at < last.at;
}

function sourceAt(statement: Statement, instant: number): Source {
  return lastMeeting(statement, instant).source;
}

function bySource(a: Source, b: Source): number {
  const [left, right] = [`${a.connector} ${a.endpoint}`, `${b.connector} ${b.endpoint}`];
  return left < right ? -1 : left > right ? 1 : a.fetchedAt - b.fetchedAt;
}

function endsOf(fact: Fact): NodeKey[] {
  if (fact.type === 'node') return [];
  if (fact.type === 'edge') return [fact.from, fact.to];
  return fact.subject === '' ? [fact.scope] : [fact.scope, fact.subject];
}

/** A copy that the caller cannot change, with what a store replaces replaced. */
function normal(fact: Fact): Fact {
  if (fact.type === 'gap') return { ...fact, detail: fact.detail.toWellFormed() };
  if (fact.type === 'edge') return { ...fact, word: fact.word.toWellFormed(), props: normalProps(fact.props) };
  const aliases = fact.aliases.map((alias) => alias.toWellFormed()).sort();
  return { ...fact, ref: fact.ref.toWellFormed(), name: fact.name.toWellFormed(), aliases, props: normalProps(fact.props) };
}

function normalProps(props: Props): Props {
  const well = (value: Props[string]) => (typeof value === 'string' ? value.toWellFormed() : value);
  return Object.fromEntries(Object.entries(props).map(([name, value]) => [name.toWellFormed(), well(value)]));
}
