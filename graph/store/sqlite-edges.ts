/** Edges of one commit: opens what a scope states newly, closes what it no longer states. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { EdgeSet } from './edge-set.ts';
import { BlockReader, lastEdge, writeBlocks } from './sqlite-blocks.ts';
import { BulkInsert } from './sqlite-bulk.ts';
import type { GatheredFacts } from './sqlite-gather.ts';
import { OpenedEdges } from './sqlite-opened.ts';
import { PostingReader, writePostings } from './sqlite-postings.ts';

interface EdgeScope {
  /** Id in the store. */
  readonly id: number;
  /** Nothing is known of it. */
  readonly isNew: boolean;
  /** Read to its end: what it no longer states is closed. */
  readonly complete: boolean;
}

export class EdgeWriter {
  readonly #database: DatabaseSync;
  readonly #gathered: GatheredFacts;
  readonly #at: number;
  readonly #opened: OpenedEdges;
  readonly #props: BulkInsert;
  readonly #postings: PostingReader;
  readonly #blocks: BlockReader;
  readonly #close: StatementSync;
  readonly #set = new EdgeSet(0);
  /** By position in the set: the last statement of the edge in this scope, as a position in the columns. */
  #last = new Int32Array(16);
  /** By position in the set: 1 where the store has it open just so. */
  #isOpen = new Uint8Array(16);

  constructor(database: DatabaseSync, gathered: GatheredFacts, at: number) {
    this.#database = database;
    this.#gathered = gathered;
    this.#at = at;
    this.#opened = new OpenedEdges(lastEdge(database) + 1);
    this.#props = new BulkInsert(database, 'edge_props', ['edge', 'props']);
    this.#postings = new PostingReader(database);
    this.#blocks = new BlockReader((sql) => database.prepare(sql));
    this.#close = database.prepare('INSERT INTO edge_closed (edge, valid_to) VALUES (?, ?)');
  }

  /** `edges` are positions in the columns. */
  write(edges: Int32Array, scope: EdgeScope): void {
    const { kind, from, to, word, props } = this.#gathered.edges;
    const { propsTexts } = this.#gathered;
    const [set, last, opened] = [this.#set, this.#room(edges.length), this.#opened];
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
      const id = opened.open(kind[edge] as number, from[edge] as number, to[edge] as number, word[edge] as number, scope.id);
      if (props[edge] !== 0) this.#props.add(id, propsTexts[props[edge] as number] as string);
    }
  }

  flush(): void {
    this.#props.flush();
    writeBlocks(this.#database, this.#opened, this.#at);
    writePostings(this.#database, this.#opened);
  }

  /** Marks what the scope states already, and closes what it no longer states, states otherwise, or met without being read to its end. */
  #compare({ id, complete }: EdgeScope): void {
    const { edges, propsTexts } = this.#gathered;
    for (const edge of this.#blocks.read(this.#postings.read('scope', id))) {
      if (edge.validTo !== null) continue;
      const position = this.#set.find(edge.kind, edge.from, edge.to, edge.word);
      const stated = position < 0 ? null : propsTexts[edges.props[this.#last[position] as number] as number];
      if (position >= 0 && complete && stated === edge.props) this.#isOpen[position] = 1;
      else if (position >= 0 || complete) this.#close.run(edge.id, this.#at);
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
