/**
 * SSH keys of users in the upstream's own shapes, and the path that shows them.
 */

import type { SampleUserKey } from './automation.ts';
import { CREATED_ON, type Site, userBody, userUuid, uuidOf } from './bodies.ts';
import { missing, pages, type Shown } from './routes.ts';
import type { SampleUser } from './workspace.ts';

type Body = Readonly<Record<string, unknown>>;

/** `name`: the uuid of the user. */
export function showOfUser(site: Site, name: string, part: string): Shown {
  const user = site.workspace.users.find(({ nickname }) => userUuid(nickname) === name);
  if (user === undefined || part !== 'ssh-keys') return missing('Resource not found');
  if (user.keys === null) return { is: 'denied', message: 'You may not see the keys of this user.' };
  return pages(user.keys.map((key) => keyBody(site, user, key)));
}

export function userKeyUuid(nickname: string, { label }: SampleUserKey): string {
  return uuidOf(`ssh key ${nickname} ${label}`);
}

function keyBody(site: Site, { nickname }: SampleUser, key: SampleUserKey): Body {
  const uuid = userKeyUuid(nickname, key);
  return {
    type: 'ssh_key',
    uuid,
    label: key.label,
    key: key.key,
    comment: key.key.split(' ')[2],
    created_on: CREATED_ON,
    last_used: CREATED_ON,
    ...(key.expiresOn === null ? {} : { expires_on: key.expiresOn }),
    owner: userBody(site, nickname),
    links: { self: { href: encodeURI(`${site.url}/2.0/users/${userUuid(nickname)}/ssh-keys/${uuid}`) } },
  };
}
