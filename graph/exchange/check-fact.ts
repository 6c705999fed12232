/**
 * Is a fact one that the model tables allow? Kinds fit each other, words are levels, rules or branch types, properties have rows.
 * What is not in a table is refused: a file from elsewhere could hold anything, secrets among it.
 *
 * Errors are IMPORT without the number of the line.
 */
import { type EdgeFact, type Fact, type GapFact, type NodeFact, type NodeKey, type Ref, refWord, type Scalar } from '../fact.ts';
import { EDGE_KINDS, type EdgeKindRow } from '../model/edge-kinds.ts';
import { hiddenRow } from '../model/gaps.ts';
import { isLeveled, levelsOf } from '../model/lattice.ts';
import { NODE_KINDS, type NodeKind } from '../model/node-kinds.ts';
import { FACT_CONFIDENCES, NODE_PROPS, type NodePropRow, nodePropRow } from '../model/node-props.ts';
import { BRANCH_TYPES, RESTRICTION_NAMES } from '../model/restrictions.ts';
import { failLine, shown } from './parse-line.ts';

/** The kind of a node that was named before; undefined for one that was not. */
export type KindOf = (key: NodeKey) => NodeKind | undefined;

export function checkFact(fact: Fact, kindOf: KindOf): void {
  switch (fact.type) {
    case 'node':
      return checkNode(fact);
    case 'edge':
      return checkEdge(fact, kindOf);
    case 'gap':
      return checkGap(fact, kindOf);
  }
}

function checkNode({ kind, key, ref, aliases, props }: NodeFact): void {
  const { ref: word, is } = NODE_KINDS[kind];
  if (is === 'permission') failLine(`a ${kind} is derived, never a fact`);
  if (!/^[!-~]+$/.test(key)) failLine(`a key is printable ASCII without blanks, got ${shown(key)}`);
  for (const each of [key, ref, ...aliases])
    if (refWord(each) !== word || !each.includes(':')) failLine(`a ${kind} is named \`${word}:...\`, got ${shown(each)}`);
  for (const [name, value] of Object.entries(props)) {
    const row = nodePropRow(name);
    if (row === null || !row.of.includes(kind))
      failLine(`a ${kind} has no property ${shown(name)}: expected one of ${propsOf(kind).join(', ') || 'none'}`);
    if (row.words !== undefined && value !== null && !row.words.includes(String(value)))
      failLine(`property \`${name}\` is one of ${row.words.join(', ')}; got ${shown(value)}`);
    if (value !== null && !holds(row, value)) failLine(`property \`${name}\` of a ${kind} is ${TOLD[row.holds]}, got ${shown(value)}`);
  }
}

const TOLD = { boolean: 'true or false', instant: 'an instant in milliseconds since 1970', text: 'a text', number: 'a number' } as const;

function holds({ holds: what }: NodePropRow, value: Scalar): boolean {
  return typeof value === { boolean: 'boolean', instant: 'number', text: 'string', number: 'number' }[what];
}

function propsOf(kind: NodeKind): string[] {
  return Object.keys(NODE_PROPS).filter((name) => nodePropRow(name)?.of.includes(kind));
}

function checkEdge({ kind, from, to, word, props }: EdgeFact, kindOf: KindOf): void {
  const row: EdgeKindRow = EDGE_KINDS[kind];
  checkEnd(`${kind} comes from`, kindKnown(from, kindOf), row.from);
  const target = kindKnown(to, kindOf);
  checkEnd(`${kind} leads to`, target, row.to);
  const words = wordsOf(row, target);
  if (words === null && word !== '') failLine(`${kind} has no qualifier, got ${shown(word)}`);
  if (words !== null && !words.includes(word))
    failLine(`unknown ${row.word} ${shown(word)} of ${kind}: expected one of ${words.join(', ')}`);
  const other = Object.keys(props).find((name) => !row.props.includes(name));
  if (other !== undefined) failLine(`${kind} has no property ${shown(other)}: expected one of ${row.props.join(', ') || 'none'}`);
  const { confidence } = props;
  if (confidence !== undefined && !FACT_CONFIDENCES.some((each) => each === confidence))
    failLine(`property \`confidence\` is one of ${FACT_CONFIDENCES.join(', ')}; got ${shown(confidence)}`);
}

/** What may qualify the edge; null where nothing does. */
function wordsOf({ word }: EdgeKindRow, target: NodeKind): readonly string[] | null {
  switch (word) {
    case 'level':
      return isLeveled(target) ? [...new Set([...levelsOf('cloud', target), ...levelsOf('dc', target)].map(({ level }) => level))] : [];
    case 'restriction':
      return RESTRICTION_NAMES;
    case 'branch type':
      return BRANCH_TYPES;
    case null:
      return null;
  }
}

function checkGap({ hides, scope, subject }: GapFact, kindOf: KindOf): void {
  const row = hiddenRow(hides);
  const kind = kindKnown(scope, kindOf);
  if (row.scope.length > 0) checkEnd(`a gap over ${hides} is about`, kind, row.scope);
  if (subject !== '') kindKnown(subject, kindOf);
}

function checkEnd(what: string, kind: NodeKind, expected: readonly NodeKind[]): void {
  if (!expected.includes(kind)) failLine(`${what} ${expected.join(', ')}; got a ${kind}`);
}

function kindKnown(key: NodeKey | Ref, kindOf: KindOf): NodeKind {
  return kindOf(key) ?? failLine(`${shown(key)} is no node of the file: nodes stand before what names them`);
}
