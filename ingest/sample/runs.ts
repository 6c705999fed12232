/**
 * What the pipelines of the sample workspace did lately, who ran them, and the accounts behind which no person stands.
 */
import { publicKey } from './public-key.ts';

/** An account that something other than a person acts by: of an access token or an app by its kind, of the workspace itself. */
export interface SampleBot {
  readonly name: string;
  readonly kind: 'repository_access_token' | 'project_access_token' | 'workspace_access_token' | 'connect_app' | 'workspace';
}

export interface SampleRun {
  /** The nickname of a user, or a bot. */
  readonly by: string | SampleBot;
  readonly trigger: 'push' | 'manual' | 'schedule' | 'pull_request';
  readonly branch: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface SampleDeployment {
  /** The name of the environment. */
  readonly to: string;
  readonly state: 'SUCCESSFUL' | 'FAILED';
  readonly commit: string;
  readonly at: string;
}

export interface SampleKnownHost {
  readonly host: string;
  readonly key: string;
}

export interface SampleRuns {
  runs: SampleRun[];
  deployments: SampleDeployment[];
  /** The public half; null for none. */
  sshKey: string | null;
  knownHosts: SampleKnownHost[];
}

export const NOTHING_RAN: SampleRuns = { runs: [], deployments: [], sshKey: null, knownHosts: [] };

/** By slug of the repository. */
export const RUNS_BY_REPOSITORY: Readonly<Record<string, Partial<SampleRuns>>> = {
  api: {
    runs: [
      { by: 'evan', trigger: 'push', branch: 'feature/cache', at: '2026-05-02T09:00:00.000Z' },
      { by: 'marcus', trigger: 'manual', branch: 'main', at: '2026-05-03T17:20:00.000Z' },
      { by: 'evan', trigger: 'manual', branch: 'main', at: '2026-05-04T08:10:00.000Z' },
    ],
    deployments: [
      { to: 'Staging', state: 'FAILED', commit: '4f1c2a9be0d7', at: '2026-05-03T17:25:00.000Z' },
      { to: 'Staging', state: 'SUCCESSFUL', commit: '9a07be3311cd', at: '2026-05-04T09:31:00.000Z' },
      { to: 'Production', state: 'SUCCESSFUL', commit: '9a07be3311cd', at: '2026-05-04T09:40:00.000Z' },
    ],
  },
  ledger: { runs: [{ by: 'tomas', trigger: 'push', branch: 'main', at: '2026-04-28T11:00:00.000Z' }] },
  infrastructure: {
    runs: [
      { by: 'marcus', trigger: 'schedule', branch: 'main', at: '2026-05-04T03:00:00.000Z' },
      // A token that no list of Bitbucket shows: it runs pipelines, so it is there.
      { by: { name: 'release-train', kind: 'repository_access_token' }, trigger: 'manual', branch: 'main', at: '2026-05-04T09:30:00.000Z' },
    ],
    // The key of the deploy key that reads the API: whoever runs a pipeline here has the private half.
    sshKey: publicKey('mirror@backup'),
    knownHosts: [{ host: 'backup.acme.example', key: publicKey('backup.acme.example') }],
  },
};
