/**
 * Work on many nodes in parts: each part in a transaction of its own where the caller wants that.
 */
import type { NodeKey } from '../fact.ts';

/** The part of a transaction of the driver that is needed here. */
export interface CypherRunner {
  run(
    statement: string,
    parameters: Readonly<Record<string, unknown>>,
  ): PromiseLike<{ readonly records: readonly { get(name: string): unknown }[] }>;
}

/** Runs a piece of work in a transaction. */
export type InTransaction = <T>(work: (tx: CypherRunner) => Promise<T>) => Promise<T>;

/** A node of which something changed. */
export interface TouchedNode {
  readonly number: number;
  readonly key: NodeKey;
  /** '' while it does not hold. */
  readonly kind: string;
}

/** Nodes that one transaction looks at. */
const NODES_AT_ONCE = 5_000;

/** Does the work for parts of a list, each in a transaction of its own. */
export async function inParts<T, R>(
  inTransaction: InTransaction,
  list: readonly T[],
  work: (tx: CypherRunner, part: readonly T[]) => Promise<readonly R[]>,
  size = NODES_AT_ONCE,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < list.length; start += size) {
    const part = list.slice(start, start + size);
    for (const result of await inTransaction((tx) => work(tx, part))) results.push(result);
  }
  return results;
}
