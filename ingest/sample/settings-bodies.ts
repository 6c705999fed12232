/**
 * Settings, default reviewers and forks in the upstream's own shapes, by its document. Where it names no fields (`override_settings`),
 * those of recorded answers and of the product's settings page.
 */
import { commitOf } from './automation-bodies.ts';
import { CREATED_ON, repositoryBody, repositoryName, type Site, userBody, uuidOf } from './bodies.ts';
import { INHERITED, type SampleElsewhere } from './settings.ts';
import type { SampleProject, SampleRepository } from './workspace.ts';

type Body = Readonly<Record<string, unknown>>;

const PREFIXES = ['feature', 'bugfix', 'release', 'hotfix'] as const;

/** The branch that a model of a project names, as if every main branch were called `main`. */
const target = (name: string | null): Body => (name === null ? { name: 'main', use_mainbranch: true } : { name, use_mainbranch: false });

function self(site: Site, path: string): Body {
  return { self: { href: encodeURI(`${site.url}/2.0/${path}`) } };
}

export function projectModelBody(site: Site, { key, settings }: SampleProject): Body {
  const { development, production, typesOff } = settings;
  return {
    type: 'project_branching_model',
    development: target(development),
    ...(production === null ? {} : { production: target(production) }),
    branch_types: PREFIXES.filter((kind) => !typesOff.includes(kind)).map((kind) => ({ kind, prefix: `${kind}/` })),
    links: self(site, `workspaces/${site.workspace.slug}/projects/${key}/branching-model`),
  };
}

export function projectModelSettingsBody(site: Site, { key, settings }: SampleProject): Body {
  const { development, production, typesOff, deletesMerged } = settings;
  return {
    type: 'branching_model_settings',
    development: target(development),
    production: { ...target(production), enabled: production !== null },
    branch_types: PREFIXES.map((kind) => ({ kind, enabled: !typesOff.includes(kind), prefix: `${kind}/` })),
    default_branch_deletion: String(deletesMerged),
    links: self(site, `workspaces/${site.workspace.slug}/projects/${key}/branching-model/settings`),
  };
}

export function reviewerBody(site: Site, nickname: string, type: 'project' | 'repository'): Body {
  return { type: 'default_reviewer', reviewer_type: type, user: userBody(site, nickname) };
}

/** The project's come first; who is one of both is shown as the project's. */
export function effectiveReviewers(site: Site, { project: key, settings }: SampleRepository): Body[] {
  const above = site.workspace.projects.find((project) => project.key === key)?.settings.reviewers ?? [];
  return [
    ...above.map((nickname) => reviewerBody(site, nickname, 'project')),
    ...settings.reviewers.filter((nickname) => !above.includes(nickname)).map((nickname) => reviewerBody(site, nickname, 'repository')),
  ];
}

export function overrideSettingsBody({ settings }: SampleRepository): Body {
  const flags = INHERITED.map((name) => [name, settings.own.includes(name)] as const);
  return { type: 'repository_inheritance_state', override_settings: Object.fromEntries(flags) };
}

export function branchBody(site: Site, repository: SampleRepository, name: string): Body {
  const { settings, slug } = repository;
  const path = `repositories/${site.workspace.slug}/${slug}`;
  return {
    type: 'branch',
    name,
    merge_strategies: settings.strategies,
    default_merge_strategy: settings.strategies[0],
    target: {
      type: 'commit',
      hash: commitOf(repository, name),
      date: CREATED_ON,
      message: 'Initial commit\n',
      repository: repositoryName(site, repository),
    },
    links: self(site, `${path}/refs/branches/${name}`),
  };
}

/** The field of the repository's body that names its origin; nothing where it is no fork, or its origin is gone. */
export function parentBody(site: Site, { settings: { parent } }: SampleRepository): Body {
  if (parent === null) return {};
  if (typeof parent !== 'string') return { parent: elsewhereName(parent) };
  const origin = site.workspace.repositories.find(({ slug }) => slug === parent);
  return origin === undefined ? {} : { parent: repositoryName(site, origin) };
}

export function forkBodies(site: Site, repository: SampleRepository): Body[] {
  const { workspace } = site;
  const here = workspace.repositories.filter(({ settings }) => settings.parent === repository.slug);
  const elsewhere = repository.settings.forks.map(
    (fork): Body => ({
      ...elsewhereName(fork),
      slug: fork.slug,
      scm: 'git',
      is_private: fork.isPrivate,
      parent: repositoryName(site, repository),
      owner: { type: 'team', uuid: uuidOf(`workspace ${fork.workspace}`), display_name: fork.workspace, username: fork.workspace },
      size: repository.settings.size,
      created_on: CREATED_ON,
      updated_on: CREATED_ON,
    }),
  );
  return [...here.map((fork) => repositoryBody(site, fork)), ...elsewhere];
}

/** The uuid of a repository elsewhere. */
export function elsewhereUuid({ workspace, slug }: SampleElsewhere): string {
  return uuidOf(`repository elsewhere ${workspace}/${slug}`);
}

function elsewhereName(repository: SampleElsewhere): Body {
  const { workspace, slug } = repository;
  return { type: 'repository', uuid: elsewhereUuid(repository), full_name: `${workspace}/${slug}`, name: slug };
}
