/** Nodes that no connector states: a store that lasts states them itself, with the first fact that names them, and keeps them. */
import { invariant } from '../errors.ts';
import { type NodeFact, type NodeKey, refWord } from '../fact.ts';
import { NODE_KINDS } from '../model/node-kinds.ts';
import { plainNode } from '../notation.ts';

/** The scope of what the store itself states; no connector's scope is called so. */
export const IMPLIED_SCOPE = '';
/** Where it was read. */
export const IMPLIED_ENDPOINT = 'implied';

const IMPLIED_WORDS: ReadonlySet<string> = new Set([NODE_KINDS.Anonymous.ref, NODE_KINDS.Scope.ref]);

/** The node of a key that a fact names and none states. Errors: any other end without a node fact is a defect of the connector. */
export function impliedNode(key: NodeKey): NodeFact {
  const node = IMPLIED_WORDS.has(refWord(key)) ? plainNode(key) : null;
  invariant(node !== null, `an edge or gap ends at \`${key}\`, which no fact of the run or the store states`);
  return node;
}
