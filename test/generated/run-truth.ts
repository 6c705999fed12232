/**
 * What is true of the runs, keys and identities of a generated repository: who ran, which credentials show by it, what was deployed.
 */
import { type EdgeFact, encodeKeyPart, type GapFact, type NodeKey, type Props } from '../../graph/fact.ts';
import type { NodeKind } from '../../graph/model/node-kinds.ts';
import { environmentUuid } from '../../ingest/sample/automation-bodies.ts';
import { projectUuid, repositoryUuid, workspaceUuid } from '../../ingest/sample/bodies.ts';
import { botUuid, fingerprintsOf, knownHostUuid, OIDC_CLAIMS, oidcIssuer, oidcKeyId } from '../../ingest/sample/run-bodies.ts';
import type { SampleBot, SampleRun } from '../../ingest/sample/runs.ts';
import type { SampleRepository, SampleWorkspace } from '../../ingest/sample/workspace.ts';

/** What states facts of the truth. */
export interface Stating {
  readonly workspace: SampleWorkspace;
  /** Items of a page of the server. */
  readonly pageLength: number;
  node(key: NodeKey, kind: NodeKind, ref: string, name: string, props?: Props, aliases?: readonly string[]): void;
  edge(from: NodeKey, kind: EdgeFact['kind'], to: NodeKey, props?: Props): void;
  gap(gap: Pick<GapFact, 'hides' | 'scope' | 'subject' | 'detail'>): void;
  /** The key of a user, who is a node by it. */
  user(nickname: string): NodeKey;
}

/** Items of a page of the server in small workspaces: of runs and deployments one page is read. */
export const PAGE_LENGTH = 3;

const INFERRED = { confidence: 'inferred' };
const TOKENS = {
  repository_access_token: 'repository-token',
  project_access_token: 'project-token',
  workspace_access_token: 'workspace-token',
};

export function stateIssuer({ workspace, node, edge }: Stating): void {
  const id = encodeKeyPart(workspaceUuid(workspace.slug));
  const claims = [...OIDC_CLAIMS].sort().join(' ');
  node(`oidcissuer:${id}`, 'OidcIssuer', `oidcissuer:${workspace.slug}`, '', { issuer: oidcIssuer({ workspace }), claims });
  node(`oidckeys:${id}`, 'OidcKeySet', `oidckeys:${workspace.slug}`, '', { keyIds: oidcKeyId({ workspace }) });
  for (const word of ['oidcissuer', 'oidckeys']) edge(`workspace:${id}`, 'CONTAINS', `${word}:${id}`);
}

/** Nothing of it shows where Pipelines are off. */
export function stateRuns(stating: Stating, repository: SampleRepository): void {
  const { workspace, node, edge } = stating;
  const { automation, slug } = repository;
  if (!automation.pipelinesEnabled) return;
  const [id, path] = [encodeKeyPart(repositoryUuid(slug)), `${workspace.slug}/${slug}`];
  const pipeline = `pipeline:${id}`;
  const audience = `ari:cloud:bitbucket::workspace/${workspaceUuid(workspace.slug).slice(1, -1)}`;
  node(`oidc:${id}`, 'OidcIdentity', `oidc:${path}`, '', { ...INFERRED, audience, subject: `${repositoryUuid(slug)}:*` });
  edge(pipeline, 'CONTAINS', `oidc:${id}`, INFERRED);
  if (automation.sshKey !== null) {
    node(`pipelinekey:${id}`, 'PipelineKey', `pipelinekey:${path}`, '', { fingerprint: fingerprintsOf(automation.sshKey).sha256 });
    edge(pipeline, 'CONTAINS', `pipelinekey:${id}`);
  }
  for (const known of automation.knownHosts) {
    const key = `knownhost:${id}#${encodeKeyPart(knownHostUuid(repository, known))}`;
    node(key, 'KnownHost', `knownhost:${path}#${known.host}`, known.host, { fingerprint: fingerprintsOf(known.key).sha256 });
    edge(pipeline, 'CONTAINS', key);
  }
  for (const [actor, runs] of Map.groupBy(newest(stating, automation.runs), ({ by }) => actorOf(stating, repository, by))) {
    const days = runs.map(({ at }) => Date.parse(`${at.slice(0, 10)}T00:00:00Z`));
    edge(actor, 'RAN', pipeline, {
      lastRunAt: Math.max(...days),
      triggers: [...new Set(runs.map(({ trigger }) => trigger))].sort().join(' '),
    });
  }
  for (const environment of automation.environments) {
    const last = newest(stating, automation.deployments).find(({ to }) => to === environment.name);
    if (last === undefined) continue;
    const { state, commit, at } = last;
    const props = { deployedAt: Date.parse(at), state, commit };
    edge(pipeline, 'DEPLOYED', `environment:${id}#${encodeKeyPart(environmentUuid(repository, environment))}`, props);
  }
}

/** Those of the first page. */
function newest<T extends { readonly at: string }>({ pageLength }: Stating, list: readonly T[]): T[] {
  return list.toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, pageLength);
}

function actorOf(stating: Stating, repository: SampleRepository, by: SampleRun['by']): NodeKey {
  const { workspace, node, edge, gap } = stating;
  if (typeof by === 'string') return stating.user(by);
  const root = `workspace:${encodeKeyPart(workspaceUuid(workspace.slug))}`;
  const isWorkspace = by.kind === 'workspace';
  const uuid = isWorkspace ? workspaceUuid(workspace.slug) : botUuid(by);
  const name = isWorkspace ? workspace.name : by.name;
  const path = encodeKeyPart(uuid);
  const token = `token:${path}`;
  if (by.kind in TOKENS) {
    const [container, containerPath] = lyingIn(workspace, repository, by);
    const detail = `seen as ${TOKENS[by.kind as keyof typeof TOKENS]}`;
    node(token, 'AccessToken', `token:${containerPath}#${name}`, name, INFERRED);
    edge(container, 'CONTAINS', token, INFERRED);
    gap({ hides: 'scopes', scope: token, subject: '', detail });
    gap({ hides: 'credential-level', scope: container, subject: token, detail });
    return token;
  }
  const user = `user:${path}`;
  const detail = `seen as ${isWorkspace ? 'consumer' : 'app'}`;
  node(user, 'ServiceUser', user, name, isWorkspace ? {} : { active: true }, isWorkspace ? [] : [`user:712020:${uuid.slice(1, -1)}`]);
  gap({ hides: 'credential-level', scope: root, subject: user, detail });
  const [kind, word] = isWorkspace ? (['OAuthConsumer', 'consumer'] as const) : (['Integration', 'integration'] as const);
  node(`${word}:${path}`, kind, `${word}:${workspace.slug}#${name}`, name, INFERRED);
  edge(root, 'CONTAINS', `${word}:${path}`, INFERRED);
  if (!isWorkspace) return user;
  edge(`${word}:${path}`, 'ACTS_AS', user, INFERRED);
  gap({ hides: 'scopes', scope: `${word}:${path}`, subject: '', detail });
  return user;
}

function lyingIn({ slug }: SampleWorkspace, repository: SampleRepository, { kind }: SampleBot): [key: NodeKey, path: string] {
  if (kind === 'repository_access_token')
    return [`repository:${encodeKeyPart(repositoryUuid(repository.slug))}`, `${slug}/${repository.slug}`];
  if (kind === 'project_access_token')
    return [`project:${encodeKeyPart(projectUuid(repository.project))}`, `${slug}/projects/${repository.project}`];
  return [`workspace:${encodeKeyPart(workspaceUuid(slug))}`, slug];
}
