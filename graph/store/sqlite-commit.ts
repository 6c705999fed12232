/**
 * One commit in the SQLite store: the difference between what a scope states now and what it stated before, scope by scope.
 *
 * A scope is the unit that an endpoint reads to its end. One that nothing is known of has nothing to compare with and is a plain
 * bulk insert. Everything happens inside the transaction of the caller.
 */
import type { DatabaseSync } from 'node:sqlite';
import { invariant } from '../errors.ts';
import type { GapFact, NodeFact, NodeKey } from '../fact.ts';
import { IMPLIED_ENDPOINT, IMPLIED_SCOPE, impliedNode } from './implied.ts';
import type { RunCommit } from './port.ts';
import { OUTCOMES } from './scope-outcomes.ts';
import { searchText } from './search-text.ts';
import { BulkInsert } from './sqlite-bulk.ts';
import { EdgeWriter } from './sqlite-edges.ts';
import { GatheredFacts } from './sqlite-gather.ts';
import { eachRow, nodeContent, readArrays, type Value } from './sqlite-rows.ts';

export interface CommitFrame {
  readonly database: DatabaseSync;
  readonly connector: string;
  /** The commit instant. */
  readonly at: number;
}

export class CommitWriter {
  readonly #frame: CommitFrame;
  readonly #database: DatabaseSync;
  readonly #at: number;
  /** Statements of gone and changed content, prepared once. */
  readonly #endNode;
  readonly #endGap;
  readonly #openNodes;
  readonly #openGaps;

  constructor(frame: CommitFrame) {
    this.#frame = frame;
    this.#database = frame.database;
    this.#at = frame.at;
    const prepare = (sql: string) => {
      const statement = frame.database.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    this.#endNode = prepare('UPDATE node_fact SET valid_to = ? WHERE rowid = ?');
    this.#endGap = prepare('UPDATE gap_fact SET valid_to = ? WHERE rowid = ?');
    this.#openNodes = prepare(
      'SELECT rowid, opened_at, node, kind, ref, name, aliases, props FROM node_fact WHERE scope = ? AND valid_to IS NULL',
    );
    this.#openGaps = prepare('SELECT rowid, reason, hides, about, subject, detail FROM gap_fact WHERE scope = ? AND valid_to IS NULL');
  }

  write({ facts, scopes, closeUnlisted }: RunCommit): void {
    invariant(!scopes.has(IMPLIED_SCOPE), 'a scope has a name');
    const names = [...scopes.keys(), IMPLIED_SCOPE];
    const gathered = new GatheredFacts(this.#database, names);
    gathered.addAll(facts);
    gathered.nameNodes();
    this.#implyNodes(gathered, names.length - 1);
    const { ids, isNew } = this.#scopeIds(names);
    const nodes = new BulkInsert(this.#database, 'node_fact', NODE_COLUMNS);
    const aliases: (readonly [alias: string, node: number])[] = [];
    const edges = new EdgeWriter(this.#database, gathered, this.#at);
    const { order, start } = gathered.edgesByScope();
    for (const [scope, name] of names.entries()) {
      const id = ids[scope] as number;
      const complete = scopes.get(name) === 'complete';
      this.#writeNodes(gathered, { scope, id, isNew: isNew[scope] === true, complete, nodes, aliases });
      edges.write(order.subarray(start[scope], start[scope + 1]), { id, isNew: isNew[scope] === true, complete });
      if (name !== IMPLIED_SCOPE) this.#writeGaps(gathered, gathered.gaps.get(scope) ?? [], { id, isNew: isNew[scope] === true });
    }
    nodes.flush();
    this.#writeAliases(aliases);
    if (closeUnlisted) this.#closeUnlisted(edges, new Set(ids));
    edges.flush();
    this.#writeReadings(gathered, ids, scopes);
  }

  /** States the nodes that exist because a fact names them. Every other end has a node fact, in the commit or in the store. */
  #implyNodes(gathered: GatheredFacts, implied: number): void {
    const nodes = Number(this.#database.prepare('SELECT count(*) AS n FROM node').get()?.['n']);
    // Shape: 1 for an id of which a node fact is stated by the commit or open in the store.
    const isStated = new Uint8Array(nodes);
    for (const stated of gathered.nodes.values()) for (const key of stated.keys()) isStated[gathered.idOf(key)] = 1;
    const take = (node: number) => {
      isStated[node] = 1;
      return null;
    };
    eachRow(this.#database, { columns: 'node', from: 'node_fact WHERE valid_to IS NULL' }, take);
    const imply = (id: number) => {
      if (isStated[id] === 1) return;
      isStated[id] = 1;
      gathered.addNode(impliedNode(gathered.keyOf(id)), implied);
    };
    const { from, to, length } = gathered.edges;
    for (let at = 0; at < length; at++) {
      imply(from[at] as number);
      imply(to[at] as number);
    }
    for (const { scope, subject } of [...gathered.gaps.values()].flat()) {
      imply(gathered.idOf(scope));
      if (subject !== '') imply(gathered.idOf(subject));
    }
  }

  /** Ids of scopes by name, new ones in the order of the commit. */
  #scopeIds(names: readonly string[]): { ids: number[]; isNew: boolean[] } {
    const { connector } = this.#frame;
    const known = new Map(
      readArrays(this.#database, 'SELECT name, id FROM scope WHERE connector = ?', connector).map(([name, id]) => [
        name as string,
        id as number,
      ]),
    );
    let next = Number(this.#database.prepare('SELECT coalesce(max(id), -1) + 1 AS id FROM scope').get()?.['id']);
    const insert = new BulkInsert(this.#database, 'scope', ['id', 'connector', 'name']);
    const ids = names.map((name) => {
      const id = known.get(name);
      if (id !== undefined) return id;
      insert.add(next, connector, name);
      return next++;
    });
    insert.flush();
    return { ids, isNew: names.map((name) => !known.has(name)) };
  }

  #writeNodes(gathered: GatheredFacts, { scope, id, isNew, complete, nodes, aliases }: NodeTask): void {
    const stated = gathered.nodes.get(scope) ?? NO_NODES;
    const open = new Map<number, { row: number; openedAt: number; content: string }>();
    if (!isNew)
      for (const [row, openedAt, node, ...content] of this.#openNodes.all(id) as unknown as Value[][])
        open.set(node as number, { row: row as number, openedAt: openedAt as number, content: JSON.stringify(content) });
    // In the order of ids: an index then grows at its end.
    const byId = [...stated.values()].map((node) => [gathered.idOf(node.key), node] as const).sort(([a], [b]) => a - b);
    for (const [nodeId, node] of byId) {
      const content = nodeContent(node);
      const before = open.get(nodeId);
      open.delete(nodeId);
      // Met in a scope that was not read to its end: opened again, so that it is seen not to be stale.
      const same = before !== undefined && before.content === JSON.stringify(content);
      if (same && complete) continue;
      if (before !== undefined) this.#endNode.run(this.#at, before.row);
      const { active, expiresAt } = node.props;
      nodes.add(
        nodeId,
        ...content,
        active === false ? 0 : 1,
        typeof expiresAt === 'number' ? expiresAt : null,
        searchText(node),
        id,
        same ? before.openedAt : this.#at,
        this.#at,
      );
      for (const alias of node.aliases) aliases.push([alias.toWellFormed(), nodeId]);
    }
    if (complete) for (const { row } of open.values()) this.#endNode.run(this.#at, row);
  }

  #writeAliases(aliases: (readonly [alias: string, node: number])[]): void {
    const insert = new BulkInsert(this.#database, 'node_alias', ['alias', 'node'], { orIgnore: true });
    for (const [alias, node] of aliases.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) insert.add(alias, node);
    insert.flush();
  }

  /** Gaps are what the last try met: those of the scope are replaced as a whole. */
  #writeGaps(gathered: GatheredFacts, gaps: readonly GapFact[], { id: scope, isNew }: { id: number; isNew: boolean }): void {
    if (isNew && gaps.length === 0) return;
    const open = new Map(
      (this.#openGaps.all(scope) as unknown as Value[][]).map(([row, ...content]) => [JSON.stringify(content), row as number]),
    );
    const stated = new Map<string, readonly [string, Value[]]>();
    for (const { reason, hides, scope: about, subject, detail } of gaps) {
      const identity = [reason, hides, gathered.idOf(about), subject === '' ? null : gathered.idOf(subject)];
      const content = [...identity, detail.toWellFormed()];
      stated.set(JSON.stringify(identity), [JSON.stringify(content), content]);
    }
    const insert = new BulkInsert(this.#database, 'gap_fact', ['reason', 'hides', 'about', 'subject', 'detail', 'scope', 'valid_from']);
    for (const [text, content] of stated.values()) if (!open.delete(text)) insert.add(...content, scope, this.#at);
    insert.flush();
    for (const row of open.values()) this.#endGap.run(this.#at, row);
  }

  /** Scopes that this run no longer knows of: their containers are gone. */
  #closeUnlisted(edges: EdgeWriter, listed: ReadonlySet<number>): void {
    const known = readArrays(
      this.#database,
      'SELECT id, (SELECT outcome FROM reading WHERE scope = id ORDER BY at DESC LIMIT 1) FROM scope WHERE connector = ?',
      this.#frame.connector,
    );
    const readings = new BulkInsert(this.#database, 'reading', READING_COLUMNS);
    for (const [scope, outcome] of known as [number, number][]) {
      if (listed.has(scope) || outcome === OUTCOMES.gone) continue;
      edges.write(NO_EDGES, { id: scope, isNew: false, complete: true });
      for (const [row] of this.#openNodes.all(scope) as unknown as [number][]) this.#endNode.run(this.#at, row);
      for (const [row] of this.#openGaps.all(scope) as unknown as [number][]) this.#endGap.run(this.#at, row);
      readings.add(scope, this.#at, OUTCOMES.gone, this.#endpointId(''), this.#at);
    }
    readings.flush();
  }

  #writeReadings(gathered: GatheredFacts, ids: readonly number[], scopes: RunCommit['scopes']): void {
    const readings = new BulkInsert(this.#database, 'reading', READING_COLUMNS);
    for (const [scope, name] of gathered.scopeNames.entries()) {
      const id = ids[scope] as number;
      if (name === IMPLIED_SCOPE) {
        if (gathered.nodes.has(scope)) readings.add(id, this.#at, OUTCOMES.implied, this.#endpointId(IMPLIED_ENDPOINT), this.#at);
        continue;
      }
      const fetchedAt = gathered.fetchedAt[scope] as number;
      const outcome = OUTCOMES[scopes.get(name) ?? 'unread'];
      readings.add(id, this.#at, outcome, this.#endpointId(gathered.endpoint[scope] ?? ''), fetchedAt < 0 ? this.#at : fetchedAt);
    }
    readings.flush();
  }

  readonly #endpointIds = new Map<string, number>();

  #endpointId(path: string): number {
    let id = this.#endpointIds.get(path);
    if (id === undefined) {
      this.#database.prepare('INSERT OR IGNORE INTO endpoint (path) VALUES (?)').run(path);
      id = Number(this.#database.prepare('SELECT id FROM endpoint WHERE path = ?').get(path)?.['id']);
      this.#endpointIds.set(path, id);
    }
    return id;
  }
}

interface NodeTask {
  /** Position in the commit. */
  readonly scope: number;
  /** Id in the store. */
  readonly id: number;
  readonly isNew: boolean;
  readonly complete: boolean;
  readonly nodes: BulkInsert;
  readonly aliases: (readonly [alias: string, node: number])[];
}

const NO_EDGES = new Int32Array(0);
const NO_NODES: ReadonlyMap<NodeKey, NodeFact> = new Map();
const READING_COLUMNS = ['scope', 'at', 'outcome', 'endpoint', 'fetched_at'];
const NODE_COLUMNS = [
  'node',
  'kind',
  'ref',
  'name',
  'aliases',
  'props',
  'active',
  'expires_at',
  'search',
  'scope',
  'opened_at',
  'valid_from',
];
