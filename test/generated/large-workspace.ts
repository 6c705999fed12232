/**
 * Random workspaces of the size and the shape of a large organisation: few projects have most repositories, few groups most people,
 * few people administer everything.
 */
import type { SampleWorkspace } from '../../ingest/sample/workspace.ts';
import type { Dice } from '../twin/dice.ts';
import { generateWorkspace, someOf } from './generate-workspace.ts';

/** Repositories for each user, group and project. */
const PER_USER = 5;
const PER_GROUP = 25;
const PER_PROJECT = 40;
/** Of all users in the largest group, and how fast groups and projects get smaller with their rank. */
const LARGEST_GROUP = 0.3;
const GROUP_DECLINE = 0.9;
const PROJECT_DECLINE = 1;
/** Of all users, those who own the workspace. */
const OWNERS = 0.01;
/** Projects that the largest group may read. */
const OPEN_PROJECTS = 3;

/** A workspace of so many repositories. For 5,000: 1,000 users, 200 groups, 125 projects. */
export function generateLargeWorkspace(dice: Dice, repositories: number): SampleWorkspace {
  const count = (share: number) => Math.max(2, Math.round(repositories / share));
  const size = { users: count(PER_USER), groups: count(PER_GROUP), projects: count(PER_PROJECT), repositories };
  const workspace = generateWorkspace(dice, size);
  const { users, groups, projects } = workspace;
  const owners = Math.max(1, Math.round(users.length * OWNERS));
  for (const [rank, user] of users.entries()) if (user.role !== null) user.role = rank < owners ? 'owner' : 'member';
  const people = users.map(({ nickname }) => nickname);
  for (const [rank, group] of groups.entries()) {
    if (rank !== 1 && group.privilege === 'admin') group.privilege = null;
    const members = Math.ceil((users.length * LARGEST_GROUP) / (rank + 1) ** GROUP_DECLINE);
    group.members = someOf(dice, people, members, members);
  }
  const [largest] = groups;
  for (const { grants } of projects.slice(0, OPEN_PROJECTS))
    if (largest !== undefined && !grants.some(({ group }) => group === largest.slug)) grants.push({ group: largest.slug, level: 'read' });
  // By rank: what share of all repositories is in projects of this rank or a better one.
  const weights = projects.map((_, rank) => 1 / (rank + 1) ** PROJECT_DECLINE);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((_, rank) => weights.slice(0, rank + 1).reduce((sum, weight) => sum + weight, 0) / whole);
  const projectAt = (share: number) => projects[shares.findIndex((upTo) => upTo >= share)];
  workspace.repositories = workspace.repositories.map((repository) => ({
    ...repository,
    project: projectAt(dice.between(1, 1000) / 1000)?.key ?? repository.project,
  }));
  return workspace;
}
