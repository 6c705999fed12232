/**
 * Repositories of listings as facts: of the workspace's own, and those that Bitbucket's effective listing names beside it.
 */
import type { NodeKey } from '../../graph/fact.ts';
import type { GapReason } from '../../graph/model/gaps.ts';
import { publicGrants } from '../../graph/model/visibility.ts';
import { repositoryKey } from './containers.ts';
import { instantOf } from './contents.ts';
import type { Repository, RepositoryName } from './decode.ts';
import { stateParent } from './forks-and-reviewers.ts';
import { type Here, levelOf, quoted, rankOf, seeProject } from './here.ts';
import { seeBranch } from './rules.ts';

/** States the repository, what contains it, its origin and main branch, and that anybody reads a public one. */
export function stateRepository(here: Here, repository: Repository): void {
  const key = repositoryKey(repository.uuid);
  const { out, where } = here;
  const props = {
    isPrivate: repository.is_private ?? undefined,
    forkPolicy: repository.fork_policy ?? undefined,
    mainBranch: repository.mainbranch?.name || undefined,
    size: repository.size ?? undefined,
    updatedAt: instantOf(repository.updated_on),
  };
  out.see(
    {
      key,
      kind: 'Repository',
      rank: rankOf(here.endpoint),
      ref: `repository:${repository.full_name}`,
      name: repository.name ?? undefined,
      props,
    },
    where,
  );
  if (repository.project) {
    out.edge({ kind: 'CONTAINS', from: seeProject(here, repository.project), to: key, word: '', props: {} }, where);
  } else stateWithoutProject(here, key, 'undecodable', 'the listing names no project of the repository');
  if (repository.parent) stateParent(here, key, repository.parent);
  if (repository.mainbranch?.name) seeBranch(here, key, repository.mainbranch.name);
  if (repository.is_private === false) {
    for (const { level } of publicGrants('cloud', 'Repository')) {
      out.see({ key: 'anonymous:', kind: 'Anonymous', rank: 0, ref: 'anonymous:' }, where);
      out.edge({ kind: 'HOLDS', from: 'anonymous:', to: key, word: level, props: {} }, where);
    }
  } else if (repository.is_private !== true) {
    const detail = 'the listing does not say whether the repository is private';
    out.gap({ reason: 'unknown-value', hides: 'visibility', scope: key, subject: '', detail }, where);
  }
}

/** A repository of which the project is not known may have any grant by inheritance. */
function stateWithoutProject(here: Here, key: NodeKey, reason: GapReason, detail: string): void {
  here.out.edge({ kind: 'CONTAINS', from: here.workspace.key, to: key, word: '', props: {} }, here.where);
  for (const hides of ['user-grants', 'group-grants'] as const)
    here.out.gap({ reason, hides, scope: key, subject: '', detail }, here.where);
}

/** States a row of the effective listing. Of a repository that the workspace's own listing does not show hardly anything is known. */
export function stateReport(here: Here, user: NodeKey, repository: RepositoryName, upstream: string): void {
  const key = repositoryKey(repository.uuid);
  const { out, where } = here;
  out.see(
    { key, kind: 'Repository', rank: rankOf(here.endpoint), ref: `repository:${repository.full_name}`, name: repository.name ?? undefined },
    where,
  );
  if (!here.listedRepositories.has(key) && here.unlistedBecause !== null) {
    const detail = 'the repository is not in the listing of repositories';
    stateWithoutProject(here, key, here.unlistedBecause, detail);
    for (const hides of ['visibility', 'rules'] as const)
      out.gap({ reason: here.unlistedBecause, hides, scope: key, subject: '', detail }, where);
  }
  const level = levelOf('Repository', upstream);
  if (level === null)
    out.gap({ reason: 'unknown-value', hides: 'listing', scope: key, subject: '', detail: `level ${quoted(upstream)}` }, where);
  else if (level !== 'none') out.edge({ kind: 'REPORTED', from: user, to: key, word: level, props: {} }, where);
}
