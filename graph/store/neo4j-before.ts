/**
 * What a commit must know of the store before it: counters, scopes, and of those that changed what is open.
 *
 * Statements that do not depend on each other go to the server together. The caller holds the lease: nobody else writes, so what is
 * read in several transactions is one state.
 */
import type { NodeFact, NodeKey, Props } from '../fact.ts';
import type { NodeKind } from '../model/node-kinds.ts';
import type { NodeContent } from './contents.ts';
import type { Neo4jDoor, UnitOfWork } from './neo4j-driver.ts';
import type { Digests } from './neo4j-gather.ts';
import { type Parameters, type Row, rowOf } from './neo4j-values.ts';
import { spokenFact } from './spoken.ts';

/** Numbers or keys in one statement. */
const NODES_AT_ONCE = 20_000;
/** Scopes in one statement: each brings the bytes of its edges. */
const SCOPES_AT_ONCE = 2_000;

export interface StoreBefore {
  /** The newest commit instant, 0 before the first. */
  readonly lastAt: number;
  readonly nextNode: number;
  readonly nextScope: number;
  /** Was a change left half-way? Nothing else is worth anything then. */
  readonly isHalfWay: boolean;
  /** Those of the connector that count, by name. */
  readonly scopes: ReadonlyMap<string, KnownScope>;
}

export interface KnownScope {
  readonly number: number;
  /** null for one that no commit read. */
  readonly state: { readonly slot: 0 | 1; readonly outcome: number; readonly digests: Digests } | null;
}

/** An open statement of a node. */
export interface OpenNode {
  /** The server's id of it. */
  readonly id: number;
  readonly node: number;
  readonly scope: number;
  readonly openedAt: number;
  readonly content: NodeContent;
}

/** A statement of a node as far as it says what holds. */
export interface SpeakingNode extends Pick<OpenNode, 'scope' | 'openedAt' | 'content'> {
  readonly key: NodeKey;
  readonly connector: string;
}

export interface OpenGap {
  readonly id: number;
  readonly about: number;
  readonly subject: number | null;
  readonly reason: string;
  readonly hides: string;
  readonly detail: string;
}

/** Runs a statement that reads, in a transaction of its own or in one that is under way. */
export type ReadRows = (cypher: string, parameters: Parameters) => Promise<Row[]>;

export class StoreReader {
  readonly #tenant: string;
  readonly #read: ReadRows;

  constructor(tenant: string, read: ReadRows) {
    this.#tenant = tenant;
    this.#read = read;
  }

  /** `names` are those of the scopes that count; null for all of the connector. */
  async before(connector: string, names: readonly string[] | null): Promise<StoreBefore> {
    const [[store], scopes] = await Promise.all([
      this.#rows(
        `MATCH (s:GrantpathStore {tenant: $tenant})
         RETURN s.lastAt AS lastAt, s.nextNode AS nextNode, s.nextScope AS nextScope, s.applying IS NOT NULL AS isHalfWay`,
      ),
      names === null
        ? this.#rows(`MATCH (c:GrantpathScope {tenant: $tenant, connector: $connector}) RETURN ${SCOPE_COLUMNS}`, { connector })
        : this.#scopesByName(connector, names),
    ]);
    return {
      lastAt: Number(store?.['lastAt']),
      nextNode: Number(store?.['nextNode']),
      nextScope: Number(store?.['nextScope']),
      isHalfWay: store?.['isHalfWay'] === true,
      scopes: new Map(scopes.map((row) => [row['name'] as string, { number: row['number'] as number, state: stateOf(row) }])),
    };
  }

  /** Of an organisation most scopes are not those of a small change. */
  async #scopesByName(connector: string, names: readonly string[]): Promise<Row[]> {
    const parts = await this.#inParts(names, NODES_AT_ONCE, (part) =>
      this.#rows(
        `UNWIND $names AS name MATCH (c:GrantpathScope {tenant: $tenant, connector: $connector, name: name}) RETURN ${SCOPE_COLUMNS}`,
        { connector, names: part },
      ),
    );
    return parts.flat();
  }

  /** Nodes by their position among the keys; unknown ones are left out. */
  async nodesByKey(keys: readonly NodeKey[]): Promise<{ index: number; number: number; id: number; holds: boolean }[]> {
    const parts = await this.#inParts(keys, NODES_AT_ONCE, async (part, start) => {
      const [found] = await this.#rows(
        `UNWIND range(0, size($keys) - 1) AS index MATCH (n:Node {tenant: $tenant, key: $keys[index]})
         RETURN collect(index) AS indexes, collect(n.number) AS numbers, collect(id(n)) AS ids, collect(n.ref IS NOT NULL) AS holds`,
        { keys: part },
      );
      const { indexes, numbers, ids, holds } = found as { indexes: number[]; numbers: number[]; ids: number[]; holds: boolean[] };
      return indexes.map((index, at) => ({
        index: start + index,
        number: numbers[at] as number,
        id: ids[at] as number,
        holds: holds[at] as boolean,
      }));
    });
    return parts.flat();
  }

  async nodesByNumber(numbers: readonly number[]): Promise<{ number: number; id: number; key: NodeKey }[]> {
    const parts = await this.#inParts(numbers, NODES_AT_ONCE, (part) =>
      this.#rows('UNWIND $numbers AS number MATCH (n:Node {tenant: $tenant, number: number}) RETURN number, id(n) AS id, n.key AS key', {
        numbers: part,
      }),
    );
    return parts.flat() as unknown as { number: number; id: number; key: NodeKey }[];
  }

  /** By scope. */
  async openNodes(scopes: readonly KnownScope[]): Promise<Map<number, OpenNode[]>> {
    const rows = await this.#rowsOfScopes(
      scopes,
      `UNWIND $scopes AS each MATCH (f:NodeFact {tenant: $tenant, openScope: each[0]}) RETURN ${NODE_COLUMNS}`,
    );
    return Map.groupBy(rows.map(openNodeOf), ({ scope }) => scope);
  }

  /** All that is open of some nodes. */
  async speakingNodes(numbers: readonly number[]): Promise<Map<number, (OpenNode & SpeakingNode)[]>> {
    const parts = await this.#inParts(numbers, NODES_AT_ONCE, (part) =>
      this.#rows(
        `UNWIND $numbers AS number MATCH (f:NodeFact {tenant: $tenant, node: number}) WHERE f.validTo IS NULL
         MATCH (c:GrantpathScope {tenant: $tenant, number: f.scope}) MATCH (n:Node {tenant: $tenant, number: number})
         RETURN ${NODE_COLUMNS}, n.key AS key, c.connector AS connector`,
        { numbers: part },
      ),
    );
    const nodes = parts.flat().map((row) => ({ ...openNodeOf(row), key: row['key'] as NodeKey, connector: row['connector'] as string }));
    return Map.groupBy(nodes, ({ node }) => node);
  }

  /** Bytes of open edges by scope; a scope without any is left out. */
  async openEdges(scopes: readonly KnownScope[]): Promise<Map<number, Uint8Array>> {
    const rows = await this.#rowsOfScopes(
      scopes,
      `UNWIND $scopes AS each MATCH (c:GrantpathScope {tenant: $tenant, number: each[0]})
       WITH c, CASE each[1] WHEN 0 THEN c.edges0 ELSE c.edges1 END AS edges WHERE edges IS NOT NULL
       RETURN c.number AS number, edges`,
    );
    return new Map(rows.map((row) => [row['number'] as number, row['edges'] as Uint8Array]));
  }

  /** By scope. */
  async openGaps(scopes: readonly KnownScope[]): Promise<Map<number, OpenGap[]>> {
    const rows = await this.#rowsOfScopes(
      scopes,
      `UNWIND $scopes AS each MATCH (g:Gap {tenant: $tenant, scope: each[0]})
       RETURN id(g) AS id, g.scope AS scope, g.about AS about, g.subject AS subject, g.reason AS reason, g.hides AS hides, g.detail AS detail`,
    );
    const byScope = Map.groupBy(rows, (row) => row['scope'] as number);
    return new Map([...byScope].map(([scope, gaps]) => [scope, gaps as unknown as OpenGap[]]));
  }

  /** `$scopes` are pairs of number and slot. */
  async #rowsOfScopes(scopes: readonly KnownScope[], cypher: string): Promise<Row[]> {
    const parts = await this.#inParts(scopes, SCOPES_AT_ONCE, (part) =>
      this.#rows(cypher, { scopes: part.map(({ number, state }) => [number, state?.slot ?? 0]) }),
    );
    return parts.flat();
  }

  async #inParts<T, R>(list: readonly T[], size: number, read: (part: readonly T[], start: number) => Promise<R>): Promise<R[]> {
    const results: R[] = [];
    for (let start = 0; start < list.length; start += size) results.push(await read(list.slice(start, start + size), start));
    return results;
  }

  #rows(cypher: string, parameters: Parameters = {}): Promise<Row[]> {
    return this.#read(cypher, { tenant: this.#tenant, ...parameters });
  }
}

/** Each statement in a transaction of its own, all its rows sent at once. */
export function rowsThrough(door: Neo4jDoor): ReadRows {
  return (cypher, parameters) => door.readRows(cypher, parameters, { fetchSize: NODES_AT_ONCE });
}

/** Each statement in the unit of work. */
export function rowsWithin(unit: UnitOfWork): ReadRows {
  return async (cypher, parameters) => (await unit.run(cypher, parameters)).records.map(rowOf);
}

const SCOPE_COLUMNS = `c.number AS number, c.name AS name, c.at0 AS at0, c.outcome0 AS outcome0, c.digests0 AS digests0,
  c.at1 AS at1, c.outcome1 AS outcome1, c.digests1 AS digests1`;

const NODE_COLUMNS = `id(f) AS id, f.node AS node, f.scope AS scope, f.openedAt AS openedAt, f.kind AS kind, f.ref AS ref, f.name AS name,
  f.aliases AS aliases, f.props AS props`;

function openNodeOf(row: Row): OpenNode {
  return {
    id: row['id'] as number,
    node: row['node'] as number,
    scope: row['scope'] as number,
    openedAt: row['openedAt'] as number,
    content: {
      kind: row['kind'] as NodeKind,
      ref: row['ref'] as string,
      name: row['name'] as string,
      aliases: row['aliases'] as string[],
      props: row['props'] as string,
    },
  };
}

/** What holds of a node of which these statements are open; null if there are none. */
export function spokenNode(open: readonly SpeakingNode[]): NodeFact | null {
  const ordered = open.toSorted((a, b) => a.openedAt - b.openedAt || a.scope - b.scope);
  const spoken = ordered.map(({ key, connector, content: { props, ...content } }) => ({
    fact: { type: 'node' as const, key, ...content, props: JSON.parse(props) as Props },
    connector,
  }));
  return spoken.length === 0 ? null : spokenFact<NodeFact>(spoken);
}

/** The newer slot counts: of a change that was not completed nothing is left when the next run reads. */
function stateOf(row: Row): KnownScope['state'] {
  const at = (slot: 0 | 1) => (row[`at${slot}`] as number | null) ?? -1;
  const slot = at(0) >= at(1) ? 0 : 1;
  if (at(slot) < 0) return null;
  return { slot, outcome: row[`outcome${slot}`] as number, digests: row[`digests${slot}`] as unknown as Digests };
}
