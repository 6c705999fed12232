/**
 * The endpoint of users' own SSH keys: what else acts as a member over Git. Read last, because mostly it is refused.
 */
import { KEPT } from '../kept-fields.ts';
import { type EndpointRow, PLAIN_OTHERS } from './row.ts';

export const USER_KEY_ENDPOINTS = {
  'user-ssh-keys': {
    ...PLAIN_OTHERS,
    path: '/2.0/users/{selected_user}/ssh-keys',
    of: 'user',
    scopes: { oauth: ['account'], apiToken: 'read:ssh-key:bitbucket' },
    keeps: KEPT.sshKeys,
    hides: ['ssh-keys'],
    gapIn: 'workspace',
    refusalsMax: 20,
    doc: 'SSH keys of a member, which act as the member over Git; whose keys a credential may see is not documented, mostly only its own; of the key itself only its fingerprint is kept',
  },
} as const satisfies Record<string, EndpointRow>;
