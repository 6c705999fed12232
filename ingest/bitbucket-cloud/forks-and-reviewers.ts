/**
 * Which repositories are copies of which, and who is asked to review changes, as facts.
 */
import { encodeKeyPart, type NodeKey, type Scalar } from '../../graph/fact.ts';
import { repositoryKey } from './containers.ts';
import type { RepositoryName } from './decode.ts';
import type { Fork, Reviewer } from './decode-settings.ts';
import { type Here, rankOf, seeAccount } from './here.ts';

/** Upstream words for where a default reviewer comes from. */
const REVIEWER_TYPES: ReadonlySet<string> = new Set(['project', 'repository']);

/** States that the repository began as a copy of what the listing names as its origin. */
export function stateParent(here: Here, fork: NodeKey, parent: RepositoryName): void {
  stateFork(here, fork, seeOther(here, parent));
}

/** States an item of the forks of the repository at hand: a fork of another one where it names that as its origin. */
export function stateListedFork(here: Here, fork: Fork): void {
  stateFork(here, seeOther(here, fork), fork.parent ? seeOther(here, fork.parent) : here.container);
}

/** States a default reviewer of the project or repository. A word without a row is left out: it changes nothing. */
export function stateReviewer(here: Here, { user, reviewer_type: type }: Reviewer): void {
  const props: Record<string, Scalar> = type && REVIEWER_TYPES.has(type) ? { reviewerType: type } : {};
  here.out.edge({ kind: 'REVIEWS', from: seeAccount(here, user), to: here.container, word: '', props }, here.where);
}

function stateFork(here: Here, from: NodeKey, to: NodeKey): void {
  here.out.edge({ kind: 'FORK_OF', from, to, word: '', props: {} }, here.where);
}

/**
 * The repository, which the listing of the workspace states; one that the listing does not show is stated here, as far as it is known.
 * It is none of which permissions could be asked: nothing is known of who holds any.
 */
function seeOther(here: Here, other: RepositoryName & { readonly is_private?: boolean | null | undefined }): NodeKey {
  const own = repositoryKey(other.uuid);
  const [workspace] = other.full_name.split('/');
  // Where the facts of an earlier listing still hold, what it showed is known and not listed now.
  const isHeldOver = here.unlistedBecause === null && workspace === here.workspace.slug;
  if (here.listedRepositories.has(own) || isHeldOver) return own;
  const props = { isPrivate: other.is_private ?? undefined };
  return here.out.see(
    {
      key: `outside:${encodeKeyPart(other.uuid)}`,
      kind: 'OutsideRepository',
      rank: rankOf(here.endpoint),
      ref: `outside:${other.full_name}`,
      name: other.name ?? undefined,
      props,
    },
    here.where,
  );
}
