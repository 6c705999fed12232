/**
 * Columns of edges for the compiler out of the Neo4j store: one row for each node that any leave, of each edge one integer.
 *
 * The integer is `id of the end * KIND_CODES + kind`, by the database's own ids: reading a property of each end would double the
 * time. At the newest instant types say what holds, and no property is read but where a type says too little (`told`). At earlier
 * instants, and while others write, every edge is told, and intervals say what holds.
 */
import { invariant } from '../errors.ts';
import { decodeKeyPart } from '../fact.ts';
import { EDGE_KIND_NAMES, EDGE_KINDS } from '../model/edge-kinds.ts';
import { GrowingEdges } from './growing-edges.ts';
import { joinStale } from './join-stale.ts';
import type { Read, ReadFrame } from './neo4j-frame.ts';
import { readUnread } from './neo4j-readings.ts';
import { blocksOf, EACH_BLOCK, EDGE_END, EDGE_WORD, holds, inBlock, NODES_OF_BLOCK, typesOf } from './neo4j-rows.ts';
import { endsAtPermission, pastType, staleType } from './neo4j-schema.ts';
import type { EdgeColumns } from './port.ts';

/** Ids of edge kinds are below this. */
const KIND_CODES = 32;
const EDGES_AT_FIRST = 1 << 10;
const WORDS_MAX = 0xffff;

/** Kinds of which an open type says all: the word, if there is one, is that of the permission at the end. Most edges are grants. */
const PLAIN_KINDS = EDGE_KIND_NAMES.filter((kind) => EDGE_KINDS[kind].word === null || endsAtPermission(kind)).sort(
  (a, b) => Number(b === 'HOLDS') - Number(a === 'HOLDS'),
);
const STALE_TYPES = EDGE_KIND_NAMES.map(staleType);
const TOLD_TYPES = [...EDGE_KIND_NAMES.filter((kind) => !PLAIN_KINDS.includes(kind)), ...STALE_TYPES];

/** Stands for a kind where the type says too little. */
const TOLD_CODE = KIND_CODES - 1;
const CODE = `id(t) * ${KIND_CODES} + CASE ${PLAIN_KINDS.map((kind) => `WHEN r:${kind} THEN ${EDGE_KINDS[kind].id}`).join(' ')} ELSE ${TOLD_CODE} END`;
const TOLD = `[CASE ${EDGE_KIND_NAMES.map((kind) => `WHEN r:${kind}|${staleType(kind)}|${pastType(kind)} THEN ${EDGE_KINDS[kind].id}`).join(' ')} END,
  ${EDGE_END}, ${EDGE_WORD}, r.scope, r.validFrom]`;

/** Every node is walked around once: a second pattern would walk around most of them again. */
const EDGES_NOW = `${EACH_BLOCK} {
  ${NODES_OF_BLOCK} WITH n.number AS from, [(n)-[r:${[...PLAIN_KINDS, ...TOLD_TYPES].join('|')}]->(t) | ${CODE}] AS codes
  WHERE size(codes) > 0 RETURN from, codes
} RETURN from, codes`;
const TOLD_NOW = `UNWIND $numbers AS number MATCH (n:Node {tenant: $tenant, number: number})
MATCH (n)-[r:${TOLD_TYPES.join('|')}]->(t) WHERE r.scope IS NOT NULL RETURN n.number AS from, collect(${TOLD}) AS told`;

/** Membership of `anonymous:` is derived; of what is stated nevertheless the type says too little. */
const STATED_ANONYMOUS = `MATCH (t:Anonymous) WHERE t.tenant = $tenant AND t.key >= ''
MATCH (n:Node)-[r:MEMBER_OF]->(t) WHERE r.scope IS NOT NULL RETURN n.number AS from, [${TOLD}] AS told`;

const EDGES_THEN = `${EACH_BLOCK} {
  ${NODES_OF_BLOCK} MATCH (n)-[r:${typesOf(EDGE_KIND_NAMES)}]->(t) WHERE r.scope IS NOT NULL AND ${holds('r')}
  RETURN n.number AS from, collect(${TOLD}) AS told
} RETURN from, told`;

type ToldEdge = readonly [kind: number, to: number, word: string, scope: number, from: number];

/** null where types do not say what holds at the instant. An edge that several scopes state comes several times. */
export async function scanEdgesNow(frame: ReadFrame): Promise<EdgeColumns | null> {
  if (!frame.isNow) return null;
  const texts = new Words();
  const [ends, unreadAt] = await Promise.all([readEnds(frame, texts), readUnread(frame)]);
  const found = new FoundEdges(texts, unreadAt);
  const numbers: number[] = [];
  const takeCodes = (from: number, codes: readonly number[]) => {
    for (const code of codes) {
      const kind = code % KIND_CODES;
      if (kind === TOLD_CODE) {
        if (numbers.at(-1) !== from) numbers.push(from);
        continue;
      }
      const id = (code - kind) / KIND_CODES;
      const { nodes, words } = ends.pageOf(id);
      const to = nodes[id % PAGE] as number;
      invariant(to >= 0, 'an edge ends at a node of its tenant');
      if (kind !== EDGE_KINDS.MEMBER_OF.id || !ends.isAnonymous(to)) found.add(kind, from, to, words[id % PAGE] as number);
    }
  };
  const takeTold = (from: number, told: readonly ToldEdge[]) => found.addTold(from, told);
  await frame.each(EDGES_NOW, takeCodes, { lows: blocksOf(frame.state.nodes) });
  await Promise.all([frame.each(TOLD_NOW, takeTold, { numbers }), frame.each(STATED_ANONYMOUS, takeTold)]);
  return found.columns();
}

/** In pieces that are of one instant though not of one state of the store: statements of the past never change. */
export async function scanEdgesThen(read: Read, nodes: number): Promise<EdgeColumns> {
  const found = new FoundEdges(new Words(), await read(readUnread));
  for (const low of blocksOf(nodes)) {
    const edges = await read(async (frame) => {
      const piece: [from: number, told: readonly ToldEdge[]][] = [];
      await frame.each(EDGES_THEN, (from: number, told: ToldEdge[]) => void piece.push([from, told]), { lows: [low] });
      return piece;
    });
    for (const [from, told] of edges) found.addTold(from, told);
  }
  return found.columns();
}

/** Edges by kind, in any order of coming in. */
class FoundEdges {
  /** When the last reading of each scope failed, by scope. */
  readonly #unreadAt: ReadonlyMap<number, number>;
  /** By id of the kind. */
  readonly #fresh: (GrowingEdges | undefined)[] = [];
  readonly #stale = new GrowingEdges(EDGES_AT_FIRST);
  readonly #words: Words;

  constructor(words: Words, unreadAt: ReadonlyMap<number, number>) {
    this.#words = words;
    this.#unreadAt = unreadAt;
    for (const kind of EDGE_KIND_NAMES) this.#fresh[EDGE_KINDS[kind].id] = new GrowingEdges(EDGES_AT_FIRST);
  }

  add(kind: number, from: number, to: number, word: number): void {
    (this.#fresh[kind] as GrowingEdges).append(kind, from, to, word);
  }

  addTold(from: number, told: readonly ToldEdge[]): void {
    for (const [kind, to, word, scope, validFrom] of told) {
      const number = this.#words.numberOf(word);
      // A failed reading makes all stale that it did not open itself.
      if (validFrom < (this.#unreadAt.get(scope) ?? -Infinity)) this.#stale.append(kind, from, to, number);
      else this.add(kind, from, to, number);
    }
  }

  /** Edges of one kind together: a loop over them then needs no decision about each. */
  columns(): EdgeColumns {
    const lists = [...this.#fresh.filter((list) => list !== undefined), this.#stale];
    const length = lists.reduce((sum, list) => sum + list.length, 0);
    const columns = {
      length,
      kind: new Uint8Array(length),
      from: new Int32Array(length),
      to: new Int32Array(length),
      word: new Uint16Array(length),
      stale: new Uint8Array(length).fill(1, length - this.#stale.length),
    };
    let at = 0;
    for (const list of lists) {
      for (const name of ['kind', 'from', 'to', 'word'] as const) columns[name].set(list[name].subarray(0, list.length), at);
      at += list.length;
    }
    joinStale(columns);
    return { ...columns, words: this.#words.texts.map(decodeKeyPart) };
  }
}

/** Words of edges, numbered. */
class Words {
  /** By number, as fact ids write them. */
  readonly texts: string[] = [''];
  readonly #numbers = new Map([['', 0]]);

  numberOf(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      invariant(number <= WORDS_MAX, 'words of edges are few: levels, kinds of rules and branch types');
      this.#numbers.set(text, number);
    }
    return number;
  }
}

/** What edges end at by the database's own ids: nodes, and permissions on nodes. */
async function readEnds(frame: ReadFrame, words: Words): Promise<Ends> {
  const ends = new Ends();
  const lows = blocksOf(frame.state.nodes);
  const takeNodes = (numbers: readonly number[], ids: readonly number[], anonymous: readonly number[]) => {
    for (let at = 0; at < ids.length; at++) ends.add(ids[at] as number, numbers[at] as number, 0);
    for (const number of anonymous) ends.addAnonymous(number);
  };
  const takePermissions = (resources: readonly number[], ids: readonly number[], levels: readonly string[]) => {
    for (let at = 0; at < ids.length; at++) ends.add(ids[at] as number, resources[at] as number, words.numberOf(levels[at] as string));
  };
  await Promise.all([
    frame.each(
      `${EACH_BLOCK} {
         ${NODES_OF_BLOCK}
         RETURN collect(n.number) AS numbers, collect(id(n)) AS ids, collect(CASE WHEN n:Anonymous THEN n.number END) AS anonymous
       } RETURN numbers, ids, anonymous`,
      takeNodes,
      { lows },
    ),
    frame.each(
      `${EACH_BLOCK} {
         MATCH (p:Permission) WHERE p.tenant = $tenant AND ${inBlock('p.resource')}
         RETURN collect(p.resource) AS resources, collect(id(p)) AS ids, collect(p.level) AS levels
       } RETURN resources, ids, levels`,
      takePermissions,
      { lows },
    ),
  ]);
  return ends;
}

const PAGE = 1 << 14;

/** By id of the database, in pages, because ids of a large database are no dense numbers of one tenant. */
class Ends {
  readonly #pages: (EndsPage | undefined)[] = [];
  readonly #anonymous = new Set<number>();

  /** `word` is the number of that of the edges that end there. */
  add(id: number, node: number, word: number): void {
    const number = Math.floor(id / PAGE);
    const page = this.#pages[number] ?? { nodes: new Int32Array(PAGE).fill(-1), words: new Uint16Array(PAGE) };
    this.#pages[number] = page;
    page.nodes[id % PAGE] = node;
    page.words[id % PAGE] = word;
  }

  addAnonymous(number: number): void {
    this.#anonymous.add(number);
  }

  /** The page of an id: what it says of it stands at `id % PAGE`. */
  pageOf(id: number): EndsPage {
    const page = this.#pages[Math.floor(id / PAGE)];
    invariant(page !== undefined, 'an edge ends at a node of its tenant');
    return page;
  }

  isAnonymous(node: number): boolean {
    return this.#anonymous.has(node);
  }
}

interface EndsPage {
  /** -1 for an id that is no end. */
  readonly nodes: Int32Array;
  readonly words: Uint16Array;
}
