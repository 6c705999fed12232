/** The vendor's OpenAPI document: every row is an operation there, and the decoders read its examples. */
import { describe, expect, it } from 'vitest';
import { hiddenRow } from '../../graph/model/gaps.ts';
import type { NodeKind } from '../../graph/model/node-kinds.ts';
import * as decode from '../../ingest/bitbucket-cloud/decode.ts';
import { decodeBranchHead, decodeDefinition } from '../../ingest/bitbucket-cloud/decode-definition.ts';
import * as organisation from '../../ingest/bitbucket-cloud/decode-organisation.ts';
import * as runs from '../../ingest/bitbucket-cloud/decode-runs.ts';
import * as decodeSettings from '../../ingest/bitbucket-cloud/decode-settings.ts';
import { ENDPOINT_IDS, ENDPOINTS, type EndpointId, type Of, scopesFor } from '../../ingest/bitbucket-cloud/endpoints.ts';
import { itemsOf } from '../../ingest/bitbucket-cloud/scopes.ts';
import { keepShape, type Shape } from '../../ingest/shape.ts';
import { hasSharedData, readSharedJson } from '../support/shared-data.ts';
import { page } from './pages.ts';

interface Operation {
  readonly deprecated?: boolean;
  readonly security: readonly Record<string, readonly string[]>[];
  readonly 'x-atlassian-oauth2-scopes'?: readonly { scopes: readonly string[] }[];
  readonly responses: Record<string, { content?: Record<string, { examples?: Record<string, { value: unknown }> }> }>;
}

const present = hasSharedData('openapi');
const { paths } = present
  ? readSharedJson<{ paths: Record<string, { get?: Operation }> }>('openapi/bitbucket-cloud.v3.json')
  : { paths: {} as Record<string, { get?: Operation }> };
const operationOf = (endpoint: EndpointId) => paths[ENDPOINTS[endpoint].path.replace(/^\/2\.0/, '')]?.get;
const documented = ENDPOINT_IDS.filter((endpoint) => ENDPOINTS[endpoint].family === '2.0');

const DECODERS: Readonly<Record<EndpointId, decode.Decoder<unknown>>> = {
  'user-workspaces': decode.decodeWorkspaceAccess,
  workspace: decode.decodeWorkspace,
  'workspace-members': decode.decodeMembership,
  'workspace-roles': decode.decodeMembership,
  'effective-permissions': decode.decodeRepositoryPermission,
  groups: decode.decodeGroupListing,
  projects: decode.decodeProject,
  'project-user-grants': decode.decodeUserGrant,
  'project-group-grants': decode.decodeGroupGrant,
  repositories: decode.decodeRepository,
  'repository-user-grants': decode.decodeUserGrant,
  'repository-group-grants': decode.decodeGroupGrant,
  'branch-restrictions': decode.decodeBranchRestriction,
  'effective-branching-model': decode.decodeBranchingModel,
  'branching-model': decode.decodeBranchingModel,
  'workspace-variables': decode.decodeVariable,
  'workspace-runners': decode.decodeRunner,
  'workspace-webhooks': decode.decodeWebhook,
  'project-deploy-keys': decode.decodeDeployKey,
  'pipelines-config': decode.decodePipelinesConfig,
  environments: decode.decodeEnvironment,
  'repository-variables': decode.decodeVariable,
  'environment-variables': decode.decodeVariable,
  'repository-runners': decode.decodeRunner,
  'pipeline-schedules': decode.decodeSchedule,
  'repository-deploy-keys': decode.decodeDeployKey,
  'repository-webhooks': decode.decodeWebhook,
  'directory-groups': organisation.decodeDirectoryGroup,
  'directory-members': organisation.decodeDirectoryMember,
  'event-actions': organisation.decodeEventAction,
  'audit-events': organisation.decodeAuditEvent,
  'project-branching-model': decode.decodeBranchingModel,
  'project-branching-model-settings': decodeSettings.decodeBranchingModelSettings,
  'project-default-reviewers': decodeSettings.decodeReviewer,
  'effective-default-reviewers': decodeSettings.decodeReviewer,
  'override-settings': decodeSettings.decodeOverrideSettings,
  'main-branch': decodeSettings.decodeMainBranch,
  forks: decodeSettings.decodeFork,
  'user-ssh-keys': decodeSettings.decodeSshKey,
  'pipeline-runs': runs.decodePipelineRun,
  deployments: runs.decodeDeployment,
  'pipeline-ssh-key': runs.decodeSshKeyPair,
  'pipeline-known-hosts': runs.decodeKnownHost,
  'oidc-configuration': runs.decodeOidcConfiguration,
  'oidc-keys': runs.decodeOidcKeys,
  branch: decodeBranchHead,
  'pipeline-definition': decodeDefinition,
};

describe.skipIf(!present)('the OpenAPI document (skipped when ../shared/data/openapi is absent)', () => {
  it.each(documented)('has %s with the scopes of its row, deprecated or not', (endpoint) => {
    const operation = operationOf(endpoint);
    expect(operation?.deprecated ?? false).toBe(ENDPOINTS[endpoint].deprecated);
    expect(operation?.security.find((way) => 'oauth2' in way)?.['oauth2']).toEqual(ENDPOINTS[endpoint].scopes.oauth);
    expect(operation?.['x-atlassian-oauth2-scopes']?.flatMap(({ scopes }) => scopes) ?? []).toEqual(scopesFor(endpoint, 'api-token'));
  });

  const withExamples = documented.filter((endpoint) => examplesOf(endpoint).length > 0);

  it('has examples of enough operations', () => {
    expect(withExamples.length).toBeGreaterThanOrEqual(8);
  });

  it.each(withExamples)('has examples of %s that are kept and decoded to the last item', (endpoint) => {
    for (const example of examplesOf(endpoint)) {
      const items = itemsOf(endpoint, page(endpoint, 'x:y', example));
      expect(items?.length).toBeGreaterThan(0);
      for (const item of items ?? []) expect(DECODERS[endpoint](item)).not.toBeNull();
    }
  });

  it.each(withExamples)('has examples of %s from which the decoder reads nothing that is not kept', (endpoint) => {
    const row = ENDPOINTS[endpoint];
    const shape = row.paging === 'pages' ? (row.keeps as { values: readonly [Shape] }).values[0] : row.keeps;
    for (const example of examplesOf(endpoint)) {
      const whole = row.paging === 'pages' ? (example as { values: unknown[] }).values : [example];
      // A second time, because what is kept of an address or a key is another text; what is kept once is kept as it is.
      for (const item of whole) {
        const kept = keepShape(item, shape);
        expect(fieldsOf(DECODERS[endpoint](kept))).toEqual(fieldsOf(DECODERS[endpoint](item)));
        expect(DECODERS[endpoint](keepShape(kept, shape))).toEqual(DECODERS[endpoint](kept));
        if (!/address|fingerprint/.test(JSON.stringify(shape))) expect(DECODERS[endpoint](kept)).toEqual(DECODERS[endpoint](item));
      }
    }
  });
});

/** Names of fields with their places. */
function fieldsOf(decoded: unknown, at = ''): string[] {
  if (typeof decoded !== 'object' || decoded === null) return [at];
  return Object.entries(decoded).flatMap(([field, inner]) => fieldsOf(inner, `${at}/${field}`));
}

function examplesOf(endpoint: EndpointId): unknown[] {
  const content = operationOf(endpoint)?.responses['200']?.content?.['application/json'];
  return Object.values(content?.examples ?? {}).map(({ value }) => value);
}

describe('the endpoint table', () => {
  it.each(ENDPOINT_IDS)('%s keeps what its decoder reads, and no link', (endpoint) => {
    expect(JSON.stringify(ENDPOINTS[endpoint].keeps)).not.toMatch(/links|href|avatar|email|website|description/);
    const { family, path } = ENDPOINTS[endpoint];
    expect(path.startsWith(family === 'organisation' ? '/admin/' : `/${family}/`)).toBe(true);
  });

  it('has a container for whatever stands in braces, and a gap row for whatever a denial hides', () => {
    const filled: Readonly<Record<Of, readonly string[]>> = {
      credential: [],
      workspace: ['workspace'],
      project: ['workspace', 'project_key'],
      repository: ['workspace', 'repo_slug'],
      pipeline: ['workspace', 'repo_slug'],
      environment: ['workspace', 'repo_slug', 'environment_uuid'],
      organisation: ['organisation'],
      group: ['organisation', 'directory'],
      user: ['selected_user'],
      branch: ['workspace', 'repo_slug', 'name'],
      head: ['workspace', 'repo_slug', 'commit', 'path'],
    };
    const scoped: Readonly<Record<Of, NodeKind | null>> = {
      credential: null,
      workspace: 'Workspace',
      project: 'Project',
      repository: 'Repository',
      pipeline: 'Pipeline',
      environment: 'Environment',
      organisation: null,
      group: 'Group',
      user: 'User',
      // A branch need not be known: its repository is what a gap is about.
      branch: 'Repository',
      head: 'Repository',
    };
    for (const id of ENDPOINT_IDS) {
      const { path, of, hides, family, gapIn } = ENDPOINTS[id];
      // What not every container has, such as a main branch, comes on top.
      const more = id === 'main-branch' ? ['name'] : [];
      expect([id, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)]).toEqual([
        id,
        family === 'organisation' && of === 'workspace' ? ['organisation'] : [...filled[of], ...more],
      ]);
      for (const hidden of hides) expect(hiddenRow(hidden).scope).toContain(scoped[gapIn ?? of]);
    }
  });

  it('never keeps a value, a secret or a key, and names no field that could hold one', () => {
    for (const id of ENDPOINT_IDS) {
      const fields = JSON.stringify(ENDPOINTS[id].keeps);
      expect(fields).not.toMatch(/"(secret|token|password|oauth_client|comment|private_key|variables)"/);
      if (/"(public_)?key":"/.test(fields)) expect([id, fields]).toEqual([id, expect.stringMatching(/key":"(fingerprint|keep)"/)]);
      if (fields.includes('"public_key":"')) expect(fields).toContain('"public_key":"fingerprint"');
      if (id.includes('variables')) expect(fields).not.toContain('"value"');
      if (fields.includes('"url"')) expect(fields).toContain('"url":"address"');
      if (/(deploy|ssh)-keys$/.test(id)) expect(fields).toContain('"key":"fingerprint"');
    }
  });
});
