/**
 * The upstream's own effective levels: who holds what on each repository at most. A few lines of its own, so that what the
 * product computes can be compared with something that it did not compute.
 *
 * Listed are users with a grant that reaches the repository, directly or through groups, projects or administration. Public
 * reading, accounts that are off and everything below the repository are not listed.
 */
import type { SampleGrant, SampleWorkspace } from './workspace.ts';

export interface EffectiveRow {
  readonly user: string;
  readonly repository: string;
  readonly level: string;
}

const RANK = ['read', 'write', 'admin'];
const ON_REPOSITORY: Readonly<Record<string, string>> = { 'create-repo': 'write' };

export function effectiveRows(workspace: SampleWorkspace): EffectiveRow[] {
  const groupsOf = (user: string) => workspace.groups.filter(({ members }) => members.includes(user));
  return workspace.repositories.flatMap(({ slug, project, grants }) => {
    const inherited = workspace.projects.find(({ key }) => key === project)?.grants ?? [];
    return workspace.users.flatMap(({ nickname: user, role, active }): EffectiveRow[] => {
      const groups = groupsOf(user);
      const isHis = (grant: SampleGrant) => grant.user === user || groups.some((group) => group.slug === grant.group);
      const held = [...grants, ...inherited].filter(isHis).map(({ level }) => RANK.indexOf(ON_REPOSITORY[level] ?? level));
      const administers = role === 'owner' || groups.some(({ privilege }) => privilege === 'admin');
      const lagging = workspace.lagging.find((row) => row.user === user && row.repository === slug);
      const level = lagging?.level ?? RANK[Math.max(...held, administers ? RANK.indexOf('admin') : -1)];
      return active && level !== undefined ? [{ user, repository: slug, level }] : [];
    });
  });
}
