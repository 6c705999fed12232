/**
 * What is kept of each body of Bitbucket Cloud: the allow-lists. Links, avatars, descriptions, commit contents and settings that
 * no decoder reads are absent on purpose; so is everything that the upstream may add one day. Values of variables, secrets of
 * webhooks and of runners, and comments of keys have no place here either.
 */
import { ADDRESS, FINGERPRINT, FLAGS, KEEP, NAME, type Shape } from '../shape.ts';

export const ACCOUNT: Shape = {
  type: KEEP,
  kind: KEEP,
  uuid: KEEP,
  account_id: KEEP,
  nickname: KEEP,
  display_name: KEEP,
  account_status: KEEP,
};
const WORKSPACE_NAME: Shape = { uuid: KEEP, slug: KEEP };
const GROUP: Shape = { slug: KEEP, name: KEEP, account_privilege: KEEP, workspace: WORKSPACE_NAME };
const REPOSITORY_NAME: Shape = { uuid: KEEP, full_name: KEEP, name: KEEP };
const BRANCH_NAME: Shape = { name: KEEP };
const MODEL_TARGET: Shape = { name: KEEP, use_mainbranch: KEEP, enabled: KEEP };

/** Attributes of what an event is about are left out: they may be names and addresses of people. */
const AUDITED_THING: Shape = { id: KEEP, type: KEEP };

export const KEPT = {
  workspaceAccess: { values: [{ workspace: WORKSPACE_NAME }] },
  workspace: { uuid: KEEP, slug: KEEP, name: KEEP, is_private: KEEP, is_privacy_enforced: KEEP, forking_mode: KEEP },
  memberships: { values: [{ permission: KEEP, user: ACCOUNT }] },
  repositoryPermissions: { values: [{ permission: KEEP, user: ACCOUNT, repository: REPOSITORY_NAME }] },
  groups: [
    {
      slug: KEEP,
      name: KEEP,
      members: [{ uuid: KEEP, account_id: KEEP, nickname: KEEP, display_name: KEEP, is_active: KEEP, is_team: KEEP }],
    },
  ],
  projects: { values: [{ uuid: KEEP, key: KEEP, name: KEEP, is_private: KEEP }] },
  repositories: {
    values: [
      {
        uuid: KEEP,
        full_name: KEEP,
        name: KEEP,
        is_private: KEEP,
        fork_policy: KEEP,
        mainbranch: BRANCH_NAME,
        project: { uuid: KEEP, key: KEEP, name: KEEP },
        parent: REPOSITORY_NAME,
        size: KEEP,
        updated_on: KEEP,
      },
    ],
  },
  userGrants: { values: [{ permission: KEEP, user: ACCOUNT }] },
  groupGrants: { values: [{ permission: KEEP, group: GROUP }] },
  branchRestrictions: {
    values: [
      { id: KEEP, kind: KEEP, branch_match_kind: KEEP, branch_type: KEEP, pattern: KEEP, value: KEEP, users: [ACCOUNT], groups: [GROUP] },
    ],
  },
  variables: { values: [{ uuid: KEEP, key: KEEP, secured: KEEP }] },
  runners: { values: [{ uuid: KEEP, name: KEEP, labels: [KEEP], state: { status: KEEP, cordoned: KEEP } }] },
  pipelinesConfig: { enabled: KEEP },
  environments: {
    values: [
      {
        uuid: KEEP,
        name: KEEP,
        environment_type: { name: KEEP },
        restrictions: { admin_only: KEEP },
        environment_lock_enabled: KEEP,
        lock: { name: KEEP },
        deployment_gate_enabled: KEEP,
      },
    ],
  },
  schedules: {
    values: [
      {
        uuid: KEEP,
        enabled: KEEP,
        cron_pattern: KEEP,
        target: { ref_type: KEEP, ref_name: KEEP, selector: { type: KEEP, pattern: KEEP } },
      },
    ],
  },
  branchHead: { name: KEEP, target: { hash: KEEP } },
  // The structure that `pipeline-file.ts` makes of the file, never the file.
  definition: {
    problem: KEEP,
    exported: KEEP,
    imports: [KEEP],
    steps: [
      {
        selector: KEEP,
        pattern: KEEP,
        position: KEEP,
        name: KEEP,
        stage: KEEP,
        parallel: KEEP,
        manual: KEEP,
        held: KEEP,
        deployment: KEEP,
        runsOn: [KEEP],
        oidc: KEEP,
        conditional: KEEP,
        image: KEEP,
        services: [{ name: KEEP, image: KEEP }],
        pipes: [KEEP],
      },
    ],
  },
  deployKeys: {
    values: [
      {
        id: KEEP,
        label: KEEP,
        key: FINGERPRINT,
        created_on: KEEP,
        added_on: KEEP,
        last_used: KEEP,
        owner: ACCOUNT,
        created_by: ACCOUNT,
      },
    ],
  },
  webhooks: {
    values: [{ uuid: KEEP, url: ADDRESS, active: KEEP, events: [KEEP], secret_set: KEEP, skip_cert_verification: KEEP, source: NAME }],
  },
  directoryGroups: { data: [{ id: KEEP, name: KEEP, directoryId: KEEP }] },
  directoryMembers: {
    data: [{ accountId: KEEP, name: KEEP, nickname: KEEP, accountStatus: KEEP, membershipStatus: KEEP }],
  },
  eventActions: { data: [{ id: KEEP, attributes: { displayName: KEEP, groupDisplayName: KEEP, groupDisplayNames: [KEEP] } }] },
  auditEvents: {
    data: [{ id: KEEP, attributes: { time: KEEP, action: KEEP, context: [AUDITED_THING], container: [AUDITED_THING] } }],
  },
  branchingModel: { development: MODEL_TARGET, production: MODEL_TARGET, branch_types: [{ kind: KEEP, prefix: KEEP }] },
  branchingModelSettings: { branch_types: [{ kind: KEEP, enabled: KEEP }], default_branch_deletion: KEEP },
  forks: { values: [{ uuid: KEEP, full_name: KEEP, name: KEEP, is_private: KEEP, parent: REPOSITORY_NAME }] },
  reviewers: { values: [{ reviewer_type: KEEP, user: ACCOUNT }] },
  overrideSettings: { override_settings: FLAGS },
  mainBranch: { name: KEEP, merge_strategies: [KEEP], default_merge_strategy: KEEP, target: { hash: KEEP } },
  sshKeys: {
    values: [{ uuid: KEEP, label: KEEP, key: FINGERPRINT, created_on: KEEP, expires_on: KEEP, last_used: KEEP }],
  },
} as const satisfies Record<string, Shape>;
