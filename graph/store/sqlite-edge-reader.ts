/**
 * Statements of edges as rows with keys: found by posting lists, read out of blocks, ends and words put to their names.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { edgeIdParts, type FactId, type NodeKey } from '../fact.ts';
import { EDGE_KINDS } from '../model/edge-kinds.ts';
import { BlockReader, type StoredEdge } from './sqlite-blocks.ts';
import { type PostingList, PostingReader } from './sqlite-postings.ts';
import type { Row } from './sqlite-rows.ts';

export class EdgeReader {
  readonly #postings: PostingReader;
  readonly #blocks: BlockReader;
  readonly #statement: (sql: string) => StatementSync;

  constructor(database: DatabaseSync, statement: (sql: string) => StatementSync) {
    this.#postings = new PostingReader(database);
    this.#blocks = new BlockReader(statement);
    this.#statement = statement;
  }

  /** Statements by id, ascending, with keys. */
  read(ids: readonly number[]): Row[] {
    return this.named(this.#blocks.read(ids));
  }

  /** Statements in the lists of the ids, whatever the instant. */
  listed(list: PostingList, ids: readonly number[]): StoredEdge[] {
    const [only] = ids;
    if (ids.length === 1 && only !== undefined) return this.#blocks.read(this.#postings.read(list, only));
    const edges = Int32Array.from(ids.flatMap((id) => this.#postings.read(list, id))).sort();
    return this.#blocks.read([...edges]);
  }

  /** All statements of one edge; none for what is not the id of an edge. */
  ofEdge(id: FactId): StoredEdge[] {
    const parts = edgeIdParts(id);
    if (parts === null) return [];
    const { from, kind, word: text, to } = parts;
    const [source, target] = [this.nodeId(from), this.nodeId(to)];
    const word = this.#wordId(text);
    if (source === null || target === null || word === null) return [];
    const isFrom = this.#postings.size('from', source) <= this.#postings.size('to', target);
    const near = isFrom ? this.listed('from', [source]) : this.listed('to', [target]);
    const kindId = EDGE_KINDS[kind].id;
    return near.filter((edge) => edge.from === source && edge.to === target && edge.kind === kindId && edge.word === word);
  }

  /** The same with keys, as `edgeOf` and `occurrencesOf` take them. */
  named(edges: readonly StoredEdge[]): Row[] {
    const keys = this.#keysOf(edges);
    const words = this.#wordsOf();
    return edges.map(({ kind, from, to, word, scope, validFrom, validTo, props }) => ({
      kind,
      from: keys.get(from) as NodeKey,
      to: keys.get(to) as NodeKey,
      word: words[word] as string,
      props,
      scope,
      valid_from: validFrom,
      valid_to: validTo,
    }));
  }

  nodeId(key: NodeKey): number | null {
    return (this.#statement('SELECT id FROM node WHERE key = ?').get(key)?.['id'] as number | undefined) ?? null;
  }

  #wordId(text: string): number | null {
    return (this.#statement('SELECT id FROM word WHERE text = ?').get(text)?.['id'] as number | undefined) ?? null;
  }

  #keysOf(edges: readonly StoredEdge[]): Map<number, NodeKey> {
    const ids = new Set<number>();
    for (const { from, to } of edges) ids.add(from).add(to);
    const rows = this.#statement('SELECT n.id, n.key FROM json_each(?) j CROSS JOIN node n ON n.id = j.value').all(
      JSON.stringify([...ids]),
    );
    return new Map(rows.map(({ id, key }) => [id as number, key as NodeKey]));
  }

  /** By id, as fact ids write them: there are few. */
  #wordsOf(): string[] {
    return this.#statement('SELECT text FROM word ORDER BY id')
      .all()
      .map(({ text }) => text as string);
  }
}

/** Is it held at the instant? */
export function isHeld({ validFrom, validTo }: StoredEdge, at: number): boolean {
  return validFrom <= at && (validTo === null || validTo > at);
}
