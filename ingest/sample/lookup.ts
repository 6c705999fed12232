/**
 * Things of the workspace by name, without a search for each call: a workspace may have thousands of repositories.
 *
 * The workspace may be changed at any time, so nothing that was found once is trusted: it still stands at its place under its name,
 * or the list is gone through anew.
 */

/** Places by name, of each list by each sort of name. */
type Places = WeakMap<object, Map<string, number>>;

/** Finds by a sort of name: what `nameOf` gives must be unique in a list. Cost: what is not there is searched for in the whole list. */
export function findBy<T extends object>(nameOf: (thing: T) => string): (list: readonly T[], name: string) => T | undefined {
  const placesByList: Places = new WeakMap();
  return (list, name) => {
    const known = list[placesByList.get(list)?.get(name) ?? -1];
    if (known !== undefined && nameOf(known) === name) return known;
    const places = new Map(list.map((thing, at) => [nameOf(thing), at]));
    placesByList.set(list, places);
    return list[places.get(name) ?? -1];
  };
}
