/**
 * One commit in the SQLite store: the difference between what a scope states now and what it stated before.
 *
 * It is made scope by scope in memory: a scope is the unit that an endpoint reads to its end, so it is small. A first load
 * finds nothing to compare with and is a plain bulk insert, its indexes made afterwards.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { invariant } from '../errors.ts';
import { type EdgeFact, type GapFact, type NodeFact, type NodeKey, type Props, refWord, type StatedFact } from '../fact.ts';
import { EDGE_KINDS } from '../model/edge-kinds.ts';
import { NODE_KINDS } from '../model/node-kinds.ts';
import { plainNode } from '../notation.ts';
import type { RunCommit } from './port.ts';
import { searchText } from './search-text.ts';
import { DROP_EDGE_INDEXES, EDGE_INDEXES } from './sqlite-schema.ts';

/** The scope of nodes that exist because a fact names them: `anonymous:` and scopes of credentials. */
const IMPLIED = 'implied';

/** Rows in one statement of a bulk insert. */
const BATCH_ROWS = 64;

/** Writes the facts of one commit inside its transaction. */
export class CommitWriter {
  readonly #database: DatabaseSync;
  readonly #run: string;
  readonly #connector: string;
  readonly #at: number;
  readonly #nodeIds = new Map<NodeKey, number>();
  readonly #wordIds = new Map<string, number>();
  /** Nodes that have a fact, in this run or open in the store. */
  readonly #known = new Set<NodeKey>();
  #nextNode: number;

  constructor(database: DatabaseSync, run: string, connector: string, at: number) {
    this.#database = database;
    this.#run = run;
    this.#connector = connector;
    this.#at = at;
    for (const row of this.#rows('SELECT id, key FROM node')) this.#nodeIds.set(row[1] as string, row[0] as number);
    for (const row of this.#rows('SELECT id, text FROM word')) this.#wordIds.set(row[1] as string, row[0] as number);
    this.#nextNode = this.#nodeIds.size + 1;
  }

  write({ facts, scopes, closeUnlisted }: RunCommit): void {
    const byScope = new Map<string, StatedFact[]>([...scopes.keys()].map((name) => [name, []]));
    for (const stated of facts) {
      const list = byScope.get(stated.scope);
      invariant(list !== undefined, `the scope \`${stated.scope}\` of a fact is listed by its commit`);
      list.push(stated);
    }
    const first = this.#rows('SELECT 1 FROM edge_fact LIMIT 1').length === 0;
    if (first) this.#database.exec(DROP_EDGE_INDEXES);
    const edges = new BulkInsert(this.#database, 'edge_fact', ['kind', 'src', 'dst', 'word', 'props', 'scope', 'valid_from']);
    const listed = new Set<number>([this.#scopeId(IMPLIED)]);
    // Nodes first: an edge of one scope may end at a node that another scope states.
    for (const [name, stated] of byScope)
      this.#writeNodes(this.#scopeId(name), ofType<NodeFact>(stated, 'node'), scopes.get(name) === 'complete');
    for (const [name, stated] of byScope) {
      const scope = this.#scopeId(name);
      listed.add(scope);
      const outcome = scopes.get(name) ?? 'unread';
      const endpoint = stated[0]?.endpoint ?? name.split(' ')[0] ?? name;
      const fetchedAt = stated.reduce((newest, { fetchedAt: each }) => Math.max(newest, each), 0);
      this.#database
        .prepare('INSERT INTO scope_read (scope, at, run, outcome, endpoint, fetched_at) VALUES (?, ?, ?, ?, ?, ?)')
        .run(scope, this.#at, this.#run, outcome, endpoint, fetchedAt === 0 ? this.#at : fetchedAt);
      this.#writeEdges(scope, ofType<EdgeFact>(stated, 'edge'), { close: outcome === 'complete', compare: !first, bulk: edges });
      this.#writeGaps(scope, ofType<GapFact>(stated, 'gap'));
    }
    if (closeUnlisted) this.#closeUnlisted(listed);
    edges.flush();
    if (first) this.#database.exec(EDGE_INDEXES);
  }

  /** Opens what is new in the scope and, when it was read to its end, closes what it no longer states. */
  #writeNodes(scope: number, nodes: readonly NodeFact[], close: boolean): void {
    const open = new Map(
      this.#rows('SELECT rowid, node, kind, ref, name, aliases, props FROM node_fact WHERE scope = ? AND valid_to IS NULL', scope).map(
        ([rowid, ...content]) => [JSON.stringify(content), rowid as number],
      ),
    );
    const insert = this.#database.prepare(
      'INSERT INTO node_fact (node, kind, ref, name, aliases, props, active, expires_at, search, scope, valid_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    const insertRef = this.#database.prepare('INSERT OR IGNORE INTO node_ref (ref, node) VALUES (?, ?)');
    const end = this.#database.prepare('UPDATE node_fact SET valid_to = ? WHERE rowid = ?');
    const said = new Set<string>();
    const byNode = new Map([...open].map(([content, rowid]) => [(JSON.parse(content) as [number])[0], { content, rowid }]));
    for (const node of nodes) {
      const id = this.#nodeId(node.key);
      this.#known.add(node.key);
      const aliases = [...node.aliases].sort();
      const content = [id, NODE_KINDS[node.kind].id, node.ref, node.name, JSON.stringify(aliases), propsText(node.props) ?? '{}'] as const;
      const text = JSON.stringify(content);
      if (said.has(text)) continue;
      said.add(text);
      if (open.has(text)) continue;
      // In a scope that was not read to its end a node that reads otherwise now is told anew; what was not met stays.
      const before = byNode.get(id);
      if (!close && before !== undefined) end.run(this.#at, before.rowid);
      const { active, expiresAt } = node.props;
      insert.run(...content, active === false ? 0 : 1, typeof expiresAt === 'number' ? expiresAt : null, searchText(node), scope, this.#at);
      for (const ref of [node.ref, ...aliases]) insertRef.run(ref, id);
    }
    if (close) for (const [text, rowid] of open) if (!said.has(text)) end.run(this.#at, rowid);
  }

  #writeEdges(
    scope: number,
    edges: readonly EdgeFact[],
    { close, compare, bulk }: { close: boolean; compare: boolean; bulk: BulkInsert },
  ): void {
    const open = new Map<string, number>();
    if (compare)
      for (const [rowid, ...content] of this.#rows(
        'SELECT rowid, kind, src, dst, word, props FROM edge_fact WHERE scope = ? AND valid_to IS NULL',
        scope,
      ))
        open.set(content.join(' '), rowid as number);
    const said = new Set<string>();
    for (const edge of edges) {
      const kind = EDGE_KINDS[edge.kind].id;
      const [from, to, word, props] = [this.#endId(edge.from), this.#endId(edge.to), this.#wordId(edge.word), propsText(edge.props)];
      const text = `${kind} ${from} ${to} ${word} ${props ?? ''}`;
      if (said.has(text)) continue;
      said.add(text);
      const rowid = open.get(text);
      if (rowid === undefined) bulk.add(kind, from, to, word, props, scope, this.#at);
      // Met though the scope was not read to its end: this one is not stale.
      else if (!close) this.#database.prepare('UPDATE edge_fact SET seen_at = ? WHERE rowid = ?').run(this.#at, rowid);
    }
    const end = this.#database.prepare('UPDATE edge_fact SET valid_to = ? WHERE rowid = ?');
    if (close) for (const [text, rowid] of open) if (!said.has(text)) end.run(this.#at, rowid);
  }

  /** Gaps belong to the run that met them: those of the scope are always replaced as a whole. */
  #writeGaps(scope: number, gaps: readonly GapFact[]): void {
    const open = new Map(
      this.#rows('SELECT rowid, reason, hides, about, subject, detail FROM gap_fact WHERE scope = ? AND valid_to IS NULL', scope).map(
        ([rowid, ...content]) => [JSON.stringify(content), rowid as number],
      ),
    );
    const said = new Set<string>();
    for (const gap of gaps) {
      const content = [
        gap.reason,
        gap.hides,
        this.#endId(gap.scope),
        gap.subject === '' ? null : this.#endId(gap.subject),
        gap.detail,
      ] as const;
      const text = JSON.stringify(content);
      if (said.has(text)) continue;
      said.add(text);
      if (!open.has(text))
        this.#database
          .prepare('INSERT INTO gap_fact (reason, hides, about, subject, detail, scope, valid_from) VALUES (?, ?, ?, ?, ?, ?, ?)')
          .run(...content, scope, this.#at);
    }
    for (const [text, rowid] of open)
      if (!said.has(text)) this.#database.prepare('UPDATE gap_fact SET valid_to = ? WHERE rowid = ?').run(this.#at, rowid);
  }

  /** Scopes of earlier runs that this run no longer knows of: their containers are gone. */
  #closeUnlisted(listed: ReadonlySet<number>): void {
    for (const [scope] of this.#rows('SELECT id FROM scope WHERE connector = ?', this.#connector)) {
      if (listed.has(scope as number)) continue;
      for (const table of ['node_fact', 'edge_fact', 'gap_fact'])
        this.#database.prepare(`UPDATE ${table} SET valid_to = ? WHERE scope = ? AND valid_to IS NULL`).run(this.#at, scope as number);
    }
  }

  #scopeId(name: string): number {
    this.#database.prepare('INSERT OR IGNORE INTO scope (connector, name) VALUES (?, ?)').run(this.#connector, name);
    return Number(this.#database.prepare('SELECT id FROM scope WHERE connector = ? AND name = ?').get(this.#connector, name)?.['id']);
  }

  #nodeId(key: NodeKey): number {
    const known = this.#nodeIds.get(key);
    if (known !== undefined) return known;
    const id = this.#nextNode++;
    this.#insertNode.run(id, key);
    this.#nodeIds.set(key, id);
    return id;
  }

  get #insertNode(): StatementSync {
    this.#nodeStatement ??= this.#database.prepare('INSERT INTO node (id, key) VALUES (?, ?)');
    return this.#nodeStatement;
  }

  #nodeStatement: StatementSync | null = null;

  /** The id of an end of an edge. Kinds whose nodes no connector states get their node fact here. */
  #endId(key: NodeKey): number {
    const id = this.#nodeIds.get(key);
    if (this.#known.has(key) && id !== undefined) return id;
    if (id !== undefined && this.#rows('SELECT 1 FROM node_fact WHERE node = ? AND valid_to IS NULL LIMIT 1', id).length > 0) {
      this.#known.add(key);
      return id;
    }
    const implied = ['anonymous', 'scope'].includes(refWord(key)) ? plainNode(key) : null;
    invariant(implied !== null, `an edge or gap ends at \`${key}\`, which no fact of the run or the store states`);
    this.#writeNodes(this.#scopeId(IMPLIED), [implied], false);
    return this.#nodeId(key);
  }

  #wordId(word: string): number {
    const known = this.#wordIds.get(word);
    if (known !== undefined) return known;
    const id = this.#wordIds.size + 1;
    this.#database.prepare('INSERT INTO word (id, text) VALUES (?, ?)').run(id, word);
    this.#wordIds.set(word, id);
    return id;
  }

  #rows(sql: string, ...values: (string | number)[]): (string | number | null)[][] {
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    return statement.all(...values) as unknown as (string | number | null)[][];
  }
}

/** Inserts many rows with one statement for a batch of them. */
class BulkInsert {
  readonly #many: StatementSync;
  readonly #one: StatementSync;
  readonly #width: number;
  #values: (string | number | null)[] = [];

  constructor(database: DatabaseSync, table: string, columns: readonly string[]) {
    this.#width = columns.length;
    const row = `(${columns.map(() => '?').join(', ')})`;
    const insert = (rows: number) =>
      database.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`);
    this.#many = insert(BATCH_ROWS);
    this.#one = insert(1);
  }

  add(...row: (string | number | null)[]): void {
    for (const value of row) this.#values.push(value);
    if (this.#values.length < BATCH_ROWS * this.#width) return;
    this.#many.run(...this.#values);
    this.#values.length = 0;
  }

  flush(): void {
    for (let at = 0; at < this.#values.length; at += this.#width) this.#one.run(...this.#values.slice(at, at + this.#width));
    this.#values = [];
  }
}

function ofType<F extends StatedFact['fact']>(stated: readonly StatedFact[], type: F['type']): F[] {
  return stated.flatMap(({ fact }) => (fact.type === type ? [fact as F] : []));
}

function propsText(props: Props): string | null {
  const entries = Object.entries(props);
  return entries.length === 0 ? null : JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}
