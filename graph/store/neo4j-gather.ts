/**
 * The facts of one commit in memory, scope by scope, and what each scope says as a digest.
 *
 * Facts come in any order and may be ten million: an edge is five numbers in columns. A digest is made of keys, not of numbers of
 * the store, so that a scope that says what it said before is told without asking the store for anything but its old digest.
 */
import { hash } from 'node:crypto';
import { setImmediate as breath } from 'node:timers/promises';
import { invariant } from '../errors.ts';
import type { EdgeFact, GapFact, NodeKey, StatedFact } from '../fact.ts';
import { EDGE_KINDS } from '../model/edge-kinds.ts';
import { nodeContentOf, nodeContentText, propsText, wordText } from './contents.ts';
import { EdgeList } from './edge-list.ts';
import { StatedFacts } from './stated-facts.ts';

/** What an edge says beside its ends. */
export interface EdgeText {
  /** As ids of facts write it. */
  readonly word: string;
  /** Canonical JSON, '' where there are none. */
  readonly props: string;
}

/** Of nodes, edges and gaps: '' for a scope that states none. Equal digests are equal statements. */
export type Digests = readonly [nodes: string, edges: string, gaps: string];

/** Characters of a digest, six bits each: that two contents meet by chance is out of the question. */
const DIGEST_CHARACTERS = 24;
/** So many facts are taken without letting anything else run: the lease of the run must be renewed meanwhile. */
const FACTS_AT_ONCE = 50_000;

export class GatheredFacts extends StatedFacts {
  /** By scope, by identity: the last counts. Absent where there are none. */
  readonly gaps = new Map<number, Map<string, GapFact>>();
  /** In the order of coming in; ends are positions in `keys`, texts in `texts`, scopes in `scopeNames`. */
  readonly edges = new EdgeList();
  readonly keys: NodeKey[] = [];
  readonly texts: EdgeText[] = [];
  readonly #positions = new Map<NodeKey, number>();
  /** By word as facts have it, by canonical properties. */
  readonly #textIds = new Map<string, Map<string, number>>();

  async addAll(facts: Iterable<StatedFact>): Promise<void> {
    let count = 0;
    for (const stated of facts) {
      this.add(stated);
      if (++count % FACTS_AT_ONCE === 0) await breath();
    }
  }

  protected override meet(key: NodeKey): void {
    this.positionOf(key);
  }

  /** The position of a key, a new one for a key that was not met before. */
  positionOf(key: NodeKey): number {
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    const position = this.keys.push(key) - 1;
    this.#positions.set(key, position);
    return position;
  }

  /** Edges of each scope, each once, ordered by kind, ends' keys and word. Shape: positions in `edges`; those of scope `s` are `order[start[s]..start[s + 1]]`. */
  async edgesByScope(): Promise<{ readonly order: Int32Array; readonly start: Int32Array }> {
    const { kind, from, to, text, scope, length } = this.edges;
    const rank = this.#ranks();
    const { order, start } = this.edges.orderedBy(scope, this.scopeNames.length);
    const words = this.texts.map(({ word }) => word);
    const compare = (a: number, b: number): number => {
      if (kind[a] !== kind[b]) return (kind[a] as number) - (kind[b] as number);
      if (from[a] !== from[b]) return (rank[from[a] as number] as number) - (rank[from[b] as number] as number);
      if (to[a] !== to[b]) return (rank[to[a] as number] as number) - (rank[to[b] as number] as number);
      const [left, right] = [words[text[a] as number] as string, words[text[b] as number] as string];
      return left < right ? -1 : left > right ? 1 : 0;
    };
    let kept = 0;
    let sorted = 0;
    for (let name = 0; name < this.scopeNames.length; name++) {
      // Sorting keeps the order of equal ones, so the last of them is the one that came in last.
      const ofScope = order.slice(start[name], start[name + 1]).sort(compare);
      start[name] = kept;
      for (let at = 0; at < ofScope.length; at++) {
        const [edge, next] = [ofScope[at] as number, ofScope[at + 1]];
        if (next === undefined || compare(edge, next) !== 0) order[kept++] = edge;
      }
      sorted += ofScope.length;
      if (sorted > FACTS_AT_ONCE) {
        sorted = 0;
        await breath();
      }
    }
    start[this.scopeNames.length] = kept;
    invariant(kept <= length, 'there are not more edges than came in');
    return { order: order.subarray(0, kept), start };
  }

  /** `edges` are those of the scope as `edgesByScope` orders them. */
  digests(scope: number, edges: Int32Array): Digests {
    return [this.#digestOfNodes(scope), this.#digestOfEdges(edges), this.#digestOfGaps(scope)];
  }

  #digestOfNodes(scope: number): string {
    const nodes = [...(this.nodes.get(scope)?.values() ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1));
    return digestOf(nodes.map((node) => `${node.key} ${nodeContentText(nodeContentOf(node))}`));
  }

  #digestOfEdges(edges: Int32Array): string {
    const { kind, from, to, text } = this.edges;
    const lines: string[] = [];
    for (const edge of edges) {
      const { word, props } = this.texts[text[edge] as number] as EdgeText;
      lines.push(`${kind[edge]} ${this.keys[from[edge] as number]} ${this.keys[to[edge] as number]} ${word} ${props}`);
    }
    return digestOf(lines);
  }

  #digestOfGaps(scope: number): string {
    return digestOf(
      [...(this.gaps.get(scope) ?? [])].map(([identity, { detail }]) => JSON.stringify([identity, detail.toWellFormed()])).sort(),
    );
  }

  // Most scopes state many edges of one kind, one end and one word.
  #lastTo: NodeKey = '';
  #lastToPosition = -1;
  #lastWord: string | null = null;
  #lastTexts: Map<string, number> = new Map();

  protected override addEdge({ kind, from, to, word, props }: EdgeFact, scope: number): void {
    if (this.#lastToPosition < 0 || to !== this.#lastTo) {
      this.#lastTo = to;
      this.#lastToPosition = this.positionOf(to);
    }
    if (word !== this.#lastWord) {
      this.#lastWord = word;
      this.#lastTexts = this.#textsOf(word);
    }
    const text = hasNone(props) ? '' : propsText(props);
    let textId = this.#lastTexts.get(text);
    if (textId === undefined) {
      textId = this.texts.push({ word: wordText(word), props: text }) - 1;
      this.#lastTexts.set(text, textId);
    }
    this.edges.add(EDGE_KINDS[kind].id, this.positionOf(from), this.#lastToPosition, textId, scope);
  }

  #textsOf(word: string): Map<string, number> {
    const known = this.#textIds.get(word);
    if (known !== undefined) return known;
    const texts = new Map<string, number>();
    this.#textIds.set(word, texts);
    return texts;
  }

  protected override addGap(gap: GapFact, scope: number): void {
    this.positionOf(gap.scope);
    if (gap.subject !== '') this.positionOf(gap.subject);
    const identity = [gap.reason, gap.hides, gap.scope, gap.subject].join(' ');
    const gaps = this.gaps.get(scope);
    if (gaps === undefined) this.gaps.set(scope, new Map([[identity, gap]]));
    else gaps.set(identity, gap);
  }

  /** The place of each key in the order of all. */
  #ranks(): Int32Array {
    const order = this.keys.map((_, position) => position).sort((a, b) => ((this.keys[a] as string) < (this.keys[b] as string) ? -1 : 1));
    const rank = new Int32Array(order.length);
    for (const [place, position] of order.entries()) rank[position] = place;
    return rank;
  }
}

function hasNone(props: EdgeFact['props']): boolean {
  for (const _ in props) return false;
  return true;
}

function digestOf(lines: readonly string[]): string {
  return lines.length === 0 ? '' : hash('sha256', lines.join('\n'), 'base64url').slice(0, DIGEST_CHARACTERS);
}
