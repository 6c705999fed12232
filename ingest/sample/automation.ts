/**
 * What runs by itself in the sample workspace: pipelines with their variables, environments, runners and schedules, deploy keys,
 * webhooks. Where a real server keeps a secret there is one here too, made anew in each process, so that it can be looked for.
 */
import { randomBytes } from 'node:crypto';
import { DEFINITIONS_BY_REPOSITORY } from './definitions.ts';
import { publicKey } from './public-key.ts';
import { NOTHING_RAN, type SampleRuns } from './runs.ts';

export interface SampleVariable {
  readonly name: string;
  readonly secured: boolean;
  readonly value: string;
}

export interface SampleEnvironment {
  readonly name: string;
  readonly type: 'Test' | 'Staging' | 'Production';
  adminOnly: boolean;
  variables: SampleVariable[];
}

export interface SampleRunner {
  readonly name: string;
  readonly labels: readonly string[];
}

export interface SampleWebhook {
  readonly description: string;
  /** With whatever people put into addresses. */
  readonly url: string;
  readonly events: readonly string[];
  readonly secretSet: boolean;
  /** What added it, where that was no person. */
  readonly source?: string;
}

export interface SampleKey {
  readonly label: string;
  /** The public key as it was added, with the comment of who made it. */
  readonly key: string;
}

/** An SSH key of a user. */
export interface SampleUserKey extends SampleKey {
  /** An instant as the upstream writes it; null for a key that does not expire. */
  readonly expiresOn: string | null;
}

export interface SampleSchedule {
  readonly cron: string;
  readonly branch: string;
  /** A custom pipeline of the definition; null for the one of the branch. */
  readonly pipeline: string | null;
}

/** What a workspace or a repository has; a repository's runs in its environments and by its schedules. */
export interface SampleAutomation {
  variables: SampleVariable[];
  runners: SampleRunner[];
  webhooks: SampleWebhook[];
}

export interface SampleRepositoryAutomation extends SampleAutomation, SampleRuns {
  pipelinesEnabled: boolean;
  environments: SampleEnvironment[];
  schedules: SampleSchedule[];
  /** `bitbucket-pipelines.yml` by branch; a branch that is not named has none. */
  definitions: Record<string, string>;
  keys: SampleKey[];
}

const secret = () => randomBytes(18).toString('base64url');
const secured = (name: string): SampleVariable => ({ name, secured: true, value: secret() });
const plain = (name: string, value: string): SampleVariable => ({ name, secured: false, value });

export const NOTHING_AUTOMATED: SampleRepositoryAutomation = {
  ...NOTHING_RAN,
  pipelinesEnabled: false,
  variables: [],
  environments: [],
  runners: [],
  schedules: [],
  definitions: {},
  keys: [],
  webhooks: [],
};

/** Seen by every pipeline of the workspace, whoever starts it. */
export const SAMPLE_AUTOMATION: SampleAutomation = {
  variables: [secured('NPM_TOKEN'), plain('SENTRY_ORG', 'acme')],
  runners: [{ name: 'build-fleet', labels: ['self.hosted', 'linux', 'docker'] }],
  webhooks: [
    {
      description: 'Chat',
      url: `https://chat.example/services/T0ACME/${secret()}`,
      events: ['repo:push', 'pullrequest:created', 'pullrequest:fulfilled'],
      secretSet: false,
      source: 'Chat',
    },
  ],
};

/** By slug of the repository; those that are not named have Pipelines off and nothing else. */
export const AUTOMATION_BY_REPOSITORY: Readonly<Record<string, Partial<SampleRepositoryAutomation>>> = {
  api: {
    pipelinesEnabled: true,
    variables: [secured('SONAR_TOKEN'), plain('AWS_REGION', 'eu-central-1')],
    environments: [
      { name: 'Staging', type: 'Staging', adminOnly: false, variables: [plain('HOST', 'staging.acme.example')] },
      { name: 'Production', type: 'Production', adminOnly: true, variables: [secured('DEPLOY_KEY'), plain('HOST', 'acme.example')] },
    ],
    definitions: DEFINITIONS_BY_REPOSITORY.api,
    schedules: [{ cron: '0 0 3 * * ? *', branch: 'main', pipeline: 'nightly' }],
    keys: [{ label: 'mirror', key: publicKey('mirror@backup') }],
    webhooks: [
      {
        description: 'Build',
        url: `https://ci:${secret()}@ci.acme.example/bitbucket-hook/?token=${secret()}`,
        events: ['repo:push'],
        secretSet: true,
      },
    ],
  },
  storefront: {
    pipelinesEnabled: true,
    definitions: DEFINITIONS_BY_REPOSITORY.storefront,
    // Production by name alone: whoever writes here deploys there.
    environments: [{ name: 'Production', type: 'Production', adminOnly: false, variables: [secured('CDN_KEY')] }],
  },
  ledger: {
    pipelinesEnabled: true,
    definitions: DEFINITIONS_BY_REPOSITORY.ledger,
    variables: [secured('LEDGER_DB')],
    keys: [{ label: 'audit', key: publicKey('audit@vault') }],
  },
  infrastructure: {
    pipelinesEnabled: true,
    definitions: DEFINITIONS_BY_REPOSITORY.infrastructure,
    variables: [secured('TERRAFORM_TOKEN')],
    runners: [{ name: 'ops-shell', labels: ['self.hosted', 'linux.shell'] }],
    // The same key as that of the API: one key, two repositories.
    keys: [{ label: 'mirror', key: publicKey('mirror@backup') }],
  },
};

/** By nickname; everybody else has none. */
export const KEYS_BY_USER: Readonly<Record<string, readonly SampleUserKey[]>> = {
  elena: [{ label: 'work', key: publicKey('elena@work'), expiresOn: '2099-01-01T00:00:00.000000+00:00' }],
  // Expired, and never taken away.
  pavel: [{ label: 'desktop', key: publicKey('pavel@desktop'), expiresOn: '2025-06-01T00:00:00.000000+00:00' }],
};

/** By key of the project. */
export const KEYS_BY_PROJECT: Readonly<Record<string, readonly SampleKey[]>> = {
  OPS: [{ label: 'config-sync', key: publicKey('config-sync@fleet') }],
};
