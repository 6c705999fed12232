/** Edges of one commit: opens the rows that a scope states newly, closes those that it no longer states. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { invariant } from '../errors.ts';
import { EdgeSet } from './edge-set.ts';
import { BulkInsert } from './sqlite-bulk.ts';
import type { GatheredFacts } from './sqlite-gather.ts';
import { OpenedRows } from './sqlite-opened.ts';
import { PostingReader, rangesOf, writePostings } from './sqlite-postings.ts';
import { writeSegments } from './sqlite-segments.ts';

interface EdgeScope {
  /** Id in the store. */
  readonly id: number;
  /** Nothing is known of it. */
  readonly isNew: boolean;
  /** Read to its end: what it no longer states is closed. */
  readonly complete: boolean;
}

type OpenRow = [row: number, kind: number, from: number, to: number, word: number, props: string | null];

export class EdgeWriter {
  readonly #database: DatabaseSync;
  readonly #gathered: GatheredFacts;
  readonly #at: number;
  readonly #insert: BulkInsert;
  readonly #opened: OpenedRows;
  readonly #reader: PostingReader;
  readonly #open: StatementSync;
  readonly #end: StatementSync;
  readonly #set = new EdgeSet(0);
  /** By position in the set: the last statement of the edge in this scope, as a position in the columns. */
  #last = new Int32Array(16);
  /** By position in the set: 1 where a row states just that. */
  #isOpen = new Uint8Array(16);

  constructor(database: DatabaseSync, gathered: GatheredFacts, at: number) {
    this.#database = database;
    this.#gathered = gathered;
    this.#at = at;
    this.#insert = new BulkInsert(database, 'edge_fact', ['kind', 'src', 'dst', 'word', 'props', 'scope'], { fixed: { valid_from: at } });
    const firstRow = Number(database.prepare('SELECT coalesce(max(id), 0) + 1 AS id FROM edge_fact').get()?.['id']);
    this.#opened = new OpenedRows(firstRow);
    this.#reader = new PostingReader(database);
    this.#open = database.prepare('SELECT id, kind, src, dst, word, props FROM edge_fact WHERE id BETWEEN ? AND ? AND valid_to IS NULL');
    this.#open.setReturnArrays(true);
    this.#end = database.prepare('UPDATE edge_fact SET valid_to = ? WHERE id = ?');
  }

  /** `edges` are positions in the columns. */
  write(edges: Int32Array, scope: EdgeScope): void {
    const { kind, from, to, word, props } = this.#gathered.edges;
    const { propsTexts } = this.#gathered;
    const [set, last, insert] = [this.#set, this.#room(edges.length), this.#insert];
    set.reset(edges.length);
    for (let i = 0; i < edges.length; i++) {
      const edge = edges[i] as number;
      last[set.add(kind[edge] as number, from[edge] as number, to[edge] as number, word[edge] as number)] = edge;
    }
    this.#isOpen.fill(0, 0, set.length);
    if (!scope.isNew) this.#compare(scope);
    for (let position = 0; position < set.length; position++) {
      if (this.#isOpen[position] === 1) continue;
      const edge = last[position] as number;
      const [source, target, type] = [from[edge] as number, to[edge] as number, kind[edge] as number];
      const { values, length } = insert;
      values[length] = type;
      values[length + 1] = source;
      values[length + 2] = target;
      values[length + 3] = word[edge] as number;
      values[length + 4] = propsTexts[props[edge] as number] as string | null;
      values[length + 5] = scope.id;
      insert.added();
      this.#opened.add(type, source, target, word[edge] as number, scope.id);
    }
  }

  flush(): void {
    this.#insert.flush();
    const last = Number(this.#database.prepare('SELECT coalesce(max(id), 0) AS id FROM edge_fact').get()?.['id']);
    invariant(last === this.#opened.lastRow, 'SQLite numbers new rows one after the other');
    writePostings(this.#database, this.#opened);
    writeSegments(this.#database, this.#opened, this.#at);
  }

  /** Marks what the scope states already, and closes what it no longer states, states otherwise, or met without being read to its end. */
  #compare({ id, complete }: EdgeScope): void {
    const { edges, propsTexts } = this.#gathered;
    for (const [first, last] of rangesOf(this.#reader.rows('scope', id)))
      for (const [row, kind, from, to, word, text] of this.#open.all(first, last) as unknown as OpenRow[]) {
        const position = this.#set.find(kind, from, to, word);
        if (position < 0) {
          if (complete) this.#end.run(this.#at, row);
        } else if (complete && propsTexts[edges.props[this.#last[position] as number] as number] === text) this.#isOpen[position] = 1;
        else this.#end.run(this.#at, row);
      }
  }

  #room(edges: number): Int32Array {
    if (edges > this.#last.length) {
      this.#last = new Int32Array(edges * 2);
      this.#isOpen = new Uint8Array(edges * 2);
    }
    return this.#last;
  }
}
