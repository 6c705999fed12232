/**
 * Variables, environments, runners, schedules, deploy keys and webhooks in the upstream's own shapes: what its document names, and
 * for environments what clients have seen of live servers.
 */
import { createHash } from 'node:crypto';
import type { SampleEnvironment, SampleKey, SampleRunner, SampleSchedule, SampleVariable, SampleWebhook } from './automation.ts';
import { CREATED_ON, projectName, repositoryName, type Site, userBody, uuidOf } from './bodies.ts';
import type { SampleProject, SampleRepository } from './workspace.ts';

type Body = Readonly<Record<string, unknown>>;

/** When anything ran or was used last; nothing depends on it. */
const USED_ON = '2026-05-04T09:30:00.000000+00:00';

/** `where`: what the variable lies in, by which its uuid is told from others of the name. */
export function variableBody(where: string, { name, secured, value }: SampleVariable): Body {
  const type = where.startsWith('environment ') ? 'deployment_variable' : 'pipeline_variable';
  return { type, uuid: uuidOf(`variable ${where} ${name}`), key: name, secured, ...(secured ? {} : { value }) };
}

export function environmentUuid({ slug }: Pick<SampleRepository, 'slug'>, { name }: SampleEnvironment): string {
  return uuidOf(`environment ${slug} ${name}`);
}

const RANKS = { Test: 0, Staging: 1, Production: 2 } as const;

export function environmentBody(repository: SampleRepository, environment: SampleEnvironment): Body {
  const { name, type, adminOnly } = environment;
  return {
    type: 'deployment_environment',
    uuid: environmentUuid(repository, environment),
    name,
    slug: name.toLowerCase(),
    rank: RANKS[type],
    environment_type: { type: 'deployment_environment_type', name: type, rank: RANKS[type] },
    category: { name: type },
    restrictions: { type: 'deployment_restrictions_configuration', admin_only: adminOnly },
    deployment_gate_enabled: false,
    environment_lock_enabled: true,
    lock: { type: 'deployment_environment_lock_open', name: 'OPEN' },
    hidden: false,
  };
}

export function runnerBody(where: string, { name, labels }: SampleRunner): Body {
  return {
    type: 'pipeline_runner',
    uuid: uuidOf(`runner ${where} ${name}`),
    name,
    labels,
    state: {
      type: 'pipeline_runner_state',
      status: 'ONLINE',
      version: { type: 'pipeline_runner_version', version: '3.29.0', current: '3.29.0' },
      updated_on: USED_ON,
      cordoned: false,
    },
    created_on: CREATED_ON,
    updated_on: USED_ON,
    oauth_client: {
      type: 'pipeline_runner_oauth_client',
      id: `client-${name}`,
      token_endpoint: 'https://auth.example/oauth/token',
      audience: 'api.example',
    },
  };
}

export function pipelinesConfigBody(site: Site, repository: SampleRepository): Body {
  return { type: 'pipelines_config', enabled: repository.automation.pipelinesEnabled, repository: repositoryName(site, repository) };
}

export function scheduleBody({ slug }: SampleRepository, { cron, branch, pipeline }: SampleSchedule): Body {
  return {
    type: 'pipeline_schedule',
    uuid: uuidOf(`schedule ${slug} ${cron} ${branch}`),
    enabled: true,
    cron_pattern: cron,
    target: {
      type: 'pipeline_ref_target',
      ref_type: 'branch',
      ref_name: branch,
      ...(pipeline === null ? {} : { selector: { type: 'custom', pattern: pipeline } }),
    },
    created_on: CREATED_ON,
    updated_on: CREATED_ON,
  };
}

/** The branches that are there: those of the model, and those that hold a definition. */
export function branchNames({ model, automation }: SampleRepository): string[] {
  return [...new Set([model.development, ...(model.production ?? []), ...Object.keys(automation.definitions)].flat())];
}

/** Branches of one content point to one commit. */
export function commitOf({ slug, automation }: SampleRepository, branch: string): string {
  return createHash('sha1')
    .update(`${slug} ${automation.definitions[branch] ?? ''}`)
    .digest('hex');
}

/** The definition at a commit; undefined where there is none. */
export function definitionAt(repository: SampleRepository, commit: string): string | undefined {
  const branch = branchNames(repository).find((name) => commitOf(repository, name) === commit);
  return branch === undefined ? undefined : repository.automation.definitions[branch];
}

/** `path`: of the repository or project below `/2.0/`. */
function keyBody(site: Site, { label, key }: SampleKey, path: string): Body {
  const id = Number.parseInt(uuidOf(`key ${path} ${label}`).slice(1, 7), 16);
  const links = { self: { href: `${site.url}/2.0/${path}/deploy-keys/${id}` } };
  return { id, label, key, comment: key.split(' ')[2], added_on: CREATED_ON, last_used: USED_ON, links };
}

export function deployKeyBody(site: Site, repository: SampleRepository, key: SampleKey): Body {
  const shown = keyBody(site, key, `repositories/${site.workspace.slug}/${repository.slug}`);
  return { type: 'deploy_key', ...shown, repository: repositoryName(site, repository), owner: adderBody(site) };
}

export function projectKeyBody(site: Site, project: SampleProject, key: SampleKey): Body {
  const shown = keyBody(site, key, `workspaces/${site.workspace.slug}/projects/${project.key}`);
  return {
    type: 'project_deploy_key',
    ...shown,
    project: projectName(site, project.key, project.name),
    created_by: adderBody(site),
  };
}

/** `on`: the repository, or the workspace where there is none. */
export function webhookBody(site: Site, hook: SampleWebhook, on: SampleRepository | null): Body {
  const { workspace, url: api } = site;
  const uuid = uuidOf(`webhook ${on?.slug ?? ''} ${hook.description}`);
  const path = on === null ? `workspaces/${workspace.slug}` : `repositories/${workspace.slug}/${on.slug}`;
  return {
    type: 'webhook_subscription',
    uuid,
    url: hook.url,
    description: hook.description,
    subject_type: on === null ? 'workspace' : 'repository',
    subject: on === null ? { type: 'workspace', slug: workspace.slug, name: workspace.name } : repositoryName(site, on),
    active: true,
    created_at: CREATED_ON,
    events: hook.events,
    secret_set: hook.secretSet,
    read_only: false,
    skip_cert_verification: false,
    history_enabled: false,
    ...(hook.source === undefined ? {} : { source: hook.source }),
    links: { self: { href: encodeURI(`${api}/2.0/${path}/hooks/${uuid}`) } },
  };
}

/** Whoever added the keys: Mina, or the first user of a workspace without her. Nothing depends on it. */
function adderBody(site: Site): Body {
  const { users } = site.workspace;
  return userBody(site, (users.find(({ nickname }) => nickname === 'mina') ?? users[0])?.nickname ?? '');
}
