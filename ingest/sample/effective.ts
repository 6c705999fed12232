/**
 * The upstream's own effective levels: who holds what on each repository at most. A few lines of its own, so that what the
 * product computes can be compared with something that it did not compute.
 *
 * Listed are users with a grant that reaches the repository, directly or through groups, projects or administration. Public
 * reading, accounts that are off and everything below the repository are not listed.
 */
import type { SampleWorkspace } from './workspace.ts';

export interface EffectiveRow {
  readonly user: string;
  readonly repository: string;
  readonly level: string;
}

const RANK = ['read', 'write', 'admin'];
const ON_REPOSITORY: Readonly<Record<string, string>> = { 'create-repo': 'write' };

/** By repository, in the order of users. */
export function effectiveRows({ users, groups, projects, repositories, lagging }: SampleWorkspace): EffectiveRow[] {
  const membersBySlug = new Map(groups.map(({ slug, members }) => [slug, members]));
  const grantsByProject = new Map(projects.map(({ key, grants }) => [key, grants]));
  const placeByUser = new Map(users.map(({ nickname }, place) => [nickname, place]));
  const administrators = [
    ...users.filter(({ role }) => role === 'owner').map(({ nickname }) => nickname),
    ...groups.filter(({ privilege }) => privilege === 'admin').flatMap(({ members }) => members),
  ];
  return repositories.flatMap(({ slug, project, grants }) => {
    const ranks = new Map<string, number>();
    const give = (user: string, rank: number) => ranks.set(user, Math.max(rank, ranks.get(user) ?? rank));
    for (const { user, group = '', level } of [...grants, ...(grantsByProject.get(project) ?? [])])
      for (const holder of user === undefined ? (membersBySlug.get(group) ?? []) : [user])
        give(holder, RANK.indexOf(ON_REPOSITORY[level] ?? level));
    for (const administrator of administrators) give(administrator, RANK.indexOf('admin'));
    const levels = new Map([...ranks].map(([user, rank]) => [user, RANK[rank]]));
    for (const row of lagging) if (row.repository === slug) levels.set(row.user, row.level);
    return [...levels]
      .map(([user, level]) => ({ user, level, place: placeByUser.get(user) ?? -1 }))
      .sort((a, b) => a.place - b.place)
      .flatMap(({ user, level, place }): EffectiveRow[] =>
        users[place]?.active === true && level !== undefined ? [{ user, repository: slug, level }] : [],
      );
  });
}
