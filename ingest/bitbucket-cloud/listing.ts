/**
 * How the pages of one listing are kept: by their position, `PATH`, `PATH#2`, `PATH#3`.
 *
 * The links between them are opaque and may carry a token, so none is kept. A listing that was not read to its end is read anew
 * when its run is resumed: going on in the middle of it hours later could miss what moved to an earlier page meanwhile.
 */
import type { KeptPage } from '../../graph/store/port.ts';

/** The template with its parameters, each percent-encoded. */
export function filled(template: string, params: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

/** The path under which a page is kept. `first` is the path of the first one, `position` counts from 1. */
export function keptPath(first: string, position: number): string {
  return position === 1 ? first : `${first.replace(/[?#].*$/s, '')}#${position}`;
}

/** The pages from the first on, as far as they lead. What an earlier attempt left behind is older than the page before it, and not among them. */
export function chainOf(pages: readonly KeptPage[]): KeptPage[] {
  // Most listings have one page, and there are many listings.
  if (pages.length === 1) return pages.filter(({ path }) => !path.includes('#')).slice();
  const byPath = new Map(pages.map((page) => [page.path, page]));
  const chain: KeptPage[] = [];
  // Of several first pages the last counts: what is asked for was renamed, or has moved, since an earlier attempt.
  let page = pages
    .filter(({ path }) => !path.includes('#'))
    .reduce<KeptPage | undefined>((last, each) => (last === undefined || each.sequence > last.sequence ? each : last), undefined);
  while (page !== undefined) {
    chain.push(page);
    const next: KeptPage | undefined = byPath.get(page.next ?? '');
    page = next !== undefined && next.sequence > page.sequence ? next : undefined;
  }
  return chain.slice();
}
