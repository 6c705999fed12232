/**
 * What lies in workspaces, projects, repositories and environments, and what acts as users, as facts: one row for each sort of item says which node it is
 * and what is known of it. A credential among them holds what the table of credentials says.
 */
import { refPath, type Scalar } from '../../graph/fact.ts';
import { credentialRow } from '../../graph/model/credentials.ts';
import { NODE_KINDS, type NodeKind } from '../../graph/model/node-kinds.ts';
import type { NODE_PROPS } from '../../graph/model/node-props.ts';
import { keyWithin, pathWithin } from './containers.ts';
import {
  type BranchingModel,
  type Decoder,
  decodeBranchingModel,
  decodeDeployKey,
  decodeEnvironment,
  decodePipelinesConfig,
  decodeRunner,
  decodeSchedule,
  decodeVariable,
  decodeWebhook,
} from './decode.ts';
import { decodeKnownHost, decodeOidcConfiguration, decodeOidcKeys, decodeSshKeyPair } from './decode-runs.ts';
import { decodeBranchingModelSettings, decodeMainBranch, decodeOverrideSettings, decodeSshKey } from './decode-settings.ts';
import type { ContentEndpointId } from './endpoints.ts';
import { type Here, rankOf } from './here.ts';
import { deedAt, isTrace, seeActor, seeIdentity, seeSource } from './inferred.ts';

interface ContentRow<T> {
  readonly kind: NodeKind;
  readonly decode: Decoder<T>;
  /** What it is called, the last part of its reference, and by what it is told from others for ever. Left out where a container has one. */
  readonly of?: (item: T) => { readonly id: string; readonly name: string | null | undefined };
  /** What else the item shows. */
  readonly traces?: (here: Here, item: T) => void;
  /** Undefined for what the item does not show. */
  readonly props: (item: T) => Readonly<Partial<Record<keyof typeof NODE_PROPS, Scalar | undefined>>>;
}

/** Hides the type of the items: only the row's own decoder makes them. */
const row = <T>(content: ContentRow<T>) => content as ContentRow<unknown>;

const VARIABLE = row({
  kind: 'Variable',
  decode: decodeVariable,
  of: ({ uuid, key }) => ({ id: uuid, name: key }),
  props: ({ secured }) => ({ secured: secured ?? undefined }),
});

const RUNNER = row({
  kind: 'Runner',
  decode: decodeRunner,
  of: ({ uuid, name }) => ({ id: uuid, name }),
  props: ({ labels, state }) => ({ labels: wordsOf(labels), state: state?.status ?? undefined, cordoned: state?.cordoned ?? undefined }),
});

const DEPLOY_KEY = row({
  kind: 'DeployKey',
  decode: decodeDeployKey,
  of: ({ id, label }) => ({ id: String(id), name: label }),
  props: ({ key, created_on, added_on, last_used }) => ({
    fingerprint: key ?? undefined,
    addedAt: instantOf(added_on ?? created_on),
    lastUsedAt: instantOf(last_used),
  }),
  traces: (here, { owner, created_by }) => {
    for (const adder of [owner, created_by]) if (adder && isTrace(adder)) seeActor(here, adder, deedAt(here));
  },
});

const SSH_KEY = row({
  kind: 'SshKey',
  decode: decodeSshKey,
  of: ({ uuid, label }) => ({ id: uuid, name: label }),
  props: ({ key, created_on, expires_on, last_used }) => ({
    fingerprint: key ?? undefined,
    addedAt: instantOf(created_on),
    expiresAt: instantOf(expires_on),
    lastUsedAt: instantOf(last_used),
  }),
});

const WEBHOOK = row({
  kind: 'Webhook',
  decode: decodeWebhook,
  of: ({ uuid }) => ({ id: uuid, name: uuid }),
  props: ({ url, active, events, secret_set, skip_cert_verification }) => ({
    address: url ?? undefined,
    enabled: active ?? undefined,
    events: wordsOf(events),
    secretSet: secret_set ?? undefined,
    skipsCertificates: skip_cert_verification ?? undefined,
  }),
  traces: (here, { source }) => {
    if (source) seeSource(here, source);
  },
});

/** Settings that belong together are a node of their own: each is stated by one endpoint alone. */
const settings = <T>(what: string, content: Pick<ContentRow<T>, 'decode' | 'props'>) =>
  row<T>({ kind: 'Settings', of: () => ({ id: what, name: what }), ...content });

const CONTENTS: Readonly<Record<ContentEndpointId, ContentRow<unknown>>> = {
  'workspace-variables': VARIABLE,
  'repository-variables': VARIABLE,
  'environment-variables': VARIABLE,
  'workspace-runners': RUNNER,
  'repository-runners': RUNNER,
  'project-deploy-keys': DEPLOY_KEY,
  'repository-deploy-keys': DEPLOY_KEY,
  'user-ssh-keys': SSH_KEY,
  'workspace-webhooks': WEBHOOK,
  'repository-webhooks': WEBHOOK,
  'pipelines-config': row({
    kind: 'Pipeline',
    decode: decodePipelinesConfig,
    props: ({ enabled }) => ({ enabled }),
    traces: (here, { enabled }) => {
      if (enabled) seeIdentity(here);
    },
  }),
  'oidc-configuration': row({
    kind: 'OidcIssuer',
    decode: decodeOidcConfiguration,
    props: ({ issuer, claims_supported }) => ({ issuer, claims: wordsOf(claims_supported) }),
  }),
  'oidc-keys': row({ kind: 'OidcKeySet', decode: decodeOidcKeys, props: ({ keys }) => ({ keyIds: wordsOf(keys.map(({ kid }) => kid)) }) }),
  'pipeline-ssh-key': row({ kind: 'PipelineKey', decode: decodeSshKeyPair, props: ({ public_key }) => ({ fingerprint: public_key }) }),
  'pipeline-known-hosts': row({
    kind: 'KnownHost',
    decode: decodeKnownHost,
    of: ({ uuid, hostname }) => ({ id: uuid, name: hostname }),
    props: ({ public_key }) => ({ fingerprint: public_key?.sha256_fingerprint ?? public_key?.md5_fingerprint ?? undefined }),
  }),
  environments: row({
    kind: 'Environment',
    decode: decodeEnvironment,
    of: ({ uuid, name }) => ({ id: uuid, name }),
    props: (environment) => ({
      environmentType: environment.environment_type?.name ?? undefined,
      adminOnly: environment.restrictions?.admin_only ?? undefined,
      lock: environment.lock?.name ?? undefined,
      lockEnabled: environment.environment_lock_enabled ?? undefined,
      gateEnabled: environment.deployment_gate_enabled ?? undefined,
    }),
  }),
  'project-branching-model': settings('branching-model', {
    decode: decodeBranchingModel,
    props: ({ development, production, branch_types }) => ({
      development: branchText(development),
      production: branchText(production),
      branchTypes: wordsOf(branch_types?.map(({ kind, prefix }) => `${kind}=${prefix}`)),
    }),
  }),
  'project-branching-model-settings': settings('branching-model-settings', {
    decode: decodeBranchingModelSettings,
    props: ({ branch_types, default_branch_deletion }) => ({
      typesOff: wordsOf(branch_types?.filter(({ enabled }) => enabled === false).map(({ kind }) => kind)),
      deletesMerged:
        default_branch_deletion === undefined || default_branch_deletion === null ? undefined : String(default_branch_deletion) === 'true',
    }),
  }),
  'override-settings': settings('inheritance', {
    decode: decodeOverrideSettings,
    props: ({ override_settings: own }) => ({
      ownSettings: wordsOf(Object.keys(own).filter((name) => own[name] === true)),
      inheritedSettings: wordsOf(Object.keys(own).filter((name) => own[name] === false)),
    }),
  }),
  'main-branch': settings('merging', {
    decode: decodeMainBranch,
    props: ({ merge_strategies, default_merge_strategy }) => ({
      mergeStrategies: wordsOf(merge_strategies),
      defaultMergeStrategy: default_merge_strategy ?? undefined,
    }),
  }),
  'pipeline-schedules': row({
    kind: 'Schedule',
    decode: decodeSchedule,
    of: ({ uuid }) => ({ id: uuid, name: uuid }),
    props: ({ enabled, cron_pattern, target }) => ({
      enabled: enabled ?? undefined,
      cron: cron_pattern ?? undefined,
      branch: target?.ref_type === 'branch' ? (target.ref_name ?? undefined) : undefined,
      pipeline: target?.selector?.pattern ?? undefined,
    }),
  }),
};

export function isContentEndpoint(endpoint: string): endpoint is ContentEndpointId {
  return Object.hasOwn(CONTENTS, endpoint);
}

/** States the item and that the container of the scope contains it, or is whom it acts as; false where it has a form that no decoder reads. */
export function stateContent(here: Here & { readonly endpoint: ContentEndpointId }, item: unknown): boolean {
  const { kind, decode, of, props, traces } = CONTENTS[here.endpoint];
  const { container, out, where } = here;
  const decoded = decode(item);
  if (decoded === null) return false;
  const word = NODE_KINDS[kind].ref;
  const { id, name } = of?.(decoded) ?? { id: null, name: null };
  const key = id === null ? `${word}:${refPath(container)}` : keyWithin(word, container, id);
  const path = here.pathByContainer.get(container);
  const ref = path === undefined || (id !== null && !name) ? undefined : `${word}:${name ? pathWithin(path, name) : path}`;
  out.see(
    { key, kind, rank: rankOf(here.endpoint), ref, name: name === id ? undefined : (name ?? undefined), props: props(decoded) },
    where,
  );
  if (credentialRow(kind)?.actsAs === 'owner') out.edge({ kind: 'ACTS_AS', from: key, to: container, word: '', props: {} }, where);
  else out.edge({ kind: 'CONTAINS', from: container, to: key, word: '', props: {} }, where);
  const level = credentialRow(kind)?.holds ?? null;
  traces?.(here, decoded);
  if (level !== null) out.edge({ kind: 'HOLDS', from: key, to: container, word: level, props: {} }, where);
  return true;
}

/** Words in order, so that the upstream's own order means nothing. */
function wordsOf(words: readonly string[] | null | undefined): string | undefined {
  return words ? [...words].sort().join(' ') : undefined;
}

/** The branch that a model of a project names; undefined where it has none. */
function branchText(target: BranchingModel['development']): string | undefined {
  if (!target || target.enabled === false) return undefined;
  return target.use_mainbranch === true ? 'main branch' : (target.name ?? undefined);
}

/** Milliseconds since 1970; undefined for what is no date. */
export function instantOf(text: string | null | undefined): number | undefined {
  const instant = Date.parse(text ?? '');
  return Number.isNaN(instant) ? undefined : instant;
}
