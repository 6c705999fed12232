/**
 * Decoders of what is kept of Bitbucket Cloud's bodies. Only fields that are read; a field with a closed set of values is a text
 * here, because a value without a row becomes a gap later and not an error. A decoder gives null for what it cannot read.
 */
import { z } from 'zod';

export type Decoder<T> = (item: unknown) => T | null;

/** The decoder of a form. */
export function decoder<T>(schema: z.ZodType<T>): Decoder<T> {
  return (item) => {
    const result = schema.safeParse(item);
    return result.success ? result.data : null;
  };
}

export const name = z.string().min(1).max(4096);
export const optionalName = z.string().max(4096).nullish();

export const account = z.object({
  type: optionalName,
  kind: optionalName,
  uuid: name,
  account_id: optionalName,
  nickname: optionalName,
  display_name: optionalName,
  account_status: optionalName,
});
const group = z.object({
  slug: name,
  name: optionalName,
  account_privilege: optionalName,
  workspace: z.object({ uuid: name, slug: name }).nullish(),
});
const branchName = z.object({ name: optionalName }).nullish();
/** A target of the branching model. Only settings say `enabled`; a model leaves out what is not. */
const modelTarget = z.object({ name: optionalName, use_mainbranch: z.boolean().nullish(), enabled: z.boolean().nullish() }).nullish();
/** A repository as other objects name it. */
export const repositoryName = z.object({ uuid: name, full_name: z.string().regex(/^[^/]+\/[^/]+$/), name: optionalName });
const projectName = z.object({ uuid: name, key: name, name: optionalName });

const workspace = z.object({
  uuid: name,
  slug: name,
  name: optionalName,
  is_private: z.boolean().nullish(),
  is_privacy_enforced: z.boolean().nullish(),
  forking_mode: optionalName,
});
const workspaceAccess = z.object({ workspace: z.object({ slug: name }) });
const membership = z.object({ permission: optionalName, user: account });
const project = projectName.extend({ is_private: z.boolean().nullish() });
const repository = repositoryName.extend({
  is_private: z.boolean().nullish(),
  fork_policy: optionalName,
  mainbranch: branchName,
  project: projectName.nullish(),
  parent: repositoryName.nullish(),
  size: z.number().nullish(),
  updated_on: optionalName,
});
const repositoryPermission = z.object({
  permission: name,
  user: account,
  repository: repositoryName,
});
const userGrant = z.object({ permission: name, user: account });
const groupGrant = z.object({ permission: name, group });
const groupListing = z.object({
  slug: name,
  name: optionalName,
  members: z.array(
    z.object({
      uuid: name,
      account_id: optionalName,
      nickname: optionalName,
      display_name: optionalName,
      is_active: z.boolean().nullish(),
      is_team: z.boolean().nullish(),
    }),
  ),
});
const branchRestriction = z.object({
  id: z.union([z.number().int(), name]),
  kind: name,
  branch_match_kind: optionalName,
  branch_type: optionalName,
  pattern: optionalName,
  value: z.number().nullish(),
  users: z.array(account).nullish(),
  groups: z.array(group).nullish(),
});
const branchingModel = z
  .object({
    development: modelTarget,
    production: modelTarget,
    branch_types: z.array(z.object({ kind: name, prefix: name })).nullish(),
  })
  // Every part may be missing, but an object without any of them is something else, and would read as an empty model.
  .refine((model) => Object.keys(model).length > 0);

const variable = z.object({ uuid: name, key: name, secured: z.boolean().nullish() });
const runner = z.object({
  uuid: name,
  name: optionalName,
  labels: z.array(name).nullish(),
  state: z.object({ status: optionalName, cordoned: z.boolean().nullish() }).nullish(),
});
const pipelinesConfig = z.object({ enabled: z.boolean() });
const environment = z.object({
  uuid: name,
  name,
  environment_type: z.object({ name: optionalName }).nullish(),
  restrictions: z.object({ admin_only: z.boolean().nullish() }).nullish(),
  environment_lock_enabled: z.boolean().nullish(),
  lock: z.object({ name: optionalName }).nullish(),
  deployment_gate_enabled: z.boolean().nullish(),
});
const schedule = z.object({
  uuid: name,
  enabled: z.boolean().nullish(),
  cron_pattern: optionalName,
  target: z
    .object({ ref_type: optionalName, ref_name: optionalName, selector: z.object({ type: optionalName, pattern: optionalName }).nullish() })
    .nullish(),
});
/** `key` is kept as its fingerprint. */
const deployKey = z.object({
  id: z.union([z.number().int(), name]),
  label: optionalName,
  key: optionalName,
  created_on: optionalName,
  added_on: optionalName,
  last_used: optionalName,
  /** Who added it: of a repository, and of a project. */
  owner: account.nullish().catch(null),
  created_by: account.nullish().catch(null),
});
const webhook = z.object({
  uuid: name,
  url: optionalName,
  active: z.boolean().nullish(),
  events: z.array(name).nullish(),
  secret_set: z.boolean().nullish(),
  skip_cert_verification: z.boolean().nullish(),
  source: optionalName,
});

export type Account = z.infer<typeof account>;
export type Group = z.infer<typeof group>;
export type Workspace = z.infer<typeof workspace>;
export type Project = z.infer<typeof projectName>;
/** A repository as other objects name it. */
export type RepositoryName = z.infer<typeof repositoryName>;
export type Repository = z.infer<typeof repository>;
export type BranchRestriction = z.infer<typeof branchRestriction>;
export type BranchingModel = z.infer<typeof branchingModel>;

export const decodeWorkspace = decoder(workspace);
export const decodeWorkspaceAccess = decoder(workspaceAccess);
export const decodeMembership = decoder(membership);
export const decodeRepositoryPermission = decoder(repositoryPermission);
export const decodeGroupListing = decoder(groupListing);
export const decodeProject = decoder(project);
export const decodeRepository = decoder(repository);
export const decodeUserGrant = decoder(userGrant);
export const decodeGroupGrant = decoder(groupGrant);
export const decodeBranchRestriction = decoder(branchRestriction);
export const decodeBranchingModel = decoder(branchingModel);
export const decodeVariable = decoder(variable);
export const decodeRunner = decoder(runner);
export const decodePipelinesConfig = decoder(pipelinesConfig);
export const decodeEnvironment = decoder(environment);
export const decodeSchedule = decoder(schedule);
export const decodeDeployKey = decoder(deployKey);
export const decodeWebhook = decoder(webhook);
/** The items of a page of 2.0. */
export const decodeValues = decoder(z.object({ values: z.array(z.unknown()) }));
/** What a page of 2.0 says of its listing: only `values` and `next` are promised. */
export const decodePageSize = decoder(
  z.object({
    values: z.array(z.unknown()),
    size: z.number().int().min(0).nullish().catch(null),
    pagelen: z.number().int().min(1).nullish().catch(null),
    next: z.unknown().optional(),
  }),
);
/** A refusal for want of scopes: what the call needs and what the credential has. */
export const decodeScopeRefusal = decoder(
  z.object({ error: z.object({ detail: z.object({ required: z.array(name), granted: z.array(name).nullish() }) }) }),
);
/** The items of a bare list of 1.0. */
export const decodeList = decoder(z.array(z.unknown()));
