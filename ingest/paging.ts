/**
 * Paging as a value: pages one after the other by an opaque link, whatever the upstream means by it.
 *
 * Items may come twice or in another order when something changes between two pages: facts do not mind, so nothing is
 * counted or compared here.
 */
import { CodedError } from '../graph/errors.ts';
import { withoutQuery } from './origin.ts';

export interface Linked {
  /** Where the next page is, relative to the origin; null on the last page. */
  readonly next: string | null;
}

/** A million items of ten a page: an upstream that goes on beyond is broken. */
const PAGES_MAX = 100_000;

/** All pages from the first on. Errors: UPSTREAM_SHAPE for a link that was followed before; those of `fetchPage`. */
export async function* readPages<P extends Linked>(first: string, fetchPage: (path: string) => Promise<P>): AsyncGenerator<P, void, void> {
  const followed = new Set<string>();
  for (let path: string | null = first; path !== null; ) {
    if (followed.has(path) || followed.size >= PAGES_MAX) {
      throw new CodedError(
        'UPSTREAM_SHAPE',
        `pages must come to an end, got a link that was followed before at \`${withoutQuery(path)}\``,
        {
          path: withoutQuery(path),
        },
      );
    }
    followed.add(path);
    const page: P = await fetchPage(path);
    yield page;
    path = page.next;
  }
}
