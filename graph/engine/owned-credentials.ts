/**
 * Credentials beside their owners: kind, flags and scopes of each in the order of the owners' rows, so that a list of who can
 * reads them in a row and looks into memory once for an owner, not for each of what acts as him.
 *
 * INVARIANT: used only where every credential has at most one owner and that is certain; then each is met once.
 */
import { aboutOf, type Downward, LOOK } from './downward.ts';
import type { Fitness } from './fitness.ts';
import { type Graph, SEVERAL } from './graph.ts';
import { stopIf } from './stop.ts';
import { KIND_BITS, PLAIN } from './tables.ts';

interface ListOptions {
  /** What is asked of scopes. */
  readonly ask: number;
  readonly at: number;
  /** By kind id: 1 for what is to be listed. */
  readonly wanted: Uint8Array;
  readonly signal: AbortSignal | undefined;
}

export class OwnedCredentials {
  readonly #graph: Graph;
  readonly #fitness: Fitness;
  readonly areSole: boolean;
  /** By position in the rows of owners: `set of scopes << 8 | look << 7 | kind`. */
  readonly #about: Int32Array;
  /** Room for everybody: a list is copied out of it when its length is known. */
  readonly #found: Int32Array;

  constructor({ graph, fitness }: { readonly graph: Graph; readonly fitness: Fitness }) {
    this.#graph = graph;
    this.#fitness = fitness;
    this.areSole = !graph.hidden.some && !isUncertain(graph.ownerOf);
    this.#found = new Int32Array(this.areSole ? graph.nodeCount : 0);
    const { val } = graph.ownerDown;
    const { meta, sections } = graph;
    this.#about = new Int32Array(this.areSole ? val.length : 0);
    for (let i = 0; i < this.#about.length; i++) {
      const node = val[i]! >> 1;
      this.#about[i] = ((sections.scopeSet[node] ?? 0) << 8) | aboutOf(meta[node]!);
    }
  }

  /**
   * Those of the reached who may do it, and what acts as them; `reached` has been spread without owners and is not everybody.
   * Shape: unordered, each once; the caller's own array.
   */
  allowed(reached: Downward, { ask, at, wanted, signal }: ListOptions): Int32Array {
    const { ownerDown, ownerOf } = this.#graph;
    const { off, val } = ownerDown;
    const { list, about, count } = reached;
    const fitness = this.#fitness;
    const owned = this.#about;
    const found = this.#found;
    const inScope = fitness.setsInScope(ask);
    let length = 0;
    for (let i = 0; i < count; i++) {
      stopIf(signal, i);
      const node = list[i]!;
      const kind = about[i]! & KIND_BITS;
      if (PLAIN[kind] === 0) {
        // A holder of its own grants; if its owner is reached too it is met there.
        const owner = ownerOf[node]!;
        const isMet = owner >= 0 && reached.has(owner >> 1);
        if (wanted[kind] === 1 && !isMet && fitness.isInScope(node, ask, kind) && fitness.isFit(node, at, true)) found[length++] = node;
        continue;
      }
      if (about[i]! & LOOK && !fitness.isFitItself(node, at, true)) continue;
      if (wanted[kind] === 1) found[length++] = node;
      if (owned.length === 0) continue;
      for (let j = off[node]!, end = off[node + 1]!; j < end; j++) {
        const of = owned[j]!;
        const ofKind = of & KIND_BITS;
        if (wanted[ofKind] === 0 || inScope[of & ~LOOK] === 0) continue;
        const credential = val[j]! >> 1;
        if ((of & LOOK) === 0 || fitness.isFitItself(credential, at, true)) found[length++] = credential;
      }
    }
    return found.slice(0, length);
  }
}

/** Is there a credential with several owners, or with one that is stale? */
function isUncertain(ownerOf: Int32Array): boolean {
  for (let node = 0; node < ownerOf.length; node++) {
    const owned = ownerOf[node]!;
    if (owned === SEVERAL || (owned >= 0 && (owned & 1) === 1)) return true;
  }
  return false;
}
