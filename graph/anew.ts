/** What is made one by one whenever it is gone through, because together it would be too much to hold. */
export function anew<T>(make: () => Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: make };
}
