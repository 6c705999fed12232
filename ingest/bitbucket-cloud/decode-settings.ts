/**
 * Decoders of settings, default reviewers, forks and SSH keys of users.
 */
import { z } from 'zod';
import { account, decoder, name, optionalName, repositoryName } from './decode.ts';

const projectModel = z
  .object({
    branch_types: z.array(z.object({ kind: name, enabled: z.boolean().nullish() })).nullish(),
    // The document has it as a text in its example, and as a switch where it is written.
    default_branch_deletion: z.union([z.boolean(), z.string()]).nullish(),
  })
  .refine((settings) => Object.keys(settings).length > 0);
const fork = repositoryName.extend({ is_private: z.boolean().nullish(), parent: repositoryName.nullish() });
const reviewer = z.object({ reviewer_type: optionalName, user: account });
const overrideSettings = z.object({ override_settings: z.record(z.string(), z.boolean()) });
const mainBranch = z.object({
  name,
  merge_strategies: z.array(name).nullish(),
  default_merge_strategy: optionalName,
});
/** `key` is kept as its fingerprint. */
const sshKey = z.object({
  uuid: name,
  label: optionalName,
  key: optionalName,
  created_on: optionalName,
  expires_on: optionalName,
  last_used: optionalName,
});

export type Fork = z.infer<typeof fork>;
export type Reviewer = z.infer<typeof reviewer>;

export const decodeBranchingModelSettings = decoder(projectModel);
export const decodeFork = decoder(fork);
export const decodeReviewer = decoder(reviewer);
export const decodeOverrideSettings = decoder(overrideSettings);
export const decodeMainBranch = decoder(mainBranch);
export const decodeSshKey = decoder(sshKey);
