/**
 * Does a Cypher text keep to its tenant, and find what it begins with by a constraint? Read from the text alone.
 *
 * A pattern that begins with nothing known must have a node with a constrained label and `tenant: $tenant`, and a key of it must be
 * given or bounded: without that an index on (tenant, key) is of no use and the nodes of all tenants are looked at. Or it is one
 * relationship of a given pair, which the index finds, that ends at one of the known nodes of a list.
 */
import { MIGRATIONS } from '../../graph/store/neo4j-schema.ts';

/** Labels with a unique constraint on (tenant, key). */
const CONSTRAINED: ReadonlySet<string> = new Set(
  MIGRATIONS.flat().flatMap(
    (statement) => /CONSTRAINT .* FOR \(n:(\w+)\) REQUIRE \(n\.tenant, n\.key\) IS UNIQUE/.exec(statement)?.slice(1, 2) ?? [],
  ),
);
/** What is found by an index on (tenant, property) instead. */
const INDEXED: Readonly<Record<string, string>> = { Gap: 'about' };

/** Types of relationships with an index on their pair. */
const PAIRED: ReadonlySet<string> = new Set(
  MIGRATIONS.flat().flatMap((statement) => /INDEX .* FOR \(\)-\[r:(\w+)\]-\(\) ON \(r\.pair\)/.exec(statement)?.slice(1, 2) ?? []),
);
const PAIR = /^\s*\(\)-\[:(\w+) \{pair: \w+\}\]->\((\w+)\)\s*$/;

const NODE = /\(\s*(\w*)\s*(?::([\w|]+))?\s*(\{[^}]*\})?\s*\)/g;

export function complaintsAbout(cypher: string): string[] {
  const complaints: string[] = [];
  const bound = new Set<string>();
  // Comments and texts hold no patterns.
  const text = cypher.replace(/'[^']*'/g, "''");
  if (!text.includes('$tenant')) complaints.push('does not ask of `$tenant`');
  if (/\b(CREATE|MERGE|SET|DELETE|REMOVE|LOAD|DROP|FOREACH)\b/.test(text)) complaints.push('writes');
  if (/\bCALL\s+\w/.test(text)) complaints.push('calls a procedure');
  for (const [pattern, clause] of patternsOf(text)) {
    const nodes = [...pattern.matchAll(NODE)].map(([, name = '', labels = '', map = '']) => ({
      name,
      labels: labels.split('|').filter(Boolean),
      map,
    }));
    const isKnown = nodes.some(({ name }) => bound.has(name)) || isPair(pattern, clause);
    if (!isKnown && !nodes.some((node) => isAnchor(node, clause))) complaints.push(`begins with nothing known: ${pattern.trim()}`);
    for (const { name } of nodes) if (name !== '') bound.add(name);
  }
  return complaints;
}

function isPair(pattern: string, clause: string): boolean {
  const [, type = '', end = ''] = PAIR.exec(pattern) ?? [];
  return PAIRED.has(type) && new RegExp(`\\bWHERE ${end} IN \\w`).test(clause);
}

function isAnchor({ name, labels, map }: { name: string; labels: readonly string[]; map: string }, clause: string): boolean {
  if (labels.length === 0 || !map.includes('tenant: $tenant')) return false;
  const property = INDEXED[labels[0] ?? ''] ?? 'key';
  const isFound = labels.every((label) => CONSTRAINED.has(label) || INDEXED[label] === property);
  return isFound && (new RegExp(`\\b${property}:`).test(map) || new RegExp(`\\b${name}\\.${property} (>|>=|=|STARTS WITH)`).test(clause));
}

/** Patterns of MATCH, and those of EXISTS without one, each with the clause that it stands in. */
function* patternsOf(text: string): Generator<[pattern: string, clause: string]> {
  const starts = [...text.matchAll(/\bMATCH\b|\bEXISTS \{(?=\s*\()/g)].map(({ index, 0: word }) => ({ index, from: index + word.length }));
  for (const [at, { from }] of starts.entries()) {
    const clause = text.slice(from, starts[at + 1]?.index ?? text.length);
    yield [clause.slice(0, endOfPattern(clause)), clause];
  }
}

/** Where the next clause begins, or the braces around the pattern end. */
function endOfPattern(clause: string): number {
  let depth = 0;
  for (let at = 0; at < clause.length; at++) {
    if ('({['.includes(clause[at] ?? '')) depth++;
    else if (')}]'.includes(clause[at] ?? '')) depth--;
    if (depth < 0 || (depth === 0 && /^\s(?:USING|WHERE|WITH|RETURN|UNWIND|CALL|SET|ORDER)\b/.test(clause.slice(at, at + 10)))) return at;
  }
  return clause.length;
}
