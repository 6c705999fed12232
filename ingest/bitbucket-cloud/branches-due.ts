/**
 * Branches that are worth reading as soon as everything of their repository that says so was read: a run that ends at its budget
 * has then read some repositories whole, and the next one goes on with others.
 */
import type { NodeKey } from '../../graph/fact.ts';
import { type Container, containersOf, DECIDING_ENDPOINT, NAMING, repositoryKey } from './containers.ts';
import { decodeRepository } from './decode.ts';
import { type EndpointId, endpointsOf } from './endpoints.ts';
import type { Page } from './read-page.ts';
import { itemsOf, type PagesByScope, type Scope, scopeId, scopeOf, stateOf } from './scopes.ts';

/** What must be read of a repository first. Stand-ins are read with what they stand in for. */
const AWAITED: readonly EndpointId[] = endpointsOf('repository').filter(
  (endpoint) => endpoint === DECIDING_ENDPOINT || [...NAMING.branch, ...NAMING.head].some(({ listing }) => listing === endpoint),
);

export class BranchesDue {
  readonly #workspace: Container;
  /** As the listing of repositories shows them. */
  readonly #shown = new Map<NodeKey, unknown>();
  readonly #read = new Map<NodeKey, Map<EndpointId, readonly Page[]>>();

  constructor(workspace: Container, listings: PagesByScope) {
    this.#workspace = workspace;
    const pages = listings.get(scopeOf('repositories', workspace).id) ?? [];
    for (const item of pages.flatMap((page) => itemsOf('repositories', page) ?? [])) {
      const repository = decodeRepository(item);
      if (repository !== null) this.#shown.set(repositoryKey(repository.uuid), item);
    }
  }

  /** The scopes of the branches of the repository, and of the commit of the main one, once the last of what names them has come; none before, and none where it must be asked elsewhere. */
  see({ endpoint, container }: Scope, pages: readonly Page[]): Scope[] {
    const shown = this.#shown.get(container.key);
    if (shown === undefined || !AWAITED.includes(endpoint)) return [];
    const read = this.#read.get(container.key) ?? new Map<EndpointId, readonly Page[]>();
    this.#read.set(container.key, read.set(endpoint, pages));
    if (!AWAITED.every((each) => read.has(each))) return [];
    this.#read.delete(container.key);
    // What is asked elsewhere is known when the listings are looked at again.
    const chains = new Map(
      [...read].map(([each, chain]) => [scopeId(each, container.key), chain.map((page) => ({ ...page, sequence: 0 }))]),
    );
    if (AWAITED.some((each) => stateOf(scopeOf(each, container), chains).is === 'instead')) return [];
    const itemsIn = (listing: EndpointId) =>
      listing === 'repositories' ? [shown] : (read.get(listing) ?? []).flatMap((page) => itemsOf(listing, page) ?? []);
    return (['branch', 'head'] as const).flatMap((of) =>
      containersOf(of, this.#workspace, itemsIn).flatMap((branch) => endpointsOf(of).map((each) => scopeOf(each, branch))),
    );
  }
}
