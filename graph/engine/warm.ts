/**
 * Many checks at once: what they will read is touched beforehand, in loops so short that the processor waits for several places of
 * memory at the same time. A check alone waits for one after the other, which in a large snapshot is most of its time.
 *
 * INVARIANT: it answers nothing and changes nothing: without it every answer is the same.
 */
import type { Csr } from './csr.ts';
import { type Graph, NONE } from './graph.ts';
import type { IndexedQuestion } from './port.ts';

/** Values of a row that share a line of a cache, and how many lines of a row are touched from its begin on. */
const LINE_VALUES = 16;
const LINES_MAX = 4;
/** A repository, its project, its workspace. */
const HEIGHT_MAX = 3;

export class Warmer {
  readonly #graph: Graph;
  /** What was touched, added up: reads whose outcome nobody could see could be left out by the compiler. */
  #touched = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** Cost: O(questions), a fraction of what the checks would wait. */
  warm(questions: readonly IndexedQuestion[]): void {
    const count = questions.length;
    const holder = new Int32Array(count);
    const target = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      holder[i] = questions[i]!.identity;
      target[i] = questions[i]!.target;
    }
    const { meta, ownerOf, containerOf, closure, grants, sections } = this.#graph;
    let touched = touch(holder, meta) + touch(holder, ownerOf) + touch(holder, sections.scopeSet) + touch(target, sections.ruleOff);
    // The groups of a credential are those of its owner.
    if (climb(holder, ownerOf)) touched += touch(holder, meta) + touch(holder, ownerOf);
    touched += touchRows(holder, closure) + touchRows(holder, grants.byHolder);
    for (let height = 0; height < HEIGHT_MAX; height++) {
      touched += touch(target, meta) + touch(target, containerOf) + touchRows(target, grants.byResource);
      if (!climb(target, containerOf)) break;
    }
    this.#touched = (this.#touched + touched) | 0;
  }
}

function touch(nodes: Int32Array, column: Int32Array | Uint16Array): number {
  if (column.length === 0) return 0;
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) sum += column[nodes[i]!]!;
  return sum;
}

/** Begin, middle and end of the row of each node. */
function touchRows(nodes: Int32Array, { off, val }: Csr): number {
  let sum = touch(nodes, off);
  if (off.length === 0) return sum;
  for (let i = 0; i < nodes.length; i++) {
    const start = off[nodes[i]!]!;
    const end = off[nodes[i]! + 1]!;
    if (start === end) continue;
    const near = Math.min(end, start + LINES_MAX * LINE_VALUES);
    for (let at = start; at < near; at += LINE_VALUES) sum += val[at]!;
    sum += val[(start + end) >> 1]! + val[end - 1]!;
  }
  return sum;
}

/** Puts the sole owner or container in the place of each node that has one; false where none has. */
function climb(nodes: Int32Array, soleOf: Int32Array): boolean {
  let climbed = false;
  for (let i = 0; i < nodes.length; i++) {
    const up = soleOf[nodes[i]!]!;
    if (up <= NONE) continue;
    nodes[i] = up >> 1;
    climbed = true;
  }
  return climbed;
}
