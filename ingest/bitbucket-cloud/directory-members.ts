/**
 * A member of a group of the organisation's directory as a member of the group of the workspace that it is matched with: the same
 * fact as of 1.0, but inferred. Whom
 * nothing of the workspace shows is a gap of that group; a suspended membership leaves open whether the account may act.
 */
import type { DirectoryMember } from './decode-organisation.ts';
import { type Here, quoted, seeAccount } from './here.ts';

export function stateDirectoryMember(here: Here, { accountId, accountStatus, membershipStatus }: DirectoryMember): void {
  const group = here.directory.groupByContainer.get(here.container);
  if (group === undefined) return;
  const account = here.directory.accountById.get(accountId);
  if (account === undefined) {
    const detail = 'the directory has a member whom nothing of the workspace shows';
    here.out.gap({ reason: 'missing', hides: 'group-members', scope: group, subject: '', detail }, here.where);
    return;
  }
  const user = seeAccount(here, { ...account, account_status: accountStatus ?? account.account_status });
  here.out.edge({ kind: 'MEMBER_OF', from: user, to: group, word: '', props: { confidence: 'inferred' } }, here.where);
  here.privileges.seeMember(group, user);
  if (!membershipStatus || membershipStatus === 'active') return;
  const detail = `membership of the directory ${quoted(membershipStatus)}`;
  here.out.gap({ reason: 'unknown-value', hides: 'activity', scope: user, subject: '', detail }, here.where);
}
