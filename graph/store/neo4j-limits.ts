/**
 * How long a text may be that Neo4j keeps in an index. It has no other way to refuse one than to fail while it commits, so a commit
 * looks before it writes.
 */
import { CodedError } from '../errors.ts';
import type { Changes } from './neo4j-changes.ts';
import { NODES_MAX } from './neo4j-schema.ts';
import { searchText } from './search-text.ts';

/** Keys, references, aliases, names of scopes with their connector. The server's limit is 8,167 bytes with the tenant and what is around it. */
const INDEXED_BYTES_MAX = 7_500;
/** All names of a node together, as they are searched. The server's limit is 32,766 bytes. */
const SEARCHED_BYTES_MAX = 32_000;
/** A character of a text takes so many bytes at most, and folding makes so many of one. */
const BYTES_PER_UNIT_MAX = 3;
const FOLDED_UNITS_MAX = 18;

/** Errors: LIMIT naming what is too long, by its begin, or that there are too many nodes. */
export function requireIndexable({ newNodes, openedNodes, newScopes, connector, keys }: Changes): void {
  if ((newNodes.at(-1)?.number ?? 0) >= NODES_MAX)
    throw new CodedError('LIMIT', `a store on Neo4j has ${NODES_MAX} nodes at most, got more: give each workspace a tenant of its own`);
  for (const { name } of newScopes) requireShort(`${connector} ${name}`, 'the name of a scope with its connector');
  for (const { key } of newNodes) requireShort(key, 'the key of a node');
  for (const { node, content } of openedNodes) {
    for (const ref of [content.ref, ...content.aliases]) requireShort(ref, 'a reference of a node');
    const units = [content.ref, content.name, ...content.aliases].reduce((sum, text) => sum + text.length + 1, 0);
    if (units * FOLDED_UNITS_MAX * BYTES_PER_UNIT_MAX > SEARCHED_BYTES_MAX)
      requireShort(searchText(content), `all names of \`${keys.get(node)}\` together`, SEARCHED_BYTES_MAX);
  }
}

function requireShort(text: string, what: string, bytesMax = INDEXED_BYTES_MAX): void {
  if (text.length * BYTES_PER_UNIT_MAX <= bytesMax) return;
  const bytes = Buffer.byteLength(text);
  if (bytes <= bytesMax) return;
  throw new CodedError(
    'LIMIT',
    `${what} must be of ${bytesMax} bytes at most in a store on Neo4j, got ${bytes}: \`${text.slice(0, 80)}...\``,
  );
}
