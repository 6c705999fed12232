/** Text as it is searched: without regard to case, in any script. */
import { type NodeFact, type Ref, refPath, refWord } from '../fact.ts';

/**
 * Folds case and compatibility forms. Down, up and down again, because some letters meet only there: ẞ and ß, ß and SS, ı and I.
 * Two letters have forms that depend on their place, which a part of a name does not know: ς and σ, İ and i.
 */
export function foldText(text: string): string {
  const folded = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').replaceAll('i\u0307', 'i');
  return folded.normalize('NFKC');
}

/** All that a search of parts of names looks into: reference, name, aliases. Parts are apart by a character that nobody types. */
export function searchText({ ref, name, aliases }: Pick<NodeFact, 'ref' | 'name' | 'aliases'>): string {
  return foldText([ref, name, ...aliases].join('\u0000'));
}

/** How far two texts are apart: single characters to add, take or change, at most `most` + 1. */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    if (Math.min(...next) > most) return most + 1;
    row = next;
  }
  return row[b.length] ?? most + 1;
}

/** References that a suggestion looks at: of the asked word, and of others. */
export const OWN_WORD_MAX = 100_000;
export const OTHER_WORDS_MAX = 20_000;

/** Further apart than this is not near. */
const NEAR = 4;

/** The candidates nearest to a reference that nothing answers to, best first. Another kind of reference counts as one change. */
export function nearestRefs(ref: Ref, candidates: readonly Ref[], first: number): Ref[] {
  const wanted = foldText(refPath(ref) || ref);
  const scored = candidates.map((candidate) => {
    const path = foldText(refPath(candidate));
    const apart = path !== '' && (path.includes(wanted) || wanted.includes(path)) ? 0.5 : editDistance(wanted, path, NEAR);
    return { candidate, near: apart <= NEAR, distance: apart + (refWord(candidate) === refWord(ref) ? 0 : 1) };
  });
  const near = scored.filter((each) => each.near).sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return near.slice(0, first).map(({ candidate }) => candidate);
}

/** Nodes by the reference that they answer to, those of one ordered by key; references that nothing answers to are left out. */
export function byAnsweredRef(refs: Iterable<Ref>, nodes: Iterable<NodeFact>): Map<Ref, NodeFact[]> {
  const byRef = new Map<Ref, NodeFact[]>(Array.from(refs, (ref) => [ref, []]));
  for (const node of [...nodes].sort((a, b) => (a.key < b.key ? -1 : 1)))
    for (const name of new Set([node.key, node.ref, ...node.aliases])) byRef.get(name)?.push(node);
  return new Map([...byRef].filter(([, answering]) => answering.length > 0));
}
