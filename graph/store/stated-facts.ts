/**
 * The facts of one commit as they come in, scope by scope: in any order, perhaps ten million, each looked at once. How keys, edges
 * and gaps are held is for the store to say.
 */
import { invariant } from '../errors.ts';
import type { EdgeFact, GapFact, NodeFact, NodeKey, StatedFact } from '../fact.ts';

/** Positions of scopes are those of their names in the commit. */
export abstract class StatedFacts {
  readonly scopeNames: readonly string[];
  /** By scope: where the last page of it was read, and when; '' and -1 where nothing was stated. */
  readonly endpoint: string[];
  readonly fetchedAt: Float64Array;
  /** By scope, by key: of several statements of one node the last counts. Absent where there are none. */
  readonly nodes = new Map<number, Map<NodeKey, NodeFact>>();
  readonly #scopes: ReadonlyMap<string, number>;
  // Most facts are of the scope of the one before.
  #lastName = '';
  #lastScope = -1;

  constructor(scopeNames: readonly string[]) {
    this.scopeNames = scopeNames;
    this.#scopes = new Map(scopeNames.map((name, at) => [name, at]));
    this.endpoint = scopeNames.map(() => '');
    this.fetchedAt = new Float64Array(scopeNames.length).fill(-1);
  }

  add({ fact, scope: name, endpoint, fetchedAt }: StatedFact): void {
    if (this.#lastScope < 0 || name !== this.#lastName) {
      this.#lastScope = this.#scopeOf(name);
      this.#lastName = name;
    }
    const scope = this.#lastScope;
    if (fetchedAt > (this.fetchedAt[scope] as number)) {
      this.fetchedAt[scope] = fetchedAt;
      this.endpoint[scope] = endpoint;
    }
    if (fact.type === 'edge') this.addEdge(fact, scope);
    else if (fact.type === 'node') this.addNode(fact, scope);
    else this.addGap(fact, scope);
  }

  addNode(node: NodeFact, scope: number): void {
    this.meet(node.key);
    const nodes = this.nodes.get(scope);
    if (nodes === undefined) this.nodes.set(scope, new Map([[node.key, node]]));
    else nodes.set(node.key, node);
  }

  /** Gives a key a place, if it has none yet. */
  protected abstract meet(key: NodeKey): void;

  protected abstract addEdge(edge: EdgeFact, scope: number): void;

  protected abstract addGap(gap: GapFact, scope: number): void;

  #scopeOf(name: string): number {
    const scope = this.#scopes.get(name);
    if (scope === undefined) invariant(false, `the scope \`${name}\` of a fact is listed by its commit`);
    return scope;
  }
}
