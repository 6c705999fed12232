/**
 * Random workspaces for the server of the upstream: people, groups, projects, repositories, grants and rules, as a seed says.
 *
 * INVARIANT: what the upstream shows nowhere is not generated: a group that confers something on the workspace stands in a grant
 * or a rule, because groups as 1.0 lists them do not say what they confer.
 */
import { RESTRICTION_NAMES, type RestrictionKind } from '../../graph/model/restrictions.ts';
import type {
  SampleAutomation,
  SampleKey,
  SampleRepositoryAutomation,
  SampleVariable,
  SampleWebhook,
} from '../../ingest/sample/automation.ts';
import { publicKey } from '../../ingest/sample/public-key.ts';
import type { SampleBot, SampleRuns } from '../../ingest/sample/runs.ts';
import {
  INHERITED,
  type SampleElsewhere,
  type SampleProjectSettings,
  type SampleRepositorySettings,
} from '../../ingest/sample/settings.ts';
import type {
  SampleGrant,
  SampleGroup,
  SampleProject,
  SampleRepository,
  SampleRule,
  SampleUser,
  SampleWorkspace,
} from '../../ingest/sample/workspace.ts';
import { Dice, seededSource } from '../twin/dice.ts';
import { generateDefinition } from './generate-definition.ts';

export interface GeneratedSize {
  readonly users: number;
  readonly groups: number;
  readonly projects: number;
  readonly repositories: number;
}

const SMALL: GeneratedSize = { users: 9, groups: 5, projects: 3, repositories: 6 };
const ON_REPOSITORY = ['read', 'write', 'admin'] as const;
const ON_PROJECT = ['read', 'write', 'create-repo', 'admin'] as const;
const GLOBS = ['main', 'release/*', '*', 'feature/*', 'ma*n', 'hotfix/1.0'] as const;
const TYPES_OF_PREFIX = ['feature', 'bugfix', 'release', 'hotfix'] as const;
const TYPES = ['development', 'production', 'feature', 'release'] as const;
const KINDS = RESTRICTION_NAMES.filter((kind) => kind !== 'unknown');
const WITH_LIST: readonly RestrictionKind[] = ['push', 'restrict_merges'];
const TRIGGERS = ['push', 'manual', 'schedule', 'pull_request'] as const;
const BOT_KINDS = ['workspace_access_token', 'connect_app', 'workspace'] as const;
const WITH_VALUE = /approvals_to_merge$|builds_to_merge$|commits_behind$/;
/** Display names that an encoder may stumble over. */
const NAMES = ['Ann Lee', 'Zoé Ångström', '山田 太郎', "O'Brien", 'Name "quoted"', 'a\u200bb', 'Ω#:/%'] as const;

export function generateWorkspace(dice: Dice, size: GeneratedSize = SMALL): SampleWorkspace {
  const users = Array.from(
    { length: size.users },
    (_, at): SampleUser => ({
      nickname: `u${at}`,
      name: dice.pick(NAMES),
      role: at === 0 ? 'owner' : dice.chance(15) ? null : dice.chance(12) ? 'owner' : 'member',
      active: !dice.chance(10),
      keys: someOf(dice, ['laptop', 'ci'], 2).map((label) => ({
        label,
        key: publicKey(`${label}${at}`),
        expiresOn: dice.chance(50) ? null : '2027-01-01T00:00:00.000000+00:00',
      })),
    }),
  );
  const people = users.map(({ nickname }) => nickname);
  const groups = Array.from(
    { length: size.groups },
    (_, at): SampleGroup => ({
      slug: `g${at}`,
      name: dice.pick(NAMES),
      privilege: dice.chance(12) ? 'admin' : dice.chance(12) ? 'collaborator' : null,
      members: someOf(dice, people, 4),
    }),
  );
  const slugs = groups.map(({ slug }) => slug);
  const projects = Array.from(
    { length: size.projects },
    (_, at): SampleProject => ({
      key: `P${at}`,
      name: `Project ${at}`,
      description: '',
      isPrivate: dice.chance(80),
      grants: grantsOf(dice, people, slugs, ON_PROJECT),
      keys: keysOf(dice),
      settings: projectSettings(dice, people),
    }),
  );
  const repositories = Array.from(
    { length: size.repositories },
    (_, at): SampleRepository => ({
      slug: `r${at}`,
      name: dice.pick(NAMES),
      description: '',
      project: projects[at % projects.length]?.key ?? '',
      isPrivate: dice.chance(80),
      forkPolicy: dice.pick(['allow_forks', 'no_public_forks', 'no_forks']),
      model: { development: dice.pick(['develop', 'main']), production: dice.pickAny(dice.chance(50) ? ['main', 'release/1'] : []) },
      grants: grantsOf(dice, people, slugs, ON_REPOSITORY),
      rules: rulesOf(dice, people, slugs),
      automation: repositoryAutomation(dice, people, [`r${at}`, projects[at % projects.length]?.key ?? '']),
      settings: repositorySettings(dice, { people, at }),
      denied: null,
    }),
  );
  // Dice of their own, so that a definition more does not change who holds what.
  for (const [at, { automation, rules }] of repositories.entries())
    automation.definitions = definitionsOf(new Dice(seededSource(JSON.stringify(rules).length * 100 + at)));
  const named = [...projects, ...repositories].flatMap(({ grants }) => grants.flatMap(({ group }) => group ?? []));
  const [first] = repositories;
  // Each group is shown by an object of 2.0 once.
  for (const group of slugs.filter((slug) => !named.includes(slug))) first?.grants.push({ group, level: dice.pick(ON_REPOSITORY) });
  return { slug: 'generated', name: 'Generated', users, groups, projects, repositories, automation: automationOf(dice), lagging: [] };
}

function automationOf(dice: Dice): SampleAutomation {
  const runners = someOf(dice, ['fast', 'slow'], 2).map((name) => ({ name, labels: someOf(dice, ['linux', 'self.hosted', 'arm'], 3) }));
  return { variables: variablesOf(dice), runners, webhooks: webhooksOf(dice) };
}

type Place = readonly [slug: string, project: string];

/** A bot of the workspace may run in every repository, a token of a project in its repositories, one of a repository there alone. */
function runsOf(dice: Dice, people: readonly string[], [slug, project]: Place, environments: readonly string[]): SampleRuns {
  const bots: SampleBot[] = [
    ...BOT_KINDS.map((kind) => ({ name: `Bot ${kind}`, kind })),
    { name: `Bot of ${project}`, kind: 'project_access_token' },
    { name: `Bot of ${slug}`, kind: 'repository_access_token' },
  ];
  const timeOf = (at: number) => new Date(Date.UTC(2026, 4, 1, at * 7, at)).toISOString();
  const runs = someOf(dice, [...people, ...bots, ...people], 6).map((by, at) => ({
    by,
    trigger: dice.pick(TRIGGERS),
    branch: 'main',
    at: timeOf(at),
  }));
  const deployments = someOf(dice, [...environments, ...environments, 'removed'], 4).map((to, at) => ({
    to,
    state: dice.pick(['SUCCESSFUL', 'FAILED'] as const),
    commit: `c0ffee${at}`,
    at: timeOf(at),
  }));
  const knownHosts = someOf(dice, ['git.example', 'db.example'], 2).map((host) => ({ host, key: publicKey(host) }));
  return { runs, deployments, sshKey: dice.chance(50) ? publicKey('pipelines') : null, knownHosts };
}

function repositoryAutomation(dice: Dice, people: readonly string[], place: Place): SampleRepositoryAutomation {
  const environments = someOf(dice, ['Test', 'Staging', 'Production'] as const, 2).map((type) => ({
    name: `${type} 1`,
    type,
    adminOnly: dice.chance(30),
    variables: variablesOf(dice),
  }));
  const schedules = someOf(dice, ['0 0 3 * * ? *', '0 30 * * * ? *'], 2).map((cron) => ({
    cron,
    branch: dice.pick(['main', 'release/1']),
    pipeline: dice.chance(50) ? 'nightly' : null,
  }));
  const ran = runsOf(
    dice,
    people,
    place,
    environments.map(({ name }) => name),
  );
  return { ...automationOf(dice), ...ran, pipelinesEnabled: dice.chance(60), environments, schedules, definitions: {}, keys: keysOf(dice) };
}

/** Keys of nobody, two of the same comment are one key. */
function keysOf(dice: Dice): SampleKey[] {
  return someOf(dice, ['mirror', 'backup', 'audit'], 2).map((label) => ({ label, key: publicKey(dice.pick(['a@b', 'c@d', label])) }));
}

function webhooksOf(dice: Dice): SampleWebhook[] {
  return someOf(dice, ['Chat', 'Build'], 2).map((description) => ({
    description,
    url: `https://user:word@hooks.example/${dice.pick(['build', 'v2/notify'])}?token=a#b`,
    events: someOf(dice, ['repo:push', 'pullrequest:created', 'issue:created'], 3),
    secretSet: dice.chance(50),
  }));
}

function projectSettings(dice: Dice, people: readonly string[]): SampleProjectSettings {
  return {
    development: dice.chance(50) ? 'develop' : null,
    production: dice.chance(30) ? 'main' : null,
    typesOff: someOf(dice, TYPES_OF_PREFIX, 2),
    deletesMerged: dice.chance(50),
    reviewers: someOf(dice, people, 2),
  };
}

/** `at`: which repository it is. A fork is one of an earlier repository, so that none is a fork of itself. */
function repositorySettings(dice: Dice, { people, at }: { people: readonly string[]; at: number }): SampleRepositorySettings {
  const elsewhere = (slug: string): SampleElsewhere => ({ workspace: 'elsewhere', slug, isPrivate: dice.chance(50) });
  return {
    reviewers: someOf(dice, people, 2),
    own: someOf(dice, INHERITED, 3),
    strategies: [dice.pick(['merge_commit', 'squash', 'fast_forward'])],
    parent: dice.chance(60) ? null : at > 0 && dice.chance(60) ? `r${dice.between(0, at - 1)}` : elsewhere(dice.pick(['o1', 'o2'])),
    forks: someOf(dice, ['f1', 'f2'], 2).map((slug) => elsewhere(`r${at}-${slug}`)),
    size: dice.between(0, 1_000_000),
    updatedOn: `2026-0${dice.between(1, 9)}-04T09:30:00.000000+00:00`,
  };
}

/** By branch; two of one content are one commit. A branch that nothing names is never looked at. */
function definitionsOf(dice: Dice): Record<string, string> {
  const file = generateDefinition(dice);
  const branches = someOf(dice, ['main', 'develop', 'release/1', 'hotfix/1.0', 'unheard-of'], 4);
  return Object.fromEntries(
    branches.map((branch) => [branch, dice.chance(30) ? file : dice.chance(10) ? 'pipelines: [' : generateDefinition(dice)]),
  );
}

function variablesOf(dice: Dice): SampleVariable[] {
  return someOf(dice, ['TOKEN', 'REGION', 'DEBUG'], 2).map((name) => ({ name, secured: dice.chance(50), value: `value of ${name}` }));
}

/** One grant of each holder at most, as the upstream keeps them. */
function grantsOf(dice: Dice, people: readonly string[], groups: readonly string[], levels: readonly string[]): SampleGrant[] {
  return [
    ...someOf(dice, people, 3).map((user) => ({ user, level: dice.pick(levels) })),
    ...someOf(dice, groups, 2).map((group) => ({ group, level: dice.pick(levels) })),
  ];
}

/** (kind, matcher) is unique in a repository. */
function rulesOf(dice: Dice, people: readonly string[], groups: readonly string[]): SampleRule[] {
  const rules = new Map<string, SampleRule>();
  for (let left = dice.between(0, 4); left > 0; left--) {
    const kind = dice.chance(60) ? dice.pick(WITH_LIST) : dice.pick(KINDS);
    const on = dice.chance(70) ? { glob: dice.pick(GLOBS) } : { type: dice.pick(TYPES) };
    const listed = WITH_LIST.includes(kind) ? { users: someOf(dice, people, 2), groups: someOf(dice, groups, 2) } : {};
    const value = WITH_VALUE.test(kind) ? { value: dice.between(1, 3) } : {};
    rules.set(JSON.stringify([kind, on]), { kind, on, ...listed, ...value });
  }
  return [...rules.values()];
}

/** Different ones of the list, in no order. Cost: grows with how many are taken. */
export function someOf<T>(dice: Dice, list: readonly T[], most: number, least = 0): T[] {
  const count = dice.between(Math.min(least, list.length), Math.min(most, list.length));
  // What was moved from the end of the list to a place from which another was taken.
  const moved = new Map<number, T>();
  return Array.from({ length: count }, (_, taken) => {
    const [place, last] = [dice.between(0, list.length - taken - 1), list.length - taken - 1];
    const picked = moved.get(place) ?? (list[place] as T);
    moved.set(place, moved.get(last) ?? (list[last] as T));
    return picked;
  });
}
