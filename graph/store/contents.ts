/** Contents of facts as every store that lasts keeps them: well-formed text in a canonical form, so that equal contents are equal text. */
import { encodeKeyPart, type NodeFact, type Props } from '../fact.ts';

/** Properties as canonical text. */
export function propsText(props: Props): string {
  const entries = Object.entries(props).map(([name, value]) => [
    name.toWellFormed(),
    typeof value === 'string' ? value.toWellFormed() : value,
  ]);
  return JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1))));
}

/** The word of an edge as ids of facts write it, so that a database can make and order ids. */
export function wordText(word: string): string {
  return word === '' ? '' : encodeKeyPart(word.toWellFormed());
}

/** All that a node fact says apart from its key. */
export interface NodeContent {
  readonly kind: NodeFact['kind'];
  readonly ref: string;
  readonly name: string;
  /** Sorted. */
  readonly aliases: readonly string[];
  /** Canonical JSON. */
  readonly props: string;
}

export function nodeContentOf({ kind, ref, name, aliases, props }: NodeFact): NodeContent {
  return {
    kind,
    ref: ref.toWellFormed(),
    name: name.toWellFormed(),
    aliases: aliases.map((alias) => alias.toWellFormed()).sort(),
    props: propsText(props),
  };
}

export function nodeContentText({ kind, ref, name, aliases, props }: NodeContent): string {
  return JSON.stringify([kind, ref, name, aliases, props]);
}
