/**
 * What is true of a generated workspace, as facts: made from its own model, apart from everything that reads pages.
 */
import { createHash } from 'node:crypto';
import {
  type EdgeFact,
  encodeKeyPart,
  factId,
  type GapFact,
  type NodeFact,
  type NodeKey,
  type Props,
  type World,
} from '../../graph/fact.ts';
import type { NodeKind } from '../../graph/model/node-kinds.ts';
import type { SampleAutomation, SampleKey, SampleVariable } from '../../ingest/sample/automation.ts';
import { environmentUuid } from '../../ingest/sample/automation-bodies.ts';
import { CREATED_ON, projectUuid, repositoryUuid, ruleId, userUuid, uuidOf, workspaceUuid } from '../../ingest/sample/bodies.ts';
import { effectiveRows } from '../../ingest/sample/effective.ts';
import { findBy } from '../../ingest/sample/lookup.ts';
import { INHERITED, type SampleElsewhere, type SampleProjectSettings } from '../../ingest/sample/settings.ts';
import { elsewhereUuid } from '../../ingest/sample/settings-bodies.ts';
import { userKeyUuid } from '../../ingest/sample/user-keys.ts';
import type { SampleGrant, SampleRepository, SampleUser, SampleWorkspace } from '../../ingest/sample/workspace.ts';
import { PLANNED_PINS, type PlannedStep, planOf } from './generate-definition.ts';
import { PAGE_LENGTH, type Stating, stateIssuer, stateRuns } from './run-truth.ts';

/** Roles and what groups confer, as levels on the workspace. Owners are members as well. */
const ROLE_LEVELS = { owner: ['member', 'admin'], member: ['member'] } as const;
const PRIVILEGE_LEVELS = { admin: 'admin', collaborator: 'create-project' } as const;
const PREFIXES = ['feature', 'bugfix', 'release', 'hotfix'] as const;

const userByNickname = findBy<SampleUser>(({ nickname }) => nickname);

/** The keys that facts have, by the names of the model. */
export const keyOf = {
  user: (nickname: string) => `user:${encodeKeyPart(userUuid(nickname))}`,
  project: (key: string) => `project:${encodeKeyPart(projectUuid(key))}`,
  repository: (slug: string) => `repository:${encodeKeyPart(repositoryUuid(slug))}`,
  branch: (slug: string, name: string) => `branch:${encodeKeyPart(repositoryUuid(slug))}#${encodeKeyPart(name)}`,
};

/** `pageLength`: items of a page of the server, because of runs and deployments one page is read. */
export function truthOf(workspace: SampleWorkspace, pageLength = PAGE_LENGTH): World {
  const truth = new Truth(workspace, pageLength);
  return { nodes: [...truth.nodes.values()], edges: [...truth.edges.values()], gaps: [...truth.gaps.values()] };
}

/** As OpenSSH prints it. */
function fingerprintOf(key: string): string {
  const blob = Buffer.from(key.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replaceAll('=', '')}`;
}

class Truth {
  readonly nodes = new Map<NodeKey, NodeFact>();
  readonly edges = new Map<string, EdgeFact>();
  readonly gaps = new Map<string, GapFact>();
  readonly #workspace: SampleWorkspace;
  readonly #pageLength: number;
  readonly #root: NodeKey;

  constructor(workspace: SampleWorkspace, pageLength: number) {
    this.#workspace = workspace;
    this.#pageLength = pageLength;
    this.#root = `workspace:${encodeKeyPart(workspaceUuid(workspace.slug))}`;
    this.#node(this.#root, 'Workspace', `workspace:${workspace.slug}`, workspace.name, {
      isPrivate: true,
      privacyEnforced: false,
      forkingMode: 'internal_only',
    });
    for (const user of workspace.users) this.#stateUser(user);
    for (const { slug, name, privilege, members } of workspace.groups) {
      const group = this.#groupKey(slug);
      this.#node(group, 'Group', `group:${workspace.slug}/${slug}`, name);
      this.#edge(this.#root, 'CONTAINS', group);
      for (const member of members) this.#edge(this.#userKey(member), 'MEMBER_OF', group);
      if (privilege !== null) this.#edge(group, 'HOLDS', this.#root, PRIVILEGE_LEVELS[privilege]);
    }
    for (const { key: name, name: title, isPrivate, grants, keys, settings } of workspace.projects) {
      const project = keyOf.project(name);
      this.#node(project, 'Project', `project:${workspace.slug}/${name}`, title, { isPrivate });
      this.#edge(this.#root, 'CONTAINS', project);
      this.#stateGrants(grants, project);
      this.#stateKeys(keys, project, { ref: `${workspace.slug}/projects/${name}`, where: `workspaces/${workspace.slug}/projects/${name}` });
      this.#stateProjectSettings(settings, project, `${workspace.slug}/projects/${name}`);
    }
    for (const repository of workspace.repositories) this.#stateRepository(repository);
    stateIssuer(this.#stating());
    this.#stateAutomation(workspace.automation, { holder: this.#root, path: workspace.slug, where: 'workspace' });
    for (const { user, repository, level } of effectiveRows(workspace))
      this.#edge(this.#userKey(user), 'REPORTED', keyOf.repository(repository), level);
  }

  /** Outside collaborators are seen where something names them. */
  #stateUser(user: SampleUser): void {
    const { nickname, role } = user;
    if (role === null) return;
    for (const key of user.keys ?? []) {
      const id = `sshkey:${encodeKeyPart(userUuid(nickname))}#${encodeKeyPart(userKeyUuid(nickname, key))}`;
      this.#node(id, 'SshKey', `sshkey:${nickname}#${key.label}`, key.label, {
        fingerprint: fingerprintOf(key.key),
        addedAt: Date.parse(CREATED_ON),
        lastUsedAt: Date.parse(CREATED_ON),
        ...(key.expiresOn === null ? {} : { expiresAt: Date.parse(key.expiresOn) }),
      });
      this.#edge(id, 'ACTS_AS', this.#userKey(nickname));
    }
    for (const level of ROLE_LEVELS[role]) this.#edge(this.#userKey(nickname), 'HOLDS', this.#root, level);
  }

  #stateRepository(repository: SampleRepository): void {
    const { slug, name, project, isPrivate, forkPolicy, model, grants, automation, settings } = repository;
    const key = keyOf.repository(slug);
    const path = `${this.#workspace.slug}/${slug}`;
    const mainBranch = model.production ?? model.development;
    this.#node(key, 'Repository', `repository:${path}`, name, {
      isPrivate,
      forkPolicy,
      mainBranch,
      size: settings.size,
      updatedAt: Date.parse(settings.updatedOn),
    });
    this.#edge(keyOf.project(project), 'CONTAINS', key);
    this.#stateGrants(grants, key);
    if (!isPrivate) {
      this.#node('anonymous:', 'Anonymous', 'anonymous:', '');
      this.#edge('anonymous:', 'HOLDS', key, 'read');
    }
    const branch = (branchName: string) => {
      const branchKey = keyOf.branch(slug, branchName);
      this.#node(branchKey, 'Branch', `branch:${path}#${branchName}`, branchName);
      this.#edge(key, 'CONTAINS', branchKey);
      return branchKey;
    };
    branch(mainBranch);
    this.#edge(key, 'CLASSIFIES', branch(model.development), 'development');
    if (model.production !== null) this.#edge(key, 'CLASSIFIES', branch(model.production), 'production');
    for (const type of PREFIXES) {
      const glob = `${type}/*`;
      const pattern = `pattern:${encodeKeyPart(repositoryUuid(slug))}#${encodeKeyPart(glob)}`;
      this.#node(pattern, 'BranchPattern', `pattern:${path}#${glob}`, glob, { glob });
      this.#edge(key, 'CLASSIFIES', pattern, type);
    }
    this.#stateRules(repository, path);
    this.#statePipelines(repository, path);
    this.#stateKeys(automation.keys, key, { ref: path, where: `repositories/${path}` });
    this.#stateRepositorySettings(repository, path);
    if (automation.pipelinesEnabled) this.#stateDefinitions(repository, path);
  }

  /** `where`: by which the numbers of keys are told from others of the label. */
  #stateKeys(keys: readonly SampleKey[], holder: NodeKey, at: { readonly ref: string; readonly where: string }): void {
    for (const { label, key: text } of keys) {
      const id = Number.parseInt(uuidOf(`key ${at.where} ${label}`).slice(1, 7), 16);
      const key = `deploykey:${holder.slice(holder.indexOf(':') + 1)}#${id}`;
      this.#node(key, 'DeployKey', `deploykey:${at.ref}#${label}`, label, {
        fingerprint: fingerprintOf(text),
        addedAt: Date.parse(CREATED_ON),
        lastUsedAt: Date.parse('2026-05-04T09:30:00Z'),
      });
      this.#edge(holder, 'CONTAINS', key);
      this.#edge(key, 'HOLDS', holder, 'read');
    }
  }

  #stateProjectSettings(settings: SampleProjectSettings, project: NodeKey, path: string): void {
    const { development, production, typesOff, deletesMerged, reviewers } = settings;
    this.#stateSettings(project, path, 'branching-model', {
      development: development ?? 'main branch',
      ...(production === null ? {} : { production }),
      branchTypes: PREFIXES.filter((type) => !typesOff.includes(type))
        .map((type) => `${type}=${type}/`)
        .sort()
        .join(' '),
    });
    this.#stateSettings(project, path, 'branching-model-settings', { typesOff: [...typesOff].sort().join(' '), deletesMerged });
    for (const reviewer of reviewers) this.#edge(this.#userKey(reviewer), 'REVIEWS', project, '', { reviewerType: 'project' });
  }

  #stateRepositorySettings({ slug, project, settings }: SampleRepository, path: string): void {
    const key = keyOf.repository(slug);
    const above = this.#workspace.projects.find((other) => other.key === project)?.settings.reviewers ?? [];
    const [own, inherited] = [true, false].map((is) => INHERITED.filter((name) => settings.own.includes(name) === is));
    this.#stateSettings(key, path, 'inheritance', {
      ownSettings: (own ?? []).sort().join(' '),
      inheritedSettings: (inherited ?? []).sort().join(' '),
    });
    this.#stateSettings(key, path, 'merging', {
      mergeStrategies: [...settings.strategies].sort().join(' '),
      defaultMergeStrategy: settings.strategies[0] ?? '',
    });
    for (const reviewer of new Set([...above, ...settings.reviewers]))
      this.#edge(this.#userKey(reviewer), 'REVIEWS', key, '', { reviewerType: above.includes(reviewer) ? 'project' : 'repository' });
    const { parent, forks } = settings;
    if (parent !== null)
      this.#edge(key, 'FORK_OF', typeof parent === 'string' ? keyOf.repository(parent) : this.#elsewhereKey(parent, false));
    for (const fork of forks) this.#edge(this.#elsewhereKey(fork, true), 'FORK_OF', key);
  }

  #stateSettings(holder: NodeKey, path: string, what: string, props: Props): void {
    const key = `settings:${holder.slice(holder.indexOf(':') + 1)}#${what}`;
    this.#node(key, 'Settings', `settings:${path}#${what}`, '', props);
    this.#edge(holder, 'CONTAINS', key);
  }

  /** Only a listing of forks shows whether it is private. */
  #elsewhereKey(repository: SampleElsewhere, isListed: boolean): NodeKey {
    const { workspace, slug, isPrivate } = repository;
    const key = `outside:${encodeKeyPart(elsewhereUuid(repository))}`;
    this.#node(key, 'OutsideRepository', `outside:${workspace}/${slug}`, slug, isListed ? { isPrivate } : {});
    return key;
  }

  /** Of the branches that the model names, and those that a rule names. */
  #stateDefinitions({ slug, model, rules, automation }: SampleRepository, path: string): void {
    const ruled = rules.flatMap(({ on }) => ('glob' in on && !on.glob.includes('*') ? [on.glob] : []));
    const there = new Set([model.development, model.production, ...Object.keys(automation.definitions)]);
    for (const branch of new Set([model.production ?? [], model.development, ...ruled].flat())) {
      if (!there.has(branch)) continue;
      const key = keyOf.branch(slug, branch);
      this.#node(key, 'Branch', `branch:${path}#${branch}`, branch);
      this.#edge(keyOf.repository(slug), 'CONTAINS', key);
      const file = automation.definitions[branch];
      if (file === undefined) continue;
      const definition = key.replace('branch:', 'definition:');
      const isGood = file.startsWith('#');
      const props: Props = isGood ? { parsed: true } : { parsed: false, problem: 'syntax' };
      this.#node(definition, 'Definition', `definition:${path}#${branch}`, '', props);
      this.#edge(key, 'CONTAINS', definition);
      for (const step of isGood ? planOf(file) : []) this.#stateStep(step, { slug, automation, definition, path: `${path}#${branch}` });
    }
  }

  #stateStep(
    step: PlannedStep,
    at: Pick<SampleRepository, 'slug' | 'automation'> & { readonly definition: NodeKey; readonly path: string },
  ): void {
    const { selector, pattern, position, name, manual, held, oidc, deployment, runsOn, image, pipe } = step;
    const place = [selector, pattern ?? [], position].flat().join(':');
    const key = `${at.definition.replace('definition:', 'step:')}/${place}`;
    const props: Props = {
      ...{ selector, position, manual, held, oidc },
      ...(pattern === null ? {} : { pattern }),
      ...(deployment === null ? {} : { deployment }),
      ...(runsOn.length === 0 ? {} : { runsOn: runsOn.join(' ') }),
    };
    this.#node(key, 'PipelineStep', `step:${at.path}/${place}`, name, props);
    this.#edge(at.definition, 'CONTAINS', key);
    const environment = at.automation.environments.find((each) => each.name.toLowerCase() === deployment?.toLowerCase());
    if (environment !== undefined)
      this.#edge(
        key,
        'DEPLOYS_TO',
        `environment:${encodeKeyPart(repositoryUuid(at.slug))}#${encodeKeyPart(environmentUuid(at, environment))}`,
      );
    for (const [kind, used] of [
      ['Image', image],
      ['Pipe', pipe],
    ] as const) {
      if (used === null) continue;
      const ref = `${kind.toLowerCase()}:${used}`;
      const pin = PLANNED_PINS[used] ?? '';
      this.#node(ref, kind, ref, used, { pin, pinned: pin === 'version' });
      this.#edge(key, 'USES', ref);
    }
  }

  #statePipelines(repository: SampleRepository, path: string): void {
    const { slug, automation } = repository;
    const [holder, id] = [keyOf.repository(slug), encodeKeyPart(repositoryUuid(slug))];
    this.#node(`pipeline:${id}`, 'Pipeline', `pipeline:${path}`, '', { enabled: automation.pipelinesEnabled });
    this.#edge(holder, 'CONTAINS', `pipeline:${id}`);
    this.#stateAutomation(automation, { holder, path, where: slug });
    for (const { cron, branch, pipeline } of automation.schedules) {
      const uuid = uuidOf(`schedule ${slug} ${cron} ${branch}`);
      const schedule = `schedule:${id}#${encodeKeyPart(uuid)}`;
      this.#node(schedule, 'Schedule', `schedule:${path}#${uuid}`, '', {
        enabled: true,
        cron,
        branch,
        ...(pipeline === null ? {} : { pipeline }),
      });
      this.#edge(holder, 'CONTAINS', schedule);
    }
    stateRuns(this.#stating(), repository);
    for (const environment of automation.environments) {
      const inner = `${id}#${encodeKeyPart(environmentUuid(repository, environment))}`;
      const props = {
        environmentType: environment.type,
        adminOnly: environment.adminOnly,
        lock: 'OPEN',
        lockEnabled: true,
        gateEnabled: false,
      };
      this.#node(`environment:${inner}`, 'Environment', `environment:${path}#${environment.name}`, environment.name, props);
      this.#edge(holder, 'CONTAINS', `environment:${inner}`);
      const where = `environment ${slug} ${environment.name}`;
      for (const variable of environment.variables)
        this.#stateVariable(variable, { holder: `environment:${inner}`, key: `${inner}/`, ref: `${path}#${environment.name}/`, where });
    }
  }

  #stating(): Stating {
    return {
      workspace: this.#workspace,
      pageLength: this.#pageLength,
      node: (...said) => this.#node(...said),
      edge: (from, kind, to, props = {}) => this.#edge(from, kind, to, '', props),
      gap: (said) => {
        const gap: GapFact = { type: 'gap', reason: 'unlisted', ...said };
        this.gaps.set(factId(gap), gap);
      },
      user: (nickname) => this.#userKey(nickname),
    };
  }

  #stateAutomation(
    { variables, runners, webhooks }: SampleAutomation,
    at: { readonly holder: NodeKey; readonly path: string; readonly where: string },
  ): void {
    const { holder, path, where } = at;
    const key = `${holder.slice(holder.indexOf(':') + 1)}#`;
    for (const variable of variables) this.#stateVariable(variable, { holder, key, ref: `${path}#`, where });
    for (const { name, labels } of runners) {
      const runner = `runner:${key}${encodeKeyPart(uuidOf(`runner ${where} ${name}`))}`;
      this.#node(runner, 'Runner', `runner:${path}#${name}`, name, {
        labels: [...labels].sort().join(' '),
        state: 'ONLINE',
        cordoned: false,
      });
      this.#edge(holder, 'CONTAINS', runner);
    }
    for (const { description, url, events, secretSet } of webhooks) {
      const id = uuidOf(`webhook ${where === 'workspace' ? '' : where} ${description}`);
      const hook = `webhook:${key}${encodeKeyPart(id)}`;
      const { origin, pathname } = new URL(url);
      this.#node(hook, 'Webhook', `webhook:${path}#${id}`, '', {
        address: `${origin}${pathname}`,
        enabled: true,
        events: [...events].sort().join(' '),
        secretSet,
        skipsCertificates: false,
      });
      this.#edge(holder, 'CONTAINS', hook);
    }
  }

  #stateVariable(
    { name, secured }: SampleVariable,
    at: { readonly holder: NodeKey; readonly key: string; readonly ref: string; readonly where: string },
  ): void {
    const key = `variable:${at.key}${encodeKeyPart(uuidOf(`variable ${at.where} ${name}`))}`;
    this.#node(key, 'Variable', `variable:${at.ref}${name}`, name, { secured });
    this.#edge(at.holder, 'CONTAINS', key);
  }

  #stateRules(repository: SampleRepository, path: string): void {
    for (const rule of repository.rules) {
      const id = ruleId(repository, rule);
      const key = `restriction:${encodeKeyPart(repositoryUuid(repository.slug))}#${id}`;
      this.#node(key, 'BranchRestriction', `restriction:${path}#${id}`, rule.kind);
      const on: Props = 'glob' in rule.on ? { glob: rule.on.glob } : { branchType: rule.on.type };
      const value: Props = rule.value === undefined ? {} : { value: rule.value };
      this.#edge(key, 'RESTRICTS', keyOf.repository(repository.slug), rule.kind, { ...on, ...value });
      for (const user of rule.users ?? []) this.#edge(key, 'EXEMPTS', this.#userKey(user));
      for (const group of rule.groups ?? []) this.#edge(key, 'EXEMPTS', this.#groupKey(group));
    }
  }

  #stateGrants(grants: readonly SampleGrant[], resource: NodeKey): void {
    for (const { user, group, level } of grants)
      this.#edge(user === undefined ? this.#groupKey(group ?? '') : this.#userKey(user), 'HOLDS', resource, level);
  }

  #groupKey(slug: string): NodeKey {
    return `group:${encodeKeyPart(workspaceUuid(this.#workspace.slug))}/${encodeKeyPart(slug)}`;
  }

  /** A user that something names is a node. */
  #userKey(nickname: string): NodeKey {
    const key = keyOf.user(nickname);
    if (this.nodes.has(key)) return key;
    const user = userByNickname(this.#workspace.users, nickname);
    const uuid = userUuid(nickname);
    const aliases = [`user:${uuid}`, `user:712020:${uuid.slice(1, -1)}`];
    this.#node(key, 'User', `user:${nickname}`, user?.name ?? '', { active: user?.active ?? true }, aliases);
    return key;
  }

  #node(key: NodeKey, kind: NodeKind, ref: string, name: string, props: Props = {}, aliases: readonly string[] = []): void {
    const others = aliases.filter((alias) => alias !== key).sort();
    this.nodes.set(key, { type: 'node', kind, key, ref, name, aliases: others, props });
  }

  #edge(from: NodeKey, kind: EdgeFact['kind'], to: NodeKey, word = '', props: Props = {}): void {
    this.edges.set([from, kind, to, word].join(' '), { type: 'edge', kind, from, to, word, props });
  }
}
