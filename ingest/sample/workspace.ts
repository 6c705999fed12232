/**
 * The sample workspace `acme`: a fictional company, written by hand for the demo and for tests.
 *
 * What it is made to show: grants through groups, projects and both; an administrators group; an empty group; people in several
 * groups; an outside collaborator; somebody who left; a bot; public and private repositories; rules that overlap, that exempt
 * people, groups or nobody, that match by glob and by branch type; merge checks that are enforced and some that are advice;
 * default reviewers, settings that come from the project, forks here and elsewhere;
 * variables, environments, runners, schedules, deploy keys and webhooks, one key of which opens two repositories; one
 * endpoint that the credential may not read; one row of Bitbucket's own listing that lags behind.
 *
 * INVARIANT: this is what is true there. What a reader of its endpoints can know of it is less.
 */
import type { RestrictionKind } from '../../graph/model/restrictions.ts';
import {
  SAMPLE_AUTOMATION,
  type SampleAutomation,
  type SampleKey,
  type SampleRepositoryAutomation,
  type SampleUserKey,
} from './automation.ts';
import { SAMPLE_PROJECTS, SAMPLE_REPOSITORIES } from './content.ts';
import { SAMPLE_GROUPS, SAMPLE_USERS } from './people.ts';
import type { SampleProjectSettings, SampleRepositorySettings } from './settings.ts';

export interface SampleUser {
  readonly nickname: string;
  readonly name: string;
  /** Null for an outside collaborator: holds grants, is no member. */
  role: 'owner' | 'member' | null;
  active: boolean;
  /** SSH keys; null where the upstream shows them to nobody else. */
  keys: readonly SampleUserKey[] | null;
}

export interface SampleGroup {
  readonly slug: string;
  readonly name: string;
  /** What the group confers on the workspace: administration, or the creation of projects. */
  privilege: 'admin' | 'collaborator' | null;
  /** Nicknames. */
  members: string[];
}

/** A grant of a project or repository: of a user by nickname, or of a group by slug. */
export interface SampleGrant {
  readonly user?: string;
  readonly group?: string;
  readonly level: string;
}

export interface SampleProject {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  isPrivate: boolean;
  grants: SampleGrant[];
  keys: SampleKey[];
  readonly settings: SampleProjectSettings;
}

export interface SampleRule {
  readonly kind: RestrictionKind;
  /** Matches by name, `*` stands for anything; or by what the branching model says of the branch. */
  readonly on: { readonly glob: string } | { readonly type: string };
  readonly value?: number;
  /** Nicknames and slugs of those who are exempt. */
  readonly users?: readonly string[];
  readonly groups?: readonly string[];
}

/** The branches of a branching model; every model of the workspace has the four usual prefixes. */
export interface SampleModel {
  readonly development: string;
  readonly production: string | null;
}

export interface SampleRepository {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  /** The key of its project. */
  readonly project: string;
  isPrivate: boolean;
  readonly forkPolicy: 'allow_forks' | 'no_public_forks' | 'no_forks';
  readonly model: SampleModel;
  grants: SampleGrant[];
  rules: SampleRule[];
  readonly automation: SampleRepositoryAutomation;
  readonly settings: SampleRepositorySettings;
  /** The part of its settings that the upstream refuses to the connector's credential. */
  denied: 'group grants' | null;
}

export interface SampleWorkspace {
  readonly slug: string;
  readonly name: string;
  users: SampleUser[];
  groups: SampleGroup[];
  projects: SampleProject[];
  repositories: SampleRepository[];
  readonly automation: SampleAutomation;
  /** Rows of the workspace's own listing that still show an earlier level: the one deliberate disagreement with the grants. */
  lagging: { readonly user: string; readonly repository: string; readonly level: string }[];
}

/**
 * The workspace as it is at the start.
 * Nadia's grant on `reports` was lowered from write to read; Bitbucket's listing has not caught up. A run reports that as one disagreement.
 */
export const SAMPLE_WORKSPACE: Readonly<SampleWorkspace> = {
  slug: 'acme',
  name: 'Acme',
  users: SAMPLE_USERS,
  groups: SAMPLE_GROUPS,
  projects: SAMPLE_PROJECTS,
  repositories: SAMPLE_REPOSITORIES,
  automation: SAMPLE_AUTOMATION,
  lagging: [{ user: 'nadia', repository: 'reports', level: 'write' }],
};

/** A copy that may be changed: the server shows every change at once. */
export function copySampleWorkspace(): SampleWorkspace {
  return structuredClone(SAMPLE_WORKSPACE);
}
