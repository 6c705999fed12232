/**
 * What is kept of what pipelines do. Variables of a run, its commits and messages, logs, key material and links have no place here.
 */

import { FINGERPRINT, KEEP, type Shape } from '../shape.ts';
import { ACCOUNT } from './kept-fields.ts';

export const KEPT_RUNS = {
  runs: { values: [{ creator: ACCOUNT, trigger: { type: KEEP, name: KEEP }, created_on: KEEP }] },
  deployments: {
    values: [
      {
        environment: { uuid: KEEP },
        state: { name: KEEP, status: { name: KEEP }, started_on: KEEP },
        release: { commit: { hash: KEEP }, created_on: KEEP },
      },
    ],
  },
  sshKeyPair: { public_key: FINGERPRINT },
  knownHosts: { values: [{ uuid: KEEP, hostname: KEEP, public_key: { sha256_fingerprint: KEEP, md5_fingerprint: KEEP } }] },
  oidcConfiguration: { issuer: KEEP, claims_supported: [KEEP] },
  oidcKeys: { keys: [{ kid: KEEP }] },
} as const satisfies Record<string, Shape>;
