/**
 * Runs, deployments, SSH keys and the OpenID configuration in the upstream's own shapes: what its document names, and the states
 * and triggers that clients have seen of live servers.
 */
import { createHash, randomBytes } from 'node:crypto';
import { environmentUuid } from './automation-bodies.ts';
import { ownerBody, repositoryName, type Site, userBody, uuidOf, workspaceUuid } from './bodies.ts';
import type { SampleBot, SampleDeployment, SampleKnownHost, SampleRun } from './runs.ts';
import type { SampleRepository } from './workspace.ts';

type Body = Readonly<Record<string, unknown>>;

export function botUuid({ name, kind }: SampleBot): string {
  return uuidOf(`bot ${kind} ${name}`);
}

/** The workspace acts by the account that owns its content. */
function actorBody(site: Site, by: SampleRun['by']): Body {
  if (typeof by === 'string') return userBody(site, by);
  if (by.kind === 'workspace') return ownerBody(site);
  const uuid = botUuid(by);
  return {
    type: 'app_user',
    uuid,
    account_id: `712020:${uuid.slice(1, -1)}`,
    account_status: 'active',
    kind: by.kind,
    display_name: by.name,
    links: { self: { href: encodeURI(`${site.url}/2.0/users/${uuid}`) } },
  };
}

export function runBody(site: Site, repository: SampleRepository, run: SampleRun): Body {
  const { by, trigger, branch, at } = run;
  return {
    type: 'pipeline',
    uuid: uuidOf(`run ${repository.slug} ${at}`),
    build_number: repository.automation.runs.indexOf(run) + 1,
    creator: actorBody(site, by),
    repository: repositoryName(site, repository),
    target: { type: 'pipeline_ref_target', ref_type: 'branch', ref_name: branch },
    trigger: { type: `pipeline_trigger_${trigger}`, name: trigger.toUpperCase() },
    state: { type: 'pipeline_state_completed', name: 'COMPLETED' },
    // Given by hand for one run: a secret more often than not.
    variables: [{ type: 'pipeline_variable', key: 'DEBUG', value: randomBytes(18).toString('base64url'), secured: false }],
    created_on: at,
    completed_on: at,
    build_seconds_used: 60,
  };
}

export function deploymentBody(repository: SampleRepository, { to, state, commit, at }: SampleDeployment): Body {
  const environment = repository.automation.environments.find(({ name }) => name === to);
  return {
    type: 'deployment',
    uuid: uuidOf(`deployment ${repository.slug} ${to} ${at}`),
    state: {
      type: 'deployment_state_completed',
      name: 'COMPLETED',
      status: { type: `deployment_state_completed_status_${state.toLowerCase()}`, name: state },
      started_on: at,
      completed_on: at,
    },
    environment: {
      type: 'deployment_environment',
      uuid: environment === undefined ? uuidOf(`environment ${repository.slug} ${to}`) : environmentUuid(repository, environment),
    },
    release: {
      type: 'deployment_release',
      uuid: uuidOf(`release ${repository.slug} ${at}`),
      name: `#${repository.automation.deployments.length}`,
      commit: { type: 'commit', hash: commit },
      created_on: at,
    },
  };
}

export function keyPairBody(publicHalf: string): Body {
  return { type: 'pipeline_ssh_key_pair', public_key: publicHalf };
}

export function fingerprintsOf(key: string): { readonly sha256: string; readonly md5: string } {
  const blob = Buffer.from(key.split(' ')[1] ?? '', 'base64');
  const sha256 = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  const md5 = createHash('md5').update(blob).digest('hex').match(/../g)?.join(':') ?? '';
  return { sha256: `SHA256:${sha256}`, md5 };
}

export function knownHostUuid({ slug }: SampleRepository, { host }: SampleKnownHost): string {
  return uuidOf(`known host ${slug} ${host}`);
}

export function knownHostBody(repository: SampleRepository, known: SampleKnownHost): Body {
  const { sha256, md5 } = fingerprintsOf(known.key);
  const [type, key] = known.key.split(' ');
  return {
    type: 'pipeline_known_host',
    uuid: knownHostUuid(repository, known),
    hostname: known.host,
    public_key: { type: 'pipeline_ssh_public_key', key_type: type, key, md5_fingerprint: md5, sha256_fingerprint: sha256 },
  };
}

export function oidcIssuer({ workspace: { slug } }: Pick<Site, 'workspace'>): string {
  return `https://api.bitbucket.org/2.0/workspaces/${slug}/pipelines-config/identity/oidc`;
}

export const OIDC_CLAIMS = ['sub', 'aud', 'iss', 'exp', 'workspaceUuid', 'repositoryUuid', 'stepUuid', 'branchName'];

export function oidcConfigurationBody(site: Site): Body {
  const issuer = oidcIssuer(site);
  return {
    issuer,
    jwks_uri: `${issuer}/keys.json`,
    subject_types_supported: ['public'],
    response_types_supported: ['id_token'],
    claims_supported: OIDC_CLAIMS,
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  };
}

export function oidcKeyId({ workspace: { slug } }: Pick<Site, 'workspace'>): string {
  return workspaceUuid(slug).slice(1, 9);
}

export function oidcKeysBody(site: Site): Body {
  return { keys: [{ kty: 'RSA', e: 'AQAB', use: 'sig', kid: oidcKeyId(site), alg: 'RS256', n: randomBytes(96).toString('base64url') }] };
}
